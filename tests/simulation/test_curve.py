"""Rows of a step that become a table when they are asked for."""

from __future__ import annotations

import pickle

import pytest

import heterofilm as hf
from heterofilm.simulation import runner

PROTOCOL = "2 x (Discharge at 40 uA/cm2 until 2.15 V; Charge at 40 uA/cm2 until 3.8 V)"


def test_looking_later_shows_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether states are looked at in the end or, where many wait, on the way."""
    late = hf.simulate("voc1-half", PROTOCOL)
    monkeypatch.setattr(runner, "MOST_WAITING", 0)
    early = hf.simulate("voc1-half", PROTOCOL)
    assert early.equals(late) and "loss_series_V" in late.frame.columns


def test_a_record_of_which_nobody_asked_anything_travels_whole() -> None:
    """Pickled before or after it was looked at."""
    record = hf.simulate("vo-half", PROTOCOL)
    before = pickle.loads(pickle.dumps(record))
    assert before.frame.equals(record.frame) and before.meta == record.meta and before.steps.equals(record.steps)
    assert pickle.loads(pickle.dumps(record)).equals(before)


def test_what_is_asked_for_first_does_not_matter() -> None:
    """Every part by itself."""
    parts = ("states", "meta", "steps", "profiles", "frame")
    records = [hf.simulate("vo-half", PROTOCOL) for _ in range(2)]
    for one, other in zip(parts, parts[::-1], strict=True):
        getattr(records[0], one), getattr(records[1], other)
    assert records[0].equals(records[1])
