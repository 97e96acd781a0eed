"""A real browser for pages, spoken to over a pipe: what it logs, what it asks for, and what a page says when asked."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = os.environ.get("CHROMIUM", "") or shutil.which("chromium") or ""
needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="no Chromium here")
LONGEST = 300.0  # s: a browser that has not answered by then never will


class Browser:
    """One tab. `complaints`: errors of scripts, of the console and of the policy; `requests`: what was asked for."""

    def __init__(self, write: int, read: int) -> None:
        self.write, self.read, self.number, self.rest = write, read, 0, b""
        self.complaints: list[str] = []
        self.requests: list[str] = []
        target = self.call("Target.createTarget", {"url": "about:blank"}, None)["targetId"]
        self.session = self.call("Target.attachToTarget", {"targetId": target, "flatten": True}, None)["sessionId"]
        for domain in ("Runtime", "Log", "Network", "Page"):
            self.call(f"{domain}.enable")

    def call(self, method: str, params: dict[str, Any] | None = None, session: str | None = "own") -> dict[str, Any]:
        """The answer to a command of the DevTools protocol; what happens meanwhile is noted."""
        self.number += 1
        message: dict[str, Any] = {"id": self.number, "method": method, "params": params or {}}
        if session == "own":
            message["sessionId"] = self.session
        os.write(self.write, json.dumps(message).encode() + b"\0")
        for answer in self._messages():
            if answer.get("id") == self.number:
                assert "error" not in answer, answer
                return dict(answer["result"])
        raise AssertionError("the browser has gone")

    def _messages(self) -> Iterator[dict[str, Any]]:
        while True:
            while b"\0" in self.rest:
                one, _, self.rest = self.rest.partition(b"\0")
                message = json.loads(one)
                self._note(message.get("method", ""), message.get("params", {}))
                yield message
            more = os.read(self.read, 1 << 20)
            if not more:
                return
            self.rest += more

    def _note(self, method: str, params: dict[str, Any]) -> None:
        if method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(params["exceptionDetails"])[:400])
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "assert"):
            self.complaints.append(json.dumps(params["args"])[:400])
        elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.complaints.append(params["entry"]["text"])
        elif method == "Network.requestWillBeSent" and not params["request"]["url"].startswith("data:"):
            self.requests.append(params["request"]["url"])

    def ask(self, expression: str) -> Any:
        """The value of an expression on the page, a promise awaited."""
        asked = {"expression": expression, "returnByValue": True, "awaitPromise": True}
        return self.call("Runtime.evaluate", asked)["result"].get("value")

    def open(self, page: Path) -> None:
        """Load a page and wait until all figures that are in view are drawn."""
        self.call("Page.navigate", {"url": page.resolve().as_uri()})
        self.until("document.readyState === 'complete'")
        self.until("[...document.querySelectorAll('.plot:not(.turned, .still)')].every(p => p.dataset.drawn"
                   " || !p.checkVisibility() || p.getBoundingClientRect().top > innerHeight)")  # fmt: skip

    def until(self, condition: str) -> None:
        """Wait for a condition on the page."""
        began = time.monotonic()
        while not self.ask(condition):
            assert time.monotonic() - began < LONGEST, f"never came true: {condition}"
            time.sleep(0.1)


@contextmanager
def browser(width: int = 1280, height: int = 900) -> Iterator[Browser]:
    """Chromium without a window."""
    to_browser, we_write = os.pipe()
    we_read, from_browser = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:

        def wired() -> None:
            first, second = os.dup(to_browser), os.dup(from_browser)  # neither may be overwritten by the other
            os.dup2(first, 3)
            os.dup2(second, 4)

        command = [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run",
            f"--user-data-dir={profile}", f"--window-size={width},{height}",
        ]  # fmt: skip
        running = subprocess.Popen(
            command, preexec_fn=wired, close_fds=False, stderr=subprocess.DEVNULL, start_new_session=True
        )
        os.close(to_browser)
        os.close(from_browser)
        try:
            yield Browser(we_write, we_read)
        finally:
            os.close(we_write)
            os.close(we_read)
            running.terminate()
            running.wait(30)
