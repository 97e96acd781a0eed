"""Hirshfeld charges: free atoms are neutral, an electron that is moved is found, and nothing is lost."""

import numpy as np
import pytest

pytest.importorskip("ase")

from ase import Atoms

from heterofilm.atomistic.fields.grid import Grid
from heterofilm.atomistic.tasks.hirshfeld import FreeAtom, hirshfeld, round_atom
from heterofilm.errors import HeterofilmError

CELL = np.array([[6.0, 0.0, 0.0], [-1.0, 6.5, 0.0], [0.5, 0.4, 7.0]])
SHAPE = (48, 50, 54)
R = np.linspace(0.0, 3.5, 400)


def gaussian(width: float, electrons: float, r: np.ndarray) -> np.ndarray:
    return electrons * np.exp(-0.5 * (r / width) ** 2) / (width * np.sqrt(2.0 * np.pi)) ** 3


FREE = {
    "Li": FreeAtom("Li", R, gaussian(0.6, 3.0, R), 3),
    "O": FreeAtom("O", R, gaussian(0.5, 6.0, R), 6),
}


def laid_out(places: np.ndarray, parts: list[tuple[float, float]]) -> Grid:
    """Gaussians (width, electrons) around `places` and their images, as far as a free atom reaches."""
    f = np.stack(np.meshgrid(*(np.arange(n) / n for n in SHAPE), indexing="ij"), axis=-1) @ CELL
    values = np.zeros(SHAPE)
    for place, (width, electrons) in zip(places, parts, strict=True):
        for shift in np.ndindex(3, 3, 3):
            r = np.linalg.norm(f - place - (np.array(shift) - 1) @ CELL, axis=-1)
            values += np.where(r <= R[-1], gaussian(width, electrons, r), 0.0)
    return Grid(values, CELL, "e/Å3", "density")


ATOMS = Atoms("LiOO", [[0.1, 0.2, 0.3], [2.0, 0.3, 0.4], [2.5, 4.0, 6.8]], cell=CELL, pbc=True)


def test_free_atoms_put_together_are_neutral() -> None:
    density = laid_out(ATOMS.positions, [(0.6, 3.0), (0.5, 6.0), (0.5, 6.0)])
    found = hirshfeld(density, ATOMS, FREE)
    np.testing.assert_allclose(found.charges_e, 0.0, atol=2e-4)
    assert abs(found.lost_e) < 1e-3


def test_an_ion_far_from_its_neighbours_has_the_charge_it_was_given() -> None:
    """Where no other atom reaches, w = 1: q = N(free) - N. The electron given away sits on an atom just as far off."""
    far = Atoms("LiO", [[0.0, 0.0, 0.0], CELL.sum(axis=0) / 2.0], cell=CELL, pbc=True)
    free = {s: FreeAtom(s, R, gaussian(0.3, n, R), n) for s, n in (("Li", 3), ("O", 6))}
    density = laid_out(far.positions, [(0.3, 2.2), (0.3, 6.8)])
    found = hirshfeld(density, far, free)
    np.testing.assert_allclose(found.charges_e, [0.8, -0.8], atol=2e-3)


def test_charges_add_up_to_zero_and_do_not_care_where_the_cell_begins() -> None:
    parts = [(0.55, 2.4), (0.5, 6.4), (0.6, 6.2)]
    shift = np.array([7, -5, 11]) / np.array(SHAPE) @ CELL
    one = hirshfeld(laid_out(ATOMS.positions, parts), ATOMS, FREE)
    moved = ATOMS.copy()
    moved.positions += shift
    two = hirshfeld(laid_out(moved.positions - 0.0, parts), moved, FREE)
    assert one.charges_e.sum() == pytest.approx(0.0, abs=1e-9)
    np.testing.assert_allclose(one.charges_e, two.charges_e, atol=2e-3)
    assert one.charges_e[0] > 0.2  # lithium gave
    mean, least, most = one.by_element(ATOMS)["O"]
    assert least <= mean <= most


def test_a_free_atom_is_the_mean_over_directions() -> None:
    box = np.eye(3) * 8.0
    grid = np.stack(np.meshgrid(*(np.arange(80) * 0.1,) * 3, indexing="ij"), axis=-1) - 4.0
    r = np.linalg.norm(grid, axis=-1)
    p_like = 1.0 + np.divide(grid[..., 2] ** 2, r**2, out=np.full_like(r, 1 / 3), where=r > 0) - 1.0 / 3.0
    found = round_atom("O", Grid(gaussian(0.7, 6.0, r) * p_like, box, "e/Å3", "density"))
    assert found.electrons == 6
    inside = (found.r_A > 0.3) & (found.r_A < 2.0)
    np.testing.assert_allclose(found.density[inside], gaussian(0.7, 6.0, found.r_A[inside]), rtol=0.02)


def test_another_count_of_electrons_and_missing_atoms_are_refused() -> None:
    density = laid_out(ATOMS.positions, [(0.6, 1.0), (0.5, 6.0), (0.5, 6.0)])
    with pytest.raises(HeterofilmError, match=r"13\.0.* electrons and the free atoms 15.*same"):
        hirshfeld(density, ATOMS, FREE)
    with pytest.raises(HeterofilmError, match="free atoms of O"):
        hirshfeld(density, ATOMS, {"Li": FREE["Li"]})
