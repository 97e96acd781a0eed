"""Steps of a protocol, one after the other in one call: what of the engine is called from outside to move time on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .balance import stored, stored_below
from .depth import DEPTHS, deepen
from .integrate import UNDELIVERED, Settings, integrate_step
from .jit import allocating_kernel
from .parameters import NO_AGEING, Ageing, Model
from .state import History, Layout
from .voltage import Control, control_in, voltage
from .workspace import workspace

Array = NDArray[np.float64]

# what a step of a programme gave
STATUS, DURATION, CHARGE, ENERGY, VOLTAGE, MISSED, LEAKED, RESULTS = range(8)
# what it took: Newton iterations, steps accepted, rejected for error, not converged
ITERATIONS, ACCEPTED, REJECTED, UNCONVERGED, EFFORT = range(5)

NO_DEPTHS = np.zeros((0, DEPTHS))


class Programme(NamedTuple):
    """Control equations (steps, 5) and the limits ``first[s]`` to ``first[s + 1]`` of step s."""

    controls: Array
    first: NDArray[np.int64]
    kinds: NDArray[np.int64]
    values: Array


class Series(NamedTuple):
    """Recorded points: t (s), V, i (A/m2), Q (A s/m2) and, if kept, the states."""

    points: Array  # (n, 4)
    states: Array  # (n, size + nodes) rows [y | h_m | h_d | h_a], or (0, ...)
    missed: float = 0.0  # A s/m2, lithium of a film that is not accounted for by the charge, the worse of two
    leaked: float = 0.0  # A s/m2, charge of ions that the cycler did not see
    warmth: Array | None = (
        None  # (n, 4) of a cell that warms: T (K), irreversible and reversible heat (W/m2), T of its rates
    )


def integrate(
    y: Array, history: History, control: Control, kinds: NDArray[np.int64], values: Array, model: Model, lay: Layout,
    settings: Settings,
) -> tuple[int, Series, NDArray[np.int64]]:  # fmt: skip
    """Run one protocol step; ``y`` and ``history`` end in the state at its end.

    Returns ``(status, series, effort)``: the index of the limit that ended it or a negative status,
    and (Newton iterations, steps accepted, steps rejected for error, steps not converged).
    """
    controls, first = np.array([control.row]), np.array([0, kinds.size])
    kinds, values = np.ascontiguousarray(kinds, np.int64), np.ascontiguousarray(values, np.float64)
    results, effort = np.zeros((1, RESULTS)), np.zeros(EFFORT, np.int64)
    with workspace(lay) as arrays:
        _, points, states = run_steps(
            y, history, NO_DEPTHS, controls, first, kinds, values, model, lay, NO_AGEING, settings, arrays, results,
            effort,
        )  # fmt: skip
    series = Series(points, states, float(results[0, MISSED]), float(results[0, LEAKED]))
    return int(results[0, STATUS]), series, effort


def run_programme(
    y: Array, history: History, depths: Array, programme: Programme, model: Model, lay: Layout, ageing: Ageing,
    settings: Settings, results: Array,
) -> int:  # fmt: skip
    """Run the steps of a programme; ``results`` (steps, RESULTS), ``depths`` the deepest state of its discharges.

    Returns the number of steps done: fewer than there are where one could not be integrated or met none of its
    limits but the last, which ends hopeless ones.
    """
    with workspace(lay) as arrays:
        done, _, _ = run_steps(
            y, history, depths, programme.controls, programme.first, programme.kinds, programme.values, model, lay,
            ageing, settings, arrays, results, np.zeros(EFFORT, np.int64),
        )  # fmt: skip
    return int(done)


@allocating_kernel
def run_steps(
    y, history, depths, controls, first, kinds, values, model, lay, ageing, settings, workspace, results, effort
):  # fmt: skip
    """The steps of a programme, as :func:`run_programme`; returns (steps done, points and states of the last).

    Without rows in ``depths`` nobody asks how deep they went.
    """
    points = np.empty((0, 4))
    states = np.empty((0, 4))
    steps = controls.shape[0]
    for s in range(steps):
        a = first[s]
        b = first[s + 1]
        before = stored(y, model, lay)
        before_a = stored_below(y, model, lay)
        status, ions, points, states = integrate_step(
            y, history, control_in(controls, s), kinds[a:b], values[a:b], model, lay,
            settings, workspace, effort,
        )  # fmt: skip
        last = points.shape[0] - 1
        energy = 0.0
        for p in range(last):
            energy += 0.5 * (points[p + 1, 1] + points[p, 1]) * (points[p + 1, 3] - points[p, 3])
        results[s, STATUS] = status
        results[s, DURATION] = points[last, 0]
        results[s, CHARGE] = points[last, 3]
        results[s, ENERGY] = energy
        results[s, VOLTAGE] = voltage(y, model, lay)
        missed = stored(y, model, lay) - before - ions
        missed_a = stored_below(y, model, lay) - before_a + ions if lay.nodes_a > 0 else 0.0
        results[s, MISSED] = missed if abs(missed) >= abs(missed_a) else missed_a
        results[s, LEAKED] = ions - points[last, 3]
        if (status < 0 and status != UNDELIVERED) or status == b - a - 1:
            return s, points, states
        if points[last, 3] > 0.0 and depths.size > 0:
            deepen(y, history, model, lay, ageing, depths)
    return steps, points, states
