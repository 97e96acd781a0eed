"""The analysis of a sample as the app keeps it: read as it was written, its key goes with all that decides it."""

from __future__ import annotations

from pathlib import Path

from heterofilm.app.analyses import Analyses, figure_file, keep, kept, key_of
from heterofilm.app.session.state import sample_of
from heterofilm.samples import analyse, write
from synthetic_files import write_files


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_files(tmp_path / "s", "l.txt")
    sheet = {"name": "s", "files": [{"path": "l.txt"}]}
    sample = sample_of("s", sheet, tmp_path)
    done, key = analyse(sample), key_of(sample)
    assert kept(tmp_path, key) is None
    place = keep(done, key, tmp_path)
    found = kept(tmp_path, key)
    assert found is not None
    assert [str(one) for one in found.results] == [str(one) for one in done.results] and found.results
    assert found.files == done.files and len(found.figures) == sum(len(one.figures) for one in done.findings.values())
    place.write_text(place.read_text()[:-40])
    assert kept(tmp_path, key) is None, "damaged is as if it were not there"


def test_its_key_goes_with_sheet_and_files(tmp_path: Path) -> None:
    write_files(tmp_path / "s", "l.txt")
    sheet = {"name": "s", "files": [{"path": "l.txt"}]}
    first = key_of(sample_of("s", sheet, tmp_path))
    assert key_of(sample_of("s", dict(sheet), tmp_path)) == first
    assert key_of(sample_of("s", {**sheet, "area": "1 cm2"}, tmp_path)) != first
    with (tmp_path / "s" / "l.txt").open("a") as file:
        file.write("\n")
    assert key_of(sample_of("s", sheet, tmp_path)) != first


def test_its_figures_lie_where_the_job_writes_them(tmp_path: Path) -> None:
    """Every one that the page shows can be sent as a file; what is read is read once."""
    write_files(tmp_path / "s", "l.txt", "g.DTA")
    sample = sample_of("s", {"name": "s"}, tmp_path)
    done, key = analyse(sample), key_of(sample)
    analyses = Analyses(tmp_path)
    assert analyses.get(key) is None and analyses.stamp(key) == 0
    place = keep(done, key, tmp_path)
    write([done], tmp_path / "results" / "s", formats=("svg",))
    found = analyses.get(key)
    assert found is not None and len(found.figures) > 1
    assert all((tmp_path / figure_file("s", one, "svg")).is_file() for one in found.figures)
    assert analyses.get(key) is found
    place.write_text(place.read_text().replace('"doubts": [', '"doubts": ["d", ', 1).replace('"d", ]', '"d"]'))
    again = analyses.get(key)
    assert again is not None and again.doubts[0] == "d", "another file is another analysis"
