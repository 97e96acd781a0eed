"""Figures of voltammograms: current over potential, peaks over scan rate, and the split after Dunn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..analysis.electrochemistry.cv import BValue, DunnSplit, Peak, Sweep
from ..analysis.electrochemistry.cv_rates import why_no_b
from ..figures.colours import INK, PALETTE
from ..figures.elements import Series, in_order
from ..figures.figure import Figure
from ..wording import plus_minus
from .voltage import AGAINST_LITHIUM

__all__ = ["RATES", "b_value_figure", "dunn_figure", "voltammogram_figure"]

RATES = ("#0072B2", "#56B4E9", "#009E73", "#E69F00", "#D55E00", "#CC79A7", "#6B4C9A", "#5F6B73")
MICRO = 100.0  # uA/cm2 in 1 A/m2


def rate_words(rate_V_s: float) -> str:
    """A scan rate as it is written: 0.5 mV/s."""
    return f"{1e3 * rate_V_s:.3g} mV s⁻¹"


def voltammogram_figure(
    sweeps: Sequence[Sweep], peaks: Sequence[Peak] = (), title: str = "Cyclic voltammogram",
    unit: str = AGAINST_LITHIUM,
) -> Figure:  # fmt: skip
    """Current (µA/cm2, positive on discharge) over potential (``unit``: `volts` of the records): a colour per scan
    rate, peaks as diamonds."""
    rates = sorted({float(f"{s.scan_rate_V_s:.2g}") for s in sweeps})
    shades, scale = in_order("Scan rate / mV s⁻¹", [f"{1e3 * rate:.3g}" for rate in rates])
    shades = shades if scale is not None else list(RATES)
    series: list[Series] = []
    seen: set[float] = set()
    for sweep in sweeps:
        rate = float(f"{sweep.scan_rate_V_s:.2g}")
        tint = INK if len(rates) == 1 else shades[rates.index(rate)]
        label = "current" if len(rates) == 1 else rate_words(rate)
        series.append(Series(label, sweep.voltage_V, MICRO * sweep.current, colour=tint,
                             in_legend=scale is None and rate not in seen))  # fmt: skip
        seen.add(rate)
    if peaks:
        where = [p.potential_V for p in peaks], [MICRO * p.current for p in peaks]
        series.append(Series("peaks", *where, "points", INK, marker="diamond", size=5.0))
    return Figure(
        "voltammogram", title, f"Potential / {unit}", "Current / µA cm⁻²", series,
        caption="Current is positive on discharge: the cathodic sweep lies above.", scale=scale,
    )  # fmt: skip


def b_value_figure(tracks: Mapping[str, tuple[Sequence[float], Sequence[float], BValue]]) -> Figure:
    """Peak currents (A/m2) over scan rate (V/s), by name of the peak, with the lines i = a v^b where there is a b."""
    series: list[Series] = []
    why = [f"{name}: {reason}." for name, (_, _, fit) in tracks.items() if (reason := why_no_b(fit))]
    for k, (name, (rates, currents, fit)) in enumerate(tracks.items()):
        tint = RATES[(3 * k) % len(RATES)]
        v, i = 1e3 * np.asarray(rates, float), MICRO * np.abs(np.asarray(currents, float))
        ends = np.array([v.min() / 1.15, v.max() * 1.15])
        line = MICRO * 10.0**fit.log10_a * (ends / 1e3) ** fit.b
        unknown = why_no_b(fit)
        label = f"{name}: b not determined" if unknown else f"{name}: b = {plus_minus(fit.b, fit.stderr)}"
        series.append(Series(label, v, i, "points", tint))
        if not unknown:
            series.append(Series(label, ends, line, colour=tint, in_legend=False))
    ticks = sorted({float(f"{x:.2g}") for rates, _, _ in tracks.values() for x in 1e3 * np.asarray(rates, float)})
    return Figure(
        "b-value", "Peak current over scan rate", "Scan rate / mV s⁻¹", "|Peak current| / µA cm⁻²", series,
        caption=" ".join(
            ["b = 1/2: diffusion into a half-space; b = 1: a capacitance or a thin layer. ±: standard deviation.", *why]
        ),
        log_x=True, log_y=True,
        x_ticks=tuple(ticks) if len(ticks) <= 8 else (),
    )  # fmt: skip


def dunn_figure(splits: Mapping[str, DunnSplit]) -> Figure:
    """Share of the current proportional to v (k1 v), per scan rate and sweep direction, as stacked bars.

    A direction without a share (`DunnSplit.why_not`) has no bar; the caption says why.
    """
    names: list[str] = []
    share: list[float] = []
    without = []
    for direction, split in splits.items():
        if split.why_not:
            without.append(f"{direction.capitalize()}: not determined, {split.why_not}.")
            continue
        for rate, part in sorted(zip(split.scan_rate_V_s, split.share, strict=True)):
            names.append(f"{1e3 * rate:.3g}\n{direction}")
            share.append(100.0 * float(part))
    parts: Any = np.array(share)
    warning = " ".join(dict.fromkeys(s.warning for s in splits.values() if s.warning))
    return Figure(
        "dunn", "Split k₁v + k₂√v", "Scan rate / mV s⁻¹", "Share of the current / %",
        [Series("k₁v", names, parts, "bar", PALETTE[2]), Series("k₂√v", names, 100.0 - parts, "bar", PALETTE[6])],
        caption=" ".join(["k₁v is not the capacitive share by itself.", *without, warning]).strip(),
    )  # fmt: skip
