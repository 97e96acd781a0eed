"""Charge and energy by direction: those of the record's steps, whatever its rows are."""

import numpy as np
import polars as pl
import pytest

from heterofilm.analysis.electrochemistry.cycles import cycle_table
from heterofilm.analysis.electrochemistry.halves import halves_of
from heterofilm.records.columns import passed
from heterofilm.records.record import Record
from heterofilm.simulation.run import simulate

CCCV = "2 x (Discharge at 2C; Charge at 2C; Hold at 4.2 V until C/20)"


@pytest.fixture(scope="module", params=[2e-3, 5e-2], ids=["fine", "coarse"])
def held(request) -> Record:
    """CCCV cycles, recorded finely and so that its holds have few rows."""
    return simulate("lco-atfb", CCCV, dV=request.param)


def test_a_table_has_the_charge_and_the_energy_of_the_steps(held):
    """Both to 1e-9, and with them the efficiencies: the current between two rows is not known, the charge is exact."""
    table = cycle_table(held)
    sides = {"discharge": ["discharge"], "charge": ["charge", "hold"]}
    Q, E = {}, {}
    for side, kinds in sides.items():
        own = held.steps.filter(pl.col("kind").is_in(kinds)).group_by("cycle", maintain_order=True)
        own = own.agg(pl.col("capacity_C_m2").sum(), pl.col("energy_J_m2").sum())
        Q[side], E[side] = own["capacity_C_m2"].to_numpy(), own["energy_J_m2"].to_numpy()
        assert table[f"{side}_C_m2"].to_numpy() == pytest.approx(Q[side], rel=1e-9)
        assert table[f"{side}_V"].to_numpy() == pytest.approx(E[side] / Q[side], rel=1e-9)
    assert table["coulombic_efficiency"][1] == pytest.approx(Q["discharge"][1] / Q["charge"][0], rel=1e-9)
    assert table["energy_efficiency"][1] == pytest.approx(E["discharge"][1] / E["charge"][0], rel=1e-9)


def test_a_closed_cycle_gives_back_what_was_put_in(held):
    """No side reaction: the hold brings the cell back to within C/20 of where it was, 0.06 % of its charge."""
    assert cycle_table(held)["coulombic_efficiency"][1] == pytest.approx(1.0, abs=3e-4)


def test_sweeps_move_in_both_directions_what_their_step_says():
    """Forth and back together are the capacity of the step, their difference the charge that remains."""
    record = simulate("vo-half", "CV between 2.2 V and 3.8 V at 1 mV/s for 2 cycles")
    for step in record.steps.iter_rows(named=True):
        own = halves_of(record.step(step["step"]))
        by = dict(own.select("side", "Q").iter_rows())
        E = dict(own.select("side", "E").iter_rows())
        forth, back = by.get("discharge", 0.0), by.get("charge", 0.0)
        frame = record.step(step["step"]).frame
        assert forth + back == pytest.approx(step["capacity_C_m2"], rel=1e-9)
        assert forth - back == pytest.approx(frame["charge_C_m2"][-1], rel=1e-9)
        assert abs(E.get("discharge", 0.0) - E.get("charge", 0.0)) == pytest.approx(step["energy_J_m2"], rel=1e-9)
        integral = np.trapezoid(np.abs(frame["current_A_m2"]), frame["time_s"])
        assert step["capacity_C_m2"] == pytest.approx(integral, rel=0.02)  # of a sparse current


def test_a_sweep_keeps_its_curve():
    """Also in a cycle whose curves nobody asked for: without it the charge of each direction would be unknown."""
    record = simulate("vo-half", "2 x (Discharge at 1C; Sweep to 3.8 V at 1 mV/s)", keep=[])
    assert set(record.steps.filter(pl.col("kind") == "sweep")["step"]) <= set(record.frame["step"])


def test_the_charge_that_passed_goes_on_over_the_steps(held):
    """At the end it is the sum over all steps with their signs."""
    ends = held.frame.group_by("step", maintain_order=True).agg(pl.col("charge_C_m2").last())["charge_C_m2"]
    through = passed(held.frame)
    assert through[-1] == pytest.approx(ends.sum(), abs=1e-9 * ends.abs().sum())
    assert through.diff().abs().max() <= held.frame["charge_C_m2"].abs().max()


def test_what_moved_before_the_first_row_has_its_energy():
    """A step of 3 V whose first row comes after 10 C/m2 of 100: energy over charge is 3 V."""
    frame = pl.DataFrame(
        {"time_s": [1.0, 5.0, 10.0], "voltage_V": [3.0] * 3, "current_A_m2": [10.0] * 3,
         "charge_C_m2": [10.0, 50.0, 100.0], "step": [1] * 3, "cycle": [1] * 3}
    )  # fmt: skip
    assert cycle_table(Record(frame))["discharge_V"][0] == pytest.approx(3.0, rel=1e-12)
