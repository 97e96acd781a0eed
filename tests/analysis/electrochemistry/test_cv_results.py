"""Rows of voltammograms: which peaks belong together, what is a b-value, what a split is worth."""

import math

import numpy as np
import pytest

from heterofilm.analysis.electrochemistry.cv import Sweep, b_value, dunn_split, sweeps
from heterofilm.analysis.electrochemistry.cv_results import (
    REACH,
    b_value_results,
    dunn_results,
    pairs_of_peaks,
    voltammogram_results,
)


def test_sweeps_without_a_peak_say_so():
    V = np.concatenate([np.linspace(2.0, 3.0, 100), np.linspace(3.0, 2.0, 100)])
    found = voltammogram_results(sweeps(np.arange(200.0), V, np.repeat([-1.0, 1.0], 100)))
    assert [row.value for row in found] == ["none", "none"]


def test_an_oxidation_belongs_to_the_reduction_below_it():
    """Three and three peaks, of which one each has no counterpart: in order they would give negative separations."""
    cathodic = [(3.349, 1e-3), (3.161, 1e-3), (2.424, 1e-3)]
    anodic = [(2.534, 1e-3), (2.893, 1e-3), (3.294, 1e-3)]
    assert [(low[0], high[0]) for low, high in pairs_of_peaks(cathodic, anodic)] == [(2.424, 2.534), (3.161, 3.294)]


def test_no_pair_beyond_reach_or_reversed():
    """Beyond `REACH` or below by more than three standard errors there is no couple; within noise there is."""
    assert pairs_of_peaks([(3.0, 1e-3)], [(3.01 + REACH, 1e-3)]) == []
    assert pairs_of_peaks([(3.0, 1e-3)], [(2.99, 1e-3)]) == []
    assert len(pairs_of_peaks([(3.0, 1e-3)], [(2.998, 1e-3)])) == 1


def test_pairs_do_not_cross_and_are_as_many_as_can_be():
    rng = np.random.default_rng(0)
    for _ in range(50):
        low, high = ([(float(x), 1e-3) for x in rng.uniform(2.0, 4.0, rng.integers(0, 6))] for _ in range(2))
        pairs = pairs_of_peaks(low, high)
        assert all(-0.005 <= b[0] - a[0] <= REACH for a, b in pairs)
        assert pairs == sorted(pairs) and [b for _, b in pairs] == sorted(b for _, b in pairs)
        assert len({a for a, _ in pairs}) == len(pairs) == len({b for _, b in pairs})


def bumps(direction, places):
    V = np.linspace(2.0, 4.0, 800)
    i = sum(np.exp(-(((V - at) / 0.05) ** 2)) for at in places)
    order = slice(None) if direction == "anodic" else slice(None, None, -1)
    sign = -1.0 if direction == "anodic" else 1.0
    return Sweep(direction, 1, np.arange(800.0), V[order], sign * i[order], 1e-3, 1.0)


def test_a_peak_without_a_counterpart_is_said():
    """Two reductions and one oxidation: one separation, with both potentials, and one peak alone."""
    rows = {r.quantity: r for r in voltammogram_results([bumps("cathodic", (2.5, 3.2)), bumps("anodic", (3.3,))])}
    apart = rows["peak separation 1 at 1 mV/s"]
    assert apart.value == pytest.approx(100.0, abs=3.0 * apart.uncertainty)
    assert "3.2" in apart.note and "peak separation 2 at 1 mV/s" not in rows
    assert rows["peaks without a counterpart at 1 mV/s"].value.startswith("reduction at 2.5")


@pytest.mark.parametrize(
    ("b", "sigma", "said"),
    [(0.7, 0.01, ""), (-0.15, 0.01, "not determined"), (1.6, 0.01, "not determined"), (0.7, 0.9, "not determined")],
)
def test_only_a_slope_that_can_be_one_is_a_b_value(b, sigma, said):
    """Outside 0.4 to 1.1, or known worse than 1/2 is from 1: a verdict instead of a number."""
    v = np.array([1e-4, 3e-4, 1e-3])
    (row,) = b_value_results({"anodic, 3.00 V": (v, v**b, b_value(v, v**b, sigma * v**b))})
    assert row.value == said if said else row.value == pytest.approx(b)
    assert bool(row.note) and math.isfinite(row.uncertainty) == (not said)


def test_shares_after_dunn_carry_the_scatter():
    """An exact split has its share without error; noise gives one that covers the truth (three sigma)."""
    V, v = np.linspace(2.2, 3.8, 60), np.array([1e-4, 3e-4, 1e-3, 3e-3])
    exact = 2.0 * v[:, None] + 0.1 * np.sqrt(v)[:, None] * np.ones(V.size)
    truth = 100.0 * 2.0 * v / (2.0 * v + 0.1 * np.sqrt(v))
    for noise in (0.0, 0.03):
        noisy = exact * (1.0 + noise * np.random.default_rng(0).standard_normal((v.size, 1)))
        rows = dunn_results({"cathodic": dunn_split(V, noisy, v)})
        for row, share in zip(rows, truth, strict=True):
            assert abs(row.value - share) <= 3.0 * row.uncertainty + 1e-9 and row.note
            assert (row.uncertainty > 0.1) == (noise > 0.0)


def test_no_share_where_there_is_no_split():
    V, v = np.linspace(2.2, 3.8, 60), np.array([1e-4, 3e-4, 1e-3])
    opposite = 10.0 * v[:, None] - 0.1 * np.sqrt(v)[:, None] * np.ones(V.size)
    (row,) = dunn_results({"anodic": dunn_split(V, opposite, v)})
    assert row.value == "not determined" and "opposite signs" in row.note
