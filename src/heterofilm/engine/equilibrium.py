"""States at rest: a film at one potential, and the potential of a film with a given charge."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .jit import kernel
from .msmr import settled_share
from .open_circuit import filling
from .parameters import Model
from .state import History, Layout, new_history
from .structs import zeros


def rest_state(
    U: float, h: float, n: float, model: Model, lay: Layout, U_a: float = 0.0
) -> tuple[NDArray[np.float64], History]:
    """State vector and hysteresis of a cell at rest, its cathode at potential ``U`` (V), a film of its anode at
    ``U_a``.

    ``h`` is the hysteresis state everywhere (+1 lithiated, -1 delithiated, 0 pristine; of the anode the other way),
    ``n`` the nucleated share that it came from: at rest nuclei are all there or none are (``msmr.settled_share``).
    """
    y = zeros(lay.size)
    history = new_history(lay)
    rest(y, history, float(U), float(h), float(n), float(U_a), model, lay)
    return y, history


@kernel
def rest(y, history, U, h, n, U_a, model, lay):
    """Fill in a state at rest."""
    m = model.matrix
    fill(y[lay.theta_m : lay.U_m], y[lay.U_m : lay.n_m], y[lay.n_m : lay.y_e], U, h, n, m, history.m)
    if lay.shells > 0:
        fill(y[: lay.U_d], y[lay.U_d : lay.q], y[lay.n_d : lay.theta_m], U, h, n, model.domain, history.d)
    y[lay.y_e : lay.y_e + lay.nodes_e] = 1.0
    y[lay.v] = U
    if lay.nodes_a > 0:
        fill(y[lay.theta_a : lay.U_a], y[lay.U_a : lay.v_a], y[:0], U_a, -h, 1.0, model.negative.phase, history.a)
        y[lay.v_a] = U_a


@kernel
def fill(theta_block, U_block, n_block, U, h, n, phase, history):
    """One phase at rest at potential U; an empty ``n_block`` means that nothing nucleates."""
    share = settled_share(U, h, n, phase.couples, phase.s_0)
    theta, _, _, _ = filling(U, h, share, phase)
    theta_block[:] = theta
    U_block[:] = U
    n_block[:] = share
    history[0] = theta / phase.theta_full
    history[1] = h
    history[2] = 1.0
