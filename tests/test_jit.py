"""The kernel cache: named after the sources, and announced once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from heterofilm.engine import jit


def test_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HETEROFILM_CACHE", str(tmp_path))
    assert jit.cache_folder().parent == tmp_path


def test_folder_changes_with_the_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    """An edited kernel can never meet stale machine code."""
    before = jit.cache_folder()
    monkeypatch.setattr(Path, "read_bytes", lambda self: b"edited")
    assert jit.cache_folder() != before


def test_announced_once(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(jit, "_announced", False)
    jit.announce()
    jit.announce()
    assert capsys.readouterr().err.count("compiling") == 1


def test_unwritable_folder(tmp_path: Path) -> None:
    """Where the cache cannot be written, kernels are compiled without one."""
    (tmp_path / "file").write_text("")
    assert not jit._writable(tmp_path / "file" / "below")


def test_loading_kernels_spares_scipy() -> None:
    """A kernel runs without scipy.linalg, and a function of someone else's that needs a BLAS still gets it."""
    program = """
import sys
import numba, numpy as np
from heterofilm.engine import jit
assert numba.njit(lambda x: x.sum())(np.ones(3)) == 3.0
assert "scipy.linalg" not in sys.modules
assert numba.njit(lambda a: np.dot(a, a))(np.eye(2)).sum() == 2.0
assert numba.njit(lambda a: np.linalg.inv(a))(np.eye(2)).sum() == 2.0
assert "scipy.linalg" in sys.modules
"""
    environment = {**os.environ, "PYTHONPATH": str(Path(jit.__file__).parents[2])}
    subprocess.run([sys.executable, "-c", program], check=True, env=environment)
