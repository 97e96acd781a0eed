"""How far a cell is from measured data, with its exact derivatives by the values that are looked for.

    S(u) = sum over data of ((model(u) - measured)/sigma)^2 + sum over priors of ((u - u_p)/sigma_p)^2

Every step is compared at the times of its rows, counted from its start. A model that has run empty (or full) before a
row was measured stands at its last voltage there, so S has no jumps where it does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..cell import Cell
from ..cell.slopes import followed
from ..engine.follow import CURRENT, TIME, VOLTAGE
from ..errors import HeterofilmError
from ..simulation.followed import Followed
from ..simulation.sensitivities import run_followed
from .measured import Measured, Step
from .search import FAR
from .unknown import Unknown

__all__ = ["Compared", "Likelihood"]

Array = NDArray[np.float64]
GUESS = {"voltage": 1e-3, "current": 1e-2, "impedance": 1e-2}  # noise before it is known: V, of the largest, of |Z|


@dataclass(frozen=True)
class Compared:
    """One step of the data beside the model: at ``at`` (s, or Hz), ``measured``, ``model``, off in units of sigma."""

    data: str
    step: Step
    model: NDArray[Any]
    residual: Array


class Likelihood:
    """S of some data by scaled unknowns; what was evaluated last is kept."""

    def __init__(self, cell: Cell, data: Sequence[Measured], unknowns: Sequence[Unknown], rtol: float) -> None:
        self.cell, self.data, self.unknowns, self.rtol = cell, tuple(data), tuple(unknowns), rtol
        self.noise = {
            (k, step.what): one.noise.get(step.what, GUESS[step.what])
            for k, one in enumerate(data)
            for step in one.steps
        }
        self.evaluations = 0
        self.last: tuple[Array, Array, Array, tuple[Compared, ...]] | None = None
        self.failure = ""

    @property
    def free_noise(self) -> list[tuple[int, str]]:
        """Which noises the misfit tells, since nothing states them."""
        return [key for key in self.noise if key[1] not in self.data[key[0]].noise]

    def values(self, u: Array) -> dict[str, float]:
        """Numbers by path, in the units of the entries."""
        return {
            path: one.parameter.number(float(x)) for one, x in zip(self.unknowns, u, strict=True)
            for path in one.parameter.paths
        }  # fmt: skip

    def at(self, u: Array) -> Cell:
        """The cell with these values."""
        return self.cell.replace(self.values(u))

    def __call__(self, u: Array) -> tuple[Array, Array, tuple[Compared, ...]]:
        """Residuals, their slopes (residuals, unknowns), and the data beside the model."""
        if self.last is not None and np.array_equal(self.last[0], u):
            return self.last[1:]
        self.evaluations += 1
        values = self.values(u)
        paths = list(values)
        chain = np.zeros((len(paths), len(self.unknowns)))
        k = 0
        for j, unknown in enumerate(self.unknowns):
            p = unknown.parameter
            for path in p.paths:
                chain[k, j] = p.half * (values[path] if p.log else 1.0)
                k += 1
        residuals, slopes, compared = list[Array](), list[Array](), list[Compared]()
        try:
            cell = self.cell.replace(values)
            cells = [followed(cell, path) for path in paths]
            for k, one in enumerate(self.data):
                run = run_followed(
                    cell, one.protocol, paths, one.times, self.rtol, one.start, one.ageing, partial=True, cells=cells
                )
                by_number = {found.step: found for found in run}
                for step in one.steps:
                    model, by = _seen(by_number.get(step.number), step, len(paths))
                    off, off_by = _off(step, model, by, self.noise[k, step.what])
                    residuals.append(off)
                    slopes.append(off_by @ chain)
                    compared.append(Compared(one.name, step, model, off))
        except HeterofilmError as error:
            self.failure = str(error)
            count = sum(
                step.at.size * (2 if step.what == "impedance" else 1) for one in self.data for step in one.steps
            )
            residuals, slopes = [np.full(count, FAR)], [np.zeros((count, len(self.unknowns)))]
            compared = []
        for j, unknown in enumerate(self.unknowns):
            if unknown.prior is not None:
                residuals.append(np.array([(u[j] - unknown.prior[0]) / unknown.prior[1]]))
                slopes.append(np.eye(1, len(self.unknowns), j) / unknown.prior[1])
        self.last = u.copy(), np.concatenate(residuals), np.concatenate(slopes), tuple(compared)
        return self.last[1:]

    def renew_noise(self, compared: Sequence[Compared]) -> float:
        """Noise that nothing states, from the misfit; returns by how much one changed (ln)."""
        moved = 0.0
        names = {id(step): k for k, one in enumerate(self.data) for step in one.steps}
        for key in self.free_noise:
            off = [c.residual for c in compared if names[id(c.step)] == key[0] and c.step.what == key[1]]
            if off:
                scale = max(float(np.sqrt(np.mean(np.concatenate(off) ** 2))), 1e-6)
                self.noise[key] *= scale
                moved = max(moved, abs(np.log(scale)))
        self.last = None
        return moved


def _seen(found: Followed | None, step: Step, count: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """What the model gives for a step, and its slopes by the followed values."""
    n = step.at.size
    if step.what == "impedance":
        if found is None or found.impedance is None:
            return np.zeros(n, complex), np.zeros((n, count), complex)
        order = np.argsort(step.at, kind="stable")
        Z, Z_by = np.empty(n, complex), np.empty((n, count), complex)
        Z[order], Z_by[order] = found.impedance, found.impedance_slopes  # asked in the order of their frequencies
        return Z, Z_by
    if found is None:
        return np.zeros(n), np.zeros((n, count))
    column = CURRENT if step.what == "current" else VOLTAGE
    model, by = np.empty(n), np.empty((n, count))
    known = len(found.asked)
    order = np.argsort(step.at, kind="stable")
    model[order[:known]] = found.asked[:, column]
    by[order[:known]] = found.asked_slopes[:, column]
    last, last_by = found.points[-1, column], found.slopes[-1, column].copy()
    if found.points[-1, TIME] == 0.0:
        last_by[:] = 0.0
    model[order[known:]], by[order[known:]] = last, last_by
    return model, by


def _off(step: Step, model: NDArray[Any], by: NDArray[Any], noise: float) -> tuple[Array, Array]:
    """Model less measured in units of the noise."""
    off = model - step.values
    if step.what == "impedance":
        scale = 1.0 / (noise * np.abs(step.values))
        return (
            np.concatenate([off.real * scale, off.imag * scale]),
            np.concatenate([by.real * scale[:, None], by.imag * scale[:, None]]),
        )
    sigma = noise * float(np.abs(step.values).max()) if step.what == "current" else noise
    return off / sigma, by / sigma
