"""What the kernels are made of, as one short name: it changes with the code, not with what is said about it."""

from __future__ import annotations

import ast
import hashlib
import os
import sys
from io import BytesIO
from pathlib import Path

import llvmlite
import numba

from .. import constants

LENGTH = 16  # hexadecimal digits


def code_of(source: str) -> str:
    """The syntax of a module without comments, docstrings and places."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            match node.body[0]:
                case ast.Expr(ast.Constant(str())):
                    del node.body[0]
    return ast.dump(tree)


def sources() -> list[Path]:
    """Every module that kernels take code or numbers from."""
    return [*sorted(Path(__file__).parent.glob("*.py")), Path(constants.__file__)]


def fingerprint(memory: Path | None = None) -> str:
    """Name of the present code under the present Python, numba and LLVM.

    Reading the syntax takes longer than all else at the start of a simulation, so what it gave is kept in the folder
    ``memory`` under the digest of the bytes that were read, with a digest of its own: a name with a wrong digit could
    be that of other code.
    """
    contents = [path.read_bytes() for path in sources()]
    versions = f"{sys.version_info[:3]} {sys.implementation.cache_tag} {numba.__version__} {llvmlite.__version__}"
    known = None if memory is None else memory / f"sources-{_digest(versions.encode(), *contents)}"
    if known is not None:
        try:
            with open(known, "rb") if known.is_file() else BytesIO() as file:
                said = file.read(3 * LENGTH).decode("ascii", "replace")
        except OSError:
            said = ""
        if said == _remembered(known, said[:LENGTH]):
            return said[:LENGTH]
    found = _digest(versions.encode(), *(code_of(one.decode()).encode() for one in contents))
    if known is not None:
        try:
            half = known.with_name(f"{known.name}.{os.getpid()}")
            half.write_text(_remembered(known, found))
            half.replace(known)
        except OSError:
            pass  # it is worked out again the next time
    return found


def _remembered(file: Path, found: str) -> str:
    """What is kept of a name that was found, in a file for these bytes and no others."""
    return f"{found} {_digest(file.name.encode(), found.encode())}"


def _digest(*parts: bytes) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(hashlib.sha256(part).digest())
    return found.hexdigest()[:LENGTH]
