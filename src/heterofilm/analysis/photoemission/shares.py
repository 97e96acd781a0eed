"""Shares of oxidation states from a fit, and how far to believe them.

A fit's covariance is the smaller part of the truth. The fit is repeated with other ends of the window, another
background, other Gaussian-Lorentzian mixings, and energies moved by the uncertainty of the calibration; each cause
adds the root mean square of what it moves the shares by.
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
from .detect import require_states
from .energy_axis import Calibration
from .fit import PeakFit, fit_preset, rising
from .lines import Preset

__all__ = ["Shares", "series_table", "shares_of", "state_shares"]

Array = NDArray[Any]


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
        found = [
            Result(f"{state} share", float(v), float(s), "", method, sample, note=self.note)
            for state, v, s in zip(self.states, self.values, self.sd, strict=True)
        ]
        return found + (self.calibration.results(sample) if self.calibration else [])


def state_shares(fit: PeakFit) -> tuple[tuple[str, ...], Array, Array]:
    """States, their shares of the area that counts, and the covariance of the shares from the noise.

    Errors: `HeterofilmError` for a fit without states, or without area in them.
    """
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
    return states, s, J @ fit.covariance @ J.T


def shares_of(
    energy_eV: ArrayLike,
    intensity: ArrayLike,
    preset: Preset,
    calibration: Calibration | None = None,
    *,
    window_eV: float = 0.7,
    mixing: float = 0.15,
) -> Shares:
    """Fit `preset` to a spectrum (shape (n,), binding energies in eV as measured), and see what the choices change.

    `window_eV`: by how much either end of the window is moved; `mixing`: by how much the shapes are.

    Errors: `HeterofilmError` for a spectrum that does not hold the preset's window, or shows nothing of the states.
    """
    E = np.asarray(energy_eV, float)
    E = calibration.apply(E) if calibration else E
    first, last = rising(E, intensity)[0][[0, -1]]
    low, high = max(preset.window[0], first), min(preset.window[1], last)
    fit = fit_preset(E, intensity, preset, window=(low, high))
    other = replace(preset, background="shirley" if preset.background != "shirley" else "tougaard-u2")
    under_other = fit_preset(E, intensity, other, window=(low, high))
    require_states([(preset, fit), (other, under_other)], E, intensity)
    states, values, covariance = state_shares(fit)
    counting = np.sqrt(np.maximum(np.diag(covariance), 0.0))

    def moved(energy: Array = E, **changed: Any) -> Array:
        settings = {"window": (low, high)} | changed
        chosen = settings.pop("lines", None)
        with_lines = replace(preset, lines=chosen) if chosen else preset
        return state_shares(fit_preset(energy, intensity, with_lines, **settings))[1] - values

    variants: dict[str, list[Array]] = {}
    windows = [(low + window_eV, high), (low, high - window_eV), (low + window_eV / 2.0, high - window_eV / 2.0)]
    variants["window"] = [moved(window=one) for one in windows]
    # the truth may lie as far off as the other background, on either side: an even spread has 1/sqrt(3) of it
    variants["background"] = [(state_shares(under_other)[1] - values) / np.sqrt(3.0)]
    shapes = [_mixed(preset, d) for d in (-mixing, mixing)]
    variants["line shape"] = [moved(lines=lines) for lines in shapes if lines]
    sd = max(calibration.sd_eV, 0.05) if calibration else 0.1
    # the energies of lines have ranges, which take up a part of an error of the axis
    variants["energy axis"] = [moved(E - d) for d in (-sd, sd)]
    causes = {cause: np.sqrt(np.mean(np.square(found), axis=0)) for cause, found in variants.items() if found}
    # nothing between 0 and 1 spreads by more than a half
    total = np.minimum(np.sqrt(counting**2 + sum(c**2 for c in causes.values())), 0.5)
    return Shares(states, values, total, counting, causes, fit, calibration, preset.note)


def _mixed(preset: Preset, change: float) -> tuple[Any, ...]:
    """The lines with more or less of a Lorentzian, where their shape is a mixture."""
    lines = []
    for line in preset.lines:
        if line.shape in ("gl-sum", "gl-product", "voigt") and len(line.values) == 1:
            line = replace(line, values=(float(np.clip(line.values[0] + change, 0.0, 1.0)),))
        lines.append(line)
    return tuple(lines) if lines != list(preset.lines) else ()


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
