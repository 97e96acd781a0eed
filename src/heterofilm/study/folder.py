"""The folder of a study: known by all that decides its numbers, so that two studies never mix in one."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

from .._version import __version__
from ..protocol import Protocol
from ..simulation.folder import Folder, Part
from ..simulation.identity import package_digest, values_of
from .plan import Plan

OWN = (r"data/[^/]+\.(csv|parquet)", r"figures/[^/]+\.(svg|png|pdf|csv)", r"report\.html", r"claims\.csv")


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
    """A folder with ``data``, ``figures`` and a page, which are made anew whenever the study is run."""

    def __init__(self, path: str | Path, plan: Plan, draws: int, fresh: bool) -> None:
        super().__init__(path, study_identity(plan, draws), "study", OWN, fresh)
        (self.path / "manifest.json").unlink(missing_ok=True)  # until it is finished again

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
