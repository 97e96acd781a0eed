"""The numbers of a fit: of every line its energy, width and area, free or held, tied to a parent or to each other.

Two kinds act on many lines at once: the shift of the energy axis, and for each state how much more of a Lorentzian its
lines have than the library says. Both are unknown but small, and lie about zero with a stated standard deviation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError, did_you_mean
from .lines import Line, Link, Span

__all__ = ["NUMBERS", "Parameters", "mixable"]

Array = NDArray[Any]
NUMBERS = ("energy", "width", "area")
STEP = 1e-5  # of the scale of a number, for derivatives
NEAR = 1e-3  # of its span: this close to a limit a number stands at it


class Parameters:
    """What is free in a fit, as one array: `start`, `low`, `high`, `scale` and `step`, each of shape (free,).

    Errors: `HeterofilmError` for a line that hangs on one that does not stand before it, or a link that is not known.
    """

    def __init__(
        self, lines: Sequence[Line], links: Mapping[str, Link], size: float, guess: Callable[[Line], float],
        axis_sd: float = 0.0, mixing_sd: float = 0.0,
    ) -> None:  # fmt: skip
        index = {line.name: k for k, line in enumerate(lines)}
        for k, line in enumerate(lines):
            if line.parent and not index.get(line.parent, k) < k:
                raise InputError(f"The line '{line.name}' hangs on '{line.parent}', which does not stand before it.")
        self.parents = [index[line.parent] if line.parent else -1 for line in lines]
        self.ratio = [bool(line.parent) and line.area is not None for line in lines]
        roots = sum(1 for line in lines if not line.parent)
        spans: list[Span] = []
        scales: list[float] = []
        self.pulled: list[bool] = []
        for line in lines:
            own = line.area
            if own is None:
                value = guess(line) if not line.parent else size / roots / 5.0
                own, scale = Span(value, 0.0, np.inf), size
            else:
                scale = 1.0 if line.parent else size
            spans += [line.energy_eV, line.fwhm_eV, own]
            scales += [1.0, 1.0, scale]
            self.pulled += [True, True, bool(line.area is not None)]
        names = [f"{line.name}.{word}" for line in lines for word in NUMBERS]
        where = {name: k for k, name in enumerate(names)}
        self.link: dict[int, tuple[float, int]] = {}
        for name, link in links.items():
            for word in (name, link.of):
                if word not in where:
                    raise InputError(f"There is no number '{word}' in this fit.{did_you_mean(word, names)}")
            if link.of in links or link.of == name:
                raise InputError(f"'{name}' is tied to '{link.of}', which is itself tied: tie it to one that is not.")
            k = where[name]
            self.link[k] = (link.factor, where[link.of])
            # what is left free of a tied number is its ratio to what it is tied to
            spans[k] = link.slack or Span(1.0, 1.0, 1.0)
            scales[k], self.pulled[k] = 1.0, True
        self.free = [k for k, span in enumerate(spans) if not span.held]
        self.spans = spans
        chosen = [spans[k] for k in self.free]
        self.fixed = np.array([span.value for span in spans])
        self.start = np.array([span.value for span in chosen])
        self.low, self.high = (np.array([getattr(span, end) for span in chosen]) for end in ("low", "high"))
        # a start that stands on a limit cannot move away from it
        wide = np.where(np.isfinite(self.high), self.high - self.low, np.maximum(np.abs(self.start), 1e-12))
        self.start = np.clip(self.start, self.low + 1e-6 * wide, self.high - 1e-6 * wide)
        self.scale = np.array([scales[k] for k in self.free])
        self.widths = np.array([spans[k].sd if self.pulled[k] else np.inf for k in self.free])
        self.origin = ["positions and widths"] * len(self.free)
        kin = [self._kin(lines, k) if mixable(line) and mixing_sd > 0.0 else None for k, line in enumerate(lines)]
        self.kins = list(dict.fromkeys(one for one in kin if one is not None))
        self.of_kin = np.array([-1 if one is None else self.kins.index(one) for one in kin])
        self.roots = np.array([not line.parent for line in lines])
        common = [("energy axis", axis_sd, 4.0 * axis_sd)] if axis_sd > 0.0 else []
        common += [("line shape", mixing_sd, 0.3)] * len(self.kins)
        self.axis = axis_sd > 0.0
        for origin, sd, reach in common:
            self.origin.append(origin)
            self.start, self.scale = np.append(self.start, 0.0), np.append(self.scale, 1.0)
            self.low, self.high = np.append(self.low, -reach), np.append(self.high, reach)
            self.widths = np.append(self.widths, sd)
        self.middle = np.concatenate([np.array([spans[k].value for k in self.free]), np.zeros(len(common))])
        self.step = STEP * self.scale
        # areas that stand on no other: everything is linear in them
        self.areas = np.array([n for n, k in enumerate(self.free) if k % 3 == 2 and not self.ratio[k // 3]], int)

    def _kin(self, lines: Sequence[Line], k: int) -> tuple[str, int, tuple[float, ...]]:
        """What a line shares its shape with: those of its level on the same first line, and of one mixture."""
        first = k
        while self.parents[first] >= 0:
            first = self.parents[first]
        return lines[k].level, first, lines[k].values

    @property
    def pulls(self) -> Array:
        """d(pull)/d(free), shape (free, free)."""
        return np.diag(1.0 / self.widths)

    def pull(self, free: Array) -> Array:
        """How far every number is from the middle of what it may be, in standard deviations of that range."""
        return np.asarray((free - self.middle) / self.widths)

    def lines(self, free: Array) -> Array:
        """Energy (eV), width (eV), area and further mixing of every line, shape (lines, 4).

        What hangs on a parent follows it.
        """
        own = len(self.free)
        raw = self.fixed.copy()
        raw[self.free] = free[:own]
        for k, (factor, other) in self.link.items():
            raw[k] *= factor * raw[other]
        found = np.column_stack([raw.reshape(-1, 3), np.zeros(len(self.parents))])
        if self.axis:
            found[self.roots, 0] += free[own]
        if self.kins:
            mixing = np.append(free[own + self.axis :], 0.0)
            found[:, 3] = mixing[self.of_kin]
        for k, parent in enumerate(self.parents):
            if parent >= 0:
                found[k, 0] += found[parent, 0]
                found[k, 1] *= found[parent, 1]
                if self.ratio[k]:
                    found[k, 2] *= found[parent, 2]
        return found

    def derivatives(self, free: Array) -> Array:
        """d(energy, width, area, mixing of each line)/d(free), shape (lines, 4, free)."""
        centre = self.lines(free)
        found = np.empty((*centre.shape, free.size))
        for k in range(free.size):
            moved = free.copy()
            moved[k] += self.step[k]
            found[..., k] = (self.lines(moved) - centre) / self.step[k]
        return found

    def at_limit(self, free: Array) -> list[bool]:
        """Whether each free number stands at a limit of its range; an area at zero does not count."""
        span = np.where(np.isfinite(self.high), self.high - self.low, 0.0)
        near = NEAR * span
        return list((span > 0.0) & ((free - self.low < near) | (self.high - free < near)))

    def held(self, limited: Sequence[bool]) -> list[list[str]]:
        """Of each line what stands at a limit."""
        found: list[list[str]] = [[] for _ in self.parents]
        for k, at in zip(self.free, limited, strict=False):
            if at:
                found[k // 3].append(NUMBERS[k % 3])
        return found


def mixable(line: Line) -> bool:
    """Whether the shape of a line is a mixture of Gaussian and Lorentzian."""
    return line.shape in ("gl-sum", "gl-product", "voigt") and len(line.values) == 1
