"""ELF from what CP2K writes under that name (2023.1), so that it means what `elf` means.

CP2K writes one field a spin, 1 / (1 + χ²) with χ = (D_σ + 2.87e-5) / (c n_σ^{5/3}) in atomic units and c = 3/10
(3π²)^{2/3}, for a closed shell with both spins in n. The small number keeps D above noise; c belongs to a closed
shell, so that the field of one spin alone is too small by 2^{2/3} in χ. Both are undone here:

    D_h = c n^{5/3} (closed shell) or 2^{2/3} c n_σ^{5/3}        ELF = 1 / (1 + (Σ D / Σ D_h)²)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...constants import BOHR_A
from ..fields.elf import VACUUM
from ..fields.grid import Grid, same_grid

__all__ = ["elf_of_cp2k"]

C = 0.3 * (3.0 * np.pi**2) ** (2.0 / 3.0)
ADDED = 2.87e-5  # hartree bohr⁻³
LEAST = 1e-5  # CP2K writes 0 below 1e-4


def elf_of_cp2k(fields: Sequence[Grid], densities: Sequence[Grid]) -> Grid:
    """ELF from CP2K's fields and the densities (e/Å3) that belong to them: one of a closed shell, or two of spins."""
    shape = fields[0].values.shape
    D, D_h, n = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    own = 1.0 if len(fields) == 1 else 2.0 ** (2.0 / 3.0)
    for field, density in zip(fields, densities, strict=True):
        same_grid(field, Grid(density.values, density.cell, field.unit, density.name), "ELF")
        held = np.maximum(density.values, 0.0) * BOHR_A**3
        gas = C * held ** (5.0 / 3.0)
        chi = np.sqrt(1.0 / np.clip(field.values, LEAST, 1.0) - 1.0)
        D += np.maximum(chi * gas - ADDED, 0.0)
        D_h += own * gas
        n += held
    ratio = D / np.maximum(D_h, 1e-300)
    return Grid(np.where(n < VACUUM, 0.0, 1.0 / (1.0 + ratio**2)), fields[0].cell, "", "ELF")
