"""Planar and macroscopic averages against waves and steps that can be averaged by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("ase")

from heterofilm.atomistic.fields.averages import Profile, macroscopic_average, planar_average, plateau
from heterofilm.atomistic.fields.grid import Grid
from heterofilm.errors import HeterofilmError

H = 24.0


def profile(n: int, f) -> Profile:
    z = np.arange(n) * H / n
    return Profile(z, f(z), H, "eV")


def test_the_planar_average_keeps_what_varies_along_the_axis_and_nothing_else() -> None:
    x, z = np.arange(12) / 12, np.arange(20) / 20
    values = np.cos(2 * np.pi * x)[:, None, None] + np.sin(2 * np.pi * z)[None, None, :] + np.zeros((12, 7, 20))
    along = planar_average(Grid(values, np.diag([3.0, 4.0, H]), "eV"), "c")
    np.testing.assert_allclose(along.values, np.sin(2 * np.pi * z), atol=1e-14)
    np.testing.assert_allclose(along.z_A, z * H)


@given(st.integers(1, 12), st.floats(-3.0, 3.0), st.floats(0.0, 6.0))
def test_a_wave_with_the_period_of_the_box_vanishes_and_its_mean_stays(periods: int, mean: float, phase: float) -> None:
    L = H / periods
    wave = profile(240, lambda z: mean + np.cos(2 * np.pi * z / L + phase) + 0.3 * np.sin(4 * np.pi * z / L))
    np.testing.assert_allclose(macroscopic_average(wave, L).values, mean, atol=1e-12)


@given(st.integers(1, 20), st.floats(1.0, 10.0), st.floats(1.0, 10.0))
def test_a_wave_is_damped_by_the_sinc_of_both_boxes_also_where_they_do_not_fit(m: int, L1: float, L2: float) -> None:
    G = 2 * np.pi * m / H
    wave = profile(200, lambda z: np.cos(G * z))
    factor = np.prod([np.sin(G * L / 2) / (G * L / 2) for L in (L1, L2)])
    np.testing.assert_allclose(macroscopic_average(wave, L1, L2).values, factor * wave.values, atol=1e-12)


def double_step_averaged(z: np.ndarray, L: float) -> np.ndarray:
    """A step up at H/4 and down at 3H/4, convolved twice with a box of length L: a quadratic spline over ±L."""

    def up(d: np.ndarray) -> np.ndarray:
        u = np.clip(d / L, -1.0, 1.0)
        return np.where(u < 0, 0.5 * (1 + u) ** 2, 1 - 0.5 * (1 - u) ** 2)

    return up(z - H / 4) - up(z - 3 * H / 4)


def test_a_double_step_becomes_the_quadratic_spline_and_the_error_falls_with_the_grid() -> None:
    L, errors = 3.0, []
    for n in (96, 192, 384):
        # A step that falls on a point of the grid has half its height there.
        step = profile(n, lambda z: np.heaviside(z - H / 4, 0.5) - np.heaviside(z - 3 * H / 4, 0.5))
        found = macroscopic_average(step, L)
        errors.append(np.abs(found.values - double_step_averaged(found.z_A, L)).max())
    assert errors[0] < 2e-2 and errors[2] < errors[0] / 10.0


def test_plateaus_of_a_double_step_with_atoms_on_it_are_its_levels() -> None:
    """Two crystals with periods 2 and 3 Å at levels 0 and 1: boxes of both periods leave the levels."""
    n = 2400

    def crystals(z: np.ndarray) -> np.ndarray:
        inside = (z >= H / 4) & (z < 3 * H / 4)
        return np.where(inside, 1.0 + 4.0 * np.cos(2 * np.pi * (z - H / 4) / 3.0), 5.0 * np.cos(2 * np.pi * z / 2.0))

    smooth = macroscopic_average(profile(n, crystals), 2.0, 3.0)
    assert plateau(smooth, 10.0, 14.0).value == pytest.approx(1.0, abs=2e-3)
    assert plateau(smooth, -2.0, 2.0, tolerance=0.01).value == pytest.approx(0.0, abs=2e-3)


def test_an_average_keeps_the_mean_of_the_whole() -> None:
    rough = profile(101, lambda z: np.random.default_rng(3).normal(size=z.size))
    assert macroscopic_average(rough, 2.0, 5.0).values.mean() == pytest.approx(rough.values.mean(), abs=1e-13)


def test_periods_and_windows_that_cannot_be_are_refused() -> None:
    flat = profile(100, lambda z: 0.0 * z)
    for periods in ((), (1.0, 2.0, 3.0), (0.1,), (30.0,), (float("nan"),)):
        with pytest.raises(HeterofilmError, match="period"):
            macroscopic_average(flat, *periods)
    with pytest.raises(HeterofilmError, match="ordered"):
        plateau(flat, 5.0, 4.0)
    with pytest.raises(HeterofilmError, match="points"):
        plateau(flat, 5.0, 5.1)
    with pytest.raises(HeterofilmError, match="no plateau"):
        plateau(profile(100, lambda z: z), 1.0, 9.0, tolerance=0.1)
    with pytest.raises(HeterofilmError, match="finite"):
        profile(100, lambda z: z * np.nan)
    with pytest.raises(HeterofilmError, match="equal distances"):
        Profile(np.array([0.0, 1.0, 3.0]), np.zeros(3), 4.0, "eV")
