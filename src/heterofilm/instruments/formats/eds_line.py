"""Line scans of energy-dispersive X-ray spectroscopy as text or csv: a distance, and a column for each element.

The heading row names the distance with its unit ("Distance (µm)") and elements, with their line or quantity if the
program writes it ("Cu Kα1", "V (at%)", "O K series"). Layout after the programs' published exports; not yet checked
against a vendor's file.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import polars as pl

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..head import Head, text_of
from ..reading import Format
from ..table import read_table
from .eds import SYMBOLS

DISTANCE = re.compile(
    r"(?:distance|position|line distance|length)\s*[(\[/]?\s*(nm|um|µm|μm|mm|microns?)\s*[)\]]?", re.I
)
UNITS_NM = {"nm": 1.0, "um": 1e3, "µm": 1e3, "μm": 1e3, "mm": 1e6, "micron": 1e3, "microns": 1e3}
ELEMENT = re.compile(
    r"([A-Z][a-z]?)(?:[ _-]*[KLM](?:[aα]\d?|[bβ]\d?|[ _]?series)?\d?)?"
    r"\s*[(\[]?\s*(at\.?\s?%|atomic\s?%|wt\.?\s?%|weight\s?%|mass\s?%|counts|cps|)\s*[)\]]?"
)
MARKS = ("\t", ";", ",")
LEAST = 2  # elements


def _heading(lines: list[str]) -> tuple[int, str, float, list[str], str] | None:
    """Row, separator, nm of a unit of distance, elements in the order of the columns ("" for others), quantity."""
    for k, line in enumerate(lines):
        for mark in MARKS:
            cells = [cell.strip().strip('"').strip() for cell in line.rstrip("\r\n").split(mark)]
            found = DISTANCE.fullmatch(cells[0])
            if found is None or len(cells) < 1 + LEAST:
                continue
            matches = [ELEMENT.fullmatch(cell) for cell in cells[1:]]
            names = [m.group(1) if m is not None and m.group(1) in SYMBOLS else "" for m in matches]
            if sum(map(bool, names)) >= LEAST:
                said = [m.group(2).lower().replace(" ", "") for m, n in zip(matches, names, strict=True) if m and n]
                return k, mark, UNITS_NM[found.group(1).lower()], names, said[0]
    return None


def recognises(head: Head) -> bool:
    return _heading(head.lines[:100]) is not None


def read(path: Path) -> list[Measurement]:
    lines = text_of(path).splitlines()
    place = _heading(lines)
    if place is None:
        raise FileFormatError("no row has the headings of a line scan: a distance with its unit, and elements.")
    row, mark, unit, names, said = place
    heads = ["distance", *(name or f"other {k}" for k, name in enumerate(names))]
    kept = [name for name in names if name]
    if len(set(kept)) < len(kept):
        twice = next(name for name in kept if kept.count(name) > 1)
        raise FileFormatError(f"it has two columns of {twice}; export one line of each element.")
    table = read_table("\n".join(lines[row + 1 :]), heads, separator=mark).drop_nulls("distance")
    distance = table["distance"].to_numpy() * unit
    if distance.size < 2 or not np.all(np.diff(distance) > 0.0):
        raise FileFormatError("its distances do not rise from row to row.")
    frame = pl.DataFrame({"distance_nm": distance, **{name: table[name] for name in kept}})
    what = said or "counts, no heading says so"
    return [Measurement("line scan", path.stem, frame, {"quantity": what}, (f"the columns of elements are {what}",))]


FORMATS = (Format("EDS line scan (text, csv)", (".txt", ".csv"), ("line scan",), recognises, read, rank=38),)
