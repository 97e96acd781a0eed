"""Files of compiled kernels: whole or refused, and never the end of a run."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from heterofilm.engine import store as module
from heterofilm.engine.store import LARGEST, Store, roots, usable
from kernel_damage import BODY, DAMAGES, NAME, Damage


def test_read_as_written(tmp_path: Path) -> None:
    """What comes back is what was kept, for any bytes."""
    store = Store([tmp_path / "kernels"])
    for body in (b"", b"\n", BODY, b"{}\n{}"):
        store.write(NAME, body)
        assert store.has(NAME)
        assert store.read(NAME) == body
    assert [path.name for path in (tmp_path / "kernels").iterdir()] == [NAME]


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damages(damage: Damage, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A damaged file is refused with one sentence at most, and replaced by the next that is written."""
    Store([tmp_path]).write(NAME, BODY)
    damage(tmp_path / NAME)
    store = Store([tmp_path])
    assert store.read(NAME) is None
    assert store.read(NAME) is None
    store.write(NAME, BODY)
    assert capsys.readouterr().err.count("heterofilm: ") <= 1
    if not (tmp_path / NAME).is_dir():
        assert Store([tmp_path]).read(NAME) == BODY


def test_too_large(tmp_path: Path) -> None:
    """A file without end is not read to its end."""
    with open(tmp_path / NAME, "wb") as file:
        file.truncate(LARGEST * 100)
    assert Store([tmp_path]).read(NAME) is None


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EACCES])
def test_nothing_can_be_written(
    code: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A full disk, a quota, a medium that turned read-only: one sentence, and nothing half-written."""
    store = Store([tmp_path])

    def fail(path: Path, content: bytes) -> int:
        with open(path, "wb") as file:
            file.write(content[:10])
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Path, "write_bytes", fail)
    store.write(NAME, BODY)
    store.write(NAME, BODY)
    assert not list(tmp_path.iterdir())
    assert capsys.readouterr().err.count("\n") == 1


def test_the_next_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the first folder cannot be used the next one is, and it is said where."""
    (tmp_path / "file").write_text("")
    store = Store([tmp_path / "file" / "below", tmp_path / "spare"])
    store.write(NAME, BODY)
    assert store.read(NAME) == BODY
    assert str(tmp_path / "spare") in capsys.readouterr().err


def test_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a folder nothing is kept, and one sentence says so."""
    (tmp_path / "file").write_text("")
    store = Store([tmp_path / "file", tmp_path / "a\0b"])
    store.write(NAME, BODY)
    assert not store.has(NAME)
    assert store.read(NAME) is None
    assert capsys.readouterr().err.count("\n") == 1


def test_somebody_elses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Machine code from a folder of another user is not run."""
    assert usable(tmp_path)
    monkeypatch.setattr(module.os, "getuid", lambda: tmp_path.stat().st_uid + 1)
    assert not usable(tmp_path)


def test_roots(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The folder that was asked for, the user's cache without, and a temporary one where neither works."""
    monkeypatch.setenv("HETEROFILM_CACHE", str(tmp_path))
    assert roots()[0] == tmp_path
    monkeypatch.delenv("HETEROFILM_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert roots()[0] == tmp_path / "heterofilm"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "absent" / "home"))
    assert roots()[0] == tmp_path / "absent" / "home" / ".cache" / "heterofilm"
    assert len(roots()) == 2
