"""Rows of the paper about the device: bending, the blue diode, the energy a small device needs.

The device is the library's, its masks assumed; energies and times go with their area, which the answers state.
"""

from __future__ import annotations

import math

from ..device.bending import safe_radius
from ..device.loads import Lamp, discharge
from ..device.source import Source
from ..device.stack import Stack
from ..errors import HeterofilmError
from ..library import Diode, Library
from ..simulation.device import capacity_against
from ..study.results import CURRENT, Runs
from ..units import from_si
from .claims import Claim
from .verdict import Answer

__all__ = ["DEVICE", "bent", "lit", "needed", "source_of"]

DEVICE = "voc1-polyimide"
CELL = "voc1-atfb"
NEGLIGIBLE = 1.0  # %: "negligible" is read as less
RESISTOR = 22_000.0  # ohm, in series with the diode: the paper states none
ANGLES = (0.0, 90.0, 180.0)


def bent(runs: Runs, row: Claim) -> Answer | None:
    """The largest change of the capacity from 0 to 180 degrees, at 5 uA/cm2."""
    if CELL not in runs.cells:
        return None
    stack = Stack.load(DEVICE)
    table = capacity_against(stack, angles=ANGLES)
    change = max((float(x) for x in table["change_percent"]), key=abs)
    safe = safe_radius(stack, draws=200)
    tightest = 1e3 * stack.entry.span.si / math.radians(ANGLES[-1])
    note = (
        f"to a radius of {tightest:.3g} mm, assumed; the first crack is due at {1e3 * safe.radius:.2g} mm "
        f"({1e3 * safe.low:.2g} to {1e3 * safe.high:.2g} mm)"
    )
    return Answer(f"at most {change:+.3f} %", agrees=abs(change) < NEGLIGIBLE, note=note)


def source_of(runs: Runs, cell: str = CELL) -> Source | None:
    """A cell of the study as a source, from its first discharges."""
    records = [r for r in runs.discharges(cell).values() if "equilibrium_V" in r.frame.columns]
    return Source.of(records) if len(records) > 1 else None


def lit(runs: Runs, row: Claim) -> Answer | None:
    """Whether the cell lights the diode, how bright, and how long."""
    source = source_of(runs)
    if source is None:
        return None
    lamp = Lamp(Library().entry(Diode, "blue"), RESISTOR)
    try:
        run = discharge(source, lamp, least=lamp.faintest)
    except HeterofilmError as error:
        return Answer("not lit", agrees=False, note=str(error))
    first = run.table["current_A"][0]
    text = f"lit for {from_si(run.seconds, 'h'):.2g} h on {from_si(source.area, 'cm2'):g} cm2"
    note = (
        f"behind {RESISTOR / 1e3:g} kohm, from {1e6 * first:.0f} uA and {1e3 * float(lamp.intensity(first)):.1f} mcd; "
        f"rated {row.value} V at {lamp.diode.rated_current}, ideality {lamp.diode.ideality} assumed"
    ) + (f"; {source.doubt}" if source.doubt else "")
    return Answer(text, agrees=run.seconds > 0.0, note=note)


def needed(runs: Runs, row: Claim) -> Answer | None:
    """Energy of the cell in the span that small devices need."""
    record = runs.discharge(CELL, 5.0)
    if record is None:
        return None
    stack = Stack.load(DEVICE)
    energy = from_si(record.steps["energy_J_m2"][0] * stack.active_area, "Wh")
    low, high = row.numbers
    i = CURRENT * float(record.frame["current_A_m2"][0])
    note = f"one discharge of {from_si(stack.active_area, 'cm2'):g} cm2 at {i:g} uA/cm2; the area is assumed"
    return Answer(f"{energy:.2g}", agrees=low <= energy <= high, note=note)
