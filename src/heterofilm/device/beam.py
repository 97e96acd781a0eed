"""A multilayer beam: neutral axis, strain and curvature, with strains that the layers bring along.

Layers i from the bottom up have a modulus E_i, a thickness t_i and a free strain e_i* (thermal, residual, of
lithiation). With y from the lower face, the beam strains as e(y) = e_0 + y k, and a layer is stressed by
s_i = E_i (e(y) - e_i*). Forces and, where nothing holds the curvature k, moments balance::

    A = sum E_i t_i,  B = sum E_i t_i y_i,  D = sum E_i (t_i y_i^2 + t_i^3/12),  y_i the middle of layer i
    N* = sum E_i t_i e_i*,  M* = sum E_i t_i y_i e_i*
    bent to k:   e_0 = (N* - B k)/A                     neutral axis y_n = B/A: without e*, e(y) = (y - y_n) k
    free:        k = (A M* - B N*)/(A D - B^2)

Limits: one layer, t/2R at its face; a stiff film on a compliant substrate (Suo, Ma, Gleskova, Wagner, Appl. Phys.
Lett. 74, 1177, 1999); a symmetric sandwich, no strain in its middle; a thin film on a thick substrate, Stoney.
E is the plane-strain modulus for a wide plate, Young's for a narrow strip: whoever calls chooses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

__all__ = ["Beam"]


@dataclass(frozen=True)
class Beam:
    """Moduli (Pa), thicknesses (m) and free strains of the layers from the bottom up; arrays of one length."""

    modulus: Array
    thickness: Array
    free: Array

    @property
    def bottoms(self) -> Array:
        """Lower faces (m)."""
        return np.concatenate([[0.0], np.cumsum(self.thickness)[:-1]])

    @property
    def middles(self) -> Array:
        """Middles of the layers (m)."""
        return self.bottoms + 0.5 * self.thickness

    @property
    def neutral_axis(self) -> float:
        """y_n (m), above the lower face."""
        stiffness = self.modulus * self.thickness
        return float(stiffness @ self.middles / stiffness.sum())

    @property
    def free_curvature(self) -> float:
        """k of the beam that nothing holds (1/m); positive makes the upper face the outer one."""
        A, B, N = self._sums
        D = float((self.modulus * (self.thickness * self.middles**2 + self.thickness**3 / 12.0)).sum())
        M = float((self.modulus * self.thickness * self.middles) @ self.free)
        return (A * M - B * N) / (A * D - B * B)

    def strain(self, y: Array | float, curvature: float) -> Array:
        """e(y) of the beam bent to a curvature (1/m), counted from its layers apart."""
        A, B, N = self._sums
        return (N - B * curvature) / A + np.asarray(y) * curvature

    def elastic(self, curvature: float) -> tuple[Array, Array]:
        """Elastic strain e - e* at the lower and the upper face of every layer."""
        bottoms = self.bottoms
        at_bottom = self.strain(bottoms, curvature) - self.free
        return at_bottom, self.strain(bottoms + self.thickness, curvature) - self.free

    def stress(self, curvature: float) -> Array:
        """Stress in the middle of every layer (Pa)."""
        return self.modulus * (self.strain(self.middles, curvature) - self.free)

    @property
    def _sums(self) -> tuple[float, float, float]:
        stiffness = self.modulus * self.thickness
        return float(stiffness.sum()), float(stiffness @ self.middles), float(stiffness @ self.free)
