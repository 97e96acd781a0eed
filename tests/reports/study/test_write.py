"""A small study end to end, and what is refused before any work."""

import os
import re
import shutil
from pathlib import Path

import polars as pl
import pytest

from heterofilm import run_study
from heterofilm.errors import HeterofilmError
from heterofilm.paper.reference import STUDY
from heterofilm.protocol import Impedance, Loop, Step
from heterofilm.records.record import Record
from heterofilm.reports.study import write as write_module
from heterofilm.study import run as study_module
from heterofilm.study.plan import load_plan

SMALL = """
title = "Small"
reference = "yu-2025"
cells = ["vo-half", "voc1-half"]
[[tests]]
name = "d5"
protocol = "Discharge at 5 uA/cm2 until 2.15 V"
[[tests]]
name = "cycle"
cells = ["vo-half"]
protocol = "Discharge at 20 uA/cm2 until 2.15 V; Charge at 20 uA/cm2 until 3.8 V"
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "study.toml"
    file.write_text(text)
    return file


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    out = folder / "out"
    return run_study(write(folder, SMALL), out, progress=False, members=0), out


def test_folder_is_complete(small):
    results, out = small
    assert (out / "report.html").stat().st_size < 3e6
    for stem in ("vo-half_d5", "voc1-half_d5", "vo-half_cycle"):
        for suffix in ("csv", "parquet"):
            assert (out / "data" / f"{stem}.{suffix}").is_file()
    figures = {p.name for p in (out / "figures").iterdir()}
    assert {"profiles-half.svg", "profiles-half.png", "oxidation-voc1.svg", "unused-capacity.png"} <= figures
    assert not [p for p in out.rglob("*.part*")]
    assert results.failed == [] and len(results.main.records) == 3


def test_the_page_says_what_makes_it_again(small):
    """The study as it was named, and what was asked beside it."""
    _, out = small
    assert f"study.toml --out {out} --members 0" in (out / "report.html").read_text()


def test_data_come_back(small):
    results, out = small
    back = Record.read(out / "data" / "vo-half_d5.parquet")
    assert back.capacity() == pytest.approx(results.main.capacity("vo-half", 5.0), rel=1e-6)


def test_discharges_by_current(small):
    results, _ = small
    assert list(results.main.discharges("vo-half")) == [5.0, 20.0]
    assert results.main.discharge("vo-half", 80.0) is None
    # the cycle's charge is not taken for its discharge
    assert results.main.capacity("vo-half", 20.0) < results.main.capacity("vo-half", 5.0)


def test_shipped_study_is_sound():
    plan = load_plan(STUDY)
    assert len(plan.runs()) == 60
    opened = [test.opening for test in plan.study.tests if test.opening is not None]
    assert sum(isinstance(p.items[0], Step) for p in opened) == 4  # first discharges
    assert sum(isinstance(p.items[0], Impedance) for p in opened) == 1
    assert sum(isinstance(p.items[0], Loop) for p in opened) == 1  # the rate test, whose row is calibrated


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('title = "Small"', 'titel = "Small"'), "did you mean 'title'"),
        (('"voc1-half"]', '"voc1-haf"]'), "voc1-half"),
        (('cells = ["vo-half"]\nprotocol', 'cells = ["voc1-atfb"]\nprotocol'), "not among the cells"),
        (("Discharge at 5 uA", "Dischage at 5 uA"), "iscnharge".replace("n", "")),
        (('name = "cycle"', 'name = "d5"'), "twice"),
        (('name = "cycle"', 'name = "../x"'), "file name"),
        (('cells = ["vo-half", "voc1-half"]', "cells = []"), "cells"),
        (("title =", "title ="[:-1]), "TOML"),
    ],
)
def test_unsound_studies_are_one_sentence(tmp_path, change, words):
    file = write(tmp_path, SMALL.replace(*change))
    with pytest.raises(HeterofilmError) as error:
        run_study(file, tmp_path / "out", progress=False)
    assert words in str(error.value)
    assert not (tmp_path / "out").exists()


def test_missing_study(tmp_path):
    with pytest.raises(HeterofilmError, match="there is no such file"):
        load_plan(tmp_path / "none.toml")


def test_output_that_is_a_file(tmp_path, monkeypatch):
    monkeypatch.setattr(study_module, "simulate", lambda *a, **k: pytest.fail("work was begun"))
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(HeterofilmError, match="is a file"):
        run_study(None, tmp_path / "taken", progress=False)
    with pytest.raises(HeterofilmError, match="is a file"):
        run_study(None, tmp_path / "taken" / "below", progress=False)
    assert (tmp_path / "taken").read_text() == "mine"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_output_that_cannot_be_written(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(HeterofilmError, match="is a file"):
        run_study(None, tmp_path / "out", progress=False)


def test_a_failing_run_is_told_and_the_rest_goes_on(tmp_path):
    text = SMALL + '[[tests]]\nname = "bad"\ncells = ["vo-half"]\nprotocol = "Charge at 5 uA/cm2 until 2 V"\n'
    results = run_study(write(tmp_path, text), tmp_path / "out", progress=False, members=0)
    assert [(cell, test) for cell, test, _ in results.failed] == [("vo-half", "bad")]
    assert "vo-half, bad failed: " in (tmp_path / "out" / "report.html").read_text()


def test_interruption_leaves_whole_files(tmp_path, monkeypatch):
    real, calls = study_module.simulate, []

    def twice(*arguments, **options):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(*arguments, **options)

    monkeypatch.setattr(study_module, "simulate", twice)
    with pytest.raises(KeyboardInterrupt):
        run_study(write(tmp_path, SMALL), tmp_path / "out", progress=False, members=0)
    # the two that were done: a short one, which is the first, and the longest
    assert {p.name for p in (tmp_path / "out" / "data").glob("*.csv")} == {
        "vo-half_d5.csv",
        "vo-half_d5.steps.csv",
        "vo-half_cycle.steps.csv",
        "vo-half_cycle.csv",
    }
    assert not list((tmp_path / "out").rglob("*.part*"))


def test_bands_from_the_draws(tmp_path, monkeypatch):
    draws = tuple({"phases.V2O5.utilisation": u} for u in (0.5, 0.55, 0.6))

    class WithDraws(write_module.Library):
        def ensemble(self):
            return draws

    monkeypatch.setattr(write_module, "Library", WithDraws)
    results = run_study(write(tmp_path, SMALL), tmp_path / "out", progress=False, members=2)
    assert len(results.members) == 2
    table = pl.read_csv(tmp_path / "out" / "claims.csv")
    row = table.filter(pl.col("id") == "cap-vo-5")
    low, high = (results.members[k].capacity("vo-half", 5.0) for k in (0, 1))
    assert low <= row["low"][0] < row["high"][0] <= high


def test_a_study_without_a_reference_speaks_of_none(tmp_path):
    """A user's study is the user's: no row of a paper, no table of claims, no word of it on the page."""
    text = SMALL.replace('reference = "yu-2025"\n', "")
    results = run_study(write(tmp_path, text), tmp_path / "out", progress=False, members=0)
    page = (tmp_path / "out" / "report.html").read_text()
    outside = re.sub(r"<(script|style).*?</\1>", "", page, flags=re.DOTALL)
    assert not (tmp_path / "out" / "claims.csv").exists() and results.reference.table is None
    assert "paper" not in outside.split("Every value used")[0] and "Diamonds" not in outside


def test_an_unknown_reference_is_refused_with_the_nearest(tmp_path):
    with pytest.raises(HeterofilmError, match=r"no reference 'yu-2026'; known: yu-2025"):
        run_study(write(tmp_path, SMALL.replace("yu-2025", "yu-2026")), tmp_path / "out", progress=False)


def test_a_folder_of_another_study_is_refused_or_made_anew(small, tmp_path):
    """What another study left does not stand beside what this one writes; every file of a folder is listed."""
    _, out = small
    changed = SMALL.replace("5 uA/cm2", "6 uA/cm2").replace('"d5"', '"d6"')
    with pytest.raises(HeterofilmError, match="holds another study: its tests"):
        run_study(write(tmp_path, changed), out, progress=False, members=0)
    copy = tmp_path / "copy"
    shutil.copytree(out, copy)
    (copy / "mine.txt").write_text("x")
    run_study(write(tmp_path, changed), copy, progress=False, members=0, fresh=True)
    assert (copy / "mine.txt").exists() and not list((copy / "data").glob("*_d5*"))
    listed = {line.split(",")[0] for line in (copy / "parts.csv").read_text().splitlines()[1:]}
    there = {p.relative_to(copy).as_posix() for p in copy.rglob("*") if p.is_file()}
    assert there - listed == {"run.json", "parts.csv", "manifest.json", "lock", "mine.txt"} and listed <= there


def test_runs_that_are_whole_are_not_done_again(tmp_path, monkeypatch):
    """A damaged record is run again, alone; all numbers and curves are the same; --fresh runs everything."""
    file, out = write(tmp_path, SMALL), tmp_path / "out"
    done, own = [], study_module.simulate
    monkeypatch.setattr(study_module, "simulate", lambda cell, *a, **k: done.append(cell.name) or own(cell, *a, **k))
    first = run_study(file, out, progress=False, members=0)
    assert len(done) == 3 and first.served == 0
    again = run_study(file, out, progress=False, members=0)
    assert len(done) == 3 and again.served == 3
    for key, record in first.main.records.items():
        assert again.main.records[key].equals(record)
    broken = out / "records" / "vo-half_cycle.nc"
    broken.write_bytes(broken.read_bytes()[:-100])
    assert run_study(file, out, progress=False, members=0).served == 2 and len(done) == 4
    assert run_study(file, out, progress=False, members=0, fresh=True).served == 0 and len(done) == 7
