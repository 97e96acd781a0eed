"""A thinned curve passes every point that it leaves out within what was allowed, and keeps ends, gaps and peaks."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.figures.thin import LEAST, thinned


@given(st.integers(0, 2**32 - 1), st.integers(LEAST + 1, 400), st.floats(1e-4, 0.3))
def test_every_point_lies_within_the_allowed_distance_of_the_thinned_line(seed: int, size: int, within: float) -> None:
    rng = np.random.default_rng(seed)
    x, y = np.sort(rng.random(size)), np.cumsum(rng.normal(size=size)) / size**0.5
    kept = thinned(x, y, within)
    assert kept[0] == 0 and kept[-1] == size - 1 and (np.diff(kept) > 0).all()
    for a, b in pairwise(kept.tolist()):
        ends = np.array([[x[a], y[a]], [x[b], y[b]]])
        d = ends[1] - ends[0]
        along = np.clip(((x[a : b + 1] - x[a]) * d[0] + (y[a : b + 1] - y[a]) * d[1]) / max(d @ d, 1e-300), 0.0, 1.0)
        off = np.hypot(x[a : b + 1] - x[a] - along * d[0], y[a : b + 1] - y[a] - along * d[1])
        assert off.max() <= within * (1.0 + 1e-9)


def test_a_straight_line_is_its_ends_and_a_gap_stays() -> None:
    x = np.linspace(0.0, 1.0, 300)
    assert thinned(x, 2.0 * x, 1e-9).tolist() == [0, 299]
    y = np.where((x > 0.4) & (x < 0.5), np.nan, x)
    kept = thinned(x, y, 1e-9)
    assert np.isnan(y[kept]).any() and np.flatnonzero(np.isnan(y))[0] - 1 in kept


@pytest.mark.parametrize("size", [0, 1, LEAST])
def test_few_points_all_stay(size: int) -> None:
    assert thinned(np.arange(size, dtype=float), np.zeros(size), 1.0).tolist() == list(range(size))
