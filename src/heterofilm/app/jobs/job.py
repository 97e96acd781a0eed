"""One job on the disk: what is to be done, how far it is, and whether its process lives.

``job.json`` says what is to be done and is written once; ``state.json`` how far it is, by the worker; ``lock`` is held
by the worker as long as it lives, whatever ends it.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from ...errors import FileFormatError, HeterofilmError
from ...files import atomic, made_folder, read_file
from ..folder import OWN, locked

__all__ = ["KNOWN", "Job", "Status", "jobs_in", "new_job"]

Status = Literal["waiting", "running", "done", "failed", "cancelled"]
ENDED = ("done", "failed", "cancelled")
KNOWN = "figures are written"  # of an analysis whose numbers can be seen already
MAX_BYTES = 1_000_000
FIELDS = ("kind", "title", "key", "arguments", "order")


@dataclass(frozen=True)
class Job:
    """A job as it stands; `words`: what is done at the moment, or why it ended; `at`, `of`: how much is done."""

    folder: Path
    kind: str
    title: str
    key: str  # of what it makes: two jobs of one key make the same
    arguments: Mapping[str, Any] = field(default_factory=dict)
    order: int = 0
    status: Status = "waiting"
    words: str = ""
    at: int = 0
    of: int = 0
    pid: int = 0

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def ended(self) -> bool:
        return self.status in ENDED

    @property
    def known(self) -> bool:
        """Whether what it makes can be seen, also before its end."""
        return self.words == KNOWN

    def tell(self, **changes: Any) -> Job:
        """Write another state of it."""
        now = replace(self, **changes)
        said = {"status": now.status, "words": now.words, "at": now.at, "of": now.of, "pid": now.pid}
        place = self.folder / "state.json"
        atomic(place, lambda target: target.write_text(json.dumps(said), encoding="utf-8"))
        return now

    def now(self) -> Job:
        """As it stands at this moment. Errors: `HeterofilmError` where its folder is gone or damaged."""
        return read_job(self.folder)

    def alive(self) -> bool:
        """Whether its worker lives: nobody else can have its lock then."""
        lock = locked(self.folder / "lock")
        if lock is None:
            return True
        os.close(lock)
        return False


def new_job(project: Path, kind: str, title: str, key: str, arguments: Mapping[str, Any]) -> Job:
    """Write a job down, the last in its queue."""
    order = max((job.order for job in jobs_in(project)), default=0) + 1
    folder = made_folder(project / OWN / "jobs" / f"{order:06d}-{secrets.token_hex(4)}")
    said = {"kind": kind, "title": title, "key": key, "arguments": dict(arguments), "order": order}
    atomic(folder / "job.json", lambda target: target.write_text(json.dumps(said), encoding="utf-8"))
    return Job(folder, **said).tell()  # type: ignore[arg-type]


def read_job(folder: Path) -> Job:
    """A job of the disk. Errors: `FileFormatError` for what is none."""
    try:
        said = json.loads(read_file(folder / "job.json", MAX_BYTES, "job"))
        state = json.loads(read_file(folder / "state.json", MAX_BYTES, "job"))
        job = Job(folder, **{name: said[name] for name in FIELDS}, **state)
    except (HeterofilmError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise FileFormatError(f"'{folder}' is no job that can be read ({error}); remove it.") from None
    if not isinstance(job.arguments, dict) or not isinstance(job.order, int):
        raise FileFormatError(f"'{folder}' is no job that can be read; remove it.")
    return job


def jobs_in(project: Path) -> list[Job]:
    """The jobs of a project in their order; what is damaged is passed over."""
    found = []
    for folder in (project / OWN / "jobs").glob("*"):
        try:
            found.append(read_job(folder))
        except HeterofilmError:
            continue
    return sorted(found, key=lambda job: job.order)
