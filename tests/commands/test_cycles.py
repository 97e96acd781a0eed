"""`heterofilm cycles FOLDER`: the files of a folder as cells made alike."""

from pathlib import Path

import pytest

from heterofilm.cli import main
from heterofilm.commands.cycles import expanded
from heterofilm.errors import HeterofilmError
from heterofilm.synthetic.cycling import write_csv
from made_cell import made_cell


def test_a_folder_stands_for_its_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the order of their names, with a word; hidden files and folders within are none of them."""
    (tmp_path / "inner").mkdir()
    for name in ("b.csv", "a.csv", ".hidden", "inner/c.csv"):
        (tmp_path / name).write_text("x")
    assert expanded([str(tmp_path), "z.nc"]) == [str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "z.nc"]
    assert "2 files, taken for cells made alike: a.csv, b.csv" in capsys.readouterr().out
    (tmp_path / "empty").mkdir()
    with pytest.raises(HeterofilmError, match="holds no file"):
        expanded([str(tmp_path / "empty")])


def test_the_statistics_are_those_of_the_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.csv", "b.csv"):
        write_csv(made_cell(3), tmp_path / name)
    files = [str(tmp_path / name) for name in ("a.csv", "b.csv")]
    assert main(["cycles", str(tmp_path), "--area", "1cm2"]) == 0
    of_folder = capsys.readouterr().out.partition("\n")[2]
    assert main(["cycles", *files, "--area", "1cm2"]) == 0
    assert capsys.readouterr().out == of_folder
