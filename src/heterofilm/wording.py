"""Words around numbers: one row and two rows, a range with its unit."""

from __future__ import annotations

__all__ = ["counted", "span"]

IRREGULAR = {"spectrum": "spectra", "series": "series", "half-cycle": "half-cycles"}


def counted(number: int, noun: str) -> str:
    """A number of things.

    >>> counted(1, "row"), counted(2, "row"), counted(0, "spectrum")
    ('1 row', '2 rows', '0 spectra')
    """
    return f"{number} {noun if number == 1 else IRREGULAR.get(noun, f'{noun}s')}"


def span(low: float, high: float, unit: str) -> str:
    """From low to high in a unit, which is left out where it is 1.

    >>> span(3.0, 6.0, "1"), span(200.0, 1000.0, "nm")
    ('3 to 6', '200 to 1000 nm')
    """
    return f"{low:g} to {high:g}" + ("" if unit == "1" else f" {unit}")
