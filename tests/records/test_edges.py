"""Rows that are missing at the ends of half cycles: told where something is missing, and nowhere else."""

import numpy as np
import polars as pl
import pytest

from heterofilm.analysis.electrochemistry.cycles import cycle_table, reference_note
from heterofilm.records.gaps import Doubt
from heterofilm.records.measurement import Measurement
from heterofilm.records.record import Record
from heterofilm.records.series import left_out, series

DISCHARGE, CHARGE, REST, DT = 100, 90, 30, 60.0


def cycled(cycles: int = 3, rest_every: int = 1, hold: bool = False) -> dict[str, np.ndarray]:
    """Discharge, rest, charge (with a hold at its end), rest; current positive on discharge, 1 mA."""
    rows: list[tuple[float, float, float]] = []
    t = 0.0
    for _ in range(cycles):
        for side, n in ((1, DISCHARGE), (0, REST), (-1, CHARGE), (0, REST)):
            for k in range(n + 1) if side else range(0, n + 1, rest_every):
                x = k / n
                held = hold and side < 0 and x > 0.5
                V = {1: 3.5 - 1.3 * x, 0: 2.9, -1: 3.7 if held else 2.4 + 1.3 * (2.0 * x if hold else x)}[side]
                rows.append((t + k * DT, V, side * 1e-3 * (np.exp(-8.0 * (x - 0.5)) if held else 1.0)))
            t = rows[-1][0] + DT
    names = ("time_s", "voltage_V", "current_A")
    return dict(zip(names, np.array(rows).T, strict=True))


def without(columns: dict[str, np.ndarray], lost: np.ndarray) -> Record:
    return Measurement("cycling", "a", pl.DataFrame({k: v[~lost] for k, v in columns.items()}), {}, ()).record(1e-4)


def doubts(record: Record) -> dict[tuple[int, str], Doubt]:
    kept = record.steps.filter(pl.col("kind") != "rest").select("cycle", "kind", "doubt")
    return {(cycle, kind): Doubt(one) for cycle, kind, one in kept.iter_rows() if one}


@pytest.mark.parametrize("hold", [False, True])
@pytest.mark.parametrize("cycle", [1, 2, 3])
@pytest.mark.parametrize(("side", "end"), [(1, True), (1, False), (-1, True), (-1, False)])
@pytest.mark.parametrize("rest_too", [False, True])
def test_rows_that_lack_at_an_end_are_told(cycle: int, side: int, end: bool, rest_too: bool, hold: bool) -> None:
    """A third of the half cycle, with the rest beside it or without, at either end and in any cycle."""
    columns = cycled(hold=hold)
    i, t = columns["current_A"], columns["time_s"]
    change = np.concatenate([[0], np.flatnonzero(np.diff(np.sign(i))) + 1, [t.size]])
    half = 4 * (cycle - 1) + (0 if side > 0 else 2)
    a, b = change[half], change[half + 1]
    third = (b - a) // 3
    lost = np.zeros(t.size, bool)
    lost[slice(b - third, b) if end else slice(a, a + third)] = True
    if rest_too and (end or a > 0):
        lost[slice(b, change[half + 2]) if end else slice(change[half - 1], a)] = True
    found = doubts(without(columns, lost))
    name = "discharge" if side > 0 else "charge"
    told = {(cycle, name): Doubt.EDGE}
    if cycle == 1 and side > 0 and not end:  # nothing stands before it: the file begins there
        told = {(1, name): Doubt.BEGUN}
    elif cycle == 3 and side < 0 and end and rest_too:  # a hold has come to the voltage of the others
        told = {} if hold else {(3, name): Doubt.ENDED}
    assert found == told


@pytest.mark.parametrize("rest_every", [1, 15, 30])
@pytest.mark.parametrize("rests", ["written", "none", "first row late"])
def test_rests_that_a_tester_writes_seldom_or_never_lack_nothing(rest_every: int, rests: str) -> None:
    columns = cycled(rest_every=rest_every)
    still = columns["current_A"] == 0.0
    first = still & ~np.concatenate([[False], still[:-1]])
    lost = {"written": np.zeros(still.size, bool), "none": still, "first row late": first}[rests]
    assert doubts(without(columns, lost)) == {}


def test_steps_of_a_set_time_may_end_anywhere() -> None:
    """An interval in which something else was measured, a spectrum, lacks nothing."""
    columns = cycled(cycles=4)
    columns["voltage_V"] = columns["voltage_V"] + 0.5 * (columns["time_s"] > 0.5 * columns["time_s"][-1])
    rest = np.flatnonzero((columns["current_A"] == 0.0) & (columns["time_s"] < 0.2 * columns["time_s"][-1]))
    lost = np.zeros(columns["time_s"].size, bool)
    lost[rest[:-3]] = True
    assert doubts(without(columns, lost)) == {}


def test_retention_is_of_a_whole_discharge() -> None:
    columns = cycled()
    lost = (columns["time_s"] > 70 * DT) & (columns["time_s"] <= 105 * DT)
    table = cycle_table(without(columns, lost))
    assert table["retention_first"].to_list() == pytest.approx([None, 1.0, 1.0])
    assert table["doubt"][0] == "rows are missing at the beginning or end of its discharge"
    assert "cycle 1 lacks rows at an end of its discharge" in reference_note(table)


@pytest.mark.parametrize("begin", [0, 40, 140])
def test_a_file_that_begins_within_a_half_cycle_says_so(begin: int) -> None:
    """Its counter, which begins again with each half cycle, stands at what moved before."""
    columns = cycled()
    dt = np.diff(columns["time_s"], prepend=0.0)
    flows = columns["current_A"] != 0.0
    total = np.cumsum(np.where(flows, np.abs(columns["current_A"]) * dt, 0.0))
    start = np.concatenate([[True], np.diff(np.sign(columns["current_A"])) != 0.0])
    columns["amount_C"] = total - total[np.maximum.accumulate(np.where(start, np.arange(dt.size), 0))]
    measured = series({name: values[begin:] for name, values in columns.items()}, "cycling", "a")
    side = ("discharge", "charge")[begin > 120]
    assert doubts(measured.record(1e-4)) == ({(1, side): Doubt.BEGUN} if begin else {})
    running = columns | {"amount_C": total}  # one that goes on throughout may begin anywhere: the voltage tells
    by_voltage = {(1, side): Doubt.BEGUN} if begin == 40 else {}
    assert doubts(series({k: v[begin:] for k, v in running.items()}, "cycling", "a").record(1e-4)) == by_voltage


def test_rows_without_numbers_are_told_where_they_stood() -> None:
    assert left_out(np.array([False, True, True, False, False, True, False])).tolist() == [1.0, 0.0, 3.0]
    columns = cycled()
    discharges = columns["current_A"] > 0.0
    kept = {name: values[~discharges] for name, values in columns.items()}
    measured = series(kept | {"rows_left_out": left_out(~discharges)}, "cycling", "a")
    assert Doubt.LEFT_OUT in next(iter(doubts(measured.record(1e-4)).values()))
    assert "rows_left_out" not in measured.record(1e-4).frame.columns
