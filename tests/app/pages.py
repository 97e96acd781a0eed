"""The app in a real browser: a server in a process of its own, pages that note what goes wrong on them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from chromium import CHROMIUM, LONGEST, needs_chromium
from heterofilm.app import words

pytest.importorskip("nicegui", reason="the extra 'app' is not installed")
api = pytest.importorskip("playwright.sync_api", reason="the extra 'browser' is not installed")

__all__ = ["Server", "browsing", "drop", "go", "needs_chromium", "opened", "pressed", "saved", "served", "until"]

DROP = """async ([selector, files]) => {
  const data = new DataTransfer();
  for (const [name, text] of files) data.items.add(new File([text], name));
  const zone = document.querySelector(selector);
  for (const kind of ["dragover", "drop"]) {
    zone.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}"""
WAIT = 1000.0 * LONGEST  # ms: what has not come by then never will


# the app with everything that may draw a page again: every few milliseconds something is made, and jobs come on
RESTLESS = """
import itertools, sys
from dataclasses import replace
from heterofilm.__main__ import main
from heterofilm.app.project import Project
from heterofilm.app.tabs import page

page.BEAT = 0.01
made, jobs = itertools.count(), Project.jobs
Project.made = property(lambda self: next(made), lambda self, value: None)
Project.jobs = lambda self: [
    replace(job, at=next(made) % 1000, of=1000) if job.status == "running" else job for job in jobs(self)
]
sys.exit(main())
"""


class Server:
    """`heterofilm app` over a folder; `restless`: one that finds something new all the time."""

    def __init__(self, folder: Path, restless: bool = False) -> None:
        self.folder = folder
        program = ["-c", RESTLESS] if restless else ["-m", "heterofilm"]
        command = [sys.executable, *program, "app", str(folder), "--no-browser"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("http://"):
                self.address = line.strip()
                return
        raise AssertionError(self.process.stderr.read() if self.process.stderr else "")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> str:
        """End it; what it said on the way."""
        self.process.send_signal(how)
        _, said = self.process.communicate(timeout=LONGEST)
        return said


@contextmanager
def served(folder: Path, restless: bool = False) -> Iterator[Server]:
    server = Server(folder, restless)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            assert "Traceback" not in server.stop()


@contextmanager
def browsing() -> Iterator[Any]:
    """Chromium without a window."""
    with api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(browser: Any, server: Server, width: int = 1400, height: int = 900) -> Iterator[Any]:
    """The app's page. In the end nothing may have been complained of, and nothing asked of another host."""
    context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
    context.set_default_timeout(WAIT)
    page = context.new_page()
    complaints: list[str] = []
    requests: list[str] = []
    page.on("console", lambda one: complaints.append(one.text) if one.type in ("error", "assert") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda one: requests.append(one.url))
    page.goto(server.address)
    page.locator("html[data-ready]").wait_for()
    try:
        yield page
        home = urlsplit(server.address).netloc
        elsewhere = [
            url for url in requests if urlsplit(url).scheme in ("http", "https") and urlsplit(url).netloc != home
        ]
        assert not complaints, complaints
        assert not elsewhere, elsewhere
    finally:
        context.close()


def go(page: Any, tab: str) -> None:
    """To a tab."""
    page.get_by_role("tab", name=words.TABS[tab], exact=True).click()
    page.get_by_role("tab", name=words.TABS[tab], exact=True, selected=True).wait_for()


def drop(page: Any, *files: tuple[str, str]) -> None:
    """Files by name and content onto the first zone."""
    page.evaluate(DROP, [".drop", [list(one) for one in files]])


def pressed(button: Any, delay: float = 0.0) -> Any:
    """Click a button, held for `delay` ms, and say at once where it is gone before the click is done: a page that is
    drawn again keeps what may be clicked."""
    handle = button.element_handle()
    handle.evaluate("(one) => one.addEventListener('click', () => { one.heard = true; }, { once: true })")
    handle.click(delay=delay)
    assert handle.evaluate("(one) => one.heard"), f"{button} was taken away under the click"
    return handle


def saved(page: Any, name: str, into: Path, delay: float = 0.0) -> Path:
    """What the button of this name sends. A button that is gone before it has sent anything never will."""
    sent: list[Any] = []

    def note(download: Any) -> None:
        sent.append(download)

    page.on("download", note)
    try:
        handle = pressed(page.get_by_role("button", name=name, exact=True).locator("visible=true").first, delay)
        until(lambda: not handle.evaluate("(one) => one.isConnected") or sent)
    finally:
        page.remove_listener("download", note)
    assert sent, f"the click on '{name}' was lost: its button was taken away"
    place = into / sent[0].suggested_filename
    sent[0].save_as(place)
    return place


def until(condition: Callable[[], object]) -> None:
    """Wait for what is to come true; longer than any machine needs."""
    end = time.monotonic() + LONGEST
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.1)


def alive(folder: Path) -> list[int]:
    """Processes with this folder in their command line."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if os.fsencode(folder) in place.read_bytes() and " Z " not in place.with_name("stat").read_text():
                found.append(int(place.parent.name))
        except OSError:
            continue
    return found
