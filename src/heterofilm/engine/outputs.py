"""The error of what a step is looked at for: the current of a hold, the rate of a rest that ends by it.

Both die out while the state hardly moves: an error that is nothing in a filling or in volts may be all of them.
"""

from __future__ import annotations

from ..constants import F
from .bdf import formula
from .events import CURRENT_BELOW, SLOPE_BELOW, voltage_rate
from .jit import kernel
from .voltage import current, voltage, voltage_gradient

RELATIVE = 3.0  # times the tolerance: local error of the current, or of the rate, over itself
FAINT = 1e-6  # of the charge of the film, in the time since the step began: a current that brings no more is none
STILL = 1e-7  # V: what a rest moves by no further
OFTEN = 0.02  # of the time since the step began: what dies out has no use of shorter steps, and round-off none at all


@kernel
def output_error(new, t, h, V, dV, taken, trail, control, kinds, values, model, lay):
    """Local error over ``RELATIVE`` and the size of what is looked at, or the limit on it; 0 in any other step.

    ``V`` is the voltage before the step that goes from ``t`` to ``t + h``, ``dV`` its change in the one before.
    """
    if h < OFTEN * t:
        return 0.0
    worst = 0.0
    if control.by_V != 0.0 and control.by_P == 0.0 and control.slope == 0.0:
        size = max(abs(current(new, model, lay)), FAINT * held(model, lay) / (t + h))
        for e in range(kinds.size):
            if kinds[e] == CURRENT_BELOW:
                size = max(size, values[e])
        worst = abs(trail.error[lay.i]) / size
    for e in range(kinds.size):
        if kinds[e] == SLOPE_BELOW:
            voltage_gradient(new, model, lay, trail.b)
            missed = 0.0
            for k in range(lay.size):
                missed += trail.b[k] * trail.error[k]
            g, _ = formula(h, taken, trail.lengths)
            rate = voltage_rate(V, voltage(new, model, lay), h, taken, trail.lengths, dV)
            worst = max(worst, abs(g * missed) / max(abs(rate), values[e], STILL / (t + h)))
    return worst / RELATIVE


@kernel
def held(model, lay):
    """Charge of the film, full (A s/m2)."""
    film = model.film
    full = film.c_m * model.matrix.theta_full
    if lay.shells > 0:
        full += film.c_d * model.domain.theta_full
    return F * film.L * full
