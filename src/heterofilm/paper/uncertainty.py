"""How well the paper's numbers are taken to be known: it states no errors, so these are assumed, once for all."""

from __future__ import annotations

import math
import re

from .claims import Claim

__all__ = ["AREA", "AVERAGE", "CAPACITY", "PLATEAU", "RESISTANCE", "RETENTION", "SHARE", "THICKNESS", "of_row"]

# what two nominally equal cells differ by
CAPACITY = 0.01  # relative, of a first discharge
AVERAGE = 0.02  # relative, of a mean over a rate test or a maximum over cycles
PLATEAU = 0.02  # V
SHARE = 0.03
RETENTION = 0.01
RESISTANCE = 0.02  # relative
# what rows share, relative: the reading of a film's thickness, and the area of a kind of cell
THICKNESS = 0.02
AREA = 0.01

_RELATIVE = {
    "initial_discharge_capacity": CAPACITY,
    "maximum_capacity": AVERAGE,
    "average_capacity_in_rate_test": AVERAGE,
}
_ABSOLUTE = {
    "discharge_plateaus": PLATEAU,
    "discharge_plateau_onset": PLATEAU,
    "v4_fraction": SHARE,
    "capacity_retention": RETENTION,
    "retention_of_maximum": RETENTION,
}


def of_row(row: Claim) -> float | None:
    """One standard deviation of a row's number in the unit of its deviation: %, V or 1; None of what is in words.

    Capacities per volume of film have thickness and area in them. What is neither a capacity nor named above is known
    to half of its last digit that is not a trailing zero.
    """
    if row.quantity in _RELATIVE:
        return 100.0 * math.hypot(_RELATIVE[row.quantity], THICKNESS, AREA)
    if row.quantity in _ABSOLUTE:
        return _ABSOLUTE[row.quantity]
    if row.quantity == "charge_transfer_resistance":
        return 100.0 * RESISTANCE
    if re.fullmatch(r"\d+\.?\d*", row.value) and row.number > 0.0:
        decimals = len(row.value.partition(".")[2])
        digits = decimals or len(row.value.rstrip("0")) - len(row.value)
        return 100.0 * 0.5 * 10.0**-digits / row.number
    return None
