"""exp() and log() that vectorise: exp is the one costly function of the MSMR equations, evaluated for every node at
once, log that of nucleation."""

from __future__ import annotations

import numpy as np

from .dual import plain, with_slopes
from .jit import exact_kernel

LOG2_E = 1.4426950408889634
LN2_HIGH = 6.93147180369123816490e-01  # fdlibm's split of ln 2
LN2_LOW = 1.90821492927058770002e-10
HALF_ROOT = 0x3FE6A09E667F3BCD  # bits of sqrt(1/2)
ONE = 0x3FF0000000000000  # of 1
BITS_OF_2_52 = 0x4330000000000000  # whose lowest bit is 1
TWO_52 = 4503599627370496.0
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


@exact_kernel
def log_of_number(x):
    """ln x of a positive normal number, to 2 units in the last place; no branch, no library call.

    x = 2^k m with m from 0.71 to 1.42, ln m = 2 artanh s, s = (m - 1) / (m + 1), |s| < 0.172.
    """
    bits = np.float64(x).view(np.int64)
    biased = (bits + (ONE - HALF_ROOT)) >> 52  # k + 1023
    k = np.int64(biased | BITS_OF_2_52).view(np.float64) - (TWO_52 + 1023.0)
    m = np.int64(bits - ((biased - 1023) << 52)).view(np.float64)
    s = (m - 1.0) / (m + 1.0)
    q = s * s
    p = 1.0 / 21.0  # truncation below 1e-17
    p = p * q + 1.0 / 19.0
    p = p * q + 1.0 / 17.0
    p = p * q + 1.0 / 15.0
    p = p * q + 1.0 / 13.0
    p = p * q + 1.0 / 11.0
    p = p * q + 1.0 / 9.0
    p = p * q + 1.0 / 7.0
    p = p * q + 1.0 / 5.0
    p = p * q + 1.0 / 3.0
    return k * LN2_HIGH + (2.0 * (s + s * q * p) + k * LN2_LOW)


@exact_kernel
def log(x):
    """:func:`log_of_number`, for dual numbers too."""
    return log_of_number(x)


@log.for_dual
def log_of_dual(x):
    """ln x with its slopes."""
    value = plain(x)
    return with_slopes(log_of_number(value), x / value)
