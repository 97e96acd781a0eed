"""Which charge counts: counter or integral, by stated rules, and what of a gap counts."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.instruments import Measurement
from heterofilm.records.charge import FROM_CHARGE, SOURCES
from heterofilm.records.gaps import Doubt
from heterofilm.records.record import Record

N = 55  # rows a minute apart: 54 uAh at 1 mA are 900 uAh in 54 minutes


def half(**columns: np.ndarray) -> pl.DataFrame:
    """A discharge of 900 uAh whose voltage falls evenly."""
    table = {"time_s": 60.0 * np.arange(N), "voltage_V": 3.7 - 0.02 * np.arange(N), "current_A": np.full(N, 1e-3)}
    return pl.DataFrame(table | columns)


def record(frame: pl.DataFrame) -> Record:
    return Measurement("cycling", "a", frame).record(1e-4)


def charge(one: Record) -> float:
    return float(one.steps["capacity_C_m2"].sum() * 1e-4 / 3.6e-3)


def doubt(one: Record) -> Doubt:
    return Doubt(int(one.steps["doubt"][0]))


TRUTH = 1e-3 * 60.0 * np.arange(N)


def test_where_both_agree_the_counter_counts() -> None:
    """It differs by 0.5 %, as calibrations do."""
    one = record(half(charge_C=1.005 * TRUTH))
    assert charge(one) == pytest.approx(904.5) and one.meta["charge"] == "counter" and not doubt(one)


@given(st.integers(3, N - 4), st.floats(2e3, 1e7))
def test_a_gap_is_one_interval_unless_the_voltage_moved_on(k: int, long: float) -> None:
    """The voltage goes on from where it stood: the tester waited. Never current times the gap, and always a word."""
    one = record(half(time_s=60.0 * np.arange(N) + long * (np.arange(N) >= k)))
    assert charge(one) == pytest.approx(900.0) and doubt(one) == Doubt.PAUSED
    assert "one interval was counted" in str(one.meta["doubts"])


@given(st.integers(12, 30), st.integers(11, 20))
def test_a_current_flowed_through_a_gap_in_which_the_voltage_moved_on(k: int, lost: int) -> None:
    one = record(half().filter(~pl.Series(np.arange(N)).is_between(k, k + lost - 1)))
    assert charge(one) == pytest.approx(900.0) and doubt(one) == Doubt.FLOWED


def test_a_voltage_that_stands_still_tells_nothing_and_one_interval_counts() -> None:
    noise = 1e-4 * np.random.default_rng(1).standard_normal(N)
    one = record(half(time_s=60.0 * np.arange(N) + 1e5 * (np.arange(N) >= 30), voltage_V=3.4 + noise))
    assert charge(one) == pytest.approx(900.0) and doubt(one) & Doubt.PAUSED


@pytest.mark.parametrize("flows", [True, False])
def test_a_counter_tells_whether_a_current_flowed(flows: bool) -> None:
    time = 60.0 * np.arange(N) + 7200.0 * (np.arange(N) >= 30)
    one = record(half(time_s=time, charge_C=1e-3 * time if flows else TRUTH))
    assert charge(one) == pytest.approx(900.0 + (2000.0 if flows else 0.0)) and not doubt(one)
    assert one.meta["charge"] == "counter"


def test_a_counter_beyond_current_times_time_is_impossible() -> None:
    """In one of three steps: the other two say that the counter is understood."""
    steps = pl.concat([half().with_columns(time_s=pl.col("time_s") + 1e4 * k, step=pl.lit(k)) for k in range(3)])
    count = np.concatenate([TRUTH, TRUTH[-1] + 2.0 * TRUTH, 3.0 * TRUTH[-1] + TRUTH])
    one = record(steps.with_columns(charge_C=count))
    assert one.steps["capacity_C_m2"].to_list() == pytest.approx([3.24e4] * 3)
    assert one.steps["counted"].to_list() == [1, 0, 1] and Doubt.IMPOSSIBLE in Doubt(int(one.steps["doubt"][1]))
    assert "1800 uAh" in str(one.meta["doubts"]) and "the integral was used" in str(one.meta["doubts"])


def test_a_counter_that_stands_still_while_a_current_flows_is_not_believed() -> None:
    steps = pl.concat([half().with_columns(time_s=pl.col("time_s") + 1e4 * k, step=pl.lit(k)) for k in range(4)])
    stuck = np.minimum(TRUTH, TRUTH[30])
    count = np.concatenate([TRUTH, TRUTH[-1] + TRUTH, 2 * TRUTH[-1] + TRUTH, 3 * TRUTH[-1] + stuck])
    one = record(steps.with_columns(charge_C=count))
    assert one.steps["capacity_C_m2"].to_list() == pytest.approx([3.24e4] * 4)
    assert one.meta["charge"] == "counter and integral"


@pytest.mark.parametrize("factor", [1e-3, 1e3, -1.0, 3.6])
def test_a_counter_that_is_not_understood_counts_nowhere(factor: float) -> None:
    one = record(half(charge_C=factor * TRUTH))
    assert charge(one) == pytest.approx(900.0) and one.meta["charge"] == "integral"
    assert "differs from the integral" in str(one.meta["doubts"])


def test_the_same_doubt_in_words() -> None:
    assert Doubt.NONE.words() == "" and "; " in (Doubt.PAUSED | Doubt.DISAGREE).words()


def test_a_current_that_stops_in_a_gap_counts_one_interval() -> None:
    """One step of the file holds the discharge and the rest behind it; the first row of the rest comes 28 h later."""
    rest = pl.DataFrame({"time_s": 1e5 + 60.0 * np.arange(5), "voltage_V": 2.7, "current_A": 0.0})
    one = record(pl.concat([half(), rest]).with_columns(step=pl.lit(1)))
    assert charge(one) == pytest.approx(900.0 + 1.0e3 / 3600 * 30.0) and doubt(one) == Doubt.PAUSED


@pytest.mark.parametrize("factor", [1.0, 1.05, 3.0])
def test_a_current_made_of_the_counter_confirms_nothing(factor: float) -> None:
    """Whatever an integral of it gives: the counter is the only measurement, and no agreement is claimed."""
    frame = half(charge_C=factor * TRUTH)
    one = Measurement("cycling", "a", frame, {FROM_CHARGE: 1}).record(1e-4)
    assert charge(one) == pytest.approx(900.0 * factor) and one.meta["charge"] == "counter alone"
    assert "agreement" not in SOURCES["counter alone"] and "doubts" not in one.meta
