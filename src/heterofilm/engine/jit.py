"""One decorator for every kernel: numba on a plain function, compiled once and cached on disk.

The cache lives in a folder named after the sources of the engine, so that an edited or upgraded
kernel can never meet stale machine code (numba itself only looks at the caller's own file).
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
from numba.core import config

numba_config: Any = config  # its settings are made at run time, unknown to type checkers


def _spare_scipy() -> None:
    """Let numba load its functions on arrays without importing scipy.linalg.

    That import takes a sixth of the time to the first curve, and numba makes it only to learn whether there
    is a BLAS. There is: scipy is installed with this package. numba asks again where a compiled function
    does call one, so nothing changes for anybody; a numba that has moved these names is left alone.
    """
    try:
        from numba.np import linalg

        ask = linalg.ensure_blas
    except (ImportError, AttributeError):
        return
    linalg.ensure_blas = lambda: None
    try:
        import numba.np.arraymath  # noqa: F401
    finally:
        linalg.ensure_blas = ask


_spare_scipy()

# Reassociation and contraction only: the kernels rely on inf and nan keeping their meaning.
FASTMATH = {"contract", "reassoc", "arcp", "nsz"}


def cache_folder() -> Path:
    """Folder of the compiled kernels: ``$HETEROFILM_CACHE`` or the user's cache directory."""
    root = os.environ.get("HETEROFILM_CACHE")
    if root is None:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        root = os.path.join(base, "heterofilm")
    digest = hashlib.sha256(f"{numba.__version__} {sys.version_info[:2]}".encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return Path(root) / f"kernels-{digest.hexdigest()[:16]}"


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


_folder = cache_folder()
_cached = _writable(_folder)
_announced = not _cached or any(_folder.rglob("*.nbi"))


def announce() -> None:
    """Say once, in one line, that the kernels are about to be compiled."""
    global _announced
    if not _announced:
        _announced = True
        print(
            "heterofilm: compiling the kernels, once on this machine (one to two minutes) ...",
            file=sys.stderr,
        )


def _compile(function: Callable[..., Any], fastmath: set[str] = FASTMATH, **options: Any) -> Any:
    previous = numba_config.CACHE_DIR
    numba_config.CACHE_DIR = str(_folder) if _cached else previous
    try:
        return numba.njit(cache=_cached, nogil=True, fastmath=fastmath, error_model="numpy", **options)(function)
    finally:
        numba_config.CACHE_DIR = previous


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function that only reads and writes the arrays it is given.

    It may not make or return arrays: reference counting is off, which is most of the cost of passing
    named tuples of arrays to a function that runs for a microsecond.
    """
    return _compile(function, _nrt=False)


def inline_kernel(function: Callable[..., Any]) -> Any:
    """Compile a kernel into those that call it.

    A function of its own gets every number and array of the model as an argument, a few hundred words copied for each
    call: of a time step that was more than half. For what runs once per Newton iteration or step, and is called from
    few places: each grows by its code.
    """
    return _compile(function, _nrt=False, forceinline=True)


def exact_kernel(function: Callable[..., Any]) -> Any:
    """Compile a function whose rounding is part of its algorithm: sums are not reordered."""
    return _compile(function, fastmath={"contract"}, _nrt=False)


def allocating_kernel(function: Callable[..., Any]) -> Any:
    """Compile a function that makes arrays."""
    return _compile(function)
