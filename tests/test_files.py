"""A file appears whole or not at all."""

from pathlib import Path

import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.files import atomic


def test_whole(tmp_path: Path) -> None:
    atomic(tmp_path / "a.txt", lambda target: target.write_text("whole"))
    assert (tmp_path / "a.txt").read_text() == "whole"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")

    def fails(target: Path) -> None:
        target.write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(HeterofilmError, match="No space left"):
        atomic(tmp_path / "a.txt", fails)
    assert (tmp_path / "a.txt").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]
