"""Runs of a study by cell and current, and what draws of the calibration keep of them."""

from __future__ import annotations

import pytest

from heterofilm.cell import Cell
from heterofilm.records.record import Record
from heterofilm.simulation.run import simulate
from heterofilm.study.results import Runs, current_of

CYCLE = "(Discharge at {0} uA/cm2 until 2.15 V; Charge at {0} uA/cm2 until 3.8 V)"


def _record(protocol: str, **options: object) -> Record:
    return simulate("vo-half", protocol, detail=False, dV=0.01, ageing=False, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def runs() -> Runs:
    """A discharge, and a rate test of which a draw keeps no curve."""
    tests = {
        "rate": _record("; ".join("1 x " + CYCLE.format(i) for i in (20, 80)), keep=()),
        "long": _record("2 x " + CYCLE.format(40), keep=()),
        "discharge": _record("Discharge at 20 uA/cm2 until 2.15 V"),
        "rest": _record("Rest for 1 h; Discharge at 20 uA/cm2 until 2.15 V"),
    }
    cell = Cell.load("vo-half")
    return Runs({cell.name: cell}, {(cell.name, name): record for name, record in tests.items()})


def test_a_current_is_told_without_curves(runs: Runs) -> None:
    """Charge over time of a step at constant current is that current, whether its curve was kept or not."""
    assert runs.records["vo-half", "long"].frame.height == 0
    assert current_of(runs.records["vo-half", "long"]) == 40.0
    assert list(runs.discharges("vo-half")) == [20.0, 40.0]  # slowest first, of tests that begin with a discharge


def test_the_shortest_test_of_a_current_counts(runs: Runs) -> None:
    """So that a curve is there where any test has one: the single discharge, not the rate test."""
    assert runs.discharge("vo-half", 20.0) is runs.records["vo-half", "discharge"]
    assert runs.discharge("vo-half", 80.0) is None and runs.discharges("other") == {}
    assert runs.capacity("vo-half", 40.0) == pytest.approx(runs.records["vo-half", "long"].capacity(step=1))
