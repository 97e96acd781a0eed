"""What can be read off a spectrum before any circuit: intercept, arcs, tail, capacitance, Warburg coefficient.

Every feature is a `Feature`: a value, or None and the reason why these data do not have it. A value that can only be
extrapolated is not given.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.signal import find_peaks
from scipy.stats import spearmanr

from ...records.spectrum import Spectrum
from .elements import Complex, Real
from .spectrum import spectrum

__all__ = ["LOWEST", "Arc", "Feature", "SpectrumFeatures", "features", "tail_angle"]

LOWEST = 0.01  # Hz, where measured spectra of film cells usually end
TAIL = 1.0  # decades at the low-frequency end that are looked at for the tail
LEAST = 4  # points that make a line
STRAIGHT = 0.995  # R2 of a line
CAPACITIVE = 75.0  # degrees: a tail that steep ends in a capacitance (Fick's law: 90; a leaning film: 75 to 85)
RISES = 0.9  # rank correlation of -Im Z with falling frequency, for it to rise
EDGES = 100  # places where the range of a Warburg line may begin or end
DIAGONAL = 0.15  # slopes of a Warburg line agree within this


@dataclass(frozen=True)
class Feature:
    """A value in SI, or None; `reason` says over which range it was found, or why it was not."""

    value: float | None
    unit: str
    reason: str
    range_Hz: tuple[float, float] | None = None

    def __bool__(self) -> bool:
        return self.value is not None


@dataclass(frozen=True)
class Arc:
    """A maximum of -Im Z over log f.

    - `frequency_Hz`: of the maximum (the apex); `height_ohm`: -Im Z there;
    - `diameter_ohm`: Re Z between the minima of -Im Z beside it, or between the ends of the data. Neighbouring arcs
      overlap, so this is a first guess: a fit separates them;
    - `capacitance_F` = 1/(2 pi f diameter);
    - `depression`: 2 height / diameter: 1 for a semicircle, less for a depressed arc.
    """

    frequency_Hz: float
    diameter_ohm: float
    height_ohm: float

    @property
    def capacitance_F(self) -> float:
        return 1.0 / (2.0 * np.pi * self.frequency_Hz * self.diameter_ohm)

    @property
    def depression(self) -> float:
        return 2.0 * self.height_ohm / self.diameter_ohm


@dataclass(frozen=True)
class SpectrumFeatures:
    """Features of a spectrum.

    - `intercept`: Re Z (ohm) where Im Z = 0 at the high-frequency end;
    - `arcs`: from high to low frequency;
    - `tail_slope`: d(-Im Z)/d(Re Z) over the lowest decade; `tail_angle`: the same as an angle (degrees), 45 for
      semi-infinite diffusion, 90 for a capacitor;
    - `limiting_capacitance` (F): -Im Z = 1/(wC) over the tail, where it is steep enough to be one;
    - `warburg` (ohm s^-1/2): sigma from Re Z = const + sigma w^-1/2, over the longest range in which -Im Z rises by as
      much as Re Z.
    """

    intercept: Feature
    arcs: tuple[Arc, ...]
    tail_slope: Feature
    tail_angle: Feature
    limiting_capacitance: Feature
    warburg: Feature


def features(frequency_Hz: ArrayLike, impedance_ohm: ArrayLike) -> SpectrumFeatures:
    """Features of a spectrum: frequency (Hz) and complex impedance (ohm), both shape (n,).

    Errors: `HeterofilmError` for a bad spectrum (lengths, gaps, fewer than five points).
    """
    f, Z = spectrum(frequency_Hz, impedance_ohm)
    slope, angle = _tail(f, Z)
    arcs = _arcs(f, Z)
    return SpectrumFeatures(_intercept(f, Z), arcs, slope, angle, _capacitance(f, Z, angle), _warburg(f, Z, arcs))


def _intercept(f: Real, Z: Complex) -> Feature:
    y = -Z.imag
    crossing = np.flatnonzero((y[:-1] < 0.0) & (y[1:] >= 0.0))
    # inductive up to there: behind a capacitive end it is noise between two arcs, or a loop at low frequency
    crossing = crossing[[bool(np.median(y[: k + 1]) < 0.0) for k in crossing]]
    if crossing.size:
        k = int(crossing[0])
        share = -y[k] / (y[k + 1] - y[k])
        value = float(Z.real[k] + share * (Z.real[k + 1] - Z.real[k]))
        return Feature(
            value, "ohm", f"Im Z = 0 between {f[k + 1]:.3g} and {f[k]:.3g} Hz", (float(f[k + 1]), float(f[k]))
        )
    first = int(np.argmin(np.abs(y[: max(3, f.size // 4)])))
    if abs(y[first]) < 0.01 * abs(Z[first].real):
        return Feature(
            float(Z.real[first]), "ohm", f"Im Z within 1 % of Re Z at {f[first]:.3g} Hz", (f[first], f[first])
        )
    side = "inductive" if y[0] < 0.0 else "capacitive"
    return Feature(
        None,
        "ohm",
        f"Im Z does not reach zero at high frequency: still {side} ({-y[0]:.3g} ohm) at the highest, {f[0]:.3g} Hz",
    )


def _arcs(f: Real, Z: Complex) -> tuple[Arc, ...]:
    y = -Z.imag
    width = float(np.ptp(Z.real))
    if not width > 0.0:
        return ()
    # an arc must stand out from the noise: of three neighbours, the middle one may lie off by this much
    noise = 1.4826 * float(np.median(np.abs(np.diff(y, 2)))) / 6**0.5 if y.size > 4 else 0.0
    found = find_peaks(y, prominence=max(0.01 * min(width, float(np.ptp(y))), 4.0 * noise))[0]
    at = [int(k) for k in found if y[k] > 0.0]
    while at:
        inside = [a + int(np.argmin(y[a : b + 1])) for a, b in pairwise(at)]
        start = int(np.argmin(np.abs(y[: at[0] + 1])))  # the intercept, past any inductance
        end = at[-1] + int(np.argmin(y[at[-1] :]))
        edges = [start, *inside, end]
        arcs = [
            Arc(float(f[k]), float(Z.real[b] - Z.real[a]), float(y[k]))
            for k, (a, b) in zip(at, pairwise(edges), strict=True)
        ]
        # no relaxation is higher than a semicircle: what is, is a wiggle on the flank of another arc
        kept = [k for k, arc in zip(at, arcs, strict=True) if arc.height_ohm < 0.6 * arc.diameter_ohm]
        if len(kept) == len(at):
            return tuple(arcs)
        at = kept
    return ()


CANCELLED = 1e-11  # of the sum over all points, below which a window's own is lost in round-off
ROUND_OFF = 1e-3  # of running sums: a window this close to a bound is looked at by itself


def _line(x: Real, y: Real) -> tuple[float, float]:
    """Slope and R2."""
    dx, dy = x - x.mean(), y - y.mean()
    xx, xy, yy = float(dx @ dx), float(dx @ dy), float(dy @ dy)
    if not (xx > 0.0 and yy > 0.0):
        return 0.0, 0.0
    return xy / xx, xy**2 / (xx * yy)


def _tail(f: Real, Z: Complex) -> tuple[Feature, Feature]:
    low = f <= f[-1] * 10.0**TAIL * 1.001
    low[-LEAST:] = True
    x, y = Z.real[low], -Z.imag[low]
    where = (float(f[-1]), float(f[low][0]))
    rises = float(spearmanr(np.arange(y.size), y).statistic)
    if y[-1] <= y[0] or rises < RISES:
        reason = f"-Im Z does not rise towards low frequency below {where[1]:.3g} Hz: there is no tail"
        return Feature(None, "1", reason), Feature(None, "deg", reason)
    # both directions err, and a steep tail hardly moves along Re Z: the principal axis of the points
    spread = np.linalg.svd(np.column_stack([x - x.mean(), y - y.mean()]), full_matrices=False)
    direction = spread[2][0] * np.sign(spread[2][0, 1])
    angle = float(np.degrees(np.arctan2(direction[1], direction[0])))
    straight = 1.0 - spread[1][1] ** 2 / np.sum(spread[1] ** 2)
    how = f"principal axis of {x.size} points, {straight:.4f} of their spread along it"
    slope = float(direction[1] / direction[0]) if abs(direction[0]) > 1e-9 else np.inf
    return Feature(slope, "1", how, where), Feature(angle, "deg", how, where)


def _capacitance(f: Real, Z: Complex, angle: Feature) -> Feature:
    if angle.value is None or angle.range_Hz is None:
        return Feature(None, "F", angle.reason)
    if angle.value < CAPACITIVE:
        return Feature(
            None, "F", f"the tail leans at {angle.value:.0f} degrees: below {CAPACITIVE:.0f} it is no capacitance"
        )
    low = f <= angle.range_Hz[1] * 1.001
    w = 2.0 * np.pi * f[low]
    elastance, r2 = _line(1.0 / w, -Z.imag[low])
    if elastance <= 0.0 or r2 < STRAIGHT:
        return Feature(None, "F", f"-Im Z over 1/w is no line (R2 = {r2:.3f})")
    return Feature(1.0 / elastance, "F", f"slope of -Im Z over 1/w, R2 = {r2:.5f}", angle.range_Hz)


def _warburg(f: Real, Z: Complex, arcs: tuple[Arc, ...]) -> Feature:
    """sigma below the last arc. Above it, the flank of a depressed arc looks the same and nothing tells them apart."""
    apex = arcs[-1].frequency_Hz if arcs else np.inf
    below = f < apex
    found = _warburg_range(f[below], Z[below])
    if found is None:
        elsewhere = _warburg_range(f, Z)
        reason = (
            f"no range of at least half a decade and {LEAST} points in which Re Z and -Im Z increase with the same "
            "slope against w^-1/2"
        )
        if elsewhere is not None:
            a, b = elsewhere
            reason = (
                f"only from {f[b - 1]:.3g} to {f[a]:.3g} Hz do Re Z and -Im Z increase with the same slope against "
                f"w^-1/2, but this may be the flank of the arc at {apex:.3g} Hz: fit a circuit"
            )
        return Feature(None, "ohm s^-1/2", reason)
    f, Z = f[below][slice(*found)], Z[below][slice(*found)]
    sigma, r2 = _line((2.0 * np.pi * f) ** -0.5, Z.real)
    reason = f"slope of Re Z over w^-1/2, {f.size} points over {np.log10(f[0] / f[-1]):.1f} decades, R2 = {r2:.4f}"
    return Feature(sigma, "ohm s^-1/2", reason, (float(f[-1]), float(f[0])))


def _warburg_range(f: Real, Z: Complex) -> tuple[int, int] | None:
    """The longest window, in decades, in which Re and -Im rise alike and in line with w^-1/2."""
    s = (2.0 * np.pi * f) ** -0.5
    widest, best = 0.5, None
    stride = max(1, f.size // EDGES)  # of a spectrum with very many points, not every one need be an edge
    starts, ends = np.arange(0, f.size - LEAST + 1, stride), np.arange(f.size, LEAST - 1, -stride)
    straight = _straight(s, Z, starts, ends)
    for k, a in enumerate(starts.tolist()):
        for b in ends[straight[k]].tolist():
            span = float(np.log10(f[a] / f[b - 1]))
            if b < a + LEAST or span < widest or (best and span == widest):
                break  # shorter windows from here are no better
            if _is_warburg(s[a:b], Z[a:b]):
                widest, best = span, (a, b)
                break
    return best


def _straight(s: Real, Z: Complex, starts: NDArray[np.intp], ends: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Windows from `starts` to `ends`, shape (starts, ends), that `_is_warburg` may take for lines of one slope.

    All of them at once, from running sums: their round-off is allowed for, since every one is looked at again.
    """

    def windows(y: Real) -> Real:
        sums = np.concatenate([[0.0], np.cumsum(y)])
        return np.asarray(sums[ends][None, :] - sums[starts][:, None])

    n = np.maximum(ends[None, :] - starts[:, None], 1)
    x = s - s.mean()
    xx = windows(x * x) - windows(x) ** 2 / n
    slopes, ok, lost = [], ends[None, :] >= starts[:, None] + LEAST, xx < CANCELLED * np.sum(x * x)
    with np.errstate(divide="ignore", invalid="ignore"):
        for part in (Z.real, -Z.imag):
            y = part - part.mean()
            xy, yy = (windows(v * y) - windows(v) * windows(y) / n for v in (x, y))
            bent = xy**2 / (xx * yy) < STRAIGHT - ROUND_OFF
            lost = lost | (yy < CANCELLED * np.sum(y * y))
            slopes.append(np.where(bent, np.nan, xy / xx))
        alike = np.abs(slopes[1] / slopes[0] - 1.0) <= DIAGONAL + ROUND_OFF
    return np.asarray(ok & (alike | lost))


def tail_angle(spectrum: Spectrum, lowest: float = LOWEST) -> float | None:
    """Angle (degrees) at which a spectrum ends if it is cut at ``lowest`` (Hz); None without a tail."""
    cut = spectrum.above(lowest)
    return features(cut.frequency_Hz, cut.impedance).tail_angle.value


def _is_warburg(s: Real, Z: Complex) -> bool:
    """Both parts a line over `s`, of the same slope, and in the fast half the same as in the slow one.

    The flank of an arc passes a slope of one as well, but bends while it does.
    """
    sigma, r2 = _line(s, Z.real)
    other, r2_other = _line(s, -Z.imag)
    if not sigma > 0.0 or min(r2, r2_other) < STRAIGHT or abs(other / sigma - 1.0) > DIAGONAL:
        return False
    half = s.size // 2
    for part in (slice(None, half + 1), slice(half, None)):
        for y in (Z.real[part], -Z.imag[part]):
            if abs(_line(s[part], y)[0] / sigma - 1.0) > DIAGONAL:
                return False
    return True
