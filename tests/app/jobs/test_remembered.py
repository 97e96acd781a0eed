"""Findings that are known from before are those that are found anew, and are found anew when anything has changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from heterofilm.app.jobs import remembered
from heterofilm.app.jobs.remembered import Remembered
from heterofilm.samples import Analysed, analyse, load_sample
from heterofilm.samples.analyse import analyse_all
from synthetic_files import write_files

SHEET = 'name = "s"\n[[files]]\npath = "l.txt"\n[[files]]\npath = "j.csv"\n'


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """Light and photoelectrons."""
    folder = tmp_path / "s"
    write_files(folder, "l.txt", "j.csv")
    (folder / "sample.toml").write_text(SHEET)
    return folder


def found(sample: Path) -> tuple[Analysed, list[str]]:
    """What is found, and the kinds that were worked out for it."""
    known = Remembered(sample.parent / "cache")
    (done,) = analyse_all([load_sample(sample)], workers=known)
    return done, known.made


def test_nothing_is_worked_out_twice(sample: Path) -> None:
    """The same numbers, notes and figures; of a changed line its kind alone is anew."""
    first, made = found(sample)
    assert made == ["ups", "uvvis"]
    again, made = found(sample)
    plain = analyse(load_sample(sample))
    assert made == [] and repr(again.results) == repr(first.results) == repr(plain.results)
    for kind, one in plain.findings.items():
        assert again.findings[kind].notes == one.notes
        assert [f.numbers().equals(g.numbers()) for f, g in zip(again.findings[kind].figures, one.figures, strict=True)]
    (sample / "sample.toml").write_text(SHEET + 'potential = "3.2 V"\n')
    corrected, made = found(sample)
    assert made == ["ups"] and repr(corrected.results) == repr(analyse(load_sample(sample)).results)


def touched(sample: Path) -> None:
    os.utime(sample / "l.txt", ns=(1, 1))


def other_sheet(sample: Path) -> None:
    (sample / "sample.toml").write_text('area = "2 cm2"\n' + SHEET)


def beside(sample: Path) -> None:
    (sample / "new.cif").write_text("data_x")


def damaged(sample: Path) -> None:
    for path in (sample.parent / "cache").iterdir():
        path.write_bytes(path.read_bytes()[:-20])


@pytest.mark.parametrize("change", [touched, other_sheet, beside, damaged])
def test_whatever_changes_is_worked_out(change: Any, sample: Path) -> None:
    """A file, what is said of the sample, a file beside; and where what was kept is not whole."""
    found(sample)
    change(sample)
    assert found(sample)[1] == ["ups", "uvvis"]


def test_the_oldest_go(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST", 1)
    found(sample)
    assert len(list((sample.parent / "cache").iterdir())) == 1


def test_a_failure_is_tried_again(sample: Path) -> None:
    """It may have come from what is beside the files."""
    (sample / "j.csv").write_text("Kinetic energy / eV,Counts\n1,1\n2,1\n3,1\n4,1\n5,1\n")
    (sample / "sample.toml").write_text(SHEET + 'what = "ups"\n')
    assert found(sample)[0].failed
    assert found(sample)[1] == ["ups"]
