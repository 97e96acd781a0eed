"""The page in Chromium: from a slider to the new curve against the run itself, the first page against an empty one of
NiceGUI, and memory over drops and re-plots. ``python -m benchmarks.app``; needs the extras ``app`` and ``browser``.

A slider is moved as a hand moves it, by an input event; the curve is there when its line on the page is another one.
The run's own time is that of the same runs, in the process that makes them.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = os.environ.get("HETEROFILM_CHROMIUM", "/usr/bin/chromium")
TEST = "Discharge at 80 uA/cm2 until 2.15 V"
CELLS = {"one phase": "vo-half", "two phases": "voc1-half"}
MOVES, LOADS, DROPS = 40, 7, 50
EMPTY = """
import sys
from nicegui import ui
def page():
    ui.label("empty")
ui.run(root=page, host="127.0.0.1", port=int(sys.argv[1]), show=False, reload=False, show_welcome_message=False)
"""
# the slider of a value to a place; the milliseconds until the line of the curve is another one
MOVE = """([label, place]) => new Promise((done) => {
  const slider = [...document.querySelectorAll("input.range")].find((one) => one.ariaLabel === label);
  const plot = [...document.querySelectorAll(".plot")].find((one) => one.checkVisibility());
  const line = () => plot.querySelector(".scatterlayer path.js-line")?.getAttribute("d");
  const before = line(), began = performance.now();
  const drawn = () => {
    if (!line() || line() === before) return;
    seen.disconnect();
    done(performance.now() - began);
  };
  const seen = new MutationObserver(drawn);
  seen.observe(plot, { subtree: true, childList: true, attributes: true, attributeFilter: ["d"] });
  slider.value = place;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
})"""


@contextmanager
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def app(folder: Path) -> Iterator[tuple[str, int]]:
    """The app over a folder: its address and process."""
    command = [sys.executable, "-m", "heterofilm", "app", str(folder), "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        yield next(line.strip() for line in server.stdout if line.startswith("http://")), server.pid
        server.terminate()


def slider(browser: Any, address: str, cell: str) -> tuple[list[float], list[float]]:
    """Milliseconds from the slider to the curve, and of the runs themselves."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.goto(address)
    page.locator("html[data-ready]").wait_for()
    page.get_by_role("tab", name="Test", exact=True).click()
    page.get_by_text("Simulated in").wait_for(timeout=120_000)
    label = page.locator("input.range[aria-label^='films.']").first.get_attribute("aria-label")
    seen, runs = [], []
    for k in range(MOVES + 5):
        place = 300 + 10 * (k % 40) + k // 40
        ms = page.evaluate(MOVE, [label, place])
        page.wait_for_timeout(150)
        if k >= 5:  # warm
            seen.append(ms)
            runs.append(float(page.get_by_text("Simulated in").inner_text().split()[2]))
    page.close()
    return seen, runs


def first_page(browser: Any, address: str) -> float:
    """Median milliseconds until a page is connected, of a browser that has its scripts already."""
    context = browser.new_context()
    times = []
    for k in range(LOADS + 1):
        page = context.new_page()
        began = time.perf_counter()
        page.goto(address)
        page.wait_for_function("window.did_handshake === true")
        if k:
            times.append(1e3 * (time.perf_counter() - began))
        page.close()
    context.close()
    return statistics.median(times)


def resident(pid: int) -> float:
    """MB of a process."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1e3


def memory(browser: Any, address: str, pid: int) -> tuple[list[float], list[float]]:
    """MB of the server and of the page's scripts after every ten drops, each taken back and followed by a re-plot."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.goto(address)
    page.locator("html[data-ready]").wait_for()
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    server, scripts = [], []

    def drop(name: str) -> None:
        files = page.locator("input[data-kind=files]").locator("visible=true")
        files.set_input_files([{"name": name, "mimeType": "text/plain", "buffer": f"nothing {name}\n".encode()}])
        page.get_by_text(name).first.wait_for()

    drop("first.txt")
    for k in range(DROPS):
        page.get_by_role("tab", name="Samples", exact=True).click()
        name = f"note {k}.txt"
        drop(name)
        page.get_by_role("button", name=f"Remove: {name}").click()  # or the page would have a line more for each
        page.get_by_text(name).first.wait_for(state="detached")
        page.get_by_role("tab", name="Test", exact=True).click()
        page.locator(".plot:visible .js-line").first.wait_for(state="attached")
        label = page.locator("input.range[aria-label^='films.']").first.get_attribute("aria-label")
        page.evaluate(MOVE, [label, 300 + 7 * k])
        if k % 10 == 9:
            session.send("HeapProfiler.collectGarbage")
            metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
            server.append(resident(pid))
            scripts.append(metrics["JSHeapUsedSize"] / 1e6)
    page.close()
    return server, scripts


def prepared(folder: Path, cell: str) -> None:
    """A project whose curve at hand is shown."""
    from heterofilm.app.session import Session
    from heterofilm.app.session.actions import ChooseCell, SetTest, ShowCurve

    with Session(folder) as session:
        session.do(ChooseCell(cell=cell))
        session.do(SetTest(test=TEST))
        session.do(ShowCurve())


def main() -> None:
    """Measure, and print."""
    with tempfile.TemporaryDirectory() as work, chromium() as browser:
        for words, cell in CELLS.items():
            prepared(Path(work) / cell, cell)
            with app(Path(work) / cell) as (address, pid):
                seen, runs = slider(browser, address, cell)
                median, run = statistics.median(seen), statistics.median(runs)
                print(f"slider to curve, {words} ({cell}): median {median:.0f} ms in the browser, 90 % "
                      f"{sorted(seen)[int(0.9 * len(seen))]:.0f} ms; run {run:.0f} ms; "
                      f"at most {3.0 * run + 30.0:.0f} ms: {'held' if median <= 3.0 * run + 30.0 else 'missed'}",
                      flush=True)  # fmt: skip
                if cell == "voc1-half":
                    own = first_page(browser, address)
                    server, scripts = memory(browser, address, pid)
        port = "18437"
        with subprocess.Popen([sys.executable, "-c", EMPTY, port], stdout=subprocess.DEVNULL) as empty:
            address = f"http://127.0.0.1:{port}/"
            _answers(browser, address)
            bare = first_page(browser, address)
            empty.terminate()
        print(f"first page: {own:.0f} ms; an empty page of NiceGUI {bare:.0f} ms; ratio {own / bare:.2f} (at most 2)")
        print(f"after 10, 20 ... {DROPS} drops and re-plots: server {', '.join(f'{x:.0f}' for x in server)} MB, "
              f"scripts of the page {', '.join(f'{x:.1f}' for x in scripts)} MB")  # fmt: skip


def _answers(browser: Any, address: str) -> None:
    """Wait until a server is there."""
    page = browser.new_page()
    for _ in range(300):
        try:
            page.goto(address)
            break
        except Exception:  # it is not there yet
            time.sleep(0.2)
    page.close()


if __name__ == "__main__":
    main()
