"""Panels of the paper from a synthetic sample: every kind has its panels, chapters follow the paper's order."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from heterofilm.commands import panels
from heterofilm.figures.figure import Figure
from heterofilm.paper.panels import OF_KIND, PANELS
from heterofilm.samples.analyse import ANALYSES
from heterofilm.samples.findings import Findings


def done(*kinds: str) -> Any:
    """An analysed sample with a figure of each kind."""
    figure = Figure("one", "one", "x", "y", [])
    return SimpleNamespace(
        sample=SimpleNamespace(name="VOC1"), findings={kind: Findings(figures=[figure]) for kind in kinds}
    )


def test_every_kind_is_one_that_is_analysed_and_its_panels_are_in_the_list() -> None:
    """No panel is promised that no analysis draws; each stands in the list of all panels of the paper."""
    assert set(OF_KIND) <= set(ANALYSES)
    listed = " ".join(where for where, *_ in PANELS)
    for where, _ in OF_KIND.values():
        for part in where.replace(";", ",").split(","):
            assert part.strip()[-1] in listed


def test_chapters_are_in_the_order_of_the_paper_and_of_what_there_is() -> None:
    titles = [one.title for one in panels.panel_chapters(done("uvvis", "raman", "cycling", "ups"))]
    assert titles == ["Fig. 1b: Raman spectrum", "Fig. 4d: UPS", "Fig. 4e: UV-vis"]


def test_the_page_is_written_with_its_figures(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says that nothing on it is the paper's data."""
    monkeypatch.setattr(panels, "write_sample", lambda *_, **__: {})
    monkeypatch.setattr(panels, "analyse", lambda *_: done("raman"))
    page = panels.write_panels(tmp_path / "panels")
    text = page.read_text(encoding="utf-8")
    assert "Fig. 1b: Raman spectrum" in text and "No data of the paper" in text
    assert (tmp_path / "panels" / "figures" / "one.svg").is_file()
