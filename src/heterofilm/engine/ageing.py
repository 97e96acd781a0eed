"""Ageing from cycle to cycle: how deep the film was lithiated decides what it loses.

``docs/equations.md`` section 9. A phase loses capacity as material that no longer takes part, with the Li
in it: its active sites shrink by ``f``, its thermodynamics stay. Per cycle, with the deepest state of the
discharge,

    -d ln f/dN = k_c z^m + k_x <(x - 1)+> + k_s (dx)^2 + k_diss

z: share of the phase's last couple that has reacted, mean over the phase (Paris' law of fatigue, the strain
of a film on its substrate taken as z); x: Li per formula unit; dx: its difference between surface and
collector. Activation: a gain g is reached as 1 + (g - 1)(1 - exp(-N/N_a)). The charge-transfer resistance
between electrolyte and film, RT/(F i0), grows as 1 + k_R N: what impedance shows of an interface that ages.
"""

from __future__ import annotations

import cmath
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .depth import OVER, SPREAD, Z
from .integrate import Settings
from .parameters import Ageing, Model, Wear
from .programme import CHARGE, Programme, run_programme
from .state import History, Layout

Array = NDArray[np.float64]

LEAST = 1e-6  # active share of a phase that is kept: the exchange per site of a phase that is gone has no bounds

# health of a cell: active shares of matrix and domains, cycles done
ACTIVE_M, ACTIVE_D, CYCLES, HEALTH = range(4)


def aged(model: Model, health: Array, ageing: Ageing) -> Model:
    """The model after the cycles that ``health`` has seen; of a fresh cell the model itself."""
    if health[CYCLES] == 0.0 and health[ACTIVE_M] == 1.0 == health[ACTIVE_D]:
        return model
    reached = 1.0 - _exp(-health[CYCLES] / ageing.N_a)
    i0 = 1.0 + (ageing.i0_gain - 1.0) * reached
    flow = 1.0 + (ageing.transport_gain - 1.0) * reached
    f, c = model.film, model.cathode
    film = f.replace(
        link=f.link * flow,
        tau=f.tau * flow,
        c_m=f.c_m * max(health[ACTIVE_M], LEAST, key=_real),
        c_d=f.c_d * max(health[ACTIVE_D], LEAST, key=_real),
        i0_h=f.i0_h * i0,
    )
    return model.replace(film=film, cathode=c.replace(i0=c.i0 * i0 / (1.0 + ageing.k_R * health[CYCLES])))


def active_share(model: Model, health: Array) -> float:
    """The share of the film's sites that still takes part."""
    c_m, c_d = model.film.c_m, model.film.c_d if model.film.r.size else 0.0
    return float((c_m * health[ACTIVE_M] + c_d * health[ACTIVE_D]) / (c_m + c_d))


def wear(health: Array, depths: Array, ageing: Ageing) -> None:
    """One cycle more, after which the next is measured from nothing."""
    health[ACTIVE_M] *= _exp(-loss(depths[0], ageing.matrix) - ageing.k_diss)
    health[ACTIVE_D] *= _exp(-loss(depths[1], ageing.domain) - ageing.k_diss)
    health[CYCLES] += 1.0
    depths[:] = 0.0


def loss(depth: Array, w: Wear) -> float:
    """-d ln f/dN of one phase by its own mechanisms."""
    z = max(depth[Z].item(), 0.0, key=_real)
    return w.k_c * z**w.m + w.k_x * depth[OVER].item() + w.k_s * depth[SPREAD].item() ** 2  # type: ignore[no-any-return]


def _exp(x: Any) -> Any:
    """e^x, also of a complex number, which carries a derivative."""
    return cmath.exp(x) if isinstance(x, complex) else math.exp(x)


def _real(x: Any) -> float:
    return float(x.real)


def run_cycle(
    y: Array, history: History, health: Array, depths: Array, programme: Programme, model: Model, lay: Layout,
    ageing: Ageing, settings: Settings, results: Array,
) -> int:  # fmt: skip
    """Run the steps of one cycle on the aged model; ``results`` (steps, RESULTS).

    A cycle that discharged and then charged wears the cell. Returns the number of steps done: fewer than
    there are where one could not be integrated or met none of its limits but the last, which ends hopeless ones.
    """
    now = aged(model, health, ageing)
    done = run_programme(y, history, depths, programme, now, lay, ageing, settings, results)
    if done == len(results) and results[:, CHARGE].min() < 0.0 and depths.max() > 0.0:
        wear(health, depths, ageing)
    return done
