"""The app as its users have it, in Chromium: files dropped to a comparison, a slider, an undo, exports; hostile files;
a job that outlives its server; both themes and all widths."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from heterofilm.app import words
from heterofilm.app.session.numbers import SCHEMA
from heterofilm.instruments import read
from heterofilm.simulation.run import simulate
from synthetic_files import write_files

from .pages import Server, alive, browsing, drop, go, needs_chromium, opened, saved, served, until

pytestmark = needs_chromium

LEADS = {
    "samples": words.SAMPLES_LEAD, "fits": words.FITS_LEAD, "compare": words.COMPARE_LEAD, "film": words.FILM_LEAD,
    "junction": words.JUNCTION_LEAD, "cell": words.CELL_LEAD, "test": words.TEST_LEAD, "design": words.DESIGN_LEAD,
    "device": words.DEVICE_LEAD, "atoms": words.ATOMS_LEAD, "paper": words.PAPER_LEAD, "session": words.SESSION_LEAD,
}  # fmt: skip
SHORT = "Discharge at 80 uA/cm2 until 2.15 V"
LIFE = f"5000000 x ({SHORT}; Charge at 80 uA/cm2 until 3.8 V)"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browsing() as browser:
        yield browser


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all that does not end it."""
    with served(tmp_path_factory.mktemp("shared") / "project") as server:
        yield server


def cycling(folder: Path) -> Path:
    """A measured-looking csv of a discharge: a simulated one, in amperes of 1 cm2."""
    frame = simulate("voc1-half", SHORT).frame
    table = frame.select(
        pl.col("time_s").alias("Time / s"), pl.col("voltage_V").alias("Voltage / V"),
        (-1e-4 * pl.col("current_A_m2")).alias("Current / A"),
    )  # fmt: skip
    place = folder / "discharge.csv"
    table.write_csv(place)
    assert read(place).technique == "cycling"
    return place


def test_a_users_path(chromium: Any, tmp_path: Path) -> None:
    """From files that are dropped to a comparison of measured and simulated; the script that comes out of it makes
    every number of the session again."""
    raw = tmp_path / "raw"
    write_files(raw, "g.DTA", "m.txt")
    csv = cycling(raw)
    project, out = tmp_path / "project", tmp_path / "out"
    with served(project) as server, opened(chromium, server) as page:
        # samples
        page.get_by_label(words.NEW_SAMPLE).fill("VOC1-07")
        drop(page, *((path.name, path.read_text("latin-1")) for path in (raw / "g.DTA", raw / "m.txt", csv)))
        page.get_by_text("3 of 3 files read").wait_for()
        assert page.get_by_text("Capacities need the electrode's area").count()
        page.get_by_label(words.SHEET["area"]).fill("1 cm2")
        page.get_by_label(words.SHEET["thickness"]).fill("300 nm")
        page.get_by_label(words.SHEET["thickness"]).press("Enter")
        page.get_by_role("region", name=words.RESULTS).get_by_text("discharge capacity").first.wait_for()
        assert (project / "VOC1-07" / "discharge.csv").read_bytes() == csv.read_bytes()
        # a wrong value is answered with a sentence, and stays out
        page.get_by_label(words.SHEET["area"]).fill("1 V")
        page.get_by_label(words.SHEET["area"]).press("Enter")
        page.get_by_role("alert").get_by_text("cm2").first.wait_for()
        until(lambda: page.get_by_label(words.SHEET["area"]).input_value() == "1 cm2")
        # cell and test
        go(page, "cell")
        page.get_by_label("films.VOC1.thickness", exact=True).fill("350 nm")
        page.get_by_label("films.VOC1.thickness", exact=True).press("Enter")
        page.get_by_text("was 300 nm").first.wait_for()
        go(page, "test")
        page.get_by_label(words.PROTOCOL, exact=True).fill("Dischage at 80 uA/cm2")
        page.get_by_text("Did you mean", exact=False).wait_for()
        page.get_by_label(words.PROTOCOL, exact=True).fill(SHORT)
        page.get_by_text("1 step, 1 cycle").wait_for()
        page.get_by_role("button", name=words.SIMULATE).click()
        page.get_by_text("Simulated in").wait_for()
        page.get_by_label(words.KEEP_AS).fill("thick")
        page.get_by_role("button", name=words.KEEP, exact=True).click()
        page.get_by_text("simulated, 1 step").wait_for()
        # a slider moves the curve, undo brings it back
        shown = page.get_by_role("region", name=words.NUMBERS).locator("visible=true")
        before = shown.inner_text()
        slider = page.get_by_label("films.VOC1.thickness", exact=True).locator("visible=true")
        for _ in range(3):
            slider.press("PageUp")
        until(lambda: shown.inner_text() != before)
        page.get_by_role("button", name=words.UNDO).click()
        until(lambda: shown.inner_text() == before)
        page.get_by_role("button", name=words.REDO).click()
        until(lambda: shown.inner_text() != before)
        # over each other
        go(page, "compare")
        for name in ("thick", "VOC1-07/discharge.csv"):
            page.get_by_role("checkbox", name=name).click()
        page.locator(".plot:visible .legendtext", has_text="discharge.csv").wait_for()
        assert page.locator(".plot:visible .legendtext").count() == 2
        out.mkdir()
        assert saved(page, f"{words.EXPORT} SVG", out).read_text().startswith("<?xml")
        assert saved(page, f"{words.EXPORT} PDF", out).read_bytes().startswith(b"%PDF")
        assert saved(page, f"{words.EXPORT} PNG", out).read_bytes().startswith(b"\x89PNG")
        assert pl.read_csv(saved(page, f"{words.EXPORT} CSV", out)).width >= 4
        # spectra of two samples over each other, in the width of a journal's column
        go(page, "samples")
        page.get_by_label(words.NEW_SAMPLE).fill("VOC1-08")
        page.locator("input[data-kind=files]").set_input_files(raw / "m.txt")
        page.get_by_text("1 of 1 files read").wait_for()
        go(page, "compare")
        page.get_by_label(words.COMPARED, exact=True).click()
        page.get_by_role("option", name="Raman").click()
        page.locator(".plot:visible .legendtext", has_text="VOC1-08").wait_for()
        page.get_by_role("switch", name=words.WATERFALL).click()
        page.locator(".plot:visible .annotation-text", has_text="VOC1-07").wait_for()
        page.get_by_label(words.PRINT, exact=True).click()
        page.get_by_role("option", name="acs").click()
        until(lambda: '"print"' in (project / "session.json").read_text())
        width = re.search(r'width="([\d.]+)pt"', saved(page, f"{words.EXPORT} SVG", out).read_text())
        assert width and float(width[1]) / 72.0 * 25.4 == pytest.approx(82.55, abs=0.5), "mm"
        # the session
        go(page, "session")
        page.get_by_text("del values").count()
        numbers = saved(page, f"{words.DOWNLOAD} numbers.csv", out)
        saved(page, f"{words.DOWNLOAD} session.py", out)
        page.get_by_role("button", name=words.WRITE).click()
        page.get_by_text("Written into").wait_for()
    shown_numbers = pl.read_csv(numbers, schema=SCHEMA)
    assert {"now", "thick"} <= set(shown_numbers["of"]) and shown_numbers.height > 20
    done = subprocess.run([sys.executable, str(project / "session.py")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert pl.read_csv(project / "numbers.csv", schema=SCHEMA).equals(shown_numbers)
    assert list(project.glob("waterfall-raman*.pdf")), "the script draws what was compared last"
    assert alive(project) == []


def test_hostile_files_are_inert(chromium: Any, server: Server) -> None:
    """Names with markup, formulas and ways out are text and lie in the project; what is too large, empty or of no
    format is answered with a sentence; nothing runs, and nothing is written elsewhere."""
    evil = "<img src=x onerror=\"document.title='ran'\">"
    project = server.folder
    with opened(chromium, server) as page:
        title = page.title()
        drop(
            page, (f"{evil}.csv", "nothing"), ('=HYPERLINK("http://there/","here").csv', "1,2\n"),
            ("..\\..\\up.mpt", "x"), ("</script><script>document.title='ran'</script>.txt", "y"), ("empty.txt", ""),
        )  # fmt: skip
        page.get_by_role("alert").get_by_text("is empty").wait_for()
        page.get_by_text("0 of 4 files read").wait_for()
        # larger than what is taken: refused by the browser's side, and by the server's where that is gone round
        assert page.evaluate("""async () => {
          const drop = crypto.randomUUID();
          const big = new Blob(Array(51).fill(new Uint8Array(1e7)));
          const answer = await fetch(`/files?drop=${drop}&path=big.mpt`, { method: "POST", body: big });
          return await answer.text();
        }""").startswith("'big.mpt' is larger than")  # fmt: skip
        for path in ("../../up.txt", "/etc/up.txt"):
            page.evaluate(
                "(path) => fetch(`/files?drop=${crypto.randomUUID()}&path=${encodeURIComponent(path)}`,"
                " { method: 'POST', body: 'x' })",
                path,
            )
        page.get_by_label(words.SHEET["title"], exact=True).fill(evil)
        page.get_by_label(words.SHEET["title"], exact=True).press("Enter")
        page.get_by_label(words.SHEET["title"], exact=True).blur()
        for tab in words.TABS:
            go(page, tab)
            page.get_by_text(LEADS[tab]).wait_for()
        assert page.title() == title and page.locator("img[src=x]").count() == 0
        assert page.get_by_text(evil).count() > 0, "it is shown as the text that it is"
    assert [path.name for path in project.parent.iterdir()] == ["project"]
    assert not list(project.rglob("big*")) and not list(project.rglob("*.part*"))


def test_a_job_outlives_reload_tab_and_server(chromium: Any, tmp_path: Path) -> None:
    """It runs on through all of them; the new server's page shows it and cancels it, and what is finished is kept."""
    project = tmp_path / "project"
    server = Server(project)
    with opened(chromium, server) as page:
        go(page, "test")
        page.get_by_label(words.PROTOCOL, exact=True).fill(LIFE)
        page.get_by_text("5000000 cycles").wait_for()
        page.get_by_label(words.KEEP_AS).fill("life")
        page.get_by_role("button", name=words.KEEP, exact=True).click()
        page.get_by_role("button", name=words.JOBS).get_by_text("1").wait_for()
        until(lambda: list(project.glob(".heterofilm/curves/*/cycles.csv")))
        page.reload()
        page.get_by_role("button", name=words.JOBS).get_by_text("1").wait_for()
    assert "Traceback" not in server.stop(signal.SIGTERM)
    (table,) = project.glob(".heterofilm/curves/*/cycles.csv")
    size = table.stat().st_size
    until(lambda: table.stat().st_size > size)
    assert len(alive(project)) == 1, "the worker, and nothing else"
    with served(project) as server, opened(chromium, server) as page:
        page.get_by_role("button", name=words.JOBS).click()
        job = page.get_by_role("group", name="life")
        job.get_by_role("button", name=words.CANCEL).click()
        job.get_by_text("what was finished is kept").wait_for()
        page.keyboard.press("Escape")
        go(page, "test")
        page.get_by_text("Not finished: Cancelled").first.wait_for()
        go(page, "session")
        page.get_by_text(words.MISSING.format(names="life")).wait_for()
    until(lambda: alive(project) == [])


def test_two_tabs_show_one_state(chromium: Any, server: Server) -> None:
    """What is done in one is seen in the other, and what is typed in the other stays there."""
    with opened(chromium, server) as one:
        two = one.context.new_page()
        two.goto(server.address)
        for page in (one, two):
            go(page, "test")
            page.get_by_label(words.PROTOCOL, exact=True).wait_for()
        two.get_by_label(words.KEEP_AS).fill("typing")
        one.get_by_label(words.PROTOCOL, exact=True).fill(SHORT)
        until(lambda: two.get_by_label(words.PROTOCOL, exact=True).input_value() == SHORT)
        assert two.get_by_label(words.KEEP_AS).input_value() == "typing"
        two.get_by_role("button", name=words.UNDO).click()
        until(lambda: one.get_by_label(words.PROTOCOL, exact=True).input_value() != SHORT)


NAMELESS = """() => [...document.querySelectorAll(
    "button, input, textarea, select, [role=button], [role=tab], [role=slider], [role=combobox], [role=img]")]
  .filter((one) => one.checkVisibility() && one.tabIndex >= 0 && one.type !== "hidden")
  .filter((one) => !(one.getAttribute("aria-label") || one.labels?.length || one.textContent.trim()
    || one.getAttribute("title")))
  .map((one) => one.outerHTML.slice(0, 120))"""


def test_every_width_and_theme(chromium: Any, server: Server) -> None:
    """Nothing is wider than the page, every control has a name, text is told from its ground, keys choose the tab."""
    for width, dark in ((800, False), (1400, True), (2000, False)):
        with opened(chromium, server, width) as page:
            if dark:
                page.get_by_role("button", name=words.LIGHT_DARK).click()
                page.locator("body.body--dark").wait_for()
            for tab in words.TABS:
                go(page, tab)
                page.get_by_text(LEADS[tab]).wait_for()
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                assert page.evaluate(NAMELESS) == []
            ground, ink = page.evaluate(
                "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
            )
            assert contrast(ground, ink) > 7.0
            last = page.get_by_role("tab", name=words.TABS["session"])
            last.focus()
            last.press("ArrowLeft")
            before = page.get_by_role("tab", name=words.TABS[list(words.TABS)[-2]])
            page.locator("[role=tab]:focus", has_text=words.TABS[list(words.TABS)[-2]]).wait_for()
            before.press("Enter")
            page.get_by_role("tab", name=words.TABS[list(words.TABS)[-2]], selected=True).wait_for()


def contrast(one: str, other: str) -> float:
    """Of two colours of a style sheet (WCAG 2.2)."""

    def luminance(text: str) -> float:
        parts = [float(v) / 255.0 for v in text.strip("rgba()").split(",")[:3]]
        r, g, b = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_nobody_else_gets_in(server: Server) -> None:
    """Without the token: no page, no file of the project, no socket."""
    home = server.address.partition("/?")[0]
    for path in ("/", "/own/app.css", "/files?drop=x&path=y", "/_nicegui/x/static/nicegui.js", "/?token=wrong"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(home + path)
        assert refused.value.code == 403
        assert "heterofilm app" in refused.value.read().decode()
    there = urllib.request.Request(home + "/", headers={"Host": "there.example"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(there)
    assert refused.value.code == 421
