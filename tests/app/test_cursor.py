"""The readout at a point of a curve: the point that was meant, losses that add up, states as in the record."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.app.cursor import nearest, readout
from heterofilm.cell import Cell
from heterofilm.records.record import Record
from heterofilm.simulation.oxidation import oxidation_states
from heterofilm.simulation.run import simulate

CELL = "voc1-half"


@pytest.fixture(scope="module")
def record() -> Record:
    return simulate(CELL, "Discharge at 80 uA/cm2 until 2.15 V")


def test_a_point_of_the_figure_is_its_row(record: Record) -> None:
    charge, voltage = (record.frame[name].to_numpy() for name in ("charge_C_m2", "voltage_V"))
    for row in np.linspace(0, record.frame.height - 1, 12).astype(int):
        found = nearest(record, charge[row] / charge.max(), voltage[row])
        assert abs(charge[found] - charge[row]) < 1e-6 * charge.max()


def test_losses_are_what_is_missing_to_rest(record: Record) -> None:
    """The voltage at rest less all losses is the voltage, to the digits that are shown."""
    row = record.frame.height // 2
    told = dict(readout(record, Cell.load(CELL), row))
    lost = sum(float(value.split()[0]) for name, value in told.items() if name.startswith("lost to"))
    rest, voltage = (float(told[name].split()[0]) for name in ("at rest, without hysteresis", "voltage"))
    assert abs(1e3 * (rest - voltage) - lost) < 0.01 * abs(lost) + 0.5


def test_states_are_those_of_the_record(record: Record) -> None:
    row = record.frame.height // 3
    told = dict(readout(record, Cell.load(CELL), row))
    states = oxidation_states(record, Cell.load(CELL)).row(row, named=True)
    assert {name.split()[0] for name in told if name.endswith("at the surface")} == set(states)
    bare = simulate(CELL, "Discharge at 80 uA/cm2 until 2.15 V", detail=False)
    assert len(readout(bare, Cell.load(CELL), 3)) <= 3
