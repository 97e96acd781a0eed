"""Cycles at one current, and where it changes."""

import numpy as np
import polars as pl

from heterofilm.analysis.electrochemistry.currents import changes, mean_currents


def test_five_per_cent_are_one_rate_and_what_is_unknown_is_no_change() -> None:
    assert changes(np.array([1.0, 1.04, 0.5, np.nan, 0.5])).tolist() == [False, False, True, False, False]


def test_a_table_without_currents_has_none() -> None:
    assert mean_currents(pl.DataFrame({"cycle": [1]})) is None
    known = mean_currents(pl.DataFrame({"discharge_A_m2": [0.1, None]}))
    assert known is not None and known[0] == 0.1 and np.isnan(known[1])
