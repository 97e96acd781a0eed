"""Edges of known shape."""

import numpy as np
import polars as pl
import pytest
from scipy.special import ndtr

from heterofilm.analysis.depth.edges import find_edges, ions_of
from heterofilm.errors import HeterofilmError
from heterofilm.instruments import Measurement


def profile(**ions: np.ndarray) -> Measurement:
    n = len(next(iter(ions.values())))
    return Measurement("depth profile", "p", pl.DataFrame({"time_s": np.arange(n) * 2.0, **ions}))


def test_an_error_function_gives_back_its_place_and_width() -> None:
    """Without noise the fit is the law itself: width from 16 to 84 % is two standard deviations."""
    t = np.arange(120) * 2.0
    edge = find_edges(profile(A=2.0 + 1000.0 * ndtr((t - 101.3) / 9.0)), "A")
    assert len(edge) == 1 and edge[0].rising
    assert edge[0].position == pytest.approx(101.3, abs=0.02)
    assert edge[0].width == pytest.approx(18.0, abs=0.1)
    assert abs(edge[0].position - 101.3) < 2 * edge[0].position_error + 1e-6


def test_a_layer_has_a_rising_and_a_falling_edge() -> None:
    t = np.arange(150) * 2.0
    edges = find_edges(profile(A=5000.0 * (ndtr((t - 80) / 6) - ndtr((t - 200) / 12))), "A")
    assert [e.rising for e in edges] == [True, False]
    assert [e.position for e in edges] == pytest.approx([80.0, 200.0], abs=0.2)
    assert [e.width for e in edges] == pytest.approx([12.0, 24.0], rel=0.02)


def test_an_edge_whose_plateau_was_never_reached_is_none() -> None:
    t = np.arange(60) * 2.0
    assert find_edges(profile(A=100.0 * np.exp((t - 118.0) / 10.0)), "A") == []


def test_errors_cover_what_counting_does_to_an_edge() -> None:
    """Poisson counts, 60 draws: place and width within two errors in 19 of 20, errors no wider than threefold."""
    t = np.arange(100) * 2.0
    mean = 20.0 + 600.0 * ndtr((t - 90.7) / 8.0)
    found = [find_edges(profile(A=np.random.default_rng(k).poisson(mean).astype(float)), "A")[0] for k in range(60)]
    place = np.array([(e.position - 90.7, e.position_error) for e in found])
    width = np.array([(e.width - 16.0, e.width_error) for e in found])
    for value, error in (place.T, width.T):
        assert np.mean(np.abs(value) < 2 * error) >= 0.95
        assert np.median(error) < 3 * np.std(value)


def test_an_ion_is_asked_for_by_its_name() -> None:
    p = profile(A=np.ones(20), B=np.ones(20))
    assert ions_of(p) == ["A", "B"]
    with pytest.raises(HeterofilmError, match="Did you mean 'A'"):
        find_edges(p, "a")
    with pytest.raises(HeterofilmError, match="edges need 8"):
        find_edges(profile(A=np.ones(5)), "A")
