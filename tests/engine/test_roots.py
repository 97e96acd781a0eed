"""The guarded step of Newton's method."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from heterofilm.engine.roots import bracketed


def solved(f, slope, low, high, x, steps):
    """Where ``steps`` guarded steps from ``x`` lead."""
    before = math.inf
    for _ in range(steps):
        if f(x) > 0.0:
            high = x
        else:
            low = x
        move = bracketed(x, -f(x) / slope(x), before, low, high)
        x += move
        before = abs(move)
    return x


def test_a_step_within_the_bracket_that_halves_is_newtons():
    assert bracketed(1.0, 0.25, 0.5, 0.0, 2.0) == 0.25
    assert bracketed(1.0, 0.25, math.inf, -math.inf, math.inf) == 0.25


def test_a_step_that_leaves_the_bracket_or_does_not_halve_halves_the_bracket():
    assert bracketed(1.0, 1.5, math.inf, 0.0, 2.0) == 0.0
    assert bracketed(0.5, 0.4, 0.5, 0.0, 2.0) == 0.5


@given(st.floats(-0.9, 0.9), st.floats(-4.0, 0.0), st.floats(-1.0, 1.0))
def test_a_cliff_between_two_flats_is_found_from_anywhere(root, power, start):
    """tanh((x - r)/w) + 0.1 (x - r), for which Newton's method alone goes to and fro."""
    width = 10.0**power

    def f(x):
        return math.tanh((x - root) / width) + 0.1 * (x - root)

    def slope(x):
        return 0.1 + (1.0 - math.tanh((x - root) / width) ** 2) / width

    assert abs(solved(f, slope, -1.0, 1.0, start, 60) - root) < 1e-9
