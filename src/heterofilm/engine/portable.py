"""Kernels that are compiled before they are installed: for a level of processors instead of this one.

Machine code for x86-64-v3 (AVX2 and FMA: Intel since 2013, AMD since 2015) runs on every processor that has what
the level needs, and on those the kernels are as fast as if made for them. What is shipped is found by name alone:
the folder is named after the sources, Python, numba and LLVM; the file after kernel, types, system and level. So
it is either exactly what would be compiled here for that level, or it is not found, and the kernels are compiled.

>>> from heterofilm.engine import portable
>>> files = portable.build("kernels")             # takes half a minute  # doctest: +SKIP

and ``HETEROFILM_KERNELS=kernels`` or the folder ``kernels`` beside this module makes them known.
"""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import llvmlite.binding as llvm

from ..errors import InputError


class Level(NamedTuple):
    """A kind of processor that machine code can be made for, by its name to LLVM."""

    name: str
    needs: frozenset[str]  # features, by their names to LLVM


_V2 = ("cx16", "popcnt", "sahf", "sse3", "sse4.1", "sse4.2", "ssse3")
_V3 = ("avx", "avx2", "bmi", "bmi2", "f16c", "fma", "lzcnt", "movbe", "xsave")  # psABI of x86-64, table 3.1
LEVELS = {
    "x86_64": Level("x86-64-v3", frozenset(_V2 + _V3)),
    "amd64": Level("x86-64-v3", frozenset(_V2 + _V3)),
    "aarch64": Level("generic", frozenset({"fp-armv8", "neon"})),
    "arm64": Level("generic", frozenset({"fp-armv8", "neon"})),
}


@cache
def level() -> Level | None:
    """The level this machine can run, or None."""
    found = LEVELS.get(platform.machine().lower())
    if found is None:
        return None
    try:
        features = llvm.get_host_cpu_features()
    except RuntimeError:  # LLVM cannot tell
        return None
    return found if all(features.get(name, False) for name in found.needs) else None


def file(kernel: str, signature: Any, processor: tuple[str, ...]) -> str:
    """Name of a kernel's file for these types on this processor (triple, name, features)."""
    what = hashlib.sha256(repr((str(signature), tuple(processor))).encode())
    return f"{kernel}-{what.hexdigest()[:16]}.kernel"


def shipped_file(kernel: str, signature: Any, codegen: Any) -> str:
    """Name of the file that would have been shipped for this machine; empty where none can be."""
    known = level()
    return "" if known is None else file(kernel, signature, (codegen.magic_tuple()[0], known.name, ""))


def shipped_folder() -> Path:
    """Where kernels that came with the package are."""
    return Path(os.environ.get("HETEROFILM_KERNELS") or Path(__file__).parent / "kernels")


def build(folder: str | Path, kernels: tuple[str, ...] = ()) -> list[Path]:
    """Compile kernels (names as 'voltage.voltage', all by default) for the level of this machine into a folder.

    Raises HeterofilmError where the machine is of no known level: code for its level could not be tried on it.
    """
    known = level()
    if known is None:
        raise InputError(
            f"Kernels are shipped for {', '.join(sorted({one.name for one in LEVELS.values()}))}, and this machine "
            f"({platform.machine()}) is none of these; build them on one that is."
        )
    environment = os.environ | {
        "NUMBA_CPU_NAME": known.name, "NUMBA_CPU_FEATURES": "", "HETEROFILM_CACHE": str(Path(folder).absolute()),
        "HETEROFILM_KERNELS": os.devnull, "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip
    program = (
        "import sys; from heterofilm.engine import build; names = sys.argv[1:]; "
        "build.prepare(*(k for k in build.EVERYTHING if not names or k.name in names))"
    )
    done = subprocess.run([sys.executable, "-c", program, *kernels], env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no word"])[-1]
        raise InputError(f"The kernels could not be built into '{folder}': {last}")
    return sorted(Path(folder).glob("kernels-*/*.kernel"))


if __name__ == "__main__":
    for path in build(sys.argv[1] if len(sys.argv) > 1 else "kernels"):
        print(path)
