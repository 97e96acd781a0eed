"""The page of a study that still runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from heterofilm import run_study
from heterofilm.reports.study import growing as module
from heterofilm.reports.study.growing import GrowingPage
from heterofilm.study.results import Results, Runs

STUDY = """
title = "Small"
cells = ["vo-half"]
[[tests]]
name = "d5"
protocol = "Discharge at 5 uA/cm2 until 2.15 V"
[[tests]]
name = "d20"
protocol = "2 x (Discharge at 20 uA/cm2 until 2.15 V; Charge at 20 uA/cm2 until 3.8 V)"
"""


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What stood in the report whenever a run was done, and last what stands there in the end."""
    seen: list[str] = []
    update = GrowingPage.update

    def watch(self: GrowingPage) -> None:
        self.spent = 0.0  # every page is written, however fast the machine
        update(self)
        seen.append(self.path.read_text(encoding="utf-8"))

    monkeypatch.setattr(module.GrowingPage, "update", watch)
    file = tmp_path / "study.toml"
    file.write_text(STUDY)
    run_study(file, tmp_path / "out", progress=False, members=0)
    return [*seen, (tmp_path / "out" / "report.html").read_text(encoding="utf-8")]


def test_the_first_run_is_on_a_page(pages: list[str]) -> None:
    """One of two runs: its discharge is drawn, and the page says what is missing and loads itself anew."""
    first = pages[0]
    assert "1 of 2 runs are done" in first
    assert "<figure" in first and 'http-equiv="refresh"' in first
    assert 'href="figures/' not in first  # those files come in the end


def test_it_grows_and_ends(pages: list[str]) -> None:
    """The last page is whole, and stays."""
    assert len(pages) == 3
    assert "2 of 2 runs are done" in pages[1]
    assert "runs are done" not in pages[2] and 'http-equiv="refresh"' not in pages[2]


def test_pages_take_a_share_of_the_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written while pages have taken more than their share of the time that has passed."""
    times = iter([0.0, 1.0, 2.0, 5.0])  # begun; looked at, written; looked at again: 1 s of 5 s went into pages
    results = Results("Small", "", Runs())
    page = GrowingPage(results, tmp_path / "report.html", 2, clock=lambda: next(times))
    results.main.records = {("a", "b"): None}  # type: ignore[dict-item]
    written: list[str] = []
    monkeypatch.setattr(module, "discharge_chapters", lambda results: [])
    monkeypatch.setattr(module, "run_chapters", lambda results: [])
    monkeypatch.setattr(module, "runs_table", lambda results: module.Chapter("x"))
    monkeypatch.setattr(module, "page", lambda *arguments, **options: written.append("page") or "")
    page.update()
    page.update()
    assert written == ["page"]
