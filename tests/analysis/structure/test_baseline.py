"""Baseline, noise and spikes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from draws import examples
from heterofilm.analysis.structure.baseline import baseline, despike, noise
from heterofilm.errors import HeterofilmError

X = np.linspace(100.0, 1100.0, 1000)


def lorentz(x: np.ndarray, x0: float, width: float) -> np.ndarray:
    return 1.0 / (1.0 + (2.0 * (x - x0) / width) ** 2)


@examples(100)
@given(st.floats(-5, 5), st.floats(0, 1000))
def test_a_straight_line_is_its_own_baseline(slope: float, start: float) -> None:
    y = start + slope * X
    assert np.allclose(baseline(X, y, 30.0), y, atol=1e-3 * (1.0 + np.ptp(y)))


def test_a_band_does_not_lift_the_baseline() -> None:
    rng = np.random.default_rng(1)
    floor = 500.0 + 200.0 * np.sin(X / 400.0)
    y = rng.poisson(floor + 2000.0 * lorentz(X, 600.0, 12.0)).astype(float)
    assert np.abs(baseline(X, y, 30.0) - floor)[50:-50].max() < 60.0  # 3 % of the band


@pytest.mark.parametrize("gain", [1.0, 4.0])
def test_noise_of_counts_is_their_root_times_the_gain(gain: float) -> None:
    rng = np.random.default_rng(2)
    level = np.linspace(200.0, 2000.0, 4000)
    found = noise(gain * rng.poisson(level))
    assert np.median(found / (gain * np.sqrt(level))) == pytest.approx(1.0, abs=0.1)


def test_smoothed_noise_is_not_taken_for_little_noise() -> None:
    """A mean of three points leaves a third of the variance, but sums over a line fluctuate as before."""
    white = np.random.default_rng(3).standard_normal(6000)
    smooth = np.convolve(white, np.ones(3) / 3, "same")
    assert np.median(noise(smooth)) == pytest.approx(1.0, abs=0.35)


@given(st.floats(3.0, 40.0), st.floats(200.0, 900.0), st.floats(100.0, 1e5))
@examples(300)
def test_no_band_of_three_pixels_or_more_is_taken_for_a_spike(pixels: float, place: float, height: float) -> None:
    y = 500.0 + height * lorentz(X, place, pixels * (X[1] - X[0]))
    assert despike(y)[1].size == 0


@given(st.floats(0.0, 1.0), st.floats(1e3, 1e5), st.integers(0, 99))
@examples(100)
def test_a_line_of_two_pixels_is_no_spike_and_one_pixel_is(offset: float, height: float, seed: int) -> None:
    """A Gaussian with a full width of two pixels, wherever its middle lies between them, with the noise of counts; a
    single pixel as high is one."""
    rng, k = np.random.default_rng(seed), np.arange(X.size)
    line = height * np.exp(-np.log(2.0) * (k - 400.0 - offset) ** 2)
    assert despike(rng.poisson(500.0 + line).astype(float))[1].size == 0
    lone = rng.poisson(500.0 + height * (k == 400)).astype(float)
    assert 400 in despike(lone)[1]


def test_spikes_are_replaced_and_nothing_else() -> None:
    rng = np.random.default_rng(4)
    clean = rng.poisson(400.0 + 1500.0 * lorentz(X, 500.0, 9.0)).astype(float)
    y = clean.copy()
    y[[200, 640, 641, 800]] += [2000.0, 5000.0, 4000.0, 900.0]
    mended, hit = despike(y)
    assert {200, 640, 641, 800} <= set(hit.tolist()) and hit.size < 16
    assert np.abs(mended - clean).max() < 6.0 * np.sqrt(400.0)
    untouched = np.setdiff1d(np.arange(X.size), hit)
    assert np.array_equal(mended[untouched], clean[untouched])


def test_bad_spectra_are_refused() -> None:
    with pytest.raises(HeterofilmError, match="at least ten points"):
        baseline([1, 2], [1, 2], 1.0)
    with pytest.raises(HeterofilmError, match="larger width"):
        baseline(X, X, 0.1)


def test_few_counts_have_the_noise_of_counts() -> None:
    """With 0.05 counts a point most differences are zero, but the noise is not."""
    y = np.random.default_rng(5).poisson(0.05, 3000).astype(float)
    assert np.sqrt(np.mean(noise(y) ** 2)) == pytest.approx(np.sqrt(0.05), rel=0.2)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("y", [0.0 * X, 0.0 * X + 5.0, np.where(X > 600.0, 1e4, 0.0), 1e29 * (X > 600.0), X - 2000.0])
def test_spectra_without_noise_have_a_finite_noise(y: np.ndarray) -> None:
    assert np.all(np.isfinite(noise(y))) and np.all(noise(y) > 0.0)
