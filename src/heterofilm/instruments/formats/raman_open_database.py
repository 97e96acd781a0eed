"""Raman Open Database .rod: CIF with a loop of shift and intensity."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..head import Head, text_of
from ..reading import Format
from ._raman import raman

SHIFT, STRENGTH = "_raman_spectrum.raman_shift", "_raman_spectrum.intensity"
# item, our key, factor (None: text)
ITEMS = (
    ("_chemical_name_mineral", "mineral", None),
    ("_chemical_formula_sum", "formula", None),
    ("_raman_measurement_device.excitation_laser_wavelength", "laser_m", 1e-9),
    ("_raman_measurement.temperature", "temperature_K", 1.0),
    ("_journal_paper_doi", "doi", None),
)


def _recognises(head: Head) -> bool:
    return "\n_raman_" in head.text and "data_" in head.text[:5000]


def _read(path: Path) -> list[Measurement]:
    text = text_of(path)
    lines = [line.strip() for line in text.splitlines()]
    if SHIFT not in lines:
        raise FileFormatError(f"it has no loop with {SHIFT}.")
    names: list[str] = []
    rows: list[list[str]] = []
    at = lines.index(SHIFT)
    while at > 0 and lines[at - 1].startswith("_"):
        at -= 1
    for line in lines[at:]:
        if line.startswith("_") and not rows:
            names.append(line)
        elif not line or line.startswith(("_", "loop_", "#", "data_")):
            break
        else:
            rows.append(line.split())
    if STRENGTH not in names or any(len(row) != len(names) for row in rows) or not rows:
        raise FileFormatError("its loop of intensities is cut short.")
    try:
        table = np.array(rows, dtype=float)
    except ValueError:
        raise FileFormatError("there are words among its intensities.") from None
    meta: dict[str, str | float | int] = {}
    for item, key, factor in ITEMS:
        if found := re.search(rf"^{re.escape(item)}\s+(.+)$", text, re.M):
            word = found[1].strip().strip("'\"")
            try:
                meta[key] = word if factor is None else factor * float(word)
            except ValueError:
                continue
    name = str(meta.get("mineral") or path.stem)
    return [raman(name, table[:, names.index(SHIFT)], table[:, names.index(STRENGTH)], meta)]


def _is_structure(head: Head) -> bool:
    return "_cell_length_a" in head.text and "_raman_" not in head.text


def _refuse(path: Path) -> list[Measurement]:
    raise FileFormatError("it is a crystal structure (CIF), not a measurement; tools/patterns.py makes lines of it.")


FORMATS = (
    Format("Raman Open Database", (".rod",), ("raman",), _recognises, _read),
    Format("CIF (refused: a structure)", (".cif",), ("xrd",), _is_structure, _refuse),
)
