"""Ivium: .idf (one data set) and .ids (several), a text of settings with the numbers in it.

Before the numbers stand a line ``primary_data``, the number of columns and the number of rows. What the three columns
are follows from the method: real part, imaginary part and frequency for impedance; potential and current for
voltammetry; time, current and potential for everything else. Impedance is checked against a vendor's file; the others
follow a published description. Current is positive on oxidation.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import polars as pl

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..head import Head
from ..photoelectron import unique_names
from ..potentiostat import TURNED, impedance, polarisation
from ..reading import Format

MAX_ROWS = 5_000_000
MAX_FILE = 200_000_000
_DATA = re.compile(rb"primary_data\s*\r?\n\s*(\d{1,3})\s*\r?\n\s*(\d{1,9})\s*\r?\n")
_KEY = re.compile(rb"^(Method|Technique|Title|Scanrate|starttime)=([^\r\n]{0,200})", re.MULTILINE)
SWEPT = re.compile(r"voltammetry|linearsweep|linear sweep|\bcv\b|\blsv\b", re.IGNORECASE)


def read(path: Path) -> list[Measurement]:
    if path.stat().st_size > MAX_FILE:
        raise FileFormatError(f"it is larger than {MAX_FILE // 1_000_000} MB; export its data sets one by one.")
    raw = path.read_bytes()
    found: list[Measurement] = []
    begin = 0
    for place in _DATA.finditer(raw):
        keys = {
            k.decode().lower(): v.decode("cp1252", "replace").strip()
            for k, v in _KEY.findall(raw, begin, place.start())
        }
        begin = place.end()
        columns, count = int(place[1]), int(place[2])
        if count == 0:
            continue
        if columns != 3 or not 2 * columns * count <= len(raw) - begin or count > MAX_ROWS:
            raise FileFormatError(f"it claims {count} rows of {columns} numbers, which the file cannot hold.")
        found.append(_data_set(_table(raw, begin, count), keys, path.stem))
    if not found:
        raise FileFormatError("it holds no primary data: no measurement was finished.")
    return unique_names(found)


def _table(raw: bytes, begin: int, count: int) -> np.ndarray:
    """The rows that follow, shape (count, 3)."""
    lines = raw[begin : begin + 200 * count].split(b"\n", count)[:count]
    words = b" ".join(lines).replace(b",", b".").split()
    if len(lines) < count or len(words) != 3 * count:
        raise FileFormatError(
            f"it holds {len(words)} of the {3 * count} numbers that it claims: it is damaged or cut short."
        )
    try:
        return np.array(words, dtype=np.float64).reshape(-1, 3)
    except ValueError:
        raise FileFormatError("there are words among its numbers: it is damaged.") from None


def _data_set(table: np.ndarray, keys: dict[str, str], stem: str) -> Measurement:
    method = f"{keys.get('method', '')} {keys.get('technique', '')}".strip()
    meta: dict[str, str | float | int] = {"technique": method} if method else {}
    if keys.get("starttime"):
        meta["started"] = keys["starttime"]
    name = keys.get("title") or stem
    if "impedance" in method.lower():
        frame = pl.DataFrame({"Z_re_ohm": table[:, 0], "Z_im_ohm": table[:, 1], "frequency_Hz": table[:, 2]})
        return impedance(frame, name, meta)
    if SWEPT.search(method):
        return _swept(table, keys, name, meta)
    frame = pl.DataFrame({"time_s": table[:, 0], "current_A": table[:, 1], "voltage_V": table[:, 2]})
    notes = [f"The columns of the method '{method or 'not stated'}' were taken for time, current and potential."]
    return polarisation(frame, name, "cycling", meta, notes)


def _swept(table: np.ndarray, keys: dict[str, str], name: str, meta: dict[str, str | float | int]) -> Measurement:
    """Potential and current; time from the scan rate, where it is stated."""
    E, current = table[:, 0], table[:, 1]
    notes = ["The columns were taken for potential and current, as the method is a sweep."]
    try:
        rate = float(keys.get("scanrate", "").replace(",", "."))
    except ValueError:
        rate = 0.0
    columns = {"voltage_V": E, "current_A": current}
    if not rate > 0.0:
        sound = np.isfinite(E) & np.isfinite(current)
        frame = pl.DataFrame({k: v[sound] for k, v in columns.items()}).with_columns(0.0 - pl.col("current_A"))
        notes += [TURNED, "The file does not state the scan rate."]
        return Measurement("voltammetry", name, frame, meta, tuple(notes))
    meta["scan_rate_V_s"] = rate
    time = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(E)))]) / rate
    notes.append(f"Time was taken from the scan rate that the file states, {rate:g} V/s.")
    return polarisation(pl.DataFrame({"time_s": time} | columns), name, "voltammetry", meta, notes)


def _is(head: Head) -> bool:
    start = head.bytes
    return b"Mconfig=" in start or (b"primary_data" in start and b"Technique=" in start) or (
        b"Version=" in start[:64] and b"Corrosion=" in start
    )  # fmt: skip


FORMATS = (
    Format("Ivium data", (".idf", ".ids"), ("impedance", "voltammetry", "cycling"), _is, read),
)  # fmt: skip
