"""Results by their content: the same task on the same atoms with the same engine is computed once.

A record's name is the hash of task, input atoms, engine, version and settings; it says too which code of the package
made it, and is not served where that is other code now. It is one JSON file (beside it an
``.npz`` with the larger arrays), written whole or not at all; while a task runs, its last state lies under
``partial/``, and the same call goes on from there.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from pathlib import Path
from types import CodeType
from typing import Any, TypeVar

import numpy as np

from ..errors import FileFormatError, InputError
from ..files import atomic
from .engine import Engine
from .level import Level

__all__ = ["Provenance", "Store", "decode", "encode", "identity", "recall", "result"]

SCHEMA = 1
NAMED_FIRST = {"insertion": "adsorption"}  # tasks by today's name: stores know them by the name they had first
SMALL = 300  # numbers of an array that still go into the JSON
MAX_BYTES = 200_000_000
T = TypeVar("T")
C = TypeVar("C", bound=type)
_TYPES: dict[str, type] = {}


def result(cls: C | None = None, *, formerly: str = "") -> Any:
    """Class decorator: a frozen dataclass that the store can write and read back.

    `formerly`: a name under which older stores hold it.
    """

    def known(one: C) -> C:
        _TYPES[one.__name__] = one
        if formerly:
            _TYPES[formerly] = one
        return one

    return known if cls is None else known(cls)


@result
@dataclass(frozen=True)
class Provenance:
    """Where a number comes from: engine, level of theory, versions, settings, and what it cost."""

    task: str
    engine: str
    level: Level
    version: str
    settings: Mapping[str, Any]
    key: str
    wall_s: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "level", Level.parse(self.level))  # a store holds its words

    @property
    def words(self) -> str:
        """For a library value: ``"computed (CHGNet 0.3.0, relax; chgnet 0.4.2 ...)"``."""
        return f"computed ({self.level}, {self.task}; {self.version})"


def identity(task: str, inputs: Mapping[str, Any], engine: Engine, settings: Mapping[str, Any]) -> str:
    """The name of a result: 32 hex digits over everything that can change its numbers.

    Positions and cells count to 1e-6 Å. `inputs` are atoms by the part they play.
    """
    parts = {
        "schema": SCHEMA, "task": NAMED_FIRST.get(task, task), "engine": engine.name, "level": str(engine.level),
        "version": engine.version(), "engine settings": encode(dict(engine.settings)),
        "settings": encode(dict(settings)),
        "inputs": {name: _rounded(value) for name, value in inputs.items()},
    }  # fmt: skip
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@lru_cache
def code_digest(module: str, engine: type) -> str:
    """A fingerprint of the code of a module and of that of an engine, comments and docstrings aside.

    Of an engine that was written in a console or a notebook there is no module to read: its compiled methods count.
    """
    from ..engine.fingerprint import code_of  # loads numba

    texts = {module: code_of(inspect.getsource(sys.modules[module]))}
    try:
        texts[engine.__module__] = code_of(inspect.getsource(sys.modules[engine.__module__]))
    except (OSError, TypeError):
        texts[engine.__module__] = repr(sorted((name, _compiled(it)) for name, it in vars(engine).items()))
    return hashlib.sha256("".join(texts[name] for name in sorted(texts)).encode()).hexdigest()[:32]


def _compiled(it: Any) -> str:
    """What a function does, as text that is the same in every process; nothing of what is no function."""
    code = it if isinstance(it, CodeType) else getattr(it, "__code__", None)
    if not isinstance(code, CodeType):
        return ""
    constants = [_compiled(one) if isinstance(one, CodeType) else repr(one) for one in code.co_consts]
    return f"{code.co_code.hex()} {code.co_names} {constants}"


class Store:
    """A folder of results; ``fresh``: those that were there before are computed anew, not served."""

    def __init__(self, folder: str | os.PathLike[str], *, fresh: bool = False) -> None:
        self.folder = Path(folder)
        self.fresh = fresh
        self._anew: set[str] = set()
        try:
            (self.folder / "partial").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"The store '{self.folder}' cannot be made: {error.strerror}.") from None

    def path(self, key: str) -> Path:
        """The JSON file of a result."""
        return self.folder / f"{key}.json"

    def partial(self, key: str) -> Path:
        """A folder for the state of a task that is still running."""
        folder = self.folder / "partial" / key
        folder.mkdir(exist_ok=True)
        return folder

    def keys(self) -> tuple[str, ...]:
        """The names of all finished results."""
        return tuple(sorted(path.stem for path in self.folder.glob("*.json")))

    def served(self, key: str, code: str) -> Any | None:
        """The result of that name, or None where it must be computed.

        Errors: `HeterofilmError` for one that other code of the package made, and as :meth:`read`.
        """
        record = self.record(key)
        if record is None:
            return None
        if self.fresh and key not in self._anew:
            shutil.rmtree(self.folder / "partial" / key, ignore_errors=True)
            return None
        if record.get("code digest", code) != code:
            raise InputError(
                f"The store '{self.folder}' has this {record.get('task', 'result')} by other code of heterofilm than "
                "the present one; compute it anew (fresh=True, --fresh), or name another store."
            )
        return self.read(key)

    def read(self, key: str) -> Any | None:
        """The result of that name, or None.

        Errors: `HeterofilmError` for a file that is damaged or of another schema.
        """
        record = self.record(key)
        if record is None:
            return None
        arrays: dict[str, np.ndarray] = {}
        beside = self.path(key).with_suffix(".npz")
        try:
            if record.get("schema") != SCHEMA:
                raise ValueError(f"schema {record.get('schema')}, expected {SCHEMA}")
            if beside.is_file() and beside.stat().st_size <= MAX_BYTES:
                with np.load(beside, allow_pickle=False) as held:
                    arrays = {name: held[name] for name in held.files}
            return decode(record["result"], arrays)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise FileFormatError(f"The stored result '{self.path(key)}' is damaged ({error}): delete it.") from None

    def record(self, key: str) -> dict[str, Any] | None:
        """The whole record as it stands in the file: task, inputs, versions, flags, wall time and result; or None."""
        path = self.path(key)
        if not path.is_file():
            return None
        try:
            if path.stat().st_size > MAX_BYTES:
                raise ValueError("larger than 200 MB")
            loaded = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(loaded, dict):
                raise ValueError("no table")
            return loaded
        except (OSError, ValueError) as error:
            raise FileFormatError(f"The stored result '{path}' is damaged ({error}): delete it.") from None

    def write(self, key: str, value: Any, about: Mapping[str, Any]) -> None:
        """Write a finished result, arrays first, and forget its partial state."""
        arrays: dict[str, np.ndarray] = {}
        record = {"schema": SCHEMA, "key": key, **about, "result": encode(value, arrays)}
        if arrays:
            atomic(self.path(key).with_suffix(".npz"), lambda target: np.savez_compressed(target, **arrays))  # type: ignore[arg-type]
        text = json.dumps(record, indent=1)
        atomic(self.path(key), lambda target: target.write_text(text, encoding="utf-8"))
        self._anew.add(key)
        shutil.rmtree(self.folder / "partial" / key, ignore_errors=True)


def recall(
    store: Store | None,
    task: str,
    inputs: Mapping[str, Any],
    engine: Engine,
    settings: Mapping[str, Any],
    compute: Callable[[Path | None, Callable[[], Provenance]], T],
) -> T:
    """The stored result, or that of ``compute(folder for its state, maker of its provenance)``, which is then stored.

    Only results that `compute` returns are stored: what did not converge raises and leaves its state to go on from.

    Errors: `HeterofilmError` for a stored result that other code made, of the module of `compute` or of the engine.
    """
    key = identity(task, inputs, engine, settings)
    code = "" if store is None else code_digest(compute.__module__, type(engine))
    if store is not None:
        found: T | None = store.served(key, code)
        if found is not None:
            return found
    start = time.monotonic()

    def provenance() -> Provenance:
        spent = round(time.monotonic() - start, 2)
        return Provenance(task, engine.name, engine.level, engine.version(), dict(settings), key, spent)

    value = compute(None if store is None else store.partial(key), provenance)
    if store is not None:
        about = {
            "task": task, "engine": engine.name, "level": str(engine.level), "version": engine.version(),
            "engine_settings": encode(dict(engine.settings)), "settings": encode(dict(settings)),
            "inputs": {name: encode(one) for name, one in inputs.items()}, "converged": True, "code digest": code,
            "wall_s": round(time.monotonic() - start, 2),
            "finished": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        }  # fmt: skip
        store.write(key, value, about)
    return value


def encode(value: Any, arrays: dict[str, np.ndarray] | None = None) -> Any:
    """Plain JSON for results, atoms and arrays; larger arrays go to `arrays`, where it is given."""
    from ase import Atoms

    if isinstance(value, Atoms):
        return {
            "*": "Atoms", "numbers": encode(value.numbers, arrays), "positions": encode(value.positions, arrays),
            "cell": value.cell.array.tolist(), "pbc": value.pbc.tolist(),
        }  # fmt: skip
    if isinstance(value, Level):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        own = {field.name: encode(getattr(value, field.name), arrays) for field in fields(value)}
        return {"*": type(value).__name__, **own}
    if isinstance(value, np.ndarray):
        if arrays is not None and value.size > SMALL:
            name = f"a{len(arrays)}"
            arrays[name] = value
            return {"*": "array", "name": name}
        return {"*": "array", "values": value.tolist(), "dtype": value.dtype.name}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return {str(key): encode(one, arrays) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [encode(one, arrays) for one in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"no result can hold a {type(value).__name__}")


def decode(value: Any, arrays: Mapping[str, np.ndarray] | None = None) -> Any:
    """What `encode` made, back: lists come as tuples."""
    if isinstance(value, list):
        return tuple(decode(one, arrays) for one in value)
    if not isinstance(value, dict):
        return value
    rest = {key: one for key, one in value.items() if key != "*"}
    kind = value.get("*")
    if kind == "array":
        if "name" in rest:
            return (arrays or {})[rest["name"]]
        return np.array(rest["values"], dtype=np.dtype(rest["dtype"]))
    if kind == "Atoms":
        from ase import Atoms

        return Atoms(**{key: decode(one, arrays) for key, one in rest.items()})
    if kind is not None:
        if kind not in _TYPES:
            raise ValueError(f"unknown kind of result '{kind}'")
        return _TYPES[kind](**{key: decode(one, arrays) for key, one in rest.items()})
    return {key: decode(one, arrays) for key, one in rest.items()}


def _rounded(value: Any) -> Any:
    from ase import Atoms

    if isinstance(value, Atoms):
        # + 0.0: there is one zero
        return {
            "numbers": value.numbers.tolist(), "positions": (np.round(value.positions, 6) + 0.0).tolist(),
            "cell": (np.round(value.cell.array, 6) + 0.0).tolist(), "pbc": value.pbc.tolist(),
        }  # fmt: skip
    if isinstance(value, list | tuple):
        return [_rounded(one) for one in value]
    return encode(value)
