"""Diffraction as text: .xy, .xye and csv with a column of 2 theta, with or without headings and comments."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import polars as pl

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..axis_units import ANGLE, axis_factor
from ..head import Head, text_of
from ..reading import Format
from ..repeats import BELOW, other_headings, scans
from ..table import complete, read_table, separator_of
from ._scan import diffraction, first_row, rows_of

SUFFIXES = (".xy", ".xye", ".xyd", ".asc")
_ANGLE = re.compile(r"2\s*[-_]?\s*th(eta)?\b|2\s*[θΘϑ]|two[ _-]?theta|\btth\b|^[\s#\"']*theta\b", re.I)
_STRENGTH = re.compile(r"intens|count|\bcps\b|\bpsd\b|\byobs\b|\by\b", re.I)
_VECTOR = re.compile(r"[\s#\"']*(?:q\b|[dks]\s*[(\[/])", re.I)
_TURNED = re.compile(r"sqrt|√|\blog(?:10)?\b|\bln\b", re.I)
_WAVELENGTH = re.compile(r"(?:wavelength|lambda)[^=:\n]{0,30}[=:]\s*([0-9]+\.[0-9]+)", re.I)
HALF_A_SCAN = 45.0  # deg: a column "theta" that ends below may well be theta, of a scan up to 90 deg of 2 theta
FOREIGN = ("SpecsLab", "binding energy", "kinetic energy", "Raman", "1/cm", "wavelength (nm)", "Created by:")


def _recognises(head: Head) -> bool:
    lines = head.lines[:-1] if head.size > len(head.bytes) else head.lines
    start = first_row(lines)
    if start is None or any(word.lower() in head.text[:4000].lower() for word in FOREIGN):
        return False
    if any(_ANGLE.search(line) and _STRENGTH.search(line) for line in lines[max(0, start - 5) : start]):
        return True
    if head.suffix not in SUFFIXES:
        return False
    mark = separator_of(lines[start : start + 3])
    rows = [rows_of(line, mark) for line in lines[start:]]
    angles = np.array([row[0] for row in rows if row is not None and len(row) in (2, 3)])
    return bool(angles.size >= 3 and np.all(np.diff(angles) > 0.0) and angles[0] >= -20.0 and angles[-1] <= 180.0)


def _read(path: Path) -> list[Measurement]:
    lines = text_of(path).splitlines()
    start = first_row(lines)
    if start is None:
        raise FileFormatError("it holds no rows of two numbers.")
    head = "\n".join(lines[:start])
    body = [line for line in lines[start:] if line.strip() and line.lstrip()[0] not in "#;/!'*"]
    if not body:
        raise FileFormatError("it holds no rows of two numbers.")
    width = len(rows_of(body[0], separator_of(body[:20])) or [])
    if width not in (2, 3):
        raise FileFormatError(f"it has {width} columns; 2 theta, intensity and at most its error are expected.")
    notes: list[str] = []
    columns = ["2theta", "intensity", "error"][:width]
    table = complete(read_table("\n".join(body), ["x", "y", "e"][:width], told=notes, headings=columns), notes)
    table = table.select(pl.all().cast(pl.Float64))
    if table.is_empty():
        raise FileFormatError("it holds no row of numbers.")
    meta: dict[str, str | float | int] = {}
    heading = next((line for line in reversed(lines[:start]) if _ANGLE.search(line)), "")
    above = heading or next((line for line in reversed(lines[:start]) if line.strip()), "")
    if not heading and _VECTOR.match(above):
        raise FileFormatError(
            f"its first column is headed '{above.split()[0][:20]}', no angle: export it over 2 theta."
        )
    if _TURNED.search(heading):
        raise FileFormatError(f"its heading '{heading.strip()[:60]}' says roots or logarithms: export counts or rates.")
    if not heading:
        notes.append("the first column was taken for 2 theta in degrees, no heading says so")
    elif re.match(r"[\s#\"']*theta", heading, re.I):
        top = float(table["x"].to_numpy().max())
        if top <= HALF_A_SCAN:
            raise FileFormatError(
                f"its angles are headed 'theta' and run to {top:.4g} deg: this may be theta or 2 theta; double them if "
                "they are theta, and head the column '2theta'."
            )
        notes.append(f"the column 'theta' was taken for 2 theta, for it runs to {top:.4g} deg: check the first lines")
    if found := _WAVELENGTH.search(head):
        meta["wavelength_m"] = float(found[1]) * 1e-10
    else:
        notes.append("the file does not say which wavelength was used")
    other_headings(body, heading)
    angle = next((cell for cell in re.split(r"[\t;,]", heading) if _ANGLE.search(cell)), heading)
    factor = axis_factor(angle.strip(), ANGLE, "degrees") if heading else 1.0
    if factor != 1.0:
        notes.append(f"angles multiplied by {factor:.6g}: that is the unit of the heading '{angle.strip()}'")
    x = factor * table["x"].to_numpy()
    parts = scans(x)
    if len(parts) > 1:
        notes.append(BELOW.format(len(parts)))
    return [
        diffraction(
            f"{path.stem}, scan {k}" if len(parts) > 1 else path.stem, x[rows], table["y"].to_numpy()[rows], meta,
            notes,
            table["e"].to_numpy()[rows] if width == 3 else None,
        )
        for k, rows in enumerate(parts, 1)
    ]  # fmt: skip


FORMATS = (
    Format("diffraction text (xy, xye, csv)", (".xy", ".xye", ".csv", ".txt"), ("xrd",), _recognises, _read, 60),
)
