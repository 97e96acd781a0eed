"""Empty spheres against the holes of simple lattices, known exactly."""

from __future__ import annotations

import pytest

pytest.importorskip("ase", reason="the extra 'atoms' (ase, pymatgen) is not installed")

import numpy as np
from ase import Atoms
from ase.build import bulk
from hypothesis import given
from hypothesis import strategies as st

from draws import examples
from heterofilm.atomistic.structures.library import load
from heterofilm.atomistic.tasks import insert, interstitial_sites, moved
from heterofilm.errors import HeterofilmError

pytest.importorskip("spglib", reason="the extra 'atoms' (ase, pymatgen, which brings spglib) is not installed")


def test_simple_cubic_has_one_hole_in_the_middle() -> None:
    """r = a sqrt(3)/2 at the body centre."""
    (hole,) = interstitial_sites(Atoms("Cu", cell=[3.0, 3.0, 3.0], pbc=True))
    assert hole.radius_A == pytest.approx(3.0 * np.sqrt(3) / 2)
    np.testing.assert_allclose(hole.position, [1.5, 1.5, 1.5], atol=1e-9)
    assert hole.multiplicity == 1 and hole.touches == ("Cu",) * 8


@examples(100)
@given(st.floats(3.6, 4.6), st.floats(-1.0, 1.0), st.floats(-1.0, 1.0))
def test_fcc_has_octahedral_and_tetrahedral_holes_wherever_it_lies(a: float, x: float, y: float) -> None:
    """r = a/2 (4 a cell, 6 neighbours) and a sqrt(3)/4 (8 a cell, 4 neighbours), whatever the origin."""
    atoms = bulk("Cu", a=a, cubic=True)
    atoms.positions += [x, y, 0.3]
    octahedral, tetrahedral = interstitial_sites(atoms, smallest=1.4)
    assert (octahedral.multiplicity, len(octahedral.touches)) == (4, 6)
    assert (tetrahedral.multiplicity, len(tetrahedral.touches)) == (8, 4)
    assert octahedral.radius_A == pytest.approx(a / 2, rel=1e-6)
    assert tetrahedral.radius_A == pytest.approx(a * np.sqrt(3) / 4, rel=1e-6)


def test_no_sphere_holds_an_atom() -> None:
    """The definition of an empty sphere, in a monoclinic crystal."""
    atoms = load("Cu2V2O7").atoms
    found = interstitial_sites(atoms)
    for site in found:
        for place in site.equivalent:
            probe = atoms + Atoms("H", positions=[place])
            assert probe.get_distances(-1, range(len(atoms)), mic=True).min() > site.radius_A - 0.1
    assert all(site.radius_A >= 1.5 for site in found)
    assert [v.radius_A for v in found] == sorted((v.radius_A for v in found), reverse=True)


def test_v2o5_takes_lithium_between_its_layers() -> None:
    """The largest site lies in the gap, under eight oxygens: the site of epsilon-LixV2O5, two a cell."""
    atoms = load("V2O5").atoms
    site = interstitial_sites(atoms)[0]
    assert site.multiplicity == 2 and site.touches == ("O",) * 8
    filled = insert(atoms, site.equivalent)
    assert filled.symbols.formula.count()["Li"] == 2


def test_an_ion_moves_to_the_nearest_image_of_a_place() -> None:
    host = Atoms("CuLi", positions=[[0, 0, 0], [3.5, 2.0, 2.0]], cell=[4.0, 4.0, 4.0], pbc=True)
    there = moved(host, "Li", (0.5, 2.0, 2.0))
    np.testing.assert_allclose(there.positions, [[0, 0, 0], [4.5, 2.0, 2.0]])
    with pytest.raises(HeterofilmError, match="the structure holds 0"):
        moved(host, "Na", (0.5, 2.0, 2.0))
    with pytest.raises(HeterofilmError, match="overlapping"):
        moved(host, "Li", (0.1, 0.0, 0.0))


def test_what_cannot_hold_an_ion_is_refused() -> None:
    atoms = bulk("Cu", cubic=True)
    with pytest.raises(HeterofilmError, match="overlapping"):
        insert(atoms, [[0.1, 0.0, 0.0]])
    with pytest.raises(HeterofilmError, match="no element 'Lj'"):
        insert(atoms, [[1.8, 0.0, 0.0]], "Lj")
    with pytest.raises(HeterofilmError, match="repeats in all three"):
        interstitial_sites(Atoms("Cu"))
