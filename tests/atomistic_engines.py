"""Engines whose energies are known exactly, for tests of the tasks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from ase.calculators.calculator import Calculator, all_changes


@dataclass(frozen=True)
class Exact:
    """An engine from a function of atoms to energy and forces."""

    surface: Callable[[Any], tuple[float, np.ndarray]]
    settings: dict[str, Any] = field(default_factory=dict)
    name: str = "exact"
    level: str = "exact"
    capabilities: frozenset[str] = frozenset({"energy", "forces", "stress"})
    elements: frozenset[str] | None = None
    calls: list[int] = field(default_factory=list, hash=False, compare=False)

    def version(self) -> str:
        return "exact 1"

    def calculator(self, atoms, **settings):
        engine = self

        class Surface(Calculator):
            implemented_properties = ("energy", "forces", "stress")

            def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
                super().calculate(atoms, properties, system_changes)
                engine.calls.append(1)
                E, F = engine.surface(atoms)
                self.results = {"energy": E, "forces": F, "stress": np.zeros(6)}

        return Surface()


A, B, K, CURVE = 0.4, 0.1, 5.0, 0.6  # eV, eV, eV/A2, 1/A


def double_well(atoms):
    """E = A (x^2 - 1)^2 + B x + K/2 (y - CURVE x^2)^2 + K/2 z^2, summed over atoms: a curved path with unequal ends."""
    x, y, z = atoms.positions.T
    off = y - CURVE * x**2
    E = A * (x**2 - 1.0) ** 2 + B * x + 0.5 * K * off**2 + 0.5 * K * z**2
    F = -np.stack([4 * A * x * (x**2 - 1.0) + B - 2 * CURVE * K * x * off, K * off, K * z], axis=1)
    return float(E.sum()), F


def stationary():
    """x and E of first minimum, saddle and second minimum: roots of 4 A x (x^2 - 1) + B, on y = CURVE x^2."""
    x = np.sort(np.roots([4 * A, 0.0, -4 * A, B]).real)
    return x, A * (x**2 - 1.0) ** 2 + B * x


BOUND = 3.21  # eV by which an ion is bound in a host


def bound_ions(atoms):
    """E = -1.9 eV per Li, -5 eV per other atom, and -BOUND for every Li that has a host."""
    ions = sum(s == "Li" for s in atoms.symbols)
    others = len(atoms) - ions
    return -1.9 * ions - 5.0 * others - (BOUND * ions if others else 0.0), np.zeros((len(atoms), 3))
