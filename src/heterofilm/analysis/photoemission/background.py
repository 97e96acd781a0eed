"""Backgrounds under photoelectron lines: linear, Shirley, Tougaard; also none.

All take binding energies that rise (eV) and intensities, shape (n,), and return the background, shape (n,). At both
ends the intensity is averaged over `ends` points, so that the noise of one point does not tilt everything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError, did_you_mean
from ..columns import running_integral
from .noise import noise

__all__ = [
    "BACKGROUNDS", "CrossSection", "NoBackground", "SAID", "TOUGAARD", "above_data", "active_basis", "background",
    "background_and_word", "linear", "rising_shirley", "shirley", "tougaard",
]  # fmt: skip

Array = NDArray[Any]
ENDS = 5
MEAN = 9  # points at least, over whose mean a background is compared with the data
ABOVE = 1.3  # standard deviations of a point: the five at an end, to which it is tied, leave it 0.45 of one
STRAIGHT = 3.0  # standard deviations of a parabola's curvature: a stretch that bends by less is straight


class NoBackground(InputError):
    """A window over which the background that was asked for does not exist."""


@dataclass(frozen=True)
class CrossSection:
    """Inelastic scattering over the loss T (eV): K(T) = B T/((C + C' T^2)^2 + D T^2) for T above T0, in 1/eV.

    `B` None: chosen so that the background meets the spectrum at its high-energy end, as is the habit for windows that
    are too short to see the background alone.
    """

    B: float | None
    C: float
    C_: float = 1.0
    D: float = 0.0
    T0: float = 0.0

    def at(self, loss: Array) -> Array:
        """K(T)/B, or K(T) where B is known."""
        K = loss / ((self.C + self.C_ * loss**2) ** 2 + self.D * loss**2)
        return np.where(loss >= self.T0, K, 0.0) * (1.0 if self.B is None else self.B)


# Tougaard, Surf. Interface Anal. 11 (1988) 453 (two parameters) and 25 (1997) 137 (three parameters, by classes of
# solids; the values for polymers are those of CasaXPS' U 3). Four parameters (C' free), after Hesse et al., Surf.
# Interface Anal. 43 (2011) 1514, are a `CrossSection` of one's own.
TOUGAARD = {
    "tougaard-u2": CrossSection(None, 1643.0),
    "tougaard-u3": CrossSection(None, 551.0, -1.0, 436.0, 3.0),
    "tougaard-u3-sio2": CrossSection(None, 542.0, -1.0, 275.0),
}
BACKGROUNDS = ("none", "linear", "shirley", "active", *TOUGAARD)
ACTIVE = {"active": None, "active-universal": CrossSection(2866.0, 1643.0)}  # -> what a line adds beside its step

SAID = {
    "none": "no background", "linear": "a straight background", "shirley": "a Shirley background",
    "active": "a background of level, slope, step and losses, fitted with the lines (active)",
    **dict.fromkeys(TOUGAARD, "a Tougaard background of universal loss"),
}  # fmt: skip
"""Backgrounds in the words of a report."""


def _ends(y: Array, ends: int) -> tuple[float, float]:
    n = max(1, min(ends, y.size // 4))
    return float(y[:n].mean()), float(y[-n:].mean())


def linear(energy: Array, intensity: Array, ends: int = ENDS) -> Array:
    """The straight line between both ends."""
    low, high = _ends(intensity, ends)
    return np.interp(energy, [energy[0], energy[-1]], [low, high])


def shirley(energy: Array, intensity: Array, ends: int = ENDS) -> Array:
    """The background that rises with the area of the lines at lower binding energy:

        b(E) = I_low + k int_low^E (I - b) dE',   b(high) = I_high

    Shirley, Phys. Rev. B 5 (1972) 4709. The habit is to iterate (Proctor, Sherwood, Anal. Chem. 54 (1982) 13), which
    fails where a long flat part follows the line. The limit of that iteration is db/dE = k (I - b): solved here as it
    stands, with the smallest k that meets the upper end. Where this would lie above the data, see `rising_shirley`.

    Errors: `NoBackground` where no k does.
    """
    low, high = _ends(intensity, ends)
    span = float(energy[-1] - energy[0])
    step = high - low
    if step == 0.0:
        return np.full(energy.size, low)

    def short(k: float) -> float:
        return (float(_scattered(energy, intensity, low, k)[0][-1]) - high) * np.sign(step)

    # k of both signs: a background that falls is unphysical, but noise and slopes make such
    ks = np.sign(step) * np.geomspace(1e-6, 30.0, 50) / span
    missed = [short(k) for k in ks]
    reached = next((i for i, value in enumerate(missed) if value >= 0.0), None)
    if reached is None:
        best = int(np.argmax(missed))
        if missed[best] < -0.03 * float(np.ptp(intensity)):
            raise NoBackground(
                "No Shirley background meets both ends of this window: it shows no lines, or ends within one; choose "
                "other ends, or linear."
            )
        return _scattered(energy, intensity, low, ks[best])[0]
    if reached == 0:
        return _scattered(energy, intensity, low, ks[0])[0]
    return _scattered(energy, intensity, low, _root(short, ks[reached - 1], ks[reached]))[0]


def rising_shirley(energy: Array, intensity: Array, ends: int = ENDS) -> Array:
    """Shirley's background for a plateau that rises towards high binding energy, as behind every line of a metal:

        db/dE = k (I - b) + s A,   A = int_low^E (I - b) dE',   up to the plateau; there b is its level, s A its slope

    The second term is the near end of every loss function, K(T) = k + s T: each line lifts the slope behind it as well
    as the level (Castle, Salvi, J. Electron Spectrosc. 114-116 (2001) 1103; Herrera-Gomez et al., Surf. Interface Anal.
    46 (2014) 897). Shirley's term alone would have to lift the background into the line to reach the plateau's end.
    Along the plateau b is its straight line: followed further, b forgets its level over 1/k, and the noise of a few
    points at its end would move it by a multiple of that beneath the line.
    """
    low, _ = _ends(intensity, ends)
    n, slope, level = _plateau(energy, intensity)
    x, y, span = energy[: 1 - n or None], intensity[: 1 - n or None], float(energy[-1] - energy[0])

    def short(k: float, s: float) -> float:
        return float(_scattered(x, y, low, k, s)[0][-1]) - level

    def step(s: float) -> float:
        return _first_root(lambda k: short(k, s), span)

    def too_steep(s: float) -> float:
        return s * _scattered(x, y, low, step(s), s)[1] - slope

    highest = _first_root(lambda s: short(0.0, s), span**2) if slope > 0.0 else 0.0  # it needs no step
    s = _root(too_steep, 0.0, highest) if highest > 0.0 and too_steep(highest) > 0.0 else highest
    return np.concatenate([_scattered(x, y, low, step(s), s)[0], level + slope * (energy[x.size :] - x[-1])])


def _first_root(missed: Callable[[float], float], scale: float) -> float:
    """The smallest value, zero or more, at which `missed` rises to zero; where none does, that of the least miss."""
    grid = [0.0, *np.geomspace(0.03, 30.0, 20) / scale]
    values: list[float] = []
    for i, x in enumerate(grid):
        values.append(missed(float(x)))
        if values[-1] >= 0.0:
            return _root(missed, float(grid[i - 1]), float(x)) if i else 0.0
    return float(grid[int(np.argmax(values))])


def _root(missed: Callable[[float], float], low: float, high: float) -> float:
    from scipy.optimize import brentq

    return float(brentq(missed, low, high, xtol=1e-12 * max(abs(low), abs(high)) + 1e-300, rtol=1e-12))


def _scattered(energy: Array, intensity: Array, low: float, k: float, s: float = 0.0) -> tuple[Array, float]:
    """db/dE = k (I - b) + s A, dA/dE = I - b from b = `low`, A = 0 on, by the trapezoidal rule: b, and A at the end.

    Without s each step is b' = f b + (1 - f) I, whose solution is a running sum over the product of the factors.
    """
    steps, means = np.diff(energy), (intensity[1:] + intensity[:-1]) / 2.0
    half = k * steps / 2.0
    if s == 0.0 and np.abs(half).max(initial=0.0) < 0.9:
        product = np.cumprod((1.0 - half) / (1.0 + half))
        closed = np.concatenate([[low], product * (low + np.cumsum(2.0 * half / (1.0 + half) * means / product))])
        return closed, float(np.sum(steps * (means - (closed[1:] + closed[:-1]) / 2.0)))
    b, A = [low], 0.0
    for h, mean in zip(steps.tolist(), means.tolist(), strict=True):
        dA = h * (mean - b[-1] - s * h * A / 2.0) / (1.0 + k * h / 2.0 + s * h * h / 4.0)
        b.append(b[-1] + k * dA + s * h * (A + dA / 2.0))
        A += dA
    return np.array(b), A


def _plateau(energy: Array, intensity: Array) -> tuple[int, float, float]:
    """The longest stretch up to the upper end that does not bend: its points, the slope and first value of its line.

    It does not bend where its parabola is within its own scatter of a line. A stretch that falls is no plateau but the
    tail of a line: its last point alone, at the height of the straight line, without slope.
    """
    weight = 1.0 / noise(intensity)
    for share in (2.0, 2.5, 3.0, 4.0, 5.0, 6.5, 8.0):
        n = max(int(energy.size / share), 8)
        x, y, w = energy[-n:] - energy[-n:].mean(), intensity[-n:], weight[-n:]
        parabola = np.column_stack([np.ones(n), x, x**2]) * w[:, None]
        found, *_ = np.linalg.lstsq(parabola, y * w, rcond=None)
        scatter = float(np.sum((y * w - parabola @ found) ** 2)) / (n - 3)
        bend = STRAIGHT * float(np.sqrt(scatter * np.linalg.inv(parabola.T @ parabola)[2, 2]))
        if abs(found[2]) <= bend + 1e-9 * np.ptp(intensity) / np.ptp(x) ** 2:  # what is left of rounding
            break
    slope, mean = (float(c) for c in np.polyfit(x, y, 1, w=w))
    return (n, slope, mean + slope * float(x[0])) if slope > 0.0 else (1, 0.0, mean + slope * float(x[-1]))


def _mean(values: Array) -> Array:
    """The running mean over an eighteenth of the window, at least `MEAN` points; shorter at its ends."""
    n = min(max(MEAN, values.size // 18), values.size)
    ones = np.ones(n)
    return np.asarray(np.convolve(values, ones, mode="same") / np.convolve(np.ones(values.size), ones, mode="same"))


def above_data(intensity: Array, b: Array) -> float:
    """By how many standard deviations of a point the background lies above the data, at most, in the running mean."""
    return float(np.max(_mean(b - intensity) / _mean(noise(intensity))))


def tougaard(energy: Array, intensity: Array, section: CrossSection, ends: int = ENDS) -> Array:
    """What losses add to the whole measured spectrum: b(E) = I_low + int K(E - E') (I(E') - I_low) dE'.

    The spectrum is taken relative to its low-energy end. Energies are brought to even steps where they have none.
    """
    low, high = _ends(intensity, ends)
    n = energy.size
    even = np.linspace(energy[0], energy[-1], n)
    step = float(even[1] - even[0])
    above = np.interp(even, energy, intensity) - low
    b = np.convolve(above, section.at(step * np.arange(n)))[:n] * step
    if section.B is None:
        _, top = _ends(b, ends)
        b = b * (high - low) / top if top else b
    return np.interp(energy, even, b) + low


def background(energy: Array, intensity: Array, kind: str | CrossSection, ends: int = ENDS) -> Array:
    """The background called `kind` (one of `BACKGROUNDS`), or of a Tougaard cross-section.

    Errors: `HeterofilmError` for an unknown kind, energies that do not rise, or too few points.
    """
    return background_and_word(energy, intensity, kind, ends)[0]


def background_and_word(
    energy: Array, intensity: Array, kind: str | CrossSection, ends: int = ENDS
) -> tuple[Array, str]:
    """The background, and in words which it became.

    A Shirley background that would lie above the data gets the slope of the plateau (`rising_shirley`); what then still
    lies above them is cut off at their running mean. Others stay as they were asked for, and are told of.

    Errors: `HeterofilmError` as `background`.
    """
    if energy.size < 8:
        raise InputError(f"The window holds {energy.size} points only; a background needs at least eight.")
    if not (np.diff(energy) > 0.0).all():
        raise InputError("The binding energies of a background must rise from point to point.")
    if isinstance(kind, CrossSection):
        word = f"Tougaard (B {kind.B}, C {kind.C:g}, D {kind.D:g}) background"
        return _told(intensity, tougaard(energy, intensity, kind, ends), word)
    if kind in TOUGAARD:
        return _told(intensity, tougaard(energy, intensity, TOUGAARD[kind], ends), f"{kind} background")
    if kind == "none":
        return np.zeros(energy.size), "no background"
    if kind == "linear":
        return _told(intensity, linear(energy, intensity, ends), "linear background")
    if kind in ACTIVE:
        b = rising_shirley(energy, intensity, ends)
        return np.minimum(b, _mean(intensity)), "background of level, slope, step and losses fitted with the lines"
    if kind != "shirley":
        raise InputError(
            f"There is no background '{kind}'.{did_you_mean(str(kind), BACKGROUNDS)} Known: {', '.join(BACKGROUNDS)}."
        )
    b = shirley(energy, intensity, ends)
    if above_data(intensity, b) <= ABOVE:
        return b, "shirley background"
    b = rising_shirley(energy, intensity, ends)
    word = f"shirley background with the plateau's slope ({_plateau(energy, intensity)[1]:.3g} per eV)"
    if above_data(intensity, b) <= ABOVE:
        return b, word
    return np.minimum(b, _mean(intensity)), f"{word}, cut off at the data"


def active_basis(energy: Array, intensity: Array, base: Array, kind: str) -> Array:
    """What an active background is made of, shape (n, 4): a level, a slope, and what every line adds behind it.

        b(E) = b0 + b1 E + k A(E) + s L(E),   A = int_low^E (I - b0) dE',   L = int_low^E K(E - E') (I - b0) dE'

    K is T, the near end of every loss function (`rising_shirley`), or Tougaard's universal one. Its four numbers are
    found with the lines, so that their uncertainty is part of the areas': Herrera-Gomez et al., Surf. Interface Anal.
    46 (2014) 897. I - b0 is what stands above the background `base`. Other kinds add nothing, (n, 0).
    """
    if kind not in ACTIVE:
        return np.zeros((energy.size, 0))
    above = np.maximum(intensity - base, 0.0)
    A = running_integral(energy, above)
    section = ACTIVE[kind]
    L = running_integral(energy, A) if section is None else tougaard(energy, above + 1.0, section) - 1.0
    columns = [np.ones(energy.size), (energy - energy[0]) / (energy[-1] - energy[0]), A, L]
    return np.column_stack([c / (np.abs(c).max() or 1.0) for c in columns])


def _told(intensity: Array, b: Array, word: str) -> tuple[Array, str]:
    most = above_data(intensity, b)
    return (
        b,
        word if most <= ABOVE else f"{word} (lies above the data by up to {most:.0f} of their standard deviations)",
    )
