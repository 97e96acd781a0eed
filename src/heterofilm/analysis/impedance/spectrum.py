"""What every analysis of an impedance spectrum asks of its data, and the two things all of them need to know."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ...errors import InputError
from .elements import Complex, Real

__all__ = ["has_blocking_tail", "spectrum"]


def spectrum(frequency_Hz: ArrayLike, impedance_ohm: ArrayLike, least: int = 5) -> tuple[Real, Complex]:
    """Frequency (Hz) and complex impedance, checked and sorted from high to low frequency.

    The sign is the usual one: a capacitor has a negative imaginary part.

    Errors: `HeterofilmError` for arrays that do not fit each other, fewer than `least` points, a gap (NaN), or a
    frequency that is not positive.
    """
    f = np.asarray(frequency_Hz, float)
    Z = np.asarray(impedance_ohm, complex)
    if f.ndim != 1 or f.shape != Z.shape:
        raise InputError(
            f"A spectrum needs one impedance per frequency, but has shapes {f.shape} and {Z.shape}: give two columns."
        )
    if f.size < least:
        raise InputError(f"This analysis needs at least {least} frequencies, but the spectrum has {f.size}.")
    if not (np.isfinite(f).all() and np.isfinite(Z).all()):
        raise InputError("The spectrum has gaps (NaN or infinite): leave these points out.")
    if not (f > 0.0).all():
        raise InputError("The spectrum has a frequency that is not positive: leave it out.")
    order = np.argsort(f, kind="stable")[::-1]
    return f[order], Z[order]


def has_blocking_tail(frequency_Hz: Real, impedance_ohm: Complex) -> bool:
    """Whether the low-frequency end is a blocking tail: -Im Z rises over the last half decade, and makes most of it.

    `spectrum`'s order is expected. A tail that ends in a series capacitance needs one in any model made of
    relaxations, which all end at a finite resistance.
    """
    last = frequency_Hz <= frequency_Hz[-1] * 10**0.5
    if last.sum() < 3:
        return False
    Z = impedance_ohm[last]
    x, y = Z.real - Z.real[0], -Z.imag
    # slope of -Im over log f, and steeper in the complex plane than a Warburg line can be
    rises = np.polyfit(np.log(frequency_Hz[last]), y, 1)[0] < 0.0
    gain_y, gain_x = y[-1] - y[0], abs(x[-1])
    return bool(rises and gain_y > gain_x and gain_y > 0.1 * y[-1])
