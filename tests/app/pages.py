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

pytest.importorskip("nicegui", reason="the extra 'app' is not installed")
api = pytest.importorskip("playwright.sync_api", reason="the extra 'browser' is not installed")

__all__ = ["Server", "browsing", "needs_chromium", "opened", "served", "until"]

WAIT = 1000.0 * LONGEST  # ms: what has not come by then never will


class Server:
    """`heterofilm app` over a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "heterofilm", "app", str(folder), "--no-browser"]
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
def served(folder: Path) -> Iterator[Server]:
    server = Server(folder)
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
