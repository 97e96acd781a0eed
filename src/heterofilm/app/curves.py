"""Simulated curves of a project: what decides one, where its record lies, and the records that were read."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from pathlib import Path

from ..errors import HeterofilmError
from ..records.record import Record
from ..simulation.identity import identity
from .folder import OWN
from .session.state import Curve

__all__ = ["Curves"]

IN_MEMORY = 64  # records
TAIL = 4096  # bytes of the table of steps that hold its last line


class Curves:
    """The records of a project's curves, by all that decides them: cell, values, test, contents of loads, equations."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self._keys: OrderedDict[str, str] = OrderedDict()
        self._records: OrderedDict[tuple[str, int], Record] = OrderedDict()

    def key(self, curve: Curve) -> str:
        """What two curves share that are the same. Errors: `HeterofilmError` for one that makes no sense."""
        said = json.dumps([curve.cell, dict(curve.values), curve.test, curve.start], sort_keys=True)
        if curve.cell.endswith(".toml") or "follow" in curve.test.lower():  # of files that may change
            self._keys.pop(said, None)
        if said not in self._keys:
            about = identity(curve.loaded(self.project), curve.protocol(self.project), {"start": curve.start})
            text = json.dumps(about, sort_keys=True)
            self._keys[said] = hashlib.sha256(text.encode()).hexdigest()[:32]
            _bound(self._keys, 1000)
        return self._keys[said]

    def place(self, curve: Curve) -> Path:
        """Where its record is written."""
        return self.project / OWN / "curves" / f"{self.key(curve)}.nc"

    def cycles(self, key: str) -> int:
        """How many cycles of a curve that is simulated as a job are done."""
        table = self.project / OWN / "curves" / key / "cycles.csv"
        try:
            with table.open("rb") as file:
                file.seek(max(0, table.stat().st_size - TAIL))
                whole = file.read().split(b"\n")[:-1]
            return int(whole[-1].split(b",")[1])
        except (OSError, ValueError, IndexError):
            return 0

    def get(self, curve: Curve) -> Record | None:
        """Its record, None where there is none; one that was cancelled says so in its meta ("incomplete")."""
        try:
            place = self.place(curve)
        except HeterofilmError:
            return None
        for path in (place, place.with_suffix(".part.nc")):
            if path.is_file():
                try:
                    return self._read(path)
                except HeterofilmError:
                    continue  # damaged: as if it were not there
        return None

    def _read(self, path: Path) -> Record:
        key = (path.name, path.stat().st_mtime_ns)
        if key not in self._records:
            self._records[key] = Record.read(path)
            _bound(self._records, IN_MEMORY)
        self._records.move_to_end(key)
        return self._records[key]


def _bound(kept: OrderedDict[str, str] | OrderedDict[tuple[str, int], Record], most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)
