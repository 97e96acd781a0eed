"""``heterofilm analyse``, ``example`` and ``formats`` as a user meets them: what is printed, where, with which code."""

from pathlib import Path

import pytest

from heterofilm.cli import main
from heterofilm.instruments import known_formats
from synthetic_files import write_files

SHEET = 'name = "VO"\narea = "1.00 +- 0.02 cm2"\nthickness = "300 +- 9 nm"\n'


def sample(folder: Path, *names: str) -> Path:
    write_files(folder / "raw", *names)
    (folder / "sample.toml").write_text(SHEET)
    return folder


def test_analyse_prints_the_table_and_names_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = sample(tmp_path / "VO", "r.txt")
    assert main(["analyse", str(place)]) == 0
    said = capsys.readouterr().out
    assert "Cu/V atomic ratio" in said and "raw/r.txt" in said
    page = Path(said.strip().splitlines()[-1])
    assert page.is_file() and page.parent == place / "results" and (page.parent / "table.csv").is_file()


def test_analyse_ends_with_1_and_the_reason_when_a_file_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = sample(tmp_path / "VO", "r.txt")
    (place / "raw" / "bad.csv").write_bytes(b"")
    assert main(["analyse", str(place), "--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().out
    assert "not analysed: raw/bad.csv: " in said and "the file is empty" in said and "Cu/V atomic ratio" in said
    assert (tmp_path / "out" / "report.html").is_file() and not (place / "results").exists()


def test_a_sheet_that_makes_no_sense_does_not_take_the_other_samples_along(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sample(tmp_path / "VO", "r.txt")
    sample(tmp_path / "bad", "r.txt")
    (tmp_path / "bad" / "sample.toml").write_text('name = "bad"\narea = "1 km"\n')
    assert main(["analyse", str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().out
    assert "not analysed: bad/sample.toml: " in said and "Cu/V atomic ratio" in said
    (tmp_path / "VO" / "sample.toml").write_text('name = "VO"\narea = "1 km"\n')
    assert main(["analyse", str(tmp_path), "--out", str(tmp_path / "out")]) != 0
    assert "area" in capsys.readouterr().err


def test_analyse_says_in_one_line_that_nothing_could_be_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "VO"
    place.mkdir()
    (place / "sample.toml").write_text(SHEET)
    (place / "bad.csv").write_bytes(b"")
    assert main(["analyse", str(place)]) != 0
    assert "Nothing could be analysed; the first reason: Cannot read" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["analyse", "absent"], ["analyse", "."], ["formats", "absent.csv"]])
def test_bad_arguments_are_one_line(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) != 0
    said = capsys.readouterr().err
    assert len(said.strip().splitlines()) == 1 and "Traceback" not in said


def test_formats_lists_all_or_says_what_a_file_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["formats"]) == 0
    said = capsys.readouterr().out
    assert all(one.name in said for one in known_formats())
    write_files(tmp_path, "a.mpt", "s.tif")
    assert main(["formats", str(tmp_path / "a.mpt")]) == 0
    said = capsys.readouterr().out
    assert said.startswith("BioLogic EC-Lab text") and "(cycling)" in said and "voltage_V" in said
    assert main(["formats", str(tmp_path / "s.tif")]) == 0
    assert "512 x 512 pixels" in capsys.readouterr().out


def test_example_writes_into_no_folder_that_holds_something(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("x")
    assert main(["example", str(tmp_path)]) != 0
    assert "holds something already; name a new folder" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_columns_are_said_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two columns without headings are read where the command says what they are."""
    path = tmp_path / "a.txt"
    path.write_text("\n".join(f"{10.0 + 0.02 * k} {100 + k}" for k in range(40)))
    assert main(["formats", str(path), "--columns", "two_theta_deg=1,intensity=2"]) == 0
    assert "xrd" in capsys.readouterr().out
    path.write_text("\n".join(f"{60 * k} {3000 + 10 * k} 100" for k in range(40)))
    given = "time_s=1,voltage_V[mV]=2,current_A[uA]=3"
    assert main(["cycles", str(path), "--columns", given, "--area", "1cm2", "--thickness", "300nm"]) in (0, 1)
    assert main(["formats", "--columns", "time_s=1"]) != 0
    assert main(["formats", str(path), "--columns", "time_s"]) != 0


def test_only_and_again_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One kind goes into a folder of its own; settings that are taken over are printed, and those without a file."""
    place = sample(tmp_path / "VO", "r.txt", "l.txt")
    recipe = tmp_path / "recipe.toml"
    recipe.write_text('[uvvis]\nmodel = "direct"\n[eis]\nweights = "unit"\n')
    assert main(["analyse", str(place), "--only", "uvvis", "--again", str(recipe)]) == 0
    said = capsys.readouterr().out
    assert "direct gap" in said and "indirect gap" not in said and "Cu/V" not in said
    assert (
        "Settings of the recipe recipe.toml for raw/l.txt: model." in said and "for eis had no file to act on" in said
    )
    assert (place / "results-uvvis" / "table.csv").is_file() and not (place / "results").exists()
    assert main(["analyse", str(place), "--only", "eis"]) == 2
    assert "has no eis measurement" in capsys.readouterr().err
