"""Gamry Framework .DTA: impedance (EIS), cyclic voltammetry, chrono methods, open circuit.

Tab-separated objects, one a line; a line ``ZCURVE  TABLE`` begins a table: headings, units, rows that begin with a tab
(help.gamry.com, "Data File Overview"). Numbers follow the locale of the computer.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import polars as pl

from ...errors import FileFormatError, HeterofilmError
from ...records.measurement import Measurement
from ...units import to_si
from ..head import Head, text_of
from ..potentiostat import Columns, impedance, polarisation, renamed
from ..reading import Format
from ..table import number, read_table

IMPEDANCE: Columns = {
    "time": ("time_s", 1.0),
    "freq": ("frequency_Hz", 1.0),
    "zreal": ("Z_re_ohm", 1.0),
    "zimag": ("Z_im_ohm", 1.0),
    "vdc": ("voltage_V", 1.0),
}
CORRECTED: Columns = {"zrealdrcor": ("Z_re_ohm", 1.0), "zimagdrcor": ("Z_im_ohm", 1.0)}
POLARISATION: Columns = {"t": ("time_s", 1.0), "vf": ("voltage_V", 1.0), "im": ("current_A", 1.0)}
VOLTAMMETRY = ("CV", "LSV", "LINEARSWEEP", "CYCPOL", "POTENTIODYNAMIC", "POTDYN", "STRIPPING")
TEXTS = {"TITLE": "title", "DATE": "date", "TIME": "time", "PSTAT": "instrument"}
ASIDE = ("OCVCURVE", "FRACURVE")  # before and after what was measured


def _recognises(head: Head) -> bool:
    return head.text.lstrip().startswith("EXPLAIN") and "\nTAG\t" in head.text[:4000].replace("\r", "\n")


def _read(path: Path) -> list[Measurement]:
    objects, tables = _parsed(text_of(path))
    tag = objects.get("TAG", [""])[0].upper()
    meta: dict[str, str | float | int] = {"experiment": tag}
    meta |= {name: objects[key][1] for key, name in TEXTS.items() if len(objects.get(key, [])) > 1}
    meta |= _area(objects)
    notes: list[str] = []
    if objects.get("EXPERIMENTABORTED", ["", "F"])[1:2] == ["T"]:
        notes.append("the experiment was aborted: what was measured until then is read")
    spectra = [rows for name, rows in tables if name.startswith("ZCURVE")]
    if spectra:
        frames = [_spectrum(rows, notes).with_columns(step=pl.lit(k)) for k, rows in enumerate(spectra, 1)]
        return [impedance(pl.concat(frames, how="diagonal"), path.stem, meta, notes)]
    curves = [(name, rows) for name, rows in tables if not name.startswith(ASIDE)] or [
        pair for pair in tables if pair[0].startswith("OCVCURVE")
    ]
    if not curves:
        raise FileFormatError("it holds no table of data: the experiment ended before its first point.")
    frames = []
    for k, (name, rows) in enumerate(curves, 1):
        frame = renamed(rows, POLARISATION)
        if "current_A" not in frame.columns and "voltage_V" in frame.columns and "Vm" in rows.columns:
            frame = frame.with_columns(current_A=pl.lit(0.0))
            notes.append(f"{name} is at open circuit: no current")
        frames.append(frame.with_columns(cycle=pl.lit(k)) if len(curves) > 1 else frame)
    technique: Literal["cycling", "voltammetry"] = "voltammetry" if tag.startswith(VOLTAMMETRY) else "cycling"
    cathodic = objects.get("CONVENTION", ["", "1"])[1:2] == ["0"]
    return [
        polarisation(
            pl.concat(frames, how="diagonal"), path.stem, technique, meta, tuple(dict.fromkeys(notes)),
            positive="cathodic" if cathodic else "anodic",
        )
    ]  # fmt: skip


def _spectrum(rows: pl.DataFrame, notes: list[str]) -> pl.DataFrame:
    frame, corrected = renamed(rows, IMPEDANCE), renamed(rows, CORRECTED)
    if corrected.width == 2 and {"Z_re_ohm", "Z_im_ohm"} <= set(frame.columns):
        notes.append("Z corrected for drift by the instrument is taken; as measured it stands in Z_re_measured_ohm")
        raw = frame.select(Z_re_measured_ohm="Z_re_ohm", Z_im_measured_ohm="Z_im_ohm")
        frame = frame.with_columns(corrected).with_columns(raw)
    return frame


def _parsed(text: str) -> tuple[dict[str, list[str]], list[tuple[str, pl.DataFrame]]]:
    """The objects of the header, by their names, and the tables with rows, in the order of the file."""
    objects: dict[str, list[str]] = {}
    found: list[tuple[str, list[str]]] = []
    inside = False
    for line in text.splitlines():
        if re.match(r"\w*CURVE\w*\tTABLE", line):
            found.append((line.split("\t", 1)[0], []))
            inside = True
        elif inside and line.startswith("\t"):
            found[-1][1].append(line[1:])
        elif line and not line[0].isspace():
            inside = False
            key, *values = line.split("\t")
            objects.setdefault(key, values)
    return objects, [
        (name, read_table("\n".join(lines[2:]), lines[0].split("\t"), separator="\t"))
        for name, lines in found
        if len(lines) > 2
    ]


def _area(objects: dict[str, list[str]]) -> dict[str, str | float | int]:
    """The electrode area of the header: 1 cm2 unless the user changed it, so it is told, but not used."""
    try:
        return {"stated_area_m2": to_si(number(objects["AREA"][1]), "cm2")}
    except (KeyError, IndexError, HeterofilmError):
        return {}


FORMATS = (Format("Gamry DTA", (".dta",), ("impedance", "voltammetry", "cycling"), _recognises, _read),)
