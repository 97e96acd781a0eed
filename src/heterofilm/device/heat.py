"""Heat of a discharge, after the fact: what a device that exchanges none would warm by.

Per area, with the current positive on discharge (Bernardi, Pawlikowski, Newman, J. Electrochem. Soc. 132, 5, 1985)::

    q = i (U - V) - i T dU/dT

U is the potential at rest of the film as it is then, the record's ``equilibrium_V``. The entropy dU/dT is the caller's:
no measured one is known for these films. The cell itself stays at its own temperature; how warmth would change the
discharge is not modelled here.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..analysis.columns import running_integral
from ..errors import InputError
from ..records.record import Record

Array = NDArray[np.float64]

__all__ = ["adiabatic"]


def adiabatic(record: Record, heat_capacity: float, entropy: float | Callable[[Array], Array] = 0.0) -> pl.DataFrame:
    """Heat and warming along a record: ``time_s``, ``ohmic_J_m2``, ``entropic_J_m2``, ``warming_K``.

    ``heat_capacity``: of the device per active area (J/(m2 K)); ``entropy``: dU/dT (V/K), a number or a function of
    the potential at rest. Errors: `HeterofilmError` for a record without ``equilibrium_V``, or a heat capacity that is
    not positive.
    """
    if not heat_capacity > 0.0:
        raise InputError(f"A heat capacity is positive, not {heat_capacity:g} J/(m2 K).")
    if "equilibrium_V" not in record.frame.columns:
        raise InputError("This record has no potential at rest (equilibrium_V): simulate it with detail=True.")
    frame = record.frame
    t, i, V, U = (frame[key].to_numpy() for key in ("time_s", "current_A_m2", "voltage_V", "equilibrium_V"))
    T = float(record.meta.get("temperature_K", 298.15))
    slope = entropy(U) if callable(entropy) else np.full(t.size, float(entropy))
    ohmic, entropic = running_integral(t, i * (U - V)), running_integral(t, -i * T * slope)
    return pl.DataFrame(
        {"time_s": t, "ohmic_J_m2": ohmic, "entropic_J_m2": entropic, "warming_K": (ohmic + entropic) / heat_capacity}
    )
