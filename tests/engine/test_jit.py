"""Kernels: one function to other kernels and to Python, kept on disk, compiled again where that is damaged."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from heterofilm.engine import jit
from heterofilm.engine.store import Store
from kernel_damage import DAMAGES, Damage


def quadruple(x):
    return 4.0 * x


def made() -> jit.Kernel:
    """A kernel that nothing has compiled yet, taken for one of the engine's."""
    found = jit.kernel(quadruple)
    found.is_ours = True
    return found


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder for compiled kernels."""
    monkeypatch.setattr(jit, "store", lambda: Store([tmp_path]))
    return tmp_path


def fail(*arguments: object) -> None:
    raise AssertionError("compiled again")


def test_loaded_from_disk(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second process compiles nothing."""
    assert made()(1.5) == 6.0
    assert len(list(kept.iterdir())) == 1
    again = made()
    monkeypatch.setattr(again.entry._compiler, "compile", fail)
    assert again(1.5) == 6.0
    assert again.is_kept(next(iter(again.entry.overloads)))


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damaged_files(damage: Damage, kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever has become of the file, the kernel runs, with one sentence at most."""
    made()(1.5)
    (file,) = kept.iterdir()
    capsys.readouterr()
    damage(file)
    assert made()(1.5) == 6.0
    assert capsys.readouterr().err.count("heterofilm: ") <= 2  # it may also say that it compiles


CONTENTS: dict[str, Callable[[], bytes]] = {
    "no pickle": lambda: b"x",
    "nothing": lambda: b"",
    "a pickle of something else": lambda: pickle.dumps([1, 2]),
    "a pickle of a class that is gone": lambda: b"cheterofilm.engine.jit\nGone\n.",
    "half of a pickle": lambda: pickle.dumps(list(range(1000)))[:200],
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_whole_files_of_something_else(content: Callable[[], bytes], kept: Path) -> None:
    """A file that is as it was written, by something that is not this: compiled anew."""
    made()(1.5)
    (file,) = kept.iterdir()
    Store([kept]).write(file.name, content())
    assert made()(1.5) == 6.0


def test_kernels_of_others_are_not_kept(kept: Path) -> None:
    """The folder is named after the engine's sources: another's code could change within it."""
    assert jit.kernel(quadruple)(1.5) == 6.0
    assert not list(kept.iterdir())


def test_nowhere_to_write(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a folder kernels are compiled in memory."""
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(jit, "store", lambda: Store([tmp_path / "file"]))
    assert made()(1.5) == 6.0


def test_another_processor_has_its_own(kept: Path) -> None:
    """Machine code is named after types and processor."""
    one = made()
    codegen = one.entry.targetctx.codegen()

    class Other:
        def magic_tuple(self) -> tuple[str, ...]:
            return ("another", *codegen.magic_tuple())

    kept_by = one.entry._cache
    assert kept_by.file((), codegen) != kept_by.file((), Other())
    assert kept_by.file((), codegen) != kept_by.file((1,), codegen)


def test_tree() -> None:
    """A kernel knows what it calls, and what that calls."""
    from heterofilm.engine.programme import run_steps

    tree = set(run_steps.kernels())
    assert {"programme.run_steps", "newton.newton", "msmr.one_couple", "exponential.exp"} <= tree
    assert "impedance.respond" not in tree


@pytest.mark.parametrize(
    "environment",
    [
        {"HETEROFILM_CACHE": "/proc/none"},
        {"HETEROFILM_CACHE": "/dev/null"},
        {"HETEROFILM_CACHE": "/dev/full"},
        {"HOME": "/absent/home", "HETEROFILM_CACHE": "", "XDG_CACHE_HOME": ""},
        {"HETEROFILM_CACHE": "/proc/none", "TMPDIR": "/dev/null"},
    ],
    ids=str,
)
def test_processes_without_a_cache(environment: dict[str, str]) -> None:
    """No home, no folder, a device where the folder should be: the kernel runs, and at most two lines are said."""
    program = "from heterofilm.engine.msmr import one_couple as law; import numpy as np; print('here')"
    program += "\nfrom heterofilm.engine.exponential import exp; print(exp(0.0))"
    done = subprocess.run(
        [sys.executable, "-c", program], env=_environment() | environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["here", "1.0"]
    assert done.stderr.count("\n") <= 2
    assert "Traceback" not in done.stderr


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
    subprocess.run([sys.executable, "-c", program], check=True, env=_environment())


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(jit.__file__).parents[2])}


def test_numbers_in_a_call_make_no_version() -> None:
    """A literal is a number like others: one translation serves all."""

    def caller(x):
        return callee(x, 0) + callee(x, 1) + callee(x, int(x))

    callee = jit.kernel(lambda x, k: x + k)
    total = jit.kernel(caller)
    assert total(2.0) == 2.0 + 3.0 + 4.0
    assert len(callee._inner.overloads) == 1


def test_arrays_are_not_copied() -> None:
    """A kernel writes into the array it is given."""

    def fill(x):
        for k in range(x.size):
            x[k] = k

    x = np.zeros(4)
    jit.kernel(fill)(x)
    assert x.tolist() == [0.0, 1.0, 2.0, 3.0]


def test_an_interrupt_while_machine_code_runs_is_an_interrupt() -> None:
    """Python makes a SystemError of an exception that is set when compiled code returns: Ctrl-C stays Ctrl-C."""
    kernel = made()

    def interrupted(*_: object) -> None:
        raise SystemError("returned a result with an exception set") from KeyboardInterrupt()

    kernel.__dict__["entry"] = interrupted
    with pytest.raises(KeyboardInterrupt):
        kernel(1.5)
