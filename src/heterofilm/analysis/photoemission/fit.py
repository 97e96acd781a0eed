"""A constrained fit of a core level: lines over a background, by least squares with lmfit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from ...errors import InputError
from .background import CrossSection, background_and_word
from .lines import Line, Preset, Span
from .noise import noise
from .shapes import shape

__all__ = ["FittedLine", "PeakFit", "fit_lines", "fit_preset", "noise", "rising"]

Array = NDArray[Any]
Weights = Literal["counts", "equal"]


@dataclass(frozen=True)
class FittedLine:
    """One line as found: energies and widths in eV, the area in the unit of the intensity times eV.

    Each `..._sd` is one standard deviation of the fit alone; `held` names what stands at a limit of its range.
    """

    name: str
    state: str
    energy_eV: float
    energy_sd: float
    fwhm_eV: float
    fwhm_sd: float
    area: float
    area_sd: float
    held: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class PeakFit:
    """A fitted core level: arrays over `energy_eV` (rising binding energies), components of shape (lines, n).

    `covariance`: of the areas of the lines; `reduced_chi2`: with the noise that the spectrum itself shows.
    """

    energy_eV: Array
    intensity: Array
    background: Array
    components: Array
    lines: tuple[FittedLine, ...]
    covariance: Array
    reduced_chi2: float
    method: str

    @property
    def envelope(self) -> Array:
        """Background and all components."""
        return self.background + self.components.sum(axis=0)

    @property
    def sigma(self) -> Array:
        """The noise of each point."""
        return noise(self.intensity)

    def line(self, name: str) -> FittedLine:
        """The line called `name`.

        Errors: `HeterofilmError` when there is none.
        """
        for line in self.lines:
            if line.name == name:
                return line
        raise InputError(f"There is no line '{name}' in this fit; it has {', '.join(x.name for x in self.lines)}.")

    def table(self) -> pl.DataFrame:
        """One row for each line: name, state, energy_eV, fwhm_eV, area, their standard deviations, share (%), held."""
        total = sum(line.area for line in self.lines) or 1.0
        return pl.DataFrame(
            [
                {
                    "line": x.name, "state": x.state, "energy_eV": x.energy_eV, "energy_sd": x.energy_sd,
                    "fwhm_eV": x.fwhm_eV, "fwhm_sd": x.fwhm_sd, "area": x.area, "area_sd": x.area_sd,
                    "share_percent": 100.0 * x.area / total, "at_limit": ", ".join(x.held),
                }
                for x in self.lines
            ]
        )  # fmt: skip


def rising(
    energy_eV: ArrayLike, intensity: ArrayLike, window: tuple[float, float] | None = None
) -> tuple[Array, Array]:
    """A spectrum as arrays with rising energies, cut to the window.

    Errors: `HeterofilmError` for columns that do not fit, or a window that the spectrum does not cover.
    """
    E, counts = np.asarray(energy_eV, float), np.asarray(intensity, float)
    if E.ndim != 1 or E.shape != counts.shape or not (np.isfinite(E).all() and np.isfinite(counts).all()):
        raise InputError("Energies and intensities must be two columns of equal length, all finite.")
    order = np.argsort(E)
    E, counts = E[order], counts[order]
    single = np.concatenate([[True], np.diff(E) > 0.0])
    E, counts = E[single], counts[single]
    if window is not None:
        low, high = window
        inside = (low - 1e-9 <= E) & (high + 1e-9 >= E)
        if inside.sum() < 20:
            raise InputError(
                f"The spectrum ({E[0] if E.size else np.nan:.5g} to {E[-1] if E.size else np.nan:.5g} eV) has "
                f"{inside.sum()} points from {low:g} to {high:g} eV; at least 20 are needed."
            )
        E, counts = E[inside], counts[inside]
    return E, counts


def fit_preset(
    energy_eV: ArrayLike,
    intensity: ArrayLike,
    preset: Preset,
    *,
    background: str | CrossSection | None = None,
    window: tuple[float, float] | None = None,
    weights: Weights = "counts",
) -> PeakFit:
    """Fit a preset to a spectrum whose energies are calibrated; arrays of shape (n,). See `fit_lines`."""
    return fit_lines(
        energy_eV, intensity, preset.lines, window=window or preset.window,
        background=background or preset.background, weights=weights,
    )  # fmt: skip


def fit_lines(
    energy_eV: ArrayLike,
    intensity: ArrayLike,
    lines: Sequence[Line],
    *,
    window: tuple[float, float] | None = None,
    background: str | CrossSection = "shirley",
    weights: Weights = "counts",
    ends: int = 5,
) -> PeakFit:
    """Fit `lines` to a spectrum (shape (n,), binding energies in eV) over a background that is taken away first.

    `weights`: "counts" for the noise of counting, "equal" as CasaXPS fits. `ends`: points averaged at both ends.

    Errors: `HeterofilmError` for columns or windows that do not fit, lines that hang on none, or a fit that fails.
    """
    from lmfit import Parameters, minimize

    index = {line.name: k for k, line in enumerate(lines)}
    for k, line in enumerate(lines):
        if line.parent and not index.get(line.parent, k) < k:
            raise InputError(f"The line '{line.name}' hangs on '{line.parent}', which does not stand before it.")
    E, counts = rising(energy_eV, intensity, window)
    base, under = background_and_word(E, counts, background, ends)
    sigma = noise(counts) if weights == "counts" else np.full(E.size, float(np.sqrt(np.mean(noise(counts) ** 2))))
    y = counts - base
    size = max(float(np.trapezoid(np.maximum(y, 0.0), E)), 1e-300)
    parameters = Parameters()
    roots = sum(1 for line in lines if not line.parent)
    for k, line in enumerate(lines):
        for word, span in (("e", line.energy_eV), ("w", line.fwhm_eV)):
            parameters.add(f"{word}{k}", span.value, vary=not span.held, **_limits(span))
        if line.area is not None and line.parent:
            parameters.add(f"a{k}", line.area.value, vary=not line.area.held, **_limits(line.area))
        else:
            parameters.add(f"a{k}", _guess(E, y, line) if not line.parent else size / roots / 5.0, min=0.0)

    def numbers(values: Any) -> list[tuple[float, float, float]]:
        """Energy, width and area of every line; what hangs on a parent follows it."""
        found: list[tuple[float, float, float]] = []
        for k, line in enumerate(lines):
            e, w, a = (float(values[f"{word}{k}"]) for word in "ewa")
            if line.parent:
                parent = found[index[line.parent]]
                e, w = parent[0] + e, parent[1] * w
                a = parent[2] * a if line.area is not None else a
            found.append((e, w, a))
        return found

    def model(values: Any) -> Array:
        return np.array(
            [a * shape(x.shape, E - e, w, x.values) for (e, w, a), x in zip(numbers(values), lines, strict=True)]
        )

    def residual(values: Any) -> Array:
        return (model(values).sum(axis=0) - y) / sigma

    scale = {f"a{k}": size for k, line in enumerate(lines) if not (line.parent and line.area is not None)}
    free = [name for name, p in parameters.items() if p.vary]
    try:
        with np.errstate(invalid="ignore"):  # lmfit's own uncertainties, which are not used
            result = minimize(
                residual, parameters, method="least_squares", x_scale=[scale.get(name, 1.0) for name in free],
                max_nfev=400, ftol=1e-7, xtol=1e-7,
            )  # fmt: skip
    except ValueError as error:
        raise InputError(f"The fit of the core level fails: {str(error)[:100]}.") from None
    best = {name: float(p.value) for name, p in result.params.items()}
    reduced = float(result.chisqr / max(E.size - len(free), 1))
    spread, at_limit = _covariance(result, residual, best, free, scale)
    spread *= max(reduced, 1.0)  # a model that misses the data is not known better than its misfit
    jacobian = _derivatives(numbers, best, free, scale)
    sd = np.sqrt(np.maximum(np.einsum("kpi,ij,kpj->kp", jacobian, spread, jacobian), 0.0))
    areas = jacobian[:, 2, :]
    found = []
    for k, (line, (e, w, a)) in enumerate(zip(lines, numbers(best), strict=True)):
        held = tuple(
            word for letter, word in zip("ewa", ("energy", "width", "area"), strict=True) if f"{letter}{k}" in at_limit
        )
        found.append(FittedLine(line.name, line.state, e, sd[k, 0], w, sd[k, 1], a, sd[k, 2], held))
    method = f"{len(lines)} lines, {under} from {E[0]:.1f} to {E[-1]:.1f} eV, weights: {weights}"
    return PeakFit(E, counts, base, model(best), tuple(found), areas @ spread @ areas.T, reduced, method)


def _limits(span: Span) -> dict[str, float]:
    return {} if span.held else {"min": span.low, "max": span.high}


def _guess(E: Array, y: Array, line: Line) -> float:
    """The area of a line as high as the spectrum where it should be, halved, for there may be others."""
    height = max(float(np.interp(line.energy_eV.value, E, y)), 0.02 * float(y.max(initial=0.0)))
    return 0.5 * height / float(shape(line.shape, np.zeros(1), line.fwhm_eV.value, line.values)[0] or 1.0)


def _covariance(
    result: Any, residual: Any, best: dict[str, float], free: list[str], scale: dict[str, float]
) -> tuple[Array, set[str]]:
    """Covariance of the free parameters; one that stands at a limit is held there, but for areas."""
    at_limit = set()
    for name in free:
        p = result.params[name]
        span = p.max - p.min
        if name[0] != "a" or np.isfinite(span):
            near = 1e-3 * span
            if p.value - p.min < near or p.max - p.value < near:
                at_limit.add(name)
    J = np.empty((residual(best).size, len(free)))
    centre = residual(best)
    for k, name in enumerate(free):
        step = 1e-5 * scale.get(name, 1.0)
        J[:, k] = (residual(best | {name: best[name] + step}) - centre) / step
        if name in at_limit:
            J[:, k] = 0.0
    size = np.sqrt((J**2).sum(axis=0))
    size[size == 0.0] = 1.0
    inverse = np.linalg.pinv((J / size).T @ (J / size), rcond=1e-10)
    for k, name in enumerate(free):
        if name in at_limit:
            inverse[k, :] = inverse[:, k] = 0.0
    return inverse / np.outer(size, size), at_limit


def _derivatives(numbers: Any, best: dict[str, float], free: list[str], scale: dict[str, float]) -> Array:
    """d(energy, width, area of each line)/d(free parameters), shape (lines, 3, free)."""
    centre = np.array(numbers(best))
    found = np.empty((*centre.shape, len(free)))
    for k, name in enumerate(free):
        step = 1e-5 * scale.get(name, 1.0)
        found[..., k] = (np.array(numbers(best | {name: best[name] + step})) - centre) / step
    return found
