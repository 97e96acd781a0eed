"""Scienta Omicron text (SES): sections of ``key=value`` lines, one region after the other, energies and slices."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..head import Head
from ..photoelectron import lines_of, photoelectrons, plain_number, unique_names
from ..reading import Format

SECTION = re.compile(r"\[(Info|Region|Data|Run Mode Information)(?: (\d+))?\]\s*$")
# their key -> our key of meta
KEYS = {
    "Sample": "sample", "Pass Energy": "pass_energy_eV", "Number of Sweeps": "scans", "Lens Mode": "lens",
    "Instrument": "instrument", "Acquisition Mode": "acquisition", "Comments": "comment",
}  # fmt: skip


def read(path: Path) -> list[Measurement]:
    settings: dict[str, dict[str, str]] = {}  # number of the region -> its keys
    rows: dict[str, list[str]] = {}
    kind, number = "", ""
    for line in lines_of(path):
        section = SECTION.match(line)
        if section:
            kind, number = section.group(1), section.group(2) or ""
        elif kind == "Data" and line.strip():
            rows.setdefault(number, []).append(line)
        elif kind in ("Info", "Region") and number:
            key, _, value = line.partition("=")
            settings.setdefault(number, {})[key.strip()] = value.strip()
    if not rows:
        raise FileFormatError("it holds no [Data] section with rows; export the spectrum from SES again.")
    return unique_names([_region(k, settings.get(k, {}), lines) for k, lines in rows.items()])


def _region(number: str, known: dict[str, str], lines: list[str]) -> Measurement:
    name = known.get("Region Name") or f"region {number}"
    try:
        table = np.array([line.split() for line in lines], float)
    except ValueError:
        raise FileFormatError(f"the rows of its region '{name}' are no table of numbers.") from None
    if table.ndim != 2 or table.shape[1] < 2:
        raise FileFormatError(f"its region '{name}' has no column of intensities.")
    size = plain_number(known.get("Dimension 1 size", ""))
    if size is not None and size != table.shape[0]:
        raise FileFormatError(f"its region '{name}' is cut short: {table.shape[0]} of {size:.0f} rows are there.")
    binding = "binding" in known.get("Dimension 1 name", known.get("Energy Scale", "kinetic")).lower()
    meta: dict[str, str | float | int] = {"intensity_unit": "arbitrary"}
    for theirs, ours in KEYS.items():
        if known.get(theirs, "").strip(" ;"):
            value = plain_number(known[theirs]) if ours in ("pass_energy_eV", "scans") else None
            meta[ours] = known[theirs] if value is None else value
    if known.get("Date"):
        meta["started"] = f"{known['Date']} {known.get('Time', '')}".strip()
    step = plain_number(known.get("Step Time", ""))
    if step is not None:
        meta["dwell_s"] = step / 1000.0
    slices = table.shape[1] - 1
    notes = [f"Sum of {slices} slices of the detector."] if slices > 1 else []
    return photoelectrons(
        name, table[:, 1:].sum(axis=1), kinetic_eV=None if binding else table[:, 0],
        binding_eV=table[:, 0] if binding else None,
        photon_energy_eV=plain_number(known.get("Excitation Energy", "")), technique=None, meta=meta, notes=notes,
    )  # fmt: skip


def _is(head: Head) -> bool:
    return head.text.startswith("[Info]") and "Number of Regions=" in head.text[:200]


FORMATS = (Format("Scienta text", (".txt",), ("xps", "ups"), _is, read),)
