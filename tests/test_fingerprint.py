"""The fingerprint of the package: its code and data, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from heterofilm import fingerprint


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package of one room, in place of this one."""
    room = tmp_path / "engine"
    room.mkdir()
    (room / "law.py").write_text("D = 1.0\n")
    (room / "values.toml").write_text("D = 1.0\n")
    monkeypatch.setattr(fingerprint, "__file__", str(tmp_path / "fingerprint.py"))
    fingerprint.package_digest.cache_clear()
    yield room
    fingerprint.package_digest.cache_clear()


def digest() -> str:
    """Anew, of one room."""
    fingerprint.package_digest.cache_clear()
    return fingerprint.package_digest(("engine",))


def test_code_and_data_are_told_apart_by_their_contents(package: Path) -> None:
    """Every change of a source or of data beside it is another package; compiled files and caches are none."""
    before = digest()
    (package / "law.cpython-311.pyc").write_bytes(b"compiled")
    assert digest() == before
    for name in ("law.py", "values.toml"):
        (package / name).write_text("D = 2.0\n")
        after = digest()
        assert after != before
        before = after


def test_a_file_that_moves_is_another_package(package: Path) -> None:
    """Names count beside contents."""
    before = digest()
    (package / "law.py").rename(package / "other.py")
    assert digest() != before
