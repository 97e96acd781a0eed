"""Whether a spectrum shows an element at all, before shares of its states are told.

A fit always finds some area: background that bends, or noise. The element counts as detected when its lines improve
the description by more than chance and their number allow, under either background, and their area exceeds three of
its standard deviations, which hold the change of background.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ...errors import InputError
from .fit import PeakFit, fit_preset
from .lines import Line, Preset

__all__ = ["gain", "require_states"]

STRONG = 10.0  # of the Bayesian criterion: odds of 150 to 1
SIGMAS = 3.0


def require_states(fits: Sequence[tuple[Preset, PeakFit]], energy_eV: Any, intensity: Any) -> None:
    """Pass where every fit of one spectrum, each under a background of its own, shows the lines that name states.

    `fits`: presets with their fits to the calibrated spectrum (shape (n,)), the first that of the answer.

    Errors: `HeterofilmError` that says which area the lines have, and how sure it is.
    """
    areas = [_area(fit) for _, fit in fits]
    area = areas[0][0]
    sd = math.hypot(areas[0][1], max(abs(other - area) for other, _ in areas) / math.sqrt(3.0))
    if area > SIGMAS * sd and all(gain(p, fit, energy_eV, intensity) > STRONG for p, fit in fits):
        return
    fit = fits[0][1]
    states = ", ".join(dict.fromkeys(line.state for line in fit.lines if line.state))
    raise InputError(
        f"no {states} detected: between {fit.energy_eV[0]:.0f} and {fit.energy_eV[-1]:.0f} eV the lines hold "
        f"{area:.3g} ± {sd:.2g} (intensity times eV), which is not more than the background leaves open."
    )


def gain(preset: Preset, fit: PeakFit, energy_eV: Any, intensity: Any) -> float:
    """By how much the Bayesian criterion prefers the fit to one without the lines that name states.

    The misfit of the better fit counts as noise.
    """
    rest, extra = _without_states(preset.lines)
    window = (float(fit.energy_eV[0]), float(fit.energy_eV[-1]))
    envelope = fit.background
    if rest:
        bare = replace(preset, lines=rest)
        envelope = fit_preset(energy_eV, intensity, bare, window=window).envelope
    without, with_ = (float((((y - fit.intensity) / fit.sigma) ** 2).sum()) for y in (envelope, fit.envelope))
    return (without - with_) / max(fit.reduced_chi2, 1.0) - extra * math.log(fit.energy_eV.size)


def _area(fit: PeakFit) -> tuple[float, float]:
    """The area of the lines that name states, and its standard deviation from the fit."""
    member = np.array([float(bool(line.state)) for line in fit.lines])
    area = float(member @ np.array([line.area for line in fit.lines]))
    return area, math.sqrt(max(float(member @ fit.covariance @ member), 0.0))


def _without_states(lines: Sequence[Line]) -> tuple[tuple[Line, ...], int]:
    """The lines that neither name a state nor hang on one that does; and how many free numbers the others have."""
    gone: set[str] = set()
    for line in lines:
        if line.state or line.parent in gone:
            gone.add(line.name)
    out = [line for line in lines if line.name in gone]
    spans = [span for line in out for span in (line.energy_eV, line.fwhm_eV, line.area)]
    free = sum(1 for span in spans if span is None or not span.held)
    return tuple(line for line in lines if line.name not in gone), free
