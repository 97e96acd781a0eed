"""What was found in the measurements of a kind, as long as nothing of them has changed: a correction of one fit works
out that kind alone.

It lies in the user's own cache, beside compiled kernels, never in a project: a project may come from anybody, and what
is read here runs.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..._version import __version__
from ...engine.store import roots, usable
from ...errors import HeterofilmError
from ...files import atomic
from ...fingerprint import package_digest
from ...samples.job import Job
from ...samples.provenance import ROOMS, sha256
from ...samples.workers import Workers

__all__ = ["Remembered", "key_of"]

MOST = 200  # kept at once; the oldest go
LARGEST = 100_000_000  # bytes of one


def key_of(job: Job) -> str:
    """What decides the findings of a job: the code, what the sample says as a whole, the lines of its files, and all
    that lies beside them.

    Errors: `OSError` and `HeterofilmError` for files that are gone.
    """
    sample = job.sample
    place = sample.file.parent
    beside = [
        (path.relative_to(place).as_posix(), path.stat().st_size, path.stat().st_mtime_ns)
        for path in sorted(place.rglob("*"))
        if path.is_file() and path != sample.file
    ]
    parts = [[entry.model_dump(mode="json"), one.name, sha256(sample.path(entry))] for entry, one in job.parts]
    sheet = sample.sheet.model_dump(mode="json", exclude={"files"})
    said = [__version__, package_digest(ROOMS), job.kind, sample.name, sheet, parts, beside]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


class Remembered(Workers):
    """The analyses of a sample, one after the other, those that are known from before; `made`: kinds that were not."""

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__()
        self.folder = folder or roots()[0] / "findings"
        self.made: list[str] = []

    def map(self, work: Callable[..., Any], tasks: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        """As `Workers.map`, of one job each."""
        for (job,) in tasks:
            place = self._place(job)
            found = None if place is None else _read(place)
            if found is None:
                self.made.append(job.kind)
                found = work(job)
                if place is not None and not found.failed:
                    self._keep(place, found)
            yield found

    def _place(self, job: Job) -> Path | None:
        try:
            return self.folder / f"{key_of(job)}.findings" if usable(self.folder) else None
        except (OSError, HeterofilmError, TypeError, ValueError):
            return None

    def _keep(self, place: Path, found: Any) -> None:
        with suppress(OSError, HeterofilmError, pickle.PicklingError, TypeError, AttributeError):
            data = pickle.dumps(found, protocol=pickle.HIGHEST_PROTOCOL)
            if len(data) <= LARGEST:
                atomic(place, lambda target: target.write_bytes(data))
            known = sorted(self.folder.glob("*.findings"), key=lambda path: path.stat().st_mtime_ns)
            for old in known[:-MOST]:
                old.unlink(missing_ok=True)


def _read(place: Path) -> Any:
    """None where there is nothing, or nothing whole."""
    try:
        found = pickle.loads(place.read_bytes())
        os.utime(place)
    except (OSError, EOFError, pickle.UnpicklingError, AttributeError, ImportError, IndexError, ValueError, TypeError):
        return None
    return found
