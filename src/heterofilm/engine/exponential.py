"""exp() that vectorises: the one costly function of the MSMR equations, evaluated for every node at once."""

from __future__ import annotations

import numpy as np

from .dual import plain, with_slopes
from .jit import exact_kernel

LOG2_E = 1.4426950408889634
LN2_HIGH = 6.93147180369123816490e-01  # fdlibm's split of ln 2
LN2_LOW = 1.90821492927058770002e-10
ROUND = 6755399441055744.0  # 1.5 * 2^52: adding it leaves the rounded integer in the low bits


@exact_kernel
def exp_of_number(x):
    """e^x for -700 <= x <= 700 (clipped), to 2 units in the last place; no branch, no library call."""
    x = min(max(x, -700.0), 700.0)
    shifted = x * LOG2_E + ROUND
    k = shifted - ROUND
    r = (x - k * LN2_HIGH) - k * LN2_LOW
    # Taylor polynomial of degree 13, |r| <= ln(2)/2: truncation below 1e-17
    p = 1.0 / 6227020800.0
    p = p * r + 1.0 / 479001600.0
    p = p * r + 1.0 / 39916800.0
    p = p * r + 1.0 / 3628800.0
    p = p * r + 1.0 / 362880.0
    p = p * r + 1.0 / 40320.0
    p = p * r + 1.0 / 5040.0
    p = p * r + 1.0 / 720.0
    p = p * r + 1.0 / 120.0
    p = p * r + 1.0 / 24.0
    p = p * r + 1.0 / 6.0
    p = p * r + 1.0 / 2.0
    p = p * r + 1.0
    p = p * r + 1.0
    bits = (np.float64(shifted).view(np.int64) + 1023) << 52
    return p * np.int64(bits).view(np.float64)


@exact_kernel
def exp(x):
    """:func:`exp_of_number`, for dual numbers too."""
    return exp_of_number(x)


@exp.for_dual
def exp_of_dual(x):
    """e^x with its slopes."""
    value = exp_of_number(plain(x))
    return with_slopes(value, value * x)
