"""Formats that are recognised and refused by name, with what to export instead.

A file of one of these would otherwise be called binary and of no known format. To add one, write a row.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ...errors import HeterofilmError
from ..head import Head
from ..measurement import Measurement
from ..reading import Format


def _refused(
    name: str, suffixes: tuple[str, ...], techniques: tuple[str, ...], recognises: Callable[[Head], bool], export: str
) -> Format:
    def read(path: Path) -> list[Measurement]:
        raise HeterofilmError(f"this format is not read: {export}.")

    return Format(name, suffixes, techniques, recognises, read)


FORMATS = (
    _refused(
        "National Instruments TDMS", (".tdms",), ("voltammetry", "cycling"),
        lambda head: head.bytes.startswith(b"TDSm"),
        "export time, potential and current from LabVIEW or DIAdem as csv with headings that carry units",
    ),
    _refused(
        "Ivium data", (".ids", ".idf"), ("impedance", "voltammetry", "cycling"),
        lambda head: b"primary_data" in head.bytes and b"Technique=" in head.bytes,
        "export the data from IviumSoft as text or csv, for impedance with the columns frequency, Z1 and Z2 named "
        "'frequency, Re Z, Im Z'",
    ),
)  # fmt: skip
