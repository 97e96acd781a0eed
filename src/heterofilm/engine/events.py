"""What ends a protocol step, and where within a time step it happened."""

from __future__ import annotations

import numpy as np

from .bdf import between, formula, step_again
from .jit import kernel
from .voltage import current, voltage

# kinds of limit: what must fall to zero (see `margin`)
VOLTAGE_BELOW = 0
VOLTAGE_ABOVE = 1
DURATION = 2
CHARGE = 3
CURRENT_BELOW = 4
SLOPE_BELOW = 5  # |dV/dt|
LITHIUM_BELOW = 6  # metal of the anode

EVENT_PRECISION = 1e-6  # of the step in which the event lies
UNMET = 1e-2  # of what a margin falls by in the step: what may be left of it at the event
EVENT_NEWTON = 1e-2  # of the tolerance: on the way to an event, steps are compared with each other


@kernel
def margin(kind, value, t, V, i, Q, rate, metal):
    """Positive before a limit is met, zero at it; ``rate`` is dV/dt, ``metal`` what is left of the anode (A s/m2)."""
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
    if kind == LITHIUM_BELOW:
        return metal - value
    return abs(i) - value


@kernel
def voltage_rate(V, V_new, h, taken, lengths, dV):
    """dV/dt at the end of a step, by the formula of the step; ``dV`` of the step before."""
    g, c = formula(h, taken, lengths)
    return g * (V_new - V) - c * dV


@kernel
def first_limit(kinds, values, t, V, i, Q, rate, metal):
    """Index of a limit that is met, or -1."""
    for e in range(kinds.size):
        if margin(kinds[e], values[e], t, V, i, Q, rate, metal) <= 0.0:
            return e
    return -1


@kernel
def metal_left(held, y, model, lay):
    """Metal of the anode (A s/m2) that can be stripped: of a plated or resting one there is no end.

    The metal gives i_a, the ions take i = i_a + C dv_a/dt: ``held`` is the metal less C v_a, which falls by the charge
    of the ions.
    """
    return held + model.anode.C * y[lay.v_a] if y[lay.i] > 0.0 else np.inf


@kernel
def charge(i, h, taken, lengths, dQ):
    """Charge passed in a step (A s/m2) that ends at the current ``i``; ``dQ`` passed in the one before.

    By the formula that moves the Li, so that the two agree whatever the current does.
    """
    g, c = formula(h, taken, lengths)
    return (i + c * dQ) / g


@kernel
def locate(
    y, new, t, h, V, Q, dQ, ions, dI, dV, taken, trail, tolerance, control, kinds, values, model, lay, history,
    work, factors, mid,
):  # fmt: skip
    """Shorten the step to the first limit met in it: the step is repeated, not interpolated.

    Illinois (regula falsi) on the smallest margin, to ``EVENT_PRECISION`` of the step. ``Q`` and ``ions``: charge
    passed
    until then, in the cycler and as ions, ``dQ`` and ``dI`` that of the step before. Leaves the state in ``new``;
    returns (h, V, charge passed, index of the limit), the index -1 where a shorter step cannot be solved
    or leaps over the limit.
    """
    low = 0.0
    high = h
    rate_low = dV / trail.lengths[0] if taken > 0 else np.inf
    held = history.lithium[0] - ions
    i = current(y, model, lay)
    g_low, _ = closest(kinds, values, t, V, i, Q, rate_low, metal_left(held, y, model, lay))
    V_new = voltage(new, model, lay)
    i = current(new, model, lay)
    dQ_new = charge(i, h, taken, trail.lengths, dQ)
    dI_new = charge(new[lay.i], h, taken, trail.lengths, dI)
    rate = voltage_rate(V, V_new, h, taken, trail.lengths, dV)
    metal = metal_left(held - dI_new, new, model, lay)
    g_high, hit = closest(kinds, values, t + h, V_new, i, Q + dQ_new, rate, metal)
    unmet = UNMET * (g_low - g_high)
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
            current(mid, model, lay),
            Q + s * dQ_new,
            rate_low + s * (rate - rate_low),
            metal_left(held - s * dI_new, mid, model, lay),
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
        if done < 0:  # no solution: whatever stands in `new` is none
            return guess, V, 0.0, -1
        V_new = voltage(new, model, lay)
        i = current(new, model, lay)
        dQ_new = charge(i, guess, taken, trail.lengths, dQ)
        rate = voltage_rate(V, V_new, guess, taken, trail.lengths, dV)
        metal = metal_left(held - charge(new[lay.i], guess, taken, trail.lengths, dI), new, model, lay)
        g, hit = closest(kinds, values, t + guess, V_new, i, Q + dQ_new, rate, metal)
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
    # solutions on both sides and a gap between them: the one beyond was none of this course (a rate may leap)
    if kinds[hit] <= VOLTAGE_ABOVE and abs(g) > unmet:
        return guess, V, 0.0, -1
    return best, V_new, dQ_new, hit


@kernel
def copy(source, target):
    """Copy to the beginning of ``target`` element by element: a slice assignment brings its error messages with it."""
    for k in range(source.size):
        target[k] = source[k]


@kernel
def closest(kinds, values, t, V, i, Q, rate, metal):
    """Smallest margin and whose it is, duration left out."""
    smallest = np.inf
    which = 0
    for e in range(kinds.size):
        if kinds[e] != DURATION:
            g = margin(kinds[e], values[e], t, V, i, Q, rate, metal)
            if g < smallest:
                smallest = g
                which = e
    return smallest, which
