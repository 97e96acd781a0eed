"""An interface's record: what was put into three synthetic ground states is read off, kept small, and comes back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ase")

from ase import Atoms

from heterofilm.atomistic.electrons import Electrons
from heterofilm.atomistic.grid import Grid
from heterofilm.atomistic.interface_record import (
    INTERFACES,
    InterfaceRecord,
    interface_names,
    load_interface,
    read_interface,
    record_interface,
    sides_of,
)
from heterofilm.atomistic.spectra import States
from heterofilm.atomistic.store import Provenance
from heterofilm.errors import HeterofilmError

CELL = np.diag([4.0, 5.0, 24.0])
SHAPE = (40, 40, 192)
AREA = 20.0
X, Y, Z = np.meshgrid(*(np.arange(n) * length / n for n, length in zip(SHAPE, (4.0, 5.0, 24.0), strict=True)),
                      indexing="ij")  # fmt: skip
E = np.linspace(-5.0, 5.0, 101)
PLANE = 11.5
ATOMS = Atoms("CuOOCuVOOV", positions=[[2, 2.5, z] for z in (6.0, 7.5, 9.5, 10.0, 13.0, 13.5, 15.5, 17.0)], cell=CELL,
              pbc=True)  # fmt: skip
ABOUT = {"film": "V2O5", "substrate": "Cu2V2O7", "settings": "none", "command": "none", "limits": "synthetic"}


def blob(centre: float, electrons: float) -> np.ndarray:
    far2 = (X - 2.0) ** 2 + (Y - 2.5) ** 2 + (Z - centre) ** 2
    shape = np.exp(-0.5 * far2 / 0.6**2)
    return electrons * shape / (shape.mean() * 480.0)


def state(
    density: np.ndarray, energy: float, fermi: float, vacuum: float = 0.0, parts: bool = False, low: float = 0.0
) -> Electrons:
    """A ground state whose vacuum lies at `vacuum` + `low` below and at `vacuum` above the slab."""
    potential = np.where(Z < 11.0, vacuum + low, vacuum)
    rng = np.random.default_rng(1)
    by_atom = {"V-d": rng.uniform(size=(1, 2, 101)), "Cu-d": rng.uniform(size=(1, 2, 101)),
               "O-p": rng.uniform(size=(1, 4, 101))}  # fmt: skip
    summed = {name: one.sum(axis=1) for name, one in by_atom.items()}
    states = States(E, sum(summed.values()), summed, fermi)
    return Electrons(
        energy, fermi, np.array([[[-1.0, 0.0, 2.0]]]), np.array([[[1.0, 1.0, 0.0]]]), np.ones(1),
        Grid(density, CELL, "e/Å3", "density"), Grid(potential, CELL, "eV", "electrostatic potential"), states,
        Grid(np.where((Z >= PLANE - 3.0) & (Z < PLANE + 3.0), 0.4, 0.8), CELL, "", "ELF"), np.arange(8.0), 9,
        Provenance("electrons", "test", "test level", "test 1", {}, "", 10.0), by_atom if parts else None,
    )  # fmt: skip


def made(tmp_path: Path, moved: float = 0.4, **more: object) -> InterfaceRecord:
    """`moved` electrons go from film to substrate."""
    film, substrate = blob(14.0, 8.0), blob(8.0, 9.0)
    whole = blob(8.0, 9.0 + moved) + blob(14.0, 8.0 - moved)
    return read_interface(
        record_interface(
            state(whole, -20.0, -5.0, 1.0, parts=True, low=0.5), state(film, -9.0, -6.0, 1.0),
            state(substrate, -10.5, -5.5, 1.0), ATOMS, plane_A=PLANE, periods_A=(3.0, 4.0), name="x", about=ABOUT,
            folder=tmp_path, **more,
        )
    )  # type: ignore[arg-type]  # fmt: skip


def test_the_electrons_that_moved_are_counted_with_their_direction(tmp_path: Path) -> None:
    found = made(tmp_path)
    n = found.numbers
    assert n.transferred_e == pytest.approx(0.4, abs=2e-3) and n.per_area_e_A2 == pytest.approx(0.02, abs=1e-4)
    assert found.words.endswith("electrons move from V2O5 to Cu2V2O7")
    assert n.start_A == pytest.approx((17.0 + 6.0 + 24.0) / 2.0 % 24.0)  # the middle of the vacuum
    at_plane = np.interp(PLANE, found.difference.z_A, found.charge_e)
    assert at_plane == pytest.approx(n.transferred_e, abs=1e-3)
    assert abs(found.charge_e[-1] - found.charge_e[0]) < 1e-3  # all of it comes back over the whole cell
    assert found.smooth_difference.values.mean() == pytest.approx(found.difference.values.mean(), abs=1e-7)


def test_volumes_are_small_and_hold_the_electrons_that_moved(tmp_path: Path) -> None:
    found = made(tmp_path)
    assert (tmp_path / "x.npz").stat().st_size < 700_000
    assert found.volume.values.size <= 140_000 < np.prod(SHAPE)
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
    assert list(found.side) == [0, 0, 1, 1, 1, 1, 2, 2]
    assert found.moments is not None and found.moments.tolist() == list(range(8))
    assert found.atoms.get_chemical_formula() == ATOMS.get_chemical_formula()
    assert found.about["level"] == "test level" and found.about["wall_s"] == 30.0


def test_heights_are_taken_along_the_normal_of_a_slanted_cell() -> None:
    slanted = Atoms(
        "OOO", positions=[[0, 0, 1], [3, 0, 5], [6, 0, 9]], cell=[[4, 0, 0], [0, 5, 0], [8, 0, 24]], pbc=True
    )
    assert sides_of(slanted, 5.5, 1.0).tolist() == [0, 1, 2]


def test_what_does_not_belong_together_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(HeterofilmError, match="all atoms on one side"):
        sides_of(ATOMS, 40.0, 3.0)
    one = state(blob(8.0, 1.0), 0.0, 0.0)
    assert one.provenance is not None
    other = replace(one, provenance=replace(one.provenance, level="another"))
    common = {"plane_A": PLANE, "periods_A": (3.0, 4.0), "name": "x", "folder": tmp_path}
    with pytest.raises(HeterofilmError, match="one level of theory"):
        record_interface(one, one, other, ATOMS, about=ABOUT, **common)  # type: ignore[arg-type]
    with pytest.raises(HeterofilmError, match="must say its limits"):
        record_interface(one, one, one, ATOMS, about={**ABOUT, "limits": ""}, **common)  # type: ignore[arg-type]
    with pytest.raises(HeterofilmError, match="integrates to"):
        record_interface(one, one, one, ATOMS, about=ABOUT, **common)  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_damaged_and_foreign_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.npz").write_bytes(b"nothing")
    np.savez(tmp_path / "b.npz", head=np.array(["a", None], dtype=object))
    np.savez(tmp_path / "c.npz", head=np.array("[]"))
    np.save(tmp_path / "d.npz", np.zeros(3))
    (tmp_path / "d.npz.npy").rename(tmp_path / "d.npz")
    made(tmp_path)
    whole = (tmp_path / "x.npz").read_bytes()
    (tmp_path / "e.npz").write_bytes(whole[: len(whole) // 2])
    for name in "abcdef":
        with pytest.raises(HeterofilmError, match="no recorded interface"):
            read_interface(tmp_path / f"{name}.npz")
    with pytest.raises(HeterofilmError, match="no recorded interface"):
        load_interface("V2O5-nothing")


@pytest.mark.parametrize("name", interface_names())
def test_shipped_interfaces_say_what_they_are(name: str) -> None:
    found = load_interface(name)
    assert {"level", "version", "settings", "command", "limits", "wall_s"} <= set(found.about)
    assert abs(found.numbers.integral_e) < 1e-2 and abs(found.volume.integral) < 2e-2
    assert (INTERFACES / f"{name}.npz").stat().st_size < 1_000_000
