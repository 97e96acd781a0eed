"""First guesses for a circuit, from the spectrum alone.

A least-squares fit finds the minimum next to where it starts, so it is started from many places. Each is drawn
at random from what the data can resolve: resistances up to the width of the spectrum, time constants within its
frequencies, and capacitances, inductances and Warburg coefficients through the impedance they would have at
a frequency that was measured. The draw is the same every time (a fixed Sobol sequence).
"""

from __future__ import annotations

import numpy as np

from .circuit import Circuit
from .elements import Complex, Real

__all__ = ["draw_guesses"]


def draw_guesses(circuit: Circuit, f: Real, Z: Complex, count: int) -> Real:
    """`count` guesses (a power of two) for all parameters of `circuit`, shape (count, parameters), in SI.

    `f` (Hz) from high to low, `Z` the impedance (ohm).
    """
    from scipy.stats import qmc  # loaded where a circuit is fitted, not where it is read

    parameters = circuit.parameters
    # two numbers per parameter: where on the frequency axis it acts, and how large its impedance is there
    u = qmc.Sobol(2 * len(parameters), scramble=True, rng=0).random(count)
    low, high = np.log(2.0 * np.pi * f[-1]), np.log(2.0 * np.pi * f[0])
    width = max(np.ptp(Z.real), 1e-3 * np.abs(Z).max())
    floor = 1e-2 * width
    guesses = np.empty((count, len(parameters)))
    for k, p in enumerate(parameters):
        where, size = u[:, 2 * k], u[:, 2 * k + 1]
        w = np.exp(low + where * (high - low))
        # an impedance between a hundredth of the width of the spectrum and its largest modulus
        magnitude = floor * (np.abs(Z).max() / floor) ** size
        if p.role == "tau":
            guesses[:, k] = 1.0 / np.exp(low - 2.0 + where * (high - low + 2.0))
        elif p.role == "n":
            guesses[:, k] = p.upper * (0.6 + 0.4 * size)
        elif p.role == "C":
            guesses[:, k] = 1.0 / (w * magnitude)
        elif p.role == "L":
            # only the highest frequencies can show it
            guesses[:, k] = np.abs(Z[0].imag) / (2.0 * np.pi * f[0]) * 10.0 ** (size - 0.5)
        elif p.role == "W":
            guesses[:, k] = magnitude * np.sqrt(w)
        else:
            guesses[:, k] = magnitude
    _series_resistance(circuit, guesses, Z, u)
    return guesses


def _series_resistance(circuit: Circuit, guesses: Real, Z: Complex, u: Real) -> None:
    """A resistor in series with all the rest is nearly the high-frequency end: no need to search for it."""
    from .circuit import Leaf, Series

    parts = circuit.tree.parts if isinstance(circuit.tree, Series) else (circuit.tree,)
    names = [p.name for p in circuit.parameters]
    for part in parts:
        if isinstance(part, Leaf) and part.symbol == "R":
            k = names.index(part.name)
            start = max(Z.real.min(), 1e-3 * np.abs(Z).max())
            guesses[:, k] = start * (0.5 + 0.6 * u[:, 2 * k])
            return
