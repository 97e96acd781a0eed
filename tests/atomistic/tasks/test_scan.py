"""Energies over gaps and registries find the stacking that is known."""

from __future__ import annotations

import pytest

pytest.importorskip("ase", reason="the extra 'atoms' (ase, pymatgen) is not installed")
pytest.importorskip("pymatgen", reason="the extra 'atoms' (ase, pymatgen) is not installed")

from ase.build import bulk

from heterofilm.atomistic.engines import base as engines
from heterofilm.atomistic.structures.interface import InterfaceBuilder
from heterofilm.atomistic.tasks import scan_interfaces


def test_a_metal_on_itself_fits_without_strain_and_the_scan_finds_its_own_stacking() -> None:
    """Cu(100) on Cu(100): no strain, and the lowest energy at half a lattice constant in the hollow site."""
    copper = bulk("Cu", a=3.59, cubic=True)
    builder = InterfaceBuilder(copper, copper, (1, 0, 0), (1, 0, 0), layers=(3, 3), max_area=15.0)
    assert builder.matches[0].strain < 1e-9
    shifts = [(x, y) for x in (0.0, 0.5) for y in (0.0, 0.5)]
    points = scan_interfaces(builder, engines.get("emt"), gaps=(1.6, 1.795, 2.1, 2.6), shifts=shifts, terminations=[0])
    assert points[0].interface.gap_A == pytest.approx(1.795)
    assert points[0].energy_eV < 0.0
    assert points == tuple(sorted(points, key=lambda p: p.energy_eV))
