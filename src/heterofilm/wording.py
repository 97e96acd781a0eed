"""Words around numbers: one row and two rows, a range with its unit, a value with its uncertainty."""

from __future__ import annotations

import math

__all__ = ["counted", "plus_minus", "span"]

FINEST = 1e-6  # relative: below, an uncertainty is that of the arithmetic

IRREGULAR = {"spectrum": "spectra", "series": "series", "half-cycle": "half-cycles"}


def counted(number: int, noun: str) -> str:
    """A number of things.

    >>> counted(1, "row"), counted(2, "row"), counted(0, "spectrum")
    ('1 row', '2 rows', '0 spectra')
    """
    return f"{number} {noun if number == 1 else IRREGULAR.get(noun, f'{noun}s')}"


def plus_minus(value: float, sigma: float) -> str:
    """A value with its standard deviation, whose two digits decide where the value is cut; one that is known to a
    millionth says so, and one without says the value alone.

    >>> plus_minus(0.6012, 0.0031), plus_minus(1234.0, 56.0), plus_minus(0.6, 1e-15), plus_minus(0.6, float("nan"))
    ('0.6012 ± 0.0031', '1234 ± 56', '0.6 ± less than 6e-07', '0.6')
    >>> plus_minus(3.2e-12, 1.1e-13)
    '(3.20 ± 0.11)e-12'
    """
    if not (math.isfinite(sigma) and sigma >= 0.0 and math.isfinite(value)) or value == sigma == 0.0:
        return f"{value:.4g}"
    if sigma < FINEST * abs(value):
        return f"{value:.6g} ± less than {FINEST * abs(value):.1g}"
    size = max(abs(value), sigma)
    if not 1e-4 <= size < 1e7:
        power = math.floor(math.log10(size))
        return f"({_cut(value / 10.0**power, sigma / 10.0**power)})e{power}"
    return _cut(value, sigma)


def _cut(value: float, sigma: float) -> str:
    places = max(0, 1 - math.floor(math.log10(sigma)))
    return f"{value:.{places}f} ± {sigma:.{places}f}"


def span(low: float, high: float, unit: str) -> str:
    """From low to high in a unit, which is left out where it is 1.

    >>> span(3.0, 6.0, "1"), span(200.0, 1000.0, "nm")
    ('3 to 6', '200 to 1000 nm')
    """
    return f"{low:g} to {high:g}" + ("" if unit == "1" else f" {unit}")
