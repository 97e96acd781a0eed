"""A long run on disk: a table that grows by the cycle, what is kept of some cycles, and states to go on from.

A folder (see `folder`) with ``cycles.csv`` (a row per step, each with its checksum), ``curves/``, ``spectra/``,
``profiles/`` and ``states/`` (a file per kept cycle), and ``checkpoint`` with four slots: two are written in turn after
every cycle, so that one is whole at any moment, and two in turn once a second, after all they stand on has reached the
disk. A kill costs one cycle, a power loss two seconds.
"""

from __future__ import annotations

import io
import os
import struct
import sys
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..errors import HeterofilmError, InputError, renamed
from .curve import Curve
from .folder import DamageError, Folder, Part
from .ledger import Ledger, Line, Mark, read_all, write_all
from .results import COLUMNS, StepResult
from .runner import Kept

__getattr__ = renamed(__name__, {"Journal": "Checkpoint"})

KINDS = ("curves", "spectra", "profiles", "states")
OWN = ("cycles.csv", "checkpoint", *(rf"{kind}/cycle-\d+\.(parquet|npy)" for kind in KINDS))
SLOTS = 4
# magic, cycle, steps, time (s), length and checksum of the table and of the list of parts, bytes of the state, checksum
_HEADER = struct.Struct("<8sQQdQIQIQI")
_MAGIC = b"hfilm-2\n"


class Slot(NamedTuple):
    """What one slot says: a cycle, what the folder held then, and the state of the cell."""

    cycle: int
    steps: int
    time: float
    table: Mark
    parts: Mark
    state: bytes


class Resumed(NamedTuple):
    """Where a run goes on: the last cycle that is there, its state, all results and all that was kept up to it."""

    cycle: int
    steps: int
    time: float
    state: NDArray[np.float64]
    results: list[StepResult]
    kept: Kept


class Checkpoint:
    """The folder of one run."""

    def __init__(
        self, folder: str | os.PathLike[str], identity: Mapping[str, Any], size: int, fresh: bool = False
    ) -> None:
        """``size``: floats of a state."""
        self.folder = Folder(folder, {"what": "run"} | dict(identity), "run", OWN, fresh)
        self._slot_bytes = _HEADER.size + 8 * size
        self._turn = [0, 2]  # the slots to be written next: after a cycle, after a second
        try:
            self.table = Ledger(self.folder.path / "cycles.csv", ",".join(COLUMNS))
            self._slots = self.folder._opened("checkpoint")
        except OSError as error:
            self.release()
            raise self.folder.failed(error) from None
        self._last: bytes | None = None

    def resume(self, repair: bool = False) -> Resumed | None:
        """Where to go on; None at the beginning. ``repair``: from the last good cycle where a part is damaged.

        Errors: `HeterofilmError` that names a part that is damaged.
        """
        lines, damage = self.table.read()
        parts, parts_damage = self.folder.listed()
        slots = self._read_slots()
        if not lines and not parts and not slots and not damage and not parts_damage:
            self._begin()
            return None
        first = damage or parts_damage
        try:
            closed = self.folder.closed()
            if closed is not None:
                if first or closed.get("table") != [*_last(lines)] or closed.get("parts") != [*_last_of(parts)]:
                    raise DamageError(first or "'cycles.csv' or 'parts.csv' do not fit the manifest")
                slots = [slot for slot in slots if slot.cycle == closed.get("cycles")]
        except (HeterofilmError, DamageError) as error:
            closed, slots, first = None, [], str(error) if isinstance(error, DamageError) else "'manifest.json'"
        ends = {line.end: k + 1 for k, line in enumerate(lines)} | {self.table.begin: 0}
        listed = {line.end: k + 1 for k, (_, line) in enumerate(parts)} | {self.folder.parts.begin: 0, Mark(0, 0): 0}
        for slot in slots:
            if slot.table not in ends or slot.parts not in listed:
                first = first or f"'checkpoint' (of cycle {slot.cycle}, which the tables do not have)"
                continue
            try:
                chosen = parts[: listed[slot.parts]]
                kept = self._kept([part for part, _ in chosen])
            except DamageError as error:
                first = first or str(error)
                continue
            newest = max(slot.cycle for slot in slots)
            if slot.cycle < newest:
                print(
                    f"heterofilm: the last cycles in '{self.folder.path}' did not reach the disk whole ({first}); it "
                    f"goes on after cycle {slot.cycle}.", file=sys.stderr,
                )  # fmt: skip
            results = _results(lines[: ends[slot.table]])
            self._go_on(slot.table, slot.parts, closed is not None)
            state = np.frombuffer(slot.state).copy()
            return Resumed(slot.cycle, slot.steps, slot.time, state, results, kept)
        if not repair:
            good, *_ = self._last_good(lines, parts)
            words = f"cycle {good}, the last that is whole" if good else "its beginning"
            raise self.folder.damaged(first or "'checkpoint' (no slot is whole)", words)
        return self._repaired(lines, parts)

    def _repaired(self, lines: Sequence[Line], parts: Sequence[tuple[Part, Line]]) -> Resumed | None:
        """Go on after the last cycle whose state was kept and before which everything is whole."""
        cycle, row, count, listed = self._last_good(lines, parts)
        (self.folder.path / "manifest.json").unlink(missing_ok=True)
        os.ftruncate(self._slots, 0)
        if row is None:
            self._begin()
            return None
        results = _results(lines[:count])
        kept = self._kept([part for part, _ in parts[:listed]])
        self._go_on(lines[count - 1].end, parts[listed - 1][1].end if listed else self.folder.parts.begin, False)
        self._allocate()
        return Resumed(cycle, int(row[0]), results[-1].stop, row[1:], results, kept)

    def _last_good(
        self, lines: Sequence[Line], parts: Sequence[tuple[Part, Line]]
    ) -> tuple[int, NDArray[np.float64] | None, int, int]:
        """The last cycle with a state before which all is whole: its number, that state, rows and parts up to it."""
        found: tuple[int, NDArray[np.float64] | None, int, int] = (0, None, 0, 0)
        place = {result.step: k + 1 for k, result in enumerate(_results(lines))}
        for k, (part, _) in enumerate(parts):
            try:
                data = self.folder.content(part)
            except DamageError:
                break
            if part.name.startswith("states/"):  # the last file of its cycle
                row = _array(data)[-1]
                if int(row[0]) in place:
                    found = (_number(part), row, place[int(row[0])], k + 1)
        return found

    def _begin(self) -> None:
        """An empty folder."""
        try:
            self.table.start()
            self.folder.parts.start()
            self._allocate()
        except OSError as error:
            raise self.folder.failed(error) from None

    def _allocate(self) -> None:
        """Room for all slots, so that a full disk stops the run before it begins."""
        os.lseek(self._slots, 0, os.SEEK_SET)
        write_all(self._slots, bytes(SLOTS * self._slot_bytes))

    def _go_on(self, table: Mark, parts: Mark, closed: bool) -> None:
        """Drop what stands after a place; nothing of a run that is closed."""
        if closed:
            self.table.end, self.folder.parts.end = table, parts
            return
        try:
            self.table.cut(table)
            self.folder.parts.cut(parts)
        except OSError as error:
            raise self.folder.failed(error) from None

    def _read_slots(self) -> list[Slot]:
        """The slots that are whole, the newest first."""
        raw, found = read_all(self._slots), []
        for k in range(SLOTS):
            block = raw[k * self._slot_bytes : (k + 1) * self._slot_bytes]
            if len(block) < self._slot_bytes:
                continue
            magic, cycle, steps, time, *rest, count, check = _HEADER.unpack_from(block)
            state = block[_HEADER.size :]
            head = block[: _HEADER.size - 4]
            if magic != _MAGIC or count != len(state) or zlib.crc32(state, zlib.crc32(head)) != check:
                continue
            found.append((k, Slot(cycle, steps, time, Mark(*rest[:2]), Mark(*rest[2:]), state)))
        for pair in ((0, 1), (2, 3)):  # the older of a pair is written next
            own = [(slot.cycle, k) for k, slot in found if k in pair]
            if own:
                self._turn[pair[0] // 2] = pair[0] + (1 - (max(own)[1] - pair[0]))
        return sorted((slot for _, slot in found), key=lambda slot: -slot.cycle)

    def _kept(self, parts: Sequence[Part]) -> Kept:
        """What was kept. Errors: `DamageError`."""
        kept = Kept()
        for part in parts:
            data = self.folder.content(part)
            kind = part.name.partition("/")[0]
            try:
                if kind in ("curves", "spectra"):
                    table = pl.read_parquet(io.BytesIO(data))
                    getattr(kept, kind).append(Curve.of(table) if kind == "curves" else table)
                else:
                    getattr(kept, kind).extend([_array(data)] if kind == "profiles" else list(_array(data)))
            except (ValueError, AttributeError, pl.exceptions.PolarsError):
                raise DamageError(f"'{part.name}'") from None
        return kept

    def append(
        self, results: Sequence[StepResult], cycle: int, steps: int, time: float, state: NDArray[np.float64],
        kept: Kept | None = None,
    ) -> None:  # fmt: skip
        """One cycle more: what is kept of it, its rows, then the slot that makes them count."""
        if self.table.gone():
            raise InputError(f"The folder '{self.folder.path}' was deleted while the run wrote to it.")
        parts = self._put(cycle, kept) if kept is not None else []
        try:
            if parts:
                self.folder.keep(parts)
            self.table.append([result.line() for result in results])
            raw = state.tobytes()
            head = _HEADER.pack(_MAGIC, cycle, steps, time, *self.table.end, *self.folder.parts.end, len(raw), 0)[:-4]
            self._last = head + struct.pack("<I", zlib.crc32(raw, zlib.crc32(head))) + raw
            self._write_slot(0)
            if self.folder.due():
                self._settle()
        except OSError as error:
            raise self.folder.failed(error) from None

    def _put(self, cycle: int, kept: Kept) -> list[Part]:
        parts = []
        frames = [curve.finish() for curve in kept.curves]
        for kind, tables in (("curves", frames), ("spectra", kept.spectra)):
            if tables:
                data = io.BytesIO()
                pl.concat(tables).write_parquet(data)
                parts.append(self.folder.put(f"{kind}/cycle-{cycle:07d}.parquet", data.getvalue()))
        for kind, rows in (("profiles", kept.profiles), ("states", kept.states)):
            if rows:
                array = np.concatenate(rows) if kind == "profiles" else np.array(rows)
                file = io.BytesIO()
                np.save(file, array, allow_pickle=False)
                parts.append(self.folder.put(f"{kind}/cycle-{cycle:07d}.npy", file.getvalue()))
        return parts

    def _write_slot(self, pair: int) -> None:
        assert self._last is not None
        os.lseek(self._slots, self._turn[pair] * self._slot_bytes, os.SEEK_SET)
        write_all(self._slots, self._last)
        self._turn[pair] = 2 * pair + (1 - (self._turn[pair] - 2 * pair))

    def _settle(self) -> None:
        """Everything onto the disk, then a slot that stands on it."""
        self.folder.sync()
        self.table.sync()
        if self._last is not None:
            self._write_slot(1)
        os.fsync(self._slots)

    def finish(self, cycle: int) -> None:
        """The run is over."""
        if (self.folder.path / "manifest.json").exists():
            return
        try:
            self._settle()
        except OSError as error:
            raise self.folder.failed(error) from None
        self.folder.close_with({"cycles": cycle, "table": [*self.table.end], "parts": [*self.folder.parts.end]})

    def release(self) -> None:
        """Give the folder free."""
        if hasattr(self, "table"):
            self.table.close()
            del self.table
        self.folder.release()

    def __enter__(self) -> Checkpoint:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def _last(lines: Sequence[Line]) -> Mark:
    return lines[-1].end if lines else Mark(0, 0)


def _last_of(parts: Sequence[tuple[Part, Line]]) -> Mark:
    return parts[-1][1].end if parts else Mark(0, 0)


def _results(lines: Sequence[Line]) -> list[StepResult]:
    return [StepResult.of_line(line.text) for line in lines]


def _number(part: Part) -> int:
    """The cycle of a file."""
    return int("".join(c for c in part.name.partition("/")[2] if c.isdigit()) or 0)


def _array(data: bytes) -> NDArray[np.float64]:
    array: NDArray[np.float64] = np.load(io.BytesIO(data), allow_pickle=False)
    return array
