"""Constants, and the order of the columns every kernel relies on."""

from __future__ import annotations

import pytest
import scipy.constants as si

from heterofilm.constants import F, R
from heterofilm.engine.parameters import DU, U0, H, W, X


def test_constants():
    """F = e N_A and R = k N_A, exact since 2019, to the digits that are usually quoted."""
    assert pytest.approx(si.e * si.N_A, rel=1e-10) == F
    assert pytest.approx(si.k * si.N_A, rel=1e-15) == R


def test_columns():
    """Five columns, none twice."""
    assert sorted((X, U0, W, H, DU)) == [0, 1, 2, 3, 4]
