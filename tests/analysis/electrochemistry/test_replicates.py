"""Statistics over cells against worked numbers, against coverage, and against tables that do not fit."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.analysis.electrochemistry.replicates import replicates
from heterofilm.errors import HeterofilmError


def cell(*values, cycles=None):
    return pl.DataFrame({"cycle": cycles or list(range(1, len(values) + 1)), "capacity_C_m2": list(map(float, values))})


def test_worked_numbers():
    """9, 10, 14: mean 11, s = sqrt(7), standard error 1.5275, t(2) = 4.3027: 11 +- 6.572."""
    found = replicates([cell(9), cell(10), cell(14)])
    row = found.table.row(0, named=True)
    assert row["n"] == 3 and row["mean"] == 11.0
    assert row["sd"] == pytest.approx(7.0**0.5) and row["standard_error"] == pytest.approx((7.0 / 3.0) ** 0.5)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((11.0 - 6.5724, 11.0 + 6.5724), abs=1e-3)
    assert found.cells == ("cell 1", "cell 2", "cell 3") and "n = 3 cells" in found.note


def test_cells_that_stopped_early():
    """n falls; with one cell left there is a mean and no spread."""
    found = replicates({"a": cell(10, 9, 8), "b": cell(12, 11), "c": cell(11, float("nan"))})
    assert found.table["n"].to_list() == [3, 2, 1]
    last = found.table.row(2, named=True)
    assert last["mean"] == 8.0 and last["sd"] is None and last["ci_low"] is None
    assert "1 to 3 of 3" in found.note and "no spread" in found.note


def test_alignment_is_by_cycle_and_not_by_row():
    """Cycles in any order, some missing."""
    found = replicates([cell(1, 2, cycles=[5, 7]), cell(20, 10, cycles=[7, 5])])
    assert found.table["cycle"].to_list() == [5, 7] and found.table["mean"].to_list() == [5.5, 11.0]


def test_a_bad_cell_is_named_and_kept():
    """One of six at half the capacity."""
    good = {f"c{k}": cell(100 + k, 99 + k) for k in range(5)}
    found = replicates({**good, "bad": cell(50, 49)})
    assert {o.cell for o in found.outliers} == {"bad"} and len(found.outliers) == 2
    assert found.outliers[0].z == pytest.approx(0.6745 * (50 - 101.5) / 1.5)
    assert found.table["mean"][0] == pytest.approx((100 + 101 + 102 + 103 + 104 + 50) / 6)
    assert "bad (2)" in found.note


def test_equal_cells_and_one_other():
    """More than half agree exactly: the spread is not zero, and the other one is found."""
    found = replicates([cell(10)] * 9 + [cell(12)])
    assert [o.cell for o in found.outliers] == ["cell 10"]
    assert replicates([cell(10)] * 5).outliers == ()


def test_the_interval_covers():
    """Normal cells: 95 % of the intervals hold the truth (600 draws: three standard deviations are 2.7 %)."""
    rng = np.random.default_rng(0)
    tables = [cell(*rng.normal(100.0, 5.0, 600)) for _ in range(4)]
    table = replicates(tables).table
    covered = ((table["ci_low"] <= 100.0) & (table["ci_high"] >= 100.0)).mean()
    assert covered == pytest.approx(0.95, abs=0.027)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=8), st.floats(-1e6, 1e6))
def test_a_shift_moves_the_mean_only(values, shift):
    """Mean and interval move along, the spread stays, the order of the cells is nothing."""
    one = replicates([cell(v) for v in values]).table.row(0, named=True)
    other = replicates([cell(v + shift) for v in reversed(values)]).table.row(0, named=True)
    assert other["mean"] == pytest.approx(one["mean"] + shift, abs=1e-6)
    assert other["sd"] == pytest.approx(one["sd"], rel=1e-6, abs=1e-6)


def test_several_quantities():
    """All numeric columns that every table has, in their order; or the ones asked for."""
    a = pl.DataFrame({"cycle": [1], "b": [1.0], "a": [2], "only": [3.0], "text": ["x"]})
    b = pl.DataFrame({"cycle": [1], "b": [3.0], "a": [4], "text": ["y"]})
    assert replicates([a, b]).table["quantity"].to_list() == ["b", "a"]
    assert replicates([a, b], columns=["a"]).table["mean"].to_list() == [3.0]
    assert replicates([a, b], on="cycle").table["cycle"].dtype == pl.Int64


@pytest.mark.parametrize(
    ("tables", "options", "message"),
    [
        ([], {}, "at least one table"),
        ([cell(1)], {"on": "cycles"}, "no column 'cycles'. Did you mean 'cycle'"),
        ([cell(1, 2, cycles=[1, 1])], {}, "cycle 1 more than once"),
        ([cell(1)], {"confidence": 95.0}, "between 0 and 1"),
        ([pl.DataFrame({"cycle": [1], "x": ["a"]})], {"columns": ["x"]}, "not numbers"),
        ([pl.DataFrame({"cycle": [1]})], {}, "share no numeric column"),
    ],
)
def test_what_makes_no_sense_is_said(tables, options, message):
    """Named column, cell and what was expected."""
    with pytest.raises(HeterofilmError, match=message):
        replicates(tables, **options)
