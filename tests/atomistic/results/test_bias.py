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
        assert error({}) == (WITHOUT[name.removeprefix("V2O5-")], "assumed")


def test_the_host_with_the_largest_stands_for_all() -> None:
    """Of several hosts whose bias is recorded the largest counts, and is named."""
    one = load("V2O5-Li-bias")
    other = replace(one, name="LiCoO2-Li-bias", value=9.0, low=8.0, high=9.5)
    found = insertion_error({one.name: one, other.name: other})
    assert found == (9.5, "what CHGNet misses DFT by for Li in LiCoO2")
