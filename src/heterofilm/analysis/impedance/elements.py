"""The elements of an equivalent circuit: symbol, parameters with units and limits, and the impedance as in the books.

Each function takes the angular frequency ``w`` (rad/s, any shape) and its parameters in SI (numbers, or columns that
broadcast against ``w``) and returns the complex impedance. ``1j*w*tau`` with ``tau = L^2/D`` is the one argument of all
diffusion elements. To add an element, write its law and its row in `ELEMENTS`; the grammar, the fit and the guesses
read the row.

Unless a resistance per area is meant, values belong to the whole sample (ohm, F, H). Fed with an impedance
in ohm m2 instead, every ohm below reads ohm m2 and every F reads F/m2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["BOUKAMP", "ELEMENTS", "Element", "Parameter"]

Complex = NDArray[Any]  # of complex numbers
Real = NDArray[Any]


@dataclass(frozen=True)
class Parameter:
    """One parameter of an element.

    - `name`: as in the results, ``R1`` or ``CPE1_Q``; in `ELEMENTS` only the part after the element's name;
    - `unit`: SI;
    - `lower`, `upper`: what the law allows. A positive value without upper limit is fitted by its logarithm;
    - `role`: what a first guess can be made from: ``R`` a resistance, ``C`` a capacitance, ``L`` an inductance,
      ``tau`` a time constant, ``W`` a Warburg coefficient, ``n`` an exponent.
    """

    name: str
    unit: str
    role: str
    lower: float = 0.0
    upper: float = np.inf


@dataclass(frozen=True)
class Element:
    """An element: its `symbol`, what it stands for, its `parameters` and its `impedance` (w, *parameters)."""

    symbol: str
    meaning: str
    parameters: tuple[Parameter, ...]
    impedance: Callable[..., Complex]


def _power(x: Real, n: float) -> Complex:
    """(jx)^n = x^n e^(j pi n/2): a power of real numbers takes a third of the time of one of complex numbers."""
    return x**n * np.exp(0.5j * np.pi * n)


def resistor(w: Real, R: float) -> Complex:
    """Z = R"""
    return np.zeros(w.shape, complex) + R


def capacitor(w: Real, C: float) -> Complex:
    """Z = 1/(jwC)"""
    return 1.0 / (1j * w * C)


def inductor(w: Real, L: float) -> Complex:
    """Z = jwL"""
    return 1j * w * L


def constant_phase(w: Real, Q: float, n: float) -> Complex:
    """Z = 1/(Q (jw)^n). Brug et al., J. Electroanal. Chem. 176 (1984) 275."""
    return _power(w, -n) / Q


def warburg(w: Real, sigma: float) -> Complex:
    """Z = sigma (1 - j)/sqrt(w): diffusion into a half-space.

    Warburg, Ann. Phys. Chem. 67 (1899) 493; in the form of Ho, Raistrick, Huggins, J. Electrochem. Soc. 127
    (1980) 343.
    """
    return sigma * (1.0 - 1j) / np.sqrt(w)


def finite_space(w: Real, R: float, tau: float) -> Complex:
    """Z = R coth(sqrt(jw tau))/sqrt(jw tau): diffusion into a film with a blocking back.

    Below 1/tau it is R/3 + 1/(jwC) with C = tau/R. Ho, Raistrick, Huggins, J. Electrochem. Soc. 127 (1980) 343.
    """
    s = np.sqrt(1j * w * tau)
    return R / (s * np.tanh(s))


def finite_length(w: Real, R: float, tau: float) -> Complex:
    """Z = R tanh(sqrt(jw tau))/sqrt(jw tau): diffusion through a layer to a reservoir; R at zero frequency.

    Franceschetti, Macdonald, J. Electroanal. Chem. 101 (1979) 307.
    """
    s = np.sqrt(1j * w * tau)
    return R * np.tanh(s) / s


def thin_film(w: Real, C: float, tau: float, n: float) -> Complex:
    """Z = (tau/C) coth((jw tau)^n)/(jw tau)^n: `finite_space` told by its limiting capacitance, tail inclined.

    n = 1/2 is Fick's law, with the film's differential capacitance C = Q dx/dE as 1/(jwC) at low frequency. Less than
    1/2 leans the tail by (1 - 2n) 90 degrees, as anomalous diffusion does: Bisquert, Compte, J. Electroanal.
    Chem. 499 (2001) 112. In a film measured above 1/tau only, C and tau are tied together by C^2/tau.
    """
    s = _power(w * tau, n)
    return tau / C / (s * np.tanh(s))


def gerischer(w: Real, R: float, tau: float) -> Complex:
    """Z = R/sqrt(1 + jw tau): diffusion with a reaction. Gerischer, Z. Phys. Chem. 198 (1951) 286."""
    return R / np.sqrt(1.0 + 1j * w * tau)


def zarc(w: Real, R: float, tau: float, n: float) -> Complex:
    """Z = R/(1 + (jw tau)^n): a resistor beside a constant phase element, tau^n = RQ.

    Cole, Cole, J. Chem. Phys. 9 (1941) 341.
    """
    return R / (1.0 + _power(w * tau, n))


_R = Parameter("R", "ohm", "R")
_TAU = Parameter("tau", "s", "tau")
_N = Parameter("n", "1", "n", 0.0, 1.0)

ELEMENTS: dict[str, Element] = {
    element.symbol: element
    for element in (
        Element("R", "resistor", (Parameter("", "ohm", "R"),), resistor),
        Element("C", "capacitor", (Parameter("", "F", "C"),), capacitor),
        Element("L", "inductor", (Parameter("", "H", "L"),), inductor),
        Element("CPE", "constant phase element", (Parameter("Q", "F s^(n-1)", "C"), _N), constant_phase),
        Element("W", "diffusion into a half-space", (Parameter("sigma", "ohm s^-1/2", "W"),), warburg),
        Element("Wo", "diffusion into a finite space, blocking back", (_R, _TAU), finite_space),
        Element("Ws", "diffusion through a finite length to a reservoir", (_R, _TAU), finite_length),
        Element(
            "Tf",
            "thin film: finite space by its capacitance, tail may lean",
            (Parameter("C", "F", "C"), _TAU, Parameter("n", "1", "n", 0.0, 0.5)),
            thin_film,
        ),
        Element("G", "diffusion with a reaction (Gerischer)", (_R, _TAU), gerischer),
        Element("ZARC", "depressed arc", (_R, _TAU, _N), zarc),
    )
}

# Boukamp's symbols where they differ: Solid State Ionics 20 (1986) 31, and EQUIVCRT since.
BOUKAMP: dict[str, str] = {"Q": "CPE", "O": "Ws", "T": "Wo"}
