"""Any table of text by a map that says what each of its columns is, for headings that no reader knows."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

import polars as pl

from ..errors import FileFormatError, HeterofilmError, InputError, did_you_mean
from ..files import check_file
from ..records.measurement import TECHNIQUES, Measurement
from ..units import parse_unit
from .axis_units import ANGLE, axis_factor
from .cycler import assemble
from .fractions import as_fractions
from .head import Head, text_of
from .headings import ROLES, Layout, split
from .numbers import first_row, rows_of
from .rows import Heading, cells, head_lines, read_rows, units_below
from .table import read_table, separator_of

__all__ = ["COLUMNS", "read_columns", "technique_with"]

COLUMNS: dict[str, str] = ROLES | {
    "wavelength_nm": "nm", "absorbance": "1", "transmittance": "1", "reflectance": "1", "intensity": "",
    "raman_shift_cm-1": "1/cm", "two_theta_deg": "", "binding_energy_eV": "eV", "kinetic_energy_eV": "eV",
}  # fmt: skip
"""What a column of a map can be, and the unit it is kept in ("" for counts, angles, numbers and words)."""

MAX_BARE = 50_000_000  # bytes of a table without headings
_CYCLED = ("cycling", "voltammetry")
_TOLD = (*_CYCLED, "impedance", "xps", "raman", "xrd", "uvvis")  # what columns alone can tell
_PER_AREA = parse_unit("A/m2").dimension


def technique_with(columns: Collection[str]) -> str:
    """The first technique whose columns are all there; "" for none.

    >>> technique_with(["wavelength_nm", "transmittance"]), technique_with(["time_s", "voltage_V", "current_A"])
    ('uvvis', 'cycling')
    """
    there = {"Z_im_ohm" if name == "minus_Z_im_ohm" else name for name in columns}
    return next((name for name in _TOLD if all(there & set(group) for group in TECHNIQUES[name])), "")


def read_columns(
    path: str | os.PathLike[str],
    columns: Mapping[str, str] | Mapping[str | int, str],
    units: Mapping[str, str] | Mapping[str | int, str] | None = None,
    *,
    positive: Literal["charge", "discharge", "unknown"] = "unknown",
    technique: str = "",
    area_m2: float | None = None,
) -> Measurement:
    """A table of text by a map of its columns: heading -> ours (``time_s``, ``voltage_V``, ``current_A``, ...).

    - `columns`: the file's headings, as they stand there, or for a file without headings the numbers of its columns
      from 1; ours are the keys of `COLUMNS`;
    - `units`: heading -> unit where the heading itself does not say it, for example ``{"I": "uA"}``; otherwise SI, or
      the unit that our name ends with;
    - `positive`: what a positive current is: ``charge``, ``discharge`` or ``unknown`` (found out from the voltage);
    - `technique`: a key of `TECHNIQUES`; left out, the first that these columns make;
    - `area_m2`: of the electrode, for a current that the file gives per area.

    Errors: `HeterofilmError` for a heading that is not in the file, an unknown name or unit, or columns that make no
    measurement.
    """
    path, given_units = Path(path), dict(units or {})
    numbered = [key for key in columns if isinstance(key, int)]
    if numbered and len(numbered) < len(columns):
        raise FileFormatError("Name the columns of a file by their headings or by their numbers, not by both.")
    units = {str(key): unit for key, unit in given_units.items()}
    columns = {str(key): ours for key, ours in columns.items()}
    for ours in columns.values():
        if ours not in COLUMNS:
            raise InputError(f"There is no column '{ours}'.{did_you_mean(ours, COLUMNS)} Known: {', '.join(COLUMNS)}.")
    if positive not in ("charge", "discharge", "unknown"):
        raise FileFormatError(f"A positive current can mean 'charge', 'discharge' or 'unknown', not '{positive}'.")
    for given in units:
        if given not in columns:
            raise FileFormatError(f"A unit is given for '{given}', which is not among the columns of the map.")
    heading, below = (None, {}) if numbered else _heading(path, columns)
    stated = {given: units.get(given) or split(given)[1] or below.get(given, "") for given in columns}
    current = next((given for given, ours in columns.items() if ours == "current_A"), "")
    scale = 1.0
    if stated.get(current, "") not in ("", "clock") and parse_unit(stated[current]).dimension == _PER_AREA:
        if area_m2 is None:
            raise FileFormatError(f"'{current}' is a current per area: give the electrode's area with it.")
        scale, stated[current] = parse_unit(stated[current]).factor * area_m2, "A"
    told: list[str] = []
    if heading is not None:
        own = {cell: _with_unit(cell, below) for cell in heading.cells}
        said = replace(heading, cells=tuple(own[cell] for cell in heading.cells))
        frame = read_rows(path, said, [own[one] for one in columns], told)
        frame = frame.rename({own[one]: one for one in columns})
    else:
        frame = _by_number(path, numbered, told)
    if scale != 1.0:
        frame = frame.with_columns(pl.col(current) * scale)
    kind = technique or technique_with(columns.values()) or "cycling"
    try:
        if kind == "impedance":
            found = _impedance(frame, path, columns, stated)
        else:
            _check(columns, stated)
            if kind in _CYCLED:
                found = _cycled(frame, path, columns, stated, positive, kind)
            else:
                found = _curve(frame, path, columns, stated, kind)
        notes, doubts = (*found.notes, *told), (*found.doubts, *told)
        return replace(found, format="table with a map of its columns", path=path, notes=notes, doubts=doubts)
    except HeterofilmError as error:
        raise FileFormatError(f"Cannot read '{path}': {error}") from None


def _check(columns: Mapping[str, str], stated: Mapping[str, str]) -> None:
    """Every unit is one of what its column measures."""
    for given, unit in stated.items():
        ours = COLUMNS[columns[given]]
        if not unit or (unit, ours) in (("clock", "s"), ("C", "K")):  # "C" of a temperature is degrees
            continue
        if unit == "clock" or parse_unit(unit).dimension != parse_unit(ours or "1").dimension:
            raise FileFormatError(f"'{unit}' is no unit for {columns[given]} ('{given}').")


def _cycled(
    frame: pl.DataFrame,
    path: Path,
    columns: Mapping[str, str],
    stated: Mapping[str, str],
    positive: str,
    technique: str,
) -> Measurement:
    roles: dict[str, str] = {}
    fallback: dict[str, str] = {}
    renamed: dict[str, str] = {}
    for k, (given, ours) in enumerate(columns.items()):
        unit = stated[given]
        said = f"map {chr(97 + k % 26)}{k}"  # words of its own: two headings may read alike
        renamed[given], roles[said], fallback[ours] = said, ours, "" if unit == "clock" else unit
        if unit == "clock":
            renamed[given] = f"{said} (hh:mm:ss)"
    layout = Layout(f"the map of '{path.name}'", roles, fallback, positive)
    return assemble(frame.rename(renamed), layout, path.stem, technique=technique)


def _impedance(frame: pl.DataFrame, path: Path, columns: Mapping[str, str], stated: Mapping[str, str]) -> Measurement:
    from .impedance_sweeps import MINUS
    from .impedance_table import scales  # which knows headings from here
    from .potentiostat import impedance

    given = {ours: heading for heading, ours in columns.items()}
    minus = "minus_Z_im_ohm" in given
    wanted = ("frequency_Hz", "Z_re_ohm", "minus_Z_im_ohm" if minus else "Z_im_ohm")
    for ours in wanted:
        if ours not in given:
            raise FileFormatError(f"a spectrum needs {', '.join(wanted)}, but the map has no {ours}.")
    if not minus and MINUS.match(given["Z_im_ohm"]):
        raise FileFormatError(f"the heading '{given['Z_im_ohm']}' says -Im Z: map it to minus_Z_im_ohm.")
    factors, unit, _ = scales([f"{given[ours]} ({stated[given[ours]]})" for ours in wanted])
    factors[2] *= -1.0 if minus else 1.0
    table = frame.select(
        (pl.col(given[ours]).cast(pl.Float64) * factor).alias(ours.removeprefix("minus_"))
        for ours, factor in zip(wanted, factors, strict=True)
    )
    return impedance(table, path.stem, per_area=unit == "ohm m2")


def _curve(
    frame: pl.DataFrame, path: Path, columns: Mapping[str, str], stated: Mapping[str, str], technique: str
) -> Measurement:
    def scaled(given: str, ours: str) -> pl.Expr:
        unit, own = stated[given], COLUMNS[ours] or "1"
        factor = parse_unit(unit).factor / parse_unit(own).factor if unit else 1.0
        if ours == "two_theta_deg" and not unit:
            factor = axis_factor(given, ANGLE, "degrees")
        return (pl.col(given).cast(pl.Float64) * factor).alias(ours)

    table = frame.select(scaled(given, ours) for given, ours in columns.items()).drop_nulls().drop_nans()
    table, notes = as_fractions(table, frozenset(columns[given] for given, unit in stated.items() if unit))
    return Measurement(technique, path.stem, table, {}, tuple(notes))


def _by_number(path: Path, numbers: list[int], told: list[str]) -> pl.DataFrame:
    """The columns of these numbers, under them as names, from the first of three lines of as many numbers on.

    Errors: `HeterofilmError` for a number that no column has, or a file without such lines.
    """
    check_file(path, MAX_BARE)
    try:
        lines = text_of(path).splitlines()
        start = first_row(lines, max(max(numbers), 1))
        if start is None or min(numbers) < 1:
            raise FileFormatError(f"it has no rows of at least {max(numbers)} numbers; columns are counted from 1.")
        body = [line for line in lines[start:] if line.strip()]
        mark = separator_of(body[:20])
        width = max(len(rows_of(line, mark) or []) for line in body[:3])
        frame = read_table("\n".join(body), [str(k) for k in range(1, width + 1)], separator=mark, told=told)
        return frame.select(str(k) for k in numbers)
    except HeterofilmError as error:
        raise FileFormatError(f"Cannot read '{path}': {error}") from None


def _with_unit(cell: str, below: Mapping[str, str]) -> str:
    """A heading with the unit that stands below it, where it has none of its own."""
    return f"{cell} ({below[cell]})" if below.get(cell) and not split(cell)[1] else cell


def _heading(path: Path, columns: Mapping[str, str]) -> tuple[Heading, dict[str, str]]:
    """The line in which all the headings of the map stand, and the units that a line below it says."""
    nearest: tuple[str, ...] = ()
    head = Head.of(path)
    for lines in head_lines(head):
        for number, line in enumerate(lines):
            for mark in ("\t", ";", ","):
                found = cells(line, mark)
                if set(columns) <= set(found):
                    below = units_below(lines, number, mark, len(found))
                    if below is None:
                        return Heading(number, found, mark), {}
                    return Heading(number + 1, found, mark), dict(zip(found, below, strict=True))
                if len(set(columns) & set(found)) > len(set(columns) & set(nearest)) or (
                    not nearest and len(found) > 1
                ):
                    nearest = found
    missing = next((given for given in columns if given not in nearest), "")
    hint = did_you_mean(missing, nearest)
    raise FileFormatError(
        f"Cannot read '{path}': it has no heading '{missing}'.{hint} It has {', '.join(nearest[:20]) or 'none'}."
    )
