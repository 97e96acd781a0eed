"""A cell taken through a protocol: ends are what they are called, failures keep what there was, nothing is silent."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from heterofilm import HeterofilmError, SimulationError, simulate
from heterofilm.protocol import Loop, discharge, gitt, rest


def test_a_step_without_a_limit_ends_at_the_window():
    steps = simulate("vo-half", "Discharge at 20 uA/cm2; Charge at 20 uA/cm2", detail=False).steps
    assert steps["end"].to_list() == ["2.15 V (window)", "3.8 V (window)"]
    assert steps["end_voltage_V"].to_list() == pytest.approx([2.15, 3.8], abs=1e-5)


@pytest.mark.parametrize("keep", [None, []])
def test_a_limit_that_is_met_at_once_is_said_alike_in_every_cycle(keep):
    """Whether its curves are kept or not, in the first cycle as in the third."""
    text = "3 x (Discharge at 20 uA/cm2 until 3 V; Rest for 1 min; Discharge at 20 uA/cm2 until 3.2 V)"
    record = simulate("vo-half", text, detail=False, keep=keep)
    ends = record.steps["end"].to_list()
    assert ends == ["3 V", "1 min", "3.2 V at once", *(["3 V"] if ends[3] == "3 V" else ["3 V at once"]), *ends[4:]]
    assert [end for end in ends if end.startswith("3.2 V")] == ["3.2 V at once"] * 3
    assert "over at once" in str(record.meta["notes"])


def test_a_run_that_does_nothing_at_all_is_refused():
    with pytest.raises(HeterofilmError, match="over before it begins"):
        simulate("vo-half", "2 x (Charge at 5 uA/cm2 until 3.0 V)")


@pytest.mark.parametrize("keep", [None, []])
def test_a_run_that_fails_keeps_what_it_had(keep, tmp_path):
    """The record of a failure has all steps before it and the failing one, and says what happened."""
    text = "2 x (Discharge at 20 uA/cm2 until 3 V; Charge at 20 uA/cm2 until 3.6 V); Discharge at 20 uA/cm2 until 2.5 V"
    good = simulate("vo-half", text, detail=False, keep=keep)
    with pytest.raises(SimulationError, match="never reaches its limit") as caught:
        simulate("vo-half", f"{text}; Rest until 2 V", detail=False, keep=keep)
    record = caught.value.record
    assert record.steps.head(4).equals(good.steps.head(4)) and record.steps.height == 6
    assert record.steps["end"][5] == "failed: no limit was reached"
    assert record.meta["incomplete"] == str(caught.value) and "incomplete" in repr(record)
    record.write(tmp_path / "partial.nc")


def test_a_loop_ends_at_its_voltage_on_the_way_there():
    """`until 2.5 V` from above is met by discharging; a charge in the loop is not ended by it."""
    text = "9 x until 2.5 V (Discharge at 40 uA/cm2 for 20 min; Charge at 40 uA/cm2 for 5 min)"
    steps = simulate("vo-half", text, detail=False).steps
    assert steps["end"].to_list()[-2:] == ["2.5 V", "5 min"]
    assert set(steps.filter(pl.col("kind") == "charge")["end"]) == {"5 min"}


def test_a_loop_that_has_passed_its_voltage_ends_at_once():
    """A titration that begins below its last potential does nothing and says so; it does not run on and on."""
    text = "Discharge at 40 uA/cm2 until 2.4 V; GITT discharge at 20 uA/cm2 for 10 min, rest for 1 min, until 3 V"
    steps = simulate("vo-half", text, detail=False).steps
    assert steps["end"].to_list() == ["2.4 V", "3 V at once", "1 min"]


def test_a_label_switches_nothing():
    """The curves of a titration are kept because it is one; a loop that is called alike may not be."""
    body = discharge(80, "uA/cm2", until="1 min"), rest("10 s")
    with pytest.raises(HeterofilmError, match="is kept for titrations"):
        Loop(3, body, "GITT")
    titration = gitt(discharge(20, "uA/cm2", until="10 min"), "10 min", until="3.3 V")
    assert simulate("vo-half", titration, detail=False).steps["label"].unique().to_list() == ["GITT"]
    plain = simulate("vo-half", Loop(150, body, "pulses"), detail=False)
    assert plain.frame["cycle"].n_unique() < 20 < plain.steps["cycle"].n_unique()


def load(tmp_path, head: str, rows: str) -> str:
    (tmp_path / "load.csv").write_text(f"{head}\n{rows}\n")
    return f'Follow "{tmp_path / "load.csv"}"'


@pytest.mark.parametrize("rows", ["0,0\n10,20\n20,0\n30,0\n40,-5", "0,0\n10,0\n20,20", "0,0\n10,0\n10,20\n20,20"])
def test_a_load_begins_from_rest_and_moves_its_charge(tmp_path, rows):
    record = simulate("vo-half", load(tmp_path, "time / min, current / uA cm-2", rows), start=3.4)
    t, i = np.array([row.split(",") for row in rows.split()], float).T
    assert record.frame["charge_C_m2"][-1] == pytest.approx(0.6 * np.trapezoid(i, t), rel=1e-3)
    assert record.frame["time_s"][-1] == pytest.approx(60.0 * t[-1])


def test_a_load_ends_at_its_first_limit(tmp_path):
    text = load(tmp_path, "time / min, current / uA cm-2", "0,20\n300,20")
    ends = [
        simulate("vo-half", f"{text} {limit}").steps for limit in ("until 3 V", "for 5 min", "until 3 V or for 5 min")
    ]
    assert [steps["end"][0] for steps in ends] == ["3 V", "5 min", "5 min"]
    assert ends[0]["end_voltage_V"][0] == pytest.approx(3.0, abs=1e-5)
    assert ends[1]["t_end"][0] == pytest.approx(300.0)


def test_a_record_can_be_followed_as_it_was_written(tmp_path):
    """Its csv (Battery Data Format: volts first, amperes positive on charge) gives the same charges again."""
    text = "Discharge at 20 uA/cm2 until 3 V; Rest for 5 min; Charge at 20 uA/cm2 until 3.4 V"
    record = simulate("vo-half", text, detail=False)
    record.write(tmp_path / "own.csv")
    again = simulate("vo-half", f'Follow "{tmp_path / "own.csv"}"', detail=False)
    total = record.frame.group_by("step", maintain_order=True).last()["charge_C_m2"].sum()
    assert again.frame["charge_C_m2"][-1] == pytest.approx(total, rel=1e-3)
    assert "Battery Data Format" in str(again.meta["notes"]) and "Follow voltage of" in str(again.meta["notes"])
    volts = simulate("vo-half", f'Follow voltage of "{tmp_path / "own.csv"}"', detail=False)
    assert volts.frame["charge_C_m2"][-1] == pytest.approx(total, rel=0.05)
