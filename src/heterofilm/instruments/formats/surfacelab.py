"""ION-TOF SurfaceLab: a ToF-SIMS depth profile exported as text.

Lines that begin with ``#`` head the file: remarks, one row of ions, one of masses (u, ``N/A`` for sums and ratios), one
of headings; then a row for each point: its number, sputter time, dose, fluence, and the counts of each ion.
"""

from __future__ import annotations

import math
from pathlib import Path

import polars as pl

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..head import Head, text_of
from ..reading import Format
from ..table import read_table

AXES = {  # vendor heading, up to its unit -> our column, factor
    "Sputter Time (s)": ("time_s", 1.0),
    "Depth (nm)": ("depth_nm", 1.0),
    "Dose (ions)": ("dose_ions", 1.0),
    "Fluence (ions/cm^2)": ("fluence_ions_m-2", 1e4),
}
IGNORED = ("Data Point #", "Scan #", "")


def recognises(head: Head) -> bool:
    marked = [line for line in head.lines[:40] if line.startswith("#")]
    return any("Sputter Time" in line or ("Data Point #" in line and "\t" in line) for line in marked)


def read(path: Path) -> list[Measurement]:
    lines = text_of(path).splitlines()
    marked = [line for line in lines[:200] if line.startswith("#")]
    rows = [line for line in lines if line.strip() and not line.startswith("#")]
    table = [line.lstrip("#").split("\t") for line in marked if "\t" in line]
    if not table:
        raise FileFormatError("its heading rows are missing; export the profile again with its header.")
    headings = [cell.strip() for cell in table[-1]]
    first = next((k for k, name in enumerate(headings) if name.startswith("Intensity")), len(headings))
    width = max((k + 1 for k, name in enumerate(headings) if name), default=0)
    if len(table) < 2 or first >= width:
        raise FileFormatError("no row names its ions; export the profile again with its header.")
    ions = [cell.strip() for cell in table[0]] + [""] * width
    masses = [cell.strip() for cell in table[1]] + [""] * width if len(table) > 2 else [""] * width
    if not rows:
        raise FileFormatError("it holds no row of data.")
    frame = read_table("\n".join(row.rstrip() for row in rows), [f"#{k}" for k in range(width)], separator="\t")
    columns: dict[str, pl.Series] = {}
    meta: dict[str, str | float | int] = {}
    notes: list[str] = []
    for k, heading in enumerate(headings[:width]):
        if k >= first:
            ion = _apart(ions[k] or f"ion {k - first + 1}", columns)
            columns[ion] = frame[f"#{k}"]
            if (mass := _mass(masses[k])) is not None:
                meta[f"mass_u {ion}"] = mass
        elif heading in AXES:
            name, factor = AXES[heading]
            columns[name] = factor * frame[f"#{k}"]
        elif heading not in IGNORED:
            notes.append(f"column '{heading}' was left out: it is no quantity this reader knows")
    # a ratio over no count is written as inf, and so is what a unit carries beyond the largest number
    found = pl.DataFrame(columns).select(pl.when(pl.all().is_finite()).then(pl.all()))
    if not {"time_s", "depth_nm"} & set(found.columns):
        raise FileFormatError("it has no column 'Sputter Time (s)'; export the profile over sputter time.")
    measured = found.drop([name for name, _ in AXES.values()], strict=False)
    empty = measured.select(pl.all_horizontal((pl.all() == 0.0) | pl.all().is_null())).to_series()
    kept = found.height if empty.all() else found.height - int(empty.reverse().arg_min() or 0)
    if kept < found.height:
        notes.append(f"{found.height - kept} point(s) without any count at the end (the run was stopped) were left out")
    found = found[:kept]
    axis = found["time_s" if "time_s" in found.columns else "depth_nm"].fill_null(math.nan).to_numpy()
    if not bool((axis[1:] > axis[:-1]).all()):
        raise FileFormatError("its sputter time does not rise from row to row; the export is damaged or joined.")
    remarks = [line.lstrip("# ").strip() for line in marked if "\t" not in line]
    if remarks:
        meta["remark"] = "; ".join(remark for remark in remarks if remark)
    notes.append("counts are the program's own: corrected for dead time, isotopes summed where the ion's name says so")
    return [Measurement("depth profile", path.stem, found, meta, tuple(notes))]


def _apart(name: str, taken: dict[str, pl.Series]) -> str:
    return name if name not in taken else f"{name} ({sum(known.split(' (')[0] == name for known in taken) + 1})"


def _mass(cell: str) -> float | None:
    try:
        mass = float(cell.replace(",", "."))
    except ValueError:
        return None
    return mass if 0.0 < mass < 1e5 else None


FORMATS = (Format("ION-TOF SurfaceLab depth profile", (".txt",), ("depth profile",), recognises, read),)
