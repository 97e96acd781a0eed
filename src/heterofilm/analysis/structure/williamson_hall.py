"""Size and microstrain from the widths of several lines of a phase, and whether these tell the two apart.

Small crystallites broaden a line by K lambda/(L cos(theta)) (Scherrer), spacings that vary within them by
4 epsilon tan(theta) (Stokes, Wilson 1944). Both added (Williamson, Hall, Acta Metall. 1 (1953) 22):

    beta cos(theta) = K lambda/L + 4 epsilon sin(theta)

a line over 4 sin(theta) whose intercept is the size and whose slope the strain. Widths add up so where both causes are
Lorentzian; where both are Gaussian their squares do,

    (beta cos(theta))^2 = (K lambda/L)^2 + (4 epsilon sin(theta))^2

and half the distance between the two answers is a part of the uncertainty, beside the fit's and what the instrument's
width leaves open. A film has few lines, often close together: the verdict then is that the two cannot be told apart.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ...records.result import Result

__all__ = ["Broadened", "WilliamsonHall", "true_width", "williamson_hall"]

Array = NDArray[Any]
LEAST = 3  # lines, and
SPAN = 1.4  # ... the ratio of their largest to their smallest sin(theta), below which a slope means little
SHAPE_FACTOR = (0.9, 0.05)  # K and its spread over shapes and definitions of size
SURE = 2.0  # standard deviations that make a strain


@dataclass(frozen=True)
class Broadened:
    """A line: place 2 theta, full width at half maximum and its standard deviation, all in deg."""

    label: str
    two_theta_deg: float
    fwhm_deg: float
    fwhm_sd_deg: float


@dataclass(frozen=True, eq=False)
class WilliamsonHall:
    """What the widths say of a phase.

    - `verdict`: ``strained`` (the widths grow with the angle as strain makes them), ``no strain seen`` (size alone
      explains them, and a strain that would change the size is excluded), ``not decidable``;
    - `size_nm`, `strain` (dimensionless), each with one standard deviation; a size is NaN where the widths leave none;
    - `x` = 4 sin(theta), `y` = beta cos(theta) in rad with `y_sd`; `slope`, `intercept` of the line through them.
    """

    verdict: Literal["strained", "no strain seen", "not decidable"]
    reason: str
    size_nm: float
    size_sd_nm: float
    strain: float
    strain_sd: float
    x: Array
    y: Array
    y_sd: Array
    slope: float
    intercept: float
    lines: tuple[Broadened, ...]

    def results(self, phase: str, sample: str = "", file: str = "") -> list[Result]:
        """The verdict, the strain, and the size that is left where there is one."""
        how = f"Williamson-Hall, {len(self.lines)} lines"
        rows = [Result(f"broadening {phase}", self.verdict, method=how, sample=sample, file=file, note=self.reason)]
        if self.verdict == "not decidable":
            return rows
        strain, sd = 100.0 * self.strain, 100.0 * self.strain_sd
        rows.append(Result(f"microstrain {phase}", strain, sd, "%", how, sample, file))
        if self.verdict == "strained" and math.isfinite(self.size_nm):
            rows.append(Result(f"crystallite size {phase}, without strain", self.size_nm, self.size_sd_nm, "nm", how,
                               sample, file))  # fmt: skip
        return rows


def true_width(full: float, instrument: float) -> float:
    """Broadening beyond the instrument's, beta = B - b^2/B: between B - b (Lorentzian) and sqrt(B^2 - b^2) (Gaussian).

    Widths in any unit; 0 for a line no broader than the instrument's.
    """
    return max(full - instrument * instrument / full, 0.0)


def williamson_hall(
    lines: Sequence[Broadened], wavelength_angstrom: float, instrument_fwhm_deg: tuple[float, float]
) -> WilliamsonHall:
    """Size and strain of a phase from its `lines`; `instrument_fwhm_deg`: the instrument's width and its uncertainty.

    Errors: `HeterofilmError` for fewer than three lines, or a wavelength or width that is not positive.
    """
    b, b_sd = instrument_fwhm_deg
    if len(lines) < LEAST:
        raise InputError(f"Size and strain need the widths of {LEAST} lines at least, got {len(lines)}.")
    if not (wavelength_angstrom > 0.0 and b >= 0.0 and b_sd >= 0.0 and all(one.fwhm_deg > 0.0 for one in lines)):
        raise InputError("Wavelength and widths of lines must be positive, the instrument's not negative.")
    theta = np.radians([one.two_theta_deg / 2.0 for one in lines])
    B = np.array([one.fwhm_deg for one in lines])
    x = 4.0 * np.sin(theta)

    def reduced(instrument: float) -> Array:
        beta = np.array([true_width(float(full), instrument) for full in B])
        return np.asarray(np.radians(beta) * np.cos(theta))

    y = reduced(b)
    sd = np.radians([(1.0 + (b / full) ** 2) * one.fwhm_sd_deg for full, one in zip(B, lines, strict=True)])
    y_sd = np.maximum(np.asarray(sd * np.cos(theta)), 1e-3 * float(y.max(initial=1e-9)))
    straight, spread = _line(x, y, y_sd)
    squares, _ = _line(x**2, y**2, 2.0 * np.maximum(y, y_sd) * y_sd)
    gauss = np.sqrt(np.maximum(squares, 0.0))
    moved = [_line(x, reduced(max(b + d, 0.0)), y_sd)[0] - straight for d in (-b_sd, b_sd)]
    common = np.sqrt(np.mean(np.square(moved), axis=0))
    total = np.sqrt(np.diag(spread) + common**2 + (0.5 * (gauss - straight)) ** 2)
    (intercept, slope), (intercept_sd, slope_sd) = straight, total
    K, K_sd = SHAPE_FACTOR
    scale = 0.1 * K * wavelength_angstrom  # nm
    sized = intercept > SURE * intercept_sd
    size = scale / intercept if sized else math.nan
    size_sd = size * math.hypot(intercept_sd / intercept, K_sd / K) if sized else math.nan
    # of the mean width: what a strain at the edge of what the widths allow would make up
    share = (max(slope, 0.0) + SURE * slope_sd) * float(x.mean()) / max(float(y.mean()), 1e-12)
    span = float(x.max() / x.min())
    verdict: Literal["strained", "no strain seen", "not decidable"]
    if span < SPAN:
        verdict, reason = "not decidable", f"the lines span a factor {span:.2g} in sin(theta) only"
    elif slope > SURE * slope_sd:
        left = "" if sized else "; the width left for size is within its uncertainty"
        verdict, reason = (
            "strained",
            f"the widths grow with the angle by {slope / slope_sd:.1f} standard deviations{left}",
        )
    elif share < 0.25:
        verdict, reason = "no strain seen", f"at most {100 * share:.0f} % of the mean width can be strain (2 sd)"
    else:
        verdict = "not decidable"
        reason = f"a strain of up to {100 * (max(slope, 0.0) + SURE * slope_sd):.2g} % would fit as well (2 sd)"
    return WilliamsonHall(
        verdict, reason, float(size), float(size_sd), float(slope), float(slope_sd), x, y, y_sd, float(slope),
        float(intercept), tuple(lines),
    )  # fmt: skip


def _line(x: Array, y: Array, sd: Array) -> tuple[Array, Array]:
    """Intercept and slope by weighted least squares, and their covariance, no smaller than the scatter makes it."""
    A = np.stack([np.ones_like(x), x], axis=1) / sd[:, None]
    covariance = np.linalg.pinv(A.T @ A)
    found = covariance @ A.T @ (y / sd)
    chi2 = float(np.sum((A @ found - y / sd) ** 2)) / max(x.size - 2, 1)
    return found, covariance * max(chi2, 1.0)
