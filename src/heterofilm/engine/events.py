"""What ends a protocol step, and where within a time step it happened."""

from __future__ import annotations

import numpy as np

from .bdf import between, formula, step_again
from .jit import kernel
from .voltage import voltage

# kinds of limit: what must fall to zero (see `margin`)
VOLTAGE_BELOW = 0
VOLTAGE_ABOVE = 1
DURATION = 2
CHARGE = 3
CURRENT_BELOW = 4
SLOPE_BELOW = 5  # |dV/dt|

EVENT_PRECISION = 1e-6  # of the step in which the event lies
EVENT_NEWTON = 1e-2  # of the tolerance: on the way to an event, steps are compared with each other


@kernel
def margin(kind, value, t, V, i, Q, rate):
    """Positive before a limit is met, zero at it; ``rate`` is dV/dt."""
    if kind == VOLTAGE_BELOW:
        return V - value
    if kind == VOLTAGE_ABOVE:
        return value - V
    if kind == DURATION:
        return value - t
    if kind == CHARGE:
        return value - abs(Q)
    if kind == SLOPE_BELOW:
        return abs(rate) - value
    return abs(i) - value


@kernel
def voltage_rate(V, V_new, h, taken, lengths, dV):
    """dV/dt at the end of a step, by the formula of the step; ``dV`` of the step before."""
    g, c = formula(h, taken, lengths)
    return g * (V_new - V) - c * dV


@kernel
def first_limit(kinds, values, t, V, i, Q, rate):
    """Index of a limit that is met, or -1."""
    for e in range(kinds.size):
        if margin(kinds[e], values[e], t, V, i, Q, rate) <= 0.0:
            return e
    return -1


@kernel
def charge(i, h, taken, lengths, dQ):
    """Charge passed in a step (A s/m2) that ends at the current ``i``; ``dQ`` passed in the one before.

    By the formula that moves the Li, so that the two agree whatever the current does.
    """
    g, c = formula(h, taken, lengths)
    return (i + c * dQ) / g


@kernel
def locate(
    y, new, t, h, V, Q, dQ, dV, taken, trail, tolerance, control, kinds, values, model, lay, history,
    work, factors, mid,
):  # fmt: skip
    """Shorten the step to the first limit met in it: the step is repeated, not interpolated.

    Illinois (regula falsi) on the smallest margin, to ``EVENT_PRECISION`` of the step. Leaves the
    state in ``new``; returns (h, V, charge passed, index of the limit).
    """
    low = 0.0
    high = h
    rate_low = dV / trail.lengths[0] if taken > 0 else np.inf
    g_low, _ = closest(kinds, values, t, V, y[lay.i], Q, rate_low)
    V_new = voltage(new, model, lay)
    dQ_new = charge(new[lay.i], h, taken, trail.lengths, dQ)
    rate = voltage_rate(V, V_new, h, taken, trail.lengths, dV)
    g_high, hit = closest(kinds, values, t + h, V_new, new[lay.i], Q + dQ_new, rate)
    # a first guess from the continuous extension costs no step
    before = 0.0
    after = 1.0
    for _ in range(12):
        s = 0.5 * (before + after)
        between(y, new, trail.slopes, h, s, lay, mid)
        g, _ = closest(
            kinds,
            values,
            t + s * h,
            voltage(mid, model, lay),
            mid[lay.i],
            Q + s * dQ_new,
            rate_low + s * (rate - rate_low),
        )
        if g > 0.0:
            before = s
        else:
            after = s
    guess = after * h
    copy(y, trail.ends[0])
    copy(new, trail.ends[1])
    side = 0
    best = h
    for _ in range(60):
        if not (low < guess < high):
            guess = 0.5 * (low + high)
        s = (guess - low) / (high - low)
        for attempt in range(4):  # from between the ends, from each of them, and at last less closely
            start = s if attempt == 0 or attempt == 3 else attempt - 1.0
            closeness = tolerance if attempt == 3 else EVENT_NEWTON * tolerance
            done = step_again(
                y, new, t, guess, taken, trail, start, closeness, control, model, lay, history, work, factors
            )  # fmt: skip
            if done > 0:
                break
        V_new = voltage(new, model, lay)
        dQ_new = charge(new[lay.i], guess, taken, trail.lengths, dQ)
        rate = voltage_rate(V, V_new, guess, taken, trail.lengths, dV)
        g, hit = closest(kinds, values, t + guess, V_new, new[lay.i], Q + dQ_new, rate)
        moved = abs(guess - best)
        best = guess
        if g == 0.0 or moved <= EVENT_PRECISION * guess or high - low <= EVENT_PRECISION * h:
            break
        if g > 0.0:
            low = guess
            g_low = g
            copy(new, trail.ends[0])
            if side == 1:
                g_high *= 0.5
            side = 1
        else:
            high = guess
            g_high = g
            copy(new, trail.ends[1])
            if side == -1:
                g_low *= 0.5
            side = -1
        guess = (low * g_high - high * g_low) / (g_high - g_low)
    return best, V_new, dQ_new, hit


@kernel
def copy(source, target):
    """Copy to the beginning of ``target`` element by element: a slice assignment brings its error messages with it."""
    for k in range(source.size):
        target[k] = source[k]


@kernel
def closest(kinds, values, t, V, i, Q, rate):
    """Smallest margin and whose it is, duration left out."""
    smallest = np.inf
    which = 0
    for e in range(kinds.size):
        if kinds[e] != DURATION:
            g = margin(kinds[e], values[e], t, V, i, Q, rate)
            if g < smallest:
                smallest = g
                which = e
    return smallest, which
