"""UV-vis as csv with headings: Agilent Cary (batches too), Shimadzu, JASCO and own tables.

A Cary batch has a line of names, a line of headings, and two columns for each spectrum: every pair is a spectrum of its
own. Its baselines and zeros are no samples. What follows the table after an empty line is the log.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import polars as pl

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..axis_units import WAVELENGTH, axis_factor
from ..fractions import FRACTIONS, as_fractions, as_transmittance
from ..head import Head
from ..photoelectron import lines_of, unique_names
from ..reading import Format
from ..repeats import apart
from ..table import complete, read_table, separator_of
from .uvvis import spectrum

__all__ = ["FORMATS", "ours"]

# their heading -> our column, factor
COLUMNS: tuple[tuple[str, str, float], ...] = (
    (r"^wave(length)?\b.*|^nm$|^lambda.*|^λ.*", "wavelength_nm", 1.0),
    (r"^%\s*t(rans\w*)?\b.*|^t\s*[(\[/]?\s*%.*|^trans\w*.*%.*|^trans\w*.*per\s?cent.*", "transmittance", 0.01),
    (r"^%\s*r(efl\w*)?\b.*|^r\s*[(\[/]?\s*%.*|^refl\w*.*%.*|^refl\w*.*per\s?cent.*", "reflectance", 0.01),
    (r"^absorpt(ance|ion)\b.*(%|per\s?cent).*|^%\s*a(bsorpt\w*)?$|^a\s*[(\[/]?\s*%.*", "absorptance", 0.01),
    (r"^absorptance\b.*", "absorptance", 1.0),
    (r"^(abs|a\b).*[(\[/]\s*m(au|od|abs)\b.*", "absorbance", 1e-3),
    (r"^abs(?!orption\s*coe).*|^a(\.?u\.?)?$|^od$|^extinction.*", "absorbance", 1.0),
    (r"^trans.*|^t$", "transmittance", 1.0),
    (r"^refl.*|^r$", "reflectance", 1.0),
    (r"^(scope|sample|counts|intensity|signal).*", "intensity", 1.0),
    (r"^dark.*", "dark", 1.0),
    (r"^ref(erence)?\b.*", "reference", 1.0),
)
QUANTITIES = frozenset({"absorbance", "absorptance", "transmittance", "reflectance", "intensity"})
BASELINE = re.compile(r"base\s?line|^\W*(zero(\s?line)?|(100|0)\s?%\s?[tr])\b", re.IGNORECASE)
LEAST = 20  # rows of a further table: a list of peaks in the log has fewer
_NUMBER = re.compile(r'[\s",;]*[+-]?\.?\d')
PER_CENT = re.compile(r"%|per\s?cent", re.IGNORECASE)


def ours(heading: str) -> tuple[str, float] | None:
    """Our column for a heading, and the factor to its unit; None for another heading.

    >>> ours("%T"), ours("Wavelength (nm)"), ours("Time")
    (('transmittance', 0.01), ('wavelength_nm', 1.0), None)
    """
    word = heading.strip().strip('"').strip().lower()
    if word.startswith("reference"):
        return "reference", 1.0
    return next(((name, factor) for theirs, name, factor in COLUMNS if re.match(theirs, word)), None)


def _cells(line: str) -> list[str]:
    quoted = re.findall(r'"([^"]*)"', line)
    return (
        quoted if len(quoted) > 1 else [c.strip().strip('"') for c in re.split(r"[\t;,]|\s{2,}", line.strip(" \r\n"))]
    )


def _names(line: str) -> bool:
    """Whether the cells of a line name a wavelength and what was measured at it."""
    found = {known[0] for known in map(ours, _cells(line)) if known}
    return "wavelength_nm" in found and bool(QUANTITIES & found)


def _headings(lines: list[str]) -> int | None:
    """The first of the first forty lines that holds headings."""
    return next((k for k, line in enumerate(lines[:40]) if _names(line)), None)


def _rows(lines: list[str]) -> tuple[list[str], int]:
    """The lines of the table, to the first that does not begin with a number, and which that is."""
    begin = next((k for k, line in enumerate(lines) if _NUMBER.match(line)), len(lines))
    end = next((k for k in range(begin, len(lines)) if not _NUMBER.match(lines[k])), len(lines))
    return lines[begin:end], end


def read(path: Path) -> list[Measurement]:
    lines = lines_of(path)
    top = _headings(lines)
    if top is None:
        raise FileFormatError("it has no row of headings with a wavelength and an absorbance or transmittance.")
    found: list[Measurement] = []
    short: list[str] = []
    while top is not None:
        body, end = _rows(lines[top + 1 :])
        if not found and not body:
            raise FileFormatError("it holds no row of data.")
        if not found or len(body) >= LEAST:
            found += _table(path, lines, top, body)
        elif body:
            short.append(
                f"{len(body)} rows below the headings of line {top + 1}, too few for a spectrum, were left out"
            )
        # further tables stand below their own headings; what else follows is the log
        top = next((k for k in range(top + 1 + max(end, 1), len(lines)) if _names(lines[k])), None)
    found = [replace(m, notes=(*m.notes, *short)) for m in found]
    return unique_names([part for m in found for part in apart(m, "wavelength_nm")])


def _table(path: Path, lines: list[str], top: int, body: list[str]) -> list[Measurement]:
    """The spectra of one table, whose headings stand in line `top`."""
    cells = _cells(lines[top])
    marks: list[str] = []
    frame = read_table(
        "\n".join(body), [f"{k} {cell}" for k, cell in enumerate(cells)], separator=separator_of(body[:20]), told=marks,
        headings=cells,
    )  # fmt: skip
    groups = _groups(cells)
    titles = _titles(lines[top - 1]) if top and len(groups) > 1 else []
    found: list[Measurement] = []
    left_out: list[str] = []
    for first, columns in groups:
        name = titles[first] if first < len(titles) and titles[first] else path.stem if len(groups) == 1 else ""
        name = name or f"{path.stem} {len(found) + len(left_out) + 1}"
        if len(groups) > 1 and BASELINE.match(name):
            left_out.append(name)
            continue
        table, notes = _spectrum(frame, cells, columns)
        if not table.is_empty():
            meta: dict[str, str | float | int] = {"title": lines[0].strip('" ,;\t')} if top and len(groups) == 1 else {}
            found.append(spectrum(name, table, meta, [*marks, *notes]))
    if not found:
        raise FileFormatError(f"it holds no spectrum of a sample{f', only {left_out[0]}' if left_out else ''}.")
    if left_out:
        names = ", ".join(repr(name) for name in left_out[:4])
        told = f"{names}: no sample, left out; whether the spectra were corrected by it is not stated."
        found = [replace(m, notes=(*m.notes, told)) for m in found]
    return found


def _titles(line: str) -> list[str]:
    """The names above the headings, each in the column of its wavelengths."""
    mark = next((mark for mark in ("\t", ";", ",") if mark in line), ",")
    return [cell.strip().strip('"').strip() for cell in line.rstrip("\r\n").split(mark)]


def _groups(cells: list[str]) -> list[tuple[int, dict[str, int]]]:
    """For each column of wavelengths its place and what belongs to it: our column -> place.

    With one such column a quantity that comes several times belongs to several spectra.
    """
    known = [ours(cell) for cell in cells]
    axes = [k for k, one in enumerate(known) if one and one[0] == "wavelength_nm"]
    groups: list[tuple[int, dict[str, int]]] = []
    for axis, end in zip(axes, [*axes[1:], len(cells)], strict=True):
        group: dict[str, int] = {}
        for k in range(axis + 1 if len(axes) > 1 else 0, end):
            one = known[k]
            if one is None or one[0] == "wavelength_nm":
                continue
            if one[0] in QUANTITIES & group.keys():
                groups.append((axis if len(axes) > 1 else min(group.values()), {"wavelength_nm": axis} | group))
                group = {}
            group.setdefault(one[0], k)
        if QUANTITIES & group.keys():
            groups.append((axis if len(axes) > 1 else min(group.values()), {"wavelength_nm": axis} | group))
    return groups


def _spectrum(frame: pl.DataFrame, cells: list[str], columns: dict[str, int]) -> tuple[pl.DataFrame, list[str]]:
    """The columns of one spectrum under our names and in our units, and what was turned."""
    chosen: dict[str, pl.Expr] = {}
    notes: list[str] = []
    for name, k in columns.items():
        known = ours(cells[k])
        factor = known[1] if known else 1.0
        if name == "absorbance" and PER_CENT.search(cells[k]):
            raise FileFormatError(
                f"its heading '{cells[k]}' contradicts itself, for an absorbance (-log10 T) has no per cent: call the "
                "column 'Absorptance (%)' (the share absorbed, 1 - T - R), or 'Absorbance' with the numbers as they "
                "are."
            )
        if name == "wavelength_nm":
            factor = axis_factor(cells[k], WAVELENGTH, "nm")
        chosen[name] = pl.col(frame.columns[k]) * factor
        if factor == 0.01:
            notes.append(f"{name} divided by 100: the heading '{cells[k]}' is in percent.")
        elif factor != 1.0:
            notes.append(f"{name} multiplied by {factor:g}: that is the unit of the heading '{cells[k]}'.")
    table = complete(frame.select(**chosen), notes)
    stated = frozenset(name for name, k in columns.items() if name in FRACTIONS and PER_CENT.search(cells[k]))
    table, said = as_fractions(table, stated)
    table, turned = as_transmittance(table)
    return table, [*notes, *said, *turned]


def _recognises(head: Head) -> bool:
    return _headings(head.lines) is not None


FORMATS = (Format("UV-vis csv (Cary, Shimadzu, own)", (".csv", ".txt"), ("uvvis",), _recognises, read, rank=40),)
