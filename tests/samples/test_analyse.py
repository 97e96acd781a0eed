"""A project folder that a group keeps: raw files are only read, results are made again, one bad file stops nothing."""

import hashlib
import json
import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from heterofilm._version import __version__
from heterofilm.errors import HeterofilmError
from heterofilm.samples import analyse, samples_in, write
from heterofilm.samples.analyse import ANALYSES
from heterofilm.samples.sample_file import KINDS
from synthetic_files import write_files

SHEET = 'name = "VO"\nfilm = "VO"\narea = "1.00 +- 0.02 cm2"\nthickness = "300 +- 9 nm"\n'


def project(folder: Path, *names: str, sheet: str = SHEET) -> Path:
    write_files(folder / "raw", *names)
    (folder / "sample.toml").write_text(sheet, encoding="utf-8")
    return folder


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*")) if path.is_file()
    }  # fmt: skip


def test_every_kind_of_a_sheet_has_an_analysis_and_only_those() -> None:
    assert set(ANALYSES) | {"ignore"} == set(KINDS)


def test_raw_files_are_only_read_and_results_made_again_are_equal(tmp_path: Path) -> None:
    """The same files, sheet and version give the same table; nothing among the raw files is touched or added."""
    place = project(tmp_path / "VO", "l.txt", "t.tif", "r.txt")
    before = hashes(place)
    first = write([analyse(place)], tmp_path / "one", formats=("svg", "pdf"))
    second = write([analyse(place)], tmp_path / "two", formats=("svg", "pdf"))
    assert hashes(place) == before
    for name in ("table.csv", "methods.txt", "provenance.json"):
        assert first.with_name(name).read_bytes() == second.with_name(name).read_bytes()
    record = json.loads(first.with_name("provenance.json").read_text())["samples"]["VO"]
    assert record["heterofilm"] == __version__ and record["sheet"] == "sample.toml" and record["failed"] == []
    assert {name: one["sha256"] for name, one in record["files"].items()} == {
        name: digest for name, digest in before.items() if name.startswith("raw/")
    }
    assert {one["what"] for one in record["files"].values()} == {"uvvis", "cross-section", "composition"}
    table = pl.read_csv(first.with_name("table.csv"))
    assert table["sample"].unique().to_list() == ["VO"] and set(table["file"]) == set(record["files"])
    assert table["method"].null_count() == 0
    figures = {path.suffix for path in (tmp_path / "one" / "figures").iterdir()}
    assert figures == {".svg", ".pdf"}


def test_what_an_earlier_run_drew_does_not_stay_beside_a_new_table(tmp_path: Path) -> None:
    """Only figures and numbers that the earlier run wrote itself are removed."""
    place, out = project(tmp_path / "VO", "l.txt", "t.tif"), tmp_path / "out"
    write([analyse(place)], out, formats=["svg"])
    (out / "figures" / "mine.svg").write_text("drawn by hand")
    both = {path.name for path in (out / "figures").iterdir()}
    (place / "raw" / "t.tif").unlink()
    write([analyse(place)], out, formats=["svg"])
    left = {path.name for path in (out / "figures").iterdir()}
    assert "mine.svg" in left and {name for name in both - left if "cross-section" in name} == both - left != set()


def test_results_inside_of_the_sample_are_not_taken_for_raw_files(tmp_path: Path) -> None:
    place = project(tmp_path / "VO", "r.txt")
    for out in ("results", "another name"):
        done = analyse(place)
        assert list(done.hashes) == ["raw/r.txt"] and not done.failed
        write([done], place / out)


@pytest.mark.parametrize("out", [".", "..", "raw", "../VO"])
def test_results_are_not_written_among_raw_files(out: str, tmp_path: Path) -> None:
    place = project(tmp_path / "VO", "r.txt")
    before = hashes(tmp_path)
    with pytest.raises(HeterofilmError, match="would lie among the raw files of 'VO'; name a folder"):
        write([analyse(place)], place / out)
    assert hashes(tmp_path) == before


def test_a_file_that_cannot_be_read_is_noted_and_the_rest_goes_on(tmp_path: Path) -> None:
    place = project(tmp_path / "VO", "l.txt")
    (place / "raw" / "broken.mpr").write_bytes(b"BIO-LOGIC MODULAR FILE\x1a" + bytes(60))
    (place / "raw" / "empty.csv").write_bytes(b"")
    (place / "raw" / "numbers.csv").write_text("q,p\n" + "1,2\n" * 40)
    done = analyse(place)
    assert {name for name, _ in done.failed} >= {"raw/broken.mpr", "raw/empty.csv", "raw/numbers.csv"}
    assert all(why.isprintable() for _, why in done.failed)
    assert list(done.findings) == ["uvvis"] and any(r.quantity == "direct gap" for r in done.results)


def test_an_analysis_that_fails_is_noted_and_the_rest_goes_on(tmp_path: Path) -> None:
    """Without an area there are no capacities; the gap needs none."""
    done = analyse(project(tmp_path / "VO", "l.txt", "a.mpt", sheet='name = "VO"\nthickness = "300 +- 9 nm"\n'))
    ((kind, why),) = done.failed
    assert kind == "cycling" and "add for example area = " in why
    assert list(done.findings) == ["uvvis"]


def test_area_and_thickness_carry_their_uncertainty(tmp_path: Path) -> None:
    """Q/(A d): the relative variances of area and thickness add."""
    done = analyse(project(tmp_path / "VO", "a.mpt"))
    first = next(r for r in done.results if r.quantity == "discharge capacity, cycle 1")
    assert isinstance(first.value, float)
    assert first.uncertainty / first.value == pytest.approx(np.hypot(0.02, 9.0 / 300.0), rel=0.02)
    half = analyse(project(tmp_path / "half", "a.mpt", sheet=SHEET.replace("1.00 +- 0.02", "2.00 +- 0.04")))
    other = next(r for r in half.results if r.quantity == "discharge capacity, cycle 1")
    assert first.value / other.value == pytest.approx(2.0)


def test_files_of_the_sheet_are_ignored_missing_or_of_another_kind(tmp_path: Path) -> None:
    lines = '[[files]]\npath = "raw/l.txt"\nwhat = "ignore"\n[[files]]\npath = "raw/r.txt"\n'
    lines += '[[files]]\npath = "raw/absent.csv"\n'
    done = analyse(project(tmp_path / "VO", "l.txt", "r.txt", sheet=SHEET + lines))
    assert list(done.hashes) == ["raw/r.txt"]
    ((name, why),) = done.failed
    assert name == "raw/absent.csv" and "there is no such file" in why


@pytest.mark.parametrize("kind", [kind for kind in ANALYSES if kind != "composition"])
def test_a_file_of_another_kind_than_the_sheet_says_is_one_sentence(kind: str, tmp_path: Path) -> None:
    """A table of atomic percents can be none of the others: no traceback, whatever the sample file calls it."""
    lines = f'[[files]]\npath = "raw/r.txt"\nwhat = "{kind}"\n'
    done = analyse(project(tmp_path / "VO", "r.txt", sheet=SHEET + lines))
    ((name, why),) = done.failed
    assert name in (kind, "raw/r.txt") and why.isprintable() and not done.findings


def test_a_file_that_its_analysis_refuses_does_not_take_the_others_along(tmp_path: Path) -> None:
    """Two spectra, one of them flat: the other's gap is there, and what is wrong is said of the file."""
    place = project(tmp_path / "VO", "l.txt")
    text = (place / "raw" / "l.txt").read_text().splitlines()
    flat = [line.rsplit(maxsplit=1)[0] + " 100.0" if line[:1].isdigit() else line for line in text]
    (place / "raw" / "flat.txt").write_text("\n".join(flat[:12]))
    sheet = SHEET + "".join(f'[[files]]\npath = "raw/{name}.txt"\nwhat = "uvvis"\n' for name in ("flat", "l"))
    (place / "sample.toml").write_text(sheet)
    done = analyse(place)
    assert [name for name, _ in done.failed] == ["raw/flat.txt"]
    assert {r.file for r in done.results if r.quantity == "direct gap"} == {"raw/l.txt"}


def test_files_of_one_stem_keep_figures_of_their_own(tmp_path: Path) -> None:
    """before/l.txt and after/L.TXT: as many figures on disk as on the page."""
    place = tmp_path / "VO"
    for folder, name in (("before", "l.txt"), ("after", "L.TXT")):
        write_files(place / folder, "l.txt")
        (place / folder / "l.txt").rename(place / folder / name)
    (place / "sample.toml").write_text(SHEET)
    done = analyse(place)
    write([done], tmp_path / "out", formats=["pdf"])
    names = [figure.name for found in done.findings.values() for figure in found.figures]
    assert len(names) == 6 and len({name.lower() for name in names}) == 6
    assert len(list((tmp_path / "out" / "figures").glob("*.pdf"))) == 6


def test_an_error_of_the_program_is_noted_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(job: object) -> None:
        raise ZeroDivisionError("a\nb")

    monkeypatch.setattr("heterofilm.samples.microscopy.composition", broken)
    done = analyse(project(tmp_path / "VO", "l.txt", "r.txt"))
    ((kind, why),) = done.failed
    assert kind == "composition" and "ZeroDivisionError: a b" in why and list(done.findings) == ["uvvis"]


def test_the_methods_say_what_was_done_once(tmp_path: Path) -> None:
    place = project(tmp_path / "VO", "l.txt", "r.txt")
    said = analyse(place).methods()
    assert "Tauc" in said and "EDS" in said and said.endswith(f"Analyses were done with heterofilm {__version__}.")
    assert len(said.split(". ")) == len(set(said.split(". ")))


def test_progress_is_told_file_by_file(tmp_path: Path) -> None:
    told: list[str] = []
    analyse(project(tmp_path / "VO", "l.txt", "r.txt"), told.append)
    assert told == ["raw/l.txt", "raw/r.txt", "uvvis", "composition"]


def test_a_project_is_a_sheet_a_folder_or_folders(tmp_path: Path) -> None:
    for name in ("VO", "VOC1"):
        project(tmp_path / name, "r.txt", sheet=SHEET.replace('"VO"', f'"{name}"', 1))
    assert [one.name for one in samples_in(tmp_path)] == ["VO", "VOC1"]
    assert [one.name for one in samples_in(tmp_path / "VO")] == ["VO"]
    assert [one.name for one in samples_in(tmp_path / "VO" / "sample.toml")] == ["VO"]


def test_no_number_of_the_table_is_infinite(tmp_path: Path) -> None:
    done = analyse(project(tmp_path / "VO", "l.txt", "r.txt", "t.tif"))
    assert not any(isinstance(r.value, float) and math.isinf(r.value) for r in done.results)
