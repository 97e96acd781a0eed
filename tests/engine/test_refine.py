"""A state carried over to a finer mesh: what stands between its nodes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.interpolate import PchipInterpolator

from heterofilm.engine.refine import graded, interpolated


@given(st.integers(2, 30), st.integers(0, 2**31))
def test_between_points_stands_the_monotone_cubic(n, seed):
    """The cubic of Fritsch and Butland as SciPy has it, on uneven points, ends and extremes included."""
    rng = np.random.default_rng(seed)
    x = np.cumsum(rng.uniform(0.1, 2.0, n))
    rows = np.round(rng.standard_normal((3, n)), 1)  # with level pieces
    at = np.sort(rng.uniform(x[0], x[-1], 40))
    assert interpolated(x, rows, at) == pytest.approx(PchipInterpolator(x, rows, axis=1)(at), abs=1e-12)


def test_cells_grow_from_the_first_to_the_bulk():
    """From the skin depth by the ratio, an even number, the whole length."""
    x = graded(1.0, 1e-6, 1.2, 20)
    widths = np.diff(x)
    assert x[0] == 0.0 and x[-1] == pytest.approx(1.0) and widths.size % 2 == 0
    assert widths[0] < 1e-6 * 1.01 and np.all(widths[1:] / widths[:-1] < 1.2001) and widths.max() <= 1.0 / 20 * 1.001
