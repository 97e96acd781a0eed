"""Fits by mouse, on a measured core level: an edge of the window dragged, a box drawn around points, both undone."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from heterofilm.app import words
from real_data import real_file

from ..pages import browsing, needs_chromium, opened, served, until

FILE = "lg4x2_0-150W_NiWO1s_O1s.txt"
PLACE = """([x, share]) => {
  const plot = [...document.querySelectorAll(".plot")].find((one) => one.checkVisibility());
  const place = plot.getBoundingClientRect(), { xaxis, yaxis } = plot._fullLayout;
  return [place.left + xaxis._offset + xaxis.d2p(x), place.top + yaxis._offset + share * yaxis._length];
}"""


def at(page: Any, energy: float, share: float = 0.5) -> list[float]:
    """Where an energy lies on the figure that is seen, in pixels of the page."""
    return list(page.evaluate(PLACE, [energy, share]))


def still(page: Any, energy: float) -> bool:
    """Whether the figure is drawn and has found its place."""
    before = at(page, energy)
    page.wait_for_timeout(300)
    return at(page, energy) == before


def drag(page: Any, begin: list[float], end: list[float]) -> None:
    page.mouse.move(*begin)
    page.mouse.down()
    page.mouse.move((begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2, steps=4)
    page.mouse.move(*end, steps=4)
    page.mouse.up()


@needs_chromium
def test_windows_and_boxes_by_mouse(tmp_path: Path) -> None:
    raw, project = real_file(f"xps/{FILE}"), tmp_path / "project"

    def level() -> dict[str, Any]:
        said = tomllib.loads((project / "sample-1" / "sample.toml").read_text())
        return dict(said["files"][0].get("level", {}).get("O1s", {}))

    with browsing() as browser, served(project) as server, opened(browser, server, 1400, 1000) as page:
        page.locator("input[data-kind=files]").locator("visible=true").set_input_files(raw)
        page.get_by_text("1 of 1 files read").wait_for()
        page.get_by_role("tab", name=words.TABS["fits"], exact=True).click()
        page.locator(".plot:visible .shapelayer path").first.wait_for(state="attached")
        low = float(page.get_by_label(words.WINDOW_LOW).input_value())
        until(lambda: still(page, low))
        drag(page, at(page, low), at(page, low + 0.8))
        until(lambda: abs(level().get("window", [0.0])[0] - low - 0.8) < 0.1)
        until(lambda: still(page, low))
        drag(page, at(page, low + 3.0, 0.4), at(page, low + 2.5, 0.6))
        until(lambda: len(level().get("without", ())) == 1)
        left, right = level()["without"][0]
        assert abs(left - low - 2.5) < 0.1 and abs(right - low - 3.0) < 0.1
        assert level()["window"][1] > low + 3.0, "a box moves no edge"
        while level():
            before = level()
            page.get_by_role("button", name=words.UNDO).click()
            until(lambda before=before: level() != before)
