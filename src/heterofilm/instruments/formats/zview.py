"""Scribner ZPlot/ZView .z, and the same layout as Autolab's programs export it ("Z60W").

A header, a line of headings ``Freq(Hz) Ampl Bias Time(Sec) Z'(a) Z''(b) GD Err Range``, and rows separated by tabs
or commas. Z'' has its sign: a capacitor's is negative.
"""

from __future__ import annotations

import re
from pathlib import Path

from ...errors import FileFormatError, HeterofilmError
from ...records.measurement import Measurement
from ..head import Head, text_of
from ..potentiostat import Columns, impedance, renamed, rows_of_numbers
from ..reading import Format
from ..table import number, read_table

COLUMNS: Columns = {
    "freq(hz)": ("frequency_Hz", 1.0),
    "bias": ("voltage_V", 1.0),
    "time(sec)": ("time_s", 1.0),
    "z'(a)": ("Z_re_ohm", 1.0),
    "z''(b)": ("Z_im_ohm", 1.0),
}
_FIRST = re.compile(r'\s*"?(ZPLOT2 ASCII|ZPlotW? Data File|Z60W? Data File)', re.IGNORECASE)
_HEADINGS = re.compile(r'\s*"?\s*Freq\s*\(Hz\)', re.IGNORECASE)
_OPEN_CIRCUIT = re.compile(r"Open Circuit Potential \(V\):\s*([^\s\"]+)")
_POINTS = re.compile(r"Data Points:\s*(\d{1,9})")


def _recognises(head: Head) -> bool:
    return bool(_FIRST.match(head.text))


def _read(path: Path) -> list[Measurement]:
    text = text_of(path)
    lines = text.splitlines()
    at = next((k for k, line in enumerate(lines) if _HEADINGS.match(line)), None)
    if at is None:
        raise FileFormatError("it has no line of headings 'Freq(Hz) ... Z'(a) Z''(b)': it was cut short or edited.")
    headings = re.split(r"\s{2,}|[\t,]\s*", lines[at].strip().strip('"').strip())
    rows = rows_of_numbers(lines[at + 1 :])
    if not rows:
        raise FileFormatError("no row of data follows its headings: the sweep ended before its first point.")
    frame = renamed(read_table(rows, headings), COLUMNS)
    notes = []
    said = _POINTS.search(text)
    if said is not None and int(said[1]) != frame.height:
        notes.append(f"the header says {said[1]} points, {frame.height} are there")
    for name in ("voltage_V", "time_s"):  # a column of zeros was not measured
        if name in frame.columns and not (frame[name].fill_null(0.0) != 0.0).any():
            frame = frame.drop(name)
    if "voltage_V" in frame.columns:
        notes.append("the column Bias is taken for the dc potential")
    return [impedance(frame, path.stem, _meta(text[:20_000]), notes)]


def _meta(head: str) -> dict[str, str | float | int]:
    found = _OPEN_CIRCUIT.search(head)
    try:
        return {"open_circuit_V": number(found[1])} if found else {}
    except HeterofilmError:
        return {}


FORMATS = (Format("ZPlot/ZView", (".z", ".txt"), ("impedance",), _recognises, _read),)
