"""CIF files: an ordered crystal is read atom by atom; a disordered, doubled or cut one is refused, never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("ase", reason="the extra 'atoms' (ase, pymatgen) is not installed")

import numpy as np
from ase.io import read

from heterofilm.atomistic.structures import library as structures
from heterofilm.atomistic.structures.cif import read_cif
from heterofilm.errors import HeterofilmError

CELL = "data_x\n" + "".join(f"_cell_length_{k} 4.0\n" for k in "abc") + "".join(
    f"_cell_angle_{k} 90\n" for k in ("alpha", "beta", "gamma")
)  # fmt: skip
SITES = "loop_\n_atom_site_label\n_atom_site_type_symbol\n" + "".join(f"_atom_site_fract_{k}\n" for k in "xyz")
SHARES = f"{SITES}_atom_site_occupancy\n"


def refusal(folder: Path, text: str) -> str:
    path = folder / "x.cif"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(HeterofilmError) as caught:
        structures.read_atoms(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("name", structures.names())
def test_ordered_crystals_are_read_as_ase_reads_them(name: str) -> None:
    path = structures.FOLDER / f"{name}.cif"
    own, theirs = read_cif(path), read(path)
    assert (own.numbers == theirs.numbers).all() and (own.cell == theirs.cell).all()
    np.testing.assert_array_equal(own.positions, theirs.positions)


def test_whole_occupancies_written_or_unknown_pass(tmp_path: Path) -> None:
    (tmp_path / "x.cif").write_text(f"{CELL}{SHARES}Li1 Li 0 0 0 1.000(2)\nF1 F 0.5 0.5 0.5 ?\n", encoding="utf-8")
    assert str(structures.read_atoms(tmp_path / "x.cif").symbols) == "LiF"


@pytest.mark.parametrize("rows", ["Li1 Li 0 0 0 0.5(1)\nNa1 Na 0 0 0 0.5\nF1 F 0.5 0.5 0.5 1\n", "Li1 Li 0 0 0 0.5\n"])
def test_a_site_that_is_shared_or_half_empty_is_named_with_what_to_do(rows: str, tmp_path: Path) -> None:
    said = refusal(tmp_path, CELL + SHARES + rows)
    assert "its site Li1 has the occupancy 0.5" in said and "OrderDisorderedStructureTransformation" in said


@pytest.mark.parametrize("second", ["Li2 Li 1.0 0 0", "Na1 Na 0 0 0"])
def test_two_sites_on_one_place_overlap(second: str, tmp_path: Path) -> None:
    said = refusal(tmp_path, f"{CELL}{SITES}Li1 Li 0 0 0\nF1 F 0.5 0.5 0.5\n{second}\n")
    assert "overlapping atoms" in said and f"the sites Li1 and {second.split()[0]}" in said


def test_sites_that_symmetry_makes_one_overlap(tmp_path: Path) -> None:
    symmetry = "_space_group_IT_number 2\nloop_\n_space_group_symop_operation_xyz\n'x, y, z'\n'-x, -y, -z'\n"
    said = refusal(tmp_path, f"{CELL}{symmetry}{SITES}Li1 Li 0.2 0.1 0\nLi2 Li 0.8 0.9 0\nF1 F 0.5 0.5 0.5\n")
    assert "overlapping atoms" in said and "Li1 and Li2" in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (CELL, "it holds no sites"),
        (f"{CELL}{SITES}Li1 Li 0 0\n", "incomplete row"),
        (f"data_x\n_cell_length_a 4.0\n{SITES}Li1 Li 0 0 0\n", "no whole cell"),
        (f"data_x\n_cell_length_a\n{SITES}", "it ends too early"),
        (f"{CELL}{SITES}Qq1 Qq 0 0 0\n", "'Qq' is not known"),
    ],
)
def test_a_cut_file_is_told_what_is_expected(text: str, words: str, tmp_path: Path) -> None:
    said = refusal(tmp_path, text)
    assert "is no complete CIF" in said and words in said and "_atom_site_fract_x" in said
