"""``heterofilm ocv``: make an open-circuit potential: a table from data, or redox couples from a table."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..analysis.electrochemistry.ocv_fit import FittedPotential, fit_ocv
from ..analysis.electrochemistry.open_circuit import POINTS, MeasuredPotential, ocv_from
from ..errors import InputError
from ..figures.panels import save_sheet
from ..figures.save import check_plot_path
from ..files import atomic, check_place
from ..library import Library
from ..library.columns import read_columns
from ..library.ocv import COLUMNS, OpenCircuitTable, column_of
from ..plots.open_circuit import fit_figures, table_figure
from ..units import from_si, parse_quantity, parse_unit, to_si
from .inputs import lines, read_record, said_of
from .lazy import LazyParser
from .options import columns_option

Array = NDArray[np.float64]


GROUP = "your own cell"
EXAMPLES = (
    "heterofilm ocv from slow.nc --x 0.5:0.97 -o licoo2.csv --plot licoo2.png",
    "heterofilm ocv fit licoo2.csv -o couples.toml",
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its actions."""
    actions: Any = parser.add_subparsers(metavar="ACTION", dest="action", required=True, parser_class=LazyParser)
    for name, words, declare in (
        ("from", "a table from a slow cycle or the rests of a titration", _from_options),
        ("fit", "redox couples of a table, and what they miss of it", _fit_options),
    ):
        actions.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.").declare = declare


def _from_options(table: argparse.ArgumentParser) -> None:
    table.add_argument("file", metavar="DATA", help="a record or measured file of the film against Li")
    table.add_argument("-o", "--out", metavar="FILE.csv", help="write the table, for [ocv] of a phase")
    table.add_argument("--x", metavar="LOW:HIGH", help="Li per formula unit at the two ends: 0.5:0.97")
    table.add_argument("--cycle", type=int, metavar="N", help="which slow cycle (default: the last whole one)")
    table.add_argument(
        "--branches",
        choices=("both", "mean", "discharge", "charge"),
        default="both",
        help="keep charge and discharge apart",
    )
    table.add_argument("--resistance", metavar="R", help="subtract this times the current: '60 ohm cm2'")
    table.add_argument(
        "--points", type=int, default=POINTS, metavar="N", help=f"most points of the table (default: {POINTS})"
    )
    table.add_argument(
        "--thickness", metavar="LENGTH", help="thickness of the film, for example 300nm, where the file has none"
    )
    table.add_argument(
        "--area", metavar="AREA", help="area of the electrode, for example 1cm2, where the file has none"
    )
    columns_option(table)
    _plot_option(table)


def _fit_options(fit: argparse.ArgumentParser) -> None:
    fit.add_argument("table", metavar="TABLE", help="a csv written by 'ocv from', a phase's file, or a phase's name")
    fit.add_argument("-o", "--out", metavar="FILE.toml", help="write the couples, for a phase")
    fit.add_argument("--couples", type=int, metavar="N", help="number of couples (default: as few as suffice)")
    fit.add_argument("--lithium", type=float, metavar="X", help="Li per formula unit over a csv that counts otherwise")
    _plot_option(fit)


def _plot_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--plot", metavar="FILE", help="write a figure: .png, .svg, .pdf or .html")


def run(given: argparse.Namespace) -> int:
    """Make the table, or fit it."""
    if given.plot:
        check_plot_path(given.plot)
    suffix = ".csv" if given.action == "from" else ".toml"
    if given.out and not given.out.lower().endswith(suffix):
        raise InputError(f"'{given.out}' must end in {suffix}.")
    if given.out:
        check_place(given.out)
    return _from(given) if given.action == "from" else _fit(given)


def _from(given: argparse.Namespace) -> int:
    x = _span(given.x)
    record = read_record(given.file, given.thickness, given.area, given.columns)
    resistance = 0.0 if given.resistance is None else _resistance(given.resistance)
    found = ocv_from(
        record, cycle=given.cycle, branches=given.branches, resistance_ohm_m2=resistance, points=given.points
    )
    print(printed(found, x))
    if said := said_of(record):
        print(f"\n{said}")
    if given.out:
        found.save(given.out, Path(given.file).name, x)
        print(f"\n{_beside(Path(given.out).name, found, x)}")
    if given.plot:
        title = str(record.meta.get("title") or record.meta.get("name") or "Open-circuit potential")
        table_figure(found, title, x).save(given.plot)
    return 0


def printed(found: MeasuredPotential, x: tuple[float, float] | None = None) -> str:
    """What the table is, and what was assumed."""
    high, low = max(found.discharge_V[0], found.charge_V[0]), min(found.discharge_V[-1], found.charge_V[-1])
    branches = ", charge and discharge" if found.has_branches else ""
    heading, amount, counted = found.column(x)
    said = [
        f"{amount.size} points, {high:.4f} to {low:.4f} V{branches}, {from_si(found.capacity, 'uAh/cm2'):.4g} uAh/cm2; "
        f"{heading} from {amount[0]:.4g} to {amount[-1]:.4g}.",
        f"{1e3 * found.rms_V:.2g} mV from the data (root mean square), {1e3 * found.worst_V:.2g} mV at most.",
        *(f"Assumed: {note}." for note in (*found.notes, counted)),
    ]
    return "\n".join(said)


def _beside(name: str, found: MeasuredPotential, x: tuple[float, float] | None) -> str:
    """How a phase names the table."""
    rows = ["[ocv]", f'file = "{name}"', 'kind = "measured"', 'source = "say here which sample and instrument"']
    if found.column(x)[0] == "filling":
        rows.append("lithium = 1.0  # Li per formula unit at a filling of 1: yours")
    return "In a phase's file beside it, in place of couples:\n\n" + "\n".join(rows)


def _span(text: str | None) -> tuple[float, float] | None:
    if text is None:
        return None
    low, _, high = text.partition(":")
    try:
        return float(low), float(high)
    except ValueError:
        raise InputError(f"--x '{text}' is not of the form LOW:HIGH, for example 0.5:0.97.") from None


def _resistance(text: str) -> float:
    value, unit = parse_quantity(text)
    if parse_unit(unit).dimension != parse_unit("ohm m2").dimension or not value >= 0.0:
        raise InputError(f"--resistance '{text}' is no resistance of an area: write for example '60 ohm cm2'.")
    return to_si(value, unit)


class _Given(NamedTuple):
    """A table to fit, and how its lithium is counted."""

    theta: Array
    discharge: Array
    charge: Array | None
    counted: str
    source: str


def _fit(given: argparse.Namespace) -> int:
    table = _table(given.table, given.lithium)

    def progress(n: int) -> None:
        end = "" if n else "\r"
        print(f"\r{n} couples ... " if n else " " * 20, end=end, file=sys.stderr, flush=True)

    shows = progress if sys.stderr.isatty() else None
    fit = fit_ocv(table.theta, table.discharge, table.charge, given.couples, shows)
    if shows is not None:
        shows(0)
    print(told(fit))
    print(table.counted)
    if given.out:
        text = f"# {_missed(fit)}\n# {table.counted}\n\n{fit.toml(f'couples fitted to {table.source}')}"
        atomic(Path(given.out), lambda place: place.write_text(text, encoding="utf-8"))
    if given.plot:
        save_sheet(fit_figures(fit, table.discharge, table.charge, table.source), given.plot)
    return 0


def told(fit: FittedPotential) -> str:
    """A line per couple, and what they miss."""
    rows = [
        (str(k), f"{c.U0:.4f} V", f"{c.lithium:.4f}", f"{c.omega:.3g}", f"{1e3 * c.hysteresis:.3g} mV")
        for k, c in enumerate(fit.couples, 1)
    ]
    return lines(("couple", "U0", "lithium", "omega", "hysteresis"), rows) + "\n\n" + _missed(fit)


def _missed(fit: FittedPotential) -> str:
    theta, U = fit.worst_at
    beyond = (
        f" Of their lithium {fit.beyond:.3g} per formula unit lies above the charged end of the table, where nothing "
        "was given: an extrapolation, by which the charged composition moves."
        if fit.beyond > 1e-4
        else ""
    )
    return (
        f"The couples miss the table by {1e3 * fit.rms_V:.2g} mV (root mean square; {1e3 * fit.inner_rms_V:.2g} mV "
        f"without the outer 2 % at both ends), at most by {1e3 * fit.worst_V:.3g} mV at {U:.3f} V, {theta:.4g} Li from "
        f"the charged end.{beyond}"
    )


def _table(name: str, lithium: float | None) -> _Given:
    """A csv, a phase's file or a phase of the library."""
    if not name.lower().endswith(".csv"):
        phase = Library().phase(name)
        if phase.ocv is None:
            raise InputError(f"Phase '{phase.name}' has couples and no [ocv] table; name one that has, or a csv.")
        if lithium is not None:
            raise InputError("A phase says itself how much lithium its table holds; leave --lithium out.")
        theta = phase.ocv.theta(phase.molar_mass.si, phase.density.si)
        return _Given(theta, *_branches(phase.ocv), f"Lithium is counted as in phase {phase.name}.", phase.name)
    columns = read_columns(Path(name), COLUMNS, column_of)
    keys = {key: values for key, (values, _) in columns.items()}
    unit = {"capacity_unit": columns["capacity"][1]} if "capacity" in columns else {}
    needs = {"lithium": lithium or 1.0} if "filling" in columns else {}
    try:
        table = OpenCircuitTable.model_validate({**keys, **unit, **needs, "kind": "measured", "source": name})
    except ValueError as error:
        first = str(getattr(error, "errors", list)()[0]["msg"]) if hasattr(error, "errors") else str(error)
        raise InputError(f"Table {name}: {first.removeprefix('Value error, ')}.") from None
    amount = np.array(table.x or table.filling or table.capacity)
    if table.x:
        if lithium is not None:
            raise InputError("The column x counts lithium already; leave --lithium out.")
        return _Given(amount - amount[0], *_branches(table), "Lithium is counted by the column x.", Path(name).stem)
    full = lithium or 1.0
    said = f"Lithium per formula unit over the table: {full:g}" + (
        "." if lithium else ", assumed; state yours with --lithium, it scales the column."
    )
    share = (amount - amount[0]) / (amount[-1] - amount[0])
    return _Given(full * share, *_branches(table), said, Path(name).stem)


def _branches(table: OpenCircuitTable) -> tuple[Array, Array | None]:
    return np.array(table.U or table.U_discharge), np.array(table.U_charge) if table.U_charge else None
