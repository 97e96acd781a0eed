"""ELF from CP2K's fields is the ELF of the textbook, for closed shells and for spins."""

import numpy as np
import pytest

pytest.importorskip("ase")

from heterofilm.atomistic.engines.cp2k_elf import elf_of_cp2k
from heterofilm.atomistic.fields.elf import elf
from heterofilm.atomistic.fields.grid import Grid
from heterofilm.constants import BOHR_A

RNG = np.random.default_rng(2)
N, G, TAU = RNG.uniform(0.05, 1, (2, 27)), RNG.uniform(0, 1e-3, (2, 27)), RNG.uniform(0.5, 2, (2, 27))  # by spin


def grid(values: np.ndarray) -> Grid:
    return Grid(values.reshape(3, 3, 3), np.eye(3) * 4.0, "")


def as_cp2k(n: np.ndarray, g: np.ndarray, tau: np.ndarray) -> np.ndarray:
    """What CP2K's source does with one density, its squared gradient and τ."""
    kernel = (tau - g / 8.0 / n) + 2.87e-5
    return 1.0 / (1.0 + (kernel / (0.3 * (3.0 * np.pi**2) ** (2 / 3) * n ** (5 / 3))) ** 2)


def test_a_closed_shell() -> None:
    found = elf_of_cp2k([grid(as_cp2k(N[0], G[0], TAU[0]))], [grid(N[0] * BOHR_A**-3)])
    np.testing.assert_allclose(found.values.ravel(), elf(N[:1], G[:1], TAU[:1]), rtol=1e-6)


def test_two_spins_and_one_alone() -> None:
    fields = [grid(as_cp2k(N[s], G[s], TAU[s])) for s in (0, 1)]
    found = elf_of_cp2k(fields, [grid(n * BOHR_A**-3) for n in N])
    np.testing.assert_allclose(found.values.ravel(), elf(N, G, TAU), rtol=1e-6)
    empty = 0.0 * N[0]
    alone = elf_of_cp2k([fields[0], grid(empty)], [grid(N[0] * BOHR_A**-3), grid(empty)])
    one = elf(np.array([N[0], empty]), np.array([G[0], empty]), np.array([TAU[0], empty]))
    np.testing.assert_allclose(alone.values.ravel(), one, rtol=1e-6)


def test_the_vacuum_is_zero() -> None:
    assert not elf_of_cp2k([grid(np.ones(27))], [grid(np.full(27, 1e-7))]).values.any()
