"""The folder of a sweep: its table in parts and the records of its points, each part known by its cells' contents."""

from __future__ import annotations

import io
import json
import threading
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from .._version import __version__
from ..cell import Cell
from ..cell.digest import digest
from ..errors import HeterofilmError, InputError
from ..fingerprint import package_digest
from ..protocol import Protocol
from ..records.record import Record
from .folder import DamageError, Folder, Part
from .runner import Options

OWN = (r"part-\d+\.parquet", r"records/point-\d+\.nc")
_POINTS = "heterofilm_points"


def sweep_identity(protocol: Protocol, options: Options, start: Any, whole: bool) -> dict[str, Any]:
    """What all points of a sweep have in common."""
    began = digest(start.states.at()) if isinstance(start, Record) and start.states is not None else str(start)
    settings = asdict(options) | {"mechanisms": list(options.mechanisms), "start": began, "records": whole}
    settings["keep"] = "default" if options.keep is None else " ".join(map(str, options.keep))
    return {
        "what": "sweep",
        "protocol": str(protocol),
        "files": {load.source: load.digest for load in protocol.loads()},
        "settings": settings,
        "version of heterofilm": __version__,
        "equations digest": package_digest(),
    }


class SweepFolder:
    """One folder; parts may be written from several threads."""

    def __init__(self, path: Path, identity: Mapping[str, Any], fresh: bool, repair: bool) -> None:
        self.folder = Folder(path, identity, "sweep", OWN, fresh)
        self._lock = threading.Lock()
        self._repair = repair
        try:
            if self.folder.parts.size() == 0:
                self.folder.parts.start()
            listed, damage = self.folder.listed()
            if damage and not repair:
                raise self.folder.damaged(damage, "the parts that are whole")
            self._listed = {part.name: part for part, _ in listed}
            self.folder.parts.cut(listed[-1][1].end if listed else self.folder.parts.begin)
            self._closed = None if repair else self.folder.closed()
            if repair:
                (path / "manifest.json").unlink(missing_ok=True)
            if self._closed is not None and self._closed.get("list") != [*self.folder.parts.end]:
                raise self.folder.damaged("'parts.csv' does not fit the manifest", "the parts that are whole")
        except OSError as error:
            self.folder.release()
            raise self.folder.failed(error) from None
        except BaseException:
            self.folder.release()
            raise

    def read(self, number: int, points: Sequence[tuple[int, Any]]) -> pl.DataFrame | None:
        """The table of a part, if it is there and of these very cells; None where it must be run.

        Errors: `HeterofilmError` for a part of other cells, and for one that is damaged.
        """
        part = self._listed.get(f"part-{number:06d}.parquet")
        if part is None:
            if self._closed is not None:
                raise self._another(f"it had {self._closed.get('parts')} parts and is asked for more now")
            return None
        try:
            data = self.folder.content(part)
            for index, _ in points:
                if (record := self._listed.get(_record_name(index))) is not None:
                    self.folder.content(record)
        except DamageError as error:
            if self._repair:
                return None
            raise self.folder.damaged(str(error), "the parts that are whole") from None
        table = pl.read_parquet(io.BytesIO(data))
        then = json.loads(pl.read_parquet_metadata(io.BytesIO(data))[_POINTS])
        now = [_identity(point) for _, point in points]
        if then != now:
            raise self._another(_difference(table, points, then, now))
        return table

    def _another(self, why: str) -> InputError:
        return InputError(
            f"The folder '{self.folder.path}' holds another sweep: {why}; name another folder, or run it anew "
            "(fresh=True, --fresh)."
        )

    def write(
        self, number: int, table: pl.DataFrame, points: Sequence[tuple[int, Any]], records: Mapping[int, Record | None]
    ) -> None:
        """A part, and the records of its points."""
        file = io.BytesIO()
        table.write_parquet(file, metadata={_POINTS: json.dumps([_identity(point) for _, point in points])})
        done = [self._written(index, record) for index, record in records.items() if record is not None]
        part = self.folder.put(f"part-{number:06d}.parquet", file.getvalue())
        with self._lock:
            self.folder.keep([*done, part])
            if self.folder.due():
                try:
                    self.folder.sync()
                except OSError as error:
                    raise self.folder.failed(error) from None

    def _written(self, index: int, record: Record) -> Part:
        name = _record_name(index)
        path = self.folder.path / name
        try:
            path.parent.mkdir(exist_ok=True)
        except OSError as error:
            raise self.folder.failed(error) from None
        data = record.write(path).read_bytes()
        return Part(name, len(data), zlib.crc32(data))

    def finish(self, parts: int) -> None:
        """The sweep is over."""
        if self._closed is not None:
            if self._closed.get("parts") != parts:
                raise self._another(f"it had {self._closed.get('parts')} parts and is asked for {parts} now")
            return
        try:
            self.folder.sync()
        except OSError as error:
            raise self.folder.failed(error) from None
        self.folder.close_with({"parts": parts, "list": [*self.folder.parts.end]})

    @staticmethod
    def record(path: Path, index: int) -> Record | None:
        """The record of a point."""
        file = path / _record_name(index)
        return Record.read(file) if file.exists() else None

    def __enter__(self) -> SweepFolder:
        return self

    def __exit__(self, *_: object) -> None:
        self.folder.release()


def _record_name(index: int) -> str:
    return f"records/point-{index:07d}.nc"


def _identity(point: Any) -> str:
    """A fingerprint of one point: its values and all that the engine is given of its cell."""
    values, cell = point if isinstance(point, tuple) else ({}, point)
    try:
        if not isinstance(cell, Cell):
            cell = Cell.load(cell)
        return digest([f"{name}={value!r}" for name, value in values.items()], cell.digest)
    except HeterofilmError as error:
        return digest(str(error))


def _difference(table: pl.DataFrame, points: Sequence[tuple[int, Any]], then: Sequence[str], now: Sequence[str]) -> str:
    """The first point that is another, and which of its values."""
    if len(then) != len(now):
        return f"it had {len(then)} points in a part of {len(now)}"
    index, point = next(pair for pair, a, b in zip(points, then, now, strict=True) if a != b)
    values = point[0] if isinstance(point, tuple) else {}
    row = table.filter(pl.col("point") == index).row(0, named=True)
    for name, value in values.items():
        if row.get(name) != value:
            return f"{name} of point {index} was {row.get(name)} and is {value} now"
    return f"the values of the cell of point {index} differ"
