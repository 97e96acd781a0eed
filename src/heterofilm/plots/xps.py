"""Figures of photoelectron core levels: a fit with its parts and residual, shares of states over potential."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from ..analysis.photoemission.fit import PeakFit
from ..errors import InputError
from ..figures.colours import GREY, INK, PALETTE
from ..figures.elements import Band, Note, Series
from ..figures.figure import Figure

__all__ = ["chemist", "core_level_figure", "spectra_figure", "states_figure"]

BINDING = "Binding energy / eV"
COLOURS = {
    "V5+": "#E69F00", "V4+": "#0072B2", "V3+": "#009E73", "Cu2+": "#D55E00", "Cu+ and Cu0": "#56B4E9", "Cu+": "#56B4E9",
    "Cu0": "#CC79A7",
}  # fmt: skip
SIGNS = str.maketrans("0123456789+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺")
LOW = 0.22  # of the height is kept below the spectrum for the residual


def chemist(words: str) -> str:
    """Oxidation states with raised signs: ``V5+ 2p3/2`` becomes ``V⁵⁺ 2p3/2``."""
    found = []
    for word in words.split():
        raised = word[-1:] == "+" or re.fullmatch("[A-Z][a-z]?0", word) is not None
        cut = next((k for k, c in enumerate(word) if c in "0123456789+"), len(word))
        found.append(word[:cut] + word[cut:].translate(SIGNS) if raised else word)
    return " ".join(found)


def region_figure(
    energy_eV: ArrayLike, intensity: ArrayLike, title: str, caption: str = "", name: str = "region"
) -> Figure:
    """A region that nothing was fitted to, as measured; arrays of shape (n,), `caption` says why."""
    E, y = np.asarray(energy_eV, float), np.asarray(intensity, float)
    series = [Series("measured", E, y, "line", GREY, in_legend=False)]
    return Figure(
        name, title, BINDING, "Intensity", series, caption=caption, x_range=(float(E.max()), float(E.min())),
    )  # fmt: skip


def core_level_figure(fit: PeakFit, title: str = "", name: str = "core-level", doubts: Sequence[str] = ()) -> Figure:
    """Points, background, components, envelope, and below them the residual in standard deviations (right axis).

    Binding energies run from right to left. Lines of one state share a colour. `doubts` stand in the caption.
    """
    E = fit.energy_eV
    series = [Series("measured", E, fit.intensity, "points", GREY, marker="circle-open", size=3.0)]
    states: dict[str, str] = {}
    # colours of states are not given to other lines beside them
    taken = set(COLOURS.values()) if any(line.state for line in fit.lines) else set()
    spare = iter([c for c in PALETTE if c not in taken] * len(fit.lines))
    for line, component in zip(fit.lines, fit.components, strict=True):
        group = line.state or _family(line.name, fit)
        first = group not in states
        if first:
            states[group] = COLOURS.get(group) or next(spare)
        y = fit.background + component
        shade = Band(E, fit.background, E, y, 0.25)
        series.append(Series(chemist(group), E, y, colour=states[group], bands=(shade,), in_legend=first))
    series.append(Series("background", E, fit.background, colour=INK, style="dash"))
    series.append(Series("fit", E, fit.envelope, colour=INK))
    residual = (fit.intensity - fit.envelope) / fit.sigma  # zero where a point was left out
    reach = max(5.0, float(np.abs(residual).max()))
    series.append(Series("residual", E, residual, colour="#8C6D31", in_legend=False, right=True))
    top, bottom = float(fit.intensity.max()), float(fit.intensity.min())
    height = (top - bottom) / (1.0 - LOW - 0.06)
    # the right axis is stretched so that +-reach fills the lowest part of the picture
    return Figure(
        name, title or "Core level", BINDING, "Intensity", series,
        caption=f"{fit.method}; reduced χ² {fit.reduced_chi2:.2f}." + _sentences(doubts),
        x_range=(float(E[-1]), float(E[0])), y_range=(bottom - LOW * height, top + 0.06 * height),
        right_label="Residual / σ", right_range=(-1.1 * reach, -1.1 * reach + 2.2 * reach / (0.9 * LOW)),
        right_ticks=(-float(round(reach)), 0.0, float(round(reach))),
    )  # fmt: skip


def _sentences(doubts: Sequence[str]) -> str:
    return "".join(f" {doubt[:1].upper()}{doubt[1:]}." for doubt in doubts)


def _family(name: str, fit: PeakFit | None = None) -> str:
    """What a line without state belongs to: the state that begins its name, O 1s, or itself."""
    states = {line.state for line in fit.lines if line.state} if fit is not None else set()
    states |= set(COLOURS)
    begun = [state for state in states if name == state or name.startswith(f"{state} ")]
    if begun:
        return max(begun, key=len)
    words = name.split()
    return " ".join(words[:2]) if words[:2] in (["O", "1s"], ["C", "1s"]) else name


def states_figure(table: pl.DataFrame, title: str = "Oxidation states after discharge to a potential") -> Figure:
    """The ex-situ figure: shares of states over potential from `analysis.xps.shares.series_table`.

    Bands show one standard deviation; the potential falls from left to right, as in a discharge.

    Errors: `HeterofilmError` for a table without potential or states.
    """
    states = [c for c in table.columns if c != "potential_V" and not c.endswith("_sd")]
    if "potential_V" not in table.columns or not states:
        raise InputError("The figure of states needs a table with potential_V and at least one state.")
    spare = iter([c for c in PALETTE if c not in COLOURS.values()] * 3)
    series = []
    for state in states:
        rows = table.filter(pl.col(state).is_not_null())
        x, y = rows["potential_V"].to_numpy(), 100.0 * rows[state].to_numpy()
        sd = 100.0 * rows[f"{state}_sd"].to_numpy() if f"{state}_sd" in rows.columns else 0.0 * y
        shade = Band(x, np.clip(y - sd, 0.0, 100.0), x, np.clip(y + sd, 0.0, 100.0))
        marker = "circle" if state.startswith("V") else "square"
        series.append(
            Series(chemist(state), x, y, "both", COLOURS.get(state) or next(spare), marker=marker, bands=(shade,))  # type: ignore[arg-type]
        )
    E = table["potential_V"].to_numpy()
    pad = 0.06 * max(float(E.max() - E.min()), 0.1)
    return Figure(
        "oxidation-states", title, "Potential / V vs Li⁺/Li", "Share / % of the element", series,
        caption="Bands: one standard deviation (noise, window, background, line shape, energy axis).",
        x_range=(float(E.max()) + pad, float(E.min()) - pad), y_range=(-3.0, 103.0),
    )  # fmt: skip


def spectra_figure(fits: Sequence[tuple[str, PeakFit]], title: str = "Core levels") -> Figure:
    """Several fits one above the other, each over its background and scaled to its maximum, labelled at its left.

    Errors: `HeterofilmError` for no fit.
    """
    if not fits:
        raise InputError("There is no spectrum to draw.")
    series: list[Series] = []
    notes = []
    for k, (label, fit) in enumerate(fits):
        above = fit.intensity - fit.background
        scale, lift = float(above.max()) or 1.0, 1.15 * (len(fits) - 1 - k)
        E = fit.energy_eV
        series.append(
            Series(
                "measured", E, above / scale + lift, "points", GREY, marker="circle-open", size=2.5, in_legend=k == 0
            )
        )
        for line, component in zip(fit.lines, fit.components, strict=True):
            colour = COLOURS.get(line.state or _family(line.name), "#b0b8bf")
            zero = np.full(E.size, lift)
            shade = Band(E, zero, E, component / scale + lift, 0.3)
            shown = line.state != "" and not any(s.label == chemist(line.state) for s in series)
            series.append(
                Series(
                    chemist(line.state or "other"),
                    E,
                    component / scale + lift,
                    colour=colour,
                    bands=(shade,),
                    in_legend=shown,
                )
            )
        series.append(Series("fit", E, (fit.envelope - fit.background) / scale + lift, colour=INK, in_legend=k == 0))
        notes.append(Note(float(E[-1] - 0.12 * (E[-1] - E[0])), lift + 0.25, label))
    E = fits[0][1].energy_eV
    return Figure(
        "core-levels", title, BINDING, "Intensity above background, scaled", series,
        x_range=(float(E[-1]), float(E[0])), y_range=(-0.1, 1.15 * len(fits) + 0.7), notes=tuple(notes),
    )  # fmt: skip
