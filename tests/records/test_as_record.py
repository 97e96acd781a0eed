"""A measured series as a record: charge per step, steps and cycles found where the file has none."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from draws import examples
from heterofilm.analysis.electrochemistry.cycles import cycle_table
from heterofilm.errors import HeterofilmError
from heterofilm.instruments import Measurement
from made_cell import AREA, THICKNESS, made_cell


def measured(*drop: str, **more: object) -> Measurement:
    """The made cell as a cycler would see it, without the columns `drop`."""
    frame = made_cell(3).frame
    step = frame["step"].to_numpy()
    q = frame["charge_C_m2"].to_numpy() * AREA
    moved = np.where(np.diff(step, prepend=0) != 0, 0.0, np.diff(q, prepend=0.0))
    table = frame.select("time_s", "voltage_V", "step", "cycle").with_columns(
        (frame["current_A_m2"] * AREA).alias("current_A"), pl.Series("charge_C", np.cumsum(moved))
    )
    return Measurement("cycling", "made", table.drop(drop), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("drop", [(), ("step",), ("cycle",), ("charge_C",), ("step", "cycle", "charge_C")])
def test_what_the_file_leaves_out_is_found_from_the_current(drop: tuple[str, ...]) -> None:
    """Without steps, cycles or charge the record is that of the full file: constant current integrates exactly."""
    truth = made_cell(3)
    record = measured(*drop).record(AREA, THICKNESS)
    for column in ("charge_C_m2", "current_A_m2"):
        assert np.allclose(record.frame[column], truth.frame[column], rtol=1e-9, atol=1e-9), column
    assert record.frame["step"].equals(truth.frame["step"])
    assert record.frame["cycle"].to_list() == truth.frame["cycle"].to_list()
    assert record.meta["thickness_m"] == THICKNESS and record.meta["kind"] == "measured"
    assert np.allclose(cycle_table(record)["discharge_C_m2"], cycle_table(truth)["discharge_C_m2"])


def test_charge_between_two_steps_belongs_to_the_later_one() -> None:
    """The first row of a step comes 10 s after the step began; the counter knows, and no charge is lost."""
    table = pl.DataFrame(
        {
            "time_s": [0.0, 10.0, 20.0, 30.0], "voltage_V": [3.0] * 4, "current_A": [1.0, 1.0, -1.0, -1.0],
            "charge_C": [10.0, 20.0, 10.0, 0.0], "step": [1, 1, 2, 2],
        }
    )  # fmt: skip
    record = Measurement("cycling", "a", table).record(2.0)
    assert record.steps["capacity_C_m2"].to_list() == [5.0, 10.0]


def test_numbers_that_return_in_a_loop_become_a_running_count() -> None:
    table = pl.DataFrame(
        {
            "time_s": np.arange(6.0), "voltage_V": [3.0] * 6, "current_A": [1.0] * 6, "step": [1, 2, 1, 2, 2, 2],
            "cycle": [1, 1, 2, 2, 3, 3],
        }
    )  # fmt: skip
    assert Measurement("cycling", "a", table).record(1.0).frame["step"].to_list() == [1, 2, 3, 4, 5, 5]


@given(st.integers(1, 5), st.floats(0.0, 0.005), st.integers(0, 99))
@examples(300)
def test_a_sweep_is_a_step(cycles: int, noise: float, seed: int) -> None:
    """Triangular sweeps with noise well below 2 % of the range: as many steps as there are turns and one more."""
    up = np.linspace(2.0, 4.0, 200)
    voltage = np.concatenate([up, *([up[::-1][1:], up[1:]] * cycles)])
    voltage += 2.0 * noise * np.random.default_rng(seed).uniform(-1.0, 1.0, voltage.size)
    table = pl.DataFrame(
        {"time_s": np.arange(voltage.size) * 1.0, "voltage_V": voltage, "current_A": np.sin(np.arange(voltage.size))}
    )
    step = Measurement("voltammetry", "a", table).record(1.0).frame["step"].to_numpy()
    assert step[-1] == 2 * cycles + 1
    turns = np.flatnonzero(np.diff(step))
    assert np.abs(turns - 199 * np.arange(1, 2 * cycles + 1)).max() <= 4


def test_a_potential_that_stands_still_is_one_step() -> None:
    table = pl.DataFrame({"time_s": [0.0, 1.0], "voltage_V": [3.0, 3.0], "current_A": [1.0, -1.0]})
    assert Measurement("voltammetry", "a", table).record(1.0).frame["step"].to_list() == [1, 1]


def test_a_rest_alone_is_one_cycle() -> None:
    table = pl.DataFrame({"time_s": [0.0, 1.0], "voltage_V": [3.0, 3.0], "current_A": [0.0, 0.0]})
    record = Measurement("cycling", "a", table).record(1.0)
    assert record.frame["cycle"].to_list() == [1, 1] and record.steps["kind"].to_list() == ["rest"]


def test_further_numbers_come_along_and_words_do_not() -> None:
    table = measured().table.with_columns(temperature_K=pl.lit(300), state=pl.lit("x"))
    record = Measurement("cycling", "a", table).record(AREA)
    assert "temperature_K" in record.frame.columns and "state" not in record.frame.columns


def test_rows_in_the_wrong_order_are_sorted_and_said() -> None:
    table = pl.DataFrame({"time_s": [0.0, 10.0, 5.0, 15.0], "voltage_V": [3.0] * 4, "current_A": [1.0] * 4})
    record = Measurement("cycling", "a", table).record(1.0)
    assert record.frame["charge_C_m2"].to_list() == [0.0, 5.0, 10.0, 15.0]
    assert "wrong order" in str(record.meta["assumed"])


def test_a_record_says_which_charge_counts() -> None:
    """The made cell's counter and current agree in every step; without the counter the integral counts."""
    for drop, source in (((), "counter"), (("charge_C",), "integral")):
        record = measured(*drop).record(AREA)
        assert record.meta["charge"] == source and "doubts" not in record.meta
        assert record.steps["counted"].to_list() == [int(source == "counter")] * record.steps.height
        assert (record.steps["doubt"] == 0).all()


def series(technique: str = "cycling", **columns: list[float | None]) -> Measurement:
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.Float64))
    return Measurement(technique, "a", frame)


@pytest.mark.parametrize(
    ("made", "area", "said"),
    [
        (lambda: Measurement("table", "a", pl.DataFrame({"x": [1]})), 1.0, "holds table data"),
        (measured, 0.0, "area must be positive"),
        (measured, float("nan"), "area must be positive"),
        (measured, float("inf"), "area must be positive"),
        (lambda: series("voltammetry", voltage_V=[1.0], current_A=[1.0]), 1.0, "no column time_s"),
        (lambda: series(time_s=[None, 1.0], voltage_V=[1.0, 1.0], current_A=[1.0, 1.0]), 1.0, "has gaps in time"),
        (lambda: series(time_s=[0.0], voltage_V=[1.0], current_A=[1.0], step=[None]), 1.0, "'step' of 'a' has gaps"),
    ],
)
def test_what_is_no_record_is_refused(made: object, area: float, said: str) -> None:
    with pytest.raises(HeterofilmError, match=said):
        made().record(area)  # type: ignore[operator]
