"""Half cycles that a file has only a part of are told, and tell neither retention nor an end of life."""

import numpy as np
import polars as pl
import pytest

from heterofilm.analysis.electrochemistry.cycles import cycle_table, end_of_life
from heterofilm.records.gaps import Doubt
from heterofilm.records.measurement import Measurement
from heterofilm.records.record import Record

N, DT = 50, 60.0


def record(
    begin: int = 0, end: int | None = None, zero: bool = False, first_V: float = 3.5, timed: bool = False
) -> Record:
    """Three discharges and charges of N intervals, the rows begin:end of them."""
    rows = [
        (side, (first_V if side > 0 and k == 0 else (3.5 if side > 0 else 2.2)) - side * 1.3 * j / N + 0.2 * k * timed)
        for k in range(3) for side in (1, -1) for j in range(N + 1)
    ]  # fmt: skip
    side, V = np.array(rows).T[:, begin:end]
    t = DT * np.arange(begin, begin + V.size)
    columns = {"time_s": t - t[0] * zero, "voltage_V": V, "current_A": 1e-3 * side}
    return Measurement("cycling", "a", pl.DataFrame(columns), {}, ()).record(1e-4)


def doubts(found: Record) -> dict[tuple[int, str], Doubt]:
    return {(c, kind): Doubt(d) for c, kind, d in found.steps.select("cycle", "kind", "doubt").iter_rows() if d}


@pytest.mark.parametrize("lost", [10, 25, 40])
@pytest.mark.parametrize("side", ["discharge", "charge"])
def test_a_test_that_still_runs_ends_within_a_half_cycle(lost: int, side: str) -> None:
    end = 6 * (N + 1) - lost - (N + 1 if side == "discharge" else 0)
    found = record(end=end)
    assert (
        doubts(found) == {(3, side): Doubt.ENDED}
        and f"The file ends within the {side} of cycle 3" in found.meta["doubts"]
    )


@pytest.mark.parametrize("begin", [10, 25, 40, N + 1 + 25])
def test_a_clock_that_has_run_tells_that_a_file_begins_within_a_half_cycle(begin: int) -> None:
    side = "discharge" if begin <= N else "charge"
    assert doubts(record(begin)) == {(1, side): Doubt.BEGUN}
    assert not doubts(record(begin, zero=True))


def test_whole_half_cycles_and_a_fresh_film_lack_nothing() -> None:
    """A first discharge from the open circuit of a film begins lower than those behind a charge."""
    assert not doubts(record()) and not doubts(record(first_V=3.0)) and not doubts(record(end=4 * (N + 1)))
    assert not doubts(record(timed=True))


def test_parts_of_a_discharge_are_in_no_retention_and_no_end_of_life() -> None:
    table = cycle_table(record(20, 5 * (N + 1) - 25))
    assert table["retention_first"].to_list() == pytest.approx([None, 1.0, None])
    assert table["retention_maximum"].to_list() == pytest.approx([None, 1.0, None])
    life = end_of_life(table)
    assert life.cycle is None and "is whole" in life.reason
    life = end_of_life(cycle_table(record(0, 5 * (N + 1) - 25)))
    assert life.cycle is None and life.reason.endswith("Without cycle 3: a part of the discharge.")
