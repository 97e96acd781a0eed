"""The records of a sweep: all points in one table and one dataset, failed ones with their sentence."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm import Cell, simulate_many
from heterofilm.errors import SimulationError
from heterofilm.records.many import Records

POINTS = {"films.VO.thickness": [200.0, 300.0]}


@pytest.fixture(scope="module")
def records() -> Records:
    return simulate_many(
        [*Cell.vary("vo-half", POINTS), "nothing"], "Discharge at 40 uA/cm2 until 3 V", returns="records"
    )


def test_points_that_ran_are_iterated_and_failed_ones_raise_their_sentence(records: Records) -> None:
    assert len(records) == 3 and [k for k, _ in records.items()] == [0, 1]
    with pytest.raises(SimulationError, match="nothing"):
        records[2]
    with pytest.raises(IndexError):
        records[3]
    assert records[-2].equals(records[1])


def test_tables_hold_what_each_record_does(records: Records) -> None:
    steps, curves = records.steps(), records.curves()
    assert steps["films.VO.thickness"].to_list() == POINTS["films.VO.thickness"]
    assert curves.height == sum(record.frame.height for record in records)
    table = records.table()
    assert table["error"].null_count() == 2 and "nothing" in table["error"][-1]
    assert table["capacity_uAh_cm2_um"][0] == pytest.approx(records[0].capacity(step=1))


def test_a_dataset_holds_every_curve_and_ends_in_nan(records: Records) -> None:
    data = records.dataset()
    for k, record in records.items():
        own = data["voltage_V"].values[k]
        n = record.frame.height
        np.testing.assert_array_equal(own[:n], record.frame["voltage_V"].to_numpy())
        assert np.isnan(own[n:]).all()
    assert np.isnan(data["voltage_V"].values[2]).all() and "nothing" in str(data["error"].values[2])
