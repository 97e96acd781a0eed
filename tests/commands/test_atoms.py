"""``heterofilm atoms`` from the command line: tables, files and pictures, and one sentence for what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("ase", reason="the extra 'atoms' (ase, pymatgen) is not installed")
pytest.importorskip("pymatgen", reason="the extra 'atoms' (ase, pymatgen) is not installed")

from ase.build import bulk
from ase.io import write

from heterofilm.cli import main


def test_structures_and_a_page_to_turn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["atoms", "structures"]) == 0
    assert "Enjalbert and Galy" in capsys.readouterr().out
    page, picture = tmp_path / "v.html", tmp_path / "v.png"
    assert main(["atoms", "structures", "V2O5", "--plot", str(page), "--out", str(tmp_path / "v.cif")]) == 0
    assert main(["atoms", "structures", str(tmp_path / "v.cif")]) == 2  # a file is no name of the library
    assert main(["atoms", "structures", "V2O5", "--plot", str(picture)]) == 0
    assert "scatter3d" in page.read_text(encoding="utf-8") and "cdn.plot" not in page.read_text(encoding="utf-8")[:2000]
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_powder_lines_are_set_against_the_papers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["atoms", "xrd", "V2O5", "--plot", str(tmp_path / "x.png")]) == 0
    said = [line for line in capsys.readouterr().out.splitlines() if line.startswith("published")]
    assert len(said) == 4 and all(abs(float(line.split("by ")[1].split()[0])) < 0.15 for line in said)


def test_a_relaxation_is_a_lookup_the_second_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "cu.xyz", bulk("Cu", a=3.7), format="extxyz")
    words = ["atoms", "relax", str(tmp_path / "cu.xyz"), "--engine", "emt", "--store", str(tmp_path / "store")]
    assert main([*words, "--out", str(tmp_path / "done.xyz")]) == 0
    first = capsys.readouterr().out
    assert main(words) == 0
    assert capsys.readouterr().out == first  # wall time and all
    assert (tmp_path / "done.xyz").is_file()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["relax", "V2O6"], "Did you mean 'V2O5'"),
        (["relax", "V2O5", "--engine", "emt"], "does not know V"),
        (["relax", "V2O5", "--engine", "chgnett"], "Did you mean 'chgnet'"),
        (["relax", "V2O5", "--out", "x.pdf"], "must end in .cif"),
        (["insert", "V2O5", "--sites-only", "--between", "a:b"], "2 numbers"),
        (["insert", "V2O5", "--between", "10:1"], "the lower height comes first, as in 1:10"),
        (["insert", "V2O5", "--ion", "Xe"], "No charge is known for the ion 'Xe'"),
        (["interface", "V2O5", "110", "Cu2V2O7", "200", "--gap", "-3"], "a gap of 0.5 to 10 Å, not -3"),
        (["interface", "V2O5", "110", "Cu2V2O7", "200", "--share", "3"], "a share of the misfit from 0 to 1, not 3"),
        (["interface", "V2O5", "110", "Cu2V2O7", "200", "--scan", "--engine", "emt"], "does not know V"),
        (["barrier", "V2O5", "--hop", "9"], "There is no hop 9"),
        (["voltage", "V2O5", "--ions", "7"], "this site comes 2 times"),
        (["xrd", "missing.cif"], "no structure file"),
        (["results", "V2O5-volt"], "no recorded result"),
        (["barrier", "V2O5", "--site", "99"], "no interstitial site 99"),
        (["adsorb", "V2O5", "--voids-only"], "`heterofilm atoms adsorb` is called `heterofilm atoms insert` now"),
        (["adsorb"], "is called `heterofilm atoms insert` now"),
        (["voltage", "V2O5", "--void", "1"], "The option --void is called --site now"),
        (["barrier", "V2O5", "--hops-only", "--void=1"], "The option --void is called --site now"),
        (["insert", "V2O5", "--voids-only"], "The option --voids-only is called --sites-only now"),
        (["barrier", "V2O5", "--to", "1,2,3"], "the structure holds 0"),
        (["figures", "--out", "/dev/null/x"], "a folder is needed"),
    ],
)
def test_what_is_wrong_is_one_sentence(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["atoms", *words]) == 2
    error = capsys.readouterr().err.strip()
    assert sentence in error and error.count("\n") == 0


def test_an_interface_is_refused_before_it_is_searched_for_or_shown(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from heterofilm.atomistic.structures import interface as builder

    write(tmp_path / "film.cif", bulk("Ag", a=4.05, cubic=True))
    write(tmp_path / "base.cif", bulk("Ag", a=4.08, cubic=True))
    words = ["atoms", "interface", str(tmp_path / "film.cif"), "111", str(tmp_path / "base.cif"), "111"]
    for wrong in (["--match", "99"], ["--termination", "-1"]):  # how many there are is known after the search
        assert main([*words, "--max-area", "12", *wrong]) == 2
        said = capsys.readouterr()
        assert said.out == "" and "numbered from 0" in said.err
    monkeypatch.setattr(builder, "InterfaceBuilder", None)  # to call it would be an error of its own
    for wrong in (["--gap", "-3"], ["--share", "3"], ["--scan", "--engine", "gpawx"]):
        assert main([*words, *wrong]) == 2


def test_recorded_results_are_listed_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["atoms", "results"]) == 0
    assert "V2O5-barrier" in capsys.readouterr().out
    assert main(["atoms", "results", "V2O5-voltage"]) == 0
    assert "CHGNet 0.3.0" in capsys.readouterr().out


def test_claims_and_values_are_printed_with_their_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["atoms", "claims"]) == 0
    said = capsys.readouterr().out
    assert said.count("paper: ") == 5 and "adsorption-order" in said and "CHGNet 0.3.0" in said
    assert main(["atoms", "values"]) == 0
    said = capsys.readouterr().out
    assert "--set phases.V2O5.D=" in said and "computed (CHGNet 0.3.0" in said


def test_a_junction_takes_changed_levels(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["junction", "--set", "semiconductors.V2O5.work_function=6.5"]) == 0
    assert "Electrons flow from Cu2V2O7 to V2O5" in capsys.readouterr().out
