"""What a folder of results is made of: every change is named, and results of other samples are not written over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.samples import analyse, write
from heterofilm.samples.provenance import FILE, changes
from synthetic_files import write_files

SHEET = 'name = "VO"\nfilm = "VO"\narea = "1 cm2"\nthickness = "300 nm"\n'


@pytest.fixture
def place(tmp_path: Path) -> Path:
    write_files(tmp_path / "VO" / "raw", "l.txt", "r.txt")
    (tmp_path / "VO" / "sample.toml").write_text(SHEET)
    return tmp_path / "VO"


def test_every_change_is_named(place: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert changes([analyse(place)], out) is None
    write([analyse(place)], out)
    assert changes([analyse(place)], out) == []
    (place / "sample.toml").write_text(SHEET.replace("300 nm", "310 nm"))
    assert changes([analyse(place)], out) == ["VO: sample.toml changed"]
    (place / "sample.toml").write_text(SHEET)
    raw = place / "raw"
    (raw / "l.txt").write_bytes((raw / "l.txt").read_bytes() + b"\n")
    (raw / "r.txt").rename(raw / "s.txt")
    assert set(changes([analyse(place)], out) or ()) == {
        "VO: raw/l.txt changed", "VO: raw/r.txt is gone", "VO: raw/s.txt is new",
    }  # fmt: skip
    said = json.loads((out / FILE).read_text())
    said["samples"]["VO"]["equations digest"] = "0"
    (out / FILE).write_text(json.dumps(said))
    assert any("other code" in one for one in changes([analyse(place)], out) or ())


def test_results_of_other_samples_are_not_written_over(place: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write([analyse(place)], out)
    before = (out / "table.csv").read_bytes()
    (place / "sample.toml").write_text(SHEET.replace('name = "VO"', 'name = "other"'))
    with pytest.raises(HeterofilmError, match=r"holds results of VO, .*--fresh"):
        write([analyse(place)], out)
    assert (out / "table.csv").read_bytes() == before
    write([analyse(place)], out, fresh=True)
    assert list(json.loads((out / FILE).read_text())["samples"]) == ["other"]
