"""Steps as control equations: each mode holds what it says it holds, and every limit ends where it says."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from heterofilm import HeterofilmError, simulate


def last(record, column):
    return float(record.frame[column][-1])


def test_a_hold_holds_its_voltage_until_the_current_has_fallen():
    record = simulate("vo-half", "Discharge at 20 uA/cm2 until 2.5 V; Hold at 2.5 V until 2 uA/cm2").step(2)
    assert record.frame["voltage_V"].to_numpy() == pytest.approx(2.5, abs=1e-5)  # between steps it is interpolated
    assert last(record, "current_A_m2") == pytest.approx(0.02, rel=1e-4)
    assert record.steps["end"][0] == "2 uA/cm2"


def test_constant_power_is_current_times_voltage():
    record = simulate("vo-half", "Discharge at 50 uW/cm2 until 2.15 V")
    power = record.frame["voltage_V"] * record.frame["current_A_m2"]
    assert power.to_numpy()[1:] == pytest.approx(0.5, rel=2e-3)


def test_a_resistance_draws_voltage_over_resistance():
    record = simulate("vo-half", "Discharge at 200 kohm until 2.5 V")
    area = float(record.meta["area_m2"])
    ohms = record.frame["voltage_V"] / (record.frame["current_A_m2"] * area)
    assert ohms.to_numpy()[1:] == pytest.approx(2e5, rel=2e-3)


def test_a_rest_ends_where_the_voltage_changes_slowly_enough():
    text = "Discharge at 80 uA/cm2 until 2.3 V; Rest until |dV/dt| < 5 mV/h"
    record = simulate("vo-half", text, rtol=1e-5).step(2)
    t, V = record.frame["time_s"].to_numpy(), record.frame["voltage_V"].to_numpy()
    slopes = np.abs(np.diff(V) / np.diff(t)) * 3.6e6
    assert slopes[-2] > 5.0 > 0.7 * slopes[-1]  # the limit lies within the last step
    assert record.steps["end"][0] == "|dV/dt| < 5 mV/h"


def test_a_sweep_runs_at_its_rate_to_its_vertex():
    record = simulate("vo-half", "CV between 2.5 V and 3.8 V at 0.5 mV/s")
    for step, end in ((1, 2.5), (2, 3.8)):
        frame = record.step(step).frame
        t, V = frame["time_s"].to_numpy(), frame["voltage_V"].to_numpy()
        assert last(record.step(step), "voltage_V") == pytest.approx(end, abs=1e-6)
        assert abs(V[-1] - V[0]) / (t[-1] - t[0]) == pytest.approx(5e-4, rel=1e-6)


def test_a_load_follows_its_file(tmp_path):
    (tmp_path / "load.csv").write_text("time / min, current / uA cm-2\n0,5\n10,20\n20,-5\n")
    (tmp_path / "p.txt").write_text('Follow "load.csv"')
    frame = simulate("vo-half", str(tmp_path / "p.txt")).frame
    t, i = frame["time_s"].to_numpy(), frame["current_A_m2"].to_numpy()
    assert i == pytest.approx(np.interp(t, [0, 600, 1200], [0.05, 0.2, -0.05]), abs=1e-3)
    assert last(simulate("vo-half", str(tmp_path / "p.txt")), "charge_C_m2") == pytest.approx(
        np.trapezoid([0.05, 0.2, -0.05], [0, 600, 1200]), rel=1e-3
    )


def test_warmer_is_faster():
    """Arrhenius: the same discharge gives more at 60 degC, and the record of steps says when that began."""
    cold, warm = (
        simulate("vo-half", f"{t}Discharge at 80 uA/cm2 until 2.15 V") for t in ("", "Set temperature to 60 degC; ")
    )
    assert warm.capacity() > 1.2 * cold.capacity()
    assert warm.steps["kind"].to_list() == ["temperature", "discharge"]


def test_a_titration_ends_with_its_voltage():
    record = simulate("vo-half", "GITT discharge at 20 uA/cm2 for 20 min, rest for 30 min, until 2.3 V", detail=False)
    kinds = record.steps["kind"].to_list()
    assert kinds == ["discharge", "rest"] * (len(kinds) // 2)
    assert record.steps["end"].to_list()[-2] == "2.3 V" and set(record.steps["end"][:-2]) == {"20 min", "30 min"}


def test_impedance_within_a_protocol_stands_at_its_state():
    record = simulate("vo-half", "EIS from 1 kHz to 1 Hz; Discharge at 20 uA/cm2 until 3 V; EIS from 1 kHz to 1 Hz")
    assert record.impedance is not None
    V = record.impedance.group_by("step", maintain_order=True).first()["voltage_V"].to_list()
    assert pytest.approx([3.8, 3.0], abs=1e-6) == V
    parts = [c for c in record.impedance.columns if c.endswith("_re_ohm_m2") and not c.startswith("Z_")]
    total = record.impedance.select(pl.sum_horizontal(parts)).to_series()
    assert total.to_numpy() == pytest.approx(record.impedance["Z_re_ohm_m2"].to_numpy())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Hold at 30 V for 1 h", "mV for V"),
        ("Discharge at 5 W/cm2 until 2 V", "check the unit"),
        ("Discharge at 5 uA/cm2 until 2.15 V; Hold at 2.15 V until 100000 A", "check the unit"),
        ("Set temperature to 400 degC; Rest for 1 h", "between 150 and 600 K"),
    ],
)
def test_what_no_cycler_would_do_is_refused(text, says):
    with pytest.raises(HeterofilmError, match=says):
        simulate("vo-half", text)
