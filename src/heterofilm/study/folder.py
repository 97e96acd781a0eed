"""The folder of a study: known by all that decides its numbers, so that two studies never mix in one."""

from __future__ import annotations

import threading
import zlib
from pathlib import Path
from typing import Any

from .._version import __version__
from ..errors import FileFormatError
from ..files import made_folder
from ..fingerprint import package_digest
from ..protocol import Protocol
from ..records.record import Record
from ..simulation.folder import DamageError, Folder, Part
from ..simulation.identity import values_of
from .plan import Plan

OWN = (
    r"records/[^/]+\.nc", r"data/[^/]+\.(csv|parquet)", r"figures/[^/]+\.(svg|png|pdf|csv)", r"report\.html",
    r"claims\.csv",
)  # fmt: skip


def study_identity(plan: Plan, draws: int) -> dict[str, Any]:
    """Cells, tests, contents of the files they name, and the equations of the package."""
    tests: dict[str, Any] = {}
    for test in plan.study.tests:
        protocol = Protocol.load(test.protocol)
        files = {load.source: load.digest for load in protocol.loads()}
        tests[test.name] = {
            "protocol": str(protocol), "files": files, "detail": test.detail, "keep": str(test.keep),
            "cells": " ".join(test.cells),
        }  # fmt: skip
    return {
        "what": "study",
        "title": plan.study.title,
        "cells": {name: {"values": values_of(cell), "model digest": cell.digest} for name, cell in plan.cells.items()},
        "tests": tests,
        "settings": {"draws": draws},
        "version of heterofilm": __version__,
        "equations digest": package_digest(),
    }


class StudyFolder(Folder):
    """A folder with the records of the runs, which are not run again while they are whole and of this very study; and
    with ``data``, ``figures`` and a page, which are made anew of them."""

    def __init__(self, path: str | Path, plan: Plan, draws: int, fresh: bool) -> None:
        super().__init__(path, study_identity(plan, draws), "study", OWN, fresh)
        self._lock = threading.Lock()
        try:
            if self.parts.size() == 0:
                self.parts.start()
            listed, _ = self.listed()
            self.parts.cut(listed[-1][1].end if listed else self.parts.begin)
            (self.path / "manifest.json").unlink(missing_ok=True)  # until it is finished again
        except OSError as error:
            self.release()
            raise self.failed(error) from None
        self._kept = {part.name: part for part, _ in listed}

    def kept(self, stem: str) -> Record | None:
        """The record of a run that was done before; None where there is none, or one that is damaged."""
        part = self._kept.get(_record(stem))
        if part is None:
            return None
        try:
            self.content(part)
            return Record.read(self.path / part.name)
        except (DamageError, FileFormatError):
            return None

    def keep_record(self, stem: str, record: Record) -> None:
        """The record of a run that is done, from where on it counts."""
        name = _record(stem)
        made_folder(self.path / "records")
        data = record.write(self.path / name).read_bytes()
        with self._lock:
            self.keep([Part(name, len(data), zlib.crc32(data))])

    def finish(self) -> None:
        """List every file that was written, and close the folder."""
        try:
            self.parts.start()
            files = sorted(file for file in self.files() if self._is_own(file))
            written = [file for file in files if file.name not in ("run.json", "parts.csv", "manifest.json")]
            contents = [(file.relative_to(self.path).as_posix(), file.read_bytes()) for file in written]
            self.keep([Part(name, len(data), zlib.crc32(data)) for name, data in contents])
        except OSError as error:
            raise self.failed(error) from None
        self.close_with({"files": len(written), "list": [*self.parts.end]})


def _record(stem: str) -> str:
    return f"records/{stem}.nc"
