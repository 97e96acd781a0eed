"""The fields of an overlay become one action, and none while they are filled."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("nicegui", reason="the extra 'app' is not installed")

from heterofilm.app import words
from heterofilm.app.session.actions import Overlay
from heterofilm.app.session.state import Overlaid
from heterofilm.app.tabs.overlaid import OverlayBox


def box(what: str, **fields: Any) -> tuple[Any, list[Any]]:
    done: list[Any] = []
    project = SimpleNamespace(state=SimpleNamespace(overlaid=Overlaid(what=what)))
    made = OverlayBox(SimpleNamespace(project=project, do=done.append))  # type: ignore[arg-type]
    for name, value in fields.items():
        setattr(made, name, SimpleNamespace(value=value))
    return made, done


FIELDS = {"samples": ["A", "B"], "over": "cycles", "part": "discharge", "scaling": "max", "waterfall": True}


def test_the_fields_are_the_action() -> None:
    made, done = box("cycling", **FIELDS)
    made._choose()
    assert done == [
        Overlay(what="cycling", samples=("A", "B"), over="cycles", part="discharge", waterfall=True, scaling="max")
    ]


@pytest.mark.parametrize("part", [None, words.ALL_PARTS])
def test_all_parts_is_no_part_and_nothing_chosen_is_nothing_said(part: str | None) -> None:
    made, done = box("xps", **{**FIELDS, "part": part, "samples": None, "scaling": None})
    made._choose()
    assert (done[0].part, done[0].samples, done[0].scaling) == ("", (), "")


@pytest.mark.parametrize(("what", "filling"), [("", False), ("xps", True)])
def test_nothing_is_done_without_a_kind_or_while_the_fields_are_filled(what: str, filling: bool) -> None:
    made, done = box(what, **FIELDS)
    made._filling = filling
    made._choose()
    assert done == []
