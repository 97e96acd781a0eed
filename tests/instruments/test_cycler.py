"""From a vendor's columns to ours: signs, counters, gaps."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from draws import examples
from heterofilm.errors import HeterofilmError
from heterofilm.instruments.cycler import assemble
from heterofilm.instruments.headings import Layout

ROLES = {
    "t": "time_s", "u": "voltage_V", "i": "current_A", "qc": "charged_C", "qd": "discharged_C", "q": "counter_C",
    "cap": "amount_C", "dq": "moved_C", "n": "cycle", "half": "half_cycle", "k": "step", "md": "direction",
    "ts": "step_time_s", "date": "date",
}  # fmt: skip
LAYOUT = Layout("T", ROLES)


def steps(currents: list[float], rows: int = 5) -> pl.DataFrame:
    """Steps of ten seconds at constant current (positive on charge), two seconds apart in rows."""
    i = np.repeat(currents, rows)
    k = np.repeat(np.arange(1, len(currents) + 1), rows)
    t = np.concatenate([10.0 * n + np.linspace(0.0, 10.0, rows) for n in range(len(currents))])
    return pl.DataFrame({"t": t, "u": 3.0 + 0.0 * t, "i": i, "k": k})


def charge(frame: pl.DataFrame) -> np.ndarray:
    """The truth, positive on discharge and running on."""
    t, i = frame["t"].to_numpy(), frame["i"].to_numpy()
    within = np.diff(frame["k"].to_numpy(), prepend=0) == 0
    return -np.cumsum(np.where(within, np.diff(t, prepend=0.0) * i, 0.0))


CURRENTS = st.lists(st.sampled_from([-2.0, -1.0, 0.0, 1.0, 2.0]), min_size=1, max_size=6)


@given(CURRENTS)
@examples(600)
def test_all_five_counters_give_the_same_charge(currents: list[float]) -> None:
    """Running, per step, both ways, magnitude, increments: one and the same charge."""
    frame = steps(currents)
    truth = charge(frame)
    moved = np.diff(truth, prepend=0.0)
    up, down = np.cumsum(np.maximum(-moved, 0.0)), np.cumsum(np.maximum(moved, 0.0))
    begin = np.array([truth[frame["k"].to_numpy() == n][0] for n in frame["k"]])
    kinds = {
        "both ways": ({"qc": up, "qd": down}, LAYOUT),
        "running": ({"q": -truth}, LAYOUT),
        "per step": ({"q": -(truth - begin)}, Layout("T", ROLES, restarts=True)),
        "magnitude": ({"cap": np.abs(truth - begin)}, LAYOUT),
        "increments": ({"dq": -moved}, LAYOUT),
        "positive on discharge": ({"q": truth, "i": -frame["i"].to_numpy()}, Layout("T", ROLES, positive="discharge")),
    }
    for kind, (columns, layout) in kinds.items():
        made = assemble(frame.with_columns(pl.Series(n, c) for n, c in columns.items()), layout, "a")
        assert np.allclose(made.column("charge_C"), truth, atol=1e-9), kind
        assert np.allclose(made.column("current_A"), -frame["i"].to_numpy()), kind


@pytest.mark.parametrize("factor", [1e-3, -1.0, 3.6])
def test_a_counter_in_the_wrong_unit_or_sign_is_not_believed(factor: float) -> None:
    frame = steps([1.0, -1.0])
    made = assemble(frame.with_columns(pl.Series("q", -factor * charge(frame))), LAYOUT, "a").record(1.0)
    assert made.meta["charge"] == "integral" and "differs from the integral" in str(made.meta["doubts"])
    assert made.steps["capacity_C_m2"].to_list() == pytest.approx([10.0, 10.0])


def test_a_magnitude_takes_its_sign_from_the_state() -> None:
    frame = steps([1.0, 1.0, 0.0]).with_columns(pl.Series("md", ["D"] * 5 + ["C"] * 5 + ["R"] * 5))
    made = assemble(frame, LAYOUT, "a")
    assert made.table["current_A"].to_list() == [1.0] * 5 + [-1.0] * 5 + [0.0] * 5
    assert any("magnitude" in note for note in made.notes)


def test_signed_currents_keep_their_sign_beside_a_state() -> None:
    frame = steps([-1.0, 1.0]).with_columns(pl.Series("md", ["CC DChg"] * 5 + ["CC Chg"] * 5))
    assert assemble(frame, LAYOUT, "a").table["current_A"].to_list() == [1.0] * 5 + [-1.0] * 5


@pytest.mark.parametrize(("rising", "sign"), [(1.0, -1.0), (-1.0, 1.0)])
def test_the_voltage_tells_what_a_positive_current_is(rising: float, sign: float) -> None:
    """Charging raises the voltage of any cell."""
    frame = steps([1.0, -1.0]).with_columns(u=pl.Series(3.0 + rising * np.r_[0:5, 4:-1:-1] * 0.1))
    made = assemble(frame, Layout("T", ROLES, positive="unknown"), "a")
    assert made.table["current_A"][0] == sign
    flat = assemble(steps([1.0]), Layout("T", ROLES, positive="unknown"), "a")
    assert flat.table["current_A"][0] == -1.0 and any("Nothing in the file" in note for note in flat.notes)


def test_step_times_are_strung_together() -> None:
    frame = pl.DataFrame({"ts": [0.0, 1.0, 2.0, 0.0, 1.0], "u": [3.0] * 5, "i": [1.0] * 5})
    made = assemble(frame, LAYOUT, "a")
    assert made.table["time_s"].to_list() == [0.0, 1.0, 2.0, 2.0, 3.0]
    assert any("strung together" in note for note in made.notes)


def test_dates_are_a_time_when_nothing_else_is() -> None:
    frame = pl.DataFrame({"date": ["2024-01-01 00:00:00", "2024-01-01 00:01:00"], "u": [3.0, 3.1], "i": [0.0, 0.0]})
    assert assemble(frame, LAYOUT, "a").table["time_s"].to_list() == [0.0, 60.0]


def test_rows_without_numbers_are_left_out_and_counted() -> None:
    frame = pl.DataFrame(
        {"t": ["0", "1", "x", "3"], "u": ["3", "1e308", "3", "3"], "i": ["1", "1", "1", "1"], "n": ["1", "", "2", "2"]}
    )
    made = assemble(frame, LAYOUT, "a")
    assert made.table["time_s"].to_list() == [0.0, 3.0] and made.table["cycle"].to_list() == [1, 2]
    assert any(note.startswith("Left out: 2 rows without numbers") for note in made.notes)


def test_half_cycles_make_cycles() -> None:
    frame = steps([1.0]).with_columns(pl.Series("half", [0, 1, 1, 2, 3]))
    assert assemble(frame, LAYOUT, "a").table["cycle"].to_list() == [0, 0, 0, 1, 1]


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pl.DataFrame({"t": [1.0], "i": [1.0]}), "no column for the voltage"),
        (
            pl.DataFrame({"t": [None], "u": [1.0], "i": [1.0]}, schema_overrides={"t": pl.Float64}),
            "as numbers|no time_s",
        ),
        (pl.DataFrame({"t": ["a"], "u": ["b"], "i": ["c"]}), "as numbers|no time_s"),
        (pl.DataFrame({"u": [1.0], "dq": [1.0]}), "neither a current nor a time"),
    ],
)
def test_what_is_missing_is_said(frame: pl.DataFrame, said: str) -> None:
    with pytest.raises(HeterofilmError, match=said):
        assemble(frame, LAYOUT, "a")


def test_a_charge_over_no_time_gives_no_infinite_current() -> None:
    """A mean current is charge over time: of times that a damaged file makes 1e-320 s it is refused, never infinite."""
    frame = pl.DataFrame({"t": [0.0, 1e-320, 2e-320], "u": [3.0, 3.0, 3.0], "dq": [0.0, 1.0, 1.0]})
    with pytest.raises(HeterofilmError, match="its charge over its times gives no current"):
        assemble(frame, LAYOUT, "x")


def test_a_current_made_of_the_charge_is_said_beside_every_number() -> None:
    frame = steps([1.0, -1.0])
    moved = np.diff(charge(frame), prepend=0.0)
    made = assemble(frame.drop("i").with_columns(pl.Series("dq", -moved)), LAYOUT, "a").record(1.0)
    assert made.meta["charge"] == "counter alone"
    assert "taken from the charge moved since the row before" in str(made.meta["assumed"])
