"""ELF of the homogeneous electron gas, of one orbital, and of closed and open shells written both ways."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("ase")

from ase import Atoms

from heterofilm.atomistic.fields.elf import beside_atoms, elf, elf_of_grids, localisation
from heterofilm.atomistic.fields.grid import Grid
from heterofilm.constants import BOHR_A
from heterofilm.errors import HeterofilmError


@given(st.floats(1e-4, 10.0))
def test_the_homogeneous_electron_gas_has_one_half(n: float) -> None:
    """τ = 3/10 (3π²)^(2/3) n^(5/3) for both spins together, no gradient."""
    tau = 0.3 * (3 * np.pi**2) ** (2 / 3) * n ** (5 / 3)
    assert elf(np.array([[n]]), np.zeros((1, 1)), np.array([[tau]]))[0] == pytest.approx(0.5, abs=1e-12)
    polarised = 0.3 * (6 * np.pi**2) ** (2 / 3) * n ** (5 / 3)
    both = elf(np.array([[n], [0.0]]), np.zeros((2, 1)), np.array([[polarised], [0.0]]))
    assert both[0] == pytest.approx(0.5, abs=1e-9)


def test_the_one_orbital_of_hydrogen_and_helium_has_one_everywhere() -> None:
    """ψ = exp(-r)/√π: n = ψ², τ = ½|∇ψ|² = ½ψ², |∇n|² = 4 ψ² |∇ψ|² = 4 n²."""
    r = np.linspace(0.05, 5.0, 50)
    n = np.exp(-2 * r) / np.pi
    empty = 0.0 * n
    one = elf(np.array([n, empty]), np.array([4 * n**2, empty]), np.array([0.5 * n, empty]))
    np.testing.assert_allclose(one, 1.0, atol=1e-12)
    n = 2.0 * n  # two electrons of opposite spin in it
    np.testing.assert_allclose(elf(n[None], 4 * n[None] ** 2, 0.5 * n[None]), 1.0, atol=1e-12)


def test_two_equal_spins_are_the_closed_shell() -> None:
    rng = np.random.default_rng(1)
    n, g, tau = rng.uniform(0.01, 1, 30), rng.uniform(0, 1e-3, 30), rng.uniform(1, 2, 30)
    closed = elf(n[None], g[None], tau[None])
    halves = elf(np.array([n, n]) / 2, np.array([g, g]) / 4, np.array([tau, tau]) / 2)
    np.testing.assert_allclose(closed, halves, rtol=1e-12)


def test_gaussian_orbital_on_a_grid_has_one_where_there_are_electrons() -> None:
    """One orbital in a periodic box, ∇n by Fourier series: the gradient, the units and the cell are right together."""
    L, n = 12.0, 48
    x = np.arange(n) * L / n - L / 2
    r2 = sum(np.meshgrid(x**2, x**2, x**2, indexing="ij"))
    a = 0.6
    psi2 = (2 * a / np.pi) ** 1.5 * np.exp(-2 * a * r2)
    tau = 2 * (0.5 * 4 * a**2 * r2 * psi2)
    grid = elf_of_grids(2 * psi2[None], tau[None], np.eye(3) * L * BOHR_A)
    busy = 2 * psi2 > 1e-3
    np.testing.assert_allclose(grid.values[busy], 1.0, atol=1e-6)


def test_a_vacuum_without_orbitals_does_not_spoil_the_whole() -> None:
    """Orbitals end at a radius: beyond it n = 0 while the gradient of a Fourier series is not."""
    n = np.array([[0.1, 0.1, 0.0, 0.0]])
    g = np.array([[1e-3, 1e-3, 1e-9, 1e-9]])
    tau = np.array([[0.02, 0.02, 0.0, 0.0]])
    found = elf(n, g, tau)
    np.testing.assert_allclose(found[:2], elf(n[:, :2], g[:, :2], tau[:, :2]))
    np.testing.assert_allclose(found[2:], 0.0)


def test_vacuum_is_zero_and_nonsense_is_refused() -> None:
    assert elf(np.array([[1e-9]]), np.zeros((1, 1)), np.zeros((1, 1)))[0] == 0.0
    with pytest.raises(HeterofilmError, match="misses orbitals"):
        elf(np.ones((1, 2)), np.full((1, 2), 9.0), np.full((1, 2), 1.0))
    with pytest.raises(HeterofilmError, match="spins x points"):
        elf(np.ones(3), np.ones(3), np.ones(3))
    with pytest.raises(HeterofilmError, match="finite"):
        elf(np.ones((1, 2)), np.array([[0.0, np.nan]]), np.ones((1, 2)))


def test_a_region_is_averaged_over_its_space_and_over_its_electrons() -> None:
    z = np.arange(10)
    values = np.broadcast_to(np.where(z < 5, 0.9, 0.2), (2, 2, 10)).copy()
    weights = np.broadcast_to(np.where(z < 2, 3.0, 1.0), (2, 2, 10)).copy()
    cell = np.diag([2.0, 2.0, 10.0])
    field, density = Grid(values, cell, ""), Grid(weights, cell, "e/Å3")
    low = localisation(field, density, 0.0, 5.0)
    assert (low.mean, low.electron_mean, low.above_half) == pytest.approx((0.9, 0.9, 1.0))
    whole = localisation(field, density, 0.0, 10.0)
    assert whole.mean == pytest.approx(0.55)
    assert whole.electron_mean == pytest.approx((0.9 * 9 + 0.2 * 5) / 14)
    over = localisation(field, density, 8.0, 12.0)
    assert over.above_half == pytest.approx(0.5)
    with pytest.raises(HeterofilmError, match="no plane"):
        localisation(field, density, 3.0, 3.0)


def test_beside_atoms_is_a_ball_that_goes_on_across_the_edge_of_the_cell() -> None:
    """An atom in the corner: the ball's volume is 4/3 pi r³, in eight parts; the values inside stay."""
    atoms = Atoms("He", positions=[[0.0, 0.0, 0.0]], cell=[4.0, 5.0, 6.0], pbc=True)
    whole = Grid(np.full((40, 50, 60), 0.7), atoms.cell.array, "")
    found = beside_atoms(whole, atoms, 1.5)
    assert set(np.unique(found.values)) == {0.0, 0.7}
    inside = np.count_nonzero(found.values) * 0.1**3
    assert inside == pytest.approx(4.0 / 3.0 * np.pi * 1.5**3, rel=0.01)
    assert found.values[-5, -5, -5] == 0.7 and found.values[20, 25, 30] == 0.0
