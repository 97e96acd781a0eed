"""Whether the lithium of a simulated film accounts for the charge that passed: the run checks itself."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from typing import Any

import polars as pl

COLUMN = "lithium_missed_C_m2"  # of the table of steps: what the film gained in a step and its charge does not explain
DOUBTFUL = 1e-9  # of the theoretical charge, from which on it is said beside the result


def missed(steps: pl.DataFrame, meta: Mapping[str, Any]) -> float | None:
    """The largest error of the balance at the end of any step, over the theoretical charge.

    Errors of steps add up with their signs. None where the table does not say (a measurement, an older file).
    """
    whole = meta.get("theoretical_capacity_C_m2")
    if COLUMN not in steps.columns or not steps.height or not isinstance(whole, int | float) or not whole > 0.0:
        return None
    return max(map(abs, accumulate(steps[COLUMN].to_list()))) / whole


def sentence(steps: pl.DataFrame, meta: Mapping[str, Any]) -> str:
    """What is to be said of it beside a result; nothing where the balance closes."""
    share = missed(steps, meta)
    if share is None or share <= DOUBTFUL:
        return ""
    return (
        f"The lithium of the film and the charge that passed differ by {share:.1e} of the theoretical charge: this run "
        "does not conserve lithium, do not build on it."
    )
