"""The vectorised exponential and logarithm against the library's."""

from __future__ import annotations

import math

import numpy as np

from heterofilm.engine.exponential import exp, log


def test_two_units_in_the_last_place():
    """e^x over the whole range in which it neither overflows nor underflows."""
    rng = np.random.default_rng(1)
    points = np.concatenate([rng.uniform(-700.0, 700.0, 5000), rng.uniform(-1.0, 1.0, 5000), [0.0, 1.0, -1.0]])
    for x in points:
        true = math.exp(x)
        assert abs(exp(x) - true) <= 2.0 * math.ulp(true)


def test_halfway_between_multiples_of_ln_2():
    """Where the reduced argument is largest the polynomial still holds."""
    for k in range(-1000, 1000, 7):
        for side in (-1e-9, 0.0, 1e-9):
            x = (k + 0.5) * math.log(2.0) + side
            assert abs(exp(x) - math.exp(x)) <= 2.0 * math.ulp(math.exp(x))


def test_clipped_beyond_700():
    """No overflow, no denormal: e^700 and e^-700 are the ends."""
    assert exp(1e4) == exp(700.0)
    assert exp(-1e4) == exp(-700.0)
    assert math.isfinite(exp(math.inf))
    assert exp(-math.inf) > 0.0


def test_exact_at_zero():
    """e^0 = 1 to the bit."""
    assert exp(0.0) == 1.0


def test_the_logarithm_to_two_units_in_the_last_place():
    """ln x over the range of normal numbers; next to 1, where it vanishes, too."""
    rng = np.random.default_rng(1)
    points = np.concatenate([np.exp(rng.uniform(-700.0, 700.0, 5000)), 1.0 + rng.uniform(-0.3, 0.5, 5000)])
    ends = [2.2250738585072014e-308, 1.7976931348623157e308, 1.0, 0.5, math.sqrt(0.5), math.sqrt(2.0), 1.0 - 2.0**-53]
    for x in (*points, *ends, *(math.nextafter(x, 0.0) for x in ends[1:])):
        true = math.log(x)
        assert abs(log(x) - true) <= 2.0 * math.ulp(true)
    assert log(1.0) == 0.0
