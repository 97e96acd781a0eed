"""Metrohm Autolab: NOVA's ASCII export, and the older FRA program's .dfr and its text export.

NOVA writes a line of headings with units (``Frequency (Hz)``, ``-Z'' (Ω)``, ``WE(1).Potential (V)``) and rows
separated by semicolons, tabs or commas, numbers in the locale of the computer; oxidation is positive. Its layout is
after published exports, not yet checked against a vendor's file. A .dfr is a list of numbers, nine for each
frequency, of which the first three are f, Z' and -Z''.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl

from ...errors import FileFormatError, HeterofilmError
from ...records.measurement import Measurement
from ..head import Head, text_of
from ..headings import split
from ..potentiostat import Columns, impedance, polarisation, renamed, rows_of_numbers
from ..reading import Format
from ..table import number, read_table

NOVA: Columns = {
    "frequency(hz)": ("frequency_Hz", 1.0),
    "z'": ("Z_re_ohm", 1.0),
    "-z''": ("Z_im_ohm", -1.0),
    "z''": ("Z_im_ohm", 1.0),
    "time(s)": ("time_s", 1.0),
    "potentialdc(v)": ("voltage_V", 1.0),
    "we(1).potential(v)": ("voltage_V", 1.0),
    "we(1).current(a)": ("current_A", 1.0),
    "scan": ("cycle", 1.0),
}
FRA: Columns = {
    "f/hz": ("frequency_Hz", 1.0),
    "z'/ohm": ("Z_re_ohm", 1.0),
    "-z''/ohm": ("Z_im_ohm", -1.0),
    "time/s": ("time_s", 1.0),
    "edc/v": ("voltage_V", 1.0),
}
PER_POINT = 9
_NOVA = re.compile(r"WE\(1\)\.(Potential|Current)|Frequency \(Hz\).*-Z''", re.IGNORECASE)
_FRA = re.compile(r"\s*f/Hz\s+Z'/Ohm\s+-Z''/Ohm", re.IGNORECASE)


def _is_nova(head: Head) -> bool:
    """NOVA writes one spectrum in ohm; a table in another unit, or of several, is somebody's own."""
    if not head.lines or _NOVA.search(head.lines[0]) is None:
        return False
    parts = [cell for cell in re.split(r"[;\t,]", head.lines[0]) if re.match(r"\s*\"?-?Z'", cell)]
    return len(parts) <= 2 and {split(cell.strip())[1] for cell in parts} <= {"", "ohm"}


def _read_nova(path: Path) -> list[Measurement]:
    first, _, rows = text_of(path).partition("\n")
    mark = next(m for m in (";", "\t", ",") if m in first or m == ",")
    # the sign for ohm is lost in some encodings, and is no part of what tells the column
    headings = [re.sub(r"^(-?Z'+).*", r"\1", cell.strip().strip('"')) for cell in first.strip().split(mark)]
    frame = renamed(read_table(rows, headings, separator=mark), NOVA)
    if "frequency_Hz" in frame.columns:
        return [impedance(frame, path.stem)]
    sweeps = any(cell.lower().startswith(("scan", "potential applied")) for cell in headings)
    technique: Literal["cycling", "voltammetry"] = "voltammetry" if sweeps else "cycling"
    return [polarisation(frame, path.stem, technique)]


def _is_dfr(head: Head) -> bool:
    lines = head.lines[:4]
    return len(lines) == 4 and bool(re.match(r"VERSION\s*\d", lines[0])) and lines[1].strip().isdigit()


def _read_dfr(path: Path) -> list[Measurement]:
    lines = text_of(path).splitlines()
    try:
        points = int(lines[1])
        listed = [number(line) for line in lines[3 : 3 + PER_POINT * points]]
    except (ValueError, HeterofilmError):
        raise FileFormatError("its list of numbers is broken: export it from FRA or NOVA again.") from None
    whole = len(listed) // PER_POINT
    if not whole:
        raise FileFormatError("it holds no point of a spectrum.")
    f, real, minus_imaginary = np.array(listed[: whole * PER_POINT]).reshape(whole, PER_POINT).T[:3]
    notes = [] if whole == points else [f"the header says {points} points, {whole} are there"]
    frame = pl.DataFrame({"frequency_Hz": f, "Z_re_ohm": real, "Z_im_ohm": -minus_imaginary})
    return [impedance(frame, path.stem, notes=notes)]


def _is_fra_text(head: Head) -> bool:
    return any(_FRA.match(line) for line in head.lines[:30])


def _read_fra_text(path: Path) -> list[Measurement]:
    lines = text_of(path).splitlines()
    at = next(k for k, line in enumerate(lines) if _FRA.match(line))
    rows = rows_of_numbers([line for line in lines[at + 1 :] if len(line.split()) > 1])  # one number: how many follow
    frame = renamed(read_table(rows, lines[at].split(), separator=" "), FRA)
    title = lines[0].partition(":")[2].strip()
    return [impedance(frame, path.stem, {"title": title} if title else {})]


FORMATS = (
    Format("Autolab NOVA text", (".txt", ".csv"), ("impedance", "voltammetry", "cycling"), _is_nova, _read_nova),
    Format("Autolab FRA dfr", (".dfr",), ("impedance",), _is_dfr, _read_dfr),
    Format("Autolab FRA text", (".p00", ".txt"), ("impedance",), _is_fra_text, _read_fra_text),
)
