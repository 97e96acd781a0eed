"""What limits a film, and what would help: capacity that is not delivered, by cause, and the values behind a cause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ...cell import Cell
from ...errors import HeterofilmError
from ...figures.elements import Series
from ...figures.figure import Figure
from ...library import value_paths
from ...library.value import Value
from ...simulation.unused_capacity import Share, unused_capacity
from ...study.results import CURRENT, Results, group
from ...units import si
from ..page import Cell as Entry
from ..page import Table
from .common import CAPACITY, label, main_current

SMALL = 0.01  # of the theoretical capacity: a cause below it is none to act on
NAMED = 2  # causes of a cell that are named
ANSWERED = 3  # cells that the answer speaks of; the table has all

COLOURS = {
    "delivered": "#0072B2",
    "electrolyte and series resistance": "#E69F00",
    "anode charge transfer": "#CC79A7",
    "cathode charge transfer": "#D55E00",
    "electrons in the film": "#6B4C9A",
    "diffusion in the matrix": "#56B4E9",
    "exchange between the phases": "#8C6D31",
    "diffusion in the domains": "#009E73",
    "nucleation of copper": "#B2182B",
    "hysteresis": "#F0E442",
    "cut-off voltage": "#5F6B73",
    "utilisation": "#CFD8DC",
}
WORDS = {"utilisation": "the share of its phases that takes no part"}
# cause -> beginnings and ends of the paths of the values that act on it; {m} and {d}: the phases
ACTS = {
    "electrolyte and series resistance": (
        ("electrolytes.", ".conductivity"), ("electrolytes.", ".thickness"), ("electrolytes.", ".area_resistance"),
        ("cells.", ".series_resistance"),
    ),
    "anode charge transfer": (("anodes.", ".i0"),),
    "cathode charge transfer": (("electrolytes.", ".cathode_interface.i0"),),
    "electrons in the film": (("phases.{m}", ".sigma_e"), ("films.", ".thickness")),
    "diffusion in the matrix": (("films.", ".transport_factor"), ("phases.{m}", ".D"), ("films.", ".thickness")),
    "exchange between the phases": (("films.", ".hetero_i0"),),
    "diffusion in the domains": (("phases.{d}", ".D"), ("films.", ".domain_size")),
    "nucleation of copper": (("phases.{d}", ".nucleation.undercooling"), ("phases.", ".barrier")),
    "hysteresis": (("phases.", ".hysteresis"),),
    "cut-off voltage": (("cells.", ".lower_voltage"),),
    "utilisation": (("phases.", ".utilisation"),),
}  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """Of every cell that could be asked: its shares at `current` (µA/cm2); `failed`: why a cell could not."""

    current: float
    shares: dict[str, list[Share]]
    failed: list[str] = field(default_factory=list)


def limits(results: Results) -> Limits | None:
    """Causes of unused capacity of every cell, at the current of the profiles; None where no cell was discharged."""
    cells = list(results.main.cells.values())
    current = main_current(results, cells)
    if current is None:
        return None
    found, failed = {}, []
    for cell in cells:
        try:
            found[cell.name] = unused_capacity(cell, current / CURRENT)
        except HeterofilmError as error:  # a limiting case that cannot be integrated leaves out this cell only
            failed.append(f"{cell.name}: what limits it is not known. {error}")
    return Limits(current, found, failed)


def limits_figure(results: Results, found: Limits) -> Figure | None:
    """The theoretical capacity of each film, delivered and unused by cause."""
    if not found.shares:
        return None
    cells = {name: results.main.cells[name] for name in found.shares}
    shares = {
        name: {s.cause: _scaled(cell, s.in_order_C_m2) for s in found.shares[name]} for name, cell in cells.items()
    }
    bars = [f"{label(results, cell)}\n{group(cell)}" for cell in cells.values()]
    causes = [c for c in COLOURS if any(abs(part.get(c, 0.0)) > 0.05 for part in shares.values())]
    series = [
        Series(cause, bars, [part.get(cause, 0.0) for part in shares.values()], "bar", COLOURS[cause])
        for cause in causes
    ]
    below = any(y < -0.05 for part in shares.values() for y in part.values())
    return Figure(
        "unused-capacity",
        f"What limits the capacity at {found.current:g} µA cm⁻²",
        "",
        CAPACITY,
        series,
        "Each bar is the theoretical capacity of the film: what was delivered, and the gain when each cause is taken "
        "away, one after the other from the outside of the cell inwards. The order matters where causes act together."
        + (" A part below zero: taking that cause away at its place lowers the capacity." if below else ""),
        filled=True,
    )


def answer(results: Results, found: Limits) -> list[str]:
    """What limits the films and what would help, in sentences: their largest causes and the values behind them."""
    said = []
    for name in list(found.shares)[:ANSWERED]:
        cell, shares = results.main.cells[name], found.shares[name]
        causes = _largest(cell, shares)
        delivered, whole = _scaled(cell, shares[0].in_order_C_m2), _scaled(cell, cell.theoretical_capacity)
        told = f"{label(results, cell)} ({group(cell)}) delivers {delivered:.1f} of {whole:.1f} µAh cm⁻² µm⁻¹"
        if not causes:
            said.append(f"{told}; no cause holds back more than {100 * SMALL:g} % of it.")
            continue
        parts = [f"{WORDS.get(s.cause, s.cause)} ({_scaled(cell, s.in_order_C_m2):.1f})" for s in causes]
        said.append(f"{told}. Held back by {' and '.join(parts)}. {_help(cell, causes[0])}")
    return said


def _help(cell: Cell, cause: Share) -> str:
    """What would help against a cause."""
    values = [f"{path} ({_number(value)}, {value.kind})" for path, value in acting(cell, cause.cause)]
    if not values:
        return "No value of the library acts on the first."
    gain = (
        ""
        if cause.alone_C_m2 != cause.alone_C_m2
        else f"Without the first alone: {_scaled(cell, cause.alone_C_m2):+.1f}. "
    )
    return f"{gain}What acts on the first: {', '.join(values[:NAMED])}."


def limits_table(results: Results, found: Limits) -> Table:
    """The largest causes of every cell: what each holds back, what its removal gives, and the values that act on it."""
    rows = []
    for name, shares in found.shares.items():
        cell = results.main.cells[name]
        whole = cell.theoretical_capacity
        for k, s in enumerate(_largest(cell, shares)):
            alone = "" if s.alone_C_m2 != s.alone_C_m2 else f"{_scaled(cell, s.alone_C_m2):+.1f}"
            values = "; ".join(f"{path} = {_number(value)} ({value.kind})" for path, value in acting(cell, s.cause))
            first = Entry(label(results, cell), group(cell)) if k == 0 else ""
            held = f"{_scaled(cell, s.in_order_C_m2):.1f} ({100 * s.in_order_C_m2 / whole:.0f} %)"
            rows.append((first, s.cause, held, alone, values))
    head = ("Film", "Cause", "Held back / µAh cm⁻² µm⁻¹", "Gain if it alone were gone", "Values that act on it")
    return Table("What would help", head, rows)


def acting(cell: Cell, cause: str) -> Iterator[tuple[str, Value]]:
    """The values of a cell, by path, that act on a cause of unused capacity, of one kind the largest first; a value of
    zero does not."""
    entries = cell.entries
    names = {"m": entries.matrix.name, "d": entries.domain.name if entries.domain is not None else ""}
    for begins, ends in ACTS[cause]:
        found = [(p, v) for p, v in value_paths(entries) if p.startswith(begins.format(**names)) and p.endswith(ends)]
        yield from sorted((pair for pair in found if pair[1].value != 0.0), key=lambda pair: -pair[1].value)


def _largest(cell: Cell, shares: list[Share]) -> list[Share]:
    least = SMALL * cell.theoretical_capacity
    return sorted((s for s in shares[1:] if s.in_order_C_m2 > least), key=lambda s: -s.in_order_C_m2)[:NAMED]


def _number(value: Value) -> str:
    return f"{value.value:.4g} {value.unit}".removesuffix(" 1")


def _scaled(cell: Cell, charge: float) -> float:
    """C/m2 as µAh cm⁻² µm⁻¹."""
    return charge / cell.thickness / si("uAh/cm2/um")
