"""What a linear, stable sample does passes; drift, non-linearity and artefacts do not; noise is no violation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from draws import examples
from heterofilm.analysis.impedance.circuit import Circuit
from heterofilm.analysis.impedance.kramers_kronig import kramers_kronig
from heterofilm.errors import HeterofilmError
from real_data import impedance_file, real_file

F = np.logspace(5, -2, 71)
W = 2.0 * np.pi * F
TWO_ARCS = 10.0 + 50.0 / (1.0 + 1j * W * 0.01) + 30.0 / (1.0 + 1j * W)


def noisy(Z, noise, seed=0):
    rng = np.random.default_rng(seed)
    return Z * (1.0 + noise * (rng.normal(size=Z.size) + 1j * rng.normal(size=Z.size)))


@examples(250)
@given(
    R=st.floats(1.0, 1e3), tau=st.floats(1e-5, 10.0), n=st.floats(0.6, 1.0), film=st.floats(0.1, 1e3),
    tau_film=st.floats(0.1, 1e4), inductance=st.floats(0.0, 1e-5),
)  # fmt: skip
def test_every_circuit_passes(R, tau, n, film, tau_film, inductance):
    """A depressed arc, a film with its blocking tail and a cable, whatever their sizes."""
    Z = Circuit.parse("R0-ZARC1-Wo1").impedance(
        F, {"R0": 20.0, "ZARC1_R": R, "ZARC1_tau": tau, "ZARC1_n": n, "Wo1_R": film, "Wo1_tau": tau_film}
    )
    test = kramers_kronig(F, Z + 1j * W * inductance)
    assert test.verdict == "pass", test.reason
    assert test.systematic_percent < 1.0 and test.suspect_Hz is None


@pytest.mark.parametrize("noise", [1e-3, 1e-2])
def test_noise_is_no_violation(noise):
    """Random errors pass up to a per cent, and are recovered as the noise."""
    test = kramers_kronig(F, noisy(TWO_ARCS, noise))
    assert test.suspect_Hz is None
    assert test.noise_percent == pytest.approx(100.0 * noise, rel=0.4)
    assert test.rms_percent == pytest.approx(100.0 * noise, rel=0.25)


def test_noise_that_hides_everything_is_told():
    """With 5 % noise nothing was tested."""
    test = kramers_kronig(F, noisy(TWO_ARCS, 0.05))
    assert test.verdict == "suspicious"


@pytest.mark.parametrize(("drift", "verdict"), [(0.3, "fail"), (0.1, "suspicious"), (0.0, "pass")])
def test_drift_is_found(drift, verdict):
    """One arc grows while the slow frequencies are measured; the low end is named."""
    elapsed = np.cumsum(1.0 / F) / np.sum(1.0 / F)
    test = kramers_kronig(F, 10.0 + 50.0 * (1.0 + drift * elapsed) / (1.0 + 1j * W * 0.01) + 30.0 / (1.0 + 1j * W))
    assert test.verdict == verdict, test.reason
    if verdict != "pass":
        assert test.suspect_Hz is not None and test.suspect_Hz[1] < 10.0


def test_a_single_bad_point_is_named():
    """10 % off at one frequency: no violation, but a point to look at."""
    Z = noisy(TWO_ARCS, 1e-3)
    Z[30] *= 1.1
    test = kramers_kronig(F, Z)
    assert test.verdict == "suspicious" and test.outliers_Hz == (F[30],)
    assert test.worst_Hz == F[30] and f"{F[30]:.3g}" in test.reason


def test_a_blocking_tail_needs_a_capacitor():
    """It is taken by itself, and leaving it out by force fails."""
    Z = 10.0 + 50.0 / (1.0 + 1j * W * 1e-4) + 1.0 / (1j * W * 0.01)
    assert kramers_kronig(F, Z).capacitance
    assert kramers_kronig(F, Z).verdict == "pass"
    assert kramers_kronig(F, Z, capacitance=False).verdict == "fail"


def test_the_order_of_the_points_does_not_matter():
    """Up or down in frequency."""
    assert kramers_kronig(F[::-1], TWO_ARCS[::-1]).chi2 == pytest.approx(kramers_kronig(F, TWO_ARCS).chi2, abs=1e-15)


def test_measured_spectra():
    """A lithium-ion cell (impedance.py's example) and pyimpspec's test spectrum, for which its own linear test gives a
    pseudo chi-squared of 8e-7: both pass, the latter with no more misfit."""
    f, Z = impedance_file("eis/impedancepy_exampleData.csv")
    test = kramers_kronig(f, Z)
    assert test.verdict == "pass" and test.worst_percent < 1.0
    f, Z = impedance_file("eis/pyimpspec_data-comma.csv")
    test = kramers_kronig(f, Z)
    assert test.verdict == "pass" and test.chi2 < 8e-7


def test_measured_spectra_of_pydrttools():
    """Its lithium-ion cell passes; so does its depressed arc with noise of 0.4 %."""
    for name in ("eis/pydrttools_LIB_data.txt", "eis/pydrttools_zarc_data.txt"):
        test = kramers_kronig(*impedance_file(name))
        assert test.verdict == "pass", test.reason


def test_an_ion_blocking_pellet():
    """Li6PS5Cl between steel at -25 C: bulk and a tail that rises to 5 Mohm."""
    lines = real_file("eis/hybriddrt_PEIS_LPSCl_IonBlocking_-25C.txt").read_text(encoding="latin-1").splitlines()
    f, real, imag = np.array([[float(x) for x in line.split("\t")[:3]] for line in lines[65:]]).T
    test = kramers_kronig(f, real - 1j * imag)
    assert test.verdict == "pass" and test.capacitance, test.reason


def test_what_makes_no_sense_is_said():
    """A limit that is no limit, too few points."""
    with pytest.raises(HeterofilmError, match="between 0 and 1"):
        kramers_kronig(F, TWO_ARCS, c=1.5)
    with pytest.raises(HeterofilmError, match="at least 5 frequencies"):
        kramers_kronig(F[:3], TWO_ARCS[:3])
