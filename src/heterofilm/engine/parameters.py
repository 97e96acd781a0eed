"""What a cell is to the kernels: structs of SI floats and arrays, nothing else.

Symbols are those of ``docs/equations.md``. A film of one phase has ``domain_shells == 0`` and an
empty domain; everything else is the same code.
"""

from __future__ import annotations

from typing import Self

import numpy as np

from . import mesh
from .structs import Matrix, Struct, Vector
from .table import NO_TABLE, Table

# columns of Phase.couples
X, U0, W, H, DU = range(5)


class Phase(Struct):
    """Thermodynamics of one phase."""

    couples: Matrix  # (couples, 5): X (Li per f.u.), U0 (V), w = omega RT/F (V), H (V), barrier dU (V)
    theta_full: float  # Li per formula unit with every couple filled, sum of X
    K: float  # hysteresis relaxation per unit of z = theta / theta_full
    b: float  # 1/V, background filling per volt
    U_ref: float  # V, where the background is zero
    k_n: float  # 1/s, nucleation rate
    eta_0: float  # V, undercooling that multiplies the rate by e
    n_0: float  # nucleated share present as seeds
    s_0: float  # share of the couple reacted that is in equilibrium with its nuclei
    ocv: Table = NO_TABLE  # V over theta in place of couples: discharge branch, then charge branch where it has its own

    @property
    def highest(self) -> float:
        """Highest potential (V) of a couple, or of the points of the table."""
        return float(self._potentials.max())

    @property
    def lowest(self) -> float:
        """Lowest potential (V) of a couple, or of the points of the table."""
        return float(self._potentials.min())

    @property
    def _potentials(self) -> Matrix:
        return self.ocv.rows[1:, 1::4] if self.ocv.rows.size else self.couples[:, U0]


class Diffusion(Struct):
    """D(theta) and its integral Phi on a uniform grid of filling; one point means a constant."""

    D: Vector  # m2/s
    Phi: Vector  # m2/s
    theta_max: float  # Li per formula unit at the last grid point

    @classmethod
    def constant(cls, D: float, theta_max: float = 1.0) -> Self:
        """The same D (m2/s) at every filling."""
        return cls(D=np.array([D]), Phi=np.zeros(1), theta_max=theta_max)


class Film(Struct):
    """Geometry and transport of the cathode film."""

    L: float  # m
    x: Vector  # m, nodes from the collector (0) to the electrolyte (L)
    width: Vector  # m, control volumes of the nodes
    link: Vector  # 1/m, tau over the distance between neighbours
    c_m: float  # mol/m3 of film, active formula units of the matrix
    tau: float  # transport factor of the matrix in the film
    sigma_e: float  # S/m, electronic conductivity of the film
    sigma_theta: Table = NO_TABLE  # ln of what multiplies it, over theta of the matrix
    c_d: float  # mol/m3 of film, active formula units of the domains
    radius: float  # m, of a domain
    r: Vector  # m, nodes from the centre of a domain (0) to its surface
    share: Vector  # control volumes of the shells over the volume of the domain
    link_r: Vector  # 1/m2, area over distance between neighbours, over the volume of the domain
    area_per_volume: float  # 1/m, hetero-interface per volume of film
    i0_h: float  # A/m2, exchange current of the hetero-interface

    @classmethod
    def on(cls, x: Vector, r: Vector, *, tau: float, sigma_theta: Table = NO_TABLE, **values: float) -> Self:
        """A film with these nodes, all that follows from them worked out; ``r`` is empty where there are no domains."""
        return cls(
            x=x, width=mesh.widths(x), link=tau / np.diff(x), tau=tau,
            r=r, share=mesh.shell_shares(r), link_r=mesh.shell_links(r), sigma_theta=sigma_theta, **values,
        )  # fmt: skip


class Interface(Struct):
    """Butler-Volmer with double layer."""

    i0: float  # A/m2
    alpha: float
    p: float  # exponent of 4 z (1 - z)
    C: float  # F/m2
    floor: float = 1e-4  # of z (1 - z): sites of the phase's tail within thermal energy, (RT/F) b
    i0_z: Table = NO_TABLE  # ln of what multiplies i0, over z


class Electrolyte(Struct):
    """A resistance (``x`` empty), or LiPON with dissociation."""

    R: float  # ohm m2, at rest; of one without concentration profile at any current
    x: Vector  # m, nodes from the anode (0) to the cathode
    width: Vector  # m, control volumes of the nodes
    link: Vector  # m/s, D over the distance between neighbours
    c0: float  # mol/m3
    a0: float  # mol/m3
    D_plus: float  # m2/s
    D_minus: float  # m2/s
    k_r: float  # m3/(mol s)
    k_d: float  # 1/s
    G: float = 0.0  # S/m2, electrons that leak through

    @classmethod
    def resistance(cls, R: float, G: float = 0.0) -> Self:
        """An electrolyte that is a resistance (ohm m2), with a leak of electrons (S/m2)."""
        none = np.empty(0)
        return cls(R=R, x=none, width=none, link=none, c0=1.0, a0=1.0, D_plus=1.0, D_minus=1.0, k_r=0.0, k_d=0.0, G=G)


NOTHING = np.empty(0)
NO_FILM = Film(
    L=0.0, x=NOTHING, width=NOTHING, link=NOTHING, c_m=1.0, tau=1.0, sigma_e=np.inf, c_d=1.0, radius=1.0, r=NOTHING,
    share=NOTHING, link_r=NOTHING, area_per_volume=0.0, i0_h=0.0,
)  # fmt: skip


class Electrode(Struct):
    """What an anode takes lithium up in: a film of one phase, from its collector (0) to the electrolyte; or metal."""

    phase: Phase
    D: Diffusion
    film: Film


METAL = Electrode(
    phase=Phase(
        couples=np.empty((0, 5)), theta_full=1.0, K=0.0, b=1.0, U_ref=0.0, k_n=0.0, eta_0=1.0, n_0=0.0, s_0=0.5
    ),
    D=Diffusion.constant(1.0),
    film=NO_FILM,
)
"""Lithium, whose potential is zero: it has no nodes."""


class Front(Struct):
    """The interface between two phases of the matrix (``front.py``); none where ``G`` is zero."""

    G: float = 0.0  # V m2, energy of a gradient of the filling over c F
    excess: Table = NO_TABLE  # V over theta, added to that of the phase: of one phase alone, and of two in contact
    M: Table = NO_TABLE  # m2/(V s) over theta: N = c M dU/dx against x, D(theta) = -M dU/dtheta of one phase
    poor: float = 0.0  # fillings of the two phases in contact
    rich: float = 1.0


NO_FRONT = Front()


class Model(Struct):
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
    negative: Electrode = METAL
    front: Front = NO_FRONT


class Wear(Struct):
    """Loss of one phase per cycle."""

    couple: int = 0  # whose share is z
    k_c: float = 0.0
    m: float = 1.0
    k_x: float = 0.0
    k_s: float = 0.0


class Ageing(Struct):
    """Everything that changes from cycle to cycle; all zero and gains of one: nothing does."""

    matrix: Wear = Wear()
    domain: Wear = Wear()
    k_diss: float = 0.0  # of both phases, in a liquid electrolyte
    i0_gain: float = 1.0  # of both interfaces of the film
    transport_gain: float = 1.0  # of the matrix
    N_a: float = 1.0
    k_R: float = 0.0  # growth of the cathode's charge-transfer resistance per cycle, over that of the fresh cell


NO_AGEING = Ageing()
