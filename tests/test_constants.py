"""The constants agree with each other and with CODATA."""

from __future__ import annotations

import pytest
from scipy import constants as codata

from heterofilm.constants import E_CHARGE, EPS_0, K_B, K_B_EV, N_A, F, R


def test_products() -> None:
    """F = e N_A, R = k N_A, and k in eV is k over e, to the digits that are given."""
    assert pytest.approx(E_CHARGE * N_A, rel=1e-10) == F
    assert pytest.approx(K_B * N_A, rel=1e-14) == R
    assert pytest.approx(K_B / E_CHARGE, rel=1e-10) == K_B_EV


def test_codata() -> None:
    """The exact ones are exact; the measured one may move in its tenth digit with the next adjustment."""
    assert (codata.e, codata.k, codata.N_A) == (E_CHARGE, K_B, N_A)
    assert pytest.approx(codata.epsilon_0, rel=1e-9) == EPS_0
