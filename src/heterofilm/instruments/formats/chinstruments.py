"""CH Instruments text ("Convert to Text"): impedance, voltammetry, chrono methods.

A header of ``Name (unit) = value`` lines, a line of headings such as ``Potential/V, Current/A``, and rows separated by
commas or tabs. The program lets the user count reduction or oxidation positive and does not write down which: in a
voltammogram the sign follows from its loop (`anodic_is_positive`). Voltammograms have no time: it is that of the
scan rate. The layout of voltammograms is after published exports, not yet checked against a vendor's file.
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
from ..potentiostat import Columns, anodic_is_positive, impedance, polarisation, renamed, rows_of_numbers
from ..reading import Format
from ..table import number, read_table

COLUMNS: Columns = {
    "freq/hz": ("frequency_Hz", 1.0),
    "z'/ohm": ("Z_re_ohm", 1.0),
    'z"/ohm': ("Z_im_ohm", 1.0),
    "z''/ohm": ("Z_im_ohm", 1.0),
    "potential/v": ("voltage_V", 1.0),
    "current/a": ("current_A", 1.0),
    "i1/a": ("current_A", 1.0),
    "charge/c": ("charge_C", 1.0),
    "time/sec": ("time_s", 1.0),
    "time/s": ("time_s", 1.0),
}
_HEADINGS = re.compile(r"(Freq/Hz|Potential/V|Time/s(ec)?)\s*[,\t]\s*\S", re.IGNORECASE)
_SETTING = re.compile(r"^([^=\n]{1,40}?)\s*=\s*(\S+)\s*$", re.MULTILINE)


def _recognises(head: Head) -> bool:
    known = "Instrument Model:  CHI" in head.text or re.search(r"^Init E \(V\) =", head.text, re.MULTILINE)
    return bool(known) and any(_HEADINGS.match(line) for line in head.lines)


def _read(path: Path) -> list[Measurement]:
    lines = text_of(path).splitlines()
    at = next((k for k, line in enumerate(lines) if _HEADINGS.match(line)), None)
    if at is None:
        raise FileFormatError("it has no line of headings such as 'Potential/V, Current/A': it was cut short.")
    header = "\n".join(lines[:at])
    settings = {name: value for name, value in _SETTING.findall(header)}
    title = next((line for line in lines[1:2] if "=" not in line), "").strip()
    meta: dict[str, str | float | int] = {"experiment": title, "started": lines[0].strip()} if title else {}
    mark = "\t" if "\t" in lines[at] else ","
    headings = [cell.strip() for cell in lines[at].split(mark)]
    frame = renamed(read_table(rows_of_numbers(lines[at + 1 :]), headings, separator=mark), COLUMNS)
    if "frequency_Hz" in frame.columns:
        if (potential := _value(settings, "Init E (V)")) is not None:
            frame = frame.with_columns(voltage_V=pl.lit(potential))
        return [impedance(frame, path.stem, meta)]
    if "time_s" in frame.columns and "current_A" not in frame.columns:
        if not title.lower().startswith("open circuit"):
            raise FileFormatError("it has no column of current: in 'Text File Format' choose current as well.")
        frame = frame.with_columns(current_A=pl.lit(0.0))
    if "voltage_V" in frame.columns and "time_s" not in frame.columns:
        return [_voltammogram(frame, path.stem, meta, settings)]
    notes = ["oxidation is taken for positive: a chrono method does not tell how the program was set"]
    if "voltage_V" not in frame.columns:
        potential = _value(settings, "Init E (V)")
        frame = frame.with_columns(voltage_V=pl.lit(potential if potential is not None else np.nan))
        notes.append("the potential is the one that was set")
    return [polarisation(frame, path.stem, "cycling", meta, notes)]


def _voltammogram(
    frame: pl.DataFrame, name: str, meta: dict[str, str | float | int], settings: dict[str, str]
) -> Measurement:
    rate = _value(settings, "Scan Rate (V/s)")
    if rate is None or not rate > 0.0:
        raise FileFormatError("it has no line 'Scan Rate (V/s) = ...': without it the potential has no time.")
    if "current_A" not in frame.columns:
        raise FileFormatError("it has no column of current: in 'Text File Format' choose current as well.")
    frame = frame.select(c for c in ("voltage_V", "current_A") if c in frame.columns).drop_nulls().drop_nans()
    V = frame["voltage_V"].to_numpy()
    frame = frame.with_columns(time_s=pl.Series(np.concatenate([[0.0], np.cumsum(np.abs(np.diff(V)))]) / rate))
    notes = [f"time from the scan rate of {rate:g} V/s"]
    anodic = anodic_is_positive(V, frame["current_A"].to_numpy())
    if anodic is None:
        notes.append("one direction only: oxidation is taken for positive")
    else:
        which = "oxidation" if anodic else "reduction"
        notes.append(f"{which} is positive in this file, as its loop tells")
    positive: Literal["anodic", "cathodic"] = "cathodic" if anodic is False else "anodic"
    return polarisation(frame, name, "voltammetry", meta | {"scan_rate_V_s": rate}, notes, positive=positive)


def _value(settings: dict[str, str], name: str) -> float | None:
    try:
        return number(settings[name])
    except (KeyError, HeterofilmError):
        return None


FORMATS = (
    Format("CH Instruments text", (".txt", ".csv"), ("impedance", "voltammetry", "cycling"), _recognises, _read),
)
