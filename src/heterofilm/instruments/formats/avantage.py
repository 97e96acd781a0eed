"""Thermo Avantage workbooks (.xlsx): a sheet for each region, its parameters beside or above the table.

The table begins where a cell names binding or kinetic energies with a unit in or below it; intensities stand in
the next column that has a unit, backgrounds and peaks of a fit in those after. Layout after published descriptions of
the export; not yet checked against a vendor's file.
"""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..head import Head
from ..photoelectron import is_rate, photoelectrons, plain_number, unique_names
from ..reading import Format
from ..workbook import Sheet, is_workbook, sheets
from ..xray_lines import AL_K_ALPHA

AXIS = re.compile(r"\s*(binding|kinetic)\s*energy", re.IGNORECASE)
COUNTS = re.compile(r"count|cps|residual", re.IGNORECASE)
ALUMINIUM = re.compile(r"\bal\s*k", re.IGNORECASE)
# their label of a parameter, our key
PARAMETERS = (
    (re.compile(r"pass energy", re.I), "pass_energy_eV"), (re.compile(r"dwell|time per step", re.I), "dwell_s"),
    (re.compile(r"number of scans|scans", re.I), "scans"),
    (re.compile(r"photon energy|excitation energy", re.I), "photon_energy_eV"),
)  # fmt: skip


def _place(sheet: Sheet) -> tuple[int, int] | None:
    """Row and column of the cell that names the energies."""
    for row, cells in enumerate(sheet.top):
        for column, cell in enumerate(cells):
            if AXIS.match(cell):
                return row, column
    return None


def read(path: Path) -> list[Measurement]:
    found = []
    for sheet in sheets(path):
        place = _place(sheet)
        if place is not None:
            region = _region(sheet, *place)
            if region is not None:
                found.append(region)
    if not found:
        raise FileFormatError("none of its sheets has energies with intensities beside them.")
    return unique_names(found)


def _region(sheet: Sheet, row: int, column: int) -> Measurement | None:
    heads = sheet.top[row]
    below = sheet.top[row + 1] if row + 1 < len(sheet.top) else []
    has_units = column < len(below) and plain_number(below[column]) is None
    unit_row = row + 1 if has_units else row
    units = sheet.top[unit_row]
    frame = sheet.rows(unit_row)
    said = [
        f"{heads[k] if k < len(heads) else ''} {units[k] if has_units and k < len(units) else ''}".strip()
        for k in range(frame.width)
    ]
    numbers = frame.select(pl.all().cast(pl.String).str.strip_chars().cast(pl.Float64, strict=False))
    others = [
        k for k in range(column + 1, frame.width)
        if said[k] and numbers[:, k].null_count() < numbers.height and not AXIS.match(said[k])
    ]  # fmt: skip
    if not others:
        return None
    chosen = next((k for k in others if COUNTS.search(said[k])), others[0])
    table = numbers.select(numbers.columns[column], numbers.columns[chosen]).drop_nulls()
    if table.height < 3:
        return None
    meta, assumed = _parameters(sheet, row)
    meta["intensity_unit"] = (
        "counts/s" if is_rate(said[chosen]) else "counts" if "count" in said[chosen].lower() else "as in the file"
    )
    meta["region"] = sheet.name
    if meta["intensity_unit"] == "counts" and "dwell_s" not in meta:
        assumed.append("Intensities are counts and the dwell time is not stated.")
    binding = "binding" in heads[column].lower()
    photon = meta.pop("photon_energy_eV", None)
    energies = table[:, 0].to_numpy()
    if "kev" in said[column].lower():
        energies = 1e3 * energies
    return photoelectrons(
        re.sub(r"\s*scan\s*$", "", sheet.name, flags=re.IGNORECASE) or sheet.name, table[:, 1].to_numpy(),
        binding_eV=energies if binding else None, kinetic_eV=None if binding else energies,
        photon_energy_eV=float(photon) if isinstance(photon, int | float) else None, meta=meta, notes=assumed,
    )  # fmt: skip


def _parameters(sheet: Sheet, row: int) -> tuple[dict[str, str | float | int], list[str]]:
    """What the cells around the table say, each label with what follows it in its row."""
    meta: dict[str, str | float | int] = {}
    notes: list[str] = []
    for cells in sheet.top:
        for k, cell in enumerate(cells):
            for label, key in PARAMETERS:
                if key in meta or not label.search(cell) or len(cell) > 80:
                    continue
                value = next(
                    (plain_number(word) for word in (cell.partition(":")[2], *cells[k + 1 :]) if word.strip()), None
                )
                if value is not None and value > 0.0:
                    millis = key == "dwell_s" and any("ms" in word.lower() for word in (cell, *cells[k + 1 : k + 3]))
                    meta[key] = value / 1e3 if millis else value
    if "photon_energy_eV" not in meta and any(ALUMINIUM.search(cell) for cells in sheet.top for cell in cells):
        meta["photon_energy_eV"] = AL_K_ALPHA
        notes.append(f"The source is named Al K alpha: photons of {AL_K_ALPHA:g} eV were taken.")
    return meta, notes


def _is(head: Head) -> bool:
    if not is_workbook(head):
        return False
    return any(_place(sheet) is not None for sheet in sheets(head.path))


FORMATS = (Format("Thermo Avantage workbook", (".xlsx",), ("xps", "ups"), _is, read, rank=70),)
