"""Searches by evolution and draws of the posterior: other people's, asked for what is known."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.calibration.sampling import evolved, posterior
from heterofilm.calibration.search import least
from heterofilm.errors import HeterofilmError, MissingExtraError, require

LOWER, UPPER = np.array([-6.0, -6.0]), np.array([6.0, 6.0])


def test_evolution_leaves_a_minimum_that_slopes_end_in() -> None:
    """A rough S has its least at (0.6, -0.4) and ripples around: least squares ends in one of them, evolution does
    not."""
    pytest.importorskip("cma", reason="the extra 'sampling' is not installed")
    truth, begin = np.array([0.6, -0.4]), np.array([-0.8, 0.7])

    def residuals(u: np.ndarray) -> np.ndarray:
        off = u - truth
        return np.concatenate([10.0 * off, 5.0 * np.sin(4.0 * np.pi * off)])

    def both(u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        off = u - truth
        return residuals(u), np.concatenate([10.0 * np.eye(2), np.diag(20.0 * np.pi * np.cos(4.0 * np.pi * off))])

    assert np.abs(least(both, begin, LOWER, UPPER).u - truth).max() > 0.3
    found = evolved(lambda u: float(residuals(u) @ residuals(u)), begin, LOWER, UPPER, seed=0)
    assert np.abs(found - truth).max() < 0.05


def test_draws_of_a_linear_model_have_its_covariance() -> None:
    """exp(-S/2) of a linear model is normal: mean and covariance of the draws are the known ones, and a chain that is
    long enough says nothing of more draws."""
    pytest.importorskip("emcee", reason="the extra 'sampling' is not installed")
    J = np.array([[3.0, 1.0], [0.0, 2.0], [1.0, 0.0]])
    truth, known = np.array([0.2, -0.1]), np.linalg.inv(J.T @ J)
    best = least(lambda u: (J @ (u - truth), J), np.zeros(2), LOWER, UPPER)
    drawn, said = posterior(lambda u: float(np.sum((J @ (u - truth)) ** 2)), best, LOWER, UPPER, 12_000, 1)
    assert len(drawn) >= 12_000 and "ask for more" not in said
    error = 5.0 * np.sqrt(np.diag(known) / 200.0)  # five standard errors of so many independent draws
    assert (np.abs(drawn.mean(axis=0) - truth) < error).all()
    assert np.cov(drawn.T) == pytest.approx(known, abs=0.2 * known.max())
    _, short = posterior(lambda u: float(np.sum((J @ (u - truth)) ** 2)), best, LOWER, UPPER, 200, 1)
    assert "ask for more draws" in short


def test_one_value_is_no_search_by_evolution() -> None:
    with pytest.raises(HeterofilmError, match="two values or more"):
        evolved(lambda u: 0.0, np.zeros(1), LOWER[:1], UPPER[:1], 0)


def test_what_is_not_installed_is_said_with_what_brings_it() -> None:
    with pytest.raises(MissingExtraError, match=r"no_such_package.*pip install heterofilm\[sampling\]"):
        require("no_such_package", "sampling", "This")
