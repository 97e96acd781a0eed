"""Words for directions, runs and criteria, on cases with a known answer."""

from __future__ import annotations

import math

import numpy as np
import pytest

from heterofilm.calibration.told import criteria, runs_test, sloppy

LN = [1.0, 1.0]


def test_a_diffusion_time_is_told() -> None:
    """ln D and ln L free along (2, 1): D/L^2 is known."""
    along = np.array([2.0, 1.0]) / math.sqrt(5.0)
    C = 100.0 * np.outer(along, along) + 1e-6 * np.eye(2)
    assert sloppy(C, ["D", "L"], [True, True], LN) == ["These data tell D/L^2, not D and L by themselves."]


def test_a_product_is_told() -> None:
    """Along (1, -1): the product is known."""
    along = np.array([1.0, -1.0]) / math.sqrt(2.0)
    C = 100.0 * np.outer(along, along) + 1e-6 * np.eye(2)
    assert sloppy(C, ["c", "f"], [True, True], LN) == ["These data tell c f, not c and f by themselves."]


def test_a_single_value() -> None:
    assert sloppy(np.diag([1e-4, 50.0]), ["D", "k"], [True, True], LN) == ["These data do not tell k."]


def test_what_is_known_needs_no_words() -> None:
    """A standard deviation of less than a factor of two."""
    assert sloppy(np.diag([0.1, 0.4]), ["D", "k"], [True, True], LN) == []


def test_runs_of_noise_and_of_a_trend() -> None:
    """Independent signs are as likely as not; a sine has next to no runs."""
    noise = np.random.default_rng(2).standard_normal(400)
    assert runs_test(noise) > 1e-3
    assert runs_test(np.sin(np.linspace(0.0, 12.0, 400))) < 1e-12


def test_criteria() -> None:
    """AICc = -2 ln L + 2k + 2k(k+1)/(n-k-1), BIC = -2 ln L + k ln n."""
    assert criteria(10.0, 20, 3) == pytest.approx((10.0 + 6.0 + 24.0 / 16.0, 10.0 + 3.0 * math.log(20.0)))
    assert criteria(10.0, 4, 3)[0] == math.inf
