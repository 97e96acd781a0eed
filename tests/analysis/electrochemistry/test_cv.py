"""Sweeps, peaks and scan rates: recovered from records with a known answer, and refused where they mean nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import solve_banded

from heterofilm.analysis.electrochemistry.cv import (
    b_value,
    dunn_split,
    finite_space_peak,
    on_common_grid,
    peaks,
    randles_sevcik,
    scan_regime,
    sweeps,
)
from heterofilm.errors import HeterofilmError
from real_data import real_file

F, R, T = 96485.33212, 8.31446261815324, 298.15


def cycle(rate=1e-3, peak=3.0, width=0.05, height=2.0, offset=0.5, slope=0.1, cycles=2, points=800, sign=-1.0):
    """Triangular potential 2 to 4 V; a Gaussian peak on a linear baseline, positive current on the cathodic sweep."""
    t = np.linspace(0.0, cycles * 4.0 / rate, cycles * points + 1)
    phase = (t * rate) % 4.0
    V = 4.0 - np.where(phase < 2.0, phase, 4.0 - phase)
    going = np.where(phase < 2.0, 1.0, -1.0)
    i = going * (height * np.exp(-((V - peak) ** 2) / (2.0 * width**2)) + offset + slope * (V - 2.0))
    return t, V, -sign * i


def reversible_peak(w, steps=6000, cells=400):
    """i_p L/(F c D) of a reversible one-electron sweep into a film, by finite differences.

    du/dt = d2u/dx2 in units of L and L^2/D, u(0) from Nernst with the potential falling by w per unit of time, no flux
    at the back. Cells are finer towards the surface, where steep profiles begin.
    """
    edges = np.linspace(0.0, 1.0, cells + 1) ** 2
    x = 0.5 * (edges[:-1] + edges[1:])
    h = np.diff(edges)
    link = np.concatenate([[1.0 / x[0]], 1.0 / np.diff(x), [0.0]])
    e = np.linspace(12.0, -12.0, steps + 1)  # F (E - E0)/RT
    dt = (e[0] - e[-1]) / w / steps
    u, best = np.zeros(cells), 0.0
    band = np.zeros((3, cells))
    band[1] = 1.0 + dt * (link[:-1] + link[1:]) / h
    band[0, 1:] = -dt * link[1:-1] / h[:-1]
    band[2, :-1] = -dt * link[1:-1] / h[1:]
    for k in range(1, steps + 1):
        surface = 1.0 / (1.0 + np.exp(e[k]))
        right = u.copy()
        right[0] += dt * link[0] * surface / h[0]
        u = solve_banded((1, 1), band, right)
        best = max(best, link[0] * (surface - u[0]))
    return best


@pytest.mark.parametrize("w", [0.1, 1.0, 5.0, 13.0, 100.0])
def test_the_peak_in_a_finite_space(w):
    """Aoki's formula against the solved diffusion equation; both ends of it."""
    assert finite_space_peak(w) == pytest.approx(reversible_peak(w), rel=0.02)
    assert finite_space_peak(1e-4) == pytest.approx(1e-4 / 4.0, rel=0.01)
    assert finite_space_peak(1e4) == pytest.approx(44.6, rel=1e-3)


@pytest.mark.parametrize(
    ("v", "regime", "b"), [(1e-5, "thin layer", 1.0), (1e-4, "finite", None), (1.0, "semi-infinite", 0.5)]
)
def test_what_a_scan_rate_means(v, regime, b):
    """300 nm and 1e-12 cm2/s: L^2/D = 900 s; RT/F = 25.7 mV."""
    found = scan_regime(v, 300e-9, 1e-16)
    assert found.diffusion_time_s == pytest.approx(900.0)
    assert found.scan_time_s == pytest.approx(0.025693 / v, rel=1e-4)
    assert found.w == pytest.approx(found.diffusion_time_s / found.scan_time_s)
    assert found.regime == regime
    assert 0.5 <= found.b <= 1.0 if b is None else found.b == pytest.approx(b, abs=0.06)


def test_sweeps_of_a_triangle():
    """Four sweeps, directions in turn, the scan rate from the data."""
    found = sweeps(*cycle(rate=2e-3))
    assert [s.direction for s in found] == ["cathodic", "anodic"] * 2
    assert [s.number for s in found] == [1, 2, 3, 4]
    for sweep in found:
        assert sweep.scan_rate_V_s == pytest.approx(2e-3, rel=1e-3)
        assert sweep.linearity > 0.9999
        assert np.ptp(sweep.voltage_V) == pytest.approx(2.0, abs=0.01)


def test_noise_and_staircase_are_no_turning_points():
    """Millivolts of noise, steps of 10 mV."""
    t, V, i = cycle()
    rng = np.random.default_rng(0)
    assert len(sweeps(t, np.round(V, 2) + 1e-3 * rng.normal(size=V.size), i)) == 4


@pytest.mark.parametrize("baseline", ["chord", "tangent"])
@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_the_peak_put_in(sign, baseline):
    """Potential, height above a sloping baseline, width 2.355 s, area, in both directions and signs."""
    positive = "cathodic" if sign < 0 else "anodic"
    for sweep in sweeps(*cycle(rate=1e-3, sign=sign)):
        (peak,) = peaks(sweep, positive=positive, baseline=baseline)
        assert peak.potential_V == pytest.approx(3.0, abs=3e-3)
        assert peak.height == pytest.approx(2.0, rel=0.02)
        assert peak.width_V == pytest.approx(2.3548 * 0.05, rel=0.02)
        assert peak.charge == pytest.approx(2.0 * 0.05 * np.sqrt(2.0 * np.pi) / 1e-3, rel=0.05)
        assert peak.direction == sweep.direction and peak.baseline


def test_height_above_zero():
    """The baseline is part of it."""
    (peak,) = peaks(sweeps(*cycle())[0], baseline="zero")
    assert peak.height == pytest.approx(2.0 + 0.5 + 0.1, rel=0.01) and peak.baseline == "zero current"


def test_two_peaks_share_the_valley():
    """Peaks at 3.2 and 2.8 V on one baseline: both found in the order they are passed."""
    t, V, _ = cycle(cycles=1)
    i = 2.0 * np.exp(-(((V - 3.2) / 0.06) ** 2)) + np.exp(-(((V - 2.8) / 0.06) ** 2))
    first, second = peaks(sweeps(t, V, i)[0])
    assert (first.potential_V, second.potential_V) == pytest.approx((3.2, 2.8), abs=0.01)
    assert (first.height, second.height) == pytest.approx((2.0, 1.0), rel=0.03)


@given(st.floats(0.3, 1.2), st.floats(1e-6, 1e3))
def test_the_exponent_put_in(b, a):
    """i = a v^b exactly: b, a, no error; the sign of the current does not matter."""
    v = np.array([1e-4, 2e-4, 5e-4, 1e-3])
    found = b_value(v, -a * v**b)
    assert found.b == pytest.approx(b, abs=1e-9)
    assert found.log10_a == pytest.approx(np.log10(a), abs=1e-8)
    assert found.stderr < 1e-8


def test_the_interval_holds_the_truth():
    """Scatter of 5 %: 95 % of the intervals hold b (400 draws: three standard deviations are 3.3 %)."""
    v, rng = np.geomspace(1e-4, 1e-2, 6), np.random.default_rng(0)
    found = [b_value(v, v**0.7 * np.exp(0.05 * rng.normal(size=v.size))) for _ in range(400)]
    assert np.mean([x.low <= 0.7 <= x.high for x in found]) == pytest.approx(0.95, abs=0.033)


def test_the_split_put_in():
    """i = k1 v + k2 sqrt(v) at each potential: both back, and the share falls with 1/sqrt(v)."""
    V, v = np.linspace(2.0, 4.0, 101), np.array([1e-4, 3e-4, 1e-3, 3e-3])
    k1, k2 = 200.0 + 50.0 * V, 10.0 * np.exp(-((V - 3.0) ** 2) / 0.02) + 1.0
    found = dunn_split(V, k1 * v[:, None] + k2 * np.sqrt(v)[:, None], v, thickness_m=5e-6, D_m2_s=1e-15)
    assert found.k1 == pytest.approx(k1) and found.k2 == pytest.approx(k2)
    assert found.r2 == pytest.approx(1.0)
    expected = np.trapezoid(k1, V) * v / (np.trapezoid(k1, V) * v + np.trapezoid(k2, V) * np.sqrt(v))
    assert found.share == pytest.approx(expected)
    assert found.warning == "" and found.opposite == 0.0


def test_a_thin_film_looks_capacitive_and_is_not():
    """Insertion only, w < 1 at every rate: the split calls all of it capacitive, the warning does not."""
    V, v = np.linspace(-0.2, 0.2, 81), np.array([1e-5, 2e-5, 5e-5, 1e-4])
    # a thin layer: i proportional to v times the slope of the isotherm
    s = F * V / (R * T)
    i = v[:, None] / (4.0 * np.cosh(s / 2.0) ** 2)
    found = dunn_split(V, i, v, thickness_m=100e-9, D_m2_s=1e-16)
    assert found.share == pytest.approx(1.0, abs=1e-6)
    assert all(r.regime == "thin layer" for r in found.regimes)
    assert "not capacitive" in found.warning and "L^2/D = 100 s" in found.warning


def test_an_unchecked_split_says_so():
    """No thickness, no claim; signs against each other, no split."""
    V, v = np.linspace(2.0, 4.0, 11), np.array([1e-4, 1e-3, 1e-2])
    found = dunn_split(V, 100.0 * v[:, None] - 5.0 * np.sqrt(v)[:, None] * np.ones(11), v)
    assert "was not checked" in found.warning
    assert found.opposite == 1.0 and "opposite signs" in found.warning


def test_randles_sevcik():
    """D from peaks of the formula itself; refused for a film that is too thin or another exponent."""
    c, D, v = 2e4, 1e-15, np.geomspace(1e-3, 1e-1, 5)
    i = 0.4463 * F * c * np.sqrt(F * v * D / (R * T))
    found = randles_sevcik(v, i, c, thickness_m=5e-6)
    assert pytest.approx(D, rel=1e-6) == found.D and found.valid
    assert not randles_sevcik(v, i, c, thickness_m=100e-9).valid
    assert "no half-space" in randles_sevcik(v, i, c, thickness_m=100e-9).reason
    assert "is not 1/2" in randles_sevcik(v, i * v**0.3, c).reason
    assert "not checked" in randles_sevcik(v, i, c).reason


def test_a_common_grid():
    """Sweeps of different length on one grid, with the scan rates measured."""
    chosen = [sweeps(*cycle(rate=rate, points=points))[0] for rate, points in ((1e-3, 400), (5e-3, 900))]
    grid, currents, rates = on_common_grid(chosen, points=100)
    assert currents.shape == (2, 100) and rates == pytest.approx([1e-3, 5e-3], rel=2e-3)
    assert currents[0] == pytest.approx(currents[1], rel=0.01)
    assert grid.min() > 2.0 and grid.max() < 4.0
    with pytest.raises(HeterofilmError, match="one direction"):
        on_common_grid([*chosen, sweeps(*cycle())[1]])


@pytest.mark.parametrize(("name", "rate"), [("cv/ixdat_Pt_poly_cv_CUT.mpt", 0.1), ("biologic/yadg_cv.mpt", 1e-4)])
def test_measured_sweeps(name, rate):
    """The scan rate in the head of the file is what the sweeps have (2 %: the instrument records averages)."""
    lines = real_file(name).read_text(encoding="latin-1").splitlines()
    head = next(k for k, text in enumerate(lines) if text.startswith("mode\t"))
    names = lines[head].split("\t")
    rows = [text.replace(",", ".").split("\t") for text in lines[head + 1 :] if text.strip()]
    t, V, i = (np.array([float(row[names.index(n)]) for row in rows]) for n in ("time/s", "Ewe/V", "<I>/mA"))
    found = [s for s in sweeps(t, V, i) if np.ptp(s.voltage_V) > 0.5 * np.ptp(V)]
    assert found
    for sweep in found:
        assert sweep.scan_rate_V_s == pytest.approx(rate, rel=0.02)
        assert sweep.linearity > 0.999


def test_what_makes_no_sense_is_said():
    """Two rates, no sweep, time that falls, gaps, unknown baseline."""
    with pytest.raises(HeterofilmError, match="at least three"):
        b_value([1.0, 2.0], [1.0, 2.0])
    with pytest.raises(HeterofilmError, match="stands still"):
        sweeps([0.0, 1.0, 2.0], [3.0, 3.0, 3.0], [0.0, 0.0, 0.0])
    with pytest.raises(HeterofilmError, match="falls"):
        sweeps([0.0, 2.0, 1.0], [3.0, 3.1, 3.2], [0.0, 0.0, 0.0])
    with pytest.raises(HeterofilmError, match="'current' has gaps"):
        sweeps([0.0, 1.0], [3.0, 3.1], [0.0, np.nan])
    with pytest.raises(HeterofilmError, match="no baseline 'spline'"):
        peaks(sweeps(*cycle())[0], baseline="spline")
    with pytest.raises(HeterofilmError, match="three different"):
        dunn_split([1.0, 2.0], [[1.0, 2.0], [1.0, 2.0]], [1.0, 2.0])


def test_a_sweep_without_a_peak_has_none():
    V = np.linspace(2.0, 3.0, 50)
    assert peaks(sweeps(np.arange(50.0), V, -V)[0]) == ()
