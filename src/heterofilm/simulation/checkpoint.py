"""A long run on disk: a table that grows by the cycle, kept curves, and a checkpoint to go on from.

A folder holds ``run.json`` (what is being run), ``cycles.csv`` (a row per step), ``curves/`` and ``spectra/`` (a
parquet file per kept cycle) and ``checkpoint`` with two slots that are written in turn, so that one is whole at
any moment. What the table has beyond the checkpoint is cut off when the run goes on.
"""

from __future__ import annotations

import csv
import io
import json
import os
import struct
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl

from ..errors import HeterofilmError
from ..files import atomic

_HEADER = struct.Struct("<8sQQdQQI")  # magic, cycle, steps, time, bytes of the table, bytes of the state, checksum
_MAGIC = b"hfilm-1\n"


class Journal:
    """One folder, held by one process at a time; ``close`` it, or use it in a ``with`` block."""

    def __init__(self, folder: str | os.PathLike[str], identity: Mapping[str, Any], columns: Sequence[str]) -> None:
        self.folder = Path(folder)
        self.columns = tuple(columns)
        self.slot = 0
        try:
            (self.folder / "curves").mkdir(parents=True, exist_ok=True)
            self._state = os.open(self.folder / "checkpoint", os.O_RDWR | os.O_CREAT, 0o644)
            self._lock()
            self._table = os.open(self.folder / "cycles.csv", os.O_RDWR | os.O_CREAT, 0o644)
            self._identify(dict(identity))
            if os.fstat(self._table).st_size == 0:
                os.write(self._table, _line(self.columns))
        except OSError as error:
            raise self._failed(error) from None
        self.length = len(_line(self.columns))

    def _lock(self) -> None:
        try:
            import fcntl
        except ImportError:  # not on Windows: there two processes must be told apart by their folders
            return
        try:
            fcntl.flock(self._state, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HeterofilmError(
                f"Another process is running in '{self.folder}'; wait for it or name another."
            ) from None

    def _identify(self, identity: dict[str, Any]) -> None:
        path = self.folder / "run.json"
        if not path.exists():
            atomic(path, lambda target: target.write_text(json.dumps(identity, indent=1)))
            return
        try:
            found = json.loads(path.read_text())
        except (OSError, ValueError):
            raise HeterofilmError(
                f"'{path}' cannot be read, so it is not known what runs there; name another folder."
            ) from None
        different = [key for key in identity if found.get(key) != identity[key]]
        if different:
            raise HeterofilmError(
                f"The folder '{self.folder}' holds another run: its {', '.join(different)} differ; name another folder."
            )

    def resume(self) -> tuple[int, int, float, bytes, list[dict[str, str]]] | None:
        """Cycle, steps, time, state and rows at the last checkpoint; None at the beginning."""
        newest: tuple[int, int, float, int, bytes] | None = None
        size = os.fstat(self._state).st_size
        for slot in (0, 1):
            start = slot * size // 2 if slot else 0
            head = os.pread(self._state, _HEADER.size, start)
            if len(head) < _HEADER.size:
                continue
            magic, cycle, steps, time, length, count, checksum = _HEADER.unpack(head)
            state = os.pread(self._state, count, start + _HEADER.size) if magic == _MAGIC else b""
            if magic != _MAGIC or zlib.crc32(state, zlib.crc32(head[:-4])) != checksum:
                continue
            if newest is None or cycle > newest[0]:
                newest = (cycle, steps, time, length, state)
                self.slot = 1 - slot
        if newest is None:
            os.ftruncate(self._table, self.length)
            os.lseek(self._table, 0, os.SEEK_END)
            return None
        cycle, steps, time, self.length, state = newest
        os.ftruncate(self._table, self.length)
        os.lseek(self._table, 0, os.SEEK_END)
        text = os.pread(self._table, self.length, 0).decode()
        return cycle, steps, time, state, list(csv.DictReader(io.StringIO(text)))

    def append(self, rows: Sequence[Mapping[str, Any]], cycle: int, steps: int, time: float, state: bytes) -> None:
        """One cycle more: its rows, then the checkpoint that makes them count."""
        text = b"".join(_line([row[name] for name in self.columns]) for row in rows)
        self.length += len(text)
        head = _HEADER.pack(_MAGIC, cycle, steps, time, self.length, len(state), 0)[:-4]
        block = head + struct.pack("<I", zlib.crc32(state, zlib.crc32(head))) + state
        try:
            os.write(self._table, text)
            os.pwrite(self._state, block, self.slot * len(block))
        except OSError as error:
            raise self._failed(error) from None
        self.slot = 1 - self.slot

    def keep(self, what: Literal["curves", "spectra"], cycle: int, frame: pl.DataFrame) -> None:
        """The curves or spectra of one cycle."""
        place = self.folder / what
        try:
            place.mkdir(exist_ok=True)
        except OSError as error:
            raise self._failed(error) from None
        atomic(place / f"cycle-{cycle:07d}.parquet", lambda target: frame.write_parquet(target))

    def kept(self, what: Literal["curves", "spectra"], last: int) -> list[pl.DataFrame]:
        """Those kept up to a cycle; later ones are of a run that was cut off, and are written again."""
        files = sorted((self.folder / what).glob("cycle-*.parquet"))
        return [pl.read_parquet(file) for file in files if int(file.stem.split("-")[1]) <= last]

    def _failed(self, error: OSError) -> HeterofilmError:
        reason = error.strerror or str(error)
        return HeterofilmError(f"Cannot write to '{self.folder}': {reason}; make room and run again, it will go on.")

    def close(self) -> None:
        """Give the folder free."""
        os.close(self._table)
        os.close(self._state)

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def pack(*arrays: np.ndarray[Any, Any]) -> bytes:
    """Arrays of floats, one after the other."""
    return b"".join(array.tobytes() for array in arrays)


def unpack(state: bytes, *arrays: np.ndarray[Any, Any]) -> None:
    """Back into arrays of the same shapes. Raises HeterofilmError where they do not fit."""
    flat = np.frombuffer(state)
    if flat.size != sum(array.size for array in arrays):
        raise HeterofilmError("The checkpoint does not fit the cell; name another folder.")
    start = 0
    for array in arrays:
        array[...] = flat[start : start + array.size].reshape(array.shape)
        start += array.size


def _line(cells: Sequence[Any]) -> bytes:
    """One row of csv; floats as the shortest text that reads back exactly."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow([repr(c) if isinstance(c, float) else c for c in cells])
    return out.getvalue().encode()
