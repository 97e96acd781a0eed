"""Shares of oxidation states from a fit, and how far to believe them.

A fit's noise is the smaller part of the truth. Positions and widths within their limits, the energy axis within its
calibration and the Lorentzian share of the lines are fitted along, so that their uncertainty is the fit's own. Lines
are sums of Gaussian and Lorentzian, or their convolutions (Voigt's profile), as the spectrum prefers; the other kind
counts by its probability beside the better one. The fit is repeated with other ends of the window and another
background; each adds what it moves the shares by. What the lines leave unexplained counts as a last cause, and a
reduced chi-squared above one widens all of them by its root, at most twofold. A state that is nearly all there is
leaves some of its flanks to the next, which is added too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from ...errors import InputError
from ...records.result import Result
from .background import NoBackground
from .detect import require_level
from .energy_axis import Calibration
from .fit import PeakFit, fit_region, rising
from .lines import MIXING, RegionModel, Window
from .residual import unexplained

__all__ = ["Shares", "compared", "series_table", "shares_of", "state_shares"]

Array = NDArray[Any]
AXIS = 0.05  # eV: of one that a line calibrates, at least
UNCALIBRATED = 0.1  # eV: one standard deviation of an axis that nothing calibrates
CONVOLVED = {"gl-sum": "voigt", "gl-product": "voigt"}  # shape -> what it is compared with
FURTHER = {"shirley": "tougaard-u2"}  # and with this, where the lines miss the data, which then rule out none
WIDEST = 2.0  # by which a misfit widens causes, assumed: chi-squared grows with the counts, what lines miss does not
FLANKS = 0.015  # what the flanks of a pure state leave to the next one, since its sites differ: by 20 synthetic spectra
# of pure Cu+, assumed of other elements
NEARLY = 0.8  # share of a state from which on they are told, rising to it
MISSED = 1.5  # of the reduced chi-squared: more than noise explains
OTHER = {"shirley": "active", "active": "active-universal"}  # background -> what it is compared with


@dataclass(frozen=True, eq=False)
class Shares:
    """Shares of the states of one element, which add up to one.

    `sd`: one standard deviation each; `counting`: the part of it from the noise; `causes`: cause -> what it adds.
    """

    states: tuple[str, ...]
    values: Array
    sd: Array
    counting: Array
    causes: dict[str, Array]
    fit: PeakFit
    calibration: Calibration | None = None
    note: str = ""
    model: RegionModel | None = None

    def __getitem__(self, state: str) -> float:
        """The share of `state`.

        Errors: `HeterofilmError` for a state that was not fitted.
        """
        if state not in self.states:
            raise InputError(f"The fit knows no state '{state}'; it has {', '.join(self.states)}.")
        return float(self.values[self.states.index(state)])

    def results(self, sample: str = "") -> list[Result]:
        """One result for each state, for a table."""
        parts = ", ".join(self.causes)
        method = f"{self.fit.method}; uncertainty from noise, {parts}" if parts else self.fit.method
        return [
            Result(f"{state} share", float(v), float(s), "", method, sample, note=self.note)
            for state, v, s in zip(self.states, self.values, self.sd, strict=True)
        ]


def state_shares(fit: PeakFit) -> tuple[tuple[str, ...], Array, Array]:
    """States, their shares of the area that counts, and the covariance of the shares from the fit.

    Errors: `HeterofilmError` for a fit without states, or without area in them.
    """
    states, values, _, covariance = _shares(fit)
    return states, values, covariance


def _shares(fit: PeakFit) -> tuple[tuple[str, ...], Array, dict[str, Array], Array]:
    """States, shares, what the uncertainties that the fit was told do to them, and their covariance in all."""
    states = tuple(dict.fromkeys(line.state for line in fit.lines if line.state))
    if not states:
        raise InputError("None of the fitted lines names an oxidation state.")
    member = np.array([[float(line.state == state) for line in fit.lines] for state in states])
    areas = member @ np.array([line.area for line in fit.lines])
    total = float(areas.sum())
    if not total > 0.0:
        raise InputError("The fit finds no area in any oxidation state; check the window and the calibration.")
    s = areas / total
    # s_i = A_i/sum A: ds_i/dA_j = (delta_ij - s_i)/sum A
    J = (np.eye(len(states)) - s[:, None]) @ member / total
    return states, s, {word: J @ shifts for word, shifts in fit.origins.items()}, J @ fit.covariance @ J.T


def axis_sd(calibration: Calibration | None) -> float:
    """How well the axis is known (eV): never better than `AXIS`."""
    return max(calibration.sd_eV, AXIS) if calibration else UNCALIBRATED


def shares_of(
    energy_eV: ArrayLike,
    intensity: ArrayLike,
    model: RegionModel,
    calibration: Calibration | None = None,
    *,
    window_eV: float = 0.7,
    mixing: float = MIXING,
) -> Shares:
    """Fit `model` to a spectrum (shape (n,), binding energies in eV as measured), and see what the choices change.

    A model of several windows takes their spectra one behind the other. `window_eV`: by how much either end of the
    windows is moved; `mixing`: by how much the shapes are.

    Errors: `HeterofilmError` for a spectrum that does not hold the model's windows, or shows nothing of the level.
    """
    E = np.asarray(energy_eV, float)
    E = calibration.apply(E) if calibration else E
    windows = _measured(rising(E, intensity)[0], model.windows)
    model = replace(model, axis_sd=axis_sd(calibration), mixing_sd=mixing)
    fit = fit_region(E, intensity, model, windows=windows)
    # a sum of Gaussian and Lorentzian and their convolution differ in the flanks, where a narrow line stands on a broad
    voigts = tuple(replace(x, shape=CONVOLVED.get(x.shape, x.shape)) for x in model.lines)
    alternative: PeakFit | None = None
    if voigts != model.lines:
        convolved = replace(model, lines=voigts)
        alternative = fit_region(E, intensity, convolved, windows=windows, near=fit)
        if alternative.misfit < fit.misfit:
            fit, alternative, model = alternative, fit, convolved
    other, under_other = compared(E, intensity, model, windows=windows, near=fit)
    require_level([(model, fit), (other, under_other)], E, intensity)
    fit = replace(fit, method=f"{fit.method}, compared with the background {other.background}")
    states, values, parts, covariance = _shares(fit)
    d = window_eV
    moves = [(d, 0.0), (0.0, -d), (d / 2.0, -d / 2.0)]
    moved = [
        fit_region(E, intensity, model, windows=[(low + a, high + b) for low, high in windows], near=fit)
        for a, b in moves
    ]
    causes = {"window": np.sqrt(np.mean([(state_shares(one)[1] - values) ** 2 for one in moved], axis=0))}
    # the truth may lie as far off as the other background, on either side: an even spread has 1/sqrt(3) of it
    off = np.abs(state_shares(under_other)[1] - values)
    if fit.reduced_chi2 > MISSED and model.background in FURTHER:
        further = replace(model, background=FURTHER[model.background])
        beyond = fit_region(E, intensity, further, windows=windows, near=fit)
        off = np.maximum(off, np.abs(state_shares(beyond)[1] - values))
    causes["background"] = off / np.sqrt(3.0)
    causes |= {word: np.sqrt((shifts**2).sum(axis=1)) for word, shifts in parts.items()}
    if alternative is not None:
        causes["kind of shape"] = np.abs(state_shares(alternative)[1] - values) * np.sqrt(chance(alternative, fit))
    causes["misfit"] = unexplained(fit, model.level) / np.sqrt(3.0) * np.maximum(values, 1.0 - values)
    if (largest := float(values.max())) > NEARLY and len(states) > 1:
        two = np.isin(np.arange(len(states)), np.argsort(values)[-2:])
        causes["flanks of a nearly pure state"] = two * FLANKS * (largest - NEARLY) / (1.0 - NEARLY)
    counting = np.sqrt(np.maximum(np.diag(covariance) - sum(causes[word] ** 2 for word in parts), 0.0))
    # lines that miss the data are known as much worse, as the Particle Data Group scales what does not agree: the noise
    # of a fit holds this factor already
    scale = min(float(np.sqrt(max(fit.reduced_chi2, 1.0))), WIDEST)
    causes = {word: scale * sd for word, sd in causes.items()}
    total = counting**2 + sum(sd**2 for sd in causes.values())
    # nothing between 0 and 1 spreads by more than a half
    sds = np.minimum(np.sqrt(np.maximum(total, 0.0)), 0.5)
    return Shares(states, values, sds, counting, causes, fit, calibration, "; ".join(model.notes), model)


def compared(
    energy_eV: ArrayLike,
    intensity: ArrayLike,
    model: RegionModel,
    *,
    windows: Sequence[Window] | None = None,
    near: PeakFit | None = None,
) -> tuple[RegionModel, PeakFit]:
    """The fit over another background than the model's, and its model: the comparison is ours, and not what was asked.

    Where no Shirley background exists, the active one takes its place: it exists over every window.
    """
    other = replace(model, background=OTHER.get(model.background, "shirley"))
    try:
        return other, fit_region(energy_eV, intensity, other, windows=windows, near=near)
    except NoBackground:
        other = replace(model, background="active")
        return other, fit_region(energy_eV, intensity, other, windows=windows, near=near)


def chance(one: PeakFit, other: PeakFit) -> float:
    """The probability of `one` beside `other`, of as many numbers each, by their misfits: 1/(1 + exp(D/2))."""
    D = (one.misfit - other.misfit) / max(one.reduced_chi2, other.reduced_chi2, 1.0)
    return float(1.0 / (1.0 + np.exp(np.clip(D / 2.0, -50.0, 50.0))))


def _measured(E: Array, windows: Sequence[Window]) -> list[Window]:
    """The windows as far as they were measured."""
    found = []
    for low, high in windows:
        inside = E[(low - 1e-9 <= E) & (high + 1e-9 >= E)]
        found.append((float(inside[0]), float(inside[-1])) if inside.size else (low, high))
    return found


def series_table(points: Iterable[tuple[float, Shares | Sequence[Shares]]]) -> pl.DataFrame:
    """Shares over potential: columns ``potential_V``, and for each state its share and ``..._sd``.

    Each point is a potential (V vs Li+/Li) and the shares of one element, or of several. Rows fall in potential, the
    way a discharge goes.

    Errors: `HeterofilmError` for an empty series.
    """
    rows = []
    for potential, given in points:
        row = {"potential_V": float(potential)}
        for shares in [given] if isinstance(given, Shares) else given:
            for state, value, sd in zip(shares.states, shares.values, shares.sd, strict=True):
                row |= {state: float(value), f"{state}_sd": float(sd)}
        rows.append(row)
    if not rows:
        raise InputError("A series of shares needs at least one potential with its spectrum.")
    return pl.DataFrame(rows, infer_schema_length=None).sort("potential_V", descending=True)
