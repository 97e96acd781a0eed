"""Cells on equal terms: what is counted of each, and scores for a radar."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from ..errors import InputError
from ..library import Library, PublishedCell, names

__all__ = ["AXES", "Counted", "comparison_table", "published_table", "scores"]

NOT_MODELLED = "not modelled"


@dataclass(frozen=True)
class Counted:
    """One cell, all at the same currents, in its own window; NaN where nothing is known."""

    name: str
    film: str
    capacity: float  # uAh/cm2/um, at the slow current
    voltage: float  # V, mean of that discharge
    energy: float  # uWh/cm2/um
    rate: float  # share of the capacity that is kept at the fast current
    life: float  # share kept after the cycles; NaN: no ageing law with a source
    anneal: float  # K, of the film's recipe or device


AXES = ("capacity", "energy", "rate", "life", "anneal")


def comparison_table(cells: Sequence[Counted]) -> pl.DataFrame:
    """A row per cell, in field units; life in words where it is not modelled."""
    return pl.DataFrame(
        [
            {
                "cell": one.name,
                "film": one.film,
                "capacity_uAh_cm2_um": one.capacity,
                "mean_voltage_V": one.voltage,
                "energy_uWh_cm2_um": one.energy,
                "rate_share": one.rate,
                "life": NOT_MODELLED if math.isnan(one.life) else f"{one.life:.2f}",
                "anneal_K": one.anneal,
            }
            for one in cells
        ]
    )


def scores(cells: Sequence[Counted]) -> dict[str, dict[str, float]]:
    """Per cell and axis a number from 0 to 1, the best cell 1; a lower anneal is better, and NaN stays NaN.

    Errors: `HeterofilmError` for fewer than two cells, which compare with nothing.
    """
    if len(cells) < 2:
        raise InputError(f"A comparison needs at least two cells, got {len(cells)}.")
    found: dict[str, dict[str, float]] = {one.name: {} for one in cells}
    for axis in AXES:
        numbers = {one.name: float(getattr(one, axis)) for one in cells}
        known = [x for x in numbers.values() if not math.isnan(x)]
        if not known:
            best = math.nan
        elif axis == "anneal":
            best = min(known)
        else:
            best = max(known)
        for name, x in numbers.items():
            found[name][axis] = best / x if axis == "anneal" else x / best
    return found


def published_table(library: Library | None = None) -> pl.DataFrame:
    """Published cells of the library, a row each; what was not reported is empty."""
    rows: list[Mapping[str, object]] = []
    for name in names("published"):
        one = (library or Library()).entry(PublishedCell, name)
        rows.append(
            {
                "cell": one.title,
                "capacity_uAh_cm2_um": one.capacity and one.capacity.to("uAh/cm2/um"),
                "specific_capacity_mAh_g": one.specific_capacity and one.specific_capacity.to("mAh/g"),
                "current_uA_cm2": one.current and one.current.to("uA/cm2"),
                "cycles": one.cycles and one.cycles.value,
                "retention": one.retention and one.retention.value,
                "anneal_K": one.anneal and one.anneal.si,
                "source": one.citation,
            }
        )
    return pl.DataFrame(rows)
