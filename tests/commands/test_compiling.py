"""Who looks at a terminal sees kernel k of n; a log gets one sentence."""

from __future__ import annotations

import io
import sys

import pytest

from heterofilm.commands.compiling import compiling
from heterofilm.engine import progress


class Terminal(io.StringIO):
    """What a terminal was sent."""

    def isatty(self) -> bool:
        """True: somebody looks."""
        return True


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has compiled nothing yet, and a terminal that has columns."""
    monkeypatch.setattr(progress, "_told", False)
    monkeypatch.setattr(progress, "_done", [])
    monkeypatch.setattr(progress, "_needed", set())
    monkeypatch.setenv("COLUMNS", "120")


def test_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted up to the last, each with its name, and wiped away; no sentence beside it."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with compiling():
        progress.begin({"a", "b", progress.machine_code("a")})
        for name in ("a", "b", progress.machine_code("a")):
            progress.advance(name)
    shown = terminal.getvalue()
    assert "1/3" in shown and "2/3" in shown and "machine code of a" in shown
    assert "half a minute" not in shown
    assert shown.rpartition("\r")[2].strip() == ""


def test_log(capsys: pytest.CaptureFixture[str]) -> None:
    """Where nobody looks, the sentence, and no bar."""
    with compiling():
        progress.begin({"a", "b"})
        progress.advance("a")
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "compiling 2 kernels" in said
