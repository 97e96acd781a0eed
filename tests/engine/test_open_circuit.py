"""The open-circuit potential of a phase, whether it has couples or a table: one set of laws for both."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.engine.msmr import hysteresis
from heterofilm.engine.open_circuit import filling, is_table, potential, tabulated
from heterofilm.engine.state import SITE_ROWS, U_R, U_THETA
from verification.models import BRANCHES, CU2V2O7, TABLE, V2O5

PHASES = {"couples": V2O5, "other couples": CU2V2O7, "table": TABLE, "branches": BRANCHES}


@pytest.mark.parametrize("name", PHASES)
def test_potential_inverts_filling(name: str) -> None:
    """theta(U(theta)) = theta, within the phase and beyond it."""
    phase = PHASES[name]
    for U in np.linspace(1.8, 4.0, 23):
        for h in (-1.0, -0.3, 0.0, 1.0):
            theta, by_U, _, _ = filling(U, h, 1.0, phase)
            assert potential(theta, h, 1.0, 3.0, phase) == pytest.approx(U, abs=1e-9)
            assert by_U < 0.0


@pytest.mark.parametrize("name", PHASES)
def test_slopes_of_filling(name: str) -> None:
    """By U and by h: those of the filling."""
    phase, step = PHASES[name], 1e-6
    for U in (2.3, 2.9, 3.1, 3.35):
        _, by_U, by_h, _ = filling(U, 0.3, 1.0, phase)
        up, down = (filling(U + s, 0.3, 1.0, phase)[0] for s in (step, -step))
        assert by_U == pytest.approx((up - down) / (2 * step), rel=1e-4)
        up, down = (filling(U, 0.3 + s, 1.0, phase)[0] for s in (step, -step))
        assert by_h == pytest.approx((up - down) / (2 * step), rel=1e-4, abs=1e-9)


def test_the_branches_are_the_ends_of_the_hysteresis() -> None:
    """h = 1 is the discharge branch, h = -1 the charge branch, h = 0 half way between."""
    for theta in (0.1, 0.9, 1.5):
        low, middle, high = (potential(theta, h, 1.0, 3.0, BRANCHES) for h in (1.0, 0.0, -1.0))
        assert high - low == pytest.approx(0.03 + 0.06 * theta / 2.0, abs=2e-4)
        assert middle == pytest.approx(0.5 * (high + low), rel=1e-12)
    assert is_table(BRANCHES) and not is_table(V2O5)
    assert potential(0.4, 1.0, 1.0, 3.0, TABLE) == potential(0.4, -1.0, 1.0, 3.0, TABLE)


@pytest.mark.parametrize("phase", [TABLE, BRANCHES])
def test_tabulated_sites_are_the_scalar_law(phase) -> None:
    """All nodes at once as one by one; the slopes are those of U along the filling, with the hysteresis it moves."""
    rng, n = np.random.default_rng(3), 40
    theta = rng.uniform(-0.05, 1.05, n) * phase.theta_full
    U = rng.uniform(2.0, 4.0, n)
    history = np.array([theta / phase.theta_full - 0.02, rng.uniform(-1, 1, n), np.ones(n)])
    slopes, residual = np.zeros((SITE_ROWS, n)), np.zeros(n)
    tabulated(theta, U, phase, history, 0, slopes, residual)

    def along(k: int, at: float) -> float:
        h, _ = hysteresis(at / phase.theta_full, *history[:, k], phase.K)
        return float(potential(at, h, 1.0, 3.0, phase))

    for k in range(n):
        assert residual[k] * slopes[U_R, k] == pytest.approx(along(k, theta[k]) - U[k], abs=1e-12)
        step = 1e-7
        rise = (along(k, theta[k] + step) - along(k, theta[k] - step)) / (2 * step)
        assert slopes[U_THETA, k] == pytest.approx(rise, rel=1e-4, abs=1e-6)
        assert slopes[U_R, k] < 0.0
