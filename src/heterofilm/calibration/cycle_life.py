"""Capacity over cycles for a fit: cycles in which little changes are skipped.

Where a cycle degrades the cell by little, its loss, with what it has changed by since the cycle before, is taken for
those that follow (cycle jump; J. Lemaitre, A. Sermage, Comput. Methods Appl. Mech. Eng. 1997; of second order).
Everything outside of fits simulates every cycle.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..cell import Cell
from ..engine import ageing as degradation
from ..engine.depth import DEPTHS
from ..engine.equilibrium import rest_state
from ..engine.programme import CHARGE, RESULTS
from ..engine.state import layout
from ..protocol import charge, discharge
from ..simulation import control
from ..simulation.run import charges_only
from ..units import from_si

LARGEST_LOSS = 16e-3  # of the active material in one jump
LARGEST_SHARE = 0.3  # of the cycles done
TRUSTED = 0.5  # of a loss, what it may be taken to change by in a jump
NOTHING = 1e-12  # of the active material
SETTLED = 6  # cycles that are run one by one at first


class Life(NamedTuple):
    """Discharge capacity (uAh cm-2 um-1) of the cycles that were run."""

    cycle: np.ndarray[Any, Any]
    capacity: np.ndarray[Any, Any]

    @property
    def retention(self) -> float:
        """Last over first."""
        return float(self.capacity[-1] / self.capacity[0])

    @property
    def retention_of_maximum(self) -> float:
        """Last over largest."""
        return float(self.capacity[-1] / self.capacity.max())


def life(cell: Cell, current: float, cycles: int, rtol: float = 1e-3) -> Life:
    """Cycles at ``current`` (uA/cm2) in the cell's window, with all ageing that it has values for."""
    low, high = cell.window
    steps = (discharge(current, "uA/cm2", until=f"{low!r} V"), charge(current, "uA/cm2", until=f"{high!r} V"))
    programme = control.programme(steps, cell)
    model, lay, ageing = cell.model, layout(cell.model), cell.ageing()
    y, history = rest_state(high, 0.0, 0.0, model, lay)
    health, depths = np.array([1.0, 1.0, 0.0]), np.zeros((2, DEPTHS))
    settings = charges_only(rtol)
    results = np.zeros((2, RESULTS))
    done, found = [], []
    last, at = np.zeros(2), 0.0  # loss of the cycle before that was run, and its number
    while health[degradation.CYCLES] < cycles:
        before = health.copy()
        ran = degradation.run_cycle(y, history, health, depths, programme, model, lay, ageing, settings, results)
        done.append(health[degradation.CYCLES])
        found.append(results[0, CHARGE] if ran == 2 else 0.0)
        if ran < 2:  # nothing is left of the film
            break
        loss = np.log(np.maximum(before[:2], NOTHING) / np.maximum(health[:2], NOTHING))
        trend = (loss - last) / (health[degradation.CYCLES] - at)
        last, at = loss, health[degradation.CYCLES]
        if len(done) > SETTLED:
            jump = min(
                LARGEST_LOSS / max(float(loss.max()), 1e-12),
                LARGEST_SHARE * health[degradation.CYCLES],
                cycles - 1 - health[degradation.CYCLES],
            )
            if jump >= 1.0:
                jump = float(int(jump))
                mean = loss + np.clip(0.5 * (jump + 1.0) * trend, -TRUSTED * loss, TRUSTED * loss)
                health[:2] *= np.exp(-mean * jump)
                health[degradation.CYCLES] += jump
    return Life(np.array(done), np.array(found) * from_si(1.0, "uAh/cm2/um") / cell.thickness)
