"""What was put into three synthetic ground states of an interface is read off, and kept small."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ase")

from ase import Atoms

from heterofilm.atomistic.level import Level
from heterofilm.atomistic.results.reduction import record_interface, sides_of
from heterofilm.errors import HeterofilmError
from made_interface import ABOUT, ATOMS, FINE, PLANE, Space, made

AREA = 20.0


def test_the_electrons_that_moved_are_counted_with_their_direction(tmp_path: Path) -> None:
    found = made(tmp_path)
    n = found.numbers
    assert n.transferred_e == pytest.approx(0.4, abs=2e-3) and n.per_area_e_A2 == pytest.approx(0.02, abs=1e-4)
    assert found.words.endswith("electrons move from V2O5 to Cu2V2O7")
    assert n.start_A == pytest.approx((17.0 + 6.0 + 24.0) / 2.0 % 24.0)  # the middle of the vacuum
    at_plane = np.interp(PLANE, found.normal.difference.z_A, found.normal.charge_e)
    assert at_plane == pytest.approx(n.transferred_e, abs=1e-3)
    assert abs(found.normal.charge_e[-1] - found.normal.charge_e[0]) < 1e-3  # all of it comes back over the whole cell
    mean = found.normal.difference.values.mean()
    assert found.normal.smooth_difference.values.mean() == pytest.approx(mean, abs=1e-7)


def test_volumes_are_small_and_hold_the_electrons_that_moved(tmp_path: Path) -> None:
    found = made(tmp_path, shape=FINE)
    assert (tmp_path / "x.npz").stat().st_size < 700_000
    assert found.volume.values.size <= 140_000 < np.prod(FINE)
    assert abs(found.volume.integral) < 1e-3
    gained = np.where(found.volume.values > 0, found.volume.values, 0).mean() * found.volume.volume_A3
    assert gained == pytest.approx(0.4, rel=0.02)
    assert found.elf is not None and found.elf.values.min() > 0.3 and found.elf.values.max() < 0.9


def test_energies_faces_and_localisation_are_kept(tmp_path: Path) -> None:
    n = made(tmp_path).numbers
    assert n.adhesion_J_m2 == pytest.approx(0.5 / AREA * 16.02176634, rel=1e-6)
    assert n.work_function_film_eV == pytest.approx(7.0)
    assert n.work_function_substrate_eV == pytest.approx(6.5)
    assert (n.work_function_lower_eV, n.work_function_upper_eV) == (pytest.approx(6.5), pytest.approx(6.0))
    assert n.elf_interface == pytest.approx(0.4)
    assert n.elf_film == pytest.approx(0.8) and n.elf_substrate == pytest.approx(0.8)
    assert n.gap_eV == 2.0


def test_states_are_parted_by_side_and_add_up(tmp_path: Path) -> None:
    found = made(tmp_path)
    assert found.states is not None
    assert {"V-d, interface", "V-d, film", "Cu-d, substrate", "Cu-d, interface"} <= set(found.states.parts)
    np.testing.assert_allclose(sum(found.states.parts.values()), found.states.total, rtol=1e-5)
    assert list(found.slab.side) == [0, 0, 1, 1, 1, 1, 2, 2]
    assert found.moments is not None and found.moments.tolist() == list(range(8))
    assert found.atoms.get_chemical_formula() == ATOMS.get_chemical_formula()
    assert str(found.about.level) == "test level" and found.about.wall_s == 30.0


def test_heights_are_taken_along_the_normal_of_a_slanted_cell() -> None:
    slanted = Atoms(
        "OOO", positions=[[0, 0, 1], [3, 0, 5], [6, 0, 9]], cell=[[4, 0, 0], [0, 5, 0], [8, 0, 24]], pbc=True
    )
    assert sides_of(slanted, 5.5, 1.0).tolist() == [0, 1, 2]


def test_what_does_not_belong_together_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(HeterofilmError, match="all atoms on one side"):
        sides_of(ATOMS, 40.0, 3.0)
    space = Space()
    one = space.state(space.blob(8.0, 1.0), 0.0, 0.0)
    assert one.provenance is not None
    other = replace(one, provenance=replace(one.provenance, level=Level("another")))
    common = {"plane_A": PLANE, "periods_A": (3.0, 4.0), "name": "x", "folder": tmp_path}
    with pytest.raises(HeterofilmError, match="one level of theory"):
        record_interface(one, one, other, ATOMS, about=ABOUT, **common)  # type: ignore[arg-type]
    u = [
        replace(one, provenance=replace(one.provenance, level=Level.parse(f"PBE+U ({x}), PW 400 eV, GPAW")))
        for x in ("Cu 4 eV, V 3.1 eV", "V 3.1 eV")
    ]
    with pytest.raises(HeterofilmError, match="one level of theory"):  # the U of copper belongs to its side too
        record_interface(u[0], u[1], u[1], ATOMS, about=ABOUT, **common)  # type: ignore[arg-type]
    with pytest.raises(HeterofilmError, match="integrates to"):  # a side without copper has no U of copper
        record_interface(u[0], u[1], u[0], ATOMS, about=ABOUT, **common)  # type: ignore[arg-type]
    with pytest.raises(HeterofilmError, match="must say its limits"):
        record_interface(one, one, one, ATOMS, about={**ABOUT, "limits": ""}, **common)  # type: ignore[arg-type]
    with pytest.raises(HeterofilmError, match="integrates to"):
        record_interface(one, one, one, ATOMS, about=ABOUT, **common)  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())
