"""A sample file to begin with: it lists what lies there, loads, and gives what the folder without it gives."""

from pathlib import Path

import pytest

from heterofilm.cli import main
from heterofilm.errors import HeterofilmError
from heterofilm.samples import analyse, load_sample
from heterofilm.samples.beginning import new_sample, sample_keys
from heterofilm.samples.file_entry import ACTS_ON, FileEntry
from heterofilm.samples.sample_file import SampleFile
from synthetic_files import write_files


def test_it_lists_the_files_with_what_they_are(tmp_path: Path) -> None:
    write_files(tmp_path / "VO" / "raw", "l.txt", "r.txt")
    (tmp_path / "VO" / "raw" / "bad.csv").write_text('q"\n')
    place = new_sample(tmp_path / "VO" / "sample.toml")
    sheet = load_sample(place).sheet
    assert sheet.name == "VO" and {e.path: e.what for e in sheet.files} == {
        "raw/bad.csv": "ignore", "raw/l.txt": "uvvis", "raw/r.txt": "composition",
    }  # fmt: skip
    assert list(analyse(place).findings) == ["uvvis", "composition"]
    with pytest.raises(HeterofilmError, match="exists"):
        new_sample(tmp_path / "VO")


def test_every_key_is_listed_with_the_kinds_it_acts_on() -> None:
    said = sample_keys()
    for name in (*SampleFile.model_fields, *FileEntry.model_fields):
        assert f"    {name} " in said
    assert all(", ".join(kinds) in said for kinds in ACTS_ON.values())


def test_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_files(tmp_path, "l.txt")
    assert main(["new", "sample", str(tmp_path / "sample.toml")]) == 0
    assert f"heterofilm analyse {tmp_path}" in capsys.readouterr().out
    assert main(["new", "sample", str(tmp_path / "other.toml"), "--short"]) == 2
    assert "--short has no effect on a sample file" in capsys.readouterr().err
    assert main(["schema", "sample"]) == 0 and "reference_cycle" in capsys.readouterr().out
