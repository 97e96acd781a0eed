"""Structures of the library: their lines lie where the paper finds them, their axes are the ones they say."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("ase", reason="the extra 'atoms' (ase, pymatgen) is not installed")
pytest.importorskip("pymatgen", reason="the extra 'atoms' (ase, pymatgen) is not installed")

import numpy as np
from ase import Atoms
from ase.neighborlist import neighbor_list

from heterofilm.atomistic.structures import library as structures
from heterofilm.errors import HeterofilmError

FORMULAS = {"V2O5": ("V2O5", 2), "Cu2V2O7": ("Cu2V2O7", 4), "LiMn2O4": ("LiMn2O4", 8), "gamma-Li3PO4": ("Li3PO4", 4)}
# V-O, Li-O ... shortest and longest distance to the nearest oxygen that chemistry allows
NEAREST = {"V": (1.55, 1.75), "Cu": (1.85, 2.0), "Li": (1.85, 2.2), "Co": (1.85, 2.0), "Mn": (1.85, 2.0),
           "Fe": (2.0, 2.2), "P": (1.48, 1.60)}  # fmt: skip


@pytest.mark.parametrize("name", ["V2O5", "Cu2V2O7"])
def test_powder_lines_lie_within_015_deg_of_the_papers(name: str) -> None:
    """Bragg: the strong lines of the cell are those the paper indexes (Cu K-alpha)."""
    known = structures.load(name)
    strong = [line.two_theta_deg for line in structures.xrd(known.atoms) if line.intensity >= 3.0]
    assert len(known.xrd_lines) == 4
    for published in known.xrd_lines:
        assert min(abs(published - own) for own in strong) < 0.15, published


def test_bragg_ties_spacing_to_angle() -> None:
    """2 d sin(theta) = lambda, and d of (001) is the stacking axis of V2O5."""
    lines = structures.xrd(structures.load("V2O5").atoms)
    for line in lines:
        assert 2 * line.d_A * np.sin(np.radians(line.two_theta_deg / 2)) == pytest.approx(1.54184, abs=2e-4)
    assert next(line for line in lines if (0, 0, 1) in line.hkl).d_A == pytest.approx(4.368, abs=1e-3)


def test_the_papers_101_is_110_here_and_has_its_lattice_fringe() -> None:
    """The paper sees 0.34 nm fringes of (101)."""
    plane = structures.plane("V2O5", "(101)", setting="paper")
    assert plane == (1, 1, 0)
    assert structures.plane("V2O5", "1 -1 0") == (1, -1, 0)
    line = next(line for line in structures.xrd(structures.load("V2O5").atoms) if plane in line.hkl)
    assert line.d_A == pytest.approx(3.4, abs=0.02)


@pytest.mark.parametrize("name", structures.names())
def test_every_structure_has_its_formula_source_and_sane_distances(name: str) -> None:
    known = structures.load(name)
    unit, units = known.atoms.symbols.formula.reduce()
    from ase.formula import Formula

    assert unit == Formula(known.formula).reduce()[0]
    assert known.source and known.quality and known.setting
    if name in FORMULAS:
        assert (known.formula, units) == FORMULAS[name]
    if "O" not in known.formula.replace("Co", ""):
        return
    i, j, d = neighbor_list("ijd", known.atoms, 2.6)
    symbols = np.array(known.atoms.symbols)
    for element in set(symbols) - {"O"}:
        for atom in np.flatnonzero(symbols == element):
            nearest = d[(i == atom) & (symbols[j] == "O")].min()
            low, high = NEAREST[element]
            assert low < nearest < high, (element, nearest)


def test_the_lithiated_phases_keep_their_places() -> None:
    """Layer spacing: epsilon a little above alpha (4.37 A), delta puckered to more than 5 A a layer, gamma 5.3 A."""
    epsilon, delta, gamma = (structures.load(f"{k}-LiV2O5").atoms.cell.lengths() for k in ("epsilon", "delta", "gamma"))
    assert 4.4 < epsilon[2] < 4.7
    assert 4.9 < delta[1] / 2 < 5.1
    assert 5.2 < gamma[2] / 2 < 5.4


@pytest.mark.parametrize(
    ("name", "words"), [("V2O6", "Did you mean 'V2O5'"), ("nothing-like-it", "There is no structure")]
)
def test_an_unknown_name_is_answered_with_the_nearest(name: str, words: str) -> None:
    with pytest.raises(HeterofilmError, match=words):
        structures.load(name)


@pytest.mark.parametrize("hkl", ["", "11", "abc", "000", "1100", "1 1 1 1", "1.5 0 0"])
def test_bad_planes_are_refused(hkl: str) -> None:
    with pytest.raises(HeterofilmError, match="no crystal plane"):
        structures.plane("V2O5", hkl)


def test_hostile_files_are_refused_in_one_sentence(tmp_path: Path) -> None:
    cases = {"a.cif": b"\x00\xff not a cif", "b.xyz": b"1000000000\n\n", "c.txt": b"", "d.cif": b"data_x\n",
             "e.vasp": b"x", "f.vasp": b"x\n1\n4 0 0\n0 4 0\n0 0 4\nLi\n1000000000\nDirect\n0 0 0\n"}  # fmt: skip
    for name, content in cases.items():
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(HeterofilmError) as caught:
            structures.read_atoms(path)
        assert "\n" not in str(caught.value)
    (tmp_path / "f.cif").write_bytes(b" " * (structures.MAX_BYTES + 1))
    with pytest.raises(HeterofilmError, match="larger than"):
        structures.read_atoms(tmp_path / "f.cif")
    with pytest.raises(HeterofilmError, match="no structure file"):
        structures.read_atoms(tmp_path / "missing.cif")


@pytest.mark.parametrize(
    ("atoms", "words"),
    [
        (Atoms("Li2", [[0, 0, 0], [0, 0, 3]]), "no cell of three vectors"),
        (Atoms("HeOg", [[0, 0, 0], [3, 3, 3]], cell=[6, 6, 6], pbc=True), "No scattering factors are known of Og"),
        (Atoms("Li", cell=[5000, 5000, 5000], pbc=True), r"about 4e\+11 reflections .* more than 100000"),
        (Atoms("H", cell=[0.7, 0.7, 0.7], pbc=True), "no reflection from 5 to 90 deg"),
    ],
)
def test_powder_lines_that_cannot_be_are_refused_at_once(atoms: Atoms, words: str) -> None:
    with pytest.raises(HeterofilmError, match=words) as caught:
        structures.xrd(atoms)
    assert "\n" not in str(caught.value)


def test_reflections_are_counted_as_they_are_before_they_are_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    """1 / V of the reciprocal space each: against those that lie within the shell (all indices up to 30 tried)."""
    atoms = structures.load("V2O5").atoms
    hkl = np.stack(np.meshgrid(*[np.arange(-30, 31)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    g = np.linalg.norm(hkl @ atoms.cell.reciprocal().array, axis=1)
    low, high = (2.0 * np.sin(np.radians(angle / 2.0)) / 1.54184 for angle in (5.0, 90.0))
    held = int(((g >= low) & (g <= high)).sum())
    monkeypatch.setattr(structures, "MAX_REFLECTIONS", int(0.9 * held))
    with pytest.raises(HeterofilmError, match="reflections"):
        structures.xrd(atoms)
    monkeypatch.setattr(structures, "MAX_REFLECTIONS", int(1.1 * held))
    assert structures.xrd(atoms)


def test_an_alias_leads_to_the_structure() -> None:
    assert structures.load("Li3PO4").name == "gamma-Li3PO4"


@pytest.mark.parametrize("name", ["Cu2V2O7", "delta-LiV2O5", "V2O5", "gamma-LiV2O5"])
def test_a_primitive_cell_is_the_same_crystal(name: str) -> None:
    """Same density and powder lines; angles within 60 to 120 degrees; axes that need not change do not."""
    whole = structures.load(name).atoms
    small = structures.primitive(whole)
    assert len(small) / small.cell.volume == pytest.approx(len(whole) / whole.cell.volume)
    lines = [
        [(round(line.two_theta_deg, 2), round(line.intensity)) for line in structures.xrd(a)] for a in (whole, small)
    ]
    assert lines[0] == lines[1]
    assert all(59.9 < angle < 120.1 for angle in small.cell.angles())
    if len(small) == len(whole):
        assert (small.cell == whole.cell).all()
    else:
        assert len(small) == len(whole) / 2
