"""The page of a study while it runs: there after its first run, and written anew as more are done.

Files of figures and what needs every run (findings, bands, the reference) come with the finished page.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ...files import atomic
from ...study.results import Results
from ..page import Chapter, page
from .chapters import discharge_chapters, run_chapters
from .tables import runs_table

SHARE = 0.05  # of the time so far that may go into pages nobody keeps
AGAIN = 5  # s after which a browser looks for a newer page


@dataclass
class GrowingPage:
    """The page in `path` of `total` runs, whose records gather in `results`."""

    results: Results
    path: Path
    total: int
    clock: Callable[[], float] = time.perf_counter
    began: float = field(init=False)
    spent: float = 0.0

    def __post_init__(self) -> None:
        self.began = self.clock()

    def update(self) -> None:
        """Write the page, unless pages have taken too much of the time so far; the first one is always written."""
        now = self.clock()
        if not self.results.main.records or self.spent > SHARE * (now - self.began):
            return
        done = len(self.results.main.records) + len(self.results.failed)
        state = (
            f"{done} of {self.total} runs are done. This page shows them and looks for a newer one every {AGAIN} s; "
            "findings, bands and what was measured come when all are done. Where it no longer changes, the study was "
            "stopped."
        )
        chapters = [
            *discharge_chapters(self.results),
            *run_chapters(self.results),
            Chapter("Runs so far", tables=[runs_table(self.results)]),
        ]
        text = page(self.results.title, chapters, description=state, suffixes=(), again=AGAIN)
        atomic(self.path, lambda target: target.write_text(text, encoding="utf-8"))
        self.spent += self.clock() - now
