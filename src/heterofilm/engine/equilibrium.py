"""States at rest: a film at one potential, and the potential of a film with a given charge."""

from __future__ import annotations

import numpy as np

from .jit import allocating_kernel, kernel
from .msmr import filling
from .state import History


@allocating_kernel
def rest_state(U, h, n, model, lay):
    """State vector and hysteresis of a cell at rest at potential ``U`` (V).

    ``h`` is the hysteresis state everywhere (+1 lithiated, -1 delithiated, 0 pristine), ``n`` the
    nucleated share.
    """
    N = lay.nodes
    y = np.zeros(lay.size)
    history = History(np.zeros((3, N)), np.zeros((3, N)))
    fill(y[lay.theta_m : lay.U_m], y[lay.U_m : lay.n_m], y[lay.n_m : lay.y_e], U, h, n, model.matrix, history.m)
    if lay.shells > 0:
        fill(y[: lay.U_d], y[lay.U_d : lay.q], y[lay.n_d : lay.theta_m], U, h, n, model.domain, history.d)
    y[lay.y_e : lay.y_e + lay.nodes_e] = 1.0
    y[lay.v] = U
    return y, history


@kernel
def fill(theta_block, U_block, n_block, U, h, n, phase, history):
    """One phase at rest at potential U; an empty ``n_block`` means that nothing nucleates."""
    share = n if n_block.size > 0 else 1.0
    theta, _, _, _ = filling(U, h, share, phase.couples, phase.b, phase.U_ref)
    theta_block[:] = theta
    U_block[:] = U
    n_block[:] = share
    history[0] = theta / phase.theta_full
    history[1] = h
    history[2] = 1.0
