"""A table where a table is taken: anything else is told in one sentence what to make of it."""

import polars as pl
import pytest

from heterofilm.analysis.electrochemistry.cycles import end_of_life
from heterofilm.analysis.electrochemistry.hysteresis import hysteresis_table
from heterofilm.errors import InputError
from heterofilm.simulation.run import simulate


@pytest.mark.parametrize(
    ("function", "maker"), [(end_of_life, r"cycle_table\(record\)"), (hysteresis_table, r"hysteresis\(record\)")]
)
def test_what_is_no_such_table_is_told_which_is(function, maker):
    record = simulate("vo-half", "Discharge at 20 uA/cm2 for 60 s")
    for given in (record, None, "a.nc", pl.DataFrame({"x": [1.0]})):
        with pytest.raises(InputError, match=maker):
            function(given)
