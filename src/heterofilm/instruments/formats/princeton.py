"""Princeton Applied Research: VersaStudio .par, Parstat text (VersaStudio's export), PowerSuite text.

A .par file is text in blocks that look like XML but are none: ``<Segment1>`` holds a line ``Definition=`` with the
headings, and rows separated by commas. Rows without a frequency are dc data. Oxidation is positive, as a discharging
cell in a Parstat text shows. The layout of .par is after a published file, not yet checked against one of a vendor.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import polars as pl

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..head import Head, text_of
from ..potentiostat import Columns, impedance, polarisation, renamed, rows_of_numbers
from ..reading import Format
from ..table import read_table

COLUMNS: Columns = {
    "segment#": ("step", 1.0),
    "e(v)": ("voltage_V", 1.0),
    "i(a)": ("current_A", 1.0),
    "potential(v)": ("voltage_V", 1.0),
    "current(a)": ("current_A", 1.0),
    "elapsedtime(s)": ("time_s", 1.0),
    "frequency(hz)": ("frequency_Hz", 1.0),
    "frequency": ("frequency_Hz", 1.0),
    "zreal": ("Z_re_ohm", 1.0),
    "zimag": ("Z_im_ohm", 1.0),
    "zre": ("Z_re_ohm", 1.0),
    "zimg": ("Z_im_ohm", 1.0),
    "zre(ohms)": ("Z_re_ohm", 1.0),
    "zim(ohms)": ("Z_im_ohm", 1.0),
}
_SEGMENT = re.compile(r"<Segment(\d{1,6})>(.*?)(?:</Segment\1>|\Z)", re.DOTALL)
_ACTION = re.compile(r"<Action\d{1,6}>.*?^Name=([^\r\n]*)", re.DOTALL | re.MULTILINE)
_SWEEPS = re.compile(r"voltammetry|linear scan|tafel|polarization", re.IGNORECASE)


def _is_par(head: Head) -> bool:
    return head.text.lstrip().startswith("<Application>") and "Name=VersaStudio" in head.text[:2000]


def _read_par(path: Path) -> list[Measurement]:
    text = text_of(path)
    frames = []
    for k, (_, block) in enumerate(_SEGMENT.findall(text)):
        definition = re.search(r"^Definition=([^\r\n]*)", block, re.MULTILINE)
        rows = rows_of_numbers(block.splitlines())
        if definition is None or not rows:
            continue
        headings = [cell.strip() for cell in definition[1].split(",")]
        frame = renamed(read_table(rows, headings, separator=","), COLUMNS)
        step = pl.col("step") + 10_000 * k if "step" in frame.columns else pl.lit(float(k))
        frames.append(frame.with_columns(step.alias("step")))
    if not frames:
        raise FileFormatError("it holds no segment with data: the experiment ended before its first point.")
    actions = [name for name in _ACTION.findall(text) if name != "Common"]
    sweep = any(_SWEEPS.search(name) for name in actions)
    meta: dict[str, str | float | int] = {"experiment": ", ".join(actions)[:200]} if actions else {}
    return _split(pl.concat(frames, how="diagonal"), path.stem, meta, "voltammetry" if sweep else "cycling")


def _is_text(head: Head) -> bool:
    first = re.sub(r"\s*\t\s*", "\t", head.lines[0].strip()) if head.lines else ""
    return first.startswith("Potential (V)\tCurrent (A)\tElapsed Time (s)")


def _is_powersuite(head: Head) -> bool:
    return bool(head.lines) and head.lines[0].split() == ["Frequency", "Zre", "Zimg"]


def _read_text(path: Path) -> list[Measurement]:
    first, _, rows = text_of(path).partition("\n")
    frame = renamed(read_table(rows, first.rstrip().split("\t"), separator="\t"), COLUMNS)
    return _split(frame, path.stem, {}, "cycling")


def _split(
    frame: pl.DataFrame, name: str, meta: dict[str, str | float | int], dc: Literal["cycling", "voltammetry"]
) -> list[Measurement]:
    """Spectra, and what was measured without ac, as two measurements."""
    frequency = "frequency_Hz" in frame.columns
    ac = pl.col("frequency_Hz").fill_null(0.0) > 0.0 if frequency else pl.lit(False)
    rest = frame.filter(~ac)
    found = []
    if rest.height < frame.height:
        found.append(impedance(frame.filter(ac), name, meta))
    elif "Z_re_ohm" in frame.columns and "voltage_V" not in frame.columns:
        found.append(impedance(frame, name, meta))
        rest = rest.clear()
    if rest.height and {"time_s", "voltage_V", "current_A"} <= set(rest.columns):
        other = rest.drop("frequency_Hz", "Z_re_ohm", "Z_im_ohm", strict=False)
        found.append(polarisation(other, name if not found else f"{name}, dc", dc, meta))
    return found


FORMATS = (
    Format("VersaStudio par", (".par",), ("impedance", "voltammetry", "cycling"), _is_par, _read_par),
    Format("Parstat text", (".txt",), ("impedance", "cycling"), _is_text, _read_text),
    Format("PowerSuite text", (".txt",), ("impedance",), _is_powersuite, _read_text),
)
