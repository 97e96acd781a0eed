"""What limits a film, and what would help: capacity that is not delivered, by cause, and steps on the values behind."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...cell import Cell
from ...designs.levers import UTILISATION, Lever, levers
from ...errors import HeterofilmError
from ...figures.elements import Series
from ...figures.figure import Figure
from ...plots.limits import COLOURS
from ...protocol import Protocol
from ...simulation.unused_capacity import Share, unused_capacity
from ...study.results import CURRENT, Results, group
from ...units import si
from ..page import Cell as Entry
from ..page import Table
from .common import CAPACITY, label, main_current

SMALL = 0.01  # of the theoretical capacity: a cause below it is none to act on
NAMED = 2  # causes of a cell, and steps against one, that are named
ANSWERED = 3  # cells that the answer speaks of; the table has all

WORDS = {"utilisation": "the share of its phases that takes no part"}


@dataclass(frozen=True)
class Limits:
    """Of every cell that could be asked: its shares at `current` (µA/cm2), and what steps on the values behind its
    largest causes give; `failed`: why a cell could not."""

    current: float
    shares: dict[str, list[Share]]
    levers: dict[str, list[Lever]]
    failed: list[str] = field(default_factory=list)


def limits(results: Results) -> Limits | None:
    """Causes of unused capacity of every cell, at the current of the profiles; None where no cell was discharged."""
    cells = list(results.main.cells.values())
    current = main_current(results, cells)
    if current is None:
        return None
    found, helps, failed = dict[str, list[Share]](), dict[str, list[Lever]](), list[str]()
    protocol = Protocol.of(f"Discharge at {current!r} uA/cm2")
    for cell in cells:
        try:
            shares = unused_capacity(cell, current / CURRENT)
            causes = [s.cause for s in _largest(cell, shares)]
            helps[cell.name] = levers(cell, protocol, causes, slopes=False)
            found[cell.name] = shares
        except HeterofilmError as error:  # a limiting case that cannot be integrated leaves out this cell only
            failed.append(f"{cell.name}: what limits it is not known. {error}")
    return Limits(current, found, helps, failed)


def limits_figure(results: Results, found: Limits) -> Figure | None:
    """The theoretical capacity of each film, delivered and unused by cause."""
    if not found.shares:
        return None
    cells = {name: results.main.cells[name] for name in found.shares}
    shares = {name: {s.cause: _scaled(cell, s.in_order) for s in found.shares[name]} for name, cell in cells.items()}
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
        delivered, whole = _scaled(cell, shares[0].in_order), _scaled(cell, cell.theoretical_capacity)
        told = f"{label(results, cell)} ({group(cell)}) delivers {delivered:.1f} of {whole:.1f} µAh cm⁻² µm⁻¹"
        if not causes:
            said.append(f"{told}; no cause holds back more than {100 * SMALL:g} % of it.")
            continue
        parts = [f"{WORDS.get(s.cause, s.cause)} ({_scaled(cell, s.in_order):.1f})" for s in causes]
        best = next((one for one in found.levers[name] if one.energy > 0.0), None)
        helps = (
            "No step on a value behind them gives more." if best is None
            else f"What would help most: {best.path} from {best.step} ({100 * best.energy:+.0f} % of energy)."
        )  # fmt: skip
        said.append(f"{told}. Held back by {' and '.join(parts)}. {helps}")
    if any(s.cause == "utilisation" for name, own in found.shares.items() for s in _largest(
        results.main.cells[name], own)):  # fmt: skip
        said.append(UTILISATION)
    return said


def limits_table(results: Results, found: Limits) -> Table:
    """The largest causes of every cell: what each holds back, what its removal and what steps against it give."""
    rows = []
    for name, shares in found.shares.items():
        cell = results.main.cells[name]
        whole = cell.theoretical_capacity
        for k, s in enumerate(_largest(cell, shares)):
            alone = "" if s.alone != s.alone else f"{_scaled(cell, s.alone):+.1f}"
            steps = [one for one in found.levers[name] if one.cause == s.cause and one.energy > 0.0][:NAMED]
            helps = "; ".join(f"{one.path} from {one.step}: {100 * one.energy:+.1f} %" for one in steps)
            first = Entry(label(results, cell), group(cell)) if k == 0 else ""
            rows.append((first, s.cause, f"{_scaled(cell, s.in_order):.1f} ({100 * s.in_order / whole:.0f} %)",
                         alone, helps))  # fmt: skip
    head = ("Film", "Cause", "Held back / µAh cm⁻² µm⁻¹", "Gain if it alone were gone",
            "Energy per volume that a step gives")  # fmt: skip
    return Table("What would help", head, rows)


def _largest(cell: Cell, shares: list[Share]) -> list[Share]:
    least = SMALL * cell.theoretical_capacity
    return sorted((s for s in shares[1:] if s.in_order > least), key=lambda s: -s.in_order)[:NAMED]


def _scaled(cell: Cell, charge: float) -> float:
    """C/m2 as µAh cm⁻² µm⁻¹."""
    return charge / cell.thickness / si("uAh/cm2/um")
