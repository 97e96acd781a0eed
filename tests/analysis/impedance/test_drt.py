"""The distribution has area, place and shape of what was put in, and is that of pyDRTtools for the same data."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.analysis.impedance.drt import relaxation_times
from heterofilm.errors import HeterofilmError
from real_data import impedance_file, real_file

F = np.logspace(5, -2, 71)
W = 2.0 * np.pi * F


def noisy(Z, noise, seed=0):
    rng = np.random.default_rng(seed)
    return Z * (1.0 + noise * (rng.normal(size=Z.size) + 1j * rng.normal(size=Z.size)))


def exact(tau, R, tau0, n):
    """gamma of a depressed arc: R/(2 pi) sin((1-n) pi)/(cosh(n ln(tau/tau0)) - cos((1-n) pi))."""
    angle = (1.0 - n) * np.pi
    return R / (2.0 * np.pi) * np.sin(angle) / (np.cosh(n * np.log(tau / tau0)) - np.cos(angle))


def test_the_distribution_of_pydrttools():
    """Its tutorial: 1ZARC.csv, tau from 1e-6 to 1e2 s in 81 steps, Gaussians of two steps, gamma'', GCV, unit
    weights. The reference file holds the heights of its Gaussians. lambda is found anew here, and the heights agree
    to a thousandth of the largest."""
    rows = np.loadtxt(real_file("eis/pydrttools_1ZARC.csv"), delimiter=",", skiprows=1)
    f, Z = rows[:, 1], rows[:, 2] + 1j * rows[:, 3]
    heights = np.loadtxt(real_file("eis/pydrttools_1ZARC_DRT-RR.csv"), skiprows=1)
    found = relaxation_times(f, Z, tau_s=np.logspace(-6, 2, 81), weighting="unit")
    assert found.basis_ohm == pytest.approx(heights, abs=1e-3 * heights.max())
    # what the data were made from: 10 ohm, 50 ohm, 0.1 s
    assert found.polarisation_ohm == pytest.approx(50.0, rel=0.02)
    assert found.series_ohm == pytest.approx(10.0, rel=0.02)
    largest = max(found.peaks, key=lambda p: p.resistance_ohm)
    assert largest.tau_s == pytest.approx(0.1, rel=0.15)


@pytest.mark.parametrize("basis", ["gaussian", "linear"])
def test_a_depressed_arc(basis):
    """Against the exact distribution of a ZARC, noise 0.1 %."""
    R, tau0, n = 50.0, 0.03, 0.8
    Z = 10.0 + R / (1.0 + (1j * W * tau0) ** n)
    found = relaxation_times(F, noisy(Z, 1e-3), basis=basis)
    inner = (found.tau_s > 1e-4) & (found.tau_s < 3.0)
    expected = exact(found.tau_s, R, tau0, n)
    assert np.abs(found.gamma_ohm - expected)[inner].max() < 0.15 * expected.max()
    assert found.polarisation_ohm == pytest.approx(R, rel=0.02)
    assert max(found.peaks, key=lambda p: p.resistance_ohm).tau_s == pytest.approx(tau0, rel=0.2)


@pytest.mark.parametrize("how", ["gcv", "l-curve"])
def test_two_arcs_before_a_blocking_tail(how):
    """Resistances and time constants of both, and the capacitance of the tail, which does not ruin them."""
    Z = 10.0 + 50.0 / (1.0 + 1j * W * 1e-4) + 30.0 / (1.0 + 1j * W * 0.1) + 1.0 / (1j * W * 0.5)
    found = relaxation_times(F, noisy(Z, 2e-3), regularisation=how)
    first, second = sorted(sorted(found.peaks, key=lambda p: -p.resistance_ohm)[:2], key=lambda p: p.tau_s)
    assert (first.resistance_ohm, second.resistance_ohm) == pytest.approx((50.0, 30.0), rel=0.05)
    assert (first.tau_s, second.tau_s) == pytest.approx((1e-4, 0.1), rel=0.1)
    assert found.capacitance_F == pytest.approx(0.5, rel=0.02)
    assert first.capacitance_F == pytest.approx(2e-6, rel=0.15)
    assert first.frequency_Hz == pytest.approx(1.0 / (2e-4 * np.pi), rel=0.1)
    assert sum(p.share for p in found.peaks) <= 1.0 + 1e-9


def test_cables_are_taken_up():
    """An inductance shifts no arc."""
    Z = 10.0 + 50.0 / (1.0 + 1j * W * 0.01)
    without, with_L = relaxation_times(F, Z), relaxation_times(F, Z + 2e-5j * W)
    assert with_L.inductance_H == pytest.approx(2e-5, rel=0.01)
    assert with_L.polarisation_ohm == pytest.approx(without.polarisation_ohm, rel=0.01)


def test_negative_only_where_allowed():
    """An inductive loop (Z'' > 0 at low frequency) needs a negative peak, which only the free fit gives."""
    Z = 10.0 + 50.0 / (1.0 + 1j * W * 1e-3) - 20.0 / (1.0 + 1j * W * 1.0)
    assert relaxation_times(F, Z).gamma_ohm.min() >= 0.0
    free = relaxation_times(F, Z, nonnegative=False)
    assert free.gamma_ohm.min() < -1.0
    assert np.abs(free.residual).max() < 0.01


def test_an_arc_beyond_the_data_is_marked():
    """Its size is a guess: the measurement ends within it."""
    found = relaxation_times(F, 10.0 + 50.0 / (1.0 + 1j * W * 1e-2) + 80.0 / (1.0 + 1j * W * 30.0), capacitance=False)
    assert found.peaks[-1].at_edge and not found.peaks[0].at_edge


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_the_size_of_the_sample_does_not_matter(scale):
    """lambda has no unit: curve and peaks scale with the impedance."""
    Z = noisy(10.0 + 50.0 / (1.0 + (1j * W * 0.01) ** 0.9), 1e-3)
    one, other = relaxation_times(F, Z), relaxation_times(F, scale * Z)
    assert other.regularisation == pytest.approx(one.regularisation, rel=1e-3)
    assert other.gamma_ohm == pytest.approx(scale * one.gamma_ohm, rel=1e-3, abs=1e-4 * scale)


def test_more_regularisation_is_smoother():
    """The bend of the curve falls with lambda, the misfit grows."""
    Z = noisy(10.0 + 50.0 / (1.0 + (1j * W * 0.01) ** 0.8), 1e-2)
    curves = [relaxation_times(F, Z, regularisation=x) for x in (1e-6, 1e-3, 1.0)]
    bends = [np.sum(np.diff(c.gamma_ohm, 2) ** 2) for c in curves]
    misfits = [np.sum(np.abs(c.residual) ** 2) for c in curves]
    assert bends[0] > bends[1] > bends[2] and misfits[0] < misfits[1] < misfits[2]


def test_a_measured_cell():
    """pyDRTtools' lithium-ion cell: the fit follows the data to 0.2 %, and arcs and series resistance add up."""
    f, Z = impedance_file("eis/pydrttools_LIB_data.txt")
    found = relaxation_times(f, Z)
    assert np.abs(found.residual).max() < 0.01
    assert found.series_ohm == pytest.approx(0.112, rel=0.02)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"basis": "box"}, "no basis 'box'"),
        ({"weighting": "none"}, "no weighting 'none'"),
        ({"regularisation": "guess"}, "no way 'guess'"),
        ({"regularisation": -1.0}, "must be positive"),
        ({"tau_s": [1.0, 2.0, 3.0, 4.0, 5.0]}, "even in log tau"),
    ],
)
def test_what_makes_no_sense_is_said(options, message):
    """Unknown choices, and a grid that is none."""
    with pytest.raises(HeterofilmError, match=message):
        relaxation_times(F, 10.0 + 50.0 / (1.0 + 1j * W), **options)
