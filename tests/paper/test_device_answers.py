"""What the model says of the paper's device."""

import pytest

from heterofilm.cell import Cell
from heterofilm.device.stack import Stack
from heterofilm.paper.answers import ANSWERS
from heterofilm.paper.claims import claim
from heterofilm.paper.device_answers import CELL, DEVICE
from heterofilm.simulation.run import simulate
from heterofilm.study.results import Runs


@pytest.fixture(scope="module")
def runs() -> Runs:
    cell = Cell.load(CELL)
    records = {
        (CELL, f"d{i}"): simulate(cell, f"Discharge at {i} uA/cm2 until {cell.window[0]} V") for i in (5, 20, 80)
    }
    return Runs({CELL: cell}, records)


def test_bending_to_half_a_turn_changes_less_than_a_percent(runs: Runs) -> None:
    answer = ANSWERS["bend"](runs, claim("bend"))
    assert answer.agrees and "mm to" not in answer.text and " mm)" in answer.note


def test_the_diode_is_lit_and_its_area_is_said(runs: Runs) -> None:
    answer = ANSWERS["led"](runs, claim("led"))
    assert answer.agrees and "on 1 cm2" in answer.text and "assumed" in answer.note


def test_the_energy_is_that_of_the_cells_own_discharge(runs: Runs) -> None:
    answer = ANSWERS["iot-need"](runs, claim("iot-need"))
    energy = runs.discharge(CELL, 5.0).steps["energy_J_m2"][0] * Stack.load(DEVICE).active_area / 3600.0
    assert float(answer.text) == pytest.approx(energy, rel=0.05)
    assert answer.agrees == (1e-7 <= energy <= 1e-3)
