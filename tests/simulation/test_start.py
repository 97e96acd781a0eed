"""Where a run starts: at a potential, a state of charge, or where another run ended."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from heterofilm import Cell, HeterofilmError, Record, simulate
from heterofilm.cell.rest import film_lithium as lithium
from heterofilm.cell.rest import rest_potentials
from heterofilm.simulation.start import beginning

VOC1 = Cell.load("voc1-half")
ONE = "1 x (Discharge at 20 uA/cm2 until 2.8 V; Charge at 20 uA/cm2 until 3.4 V)"
TWO = "Rest for 10 min; Discharge at 40 uA/cm2 until 2.3 V; EIS from 1 kHz to 1 Hz"


def test_a_potential_is_given_as_a_number_or_as_text():
    a, b, c = (simulate("vo-half", "Rest for 1 min", start=start) for start in (3.3, "3.3 V", "3300 mV"))
    assert a.frame.equals(b.frame) and b.frame.equals(c.frame)
    assert a.frame["voltage_V"][0] == pytest.approx(3.3, abs=1e-9)


def test_a_state_of_charge_is_a_share_of_the_charge_between_the_cut_offs():
    """Lithium in the film at 25 %: a quarter of the way from the discharged to the charged film, to 1e-9.

    Between two films the cut-offs are differences of potentials, which the lithium of both fixes.
    """
    for cell in (Cell.load("vo-half"), VOC1, Cell.load("lco-lto"), Cell.load("v2o5-lco")):
        low, high = (lithium(cell, rest_potentials(cell, V)[0]) for V in cell.window)
        for share in (0.0, 0.25, 0.5, 1.0):
            state = beginning(cell, f"{100 * share} %").state
            U = float(state.y[-2])  # the electrode at rest
            assert lithium(cell, U) == pytest.approx(low + share * (high - low), rel=1e-9), share
    assert beginning(VOC1, "100 %").state.y.tobytes() == beginning(VOC1, None).state.y.tobytes()


@pytest.mark.parametrize("detail", [True, False])
def test_a_run_in_two_pieces_is_the_run_in_one(detail):
    """The state at the end of a cycle is all that the next one needs: every number is the same."""
    whole = simulate(VOC1, f"{ONE}; {TWO}", detail=detail)
    first = simulate(VOC1, ONE, detail=detail)
    second = simulate(VOC1, TWO, detail=detail, start=first)
    then = first.steps["t_end"][-1]
    rest = whole.frame.filter(pl.col("step") > 2)
    for column in set(rest.columns) - {"step", "cycle", "time_s"}:
        assert second.frame[column].equals(rest[column]), column
    assert second.frame["time_s"].to_numpy() + then == pytest.approx(rest["time_s"].to_numpy(), abs=1e-9)
    assert second.impedance.drop("step", "cycle").equals(whole.impedance.drop("step", "cycle"))
    assert np.array_equal(second.states.rows[-1], whole.states.rows[-1])


def test_a_run_goes_on_from_any_step_and_from_a_file(tmp_path):
    whole = simulate(VOC1, f"{ONE}; {TWO}")
    at_one = simulate(VOC1, "Charge at 20 uA/cm2 until 3.4 V", start=whole.step(1))
    assert at_one.frame["voltage_V"].equals(whole.step(2).frame["voltage_V"])
    path = whole.write(tmp_path / "whole.nc")
    assert Record.read(path).equals(whole)
    a, b, c = (simulate(VOC1, "Rest for 1 h", start=start) for start in (whole, path, str(path)))
    assert a.equals(b) and b.equals(c)


def test_the_health_of_the_cell_goes_with_it():
    """20 cycles and 20 more from the record are 40 cycles: the film goes on ageing from where it was."""
    cycles = "20 x (Discharge at 80 uA/cm2 until 2.15 V; Charge at 80 uA/cm2 until 3.8 V)"
    twice = cycles.replace("20 x", "40 x")
    whole = simulate("voc1-half", twice, detail=False, keep=[])
    first = simulate("voc1-half", cycles, detail=False, keep=[])
    second = simulate("voc1-half", cycles, detail=False, keep=[], start=first)
    assert second.steps["capacity_C_m2"].equals(whole.steps["capacity_C_m2"][40:])
    assert second.steps["active_share"].equals(whole.steps["active_share"][40:])
    assert first.states.step.tolist() == [40]


def test_a_soak_is_a_temperature_and_a_rest_there_and_is_exported():
    record = simulate("vo-half", "Rest for 1 min; Soak at 45 degC for 10 min; Discharge at 20 uA/cm2 until 3 V")
    assert record.steps["kind"].to_list() == ["rest", "temperature", "rest", "discharge"]
    kelvin = record.frame.group_by("step", maintain_order=True).agg(pl.col("temperature_K").unique().first())
    assert kelvin["temperature_K"].to_list() == [298.15, 318.15, 318.15]
    assert record.meta["temperature_K"] == 298.15
    assert record.bdf()["Ambient Temperature / degC"].unique(maintain_order=True).to_list() == pytest.approx([25, 45])
    onwards = simulate("vo-half", "Rest for 1 min", start=record)
    assert onwards.meta["temperature_K"] == 318.15 and "318.15 K" in str(onwards.meta["notes"])


def test_a_state_of_another_film_or_mesh_is_refused_and_other_values_are_said():
    record = simulate("vo-half", "Rest for 1 min")
    with pytest.raises(HeterofilmError, match="whose film is VO, but that of 'voc1-half' is VOC1"):
        simulate(VOC1, "Rest for 1 min", start=record)
    with pytest.raises(HeterofilmError, match="has no states to start from"):
        simulate("vo-half", "Rest for 1 min", start=Record(record.frame))
    assert "other values" in str(
        simulate("vo-half", "Rest for 1 min", start=record, overrides={"phases.V2O5.D": 1e-12}).meta["notes"]
    )
    cycles = "12 x (Discharge at 80 uA/cm2 until 3 V; Charge at 80 uA/cm2 until 3.6 V)"
    few = simulate("vo-half", cycles, keep=[2])
    with pytest.raises(HeterofilmError, match="the states at the ends of the steps 3, 4, 24, not of 1"):
        few.states.at(1)


def test_a_state_of_another_thickness_is_said_to_be_one():
    """Its charge is another: with both thicknesses, and nothing of them where they are the same."""
    step = "Discharge at 20 uA/cm2 for 60 s"
    record = simulate("vo-half", step, overrides={"films.VO.thickness": "500 nm"})
    said = str(simulate("vo-half", step, start=record).meta["notes"])
    assert "of a film of 500 nm, not 300 nm" in said
    assert "film of" not in str(simulate("vo-half", step, start=simulate("vo-half", step)).meta.get("notes", ""))


def test_a_run_goes_on_from_a_file_as_from_its_record(tmp_path):
    """Written as .nc or as .parquet: the same rows to the last digit."""
    step = "Discharge at 20 uA/cm2 for 60 s"
    record = simulate("vo-half", step)
    wanted = simulate("vo-half", step, start=record)
    for name in ("a.nc", "a.parquet"):
        assert simulate("vo-half", step, start=str(record.write(tmp_path / name))).frame.equals(wanted.frame)
