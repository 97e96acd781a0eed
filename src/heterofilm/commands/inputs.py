"""What the commands are given: files, quantities with units, pairs NAME=VALUE; and tables written and printed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from ..errors import HeterofilmError, InputError
from ..figures.figure import Figure
from ..figures.panels import save_sheet
from ..figures.save import check_plot_path
from ..files import check_file, is_file, write_table
from ..instruments import Measurement, read_all, read_columns, recognise
from ..instruments.generic import GENERIC
from ..library.value import mistaken
from ..records.charge import SOURCES
from ..records.record import Record
from ..units import parse_plus_minus, parse_quantity, parse_unit, to_si
from . import answer

MAX_BYTES = 500_000_000
FEW = 12  # cycles that are printed without gaps


def read_record(
    path: str, thickness: str | None, area: str | None, columns: str | None = None, scan_rate: str | None = None
) -> Record:
    """The record in a file, with what the user adds to it: one of heterofilm's, or an instrument's file.

    `columns`: what the columns of a text table are (see `read_mapped`); `scan_rate`: of a voltammogram without times.

    Errors: `HeterofilmError` for a file that is missing, too large (500 MB) or neither of these, for an instrument's
    file without an area, and for a bad quantity.
    """
    meta: dict[str, str | float | int] = {}
    if thickness is not None:
        meta["thickness_m"] = quantity(thickness, "m", "thickness", "300nm")
    if area is not None:
        meta["area_m2"] = quantity(area, "m2", "area", "1cm2")
    file = Path(path)
    check_size(file)
    rate = None if scan_rate is None else quantity(scan_rate, "V/s", "scan-rate", "0.2mV/s")
    if columns is not None:
        return _measured(file, meta, [read_mapped(path, columns, meta.get("area_m2"))], rate)
    if _of_instrument(file):
        return _measured(file, meta, scan_rate_V_s=rate)
    if scan_rate is not None:
        raise InputError(f"'{path}' is a record with its own times: leave --scan-rate out.")
    if file.suffix.lower() == ".csv" and is_file(file) and "area_m2" not in meta:
        raise InputError(f"'{path}' does not say the electrode area: add for example --area 1cm2.")
    return Record.read(file, **meta)


def _of_instrument(file: Path) -> bool:
    """Whether a file is read as an instrument's: what is no record, and a csv that has a vendor's layout."""
    suffix = file.suffix.lower()
    if suffix in (".nc", ".parquet") or not is_file(file):
        return suffix not in (".nc", ".parquet", ".csv")
    if suffix != ".csv":
        return True
    with file.open("rb") as source:
        first = source.read(20_000).split(b"\n", 1)[0]
    if b"Test Time / s" in first:  # the Battery Data Format, which `Record` reads
        return False
    try:
        recognise(file)
    except HeterofilmError:
        return False
    return True


_COLUMN = re.compile(r"\s*([\w-]+)\s*(?:\[([^\]]*)\])?\s*=\s*(.+?)\s*")


def read_mapped(path: str, columns: str, area: object = None) -> Measurement:
    """A text table by ``OURS=THEIRS,...``: our name of a column, its unit in brackets where the heading has none, and
    the file's heading or the column's number from 1.

    Errors: `HeterofilmError` for another form, and as `instruments.read_columns`.
    """
    given: dict[str | int, str] = {}
    units: dict[str | int, str] = {}
    for part in columns.split(","):
        found = _COLUMN.fullmatch(part)
        if found is None:
            raise InputError(
                f"--columns '{part}' is not of the form NAME=HEADING or NAME[UNIT]=HEADING, for example time_s=1 or "
                "current_A[mA]=I."
            )
        ours, unit, theirs = found[1], found[2], found[3]
        key: str | int = int(theirs) if theirs.isdigit() else theirs
        if key in given:
            raise InputError(f"--columns: '{theirs}' cannot be two columns at once.")
        given[key] = ours
        if unit:
            units[key] = unit
    return read_columns(path, given, units, area_m2=area if isinstance(area, float) else None)


def _measured(
    file: Path,
    meta: dict[str, str | float | int],
    given: list[Measurement] | None = None,
    scan_rate_V_s: float | None = None,
) -> Record:
    """The one series of current and voltage in an instrument's file, per area."""
    found = read_all(file) if given is None else given
    series = [m for m in found if m.technique in ("cycling", "voltammetry")]
    if not series:
        if found[0].technique == "table":
            raise InputError(f"'{file}' {_missing(found[0])}")
        kinds = " and ".join(sorted({m.technique for m in found}))
        raise InputError(f"'{file}' ({found[0].format}) holds {kinds} data, but no current and voltage over time.")
    if len(series) > 1:
        names = ", ".join(f"'{m.name}'" for m in series[:8]) + (" ..." if len(series) > 8 else "")
        raise InputError(f"'{file}' holds {len(series)} series of current and voltage, {names}: export one alone.")
    area = meta.get("area_m2")
    if not isinstance(area, float):
        raise InputError(f"'{file}' does not say the electrode area: add for example --area 1cm2.")
    thickness = meta.get("thickness_m")
    one = series[0]
    if one.technique == "voltammetry" or scan_rate_V_s is not None:
        from ..analysis.electrochemistry.cv_sweeps import clocked

        one = clocked(one, scan_rate_V_s)
    return one.record(area, thickness if isinstance(thickness, float) else None, **_notes(one))


def _missing(table: Measurement) -> str:
    """Which columns of a plain table were understood, which are missing, and how to say what they are."""
    roles = GENERIC.match(table.table.columns)
    needed = {"time_s": "time", "voltage_V": "voltage", "current_A": "current"}
    missing = [role for role in needed if role not in roles]
    known = {roles[role].heading: f" ({words})" for role, words in needed.items() if role in roles}
    seen = [f"'{name}'{known.get(name, '')}" for name in table.table.columns[:20]]
    given = ",".join(f"{role}={roles[role].heading if role in roles else 'HEADING'}" for role in needed)
    if not missing:
        return (
            f"has headings too short to be sure of; say that they are time, voltage and current: --columns '{given}'."
        )
    return (
        f"has no column of {' and '.join(needed[role] for role in missing)} by its headings, which are "
        f"{', '.join(seen)}. Say which it is by heading or number: --columns '{given}'."
    )


def _notes(measurement: Measurement) -> dict[str, str]:
    """What the reader assumed, for a command to print."""
    return {"notes": "; ".join(measurement.notes)} if measurement.notes else {}


def said_of(record: Record) -> str:
    """What was done to make numbers of a record, to be printed beside them; "" where nothing was.

    Which charge counts in a measured one, and every assumption and doubt, a line each.
    """
    source = record.meta.get("charge")
    told = [] if source is None else [f"Charge: {SOURCES[str(source)]}."]
    for key, word in (("assumed", "Assumed"), ("doubts", "In doubt")):
        told += [f"{word}: {one}" for one in str(record.meta.get(key, "")).splitlines()]
    return "\n".join(told)


def check_size(file: Path) -> None:
    """Refuse what is no plain file, and a record of more than 500 MB."""
    check_file(file, MAX_BYTES, "record")


def per_mass(record: Record, mass: str | None, density: str | None) -> Record:
    """The record with the film's mass per area, from its mass or its density, for capacities in mAh/g.

    Errors: `HeterofilmError` for both, for a bad quantity, and for a record without the area or thickness it needs.
    """
    if mass is None and density is None:
        return record
    if mass is not None and density is not None:
        raise InputError("--mass and --density say the same twice; give one of them.")
    area, thickness = record.meta.get("area_m2"), record.meta.get("thickness_m")
    if mass is not None:
        if not isinstance(area, float):
            raise InputError("--mass needs the electrode area: add for example --area 1cm2.")
        loading = quantity(mass, "kg", "mass", "0.1mg") / area
    else:
        if not isinstance(thickness, float):
            raise InputError("--density needs the film's thickness: add for example --thickness 300nm.")
        loading = quantity(str(density), "kg/m3", "density", "3.36g/cm3") * thickness
    return replace(record, meta={**record.meta, "loading_kg_m2": loading})


def quantity(text: str, unit: str, what: str, example: str) -> float:
    """A positive quantity in SI.

    Errors: `HeterofilmError` for another dimension, or a value that is not positive.
    """
    try:
        value, own = parse_quantity(text)
        fits = parse_unit(own).dimension == parse_unit(unit).dimension
    except HeterofilmError as error:
        raise InputError(f"--{what} '{text}': {error}") from None
    if not fits:
        raise InputError(f"--{what} '{text}' is no {what}{mistaken(own, unit)}: write for example {example}.")
    if not (value > 0.0 and math.isfinite(value)):
        raise InputError(f"--{what} '{text}' must be positive.")
    return to_si(value, own)


def pairs(texts: Iterable[str], option: str) -> dict[str, float]:
    """``NAME=NUMBER`` several times.

    Errors: `HeterofilmError` for another form, or a number that is not finite.
    """
    found: dict[str, float] = {}
    for text in texts:
        name, _, number = text.partition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError:
            number = "nan"
        if not name.strip() or not math.isfinite(float(number)):
            raise InputError(f"{option} '{text}' is not of the form NAME=NUMBER, for example R0=10.")
    return found


def check_outputs(plot: str | None, out: str | None) -> None:
    """Refuse a bad name before any work is done."""
    if plot:
        check_plot_path(plot)
    if out and not out.lower().endswith(".csv"):
        raise InputError(f"'{out}' must end in .csv.")


def write_outputs(plot: str | None, figures: Sequence[Figure], out: str | None, table: pl.DataFrame) -> None:
    """The figures on one sheet and the table, where they were asked for; the table also with ``--json``."""
    answer.frame(table)
    if out:
        write_table(table, Path(out))
    if plot:
        save_sheet(figures, plot)


def lines(head: Sequence[str], rows: Iterable[Sequence[str]], left: Sequence[int] = (0,), name: str = "") -> str:
    """A table as text, the columns `left` to the left, all others to the right; with ``--json`` kept, and no text."""
    rows = list(map(tuple, rows))
    if answer.printed(head, rows, name):
        return ""
    table = [tuple(head), *rows]
    widths = [max(len(row[k]) for row in table) for k in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if k in left else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    )


def number(value: float | None, pattern: str = "{:.4g}") -> str:
    """A number, or a dash where there is none."""
    return "-" if value is None or not math.isfinite(value) else pattern.format(value)


def shown(cycles: list[int]) -> list[int]:
    """Places of the cycles to print: all of a few; else the first, 2, 5, 10, 20, ... and the last."""
    if len(cycles) <= FEW:
        return list(range(len(cycles)))
    series = {k * 10**n for n in range(len(str(cycles[-1]))) for k in (1, 2, 5)}
    return [k for k, c in enumerate(cycles) if k in (0, len(cycles) - 1) or c in series]


def setting(text: str) -> tuple[str, float | str]:
    """PATH=VALUE as path and value: a number in the unit of the entry, or a text with its unit.

    Errors: `HeterofilmError` for anything else.
    """
    path, equals, value = text.partition("=")
    try:
        return path.strip(), float(value)
    except ValueError:
        pass
    try:
        if not (equals and path.strip()):
            raise InputError("no path")
        parse_plus_minus(value)
    except HeterofilmError as error:
        said = "" if str(error) == "no path" else f" ({str(error).rstrip('.')})"
        raise InputError(
            f"--set '{text}' is not of the form PATH=VALUE{said}, for example phases.V2O5.D=1e-13 or "
            "films.VO.thickness='500 nm'."
        ) from None
    return path.strip(), value.strip()


def mechanisms(text: str | None) -> bool | list[str]:
    """What ``--ageing`` names: all mechanisms by default, none of them, or some by their names."""
    if text is None:
        return True
    return text.strip() != "none" and [name.strip() for name in text.split(",")]
