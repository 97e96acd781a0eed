"""Kernels made for a level of processors run on this one, or are left alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from heterofilm import HeterofilmError
from heterofilm.engine import portable
from heterofilm.engine.portable import LEVELS, Level
from kernel_damage import DAMAGES, Damage

PROGRAM = """
from heterofilm.engine import build
from heterofilm.engine.jit import store, shipped_files
from heterofilm.engine.programme import run_steps
from verification.models import Cell, one_phase
model = one_phase(6, 4)
from heterofilm.engine.state import layout
from heterofilm.engine.voltage import voltage
import numpy as np
lay = layout(model)
y = np.linspace(0.5, 1.0, lay.size)
build.prepare(voltage)
print(repr(voltage(y, model, lay)))
"""

needs_a_level = pytest.mark.skipif(portable.level() is None, reason="this machine is of no level kernels are made for")


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One kernel, built for the level of this machine."""
    folder = tmp_path_factory.mktemp("shipped")
    (file,) = portable.build(folder, ("voltage.voltage",))
    assert file.name.startswith("voltage.voltage-")
    return folder


def run(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The program in a process that has compiled nothing."""
    source, tests = Path(portable.__file__).parents[2], Path(__file__).parents[1]
    paths = {"PYTHONPATH": os.pathsep.join((str(source), str(tests))), "HETEROFILM_CACHE": str(tmp_path / "own")}
    return subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=os.environ | paths | environment,
        capture_output=True,
        text=True,
        check=True,
    )


@needs_a_level
def test_shipped_kernels_are_used(shipped: Path, tmp_path: Path) -> None:
    """Nothing is compiled or said, nothing is written, and the voltage is that of kernels made here, to round-off."""
    there = run(tmp_path, HETEROFILM_KERNELS=str(shipped))
    assert there.stderr == ""
    assert not list((tmp_path / "own").glob("*/*.kernel"))
    here = run(tmp_path, HETEROFILM_KERNELS=os.devnull)
    assert "compiling" in here.stderr
    assert float(there.stdout) == pytest.approx(float(here.stdout), rel=1e-12)


@needs_a_level
@pytest.mark.parametrize("kind", ["cut in the middle", "flipped in the middle", "foreign", "emptied", "a folder"])
def test_damaged_ones_are_compiled(kind: str, shipped: Path, tmp_path: Path) -> None:
    """As with kernels that were compiled here: one sentence and the same voltage; the package is left as it is."""
    damage: Damage = DAMAGES[kind]
    (file,) = shipped.glob("*/*.kernel")
    copy = tmp_path / "shipped" / file.parent.name
    copy.mkdir(parents=True)
    (copy / file.name).write_bytes(file.read_bytes())
    damage(copy / file.name)
    done = run(tmp_path, HETEROFILM_KERNELS=str(tmp_path / "shipped"))
    assert float(done.stdout)
    assert done.stderr.count("cannot be used") == 1
    assert (copy / file.name).exists()


@needs_a_level
def test_kernels_of_other_sources_are_not_found(shipped: Path, tmp_path: Path) -> None:
    """What was made from other code, or for another Python, numba or LLVM, has another name."""
    other = tmp_path / "shipped" / "kernels-0123456789abcdef"
    other.parent.mkdir()
    next(shipped.glob("kernels-*")).rename(other)
    try:
        assert "compiling" in run(tmp_path, HETEROFILM_KERNELS=str(other.parent)).stderr
    finally:
        other.rename(shipped / "kernels-0123456789abcdef")


@pytest.mark.parametrize("missing", sorted(LEVELS["x86_64"].needs))
def test_a_processor_that_lacks_something_is_of_no_level(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every feature of the level is asked for."""
    have = dict.fromkeys(LEVELS["x86_64"].needs, True)
    monkeypatch.setattr(portable.platform, "machine", lambda: "x86_64")
    for features, expected in ((have, LEVELS["x86_64"]), (have | {missing: False}, None)):
        monkeypatch.setattr(portable.llvm, "get_host_cpu_features", lambda features=features: features)
        portable.level.cache_clear()
        assert portable.level() == expected
    portable.level.cache_clear()


def test_other_machines_compile(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing is shipped for them, and nothing can be built on them."""
    monkeypatch.setattr(portable, "level", lambda: None)
    assert portable.shipped_file("voltage.voltage", (), None) == ""
    with pytest.raises(HeterofilmError, match="x86-64-v3"):
        portable.build(tmp_path)


def test_a_level_is_told_by_its_name() -> None:
    """Two levels of one system have two files."""
    names = {portable.file("k", (), ("linux", one, "")) for one in (Level("a", frozenset()).name, "b")}
    assert len(names) == 2
