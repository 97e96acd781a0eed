"""What can be done to a job in the list follows from how it stands, and its row is told of changes alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

pytest.importorskip("nicegui", reason="the extra 'app' is not installed")

from heterofilm.app import words
from heterofilm.app.jobs.job import ENDED, Job, Status
from heterofilm.app.tabs import joblist

JOB = Job(Path("000001-ab"), "simulate", "life", "key", at=3, of=9)


class Widget:
    """What a part of the row shows."""

    def __init__(self) -> None:
        self.props: dict[str, Any] = {}
        self.text, self.visible = "", True

    def set_text(self, text: str) -> None:
        self.text = text

    set_content = set_text

    def set_visibility(self, visible: bool) -> None:
        self.visible = visible


@pytest.mark.parametrize("status", get_args(Status))
def test_what_can_be_done_follows_from_the_status(status: Status) -> None:
    row: Any = object.__new__(joblist._Row)
    for name in ("box", "said", "again", "forget", "cancel", "progress"):
        setattr(row, name, Widget())
    row.show(replace(JOB, status=status, words="so far"))
    assert row.said.text == f"life: {words.STATUS[status]}. so far" and row.box.props == {"aria-label": "life"}
    assert row.cancel.visible == (status not in ENDED) and row.forget.visible == (status in ENDED)
    assert row.again.visible == (status in ("failed", "cancelled"))
    assert row.progress.visible == (status == "running")
    if status == "running":
        assert "value=3 max=9" in row.progress.text
