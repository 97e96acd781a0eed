"""A ramp convolved with a Gaussian: the closed forms, and what is found where an edge bends."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.analysis.photoemission.rounded_edge import _ramps, rounded_edge

E = np.arange(-2.0, 2.0, 0.01)


@pytest.mark.parametrize("s", [0.03, 0.2])
def test_the_closed_forms_are_the_convolution(s: float) -> None:
    """x and x^2 above zero, folded with a Gaussian by sums."""
    fine = np.arange(-8.0 * s, 8.0 * s, s / 200.0)
    weights = np.exp(-0.5 * (fine / s) ** 2)
    for found, power in zip(_ramps(E, s), (1, 2), strict=True):
        shifted = np.clip(E[:, None] - fine[None, :], 0.0, None) ** power
        assert found == pytest.approx(shifted @ weights / weights.sum(), abs=1e-5)


@pytest.mark.parametrize(("bend", "curved"), [(0.0, False), (-0.3, True), (0.8, True)])
def test_the_edge_of_its_own_law_comes_back(bend: float, curved: bool) -> None:
    """Beginning, rounding and slope of a noisy edge within three standard deviations or a few per cent."""
    R1, R2 = _ramps(E - 0.4, 0.08)
    clean = 500.0 + 20.0 * E + 4000.0 * (R1 + bend * R2)
    y = np.random.default_rng(1).poisson(clean).astype(float)
    near = E < 1.4
    fits = [rounded_edge(E[near], y[near], np.sqrt(clean[near]), 0.3, curved=bent) for bent in (False, True)]
    straight, bent = fits
    assert straight is not None and bent is not None
    found = bent if curved else straight
    assert abs(found.energy_eV - 0.4) <= 3.0 * found.energy_sd and found.energy_sd < 0.02
    assert found.sigma_eV == pytest.approx(0.08, abs=0.03) and found.slope == pytest.approx(4000.0, rel=0.1)
    assert bent.better_than(straight) is curved


def test_a_rounding_as_wide_as_the_edge_is_no_bend() -> None:
    """A smoothed step: a bent edge may describe it better, but its rounding reaches to the end of what is fitted."""
    clean = 100.0 + 4000.0 / (1.0 + np.exp(-E / 0.15))
    near = E < 0.0
    straight, bent = (rounded_edge(E[near], clean[near], np.sqrt(clean[near]), -0.4, curved=c) for c in (False, True))
    assert straight is not None and bent is not None and not bent.better_than(straight)


def test_too_few_points_or_a_start_outside_give_nothing() -> None:
    y = np.ones(E.size)
    assert rounded_edge(E[:8], y[:8], y[:8], -1.95, curved=False) is None
    assert rounded_edge(E, y, y, 5.0, curved=False) is None
