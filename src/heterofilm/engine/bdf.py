"""One step of BDF2 with variable step length for ``M y' = f(y, t)`` with a singular, diagonal M.

    y'(t + h) ~ g (new - y) - c (y - before),   r = h / h_before,
    g = (1 + 2 r) / ((1 + r) h),   c = r^2 / ((1 + r) h)

the slope at the end of the parabola through the last three states: order 2, L-stable, and one system of
equations to solve per step. The first two steps after a restart are those of order 1 (g = 1/h, c = 0).
The error is estimated from the distance to the parabola through the three states before ``new``.

Where lithiation fronts pass nodes a solution has kinks, and what counts is how cheaply a step is made, not
its order: ESDIRK3(2)4L[2]SA, which solves three systems per step, needs twice the Newton iterations at a
tolerance of 1e-2 and as many at 1e-3.
"""

from __future__ import annotations

import numpy as np

from .jit import kernel
from .linear import is_bordered
from .newton import newton
from .nuclei import expect, growths, judge
from .state import Layout
from .structs import Matrix, Struct, Vector, zeros

STRIDE = 0.05  # V: how far potentials are extrapolated at most
STEEPEST = 3.0  # times its chord: a slope with which a cubic goes no further than its ends (Fritsch and Carlson 1980)
SLIGHT = 1e-3  # V, or fillings: what a state may bulge between its ends all the same


class Trail(Struct):
    """States behind the present one, and the arrays a step works on."""

    before: Matrix  # (2, size) the last state before the present one, and the one before that
    lengths: Vector  # (2,) steps (s) from there to the present state
    slopes: Matrix  # (2, size) dy/dt at the start and at the end of the step (differential rows)
    known: Vector  # c (y - before)
    error: Vector  # local error of the step
    growth: Vector  # what ln(n + n_0) of nucleated shares was expected to move by
    b: Vector
    ends: Matrix  # (2, size) solutions on both sides of a limit
    new: Vector  # the state a step ends in
    mid: Vector  # a state on the way there


def new_trail(lay: Layout) -> Trail:
    """Nothing behind."""
    size = lay.size
    return Trail(
        before=zeros(2, size),
        lengths=np.ones(2),
        slopes=zeros(2, size),
        known=zeros(size),
        error=zeros(size),
        growth=zeros(size),
        b=zeros(size),
        ends=zeros(2, size),
        new=zeros(size),
        mid=zeros(size),
    )


@kernel
def restart(trail, factors):
    """Nothing behind, and nothing factored, whatever was done before."""
    trail.before[:] = 0.0
    trail.slopes[:] = 0.0
    trail.lengths[:] = 1.0
    factors.made_for[:] = 0.0


@kernel
def formula(h, taken, lengths):
    """(g, c) of a step of length ``h`` after ``taken`` steps."""
    if taken < 2:
        return 1.0 / h, 0.0
    r = h / lengths[0]
    return (1.0 + 2.0 * r) / ((1.0 + r) * h), r * r / ((1.0 + r) * h)


@kernel
def predict(y, new, h, taken, trail, control, model, lay):
    """Guess ``new``; put what counts of the past into ``trail.known``, the parabola into ``trail.error``."""
    _, c = formula(h, taken, trail.lengths)
    one, two = trail.before[0], trail.before[1]
    known, parabola = trail.known, trail.error
    h_1, h_2 = trail.lengths[0], trail.lengths[1]
    along = h / h_1 if taken > 0 else 0.0
    tangent = h if taken == 0 else 0.0
    bend = h * (h + h_1) / (h_1 + h_2) if taken > 1 else 0.0
    for k in range(lay.size):
        last = y[k] - one[k]
        known[k] = c * last
        new[k] = y[k] + along * last + tangent * trail.slopes[0, k]
        parabola[k] = new[k] + bend * (last / h_1 - (one[k] - two[k]) / h_2)
    expect(y, new, c, along, tangent, bend, trail, model, lay)
    # a potential on its way between two plateaus stops at the next: no extrapolation sees that
    approach(y, new, lay.U_d, lay.q)
    approach(y, new, lay.U_m, lay.n_m)
    approach(y, new, lay.v, lay.v + 1)
    if lay.nodes_a > 0:
        approach(y, new, lay.U_a, lay.v_a + 1)
    if not is_bordered(control, model):
        new[lay.i] = y[lay.i]  # given, so Newton leaves it alone: extrapolating it would let round-off grow


@kernel
def step(y, new, t, h, taken, trail, tolerance, control, model, lay, history, work, factors):
    """Advance from ``y`` by ``h`` into ``new``.

    Leaves the local error in ``trail.error`` and the new slope in ``trail.slopes[1]``. Returns the number of
    Newton iterations, negative where they did not converge.
    """
    predict(y, new, h, taken, trail, control, model, lay)
    g, _ = formula(h, taken, trail.lengths)
    done = newton(y, new, trail.known, g, t + h, tolerance, control, model, lay, history, work, factors, trail.b)
    share = error_share(h, taken, trail.lengths)
    for k in range(lay.size):
        moved = new[k] - y[k]
        error = share * (new[k] - trail.error[k])
        trail.slopes[1, k] = g * moved - trail.known[k]
        # the exchange at the start may be one that dies out at once: it leaves no more than it moved
        first = taken == 0 and k < lay.v_a
        trail.error[k] = min(max(error, -abs(moved)), abs(moved)) if first else error
    judge(y, new, g, share, taken == 0, trail, model, lay)
    return done


@kernel
def step_again(y, new, t, h, taken, trail, s, tolerance, control, model, lay, history, work, factors):
    """As :func:`step`, from the guess that lies at the fraction ``s`` between the solutions ``trail.ends``."""
    g, c = formula(h, taken, trail.lengths)
    low, high = trail.ends[0], trail.ends[1]
    for k in range(lay.size):
        trail.known[k] = c * (y[k] - trail.before[0, k])
        new[k] = low[k] + s * (high[k] - low[k])
    growths(y, trail.before[0], c, model, lay, trail.known)
    done = newton(y, new, trail.known, g, t + h, tolerance, control, model, lay, history, work, factors, trail.b)
    for k in range(lay.size):
        trail.slopes[1, k] = g * (new[k] - y[k]) - trail.known[k]
    judge(y, new, g, 0.0, False, trail, model, lay)
    return done


@kernel
def error_share(h, taken, lengths):
    """Local error over the distance from the prediction, which errs the other way.

    Order 1: h^2 / 2 and (straight line) h (h + h_1) / 2, times the second derivative.
    Order 2: h (h + h_1) / (6 g) and (parabola) h (h + h_1) (h + h_1 + h_2) / 6, times the third.
    """
    if taken == 0:
        return 0.5
    if taken == 1:
        return h / (2.0 * h + lengths[0])
    g, _ = formula(h, taken, lengths)
    return 1.0 / (1.0 + g * (h + lengths[0] + lengths[1]))


@kernel
def approach(y, new, start, end):
    """Keep predicted potentials within ``STRIDE`` of where they are."""
    for k in range(start, end):
        new[k] = y[k] + min(max(new[k] - y[k], -STRIDE), STRIDE)


@kernel
def accept(y, new, h, trail):
    """Make ``new`` the present state."""
    for k in range(y.size):
        trail.before[1, k] = trail.before[0, k]
        trail.before[0, k] = y[k]
        y[k] = new[k]
        trail.slopes[0, k] = trail.slopes[1, k]
    trail.lengths[1] = trail.lengths[0]
    trail.lengths[0] = h


@kernel
def between(y, new, slopes, h, s, lay, out):
    """State at the fraction ``s`` of a step (cubic Hermite).

    The slope at the start of a step may be that of a mode that dies out within it: it counts up to ``STEEPEST``. In
    an electrolyte that is used up a bulge below nothing would cost volts: there the cubic rises or falls throughout.
    """
    for k in range(y.size):
        rise = new[k] - y[k]
        most = STEEPEST * abs(rise) + SLIGHT
        least = -most
        if lay.y_e <= k < lay.theta_a:
            most = STEEPEST * max(rise, 0.0)
            least = STEEPEST * min(rise, 0.0)
        f0 = min(max(h * slopes[0, k], least), most) - rise
        f1 = min(max(h * slopes[1, k], least), most) - rise
        out[k] = y[k] + s * rise + s * (1.0 - s) * ((1.0 - s) * f0 - s * f1)
