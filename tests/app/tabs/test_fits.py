"""Fits by mouse: nine measured files dropped at once, corrections of a core level and of a spectrum, one undone; and
the script that makes every number again."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from heterofilm.app import words
from heterofilm.app.analyses import kept, key_of
from heterofilm.app.session.numbers import SCHEMA
from heterofilm.app.session.state import sample_of
from real_data import real_file

from ..pages import browsing, needs_chromium, opened, served, until

pytest.importorskip("nicegui", reason="the extra 'app' is not installed")

from heterofilm.app.tabs.fit_fields import given_value, shown_value
from heterofilm.errors import InputError

NINE = (
    "biologic/yadg_gcpl.issue_149.mpt", "cv/ixdat_Pt_poly_cv_CUT.mpt", "eis/pyimpspec_data.mpt",
    "xps/lg4x_0-150W.vms", "ups/lg4x_170109_1712_Ef.csv", "uvvis/taucauto_spectrum_1.txt",
    "raman/datalab_raman_example.txt", "xrd/dara_V2O5_0p8011-ZrO2_0p2012--8min.xrdml",
    "tofsims/I231115u_D_MeO-2PACz_5f_neg-C2_-_NF.txt",
)  # fmt: skip
XPS, EIS = "lg4x_0-150W.vms", "pyimpspec_data.mpt"
# where a number of the axis lies on the figure that is seen, and where the k-th point of a line, in pixels of the page
PLACE = """([x, share]) => {
  const plot = [...document.querySelectorAll(".plot")].find((one) => one.checkVisibility());
  const place = plot.getBoundingClientRect(), { xaxis, yaxis } = plot._fullLayout;
  return [place.left + xaxis._offset + xaxis.d2p(x), place.top + yaxis._offset + share * yaxis._length];
}"""
POINT = """([name, k]) => {
  const plot = [...document.querySelectorAll(".plot")].find((one) => one.checkVisibility());
  const place = plot.getBoundingClientRect(), { xaxis, yaxis } = plot._fullLayout;
  const { x, y } = plot._fullData.find((one) => one.name === name);
  return [place.left + xaxis._offset + xaxis.d2p(x[k]), place.top + yaxis._offset + yaxis.d2p(y[k]), x[k]];
}"""


def at(page: Any, x: float, share: float = 0.5) -> list[float]:
    return list(page.evaluate(PLACE, [x, share]))


def still(page: Any, x: float) -> bool:
    """Whether the figure is drawn and has found its place."""
    before = at(page, x)
    page.wait_for_timeout(300)
    return at(page, x) == before


def drag(page: Any, begin: list[float], end: list[float]) -> None:
    page.mouse.move(*begin)
    page.mouse.down()
    page.mouse.move((begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2, steps=4)
    page.mouse.move(*end, steps=4)
    page.mouse.up()


def analysed(page: Any, project: Path) -> None:
    """Wait until the numbers of the sample as it is now are there, and shown."""
    sheet = tomllib.loads((project / "sample-1" / "sample.toml").read_text())
    key = key_of(sample_of("sample-1", sheet, project))
    until(lambda: kept(project, key) is not None)
    page.get_by_text(words.IS_ANALYSED).locator("visible=true").wait_for(state="hidden")


@needs_chromium
def test_nine_files_and_five_corrections_by_mouse(tmp_path: Path) -> None:
    """Of a window, a peak, a point, a number and a frequency; each is what the mouse did, to the width of a pixel, and
    acts on the fit. One more, a box, is undone. The script makes every number of the session."""
    project = tmp_path / "project"

    def line(file: str) -> dict[str, Any]:
        said = tomllib.loads((project / "sample-1" / "sample.toml").read_text())
        return next(dict(one) for one in said["files"] if one["path"] == file)

    def level() -> dict[str, Any]:
        return dict(line(XPS).get("level", {}).get("O1s", {}))

    with browsing() as browser, served(project) as server, opened(browser, server, 1400, 1000) as page:
        files = page.locator("input[data-kind=files]").locator("visible=true")
        files.set_input_files([real_file(name) for name in NINE])
        page.get_by_text("9 of 9 files read").wait_for()
        page.get_by_role("tab", name=words.TABS["fits"], exact=True).click()
        page.locator(".plot:visible .shapelayer path").first.wait_for(state="attached")
        # an edge of the window, which is an anchor of the background
        field = page.get_by_label(words.WINDOW_LOW.format(unit="eV"))
        until(lambda: field.input_value() != "")
        low = float(field.input_value())
        until(lambda: still(page, low))
        drag(page, at(page, low), at(page, low + 0.8))
        until(lambda: abs(level().get("window", [0.0])[0] - low - 0.8) < 0.1)
        # a peak
        until(lambda: still(page, low))
        drag(page, at(page, 531.12, 0.05), at(page, 531.5, 0.05))
        until(lambda: "start" in level())
        assert level()["start"] == {"O 1s hydroxide, carbonate.energy": pytest.approx(531.5, abs=0.05)}
        # a box, and back again
        until(lambda: still(page, low))
        drag(page, at(page, low + 3.0, 0.4), at(page, low + 2.5, 0.6))
        until(lambda: "without" in level())
        assert level()["without"] == [[pytest.approx(low + 2.5, abs=0.1), pytest.approx(low + 3.0, abs=0.1)]]
        assert level()["window"][1] > low + 3.0, "a box moves no edge"
        page.get_by_role("button", name=words.UNDO).click()
        until(lambda: "without" not in level())
        # a point
        until(lambda: still(page, low))
        energy = page.evaluate(POINT, ["measured", 30])[2]

        def clicked() -> bool:
            """Where the figure is drawn anew just then, a click is none: once more does the same."""
            x, y, _ = page.evaluate(POINT, ["measured", 30])
            page.mouse.move(x - 4, y)
            page.mouse.move(x, y, steps=3)
            page.wait_for_timeout(200)
            page.mouse.click(x, y)
            page.wait_for_timeout(500)
            return "without" in level()

        until(clicked)
        ((left, right),) = level()["without"]
        assert left < energy < right < left + 0.2, "one point and no other"
        # a number of the fit is held
        analysed(page, project)
        page.get_by_label(f"{words.HOW_IT_IS}: O 1s hydroxide, carbonate.width").click()
        page.get_by_role("option", name=words.HOW["fixed"]).click()
        until(lambda: "fixed" in level())
        width = level()["fixed"]["O 1s hydroxide, carbonate.width"]
        # the lowest frequency
        page.get_by_label(words.REGION).click()
        page.get_by_role("option", name="Impedance").click()
        lowest = page.get_by_label(words.WINDOW_LOW.format(unit="Hz"))
        lowest.wait_for()
        until(lambda: still(page, 1.0))
        drag(page, at(page, float(lowest.input_value())), at(page, 3.0))
        until(lambda: "lowest" in line(EIS))
        assert float(line(EIS)["lowest"].removesuffix(" Hz")) == pytest.approx(3.0, rel=0.03)
        assert "highest" not in line(EIS)
        until(lambda: float(lowest.input_value()) > 2.0)  # the fields are those of now
        # another circuit; the next fit starts where this one ended
        page.get_by_label(words.CIRCUIT).fill("R(RC)(RW)")
        page.get_by_label(words.CIRCUIT).press("Enter")
        until(lambda: line(EIS).get("circuit") == "R(RC)(RW)")
        analysed(page, project)
        page.get_by_role("button", name=words.TAKE_AS_START).click()
        until(lambda: "start" in line(EIS))
        assert line(EIS)["start"]["R1"] == pytest.approx(100.0, rel=0.02), "ohm, of which the spectrum was made"
        analysed(page, project)
        page.get_by_role("tab", name=words.TABS["session"], exact=True).click()
        page.get_by_role("button", name=words.WRITE).click()
        page.get_by_text("Written into").wait_for()
    shown = pl.read_csv(project / "numbers.csv", schema=SCHEMA)
    xps = shown.filter(pl.col("of").str.contains(XPS))
    assert xps.height and shown["of"].n_unique() >= 6
    assert width == pytest.approx(1.7, abs=0.3)
    done = subprocess.run([sys.executable, str(project / "session.py")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert pl.read_csv(project / "numbers.csv", schema=SCHEMA).equals(shown)


@pytest.mark.parametrize(
    ("how", "value"), [("start", 531.2), ("fixed", 8e-07), ("bounds", [529.0, 531.5]), ("links", "1.2*V5+ 2p3/2.width")]
)
def test_a_number_is_read_as_it_is_shown(how: str, value: Any) -> None:
    assert given_value(how, shown_value(how, value)) == value


@pytest.mark.parametrize(("how", "text"), [("fixed", "1.4 eV"), ("bounds", "529"), ("bounds", "a : b"), ("start", "")])
def test_what_is_no_number_is_refused(how: str, text: str) -> None:
    with pytest.raises(InputError, match="such as"):
        given_value(how, text)
