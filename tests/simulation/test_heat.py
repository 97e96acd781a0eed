"""A cell that warms: heat and work add up, warming follows its closed forms, and rates follow the temperature."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm import Cell, simulate
from heterofilm.device.stack import STILL_AIR, Stack
from heterofilm.errors import HeterofilmError
from heterofilm.library.schema import Thermal
from heterofilm.records.record import Record
from heterofilm.simulation import heat

T_0 = 298.15
DOWN = "Discharge at 40 uA/cm2 until 2.3 V"


def warm(exchange: str, capacity: str = "2 mJ/cm2/K", **values: object) -> Cell:
    """A V2O5 cell with a heat capacity and an exchange."""
    content = {
        "name": "warm", "title": "warm", "film": "VO", "electrolyte": "LiPON", "area": "1 cm2",
        "series_resistance": "5 ohm cm2", "lower_voltage": "2.15 V", "upper_voltage": "3.8 V",
        "thermal": {"heat_capacity": capacity, "exchange": exchange},
    }  # fmt: skip
    return Cell.from_dict(content | values)


def columns(record: Record) -> tuple[np.ndarray, ...]:
    keys = ("time_s", "current_A_m2", "voltage_V", "reversible_V", *heat.COLUMNS)
    return tuple(record.frame[key].to_numpy() for key in keys)


def test_adiabatic_heating_is_the_integral_of_what_the_voltage_lacks_and_of_entropy() -> None:
    """c (T - T_0) = int i (U - V) - i T dU/dT dt, with U and V of the record and dU/dT from the cell at two
    temperatures."""
    cell = warm("0 W/m2/K").replace({"phases.V2O5.couples.0.dU0_dT": 0.2, "phases.V2O5.couples.2.dU0_dT": -0.3})
    record = simulate(cell, DOWN)
    t, i, V, U, T, irreversible, reversible = columns(record)
    assert T[-1] - T_0 > 0.5
    # U - V of the record, and energies: what the film gave at rest less what came out
    leak = cell.model.electrolyte.G * U**2  # which heats too
    assert irreversible == pytest.approx(i * (U - V) + leak, rel=1e-5, abs=1e-7)
    assert 20.0 * (T[-1] - T_0) == pytest.approx(np.trapezoid(i * (U - V) + leak + reversible, t), rel=1e-5)
    # the potential at rest of a fresh film with the same lithium, 2 K apart: entropy at the middle of the run
    k = t.size // 2
    filling = record.frame["filling_V2O5"].to_numpy()[k]
    slope = (_at_filling(cell, filling, 299.15) - _at_filling(cell, filling, 297.15)) / 2.0
    assert reversible[k] == pytest.approx(-i[k] * T[k] * slope, rel=2e-2)


def _at_filling(cell: Cell, filling: float, T: float) -> float:
    """Potential (V) of the reversible film at a filling and temperature, by bisection of its own curve."""
    from heterofilm.engine.msmr import filling as curve

    m = cell.at(T).model.matrix
    low, high = 1.0, 5.0
    for _ in range(80):
        U = 0.5 * (low + high)
        low, high = (U, high) if curve(U, 0.0, 1.0, m.couples, m.b, m.U_ref)[0] > filling else (low, U)
    return U


def test_over_a_closed_cycle_heat_is_the_work_that_was_lost() -> None:
    """Back at the same lithium, heat is the electrical energy that went in and did not come out; hysteresis counts."""
    cell = warm("1000 W/m2/K").replace({"phases.V2O5.couples.2.dU0_dT": 0.5})
    down = simulate(cell, "Discharge at 5 uA/cm2 until 3 uAh/cm2; Rest for 10 h", start="3 V")
    back = simulate(cell, "Charge at 5 uA/cm2 until 3 uAh/cm2; Rest for 10 h", start=down)
    assert [one.steps["end"][0] for one in (down, back)] == 2 * ["3 uAh/cm2"]
    lost = down.steps["energy_J_m2"][0] - back.steps["energy_J_m2"][0]
    produced = 0.0
    for record in (down, back):
        t, *_, irreversible, reversible = columns(record)
        produced += float(np.trapezoid(irreversible + reversible, t))
    assert lost < 0.0 and produced == pytest.approx(-lost, rel=2e-2)


def test_a_warm_cell_cools_with_its_time_constant() -> None:
    """Brought into other surroundings at rest: T - T_1 = (T_0 - T_1) exp(-h t/c)."""
    h, c = 10.0, 20.0
    record = simulate(warm(f"{h} W/m2/K"), "Set temperature to 35 degC; Rest for 10 s")
    t, *_, T, _, _ = columns(record)
    assert pytest.approx(308.15 - 10.0 * np.exp(-h * t / c), abs=1e-3) == T


def test_heat_that_goes_at_once_leaves_what_the_exchange_holds() -> None:
    """With little heat capacity T - T_0 is the heat over the exchange at all times, but for the 2 s it takes and half
    the way between two recorded points."""
    record = simulate(warm("0.5 W/m2/K", "0.1 mJ/cm2/K"), DOWN)
    t, *_, T, irreversible, reversible = columns(record)
    settled = (irreversible + reversible) / 0.5
    assert np.ptp(T) > 0.05 and np.trapezoid(np.abs(T - T_0 - settled), t) / t[-1] < 5e-3


def test_rates_follow_the_temperature(monkeypatch: pytest.MonkeyPatch) -> None:
    """Adiabatic, the cell gives more than at its surroundings and less than at its end; halving the stretches changes a
    tenth of a percent at most, and stretches as wide as you like are the cell that does not warm."""
    isothermal = {T: simulate(Cell.load("vo-atfb").at(T), DOWN).steps["capacity_C_m2"][0] for T in (T_0, T_0 + 2.0)}
    found = {}
    for stretch in (0.4, 0.1, 0.05, 1e9):
        monkeypatch.setattr(heat, "STRETCH", stretch)
        record = simulate(warm("0 W/m2/K"), DOWN)
        found[stretch] = record.steps["capacity_C_m2"][0]
    assert isothermal[T_0] < found[0.05] < isothermal[T_0 + 2.0]
    assert abs(found[0.1] - found[0.05]) < 1e-3 * found[0.05]
    assert abs(found[0.1] - found[0.05]) < 0.2 * (found[0.05] - isothermal[T_0])
    assert found[1e9] == pytest.approx(isothermal[T_0], rel=1e-9)


def test_lithium_is_conserved_while_the_cell_warms() -> None:
    record = simulate(warm("0 W/m2/K"), f"{DOWN}; Charge at 40 uA/cm2 until 3.8 V")
    missed = np.abs(record.steps["lithium_missed_C_m2"].to_numpy()).max()
    assert missed < 1e-9 * record.meta["theoretical_capacity_C_m2"]
    assert "warmest" in record.meta["notes"]


def test_a_run_goes_on_at_the_temperature_it_ended_with() -> None:
    """What is left after a discharge is what a run that goes on begins with; its surroundings are the cell's own."""
    cell = warm("0 W/m2/K")
    first = simulate(cell, DOWN)
    after = simulate(cell, "Rest for 1 min", start=first)
    assert after.frame["temperature_K"][0] == pytest.approx(first.frame["temperature_K"][-1], abs=1e-9)


def test_a_stack_knows_its_heat_capacity(tmp_path: object) -> None:
    """Of all its layers, substrate included, over the active area; both faces give heat to the air."""
    stack = Stack.load("voc1-polyimide")
    thermal = stack.warming().entries.spec.thermal
    assert isinstance(thermal, Thermal)
    assert thermal.heat_capacity.si * stack.active_area == pytest.approx(stack.heat_capacity)
    assert thermal.exchange.si * stack.active_area == pytest.approx(2.0 * STILL_AIR * stack.footprint)
    with pytest.raises(HeterofilmError, match="not below zero"):
        stack.warming(-1.0)


@pytest.mark.parametrize(
    ("capacity", "exchange", "said"),
    [("0 mJ/cm2/K", "1 W/m2/K", "heat_capacity"), ("2 mJ/cm2/K", "-1 W/m2/K", "exchange"), ("2 K", "0 W/m2/K", "K")],
)
def test_impossible_heat_is_refused(capacity: str, exchange: str, said: str) -> None:
    with pytest.raises(HeterofilmError, match=said):
        warm(exchange, capacity)
