"""Capacities over the values of a sweep."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ..figures.colours import PALETTE
from ..figures.elements import Series
from ..figures.figure import Figure

__all__ = ["capacities", "sweep_figure"]

LINES = 8  # of different combinations of the other values
WIDE = 30.0  # from this ratio of the largest to the smallest value on, the axis is logarithmic


def capacities(table: pl.DataFrame) -> pl.DataFrame:
    """The last discharge of every point that has one, of the table of `simulate_many`."""
    if "kind" not in table.columns:
        return table.clear()
    return table.filter(pl.col("kind") == "discharge").group_by("point", maintain_order=True).last()


def sweep_figure(table: pl.DataFrame, units: Mapping[str, str]) -> Figure:
    """Capacity of the last discharge over the value with most points; a line for each combination of the others.

    ``units``: of the values by path, in the order of the sweep. Beyond eight combinations the first, the last and
    those evenly between them are drawn, and the caption says so.
    """
    found = capacities(table)
    over, *others = sorted(units, key=lambda path: -found[path].n_unique() if found.height else 0)
    found = found.sort(over)
    groups = found.partition_by(others, as_dict=True) if others else {(): found}
    groups = groups if found.height else {}
    every = sorted(groups)
    step = max(1.0, (len(every) - 1) / (LINES - 1))
    kept = [every[round(k * step)] for k in range(min(len(every), LINES))]
    series = []
    for k, key in enumerate(kept):
        named = zip(others, key, strict=True)
        label = ", ".join(f"{_short(path)} {value:.4g} {_unit(units[path])}".strip() for path, value in named)
        own = groups[key]
        x, y = own[over].to_numpy(), own["capacity_uAh_cm2_um"].to_numpy()
        series.append(Series(label or "capacity", x, y, "both", PALETTE[k % len(PALETTE)], in_legend=bool(others)))
    values = found[over] if found.height else pl.Series([1.0])
    low, high = float(values.min()), float(values.max())  # type: ignore[arg-type]
    caption = "Last discharge of every point."
    if len(kept) < len(every):
        caption += f" {len(kept)} of {len(every)} combinations of the other values are drawn."
    unit = _unit(units[over])
    return Figure(
        "sweep", f"Capacity against {_short(over)}", f"{over} / {unit}" if unit else over, "Capacity / µAh cm⁻² µm⁻¹",
        series, caption=caption, log_x=low > 0.0 and high > WIDE * low,
    )  # fmt: skip


def _short(path: str) -> str:
    """The end of a path by which a line is called: ``V2O5.D`` of ``phases.V2O5.D``."""
    return path.split(".", 1)[-1]


def _unit(unit: str) -> str:
    return "" if unit == "1" else unit
