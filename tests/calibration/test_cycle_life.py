"""Lives with jumps over cycles against lives in which every cycle is run."""

from __future__ import annotations

import pytest

from heterofilm.calibration import cycle_life
from heterofilm.calibration.cycle_life import life
from heterofilm.cell import Cell


def test_a_jump_is_of_second_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """150 cycles of VOC1, a quarter of which lose most: within 0.002 of those run one by one, with a third of them."""
    cell = Cell.load("voc1-half")
    jumped = life(cell, 5.0, 150)
    monkeypatch.setattr(cycle_life, "LARGEST_LOSS", 0.0)
    every = life(cell, 5.0, 150)
    assert every.cycle.size == 150 and jumped.cycle.size <= 50
    assert jumped.retention == pytest.approx(every.retention, abs=2e-3) and every.retention < 0.9
