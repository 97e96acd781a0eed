"""The field of a junction: one in full, with a mesh that fits it; or thousands at once, with few numbers each.

Potentials are those of the electrons' Fermi level being zero: the vacuum level lies at -q phi, a neutral bulk at
phi = -Phi/q. The field is positive from A to B; A is left positive where its work function is the lower one.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from ..constants import E_CHARGE as Q
from ..constants import EPSILON_0 as EPS0
from ..errors import InputError
from .geometry import Geometry
from .poisson import System, equilibrium, first_guess, system_of
from .statistics import Array, Solid, Species

__all__ = ["JunctionField", "JunctionNumbers", "solve", "solve_many"]

CELLS = 40  # per solid, of a batch: within 1 % of the refined solution (tests/test_field.py)
MOST_NODES = 40_000


@dataclass(frozen=True)
class JunctionNumbers:
    """What a junction holds; arrays of shape (samples,).

    - `built_in_V`: Phi_B - Phi_A, what two thick solids would share;
    - `bending_A_V`, `bending_B_V`: potential of the inner end minus the interface, interface minus the outer end; in a
      small domain their sum stays below `built_in_V`;
    - `field_max_V_m`: the largest |E| anywhere; `field_A_V_m`, `field_B_V_m`: at the interface, in A and in B;
    - `charge_C_m2`: of A per area of interface; `neutrality`: |charge of A + charge of B| over it;
    - `capacitance_F_m2`: d charge/d built_in;
    - `lithium_A_m2`, `lithium_B_m2`: mobile Li+ in excess of the neutral bulk, ions per m2 of interface;
    - `electrons_A_m2`, `electrons_B_m2`: the same of electrons (minus holes);
    - `share_above`: the share of A's volume where |E| exceeds the threshold asked for.
    """

    built_in_V: Array
    bending_A_V: Array
    bending_B_V: Array
    field_max_V_m: Array
    field_A_V_m: Array
    field_B_V_m: Array
    charge_C_m2: Array
    neutrality: Array
    capacitance_F_m2: Array
    lithium_A_m2: Array
    lithium_B_m2: Array
    electrons_A_m2: Array
    electrons_B_m2: Array
    share_above: Array

    @property
    def lithium_m2(self) -> Array:
        """Li stored by the junction: the excess of both sides, ions per m2 of interface. What only moves over is
        none."""
        return self.lithium_A_m2 + self.lithium_B_m2


@dataclass(frozen=True)
class JunctionField(JunctionNumbers):
    """One junction in full: the numbers above as floats, and profiles of shape (nodes + 1,).

    The interface stands twice, as the last point of A (index `interface`) and the first of B.
    - `r_m`, `potential_V` (vacuum level: minus this, in eV), `field_V_m`, `charge_C_m3`;
    - `electrons_m3`, `holes_m3`, `lithium_m3`;
    - `error_V`: estimate of the largest error of the potential, from halving every cell;
    - `nodes`, `iterations`; `power`: 0 planar, 2 spherical.
    """

    r_m: Array
    interface: int
    potential_V: Array
    field_V_m: Array
    charge_C_m3: Array
    electrons_m3: Array
    holes_m3: Array
    lithium_m3: Array
    error_V: float
    nodes: int
    iterations: int
    power: int


def solve_many(
    A: Solid,
    B: Solid,
    geometry: Geometry,
    temperature: float = 298.15,
    *,
    field_above: float = 0.0,
    cells: int = CELLS,
) -> JunctionNumbers:
    """Many junctions at once: numbers of the solids and the geometry may be arrays of shape (samples,).

    Each has `cells` graded cells in each solid. `field_above` (V/m) is the threshold of `share_above`.

    Errors: `HeterofilmError` when one does not converge.
    """
    system = system_of(A, B, geometry, temperature, cells)
    u, _ = equilibrium(system, first_guess(system))
    return _numbers(system, u, field_above)


def solve(
    A: Solid,
    B: Solid,
    geometry: Geometry,
    temperature: float = 298.15,
    *,
    field_above: float = 0.0,
    tolerance: float = 1e-4,
) -> JunctionField:
    """One junction, its mesh refined until the potential is known to `tolerance` (V).

    Errors: `HeterofilmError` when it does not converge, or the tolerance needs more than 40,000 nodes.
    """
    if not 1e-9 <= tolerance <= 0.1:
        raise InputError(f"The tolerance of the potential must lie between 1e-9 and 0.1 V, got {tolerance:g}.")
    system = system_of(A, B, geometry, temperature, 24)
    if system.r.shape[0] > 1:
        raise InputError("solve takes one junction; use solve_many for several.")
    u, iterations = equilibrium(system, first_guess(system))
    local = tolerance / 2.0
    while True:
        system, u, iterations = _refined(system, u, local, iterations)
        coarse, every = u, np.ones(system.r.shape[1] - 1, bool)
        system, u = _bisected(system, u, every)
        u, more = equilibrium(system, u)
        iterations += more
        error = system.V_T * float(np.abs(u[:, ::2] - coarse).max()) / 3.0  # of order h^2, so a third of the change
        if error <= tolerance:
            return _profile(system, u, field_above, error, iterations)
        local /= 8.0


def _refined(system: System, u: Array, local: float, iterations: int) -> tuple[System, Array, int]:
    """Cells are halved until what each adds to the error, about q h^2 |d rho|/(8 eps), is below `local` (V)."""
    while True:
        m = system.interface
        v_A, v_B = system.v(u)
        step_A = np.abs(np.diff(system.A.charge(v_A)[0])) / system.A.permittivity
        step_B = np.abs(np.diff(system.B.charge(v_B)[0])) / system.B.permittivity
        h = np.diff(system.r)[0]
        adds = Q / (8.0 * EPS0) * h**2 * np.concatenate([step_A[0, :m], step_B[0]])
        large = adds > local
        if not large.any():
            return system, u, iterations
        large[1:] |= large[:-1]
        large[:-1] |= large[1:]
        if h.size + large.sum() > MOST_NODES:
            raise InputError(
                f"The potential needs more than {MOST_NODES} nodes for this tolerance; allow a larger one."
            )
        system, u = _bisected(system, u, large)
        u, more = equilibrium(system, u)
        iterations += more


def _bisected(system: System, u: Array, chosen: Array) -> tuple[System, Array]:
    """The mesh with the `chosen` cells halved, and u on it."""
    at = np.flatnonzero(chosen) + 1
    r, w = system.r[0], u[0]
    new_r = np.insert(r, at, (r[at] + r[at - 1]) / 2.0)[None]
    new_u = np.insert(w, at, (w[at] + w[at - 1]) / 2.0)[None]
    m = system.interface + int(chosen[: system.interface].sum())
    return System(system.A, system.B, new_r, m, system.power, system.temperature), new_u


def _fields(system: System, u: Array, rho: Array) -> tuple[Array, Array]:
    """|eps E| r^s at every node from the charge within it (Gauss), as E in A and in B; (samples, nodes of each),
    V/m."""
    m, s, r = system.interface, system.power, system.r
    D = np.zeros_like(u)  # eps_r E r^s: through the face below the node, and on by the charge between face and node
    D[:, 1:] = -system.link * np.diff(u, axis=1) * system.V_T + Q / EPS0 * rho[:, 1:] * system.below[:, 1:]
    D[:, -1] = 0.0
    D /= np.where(r > 0.0, r, 1.0) ** s
    return D[:, : m + 1] / system.A.permittivity, D[:, m:] / system.B.permittivity


def _numbers(system: System, u: Array, field_above: float) -> JunctionNumbers:
    m, s = system.interface, system.power
    area = system.r[:, m] ** s
    v_A, v_B = system.v(u)
    rho_A, slope_A = system.A.charge(v_A)
    rho_B = system.B.charge(v_B)[0]
    E_A, E_B = _fields(system, u, np.concatenate([rho_A, rho_B[:, 1:]], axis=1))
    q_A, q_B = (Q * (w * rho).sum(axis=1) / area for w, rho in ((system.volume_A, rho_A), (system.volume_B, rho_B)))
    # d charge/d built-in: the levels of B move against those of A
    shift = np.zeros_like(u)
    shift[:, m:] = Q / (EPS0 * system.V_T) * system.volume_B * system.B.charge(v_B)[1]
    du = system.solve_linear(system.residual(u)[1], shift)
    capacitance = Q * (system.volume_A * slope_A * du[:, : m + 1]).sum(axis=1) / area / system.V_T

    def excess(species: Species | None, v: Array, volume: Array) -> Array:
        if species is None:
            return np.zeros(u.shape[0])
        return np.asarray((volume * (species.density(v) - species.bulk)).sum(axis=1) / area)

    sides = ((system.A, v_A, system.volume_A), (system.B, v_B, system.volume_B))
    electrons = [excess(x.electrons, v, w) - excess(x.holes, v, w) for x, v, w in sides]
    lithium = [excess(x.lithium, v, w) for x, v, w in sides]
    volume = system.volume_A.sum(axis=1)
    V = system.V_T * u
    return JunctionNumbers(
        built_in_V=np.broadcast_to((system.B.work_function - system.A.work_function)[:, 0], area.shape),
        bending_A_V=V[:, 0] - V[:, m],
        bending_B_V=V[:, m] - V[:, -1],
        field_max_V_m=np.maximum(np.abs(E_A).max(axis=1), np.abs(E_B).max(axis=1)),
        field_A_V_m=E_A[:, m],
        field_B_V_m=E_B[:, 0],
        charge_C_m2=q_A,
        neutrality=np.abs(q_A + q_B) / np.maximum(np.maximum(np.abs(q_A), np.abs(q_B)), 1e-300),
        capacitance_F_m2=capacitance,
        lithium_A_m2=lithium[0],
        lithium_B_m2=lithium[1],
        electrons_A_m2=electrons[0],
        electrons_B_m2=electrons[1],
        share_above=(system.volume_A * (np.abs(E_A) > field_above)).sum(axis=1) / volume,
    )


def _profile(system: System, u: Array, field_above: float, error: float, iterations: int) -> JunctionField:
    numbers = _numbers(system, u, field_above)
    v_A, v_B = system.v(u)
    rho_A, rho_B = system.A.charge(v_A)[0], system.B.charge(v_B)[0]
    m = system.interface

    def joined(in_A: Array, in_B: Array) -> Array:
        return np.concatenate([in_A[0], in_B[0]])

    def densities(of: str) -> Array:
        parts = []
        for solid, v in ((system.A, v_A), (system.B, v_B)):
            species = getattr(solid, of)
            parts.append(np.zeros_like(v) if species is None else species.density(v))
        return joined(*parts)

    scalars: dict[str, Any] = {f.name: float(getattr(numbers, f.name)[0]) for f in fields(JunctionNumbers)}
    return JunctionField(
        **scalars,
        r_m=joined(system.r[:, : m + 1], system.r[:, m:]),
        interface=m,
        potential_V=system.V_T * joined(u[:, : m + 1], u[:, m:]),
        field_V_m=joined(*_fields(system, u, np.concatenate([rho_A, rho_B[:, 1:]], axis=1))),
        charge_C_m3=Q * joined(rho_A, rho_B),
        electrons_m3=densities("electrons"),
        holes_m3=densities("holes"),
        lithium_m3=densities("lithium"),
        error_V=error,
        nodes=system.r.shape[1],
        iterations=iterations,
        power=system.power,
    )
