"""Many cells through the same steps in one call: between two of them nothing waits for Python, or for its lock.

A discharge takes a tenth of a millisecond, and what Python does around one twice as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .depth import DEPTHS
from .equilibrium import rest
from .integrate import Settings
from .jit import allocating_kernel, kernel
from .parameters import Ageing, Model
from .programme import EFFORT, RESULTS, Programme, run_steps
from .state import Layout, new_history
from .struct_types import at_address
from .structs import zeros
from .workspace import workspace

Array = NDArray[np.float64]

NOWHERE = -1  # in place of a step: of none is the curve kept
TIME, VOLTS, PASSED, CURVE = range(4)  # columns of a curve: t (s) from the start of the step, V, Q (A s/m2)

model_at, ageing_at = at_address(Model), at_address(Ageing)


class Passed(NamedTuple):
    """What became of every cell."""

    done: NDArray[np.int64]  # (cells,) steps done: fewer than there are where one could not be integrated
    results: Array  # (cells, steps, RESULTS)
    depths: Array  # (cells, 2, DEPTHS)
    curves: Array  # (cells, points, CURVE) of the chosen step, nan where it was not reached


def run_together(
    models: Sequence[Model], ageings: Sequence[Ageing], starts: Array, programmes: Sequence[Programme], lay: Layout,
    settings: Settings, curve: int = NOWHERE, points: int = 0,
) -> Passed:  # fmt: skip
    """Fresh cells of one layout, at rest at the potentials ``starts`` (V), each through its programme of as many steps.

    Of the step ``curve`` (from 0) so many ``points``, even in time, are kept.
    """
    cells, steps = len(models), len(programmes[0].controls)
    kinds = np.concatenate([one.kinds for one in programmes]).astype(np.int64)
    values = np.concatenate([one.values for one in programmes]).astype(np.float64)
    offsets = np.cumsum([0] + [one.kinds.size for one in programmes])[:-1]
    first = np.stack([one.first + offset for one, offset in zip(programmes, offsets, strict=True)]).astype(np.int64)
    controls = np.concatenate([one.controls for one in programmes]).reshape(cells * steps, -1)
    found = Passed(
        np.zeros(cells, np.int64), np.zeros((cells, steps, RESULTS)), np.zeros((cells, 2, DEPTHS)),
        np.full((cells, points, CURVE), np.nan),
    )  # fmt: skip
    with workspace(lay) as arrays:
        run_cells(
            np.array([one.address for one in models], np.int64), np.array([one.address for one in ageings], np.int64),
            np.ascontiguousarray(starts), zeros(lay.size), new_history(lay), controls, first, kinds, values, lay,
            settings, arrays, curve, *found, np.zeros(EFFORT, np.int64),
        )  # fmt: skip
    return found


@allocating_kernel
def run_cells(
    models, ageings, starts, y, history, controls, first, kinds, values, lay, settings, workspace, curve, done,
    results, depths, curves, effort,
):  # fmt: skip
    """:func:`run_together`; ``y`` and ``history`` are those of one cell after the other."""
    steps = first.shape[1] - 1
    for c in range(models.size):
        model = model_at(models, c)
        ageing = ageing_at(ageings, c)
        y[:] = 0.0
        rest(y, history, starts[c], 0.0, 0.0, 0.0, model, lay)
        for s in range(steps):
            row = c * steps + s
            passed, points, _ = run_steps(
                y, history, depths[c], controls[row : row + 1], first[c, s : s + 2], kinds, values, model, lay, ageing,
                settings, workspace, results[c, s : s + 1], effort,
            )  # fmt: skip
            if s == curve:
                sample(points, curves[c])
            done[c] += passed
            if passed == 0:
                break


@kernel
def sample(points, curve):
    """Points even in time, between those recorded on straight lines."""
    last = points.shape[0] - 1
    count = curve.shape[0]
    k = 0
    for p in range(count):
        t = points[last, 0] * p / (count - 1) if p < count - 1 else points[last, 0]
        while k < last - 1 and points[k + 1, 0] < t:
            k += 1
        after = min(k + 1, last)
        span = points[after, 0] - points[k, 0]
        share = (t - points[k, 0]) / span if span > 0.0 else 1.0
        curve[p, TIME] = t
        curve[p, VOLTS] = points[k, 1] + share * (points[after, 1] - points[k, 1])
        curve[p, PASSED] = points[k, 3] + share * (points[after, 3] - points[k, 3])
