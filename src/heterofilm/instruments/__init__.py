"""Instrument files in: `read(path)` recognises the format by content and returns a `Measurement`."""

from ..records.measurement import TECHNIQUES, Measurement
from .column_map import COLUMNS, read_columns
from .reading import Format, read, read_all, recognise
from .reading import formats as known_formats  # the name "formats" is that of the folder of readers

__all__ = [
    "COLUMNS", "TECHNIQUES", "Format", "Measurement", "known_formats", "read", "read_all", "read_columns", "recognise",
]  # fmt: skip
