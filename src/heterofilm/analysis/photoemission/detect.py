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
from .fit import PeakFit, fit_region
from .lines import Line, RegionModel

__all__ = ["NotDetected", "area_of", "gain", "require_level"]

STRONG = 10.0  # of the Bayesian criterion: odds of 150 to 1
SIGMAS = 3.0


class NotDetected(InputError):
    """A spectrum that does not show the level."""


def require_level(fits: Sequence[tuple[RegionModel, PeakFit]], energy_eV: Any, intensity: Any) -> None:
    """Pass where every fit of one spectrum, each under a background of its own, shows the lines of the level.

    `fits`: models with their fits to the calibrated spectrum (shape (n,)), the first that of the answer.

    Errors: `NotDetected` that says which area the lines have, and how sure it is.
    """
    areas = [area_of(fit, model.level) for model, fit in fits]
    area = areas[0][0]
    sd = math.hypot(areas[0][1], max(abs(other - area) for other, _ in areas) / math.sqrt(3.0))
    if area > SIGMAS * sd and all(gain(model, fit, energy_eV, intensity) > STRONG for model, fit in fits):
        return
    model, fit = fits[0]
    what = ", ".join(model.states) or model.title
    low, high = model.window
    raise NotDetected(
        f"no {what} detected: between {max(low, fit.energy_eV[0]):.0f} and {min(high, fit.energy_eV.max()):.0f} eV the "
        f"lines hold {area:.3g} ± {sd:.2g} (intensity times eV), which is not more than the background leaves open."
    )


def gain(model: RegionModel, fit: PeakFit, energy_eV: Any, intensity: Any) -> float:
    """By how much the Bayesian criterion prefers the fit to one without the lines of the level.

    The misfit of the better fit counts as noise.
    """
    rest = tuple(line for line in model.lines if line.level != model.level and line.counted)
    extra = sum(_free(line) for line in model.lines if line.level == model.level or not line.counted)
    windows = [(float(w.energy_eV[0]), float(w.energy_eV[-1])) for w in fit.windows()]
    envelope = fit.background
    if rest:
        envelope = fit_region(energy_eV, intensity, replace(model, lines=rest, links={}), windows=windows).envelope
    without, with_ = (float((((y - fit.intensity) / fit.sigma) ** 2).sum()) for y in (envelope, fit.envelope))
    seen = int(np.isfinite(fit.sigma).sum())
    return (without - with_) / max(fit.reduced_chi2, 1.0) - extra * math.log(seen)


def area_of(fit: PeakFit, level: str) -> tuple[float, float]:
    """The area of a level's lines, and its standard deviation from the fit."""
    member = np.array([float(line.level == level and line.counted) for line in fit.lines])
    area = float(member @ np.array([line.area for line in fit.lines]))
    return area, math.sqrt(max(float(member @ fit.covariance @ member), 0.0))


def _free(line: Line) -> int:
    """How many numbers of a line are free."""
    return sum(1 for span in (line.energy_eV, line.fwhm_eV, line.area) if span is None or not span.held)
