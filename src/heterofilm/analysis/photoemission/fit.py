"""A constrained fit of core levels: lines over a background, by least squares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from ...errors import InputError
from .background import CrossSection, active_basis, background_and_word
from .lines import Line, RegionModel, Window
from .noise import noise
from .parameters import Parameters
from .shapes import shape

__all__ = ["FittedLine", "PeakFit", "fit_lines", "fit_region", "noise", "rising"]

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
    level: str = ""
    counted: bool = True


@dataclass(frozen=True, eq=False)
class PeakFit:
    """A fitted core level: arrays over `energy_eV` (binding energies, rising in each window), components (lines, n).

    `covariance`: of the areas of the lines; `reduced_chi2`: with the noise that the spectrum itself shows; `sigma`:
    that noise, shape (n,), infinite where a point was left out; `starts`: where each window begins; `origins`: what a
    standard deviation of each number that the limits hold does to the areas, shape (lines, m), by kind of number.
    """

    energy_eV: Array
    intensity: Array
    background: Array
    components: Array
    lines: tuple[FittedLine, ...]
    covariance: Array
    reduced_chi2: float
    method: str
    sigma: Array
    starts: tuple[int, ...] = (0,)
    origins: Mapping[str, Array] = field(default_factory=dict)

    @property
    def envelope(self) -> Array:
        """Background and all components."""
        return self.background + self.components.sum(axis=0)

    def line(self, name: str) -> FittedLine:
        """The line called `name`.

        Errors: `HeterofilmError` when there is none.
        """
        for line in self.lines:
            if line.name == name:
                return line
        raise InputError(f"There is no line '{name}' in this fit; it has {', '.join(x.name for x in self.lines)}.")

    def windows(self) -> list[PeakFit]:
        """The fit window by window, each with the lines that lie in it."""
        found = []
        for a, b in zip(self.starts, (*self.starts[1:], self.energy_eV.size), strict=True):
            E = self.energy_eV[a:b]
            inside = [k for k, x in enumerate(self.lines) if E[0] - 3.0 < x.energy_eV < E[-1] + 3.0]
            found.append(
                replace(
                    self, energy_eV=E, intensity=self.intensity[a:b], background=self.background[a:b],
                    components=self.components[inside, a:b], lines=tuple(self.lines[k] for k in inside),
                    covariance=self.covariance[np.ix_(inside, inside)], sigma=self.sigma[a:b], starts=(0,),
                    origins={word: shifts[inside] for word, shifts in self.origins.items()},
                )
            )  # fmt: skip
        return found

    def table(self) -> pl.DataFrame:
        """One row for each line: name, state, energy_eV, fwhm_eV, area, their standard deviations, share (%), held."""
        total = sum(line.area for line in self.lines if line.counted) or 1.0
        return pl.DataFrame(
            [
                {
                    "line": x.name, "state": x.state, "energy_eV": x.energy_eV, "energy_sd": x.energy_sd,
                    "fwhm_eV": x.fwhm_eV, "fwhm_sd": x.fwhm_sd, "area": x.area, "area_sd": x.area_sd,
                    "share_percent": 100.0 * x.area / total if x.counted else None, "at_limit": ", ".join(x.held),
                }
                for x in self.lines
            ]
        )  # fmt: skip


def rising(energy_eV: ArrayLike, intensity: ArrayLike, window: Window | None = None) -> tuple[Array, Array]:
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


def fit_region(
    energy_eV: ArrayLike,
    intensity: ArrayLike,
    model: RegionModel,
    *,
    background: str | CrossSection | None = None,
    windows: Sequence[Window] | None = None,
    weights: Weights = "counts",
) -> PeakFit:
    """Fit a model to a spectrum whose energies are calibrated; arrays of shape (n,), of all its windows together.

    The limits of every number are a prior: it lies anywhere between them with equal chance, so its distance to the
    middle counts in units of their standard deviation. A number that the spectrum does not fix keeps that uncertainty.

    Errors: `HeterofilmError` as `fit_lines`.
    """
    places = tuple(windows or model.windows)
    return _fit(energy_eV, intensity, replace(model, windows=places), background or model.background, weights, 5, True)


def fit_lines(
    energy_eV: ArrayLike,
    intensity: ArrayLike,
    lines: Sequence[Line],
    *,
    window: Window | None = None,
    background: str | CrossSection = "shirley",
    weights: Weights = "counts",
    ends: int = 5,
) -> PeakFit:
    """Fit `lines` to a spectrum (shape (n,), binding energies in eV) over a background that is taken away first.

    `weights`: "counts" for the noise of counting, "equal" as CasaXPS fits. `ends`: points averaged at both ends. Limits
    are limits here, and no prior.

    Errors: `HeterofilmError` for columns or windows that do not fit, lines that hang on none, or a fit that fails.
    """
    whole = (-np.inf, np.inf) if window is None else window
    bare = RegionModel("", "", (whole,), "", tuple(lines))
    return _fit(energy_eV, intensity, bare, background, weights, ends, False)


def _fit(
    energy_eV: ArrayLike, intensity: ArrayLike, model: RegionModel, background: str | CrossSection, weights: Weights,
    ends: int, prior: bool,
) -> PeakFit:  # fmt: skip
    from scipy.optimize import least_squares, nnls

    parts = [_part(energy_eV, intensity, window, model.without, background, ends) for window in model.windows]
    E, counts, base, sigma = (np.concatenate([getattr(part, word) for part in parts])
                              for word in ("energy", "counts", "base", "sigma"))  # fmt: skip
    starts = tuple(int(n) for n in np.cumsum([0, *(part.energy.size for part in parts[:-1])]))
    if weights == "equal":
        kept = np.isfinite(sigma)
        sigma = np.where(kept, float(np.sqrt(np.mean(sigma[kept] ** 2))), np.inf)
    y = counts - base
    size = max(sum(float(np.trapezoid(np.maximum(p.counts - p.base, 0.0), p.energy)) for p in parts), 1e-300)
    axis_sd, mixing_sd = (model.axis_sd, model.mixing_sd) if prior else (0.0, 0.0)
    numbers = Parameters(model.lines, model.links, size, lambda line: _guess(E, y, line), axis_sd, mixing_sd)
    shapes = _Shapes(E, model.lines)
    Q = _whitened(parts, sigma)  # what a background that is fitted along may add, whatever the lines are

    def residual(free: Array) -> Array:
        fitted = shapes.components(numbers.lines(free)).sum(axis=0)
        found = (fitted - y) / sigma
        found -= Q @ (Q.T @ found)
        return np.concatenate([found, numbers.pull(free)]) if prior else found

    def jacobian(free: Array) -> Array:
        centre = numbers.lines(free)
        at = shapes.components(centre)
        J = np.zeros((E.size + (free.size if prior else 0), free.size))
        for k in range(free.size):
            moved = free.copy()
            moved[k] += numbers.step[k]
            other = numbers.lines(moved)
            touched = np.flatnonzero((other != centre).any(axis=1))
            J[: E.size, k] = (shapes.components(other, touched, centre, at) - at[touched]).sum(axis=0)
            J[: E.size, k] /= numbers.step[k] * sigma
        J[: E.size] -= Q @ (Q.T @ J[: E.size])
        if prior:
            J[E.size :] = numbers.pulls
        return J

    # areas are linear: the best for the lines as they stand in the library is the start of all that follows
    whitened = jacobian(numbers.start)[: E.size, numbers.areas]
    target = y / sigma - Q @ (Q.T @ (y / sigma))
    kept = np.isfinite(target)
    areas_start = nnls(whitened[kept], target[kept])[0] if numbers.areas.size else np.empty(0)
    start = numbers.start.copy()
    least = 1e-3 * max(float(areas_start.max(initial=0.0)), 1e-300)
    start[numbers.areas] = np.maximum(areas_start, least)
    try:
        result = least_squares(
            residual, start, jac=jacobian, bounds=(numbers.low, numbers.high), x_scale="jac",
            max_nfev=200, ftol=1e-7, xtol=1e-7,
        )  # fmt: skip
    except ValueError as error:
        raise InputError(f"The fit of the core level fails: {str(error)[:100]}.") from None
    best = np.asarray(result.x)
    seen = int(np.isfinite(sigma).sum())
    misfit = float(np.sum(residual(best)[: E.size] ** 2))
    # what a prior holds is no number that the spectrum had to give
    reduced = misfit / max(seen - Q.shape[1] - (0 if prior else best.size), 1)
    J = jacobian(best)
    J[: E.size] /= np.sqrt(max(reduced, 1.0))  # a model that misses the data is not known better than its misfit
    limited = numbers.at_limit(best)
    spread = _inverse(J, [] if prior else [k for k, at in enumerate(limited) if at])
    D = numbers.derivatives(best)
    sd = np.sqrt(np.maximum(np.einsum("kpi,ij,kpj->kp", D, spread, D), 0.0))
    held = numbers.held(limited)
    final = numbers.lines(best)
    found = tuple(
        FittedLine(x.name, x.state, e, s[0], w, s[1], a, s[2], tuple(at), x.level, x.counted)
        for x, (e, w, a, _), s, at in zip(model.lines, final.tolist(), sd.tolist(), held, strict=True)
    )
    components = shapes.components(final)
    added = sigma * (Q @ (Q.T @ ((y - components.sum(axis=0)) / sigma))) if Q.size else 0.0
    base = base + np.where(np.isfinite(sigma), added, 0.0)
    under = " and ".join(f"{part.word} from {part.energy[0]:.1f} to {part.energy[-1]:.1f} eV" for part in parts)
    out = E.size - seen
    method = f"{len(found)} lines, {under}, weights: {weights}" + (f", {out} points left out" if out else "")
    areas = D[:, 2, :]
    origins: dict[str, Array] = {}
    if prior:
        # (J' J)^-1 is the sum over its rows: that of a number's prior is what its own uncertainty does
        shifts = areas @ spread / numbers.widths
        for word in dict.fromkeys(numbers.origin):
            origins[word] = shifts[:, [k for k, kind in enumerate(numbers.origin) if kind == word]]
    return PeakFit(
        E, counts, base, components, found, areas @ spread @ areas.T, reduced, method, sigma, starts, origins
    )


@dataclass(frozen=True, eq=False)
class _Part:
    """One window of a spectrum: its background `base` in words, and what may be fitted to add to it, (n, m)."""

    energy: Array
    counts: Array
    base: Array
    sigma: Array
    word: str
    basis: Array


def _whitened(parts: Sequence[_Part], sigma: Array) -> Array:
    """Orthonormal columns, shape (n, m), that span what the backgrounds may add in units of the noise."""
    width = sum(part.basis.shape[1] for part in parts)
    whole = np.zeros((sigma.size, width))
    row = column = 0
    for part in parts:
        n, m = part.basis.shape
        whole[row : row + n, column : column + m] = part.basis
        row, column = row + n, column + m
    if not width:
        return whole
    whole /= sigma[:, None]
    return np.asarray(np.linalg.qr(whole / np.linalg.norm(whole, axis=0))[0])


def _part(
    energy_eV: ArrayLike, intensity: ArrayLike, window: Window, without: Sequence[Window],
    background: str | CrossSection, ends: int,
) -> _Part:  # fmt: skip
    E, counts = rising(energy_eV, intensity, window if np.isfinite(window).all() else None)
    out = np.zeros(E.size, bool)
    for low, high in without:
        out |= (low <= E) & (high >= E)
    if E.size - int(out.sum()) < 20:
        raise InputError(f"Of the window {window[0]:g} to {window[1]:g} eV fewer than 20 points are left.")
    clean = np.interp(E, E[~out], counts[~out]) if out.any() else counts
    base, word = background_and_word(E, clean, background, ends)
    basis = active_basis(E, clean, base, str(background))
    return _Part(E, counts, base, np.where(out, np.inf, noise(clean)), word, basis)


class _Shapes:
    """The lines over the energies: a line is computed again only where its energy or width has changed."""

    def __init__(self, E: Array, lines: Sequence[Line]) -> None:
        self.E, self.lines = E, lines

    def one(self, k: int, energy: float, width: float, mixing: float) -> Array:
        line = self.lines[k]
        values = (float(np.clip(line.values[0] + mixing, 0.0, 1.0)),) if mixing else line.values
        return shape(line.shape, self.E - energy, width, values)

    def components(
        self, numbers: Array, some: Array | None = None, centre: Array | None = None, at: Array | None = None
    ) -> Array:
        """The lines `some` (all) as (lines, n); `at` those of `centre`, reused where only an area differs."""
        which = range(len(self.lines)) if some is None else some
        found = np.empty((len(which), self.E.size))
        for row, k in enumerate(which):
            e, w, a, mixing = numbers[k]
            same = centre is not None and at is not None and (numbers[k, [0, 1, 3]] == centre[k, [0, 1, 3]]).all()
            if same and centre[k, 2] > 0.0:  # type: ignore[index]
                found[row] = at[k] * (a / centre[k, 2])  # type: ignore[index]
            else:
                found[row] = a * self.one(k, e, w, mixing)
        return found


def _guess(E: Array, y: Array, line: Line) -> float:
    """The area of a line as high as the spectrum where it should be, halved, for there may be others."""
    place = int(np.argmin(np.abs(E - line.energy_eV.value)))
    height = max(float(y[place]), 0.02 * float(y.max(initial=0.0)), 1e-300)
    return 0.5 * height / float(shape(line.shape, np.zeros(1), line.fwhm_eV.value, line.values)[0] or 1.0)


def _inverse(J: Array, out: list[int]) -> Array:
    """(J' J)^-1, without the numbers `out`, which do not move."""
    J = J.copy()
    J[:, out] = 0.0
    size = np.sqrt((J**2).sum(axis=0))
    size[size == 0.0] = 1.0
    inverse = np.linalg.pinv((J / size).T @ (J / size), rcond=1e-12)
    inverse[out, :] = inverse[:, out] = 0.0
    return np.asarray(inverse / np.outer(size, size))
