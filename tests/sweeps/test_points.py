"""Values of runs: of any run by its number alone, whoever asks."""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm import Cell, HeterofilmError
from heterofilm.sweeps.points import Points
from heterofilm.sweeps.study import study_of

D, L = "phases.V2O5.D", "films.VO.thickness"
CELL = Cell.load("vo-half")
RANGES = {D: {"low": 1e-14, "high": "1e-16 m2/s", "scale": "log"}, L: {"low": "0.1 um", "high": 300.0}}


def points(values: dict[str, Any], **sample: Any) -> Points:
    content = {"cell": "vo-half", "protocol": "Discharge at C/5", "values": values, "sample": sample}
    return Points(study_of(content)[0], CELL)


def test_a_grid_is_every_combination_in_the_units_of_the_entries() -> None:
    """In the order in which the cells of `Cell.vary` come; the last value changes fastest."""
    found = points({D: [1e-13, "1e-16 m2/s"], L: {"low": "0.1 um", "high": 300, "count": 3}})
    assert found.units == {D: "cm2/s", L: "nm"}
    expected = list(product([1e-13, 1e-12], [100.0, 200.0, 300.0]))
    assert found.of(np.arange(6)) == pytest.approx(np.array(expected), rel=1e-12)
    even = points({D: {"low": 1e-14, "high": 1e-12, "scale": "log", "count": 3}}).of(np.arange(3))
    assert even[:, 0] == pytest.approx([1e-14, 1e-13, 1e-12], rel=1e-12)


def test_a_list_takes_values_side_by_side() -> None:
    found = points({D: [1e-13, 1e-12], L: [100, 200]}, kind="list")
    assert found.of(np.array([1, 0])) == pytest.approx(np.array([[1e-12, 200.0], [1e-13, 100.0]]))


@pytest.mark.parametrize("kind", ["sobol", "latin"])
@given(cuts=st.lists(st.integers(0, 64), max_size=4), seed=st.integers(0, 5))
def test_a_sample_is_the_same_however_it_is_cut(kind: str, cuts: list[int], seed: int) -> None:
    """Workers with any pieces of it see what one sees that has all."""
    found = points(RANGES, kind=kind, runs=64, seed=seed)
    whole = found.of(np.arange(64))
    edges = [0, *sorted(cuts), 64]
    pieces = [points(RANGES, kind=kind, runs=64, seed=seed).of(np.arange(a, b)) for a, b in pairwise(edges)]
    assert np.array_equal(np.concatenate(pieces), whole)
    assert whole.min(axis=0)[0] >= 0.9999999e-14 and whole.max(axis=0)[0] <= 1.0000001e-12
    assert whole.min(axis=0)[1] >= 100.0 and whole.max(axis=0)[1] <= 300.0


@pytest.mark.parametrize("kind", ["sobol", "latin"])
def test_a_sample_covers_every_range_evenly(kind: str) -> None:
    """Of 64 points of a Latin hypercube, and of a scrambled Sobol sequence, one lies in every 64th of each range."""
    values = points(RANGES, kind=kind, runs=64).of(np.arange(64))
    share = np.stack([np.log10(values[:, 0] / 1e-14) / 2.0, (values[:, 1] - 100.0) / 200.0], axis=1)
    for k in range(2):
        assert np.array_equal(np.sort((64 * share[:, k]).astype(int)), np.arange(64))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"phases.V2O5.DD": [1]}, "leads nowhere"),
        ({"phases.LCO.D": [1]}, "does not act on the cell"),
        ({"phases.V2O5.name": [1]}, "holds no number"),
        ({L: ["3 V"]}, "cannot be '3 V'"),
        ({D: {"low": -1, "high": 1, "scale": "log", "count": 3}}, "must be positive"),
    ],
)
def test_values_that_cannot_be_are_one_sentence(values: dict[str, Any], words: str) -> None:
    with pytest.raises(HeterofilmError, match=words):
        points(values)
