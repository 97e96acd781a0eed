"""Correlation of two quantities: known coefficients, exact chances, and York's line on his own data."""

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from heterofilm.analysis.correlation import correlation, york
from heterofilm.errors import HeterofilmError

# Pearson's data with York's weights: D. York, Can. J. Phys. 44 (1966) 1079
X = [0.0, 0.9, 1.8, 2.6, 3.3, 4.4, 5.2, 6.1, 6.5, 7.4]
Y = [5.9, 5.4, 4.4, 4.6, 3.5, 3.7, 2.8, 2.8, 2.4, 1.5]
WX = [1000.0, 1000.0, 500.0, 800.0, 200.0, 80.0, 60.0, 20.0, 1.8, 1.0]
WY = [1.0, 1.8, 4.0, 8.0, 20.0, 20.0, 70.0, 70.0, 100.0, 500.0]


def test_yorks_line_of_pearsons_data() -> None:
    """Slope -0.480533, intercept 5.47991, chi squared 11.8663 over 8: the values all exact methods agree on
    (D. York et al., Am. J. Phys. 72 (2004) 367, table II), errors 0.0580 and 0.2950 before
    they are widened by its root."""
    line = york(X, Y, 1.0 / np.sqrt(WX), 1.0 / np.sqrt(WY))
    assert line.b == pytest.approx(-0.480533, abs=1e-6) and line.a == pytest.approx(5.47991, abs=1e-5)
    assert line.chi2 == pytest.approx(11.8663 / 8.0, abs=1e-4)
    wider = math.sqrt(line.chi2)
    assert line.b_sd / wider == pytest.approx(0.0580, abs=2e-3) and line.a_sd / wider == pytest.approx(0.2950, abs=5e-3)


@given(st.lists(st.floats(-5.0, 5.0), min_size=3, max_size=12, unique=True), st.floats(-3.0, 3.0), st.floats(0.1, 5.0))
def test_points_on_a_line_give_the_line(x: list[float], a: float, b: float) -> None:
    """Whatever the uncertainties; and turning the axes turns the slope over."""
    own = np.array(x)
    if np.min(np.diff(np.sort(own))) < 1e-3:
        return
    sd = np.linspace(0.1, 0.3, own.size)
    for sx, sy in ((sd, sd), (None, sd), (sd, None), (None, None)):
        line = york(own, a + b * own, sx, sy)
        assert line.b == pytest.approx(b, rel=1e-6) and line.a == pytest.approx(a, abs=1e-5)
    assert york(a + b * own, own, sd, sd).b == pytest.approx(1.0 / b, rel=1e-6)


@pytest.mark.parametrize("n", [3, 4, 6, 8, 12])
def test_rank_correlation_is_that_of_scipy_and_its_chance_exact(n: int) -> None:
    """The p of few samples is the share of all n! orders."""
    rng = np.random.default_rng(n)
    x, y = rng.normal(size=n), rng.normal(size=n)
    found = correlation(x, y)
    assert found.rho == pytest.approx(spearmanr(x, y).statistic)
    if n <= 6:
        own = [spearmanr(x, order).statistic for order in permutations(y)]
        assert found.p == pytest.approx(np.mean(np.abs(own) >= abs(found.rho) - 1e-9))
    assert found.r == pytest.approx(np.corrcoef(x, y)[0, 1])


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """95 % of intervals hold the correlation that samples were drawn with, within three deviations of 400 draws."""
    rng, true, held = np.random.default_rng(0), 0.6, 0
    for _ in range(400):
        x = rng.normal(size=12)
        found = correlation(x, true * x + math.sqrt(1.0 - true**2) * rng.normal(size=12))
        held += found.low <= true <= found.high
    assert abs(held - 380) <= 3.0 * math.sqrt(400 * 0.95 * 0.05)


def test_few_samples_are_not_called_a_correlation() -> None:
    """A perfect order of three comes by chance in 33 % of cases."""
    three = correlation([1.0, 2.0, 3.0], [2.0, 4.0, 6.0])
    assert "cannot tell" in three.verdict and "33 %" in three.verdict and math.isnan(three.low)
    six = correlation(np.arange(6.0), -(np.arange(6.0) ** 3))
    assert "against each other" in six.verdict and six.p == pytest.approx(2.0 / 720.0)


@pytest.mark.parametrize(
    ("x", "y", "word"),
    [([1.0, 2.0], [1.0, 2.0], "three samples"), ([1.0] * 3, [1.0, 2.0, 3.0], "the same in all"),
     ([1.0, 2.0, math.nan], [1.0, 2.0, 3.0], "finite"), ([1.0, 2.0, 3.0], [1.0, 2.0], "as many")],
)  # fmt: skip
def test_what_cannot_be_correlated_is_one_sentence(x: list[float], y: list[float], word: str) -> None:
    with pytest.raises(HeterofilmError, match=word):
        correlation(x, y)
