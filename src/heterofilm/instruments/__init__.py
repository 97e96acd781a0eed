"""Instrument files in: `read(path)` recognises the format by content and returns a `Measurement`."""

from .measurement import TECHNIQUES, Measurement
from .reading import Format, formats, read, read_all, recognise

__all__ = ["TECHNIQUES", "Format", "Measurement", "formats", "read", "read_all", "recognise"]
