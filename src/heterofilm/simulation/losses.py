"""The mean losses of voltage of a step, by cause."""

from __future__ import annotations

import numpy as np
import polars as pl

from ..records.record import Record
from .observed import LOSS_NAMES

__all__ = ["LOSSES", "mean_losses", "mean_over_charge"]

LOSSES = {
    "hysteresis": "hysteresis",
    "nucleation": "nucleation of copper",
    "exchange": "exchange between the phases",
    "domain_diffusion": "diffusion in the domains",
    "matrix_diffusion": "diffusion in the matrix",
    "charge_transfer": "cathode charge transfer",
    "electrolyte": "electrolyte",
    "anode": "anode charge transfer",
    "film_ohmic": "electrons in the film",
    "series": "series resistance",
}
"""What the losses are called, by `LOSS_NAMES`."""


def mean_over_charge(frame: pl.DataFrame, column: str) -> float:
    """Mean of a column of a step's curve over the charge that passed."""
    charge = frame["charge_C_m2"].to_numpy()
    return float(np.trapezoid(frame[column].to_numpy(), charge) / (charge[-1] - charge[0]))


def mean_losses(record: Record, step: int) -> dict[str, float]:
    """Means over the charge of a step (V), by `LOSS_NAMES`: they add up to that of ``reversible_V`` less the voltage.

    Needs a record with ``detail``, whose curve of the step was kept.
    """
    frame = record.step(step).frame
    return {name: mean_over_charge(frame, f"loss_{name}_V") for name in LOSS_NAMES}
