"""Is the surface of a film made of the same as its depth? Shares of ions' counts, near the surface against deeper.

    share_i(t) = y_i(t) / sum_j y_j(t)        over the ions compared

    contrast_i = mean share near the surface / mean share deeper - 1

Its error is the scatter of the points about their means (never less than counting statistics). Deeper, a straight line
through the shares tells whether the film is homogeneous. Ion yields change within the first nanometres of any
sputtered surface, so a contrast of counts is a contrast of composition only as far as the yields stay the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...errors import InputError
from ...instruments import Measurement
from ...records.result import Result
from .edges import AXES
from .profile import normalised

__all__ = ["SurfaceVerdict", "surface_verdict"]

SIGNIFICANT = 3.0  # sigma
HOMOGENEOUS = 0.10  # of the mean share: a smaller drift through the depth passes for homogeneous


@dataclass(frozen=True)
class SurfaceVerdict:
    """Contrast of the surface and drift through the depth, per ion, relative, with one standard deviation each.

    `surface` and `deep`: the two ranges along `unit`; `verdict`: the same in a sentence.
    """

    ions: tuple[str, ...]
    contrast: tuple[float, ...]
    contrast_error: tuple[float, ...]
    drift: tuple[float, ...]
    drift_error: tuple[float, ...]
    surface: tuple[float, float]
    deep: tuple[float, float]
    unit: str
    verdict: str

    def results(self, sample: str = "") -> list[Result]:
        how = (
            f"shares of counts, {self.surface[0]:.3g}-{self.surface[1]:.3g} against {self.deep[0]:.3g}-"
            f"{self.deep[1]:.3g} {self.unit}; scatter of points"
        )
        note = "counts, not concentrations: yields change in the first nanometres"
        found = [Result("surface against depth", self.verdict, method=how, sample=sample, note=note)]
        for k, ion in enumerate(self.ions):
            found.append(Result(f"{ion} surface contrast", 100 * self.contrast[k], 100 * self.contrast_error[k], "%",
                                how, sample, note=note))  # fmt: skip
            found.append(Result(f"{ion} drift through the depth", 100 * self.drift[k], 100 * self.drift_error[k], "%",
                                "straight line through the shares", sample))  # fmt: skip
        return found


def surface_verdict(
    profile: Measurement, ions: Sequence[str], surface: tuple[float, float], deep: tuple[float, float]
) -> SurfaceVerdict:
    """Surface of the film against its depth, for at least two ions of one film.

    `surface` and `deep`: ranges along depth_nm where the profile has it, else time_s.

    Errors: `HeterofilmError` for fewer than two ions, or ranges that overlap or hold too few points.
    """
    if len(set(ions)) < 2:
        raise InputError("The surface is judged by shares of at least two ions, such as H_2Cu+ and O_2V+.")
    unit = "nm" if "depth_nm" in profile.table.columns else "s"
    axis = profile.column("depth_nm", "time_s")
    near = (axis >= surface[0]) & (axis <= surface[1])
    far = (axis >= deep[0]) & (axis <= deep[1])
    if surface[1] > deep[0] or near.sum() < 2 or far.sum() < 5:
        raise InputError(
            f"The ranges {surface} and {deep} {unit} hold {near.sum()} and {far.sum()} points; choose ranges that do "
            "not overlap and hold at least 2 and 5."
        )
    shares = normalised(profile, ions, "sum").drop(list(AXES), strict=False)
    total = sum(np.nan_to_num(profile.column(ion)) for ion in ions)
    contrast, contrast_error, drift, drift_error = [], [], [], []
    for ion in ions:
        share = shares[ion].to_numpy()
        if not np.all(np.isfinite(share[near | far])) or not np.mean(share[far]) > 0.0:
            raise InputError(f"{ion} counts nothing in the ranges compared; choose another ion or range.")
        counting = np.sqrt(np.maximum(share * (1 - share), 1e-12) / np.maximum(total, 1.0))
        slope, slope_error, scatter = _line(axis[far], share[far])
        mean = float(np.mean(share[far]))
        error = max(scatter, float(np.sqrt(np.mean(counting[far] ** 2)))) / math.sqrt(far.sum())
        here = float(np.mean(share[near]))
        # near the surface the share runs through a transient: its scatter is no noise, counting and `scatter` are
        here_error = max(scatter, float(np.sqrt(np.mean(counting[near] ** 2)))) / math.sqrt(near.sum())
        span = float(axis[far][-1] - axis[far][0])
        contrast.append(here / mean - 1.0)
        contrast_error.append(here / mean * math.hypot(here_error / max(here, 1e-12), error / mean))
        drift.append(slope * span / mean)
        drift_error.append(slope_error * span / mean)
    verdict = _words(ions, contrast, contrast_error, drift, drift_error)
    return SurfaceVerdict(
        tuple(ions),
        tuple(contrast),
        tuple(contrast_error),
        tuple(drift),
        tuple(drift_error),
        surface,
        deep,
        unit,
        verdict,
    )


def _line(x: np.ndarray, y: np.ndarray) -> tuple[float, float, float]:
    """Slope, its error, and the scatter about the line."""
    away = x - x.mean()
    slope = float(away @ y / (away @ away))
    scatter = float(np.sqrt(np.sum((y - y.mean() - slope * away) ** 2) / max(x.size - 2, 1)))
    return slope, scatter / math.sqrt(float(away @ away)), scatter


def _words(
    ions: Sequence[str], contrast: list[float], error: list[float], drift: list[float], drift_error: list[float]
) -> str:
    groups: dict[str, list[str]] = {"depleted in": [], "enriched in": []}
    for ion, value, sigma in zip(ions, contrast, error, strict=True):
        if abs(value) > SIGNIFICANT * sigma:
            groups["depleted in" if value < 0 else "enriched in"].append(f"{ion} ({_percent(value, sigma)})")
    said = " and ".join(f"{word} {', '.join(names)}" for word, names in groups.items() if names)
    surface = f"surface {said}" if said else "surface like the depth within the error"
    moving = [
        f"{ion} ({_percent(value, sigma)})"
        for ion, value, sigma in zip(ions, drift, drift_error, strict=True)
        if abs(value) > max(HOMOGENEOUS, 2.0 * sigma)
    ]
    return f"{surface}; " + (f"deeper, {', '.join(moving)} drifts" if moving else "homogeneous deeper")


def _percent(value: float, sigma: float) -> str:
    sign = "+" if value > 0.0 else ""
    return sign + str(Result("", 100 * value, 100 * sigma, "%"))
