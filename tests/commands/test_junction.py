"""heterofilm junction."""

from pathlib import Path

import pytest

from heterofilm.cli import main


def test_a_junction_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["junction"]) == 0
    out = capsys.readouterr().out
    assert "from V2O5 to Cu2V2O7" in out and "work function/eV" in out


def test_with_a_cell_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Bands, contributions and microstructure on one page; a row per draw."""
    arguments = ["junction", "--cell", "voc1-half", "--samples", "200", "--members", "2", "--out", str(tmp_path)]
    assert main(arguments) == 0
    out = capsys.readouterr().out
    assert "from V2O5 to Cu2V2O7" in out and "a gain of 23.1 (43 %)" in out
    assert (tmp_path / "data" / "contributions-draws.csv").read_text().count("\n") == 201
    assert (tmp_path / "report.html").stat().st_size > 1_000_000


SOLID = """
name = "{0}"
title = "{0}"
work_function = "{1} eV"
valence_band_edge = "2 eV"
gap = "2.3 eV"
permittivity = 12
carrier = "n"
doping = "1e18 cm-3"
formula_units = "1e22 cm-3"
electron_sites = "2e22 cm-3"
lithium_sites = "2e22 cm-3"
"""
OWN = """
name = "mine"
title = "two solids of my own"
matrix = "a.toml"
domain = "b.toml"
film = "VOC1"
contact_share = 1
alpha = 0.5
electron_share = 0.5
"""


def test_a_junction_of_files_that_lie_beside_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its solids are found by the page, by the contribution analysis and by a cell."""
    for name, text in (("a", SOLID.format("A", 5.0)), ("b", SOLID.format("B", 5.5)), ("own", OWN)):
        (tmp_path / f"{name}.toml").write_text(text)
    own = str(tmp_path / "own.toml")
    assert main(["junction", own, "--cell", "voc1-half", "--samples", "100", "--members", "1"]) == 0
    assert "from A to B" in capsys.readouterr().out
    assert main(["simulate", "voc1-half", "Discharge at 5 uA/cm2 until 2.15 V", "--junction", own]) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["V2O5-Cu2V2O8"], "did you mean"),
        (["--cell", "vo-half"], "no domains"),
        (["--cell", "nonsense"], "nonsense"),
        (["--cell", "voc1-half", "--reference", "voc2-half", "--samples", "100"], "matrix alone, V2O5"),
        (["--cell", "voc1-half", "--protocol", "Rest for 1 h", "--samples", "100"], "is that of a discharge"),
        (["--cell", "voc1-half", "--samples", "5"], "at least 100"),
        (["--cell", "voc1-half", "--members", "0"], "at least one joint draw"),
        (["--members", "2"], "no effect without --cell"),
        (["--cell", "voc1-half", "--protocol", "Dischorge at 5 uA/cm2"], "Dischorge"),
        (["--out", "/proc/nowhere/x"], "Cannot "),
    ],
)
def test_bad_input_gets_one_sentence(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["junction", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error and error.startswith("heterofilm: ") and "Traceback" not in error
