"""What a simulated curve holds at one of its points: where the voltage goes, and the oxidation states."""

from __future__ import annotations

import numpy as np

from ..cell import Cell
from ..errors import HeterofilmError
from ..records.record import Record
from ..simulation.oxidation import oxidation_states
from ..units import from_si

__all__ = ["nearest", "readout"]

NEAR = 2e-3  # V that count as much as 1 % of the capacity, in which point is meant
LOSS = ("loss_", "_V")


def nearest(record: Record, share: float, voltage: float) -> int:
    """The row that is meant by a place on a figure: the share of the largest charge of a step, and a voltage (V)."""
    charge = np.abs(record.frame["charge_C_m2"].to_numpy())
    most = float(charge.max()) or 1.0
    off = np.hypot((charge / most - share) / 0.01, (record.frame["voltage_V"].to_numpy() - voltage) / NEAR)
    return int(np.argmin(off))


def readout(record: Record, cell: Cell, row: int) -> list[tuple[str, str]]:
    """Names and values at a row: time, voltage, the voltages at rest, every loss (they add up to the reversible voltage
    less the voltage), oxidation states at the surface.

    A record without losses has none to tell, and a cell whose couples name no element no states.
    """
    at = record.frame.row(min(max(row, 0), record.frame.height - 1), named=True)
    found = [("time", f"{from_si(at['time_s'], 'h'):.4g} h"), ("voltage", f"{at['voltage_V']:.4f} V")]
    for key, words in (("equilibrium_V", "at rest"), ("reversible_V", "at rest, without hysteresis")):
        if at.get(key) is not None:
            found.append((words, f"{at[key]:.4f} V"))
    for name, value in at.items():
        if name.startswith(LOSS[0]) and name.endswith(LOSS[1]) and value is not None:
            words = name.removeprefix(LOSS[0]).removesuffix(LOSS[1]).replace("_", " ")
            found.append((f"lost to {words}", f"{1e3 * value:.3g} mV"))
    if any(name.startswith("surface_") for name in at):
        try:
            states = oxidation_states(record, cell).row(row, named=True)
        except HeterofilmError:
            return found
        found += [(f"{name} at the surface", f"{100.0 * value:.3g} %") for name, value in states.items()]
    return found
