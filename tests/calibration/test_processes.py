"""Processes of searches: they give what a loop gives, in its order, and end with whoever asked for them."""

from __future__ import annotations

from multiprocessing import active_children
from pathlib import Path

import pytest

from heterofilm.calibration.processes import mapping
from slow_task import begun

MANY = 60


def test_results_come_in_order() -> None:
    """As those of a loop."""
    with mapping(2) as apply:
        assert list(apply(abs, range(-5, 0))) == [5, 4, 3, 2, 1]


def test_an_interrupt_ends_what_was_asked_for(tmp_path: Path) -> None:
    """What has not begun never does, and no process is left behind."""
    before = active_children()
    with pytest.raises(KeyboardInterrupt), mapping(2) as apply:
        for _ in apply(begun, [str(tmp_path)] * MANY, range(MANY)):
            raise KeyboardInterrupt
    for one in active_children():
        if one not in before:
            one.join()
    assert len(list(tmp_path.iterdir())) < MANY
