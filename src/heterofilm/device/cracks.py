"""When a layer cracks, and how closely.

A channel crack runs through a layer of thickness h under a stress sigma = E' e when the energy it releases reaches the
fracture energy Gamma = K_Ic^2/E'::

    G = Z sigma^2 h/E' = Gamma    so    e_c = K_Ic/(E' sqrt(Z h))

Z = (pi/2) g is 1.976 on a thick substrate as stiff as the layer (Beuth, Int. J. Solids Struct. 29, 1657, 1992) and
larger on a compliant one. With a reference length l = Z h, cracks that run side by side at a spacing s release
G tanh(s/2l) (Xia and Hutchinson, J. Mech. Phys. Solids 48, 1107, 2000), so that a strain e > e_c leaves them at::

    s = 2 l artanh((e_c/e)^2)

A brittle plate breaks from a flaw of depth a: e_c = K_Ic/(1.12 E' sqrt(pi a)). A layer that yields tears at its failure
strain.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

__all__ = ["channel_onset", "flaw_onset", "spacing"]


def channel_onset(toughness: float, modulus: float, Z: float, thickness: float) -> float:
    """Strain at which channel cracks run (K_Ic in Pa m^0.5, E' in Pa, h in m)."""
    return toughness / (modulus * math.sqrt(Z * thickness))


def flaw_onset(toughness: float, modulus: float, flaw: float) -> float:
    """Strain at which a plate breaks from a surface flaw of a depth (m)."""
    return toughness / (1.12 * modulus * math.sqrt(math.pi * flaw))


def spacing(strain: float, onset: float, Z: float, thickness: float) -> float:
    """Distance between cracks (m) under a strain; infinite up to the onset."""
    if strain <= onset:
        return math.inf
    return 2.0 * Z * thickness * math.atanh((onset / strain) ** 2)
