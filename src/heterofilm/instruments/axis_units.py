"""Units of the axes of spectra and scans, as headings state them, and the factor to the one that is worked in."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from ..errors import FileFormatError
from ..text_tables import unit_of

__all__ = ["ANGLE", "ENERGY", "WAVELENGTH", "axis_factor"]

WAVELENGTH = {
    "nm": 1.0, "nanometer": 1.0, "nanometers": 1.0, "um": 1e3, "µm": 1e3, "μm": 1e3, "micron": 1e3, "microns": 1e3,
    "a": 0.1, "å": 0.1, "Å": 0.1, "ang": 0.1, "angstrom": 0.1, "angstroms": 0.1, "m": 1e9,
}  # fmt: skip
"""To nm."""
ANGLE = {
    "deg": 1.0, "°": 1.0, "degree": 1.0, "degrees": 1.0, "grad": 1.0, "rad": 180.0 / math.pi,
    "radian": 180.0 / math.pi, "radians": 180.0 / math.pi, "mrad": 0.18 / math.pi,
}  # fmt: skip
"""To degrees ("Grad" is the German word for them)."""
ENERGY = {"ev": 1.0, "kev": 1e3, "meV": 1e-3}
"""To eV."""
_STATED = re.compile(r"[(\[{]\s*(?P<inside>[^()\[\]{}]+?)\s*[)\]}]\s*$|/\s*(?P<behind>[^\s/()\[\]{}]+)\s*$")


def axis_factor(heading: str, units: Mapping[str, float], wanted: str) -> float:
    """What the numbers below `heading` are multiplied by to be in `wanted`; 1 where it states no unit.

    A unit stands in brackets or behind a stroke; longer words of `units` also as the last word alone.

    Errors: `HeterofilmError` for a unit of something else.

    >>> axis_factor("Wavelength (um)", WAVELENGTH, "nm"), axis_factor("λ/nm", WAVELENGTH, "nm")
    (1000.0, 1.0)
    >>> axis_factor("Wavelength", WAVELENGTH, "nm")
    1.0
    """
    text = heading.strip().strip('"')
    found = _STATED.search(text)
    if found is None:
        last = re.split(r"[\s_]+", text)[-1]
        return _factor(last, units, 1.0) if len(last) > 1 else 1.0
    unit = found["inside"] or found["behind"]
    factor = _factor(unit, units, math.nan)
    if math.isnan(factor):
        if unit_of(unit):
            raise FileFormatError(
                f"its heading '{text}' is in {unit}, but {wanted} was expected: export it in {wanted}."
            )
        return 1.0
    return factor


def _factor(unit: str, units: Mapping[str, float], otherwise: float) -> float:
    return units.get(unit, units.get(unit.lower(), otherwise))
