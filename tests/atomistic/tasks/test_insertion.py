"""Insertion energies of a host whose binding is known exactly."""

from __future__ import annotations

import pytest

pytest.importorskip("ase", reason="the extra 'atoms' (ase, pymatgen) is not installed")

import numpy as np

from atomistic_engines import BOUND, Exact, bound_ions
from heterofilm.atomistic.structures.library import load
from heterofilm.atomistic.tasks import insertion_energy, interstitial_sites, screen
from heterofilm.errors import HeterofilmError

HOST = load("V2O5").atoms
SITES = interstitial_sites(HOST)


def test_the_energy_is_minus_the_binding() -> None:
    found = insertion_energy(HOST, SITES[0].position, Exact(bound_ions))
    assert found.energy_eV == pytest.approx(-BOUND, abs=1e-9)
    assert found.moved_A == pytest.approx(0.0, abs=1e-9)
    np.testing.assert_allclose(found.site, SITES[0].position, atol=1e-9)
    assert found.neighbours[0][1] == pytest.approx(SITES[0].radius_A, abs=0.01)


def test_what_the_host_gains_by_itself_is_not_the_ions() -> None:
    """A host with a deeper place for one atom, to which only an ion pushes it: the ion is bound by BOUND alone."""
    depth, far, stiff = 3.0, 0.4, 60.0  # eV, Å, eV/Å2

    def trapped(atoms):  # type: ignore[no-untyped-def]
        E, F = bound_ions(atoms)
        if "V" not in atoms.symbols:
            return E, F
        first = [s for s in atoms.symbols].index("V")
        q = atoms.positions[first, 2] - HOST.positions[first, 2]
        deep = q > 0.5 * far or "Li" in atoms.symbols
        F[first, 2] = -2.0 * stiff * (q - far * deep)
        return E + stiff * (q - far * deep) ** 2 - depth * deep, F

    found = insertion_energy(HOST, SITES[0].position, Exact(trapped), fmax=1e-4)
    assert found.energy_eV == pytest.approx(-BOUND, abs=1e-6)
    assert found.framework_eV == pytest.approx(-depth, abs=1e-6)


def test_screening_orders_sites_by_their_energy() -> None:
    """A surface that likes height: the highest site comes first, with its own energy."""

    def lifted(atoms):  # type: ignore[no-untyped-def]
        E, F = bound_ions(atoms)
        return E - 0.1 * sum(atom.position[2] for atom in atoms if atom.symbol == "Li"), F

    flat = Exact(lambda atoms: lifted(atoms) if len(atoms) > 2 else bound_ions(atoms))
    ranked = screen(HOST, SITES[:4], flat)
    heights = [site.position[2] for _, site in ranked]
    assert heights == sorted(heights, reverse=True)
    assert ranked[0][0] == pytest.approx(-BOUND - 0.1 * heights[0], abs=1e-9)


def test_a_taken_place_is_refused_before_anything_is_computed() -> None:
    engine = Exact(bound_ions)
    with pytest.raises(HeterofilmError, match="overlapping"):
        insertion_energy(HOST, HOST.positions[0], engine)
    assert not engine.calls
