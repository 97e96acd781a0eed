"""Features are read where the data have them, with the numbers of the circuit behind, and refused where not."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from heterofilm.analysis.impedance.circuit import Circuit
from heterofilm.analysis.impedance.features import LEAST, _is_warburg, _warburg_range, features
from real_data import impedance_file, real_file

F = np.logspace(6, -4, 101)


def of(text, f=F, noise=0.0, **values):
    Z = Circuit.parse(text).impedance(f, values)
    rng = np.random.default_rng(0)
    return features(f, Z * (1.0 + noise * (rng.normal(size=f.size) + 1j * rng.normal(size=f.size))))


def test_two_arcs_and_a_cable():
    """Intercept, number and diameters, apex at 1/(2 pi RC); no tail, and it says so."""
    found = of("L1-R0-p(R1,C1)-p(R2,C2)", noise=1e-3, L1=1e-6, R0=10.0, R1=60.0, C1=1e-5, R2=100.0, C2=1e-2)
    assert found.intercept.value == pytest.approx(10.0, rel=0.01)
    first, second = found.arcs
    assert (first.diameter_ohm, second.diameter_ohm) == pytest.approx((60.0, 100.0), rel=0.02)
    assert (first.capacitance_F, second.capacitance_F) == pytest.approx((1e-5, 1e-2), rel=0.15)
    assert first.depression == pytest.approx(1.0, abs=0.03)
    for feature in (found.tail_angle, found.tail_slope, found.limiting_capacitance, found.warburg):
        assert feature.value is None and not feature and feature.reason


def test_a_film_with_a_blocking_back():
    """Finite-space diffusion behind an arc: 90 degrees, C = tau/R; sigma = R/sqrt(2 tau) where it is semi-infinite."""
    R, tau = 300.0, 100.0
    found = of("R0-p(R1-Wo1,C1)", R0=10.0, R1=60.0, C1=1e-5, Wo1_R=R, Wo1_tau=tau)
    assert found.tail_angle.value == pytest.approx(90.0, abs=0.1)
    assert found.limiting_capacitance.value == pytest.approx(tau / R, rel=0.01)
    assert found.warburg.value == pytest.approx(R / (2.0 * tau) ** 0.5, rel=0.05)
    low, high = found.warburg.range_Hz
    assert low < 1.0 / tau < high
    assert len(found.arcs) == 1


def test_diffusion_into_a_half_space():
    """45 degrees, the coefficient itself, and no capacitance."""
    found = of("R0-W1", noise=1e-3, R0=10.0, W1_sigma=5.0)
    assert found.tail_angle.value == pytest.approx(45.0, abs=0.5)
    assert found.tail_slope.value == pytest.approx(1.0, abs=0.02)
    assert found.warburg.value == pytest.approx(5.0, rel=0.01)
    assert not found.limiting_capacitance and "leans at 45" in found.limiting_capacitance.reason


def test_a_leaning_tail():
    """n = 0.45 leans by nine degrees and still has a capacitance."""
    found = of("R0-Tf1", R0=10.0, Tf1_C=1.0, Tf1_tau=10.0, Tf1_n=0.45)
    assert found.tail_angle.value == pytest.approx(81.0, abs=1.0)
    assert found.limiting_capacitance


def test_the_flank_of_an_arc_is_no_warburg_line():
    """A depressed arc rises at 45 degrees somewhere: refused, with the arc named."""
    found = of("R0-ZARC1", R0=10.0, ZARC1_R=50.0, ZARC1_tau=0.1, ZARC1_n=0.6)
    assert found.warburg.value is None and "flank of the arc" in found.warburg.reason
    assert found.arcs[0].depression == pytest.approx(np.tan(0.6 * np.pi / 4.0), rel=0.05)


def test_an_intercept_that_was_not_measured():
    """The spectrum ends within the arc: no value, and why."""
    found = of("R0-p(R1,C1)", f=np.logspace(3, -1, 41), R0=10.0, R1=60.0, C1=1e-5)
    assert found.intercept.value is None and "still capacitive" in found.intercept.reason


def test_a_crossing_behind_a_capacitive_end_is_no_intercept():
    """Noise in the valley between two arcs crosses zero, and so does an inductive loop at low frequency: neither is
    the series resistance of 20 ohm."""
    f = np.geomspace(1e6, 1e-2, 81)
    w = 2.0 * np.pi * f
    arcs = 20.0 + 300.0 / (1.0 + 1e-6j * w) + 500.0 / (1.0 + 1e-2j * w)
    noise = np.where(np.arange(f.size) % 7 == 3, 30.0, 0.0)  # beyond zero in the valley only
    for Z in (arcs + 1j * noise, arcs - 200.0 / (1.0 + 1j * w)):
        assert Z.imag[0] < 0.0 and (Z.imag > 0.0).any()
        assert features(f, Z).intercept.value is None


def test_measured_spectra():
    """A lithium-ion cell: intercept at the series resistance of its fit, a diffusion tail near 45 degrees. A noisy
    depressed arc: 10 and 50 ohm, one arc only, no tail."""
    found = features(*impedance_file("eis/impedancepy_exampleData.csv"))
    assert found.intercept.value == pytest.approx(0.0165, rel=0.06)
    assert found.tail_angle.value == pytest.approx(45.0, abs=5.0)
    assert found.warburg and not found.limiting_capacitance
    found = features(*impedance_file("eis/pydrttools_zarc_data.txt"))
    assert found.intercept.value == pytest.approx(10.0, rel=0.02)
    (arc,) = found.arcs
    assert arc.diameter_ohm == pytest.approx(50.0, rel=0.05)
    assert not found.tail_angle and not found.warburg


def test_a_thin_electrode():
    """Impedance from a titration of a 17 um layer of NMC (Guenther et al., J. Electrochem. Soc. 172 (2025) 030525), 785
    scattered points down to 0.1 mHz: the tail and its capacitance are found, -Im Z = 1/(wC) at the last point."""
    frame = pl.read_parquet(real_file("eis/gunther2025_thin_monolayer_17um_impedance.parquet"))
    f, real, imag = (frame.filter(frame["indices"] == 12)[:, k].to_numpy() for k in (1, 2, 3))
    found = features(f, real + 1j * imag)
    assert found.tail_angle.value > 75.0
    assert found.limiting_capacitance.value == pytest.approx(-1.0 / (2.0 * np.pi * f[0] * imag[0]), rel=0.3)


def test_the_warburg_range_is_the_widest_that_is_one() -> None:
    """The search by running sums finds what trying every window finds, with large offsets and noise too."""
    rng = np.random.default_rng(1)
    met = 0
    for k in range(12):
        n = int(rng.integers(12, 60))
        f = np.geomspace(10.0 ** rng.uniform(3, 6), 10.0 ** rng.uniform(-3, 0), n)
        w = 2.0 * np.pi * f
        Z = rng.uniform(1.0, 1e4) + 100.0 / (1.0 + 1j * w * 1e-3) + 10.0 ** rng.uniform(0, 3) * (1.0 - 1j) / np.sqrt(w)
        Z *= 1.0 + rng.normal(0.0, 10.0 ** rng.uniform(-5, -2), n)
        s = w**-0.5
        windows = [(a, b) for a in range(n) for b in range(a + LEAST, n + 1) if f[a] / f[b - 1] >= 10.0**0.5]
        fits = [(f[a] / f[b - 1], -a) for a, b in windows if _is_warburg(s[a:b], Z[a:b])]
        found = _warburg_range(f, Z)
        assert (found is None) == (not fits), k
        if found is not None:
            met += 1
            assert f[found[0]] / f[found[1] - 1] == pytest.approx(max(fits)[0])
    assert met > 3
