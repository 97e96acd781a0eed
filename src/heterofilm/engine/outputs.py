"""The error of what a step is looked at for: the current of a hold, the rate of a rest that ends by it.

Both die out while the state hardly moves: an error that is nothing in a filling or in volts may be all of them.
"""

from __future__ import annotations

from .bdf import formula
from .events import CURRENT_BELOW, SLOPE_BELOW, voltage_rate
from .jit import kernel
from .voltage import current, voltage, voltage_gradient

RELATIVE = 3.0  # times the tolerance: local error of the current, or of the rate, over itself
FAINT = 1e-7  # of the current at the start of a hold, which may be that of its double layers: smaller ones are none


@kernel
def output_error(new, h, V, largest, dV, taken, trail, control, kinds, values, model, lay):
    """Local error over ``RELATIVE`` and the size of what is looked at, or the limit on it; 0 in any other step.

    ``V`` is the voltage before the step and ``dV`` its change in the one before, ``largest`` the current at its start.
    """
    worst = 0.0
    if control.by_V != 0.0 and control.slope == 0.0:
        size = max(abs(current(new, model, lay)), FAINT * largest)
        for e in range(kinds.size):
            if kinds[e] == CURRENT_BELOW:
                size = max(size, values[e])
        if size > 0.0:
            worst = abs(trail.error[lay.i]) / size
    for e in range(kinds.size):
        if kinds[e] == SLOPE_BELOW:
            voltage_gradient(new, model, lay, trail.b)
            missed = 0.0
            for k in range(lay.size):
                missed += trail.b[k] * trail.error[k]
            g, _ = formula(h, taken, trail.lengths)
            rate = voltage_rate(V, voltage(new, model, lay), h, taken, trail.lengths, dV)
            worst = max(worst, abs(g * missed) / max(abs(rate), values[e]))
    return worst / RELATIVE
