"""What the kernels are given: named tuples of SI floats and arrays, nothing else.

Symbols are those of ``docs/equations.md``. A film of one phase has ``domain_shells == 0`` and an
empty domain; everything else is the same code.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

F = 96485.33212  # C/mol, product of SI-defining constants, rounded at the tenth digit
R = 8.31446261815324  # J/(mol K)


# columns of Phase.couples
X, U0, W, H, DU = range(5)


class Phase(NamedTuple):
    """Thermodynamics of one phase."""

    couples: np.ndarray  # (couples, 5): X (Li per f.u.), U0 (V), w = omega RT/F (V), H (V), barrier dU (V)
    theta_full: float  # Li per formula unit with every couple filled, sum of X
    K: float  # hysteresis relaxation per unit of z = theta / theta_full
    b: float  # 1/V, background filling per volt
    U_ref: float  # V, where the background is zero
    k_n: float  # 1/s, nucleation rate
    eta_0: float  # V, undercooling that multiplies the rate by e
    n_0: float  # nucleated share present as seeds


class Diffusion(NamedTuple):
    """D(theta) and its integral Phi on a uniform grid of filling; one point means a constant."""

    D: np.ndarray  # m2/s
    Phi: np.ndarray  # m2/s
    theta_max: float  # Li per formula unit at the last grid point


class Film(NamedTuple):
    """Geometry and transport of the cathode film."""

    L: float  # m
    x: np.ndarray  # m, nodes from the collector (0) to the electrolyte (L)
    width: np.ndarray  # m, control volumes of the nodes
    link: np.ndarray  # 1/m, tau over the distance between neighbours
    c_m: float  # mol/m3 of film, active formula units of the matrix
    tau: float  # transport factor of the matrix in the film
    sigma_e: float  # S/m, electronic conductivity of the film
    c_d: float  # mol/m3 of film, active formula units of the domains
    radius: float  # m, of a domain
    r: np.ndarray  # m, nodes from the centre of a domain (0) to its surface
    share: np.ndarray  # control volumes of the shells over the volume of the domain
    link_r: np.ndarray  # 1/m2, area over distance between neighbours, over the volume of the domain
    area_per_volume: float  # 1/m, hetero-interface per volume of film
    i0_h: float  # A/m2, exchange current of the hetero-interface


class Interface(NamedTuple):
    """Butler-Volmer with double layer."""

    i0: float  # A/m2
    alpha: float
    p: float  # exponent of [4 z (1 - z)]
    C: float  # F/m2


class Electrolyte(NamedTuple):
    """A resistance (``x`` empty), or LiPON with dissociation."""

    R: float  # ohm m2, of an electrolyte without concentration profile
    x: np.ndarray  # m, nodes from the anode (0) to the cathode
    width: np.ndarray  # m, control volumes of the nodes
    link: np.ndarray  # m/s, D over the distance between neighbours
    c0: float  # mol/m3
    a0: float  # mol/m3
    D_plus: float  # m2/s
    D_minus: float  # m2/s
    k_r: float  # m3/(mol s)
    k_d: float  # 1/s


class Model(NamedTuple):
    """One cell, ready for the kernels."""

    T: float  # K
    R_s: float  # ohm m2, series resistance
    matrix: Phase
    domain: Phase
    D_m: Diffusion
    D_d: Diffusion
    film: Film
    cathode: Interface
    anode: Interface
    electrolyte: Electrolyte
