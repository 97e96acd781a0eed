"""UV-vis: Avantes Raw8 text, Ocean Optics (Ocean Insight) text, and csv with headings (Agilent, Shimadzu, own)."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import polars as pl

from ...errors import HeterofilmError
from ...records.measurement import Measurement
from ..photoelectron import lines_of, plain_number
from ..reading import Format
from ..table import read_table, separator_of

OCEAN = ">>>>>Begin"
# their heading -> our column, factor
COLUMNS: tuple[tuple[str, str, float], ...] = (
    (r"^wave(length)?\b.*|^nm$|^lambda.*|^λ.*", "wavelength_nm", 1.0),
    (r"^%\s*t(rans\w*)?\b.*|^t\s*[(\[/]?\s*%.*|^trans\w*.*%.*", "transmittance", 0.01),
    (r"^%\s*r(efl\w*)?\b.*|^r\s*[(\[/]?\s*%.*|^refl\w*.*%.*", "reflectance", 0.01),
    (r"^abs.*|^a(\.?u\.?)?$|^od$|^extinction.*", "absorbance", 1.0),
    (r"^trans.*|^t$", "transmittance", 1.0),
    (r"^refl.*|^r$", "reflectance", 1.0),
    (r"^(scope|sample|counts|intensity|signal).*", "intensity", 1.0),
    (r"^dark.*", "dark", 1.0),
    (r"^ref(erence)?\b.*", "reference", 1.0),
)
AVANTES = {"Sample": "intensity", "Dark": "dark", "Reference": "reference"}


def _ours(heading: str) -> tuple[str, float] | None:
    word = heading.strip().strip('"').strip().lower()
    if word.startswith("reference"):
        return "reference", 1.0
    return next(((ours, factor) for theirs, ours, factor in COLUMNS if re.match(theirs, word)), None)


def _cells(line: str) -> list[str]:
    quoted = re.findall(r'"([^"]*)"', line)
    return quoted if len(quoted) > 1 else [c.strip().strip('"') for c in re.split(r"[\t;,]|\s{2,}", line.strip())]


def _measurement(path: Path, table: pl.DataFrame, meta: dict[str, str | float | int], notes: list[str]) -> Measurement:
    table = table.drop_nulls("wavelength_nm").drop_nulls()
    finite = table.select(pl.all_horizontal(pl.all().is_finite() & (pl.all().abs() < 1e30))).to_series()
    if table.is_empty() or not finite.all():
        raise HeterofilmError("its table holds something that is no finite number.")
    if not (table["wavelength_nm"] > 0.0).all():
        raise HeterofilmError("it holds wavelengths that are not positive.")
    return Measurement("uvvis", path.stem, table, meta, tuple(notes))


def read_avantes(path: Path) -> list[Measurement]:
    lines = lines_of(path)
    top = next(k for k, line in enumerate(lines) if line.startswith("Wave"))
    meta: dict[str, str | float | int] = {}
    for line in lines[:top]:
        key, _, value = line.partition(":")
        number = plain_number(value)
        if key.startswith("Integration time") and number is not None:
            meta["integration_s"] = number / 1000.0
        elif key.startswith("Averaging") and number is not None:
            meta["scans"] = number
        elif "spectrometer" in key:
            meta["instrument"] = value.strip()
    names = [cell.strip() for cell in lines[top].split(";")]
    rows = [line for line in lines[top + 2 :] if line.strip()]
    # the last heading, Scope, stands in the file whether or not it has a column
    frame = read_table("\n".join(rows), names[: rows[0].count(";") + 1] if rows else names, separator=";")
    frame = frame.select("Wave", *(n for n in AVANTES if n in frame.columns)).rename({"Wave": "wavelength_nm"} | {
        n: ours for n, ours in AVANTES.items() if n in frame.columns
    })  # fmt: skip
    notes = []
    if {"intensity", "dark", "reference"} <= set(frame.columns):
        # T = (sample - dark)/(reference - dark): there only where the lamp gives light
        light = pl.col("reference") - pl.col("dark")
        frame = frame.with_columns(transmittance=(pl.col("intensity") - pl.col("dark")) / light).filter(light != 0.0)
        notes.append("Transmittance from sample, dark and reference counts; noise only where the lamp gives no light.")
    return [_measurement(path, frame, meta, notes)]


def read_ocean(path: Path) -> list[Measurement]:
    lines = lines_of(path)
    top = next(k for k, line in enumerate(lines) if line.startswith(OCEAN))
    meta: dict[str, str | float | int] = {}
    for line in lines[:top]:
        key, _, value = line.partition(":")
        number = plain_number(value)
        if key.startswith("Integration Time") and number is not None:
            meta["integration_s"] = number * (1.0 if "sec" in key and "usec" not in key else 1e-6)
        elif key.startswith("Scans to average") and number is not None:
            meta["scans"] = number
        elif key == "Spectrometer":
            meta["instrument"] = value.strip()
        elif key == "Date":
            meta["started"] = value.strip()
    rows = [line for line in lines[top + 1 :] if line.strip() and not line.startswith(">>>>>")]
    words = f"{lines[0]} {path.stem}".lower()
    kind = next(
        (c for c in ("absorbance", "transmission", "transmittance", "reflection", "reflectance") if c in words), ""
    )
    column = {"a": "absorbance", "t": "transmittance", "r": "reflectance", "": "intensity"}[kind[:1]]
    frame = read_table("\n".join(rows), ["wavelength_nm", column])
    notes = [f"What was measured is not stated in the file; {column} by its name."]
    if column in ("transmittance", "reflectance"):
        frame = frame.with_columns(pl.col(column) / 100.0)
        notes.append("Percent divided by 100.")
    return [_measurement(path, frame, meta, notes)]


def _headings(lines: list[str]) -> int | None:
    for k, line in enumerate(lines[:40]):
        found = [ours[0] for ours in map(_ours, _cells(line)) if ours]
        if "wavelength_nm" in found and {"absorbance", "transmittance", "reflectance", "intensity"} & set(found):
            return k
    return None


def read_csv(path: Path) -> list[Measurement]:
    lines = lines_of(path)
    top = _headings(lines)
    if top is None:
        raise HeterofilmError("it has no row of headings with a wavelength and an absorbance or transmittance.")
    cells = _cells(lines[top])
    body = [line for line in lines[top + 1 :] if line.strip()]
    frame = read_table("\n".join(body), cells, separator=separator_of(body[:20]))
    chosen: dict[str, pl.Expr] = {}
    notes = []
    for name, cell in zip(frame.columns, cells, strict=False):
        ours = _ours(cell)
        if ours and ours[0] not in chosen:
            chosen[ours[0]] = pl.col(name) * ours[1]
            if ours[1] != 1.0:
                notes.append(f"{ours[0]} divided by 100: the heading '{cell}' is in percent.")
    table = frame.select(**chosen)
    for column in ("transmittance", "reflectance"):
        if column in table.columns and np.nanmedian(table[column].to_numpy()) > 2.0:
            table = table.with_columns(pl.col(column) / 100.0)
            notes.append(f"{column} taken as percent and divided by 100, as its median is above 2.")
    meta: dict[str, str | float | int] = {"title": lines[0].strip('" ')} if top else {}
    return [_measurement(path, table, meta, notes)]


FORMATS = (
    Format(
        "Avantes text", (".txt",), ("uvvis",),
        lambda head: any(re.match(r"Wave\s*;\s*Sample", line) for line in head.lines[:20]), read_avantes,
    ),
    Format(
        "Ocean Optics text", (".txt",), ("uvvis",),
        lambda head: any(line.startswith(OCEAN) for line in head.lines[:60]), read_ocean,
    ),
    Format(
        "UV-vis csv", (".csv", ".txt"), ("uvvis",), lambda head: _headings(head.lines) is not None, read_csv, rank=40,
    ),
)  # fmt: skip
