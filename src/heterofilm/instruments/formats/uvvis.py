"""UV-vis: Avantes Raw8 text, Ocean Optics (Ocean Insight) text."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..photoelectron import lines_of, plain_number
from ..reading import Format
from ..table import read_table

__all__ = ["FORMATS", "spectrum"]

OCEAN = ">>>>>Begin"
AVANTES = {"Sample": "intensity", "Dark": "dark", "Reference": "reference"}


def spectrum(name: str, table: pl.DataFrame, meta: dict[str, str | float | int], notes: list[str]) -> Measurement:
    """A UV-vis spectrum of finite numbers at positive wavelengths.

    Errors: `HeterofilmError` for a table without such rows.
    """
    table = table.drop_nulls("wavelength_nm").drop_nulls()
    finite = table.select(pl.all_horizontal(pl.all().is_finite() & (pl.all().abs() < 1e30))).to_series()
    if table.is_empty() or not finite.all():
        raise FileFormatError("its table holds something that is no finite number.")
    if not (table["wavelength_nm"] > 0.0).all():
        raise FileFormatError("it holds wavelengths that are not positive.")
    return Measurement("uvvis", name, table, meta, tuple(notes))


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
    return [spectrum(path.stem, frame, meta, notes)]


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
    return [spectrum(path.stem, frame, meta, notes)]


FORMATS = (
    Format(
        "Avantes text", (".txt",), ("uvvis",),
        lambda head: any(re.match(r"Wave\s*;\s*Sample", line) for line in head.lines[:20]), read_avantes,
    ),
    Format(
        "Ocean Optics text", (".txt",), ("uvvis",),
        lambda head: any(line.startswith(OCEAN) for line in head.lines[:60]), read_ocean,
    ),
)  # fmt: skip
