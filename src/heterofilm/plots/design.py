"""What a search of designs found: its front or its progress, and what outputs depend on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from ..figures.colours import GREY, PALETTE
from ..figures.elements import Series
from ..figures.figure import Figure

__all__ = ["indices_figure", "search_figure"]

WIDE = 20.0  # ratio of the largest to the least from which on an axis is logarithmic


def search_figure(runs: pl.DataFrame, best: pl.DataFrame, wanted: Sequence[tuple[str, float]], title: str) -> Figure:
    """The front of two aims among all designs, of one aim the best so far over the designs that were tried.

    ``wanted``: outputs, with -1 where most is best; ``runs`` with ``met``, whether a design meets the limits.
    """
    first, sign = wanted[0]
    if len(wanted) > 1:
        second = wanted[1][0]
        series = [
            Series(label, own[first].to_numpy(), own[second].to_numpy(), "points", colour, size=size)
            for label, own, colour, size in (
                ("misses a limit", runs.filter(~pl.col("met")), GREY, 3.0),
                ("meets all limits", runs.filter("met"), PALETTE[1], 3.5),
            )
            if own.height
        ]
        shown = best if best.height else runs
        if best.height:
            front = best.sort(first)
            series.append(
                Series("best", front[first].to_numpy(), front[second].to_numpy(), "both", PALETTE[0], size=5.0)
            )
        x, y = (_about(shown[name].to_numpy()) for name in (first, second))
        return Figure(
            "front", title or "The best designs", first, second, series,
            "On the front nothing gains in one without a loss in the other; designs far from it are left out.",
            log_x=_wide(shown[first].to_numpy()), log_y=_wide(shown[second].to_numpy()), x_range=x, y_range=y,
        )  # fmt: skip
    value = np.where(runs["met"].to_numpy(), sign * runs[first].to_numpy(), np.inf)
    so_far = np.minimum.accumulate(np.where(np.isnan(value), np.inf, value))
    known, number = np.isfinite(so_far), np.arange(1, runs.height + 1)
    counts = np.isfinite(value)
    return Figure(
        "search", title or "The best design", "Designs tried", first,
        [Series("meets all limits", number[counts], sign * value[counts], "points", PALETTE[1], size=3.5),
         Series("best so far", number[known], sign * so_far[known], "line", PALETTE[0])],
    )  # fmt: skip


def indices_figure(indices: pl.DataFrame) -> Figure:
    """Total Sobol indices: the share of an output's variance that an input has a part in, by output."""
    outputs = indices["output"].unique(maintain_order=True).to_list()
    series = []
    for k, path in enumerate(indices["input"].unique(maintain_order=True)):
        own = indices.filter(pl.col("input") == path)
        label = ".".join(path.split(".")[1:])
        at = np.arange(len(outputs)) + 0.12 * k
        series.append(Series(label, at, own["total"].to_numpy(), "points", PALETTE[k % len(PALETTE)],
                             y_error=own["total_half"].to_numpy()))  # fmt: skip
    return Figure(
        "indices", "What outputs depend on", "", "Total Sobol index", series,
        "The share of an output's variance over the ranges that is gone with an input held; bars are 95 % intervals.",
        x_ticks=tuple(map(float, range(len(outputs)))), x_names=tuple(outputs), x_range=(-0.4, len(outputs) - 0.2),
        filled=True,
    )  # fmt: skip


def _about(values: np.ndarray) -> tuple[float, float] | None:  # type: ignore[type-arg]
    """The extent of a front, and half as much again to either side."""
    known = values[np.isfinite(values)]
    if not known.size or known.min() == known.max():
        return None
    low, high = float(known.min()), float(known.max())
    if _wide(values):
        return low * (low / high) ** 0.5, high * (high / low) ** 0.5
    return max(low - 0.5 * (high - low), min(low, 0.0)), high + 0.5 * (high - low)


def _wide(values: np.ndarray) -> bool:  # type: ignore[type-arg]
    known = values[np.isfinite(values)]
    return bool(known.size and known.min() > 0.0 and known.max() > WIDE * known.min())
