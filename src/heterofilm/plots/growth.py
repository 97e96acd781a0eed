"""Figures of a film's growth: thickness and ratio over power, crystallised share over anneal temperature."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..elements import ELEMENTS
from ..figures.colours import INK
from ..figures.elements import Band, Series
from ..figures.figure import Figure
from ..growth.grow import Grown, measured
from ..growth.sweeps import Curve, over_power, over_temperature, powers, swept_target

__all__ = ["crystallisation_figure", "thickness_figure"]

BLUE, ORANGE = "#0072B2", "#D55E00"
COLOURS = ("#0072B2", "#009E73", "#CC79A7")
MEASURED = "measured films"


def thickness_figure(grown: Grown) -> Figure:
    """Thickness, and the ratio on the right, over the power on the co-target; bands: 5 to 95 % of the draws."""
    name, of = swept_target(grown), grown.of or ""
    P = powers(grown, name)
    thickness, ratio = over_power(grown, name, P)
    nm = Curve(*(1e9 * row for row in thickness))
    series = [Series("thickness", P, nm.value, colour=BLUE, bands=(_band(P, nm),))]
    if ratio is not None:
        series.append(Series(of, P, ratio.value, colour=ORANGE, style="dash", bands=(_band(P, ratio),), right=True))
    known = [recipe for recipe in measured(grown.entries, grown.library) if name in recipe.power]
    for key, unit, colour, right in (("thickness", "nm", BLUE, False), ("ratio", "1", ORANGE, True)):
        points = [
            (recipe.power[name].to("W"), getattr(recipe.outcome, key).to(unit))
            for recipe in known
            if recipe.outcome is not None and getattr(recipe.outcome, key) is not None
        ]
        if points and (ratio is not None or not right):
            x, y = zip(*points, strict=True)
            label = f"{of if right else 'thickness'} of {MEASURED}"
            series.append(Series(label, x, y, "points", colour, marker="circle-open", right=right))
    here = [grown.recipe.power[name].to("W")], [1e9 * grown.thickness]
    series.append(Series("this recipe", *here, "points", INK, marker="diamond"))
    return Figure(
        "growth", f"Thickness over power: {grown.recipe.name}", f"Power on {name} / W", "Thickness / nm", series,
        caption="Bands: 5 to 95 % of the draws of all ranged numbers" + (
            " that agree with the measured films. Those films set some values of the model. Where the film turns "
            "amorphous between measured films is open." if known else "; the rate of this target is not calibrated."
        ),
        y_range=(0.0, 1.05 * float(max(nm.high))),
        right_label="" if ratio is None else of,
        right_range=None if ratio is None else (0.0, 1.05 * float(max(ratio.high))),
    )  # fmt: skip


def crystallisation_figure(grown: Grown) -> Figure:
    """Crystallised share over the temperature of the recipe's anneal, with every kinetics that may hold."""
    T = np.linspace(373.0, 973.0, 121)
    series = [
        Series(_label(grown, name), T, curve.value, colour=colour, bands=(_band(T, curve),))
        for (name, curve), colour in zip(over_temperature(grown, T).items(), COLOURS, strict=False)
    ]
    anneal = grown.recipe.anneal
    caption = "The recipe has no anneal."
    if anneal is not None:
        share = float(grown.state.crystallised)
        series.append(Series("this recipe", [anneal.temperature.to("K")], [share], "points", INK, marker="diamond"))
        caption = f"After {anneal.time} at temperature, heated at {anneal.ramp}. Bands: 5 to 95 % of the draws."
    return Figure(
        "crystallisation", f"Anneal: {grown.recipe.name}", "Anneal temperature / K", "Crystallised share", series,
        caption=caption, y_range=(-0.03, 1.05),
    )  # fmt: skip


def _label(grown: Grown, name: str) -> str:
    kinds, system = grown.entries.crystallisations, grown.entries.system
    limit = kinds[name].ratio_limit
    if system is None or len(kinds) == 1:
        return name
    if limit is not None:
        return f"{grown.of} up to {limit.low if limit.low is not None else limit.value:g}"
    return f"more {ELEMENTS[system.entry.added].name}"


def _band(x: NDArray[Any], curve: Curve) -> Band:
    return Band(x, curve.low, x, curve.high)
