"""The error of lithium's energies is the recorded bias of the potential, to either side."""

from __future__ import annotations

from dataclasses import replace

import pytest

from heterofilm.atomistic.results.bias import WITHOUT, barrier_error, insertion_error
from heterofilm.atomistic.results.recorded import load


def test_the_largest_of_value_and_range_counts() -> None:
    one = replace(load("V2O5-Li-bias"), value=-0.3, low=-0.4, high=0.5)
    assert insertion_error({one.name: one})[0] == 0.5
    assert insertion_error({one.name: replace(one, high=0.1)})[0] == 0.4


def test_what_is_shipped_is_used_and_nothing_means_assumed() -> None:
    for error, name in ((insertion_error, "V2O5-Li-bias"), (barrier_error, "V2O5-path-bias")):
        one = load(name)
        assert error({name: one})[0] == pytest.approx(max(abs(one.value), abs(one.low), abs(one.high)))
        assert "CHGNet misses DFT" in error({name: one})[1]
        assert error({}) == (WITHOUT[name], "assumed")
