"""Rows of the paper about high rates: averages in the rate test, their order, stability, and the solid cells' peaks."""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from ..analysis.electrochemistry.cycles import rates_of
from ..analysis.electrochemistry.dqdv import plateaus
from ..study.results import CURRENT, Runs
from .claims import FILMS, Claim
from .verdict import Answer

__all__ = ["average_in_rate_test", "order_in_rate_test", "rate_test", "similar_peaks", "stable"]

SAME = 1e-3  # relative, of a current
EARLY, RAPID = 10, 0.10  # "no rapid fading in the first cycles" is read as: at most this share lost by this cycle
SIMILAR = 0.1  # V: peaks of dQ/dV that lie closer count as the same feature


def rate_test(runs: Runs, cell: str) -> pl.DataFrame | None:
    """The rate summary of a cell that was discharged at three or more currents in labelled parts."""
    for (name, _), record in runs.records.items():
        summary = rates_of(record) if name == cell and record.steps["label"].n_unique() > 2 else None
        if summary is not None:
            return summary
    return None


def average(runs: Runs, cell: str, current: float) -> float | None:
    """Mean discharge capacity (uAh cm-2 um-1) of the cycles of a rate test at a current (uA/cm2)."""
    summary = rate_test(runs, cell)
    if summary is None:
        return None
    at = summary.filter((pl.col("current_A_m2") * CURRENT / current - 1.0).abs() < SAME)
    return None if at.is_empty() else float(at["mean_uAh_cm2_um"][0])


def average_in_rate_test(runs: Runs, row: Claim) -> Answer | None:
    """The mean of a film's cycles at one current of the rate test."""
    found = average(runs, row.cell_name, row.current)
    if found is None:
        return None
    note = "mean of its cycles at this current in the rate test, which a charge at constant current does not empty"
    return Answer(f"{found:.1f}", found, 100.0 * (found / row.number - 1.0), "%", note=note)


def order_in_rate_test(runs: Runs, row: Claim) -> Answer | None:
    """Films in the order of their mean capacity at one current."""
    films = re.findall(r"\w+", row.value)
    found = {film: average(runs, f"{film.lower()}-half", row.current) for film in films}
    known = {film: x for film, x in found.items() if x is not None}
    if len(known) < len(films):
        return None
    text = " > ".join(f"{film} {x:.1f}" for film, x in sorted(known.items(), key=lambda item: -item[1]))
    order = sorted(known, key=lambda film: -known[film])
    return Answer(text, agrees=order == films, note="means of the rate test, in uAh cm^-2 um^-1")


def stable(runs: Runs, row: Claim) -> Answer | None:
    """Whether a film loses capacity rapidly in its first cycles."""
    q = runs.life(row.cell_name, row.current, EARLY)
    if q is None:
        return None
    lost = 1.0 - float(q[EARLY - 1] / q[0])
    note = (
        f"read as at most {100 * RAPID:.0f} % lost by cycle {EARLY}; {q[-1] / q[0]:.2f} is left after {q.size} cycles"
    )
    return Answer(f"{100 * lost:.0f} % lost by cycle {EARLY}", agrees=lost <= RAPID, note=note)


def similar_peaks(runs: Runs, row: Claim) -> Answer | None:
    """Peaks of dQ/dV of the solid cells beside those of the half-cells, at the slowest current that both have."""
    said, worst = [], 0.0
    for film in FILMS:
        half, solid = (runs.discharges(f"{film.lower()}-{kind}") for kind in ("half", "atfb"))
        both = sorted(set(half) & set(solid))
        if not both:
            continue
        liquid, dry = (plateaus(found[both[0]], 1) for found in (half, solid))
        if liquid.is_empty() or dry.is_empty():
            continue
        V = dry["voltage_V"].to_numpy()
        off = [float(V[np.argmin(np.abs(V - U))] - U) for U in liquid["voltage_V"]]
        largest = max(off, key=abs)
        said.append(f"{film} {largest:+.2f} V")
        worst = max(worst, abs(largest))
    if not said:
        return None
    note = f"largest distance of a half-cell's peak to the nearest of the solid cell; similar is read as {SIMILAR:g} V"
    return Answer("; ".join(said), agrees=worst <= SIMILAR, note=note)
