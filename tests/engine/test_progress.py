"""Compilation is counted and said once."""

from __future__ import annotations

import pytest

from heterofilm.engine import progress


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has compiled nothing yet."""
    monkeypatch.setattr(progress, "_told", False)
    monkeypatch.setattr(progress, "_done", [])
    monkeypatch.setattr(progress, "_needed", set())


def test_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    """One line, with the number of kernels, however often compiling begins."""
    progress.begin({"a", "b"})
    progress.begin({"a", "c"})
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "compiling 2 kernels" in said


def test_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """Kernel k of n, each once, and never more than there are; nothing is said beside."""
    seen = []
    with progress.watched(lambda k, n, name: seen.append((k, n, name))):
        progress.begin({"a", "b"})
        for name in ("a", "b", "a", "c"):
            progress.advance(name)
    progress.advance("d")
    assert seen == [(1, 2, "a"), (2, 2, "b"), (2, 2, "a"), (3, 3, "c")]
    assert not capsys.readouterr().err
