"""CP2K's input: exact text of its blocks, k-points that fill the zone once, and what cannot be written."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ase")

from ase import Atoms

from heterofilm.atomistic.engines.cp2k import DEFAULTS
from heterofilm.atomistic.engines.cp2k_input import input_text, k_points, kinds
from heterofilm.errors import HeterofilmError


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Heads of CP2K's data as they stand in its files; the second O is of another basis, X of another potential."""
    names = {"O": 6, "Cu": 11, "Li": 3, "V": 13, "Xe": 8}
    rows = [f" {s}  DZVP-MOLOPT-SR-GTH DZVP-MOLOPT-SR-GTH-q{q}\n  1\n  2 0 2 5 2 2 1" for s, q in names.items()]
    (tmp_path / "BASIS_MOLOPT").write_text("# a comment\n" + "\n".join(rows) + "\n O SZV-MOLOPT-SR-GTH-q4\n")
    rows = [f"{s} GTH-PBE-q{q} GTH-PBE\n    2    4" for s, q in names.items() if s != "Xe"]
    (tmp_path / "GTH_POTENTIALS").write_text("\n".join(["Xe GTH-PBE-q18", *rows, "Cu GTH-PBE-q19"]))
    return tmp_path


def written(atoms: Atoms, data: Path, *, fields: bool = True, **asked: object) -> str:
    chosen = {**DEFAULTS, "k_density": 0.0, **{k: v for k, v in asked.items() if k in DEFAULTS}}
    made, numbers = kinds(atoms, chosen, data)
    rest = {k: v for k, v in asked.items() if k not in DEFAULTS}
    return input_text(atoms, made, numbers, chosen, fields=fields, **rest)  # type: ignore[arg-type]


def oxide() -> Atoms:
    places = [[0, 0, 0], [2, 2, 0], [2, 0, 0], [0, 2, 0]]
    return Atoms("Cu2O2", places, cell=[[4, 0, 0], [0, 4.5, 0], [-0.5, 0, 5]], pbc=True)


def test_every_cube_has_its_own_block_with_every_point(data: Path) -> None:
    text = written(oxide(), data, elf=True)
    for name in ("E_DENSITY_CUBE", "V_HARTREE_CUBE", "ELF_CUBE"):
        assert f"      &{name}\n        STRIDE 1 1 1\n      &END {name}\n" in text
    assert "ELF_CUBE" not in written(oxide(), data)
    assert "_CUBE" not in written(oxide(), data, fields=False, forces=True)
    assert text.count("&") == 2 * text.count("&END")


def test_diagonalisation_broyden_and_smearing(data: Path) -> None:
    text = written(oxide(), data, smearing_eV=0.1, mixing=0.05, max_iterations=77, convergence=1e-7)
    assert (
        """    &SCF
      SCF_GUESS ATOMIC
      MAX_SCF 77
      EPS_SCF 1.0E-07
      ADDED_MOS 40
      &DIAGONALIZATION
        ALGORITHM STANDARD
      &END DIAGONALIZATION
      &SMEAR
        METHOD FERMI_DIRAC
        ELECTRONIC_TEMPERATURE [K] 1160.4518
      &END SMEAR
      &MIXING
        METHOD BROYDEN_MIXING
        ALPHA 0.05
        NBROYDEN 8
      &END MIXING
"""
        in text
    )
    assert "SCF_GUESS RESTART" in written(oxide(), data, restart=True)
    assert "KPOINTS" not in text and "UKS" not in text and "&PDOS" in text


def test_spins_make_kinds_of_one_element_with_u_on_d(data: Path) -> None:
    text = written(oxide(), data, moments={"Cu": [1.0, -1.0]}, u={"Cu": 4.0}, dipole=True)
    for label, moment in (("Cu1", "1"), ("Cu2", "-1")):
        assert (
            f"""    &KIND {label}
      ELEMENT Cu
      BASIS_SET DZVP-MOLOPT-SR-GTH
      POTENTIAL GTH-PBE-q11
      MAGNETIZATION {moment}
      &DFT_PLUS_U
        L 2
        U_MINUS_J [eV] 4
      &END DFT_PLUS_U
    &END KIND
"""
            in text
        )
    assert "    UKS T\n    MULTIPLICITY 1\n    PLUS_U_METHOD MULLIKEN\n    SURFACE_DIPOLE_CORRECTION T\n" in text
    assert (
        "    &KIND O\n      ELEMENT O\n      BASIS_SET DZVP-MOLOPT-SR-GTH\n      POTENTIAL GTH-PBE-q6\n    &END" in text
    )
    assert "      Cu2 2.0000000000 2.0000000000 0.0000000000\n" in text
    assert "      C -0.5000000000 0.0000000000 5.0000000000\n" in text
    assert "ADDED_MOS 40 40" in text
    assert "MULTIPLICITY 3" in written(oxide(), data, moments={"Cu": 1.0})


def test_the_multiplicity_has_the_parity_of_the_electrons(data: Path) -> None:
    one = Atoms("Cu", cell=[5, 5, 5], pbc=True)
    for moment, multiplicity in ((0.4, 2), (1.0, 2), (3.2, 4)):
        assert f"MULTIPLICITY {multiplicity}\n" in written(one, data, moments={"Cu": moment})


def test_k_points_fill_the_zone_once_and_go_through_gamma() -> None:
    for density in (0.5, 1.0, 1.7):
        points, weights = k_points(oxide(), density)
        assert weights.sum() == pytest.approx(1.0)
        assert (np.abs(points).sum(axis=1) == 0.0).sum() == 1
        assert points.min() > -0.5 and points.max() <= 0.5
        turned = {tuple(np.round((0.5 - k) % 1.0, 6) % 1.0) for k in points}
        assert len(turned) == len(points)
        # The mean of a lattice-periodic wave over the mesh is 0, that of cos 0 is 1.
        assert (weights * np.cos(2 * np.pi * points[:, 0])).sum() == pytest.approx(
            float(len(set(points[:, 0])) == 1), abs=1e-9
        )
    points, weights = k_points(oxide(), 0.0)
    assert points.tolist() == [[0.0, 0.0, 0.0]] and weights.tolist() == [1.0]


def test_the_mesh_stands_point_by_point_in_the_input(data: Path) -> None:
    text = written(oxide(), data, k_density=0.7)
    points, weights = k_points(oxide(), 0.7)
    rows = [line.split() for line in text.splitlines() if " KPOINT " in line]
    np.testing.assert_allclose([[float(x) for x in row[1:4]] for row in rows], points, atol=1e-9)
    np.testing.assert_allclose([float(row[4]) for row in rows], weights, atol=1e-9)
    assert "UNITS B_VECTOR" in text and "&PDOS" not in text


def test_what_cannot_be_written_is_one_sentence(data: Path) -> None:
    cases = (
        (Atoms("Xe2", [[0, 0, 0], [3, 3, 3]], cell=[6, 6, 6], pbc=True), {}, "no basis .* for Xe"),
        (Atoms("Ar", cell=[6, 6, 6], pbc=True), {}, "for Ar;"),
        (Atoms("Cu", cell=[6, 6, 6], pbc=True), {}, "11 electrons, an odd number"),
        (oxide(), {"moments": {"Cu": [1.0]}}, "1 moments are given for 2 atoms of Cu"),
        (oxide(), {"u": {"Cu": 4.0}, "k_density": 0.7}, "at Γ alone"),
    )
    for atoms, asked, words in cases:
        with pytest.raises(HeterofilmError, match=words) as caught:
            written(atoms, data, **asked)
        assert "\n" not in str(caught.value)
    with pytest.raises(HeterofilmError, match="cannot be read"):
        written(oxide(), data / "nowhere")
