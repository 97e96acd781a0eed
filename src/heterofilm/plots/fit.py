"""Figures of a fit: data over the model with residuals, and the profiles of its values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..figures.colours import GREY, INK, PALETTE
from ..figures.elements import Note, Series
from ..figures.figure import Figure
from ..units import si

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["data_figures", "profile_figure"]

AXES = {
    "voltage": ("Voltage / V", 1.0, "Residual / mV", 1e3),
    "current": ("Current / µA cm⁻²", 1.0 / si("uA/cm2"), "Residual / µA cm⁻²", 1.0 / si("uA/cm2")),
}


def data_figures(compared: Sequence[Any]) -> list[Figure]:
    """Data (points) over the model (lines) in time, what is left below, and spectra in the complex plane.

    ``compared``: steps with ``data`` (a name), ``step`` (``what``, ``number``, ``at``, ``values``) and ``model``.
    """
    figures = []
    for what, (label, scale, left_label, left_scale) in AXES.items():
        own = [c for c in compared if c.step.what == what]
        if not own:
            continue
        names = list(dict.fromkeys(c.data for c in own))
        series, left = list[Series](), list[Series]()
        start: dict[str, float] = dict.fromkeys(names, 0.0)
        for c in own:
            colour = PALETTE[names.index(c.data) % len(PALETTE)]
            order = np.argsort(c.step.at)
            t = (start[c.data] + c.step.at[order]) / si("h")
            start[c.data] += float(c.step.at.max())
            first = not any(one.label == c.data for one in series)
            series.append(Series(c.data, t, scale * c.step.values[order], "points", colour, in_legend=first, size=3.0))
            series.append(Series("model", t, scale * c.model[order], "line", INK, in_legend=len(series) == 1))
            off = left_scale * (c.model - c.step.values)[order]
            left.append(Series(c.data, t, off, "points", colour, in_legend=first, size=3.0))
        figures.append(Figure(f"fit {what}", "Data and model", "Time / h", label, series))
        figures.append(Figure(f"residual {what}", "Model less data", "Time / h", left_label, left))
    spectra = [c for c in compared if c.step.what == "impedance"]
    if spectra:
        per = 1.0 / si("ohm cm2")
        series = list[Series]()
        for k, c in enumerate(spectra):
            colour = PALETTE[k % len(PALETTE)]
            order = np.argsort(-c.step.at)
            Z, model = c.step.values[order], c.model[order]
            name = f"{c.data}, step {c.step.number}"
            series.append(Series(name, per * Z.real, -per * Z.imag, "points", colour, size=3.0))
            series.append(Series("model", per * model.real, -per * model.imag, "line", INK, in_legend=k == 0))
        axis = "Z′ / Ω cm²", "−Z″ / Ω cm²"
        figures.append(Figure("fit impedance", "Spectra and model", *axis, series, equal=True))
    return figures


def profile_figure(profiles: Mapping[str, tuple[Any, Any, str]], rise: float) -> Figure:
    """By how much the misfit rises as each value leaves its best, least over all others; ``rise`` ends the interval.

    ``profiles``: by name, numbers of the value, rises, and its unit. Values are shown over their best.
    """
    series = []
    for k, (name, (x, up, _)) in enumerate(profiles.items()):
        best = float(x[int(np.argmin(up))])
        order = np.argsort(x)
        shown = np.asarray(x)[order] / best if best else np.asarray(x)[order]
        series.append(Series(name, shown, np.asarray(up)[order], "both", PALETTE[k % len(PALETTE)], size=4.0))
    ends = [min(float(min(s.x)) for s in series), max(float(max(s.x)) for s in series)]
    series.append(Series("", ends, [rise, rise], "line", GREY, "dash", in_legend=False))
    note = Note(ends[0], rise, "end of the interval")
    return Figure(
        "profiles", "Profile likelihood", "Value / best-fit value", "Increase in χ²", series, notes=(note,),
        y_range=(0.0, 3.0 * rise),
    )  # fmt: skip
