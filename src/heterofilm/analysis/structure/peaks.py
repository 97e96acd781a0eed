"""Lines in a spectrum: found where they stand out of the noise, fitted with pseudo-Voigt profiles.

    pV(x) = h (eta / (1 + u^2) + (1 - eta) exp(-ln2 u^2)),  u = 2 (x - x0) / FWHM

An X-ray line may have its K-alpha2 companion at a given place with a given share of its height.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .baseline import baseline, noise

__all__ = ["Companion", "Line", "Lines", "fit_lines", "find_lines", "pseudo_voigt"]

Array = NDArray[np.float64]
Real = float | Array
Width = TypeVar("Width", float, Array)
LN2 = math.log(2.0)


@dataclass(frozen=True)
class Line:
    """One fitted line; every ``_sd`` is one standard deviation: that of the fit, and the change when the local
    background is left out, in quadrature."""

    position: float
    position_sd: float
    height: float
    height_sd: float
    area: float
    area_sd: float
    fwhm: float
    fwhm_sd: float
    eta: float
    significance: float


@dataclass(frozen=True, eq=False)
class Lines:
    """The lines of a spectrum and what they were found in; `limit`: the smallest area that would have been found."""

    x: Array
    y: Array
    base: Array
    sigma: Array
    fitted: Array
    lines: tuple[Line, ...]
    limit: Array
    threshold: float


@dataclass(frozen=True)
class Companion:
    """A second line that follows each line: `place` of the first -> of the second, `share` of its height, and its own
    `wavelength` (angstrom)."""

    place: Callable[[Real], Array]
    share: float
    wavelength: float = math.nan


def pseudo_voigt(x: Array, centre: Real, height: Real, fwhm: Real, eta: float) -> Array:
    """The profile of the module's head; `centre`, `height` and `fwhm` of shape (k, 1) give k lines, shape (k, n)."""
    u2 = (2.0 * (x - centre) / fwhm) ** 2
    return np.asarray(height * (eta / (1.0 + u2) + (1.0 - eta) * np.exp(-LN2 * np.minimum(u2, 900.0))))


def area_of(height: float, fwhm: Width, eta: Width) -> Width:
    """Integral of `pseudo_voigt`: h FWHM (eta pi / 2 + (1 - eta) sqrt(pi / ln2) / 2)."""
    return height * fwhm * (eta * math.pi / 2.0 + (1.0 - eta) * math.sqrt(math.pi / LN2) / 2.0)


def fit_lines(
    x: Array, y: Array, widths: tuple[float, float], companion: Companion | None = None, sigma: Array | None = None
) -> Lines:
    """Baseline, lines above the noise, and their fits.

    `widths`: narrowest and broadest FWHM of a line, in the unit of x; what is broader belongs to the baseline.
    """
    base = baseline(x, y, widths[1])
    sigma = noise(y) if sigma is None else sigma
    found, threshold = find_lines(x, y - base, noise(y, np.maximum(base, 0.0)) if sigma is None else sigma, widths)
    if companion is not None:
        found = _without_companions(found, companion)
    lines: list[Line] = []
    fitted = base.copy()
    for group, left, right in _groups(found):
        part = np.flatnonzero((x >= left) & (x <= right))
        if part.size < 3 * len(group) + 4:
            continue
        some, curve = _fit(x, y - fitted, sigma, group, part, widths[1], companion)
        lines += some
        fitted += curve(x)
    if lines:  # what the lines leave: their flanks, where many overlap, had lifted the first baseline
        flanks = fitted - base
        base = baseline(x, y - flanks, widths[1])
        fitted = base + flanks
    step = (x[-1] - x[0]) / (x.size - 1)
    typical = float(np.median([line.fwhm for line in lines])) if lines else 3.0 * widths[0]
    # a matched filter over n points of the line sees height h with significance h sqrt(0.75 n) / sigma
    limit = threshold * sigma / math.sqrt(max(0.75 * typical / step, 1.0)) * 1.25 * typical
    return Lines(x, y, base, sigma, fitted, tuple(sorted(lines, key=lambda line: line.position)), limit, threshold)


Found = tuple[float, float, float, float]
"""Position, height, width and significance of a line before it is fitted."""


def find_lines(x: Array, y: Array, sigma: Array, widths: tuple[float, float]) -> tuple[list[Found], float]:
    """Where a Mexican-hat filter answers more than noise alone would once in a hundred spectra.

    The filter has no answer to a straight background and tells lines apart that are one FWHM away from each other.
    Its first width is that of the spectrum's own lines; twice and four times that width add what is broader. Returned
    with the threshold in standard deviations: the normal quantile of 0.01 / number of independent places.
    """
    from scipy.signal import find_peaks
    from scipy.stats import norm

    step = (x[-1] - x[0]) / (x.size - 1)
    narrow = max(widths[0], 2.0 * step)
    threshold = float(norm.isf(0.01 / max(2.0 * (x[-1] - x[0]) / narrow, 1.0)))
    own = _typical_width(x, y, sigma, narrow, threshold)
    found: list[Found] = []
    width = min(max(0.8 * own, narrow), widths[1])
    while width <= widths[1] * 1.01:
        ratio = _mexican_hat(y, sigma, width / step)
        s = width / 2.3548 / step
        for k in find_peaks(ratio, height=threshold)[0]:
            if k < s or k > x.size - 1 - s:
                continue  # half a line at the end of the scan
            if all(abs(x[k] - other[0]) > 1.5 * width for other in found) or width < own:
                a, b = max(0, k - int(s)), min(x.size, k + int(s) + 1)
                found.append((float(x[k]), max(float(np.mean(y[a:b])), 1e-9), width, float(ratio[k])))
        width *= 2.0
    return sorted(found), threshold


def _mexican_hat(y: Array, sigma: Array, width: float) -> Array:
    """The filter's answer over its standard deviation, shape (n,); `width`: FWHM in points."""
    from scipy.signal import fftconvolve

    s = width / 2.3548
    t = np.arange(-math.ceil(5 * s), math.ceil(5 * s) + 1)
    hat = (1.0 - (t / s) ** 2) * np.exp(-0.5 * (t / s) ** 2)
    hat -= hat.mean()
    answer = fftconvolve(np.pad(y, t.size // 2, "reflect" if y.size > t.size else "edge"), hat, "valid")
    spread = fftconvolve(np.pad(sigma**2, t.size // 2, "edge"), hat**2, "valid")
    return np.asarray(answer / np.sqrt(np.maximum(spread, 1e-300)))


def _typical_width(x: Array, y: Array, sigma: Array, narrow: float, threshold: float) -> float:
    """Median FWHM of the lines that stand out most, from the smoothed spectrum."""
    from scipy.ndimage import gaussian_filter1d
    from scipy.signal import find_peaks, peak_widths

    step = (x[-1] - x[0]) / (x.size - 1)
    s = narrow / 2.3548 / step
    smooth = gaussian_filter1d(y, s)
    height = 3.0 * threshold * sigma / math.sqrt(max(2.0 * math.sqrt(math.pi) * s, 1.0))
    tops, facts = find_peaks(smooth, prominence=height)
    if tops.size == 0:
        return 2.0 * narrow
    strongest = tops[np.argsort(-facts["prominences"])[:15]]
    wide = step * peak_widths(smooth, strongest, 0.5)[0]
    return float(math.sqrt(max(float(np.median(wide)) ** 2 - narrow**2, narrow**2)))


def _without_companions(found: list[Found], companion: Companion) -> list[Found]:
    """Without those that stand where a stronger line has its companion and are no higher than it may be."""
    kept: list[Found] = []
    for one in found:
        place, height, width, _ = one
        first = [
            other
            for other in found
            if other[0] < place - 0.2 * width
            and abs(float(np.asarray(companion.place(other[0])).item()) - place) < 0.5 * width
            and height < 1.5 * companion.share * other[1]
        ]
        if not first:
            kept.append(one)
    return kept


def _groups(found: Sequence[Found], most: int = 6) -> list[tuple[list[Found], float, float]]:
    """Lines that overlap, and the piece of x they are fitted in: up to the middle between them and the next group."""
    groups: list[list[Found]] = []
    for one in found:
        if groups and one[0] - groups[-1][-1][0] < 2.5 * (one[2] + groups[-1][-1][2]) and len(groups[-1]) < most:
            groups[-1].append(one)
        else:
            groups.append([one])
    pieces = []
    for k, group in enumerate(groups):
        reach = 4.0 * max(one[2] for one in group)
        left, right = group[0][0] - reach, group[-1][0] + reach
        if k > 0:
            left = max(left, 0.5 * (groups[k - 1][-1][0] + group[0][0]))
        if k + 1 < len(groups):
            right = min(right, 0.5 * (group[-1][0] + groups[k + 1][0][0]))
        pieces.append((group, left, right))
    return pieces


def _fit(
    x: Array, y: Array, sigma: Array, group: list[Found], part: NDArray[np.intp], widest: float,
    companion: Companion | None,
) -> tuple[list[Line], Callable[[Array], Array]]:  # fmt: skip
    """The lines of a group, and their sum as a function of x. All lines of a group have one shape eta."""
    import lmfit

    xs, ys, ss = x[part], y[part], sigma[part]
    step = (x[-1] - x[0]) / (x.size - 1)

    def lines_of(v: dict[str, float], at: Array) -> Array:
        c, h, w = (np.array([[v[f"{n}{k}"]] for k in range(len(group))]) for n in "xhw")
        total = pseudo_voigt(at, c, h, w, v["eta"])
        if companion is not None:
            total = total + companion.share * pseudo_voigt(at, companion.place(c), h, w, v["eta"])
        return np.asarray(total.sum(axis=0))

    def misfit(p: lmfit.Parameters) -> Array:
        v = p.valuesdict()
        return np.asarray((lines_of(v, xs) + v["c0"] + v["c1"] * (xs - xs[0]) - ys) / ss)

    p = lmfit.Parameters()
    p.add("eta", 0.5, min=-0.001, max=1.001)
    for k, (at, height, width, _) in enumerate(group):
        p.add(f"x{k}", at, min=at - width, max=at + width)
        p.add(f"h{k}", height, min=0.0)
        p.add(f"w{k}", width, min=1.5 * step, max=2.5 * widest)
    p.add("c0", 0.0)
    p.add("c1", 0.0)
    best = lmfit.minimize(misfit, p, scale_covar=False, max_nfev=60 * len(p), ftol=1e-6, xtol=1e-6)
    bare = best.params.copy()
    for name in ("c0", "c1"):
        bare[name].set(0.0, vary=False)
    other = lmfit.minimize(misfit, bare, scale_covar=False, max_nfev=40 * len(p), ftol=1e-6, xtol=1e-6)
    lack = math.sqrt(max(1.0, float(best.redchi)))  # a profile that does not fit makes every number less sure
    kept = []
    for k, one in enumerate(group):
        line = _line(best.params, other.params, k, lack, one[3])
        error = best.params[f"h{k}"].stderr or line.height / max(line.significance, 1.0)
        if line.height > 3.0 * error and line.fwhm < 2.4 * widest and line.area > 0.0:
            kept.append(line)
    return kept, lambda at: lines_of(best.params.valuesdict(), at)


def _line(p: object, q: object, k: int, lack: float, significance: float) -> Line:
    v: dict[str, float] = p.valuesdict()  # type: ignore[attr-defined]
    w: dict[str, float] = q.valuesdict()  # type: ignore[attr-defined]

    def sd(name: str) -> float:
        error = p[name].stderr  # type: ignore[index]
        own = lack * error if error is not None and math.isfinite(error) else math.inf
        return float(math.hypot(own, v[name] - w[name]))

    height, fwhm, eta = v[f"h{k}"], v[f"w{k}"], v["eta"]
    area, without = area_of(height, fwhm, eta), area_of(w[f"h{k}"], w[f"w{k}"], w["eta"])
    part = [abs(area_of(height + (sd(f"h{k}") if i == 0 else 0), fwhm + (sd(f"w{k}") if i == 1 else 0), eta) - area)
            for i in (0, 1)]  # fmt: skip
    # height and width of one line are anticorrelated, so that their sum in quadrature is an upper bound
    line = Line(
        v[f"x{k}"], sd(f"x{k}"), height, sd(f"h{k}"), area, math.hypot(*part), fwhm, sd(f"w{k}"), eta, significance
    )
    if not all(map(math.isfinite, (line.position_sd, line.height_sd, line.fwhm_sd))):
        # at a bound the covariance is missing: the Cramer-Rao bounds of a line alone, doubled
        s = max(significance, 1.0)
        line = replace(line, position_sd=fwhm / s, height_sd=2.0 * height / s, fwhm_sd=2.0 * fwhm / s,
                       area_sd=max(2.0 * area / s, abs(area - without)))  # fmt: skip
    return line
