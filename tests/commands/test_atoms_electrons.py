"""``heterofilm atoms electrons``, ``charge`` and ``align`` with an engine whose answers are known."""

from __future__ import annotations

from math import erfc
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ase", reason="the extra 'atoms' (ase, pymatgen) is not installed")
pytest.importorskip("pymatgen", reason="the extra 'atoms' (ase, pymatgen) is not installed")

from ase import Atoms
from ase.io import write

from atomistic_engines import CONDUCTION, FERMI, MOVED, VALENCE, Lumps
from heterofilm.atomistic.engines import base as engines
from heterofilm.atomistic.structures.heights import heights
from heterofilm.atomistic.structures.library import read_sides
from heterofilm.cli import main
from heterofilm.commands.atoms_inputs import settings
from heterofilm.errors import HeterofilmError


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Lumps:
    made = Lumps()
    monkeypatch.setattr(engines, "get", lambda name, **given: made)
    return made


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def layers(symbols: str, z: np.ndarray, height: float) -> Atoms:
    return Atoms(symbols, [[1.5, 1.5, h] for h in z], cell=[3.0, 3.0, height], pbc=True)


def stack(vacuum: bool) -> Atoms:
    """Ten planes of Li below ten of F, 2 Å apart."""
    z = np.arange(20) * 2.0 + 1.0
    atoms = layers("Li10F10", z, 60.0 if vacuum else 40.0)
    atoms.set_tags([0] * 10 + [1] * 10)
    return atoms


def test_gap_moments_and_charges_are_said_and_drawn(
    engine: Lumps, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write("pair.cif", Atoms("LiF", [[2, 2, 2], [4, 4, 4]], cell=[6, 6, 6], pbc=True))
    words = ["atoms", "electrons", "pair.cif", "--elf", "--charges", "--plot", "states.png"]
    assert main(words) == 0
    first = capsys.readouterr().out
    assert f"gap {CONDUCTION - VALENCE:.3f} eV (direct)" in first and "smallest direct gap 3.000 eV" in first
    assert "+0.500" in first and "10.000 electrons" in first and "above 1/2" in first
    lithium = next(line for line in first.splitlines() if line.startswith("Li") and "+0.500" not in line)
    assert 0.1 < float(lithium.split()[1]) <= MOVED  # some of what was moved lies where Li's free atom reaches
    assert (here / "states.png").read_bytes().startswith(b"\x89PNG")
    assert len(engine.calls) == 3  # the pair and two free atoms
    assert main(words) == 0
    assert capsys.readouterr().out == first and len(engine.calls) == 3


def test_of_a_centred_crystal_the_primitive_cell_is_enough(
    engine: Lumps, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cell = Atoms("Li2F2", [[0, 0, 0], [3, 3, 3], [3, 3, 0], [0, 0, 3]], cell=[6, 6, 6], pbc=True)
    write("pair.cif", cell)
    assert main(["atoms", "electrons", "pair.cif", "--primitive"]) == 0
    assert "10.000 electrons" in capsys.readouterr().out  # those of LiF, not of Li2F2


def test_the_sides_of_an_interface_file_are_found_and_the_transfer_is_counted(
    engine: Lumps, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write("stack.xyz", stack(vacuum=True), format="extxyz")
    words = ["atoms", "charge", "stack.xyz", "--names", "lithium,fluorine", "--plot", "moved.png"]
    assert main(words) == 0
    first = capsys.readouterr().out
    # Of the two planes next to the cut, 1 Å away, the tails of Gaussians of 0.45 Å lie on the other side.
    moved = MOVED * (10.0 - erfc(1.0 / 0.45 / 2**0.5))
    assert f"{moved:.2f} electrons move from lithium to fluorine" in first
    assert "across 20.00 A, counted from 50.00 A" in first
    assert (here / "moved.png").stat().st_size > 5000
    assert len(engine.calls) == 3 and main(words) == 0 and len(engine.calls) == 3
    capsys.readouterr()
    write("stack.cif", stack(vacuum=True))
    assert main(["atoms", "charge", "stack.cif", "--at", "20"]) == 0
    assert "electrons move from the lower side to the upper side" in capsys.readouterr().out


def test_the_work_function_is_vacuum_minus_fermi_level(
    engine: Lumps, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The wells end, and so the vacuum lies at 0."""
    write("slab.cif", layers("Li5", np.arange(5) * 2.0 + 8.0, 40.0))
    assert main(["atoms", "align", "slab.cif", "--plot", "slab.png"]) == 0
    said = capsys.readouterr().out
    assert f"work function {-FERMI:.3f} eV below and {-FERMI:.3f} eV above" in said
    assert f"valence edge {VALENCE:.3f} eV" in said and (here / "slab.png").is_file()


def test_a_bulk_without_vacuum_is_refused_before_its_electrons_are_computed(
    engine: Lumps, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write("bulk.cif", Atoms("LiF", [[2, 2, 2], [4, 4, 4]], cell=[6, 6, 6], pbc=True))
    assert main(["atoms", "align", "bulk.cif"]) == 2
    assert "leaves 4.0 Å of vacuum" in capsys.readouterr().err and engine.calls == []


def test_bands_that_follow_the_potential_have_no_offset(
    engine: Lumps, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The levels stand at one energy everywhere: step of the potential and bulk levels must cancel."""
    write("stack.cif", stack(vacuum=False))
    engine.settings["u"] = {"Li": 1.0, "F": 1.0}  # each bulk takes its own
    for s in ("Li", "F"):
        write(f"{s}.cif", Atoms(s, [[1.5, 1.5, 1.0]], cell=[3.0, 3.0, 2.0], pbc=True))
    words = ["atoms", "align", "stack.cif", "--below", "Li.cif", "--above", "F.cif", "--periods", "2,2", "--at", "20"]
    assert main([*words, "--plot", "v.png"]) == 0
    said = capsys.readouterr().out
    assert "valence edge +0.000 eV" in said or "valence edge -0.000 eV" in said
    assert f"step of the macroscopic potential {-15.0 / 18.0:+.3f} eV" in said  # (35 - 20) eV Å3 in 18 Å3
    assert main([*words, "--windows", "4:16,24:36"]) == 0
    assert "valence edge" in capsys.readouterr().out


def test_settings_are_numbers_words_and_one_element_at_a_time() -> None:
    given = ["k_density=1.5", "mode=lcao", "u.V=3.1", "u.Cu=4", "dipole=true", "moments={Cu=[1, -1]}"]
    assert settings(given) == {
        "k_density": 1.5, "mode": "lcao", "u": {"V": 3.1, "Cu": 4}, "dipole": True, "moments": {"Cu": [1, -1]},
    }  # fmt: skip
    for pair in (["k_density"], ["=3"], ["a=1", "a=2"], ["a=1\nb=2"], ['a="'], ["u=1", "u.V=2"]):
        with pytest.raises(HeterofilmError, match="NAME=VALUE is expected"):
            settings(pair)


BULKS = ("align", "V2O5", "--below", "V2O5", "--above", "V2O5")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["electrons", "V2O5", "--engine", "chgnett"], "Did you mean 'chgnet'"),
        (["electrons", "V2O5", "--engine", "emt"], "cannot give density and potential"),
        (["electrons", "V2O5", "--engine", "cp2k", "--set", "cutof_Ry=300"], "does not know the setting 'cutof_Ry'"),
        (["electrons", "V2O5", "--engine", "cp2k", "--set", "cutoff_Ry=3"], "cutoff_Ry from 50 to 4000"),
        (["electrons", "V2O5", "--plot", "x.txt"], "x.txt"),
        (["charge", "V2O5"], "Give the height"),
        (["charge", "V2O5", "--at", "99"], "all atoms lie on one side"),
        (["charge", "bare.xyz"], "does not say which atoms are whose"),
        (["charge", "V2O5", "--at", "2", "--names", "one"], "the lower and the upper side"),
        (["align", "V2O5"], "needs 8.0 Å at least"),
        (["align", "slab.xyz", "--margin", "-1"], "not at -1 Å"),
        (["align", "molecule.xyz"], "needs a cell"),
        (["align", "V2O5", "--below", "V2O5"], "need --below, --above"),
        (["align", "V2O5", "--below", "V2O5", "--above", "V2O5", "--periods", "4"], "2 numbers"),
        (["align", "V2O5", "--below", "V2O5", "--above", "V2O5", "--periods", "4,4"], "need --windows"),
        ([*BULKS, "--periods", "4,40", "--windows", "0:1,2:3"], "up to the cell's 4.4 Å"),
        ([*BULKS, "--periods", "4,4", "--windows", "0:1,3:2"], "lower heights come first"),
        ([*BULKS, "--above", "none.cif", "--periods", "4,4", "--windows", "0:1,2:3"], "no structure file"),
        (["align", "V2O5", "--below", "V2O5", "--above", "V2O5", "--periods", "4,4", "--at", "2"], "thinner than"),
    ],
)
def test_what_is_wrong_is_one_sentence(
    words: list[str], sentence: str, here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write("slab.xyz", layers("Li2", np.array([8.0, 10.0]), 30.0), format="extxyz")
    write("molecule.xyz", Atoms("Li2", [[0, 0, 0], [0, 0, 3]]), format="extxyz")
    write("bare.xyz", Atoms("LiF", [[0, 0, 0], [2, 2, 2]], cell=[4, 4, 4], pbc=True), format="extxyz")
    if "--engine" not in words:
        monkeypatch.setattr(engines, "get", lambda name, **given: Lumps(elements=None))
    assert main(["atoms", *words]) == 2
    error = capsys.readouterr().err.strip()
    assert sentence in error and error.count("\n") == 0


def test_an_interface_is_written_with_its_sides(here: Path) -> None:
    """`charge` finds them again: the substrate lies below the film."""
    from ase.build import bulk

    for name, a in (("film", 4.05), ("base", 4.08)):
        write(f"{name}.cif", bulk("Ag", a=a, cubic=True))
    words = ["atoms", "interface", "film.cif", "111", "base.cif", "111", "--max-area", "12", "--out", "pair.xyz"]
    assert main(words) == 0
    atoms, lower = read_sides("pair.xyz")
    upper = sorted(set(range(len(atoms))) - set(lower))
    assert lower and upper and heights(atoms)[list(lower)].max() < heights(atoms)[upper].min()
