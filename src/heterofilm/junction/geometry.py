"""Where a junction lies: two layers, or a spherical domain in its share of the matrix; and meshes for both.

A occupies 0 < r < interface, B interface < r < outer, and no field leaves at either end (mirror planes; the centre of
the sphere; the surface of the Wigner-Seitz cell, the sphere of matrix that belongs to one domain). At a volume fraction
phi of domains of diameter d

    R = (d/2) phi^(-1/3)

so that a film with phi = 0.58 and d = 10 nm leaves a shell of 1.0 nm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import InputError
from .planar import planar_contact
from .statistics import Array, Solid, debye_length, thermal_voltage

__all__ = ["Geometry", "area_per_volume", "initial_mesh", "slabs", "sphere", "thick"]


@dataclass(frozen=True)
class Geometry:
    """`interface` and `outer` in m, numbers or arrays of shape (samples,); `power` 0: planar, 2: spherical."""

    interface: Any
    outer: Any
    power: int = 0


def slabs(thickness_A: Any, thickness_B: Any) -> Geometry:
    """Two layers (m) between mirror planes. Errors: `HeterofilmError` unless both are positive."""
    for name, value in (("first", thickness_A), ("second", thickness_B)):
        if not np.all(np.isfinite(value)) or not np.all(np.asarray(value) > 0.0):
            raise InputError(f"The thickness of the {name} layer must be positive, got {float(np.min(value)):g} m.")
    return Geometry(thickness_A, np.asarray(thickness_A) + thickness_B)


def sphere(diameter: Any, volume_fraction: Any) -> Geometry:
    """A domain of `diameter` (m) in the shell of matrix that its `volume_fraction` leaves it.

    Errors: `HeterofilmError` for a diameter that is not positive, or a fraction outside (0, 1).
    """
    if not np.all(np.isfinite(diameter)) or not np.all(np.asarray(diameter) > 0.0):
        raise InputError(f"The diameter of a domain must be positive, got {float(np.min(diameter)):g} m.")
    _check_fraction(volume_fraction)
    radius = np.asarray(diameter) / 2.0
    return Geometry(radius, radius * np.asarray(volume_fraction) ** (-1.0 / 3.0), 2)


def thick(A: Solid, B: Solid, temperature: float = 298.15, widths: float = 12.0) -> Geometry:
    """Two layers of `widths` times what the space charge of A | B needs: both end in a neutral bulk."""
    V_T, contact = thermal_voltage(temperature), planar_contact(A, B, temperature)
    lengths = []
    for solid, bending, field in (
        (A, contact.bending_A_V, contact.field_A_V_m),
        (B, contact.bending_B_V, contact.field_B_V_m),
    ):
        depleted = 2.0 * np.abs(bending) / np.maximum(np.abs(field), 1e-300)
        lengths.append(np.where(np.abs(bending) > V_T, 1.5 * depleted, 0.0) + widths * debye_length(solid, temperature))
    return slabs(*lengths)


def area_per_volume(diameter: Any, volume_fraction: Any) -> Any:
    """6 phi/d: interface between domains and matrix per volume of film (1/m)."""
    sphere(diameter, volume_fraction)
    return 6.0 * volume_fraction / diameter


def initial_mesh(A: Solid, B: Solid, geometry: Geometry, temperature: float, cells: int) -> Array:
    """Nodes r of shape (samples, 2 cells + 1), `r[:, cells]` on the interface, finest there.

    The first step of each side is a share of the smaller of its screening length and the length kT/(q E) over
    which the field of the thick contact changes an accumulation layer.
    """
    V_T, contact = thermal_voltage(temperature), planar_contact(A, B, temperature)
    a, outer, _ = np.broadcast_arrays(*map(np.atleast_1d, (geometry.interface, geometry.outer, contact.charge_C_m2)))
    sides = []
    for solid, field, length in ((A, contact.field_A_V_m, a), (B, contact.field_B_V_m, outer - a)):
        bent = V_T / np.maximum(np.abs(field), 1e-3)
        finest = np.minimum(np.minimum(debye_length(solid, temperature), bent) / 4.0, length / cells)
        sides.append(_graded(length, np.broadcast_to(finest, length.shape), cells))
    r = np.concatenate([a[:, None] - sides[0][:, ::-1], a[:, None] + sides[1][:, 1:]], axis=1)
    r[:, 0], r[:, -1] = 0.0, outer
    return r


def _graded(length: Array, finest: Array, cells: int) -> Array:
    """Distances from the interface: L sinh(b s)/sinh(b), with b such that the first step is `finest`."""
    stretch = np.maximum(length / (cells * finest), 1.001)  # = sinh(b)/b
    b = np.sqrt(6.0 * (stretch - 1.0))
    for _ in range(60):
        b = np.arcsinh(b * stretch)
    b = np.maximum(b, 1e-3)[:, None]
    return np.asarray(length[:, None] * np.sinh(b * np.linspace(0.0, 1.0, cells + 1)) / np.sinh(b))


def _check_fraction(volume_fraction: Any) -> None:
    phi = np.ravel(np.asarray(volume_fraction, float))
    wrong = phi[~((phi > 0.0) & (phi < 1.0))]
    if wrong.size:
        raise InputError(f"The volume fraction of domains must lie between 0 and 1, got {wrong[0]:g}.")
