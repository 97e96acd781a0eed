"""Poisson-Boltzmann at equilibrium: two solids, planar or spherical, with any mobile charge of :mod:`.statistics`.

With u = phi/(kT/q), the electrons' Fermi level as zero (so that the neutral bulk of a solid lies at u = -Phi/kT):

    r^-s d/dr (r^s eps_0 eps du/dr) = -(q/V_T) rho(u)/q,      s = 0 planar, 2 spherical
    u and eps du/dr continuous at the interface;  du/dr = 0 at both ends

Finite volumes around the nodes: the flux r_f^s eps (u_k+1 - u_k)/h through each face, and the charge of each part of a
control volume in its own solid. Charge is conserved to rounding: what the faces carry is what the volumes hold.

The equations are the gradient of a convex energy (d rho/du <= 0), and by the maximum principle the solution lies
between the two bulk levels. Newton's step is therefore always downhill: it is made no longer than the levels are apart,
and halved while its end is uphill. It converges from any start without continuation (1e14-1e21 cm-3, 0-2 V: tests).

All samples of a batch are one symmetric tridiagonal system of uncoupled blocks. A batch and a single junction are
the same code; the single one also refines its mesh and knows its error.
"""

from __future__ import annotations

import numpy as np

from ..constants import E_CHARGE as Q
from ..constants import EPSILON_0 as EPS0
from ..errors import InputError, SimulationError
from .geometry import Geometry, initial_mesh
from .planar import planar_contact
from .statistics import Array, Solid, thermal_voltage

__all__ = ["System", "equilibrium"]

STEPS = 200  # of Newton: a start in the exponential of an unlimited accumulation needs one per kT
CONVERGED = 1e-10  # kT


class System:
    """The equations on a mesh.

    `A` and `B` are columns (:meth:`Solid.column`), `r` has the shape (samples, nodes) in m, `interface` is the index of
    the node that both solids share.
    """

    def __init__(self, A: Solid, B: Solid, r: Array, interface: int, power: int, temperature: float) -> None:
        self.A, self.B, self.r = A, B, r
        self.interface, self.power, self.temperature = interface, power, temperature
        m, s, cells = interface, power, r.shape[1] - 1
        face = np.concatenate([r[:, :1], (r[:, 1:] + r[:, :-1]) / 2.0, r[:, -1:]], axis=1)
        eps = np.concatenate(
            [np.broadcast_to(x.permittivity, (r.shape[0], n)) for x, n in ((A, m), (B, cells - m))], axis=1
        )
        self.below = (r ** (s + 1) - face[:, :-1] ** (s + 1)) / (s + 1)  # inner part of every control volume, m^(s+1)
        above = (face[:, 1:] ** (s + 1) - r ** (s + 1)) / (s + 1)
        self.volume_A, self.volume_B = (self.below + above)[:, : m + 1], (self.below + above)[:, m:]
        self.volume_A[:, m], self.volume_B[:, 0] = self.below[:, m], above[:, m]
        self.link = eps * face[:, 1:-1] ** s / np.diff(r, axis=1)  # of every cell, m^(s-1)

    @property
    def V_T(self) -> float:
        """kT/q, V."""
        return thermal_voltage(self.temperature)

    def v(self, u: Array) -> tuple[Array, Array]:
        """Potential above the neutral bulk (kT/q): at the nodes of A and at those of B, the interface in both."""
        m = self.interface
        return u[:, : m + 1] + self.A.work_function / self.V_T, u[:, m:] + self.B.work_function / self.V_T

    def residual(self, u: Array) -> tuple[Array, Array]:
        """Gradient of the energy and the charge's part of its diagonal second derivative, (samples, nodes)."""
        m, scale = self.interface, Q / (EPS0 * self.V_T)
        v_A, v_B = self.v(u)
        (rho_A, slope_A), (rho_B, slope_B) = self.A.charge(v_A), self.B.charge(v_B)
        f, d = np.zeros_like(u), np.zeros_like(u)
        flux = self.link * np.diff(u, axis=1)
        f[:, 1:] += flux
        f[:, :-1] -= flux
        f[:, : m + 1] -= scale * self.volume_A * rho_A
        f[:, m:] -= scale * self.volume_B * rho_B
        d[:, : m + 1] -= scale * self.volume_A * slope_A
        d[:, m:] -= scale * self.volume_B * slope_B
        return f, d

    def solve_linear(self, diagonal: Array, right: Array) -> Array:
        """The step of Newton: (links + diagonal) x = right, for all samples at once.

        Where both solids are depleted throughout, nothing answers a shift of the whole potential and the matrix is
        singular to rounding: its diagonal is then raised a little, which shortens the step and keeps it downhill.
        """
        from scipy.linalg.lapack import dptsv

        full = diagonal.copy()
        full[:, 1:] += self.link
        full[:, :-1] += self.link
        off = np.zeros(full.shape)  # the last of each row stays zero: samples are not coupled
        off[:, :-1] = -self.link
        for raised in (0.0, 1e-14, 1e-12, 1e-10):
            x, info = dptsv((full * (1.0 + raised)).ravel(), off.ravel()[:-1], right.ravel())[2:]
            if info == 0 and np.isfinite(x).all():
                return np.asarray(x).reshape(full.shape)
        raise InputError(
            "The potential of the junction cannot be computed: doping, size and permittivity differ by more than "
            "double "
            "precision resolves; check their units."
        )

    def rows(self, chosen: Array) -> System:
        """The same for some of the samples."""
        A, B = self.A.rows(chosen), self.B.rows(chosen)
        return System(A, B, self.r[chosen], self.interface, self.power, self.temperature)


def equilibrium(system: System, u: Array) -> tuple[Array, int]:
    """The potential u (kT/q), started from `u` of shape (samples, nodes), and the iterations of the slowest sample.

    Errors: `HeterofilmError` when Newton's method does not converge, which names the sample.
    """
    u = u.copy()
    waiting = np.arange(u.shape[0])
    part = system
    for step in range(1, STEPS + 1):
        w = u[waiting]
        f, d = part.residual(w)
        du = part.solve_linear(d, -f)
        u[waiting], still = _downhill(part, w, f, du)
        if not still.any():
            return u, step
        if still.sum() < 0.7 * still.size:
            waiting, part = waiting[still], part.rows(still)
    raise SimulationError(
        f"The potential of junction {waiting[0] + 1} did not converge in {STEPS} steps; check doping, size and "
        f"work functions."
    )


def _downhill(system: System, u: Array, f: Array, du: Array) -> tuple[Array, Array]:
    """The step, no longer than the levels are apart and shortened where its end is uphill; which samples still move."""
    apart = np.abs(system.A.work_function - system.B.work_function)[:, 0] / system.V_T
    size = np.abs(du).max(axis=1)
    slope = np.abs((f * du).sum(axis=1))
    t = np.minimum(1.0, (apart + 1e-6) / np.maximum(size, 1e-300))
    for _ in range(30):
        new = u + t[:, None] * du
        uphill = (system.residual(new)[0] * du).sum(axis=1)
        too_far = (uphill > 0.9 * slope) & (size > 1e-5)  # closer, rounding decides and the full step is right
        if not too_far.any():
            break
        t[too_far] *= 0.5
    return new, size > CONVERGED


def first_guess(system: System) -> Array:
    """The parabolas of depletion with the bendings of the thick contact, (samples, nodes)."""
    A, B, r, interface, V_T = system.A, system.B, system.r, system.interface, system.V_T
    contact = planar_contact(A, B, system.temperature)
    distance = r - r[:, [interface]]
    u = np.empty(r.shape)
    sides = (
        (A, slice(None, interface), -contact.bending_A_V, contact.field_A_V_m),
        (B, slice(interface, None), contact.bending_B_V, contact.field_B_V_m),
    )
    for solid, nodes, bending, field in sides:
        width = np.maximum(2.0 * np.abs(bending) / np.maximum(np.abs(field), 1e-300), 1e-30)
        shape = np.maximum(1.0 - np.abs(distance[:, nodes]) / width, 0.0) ** 2
        u[:, nodes] = (-solid.work_function + bending * shape) / V_T
    return u


def system_of(A: Solid, B: Solid, geometry: Geometry, temperature: float, cells: int) -> System:
    """The equations on the initial mesh of `cells` cells in each solid."""
    r = initial_mesh(A, B, geometry, temperature, cells)
    return System(A.column(), B.column(), r, cells, geometry.power, temperature)
