"""JASCO Spectra Manager text: a key and its value a line, then ``XYDATA`` and rows.

Absorbance, transmittance and reflectance over wavelength, emission, and Raman spectra; infrared and circular dichroism
are tables. Layout after published descriptions; not yet checked against a vendor's file.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import polars as pl

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..fractions import as_fractions, as_transmittance
from ..head import Head
from ..photoelectron import lines_of, plain_number
from ..reading import Format
from ..table import read_table
from ._raman import raman
from .uvvis import spectrum

_ROW = re.compile(r"\s*[+-]?[\d.]")
QUANTITIES = (  # their unit of the ordinate -> our column, factor (None: found out)
    (re.compile(r"^%\s*a|^absorpt.*%", re.I), "absorptance", 0.01),
    (re.compile(r"^absorpt", re.I), "absorptance", None), (re.compile(r"^abs", re.I), "absorbance", 1.0),
    (re.compile(r"^%\s*t", re.I), "transmittance", 0.01),
    (re.compile(r"^%\s*r", re.I), "reflectance", 0.01), (re.compile(r"^t(rans)?", re.I), "transmittance", None),
    (re.compile(r"^r(efl)?", re.I), "reflectance", None),
    (re.compile(r"^(int|counts|energy|arb)", re.I), "intensity", 1.0),
)  # fmt: skip


def read(path: Path) -> list[Measurement]:
    lines = lines_of(path)
    top = next((k for k, line in enumerate(lines) if line.strip().upper() == "XYDATA"), None)
    if top is None:
        raise FileFormatError("it has no line 'XYDATA' with rows below it.")
    keys: dict[str, str] = {}
    for line in lines[:top]:
        key, _, value = (line if "\t" in line else line.replace(",", "\t", 1)).partition("\t")
        keys[key.strip().upper()] = value.strip().strip('"')
    body = []
    for line in lines[top + 1 :]:
        if not _ROW.match(line):
            break
        body.append(line)
    if not body:
        raise FileFormatError("it holds no row of data below 'XYDATA'.")
    width = len(re.split(r"[\t;]|\s+", body[0].strip())) if "\t" in body[0] or ";" in body[0] else 2
    frame = read_table("\n".join(body), [f"c{k}" for k in range(max(width, 2))]).select(pl.all().cast(pl.Float64))
    stated = plain_number(keys.get("NPOINTS", ""))
    notes = (
        []
        if stated is None or stated == frame.height
        else [f"its header says {stated:.0f} points, {frame.height} are there"]
    )
    frame = frame.drop_nulls()
    return [_named(keys, frame, path.stem, notes)]


def _named(keys: dict[str, str], frame: pl.DataFrame, stem: str, notes: list[str]) -> Measurement:
    x, y = (frame[name].to_numpy() for name in frame.columns[:2])
    kind, unit, over = (keys.get(key, "") for key in ("DATA TYPE", "YUNITS", "XUNITS"))
    meta: dict[str, str | float | int] = {}
    for theirs, ours in (("SPECTROMETER/DATA SYSTEM", "instrument"), ("DATE", "started"), ("DATA TYPE", "data_type")):
        meta |= {ours: keys[theirs]} if keys.get(theirs) else {}
    name = keys.get("TITLE") or stem
    if "raman" in kind.lower() and "1/cm" in over.lower().replace("cm-1", "1/cm"):
        return raman(name, x, y, meta, notes)
    if not over.upper().startswith("NANOMETER") and over.lower() != "nm":
        said = f"over '{over or 'an unknown unit'}' and of the type '{kind or 'not stated'}' it is no UV-vis"
        finite = frame.filter(pl.all_horizontal(pl.all().is_finite()))
        return Measurement("table", name, finite, meta, (*notes, said))
    if re.search(r"fluor|lumin|emission", kind, re.IGNORECASE):
        finite = pl.DataFrame({"wavelength_nm": x, "intensity": y}).filter(
            pl.all_horizontal(pl.all().is_finite() & (pl.all().abs() < 1e30)) & (pl.col("wavelength_nm") > 0.0)
        )
        return Measurement("photoluminescence", name, finite.sort("wavelength_nm"), meta, tuple(notes))
    known = next(((ours, factor) for pattern, ours, factor in QUANTITIES if pattern.match(unit.strip())), None)
    if known is None:
        known = ("intensity", 1.0)
        notes.append(f"the unit '{unit or 'not stated'}' of the ordinate is not known; taken for an intensity")
    ours, factor = known
    table = pl.DataFrame({"wavelength_nm": x, ours: np.asarray(y) * (factor or 1.0)})
    if factor == 0.01:
        notes.append(f"{ours} divided by 100: the file gives it in percent.")
    if factor is None:
        table, said_of = as_fractions(table)
        notes += said_of
    table, turned = as_transmittance(table)
    notes += turned
    return spectrum(name, table, meta, notes)


def _is(head: Head) -> bool:
    start = head.text[:6000]
    return re.search(r"^TITLE[\t,]", start) is not None and re.search(r"^XYDATA\s*$", start, re.MULTILINE) is not None


FORMATS = (
    Format("JASCO text", (".txt", ".csv"), ("uvvis", "raman", "photoluminescence", "table"), _is, read),
)  # fmt: skip
