"""Devices that run: discharges of a stack's cell as a source, a bent stack in operation, cells on equal terms."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import polars as pl

from ..cell import Cell
from ..device.bending import Bent, bend, radius_of
from ..device.comparison import Counted
from ..device.source import Source
from ..device.stack import Stack
from ..errors import InputError
from ..library import Library, Recipe, names
from ..records.record import Record
from ..units import from_si, si
from .run import simulate

__all__ = ["capacity_against", "compared", "discharges", "source", "warmed"]

CURRENTS = (1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 320.0)
"""uA/cm2, from near rest to beyond the rates of tests; half as many make up to twice the error of a source."""
Progress = Callable[[], None]


def discharges(cell: Cell, currents: Sequence[float] = CURRENTS, progress: Progress | None = None) -> list[Record]:
    """First discharges at currents (uA/cm2) to the cell's lower cut-off; those the cell cannot begin are left out."""
    found = []
    for current in currents:
        record = simulate(cell, f"Discharge at {current!r} uA/cm2 until {cell.window[0]!r} V")
        if record.steps["t_end"][0] > record.steps["t_start"][0]:
            found.append(record)
        if progress is not None:
            progress()
    return found


def source(stack: Stack, currents: Sequence[float] = CURRENTS, progress: Progress | None = None) -> Source:
    """The stack's cell as a source, with the stack's active area."""
    return Source.of(discharges(stack.sized, currents, progress), stack.active_area)


def warmed(stack: Stack, current: float) -> dict[str, Record]:
    """First discharges of the warming device at a current (uA/cm2): in still air, and giving no heat away."""
    stop = f"Discharge at {current!r} uA/cm2 until {stack.cell.window[0]!r} V"
    return {"still air": simulate(stack.warming(), stop), "no exchange": simulate(stack.warming(0.0), stop)}


def capacity_against(
    stack: Stack,
    *,
    angles: Sequence[float] | None = None,
    radii: Sequence[float] | None = None,
    current: float = 5.0,
    outward: bool = True,
    lithiation: float = 0.0,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Discharge capacity of the bent stack at the current of the flat one, at angles (degrees), then at radii (m).

    Angles are over the stack's span; ``current``: uA/cm2 of the flat active area; ``lithiation``: the share of the
    discharge at which layers are asked whether they crack. Columns: angle_deg, radius_m, capacity_uAh, change_percent
    (against flat), strain_percent of the cathode, lost_area, potential_shift_mV, series_factor, leak_S, state.
    Errors: `HeterofilmError` for neither angles nor radii, or one that cannot be.
    """
    if angles is None and radii is None:
        raise InputError("Capacity is asked against angles or against radii; give one of the two, or both.")
    places = [(float(a), radius_of(stack, math.radians(a))) for a in angles or ()]
    places += [(math.degrees(stack.entry.span.si / r), float(r)) for r in radii or ()]
    flat, _ = _capacity(stack, bend(stack, outward=outward, lithiation=lithiation), current)
    rows = []
    for angle, radius in places:
        bent = bend(stack, radius, outward=outward, lithiation=lithiation)
        charge, state = (flat, "whole") if math.isinf(radius) else _capacity(stack, bent, current)
        film = bent.layer("cathode")
        rows.append(
            {
                "angle_deg": angle, "radius_m": radius, "capacity_uAh": from_si(charge, "uAh"),
                "change_percent": 100.0 * (charge / flat - 1.0), "strain_percent": 100.0 * film.bending,
                "lost_area": bent.lost, "potential_shift_mV": 1e3 * bent.potential_shift,
                "series_factor": bent.series_factor, "leak_S": bent.leak * stack.active_area, "state": state,
            }
        )  # fmt: skip
        if progress is not None:
            progress()
    return pl.DataFrame(rows)


def _capacity(stack: Stack, bent: Bent, current: float) -> tuple[float, str]:
    """Charge (C) that reaches the load, and the state in words. What cracks leak adds to what the electrolyte does."""
    if bent.broken:
        return 0.0, "substrate broken" if bent.layers[0].cracked else "all area cut off"
    if math.isinf(bent.series_factor):
        return 0.0, "collector torn"
    cell, spec = stack.sized, stack.cell.entries.spec
    area = stack.active_area * bent.stretch * (1.0 - bent.lost)
    drawn = current * si("uA/cm2") * stack.active_area
    low, high = (V - bent.potential_shift for V in cell.window)
    electrolyte = stack.cell.entries.electrolyte
    own = {}
    if bent.leak > 0.0 and electrolyte.thickness is not None:
        leak = cell.model.electrolyte.G + bent.leak
        sigma = from_si(leak * electrolyte.thickness.si, "S/cm")
        own[f"electrolytes.{electrolyte.name}.electronic_conductivity"] = f"{sigma!r} S/cm"
    changed = cell.replace(
        own,
        area=f"{from_si(area, 'cm2')!r} cm2",
        thickness=f"{from_si(cell.thickness / bent.stretch, 'nm')!r} nm",
        series_resistance=f"{spec.series_resistance.to('ohm cm2') * bent.series_factor!r} ohm cm2",
        lower_voltage=f"{low!r} V",
        upper_voltage=f"{high!r} V",
    )
    record = simulate(changed, f"Discharge at {from_si(drawn, 'uA')!r} uA until {low!r} V", detail=False)
    step = record.steps.row(0, named=True)
    charge = step["capacity_C_m2"] * area
    cracked = [layer.role for layer in bent.layers if layer.cracked]
    return charge, f"cracked: {', '.join(cracked)}" if cracked else "whole"


def compared(
    cells: Sequence[str],
    *,
    slow: float = 5.0,
    fast: float = 80.0,
    cycles: int = 0,
    progress: Progress | None = None,
) -> list[Counted]:
    """Cells of the library at the same two currents (uA/cm2), each in its own window.

    ``cycles``: at the fast current, for those whose phases all have an ageing law; 0 and all others: not modelled.
    """
    found = []
    for name in cells:
        cell = Cell.load(name)
        low, high = cell.window
        (first, *_), quick = discharges(cell, (slow,)), discharges(cell, (fast,))
        step = first.steps.row(0, named=True)
        capacity = first.capacity(step=1)
        kept = quick[0].capacity(step=1) / capacity if quick else 0.0
        life = math.nan
        if cycles and _ages(cell):
            test = (
                f"{cycles} x (Discharge at {fast!r} uA/cm2 until {low!r} V; Charge at {fast!r} uA/cm2 until {high!r} V)"
            )
            steps = simulate(cell, test, detail=False, keep=[]).steps
            q = steps.filter(pl.col("kind") == "discharge")["capacity_C_m2"].to_numpy()
            life = float(q[-1] / q.max())
        V = step["energy_J_m2"] / step["capacity_C_m2"]
        found.append(Counted(cell.name, cell.entries.film.name, capacity, V, capacity * V, kept, life, _anneal(cell)))
        if progress is not None:
            progress()
    return found


def _ages(cell: Cell) -> bool:
    """Whether every phase of the film has an ageing law."""
    return all(phase.ageing is not None for phase in (cell.entries.matrix, cell.entries.domain) if phase is not None)


def _anneal(cell: Cell) -> float:
    """Anneal (K) of the recipe of that film; NaN without one."""
    film = cell.entries.film.name
    if film not in names("recipes"):
        return math.nan
    anneal = Library().entry(Recipe, film).anneal
    return math.nan if anneal is None else anneal.temperature.si
