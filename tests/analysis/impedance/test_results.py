"""Rows of spectra: units per area, uncertainties added in quadrature, and no number where the data tell none."""

import math

import numpy as np
import pytest

from heterofilm.analysis.electrochemistry.normalise import Electrode
from heterofilm.analysis.impedance.circuit import Circuit
from heterofilm.analysis.impedance.drt import relaxation_times
from heterofilm.analysis.impedance.fit import NOT_DESCRIBED, fit_circuit
from heterofilm.analysis.impedance.kramers_kronig import kramers_kronig
from heterofilm.analysis.impedance.results import (
    feature_results,
    fit_results,
    kramers_kronig_results,
    relaxation_results,
)
from heterofilm.instruments.impedance_table import read_spectra
from heterofilm.records.result import result_table
from real_data import real_file

F = np.geomspace(1e5, 1e-2, 50)
VALUES = {"R0": 20.0, "R1": 300.0, "C1": 1e-5, "Wo1_R": 200.0, "Wo1_tau": 10.0}
Z = Circuit.parse("R0-p(R1,C1)-Wo1").impedance(F, VALUES)


def by_name(rows):
    return {row.quantity: row for row in rows}


def test_a_fit_per_area():
    """Resistance times the area, capacitance over it; the area's share adds in quadrature and a time has none."""
    noise = np.random.default_rng(0).standard_normal((2, F.size)) * 2e-3
    fit = fit_circuit(F, Z + np.abs(Z) * (noise[0] + 1j * noise[1]), "R0-p(R1,C1)-Wo1")
    whole, area = by_name(fit_results(fit)), by_name(fit_results(fit, Electrode(2e-4, 1e-5)))
    assert area["R1"].value == pytest.approx(2.0 * whole["R1"].value) and area["R1"].unit == "ohm cm2"
    assert area["C1"].value == pytest.approx(whole["C1"].value / 2.0) and area["C1"].unit == "F/cm2"
    for name in ("R1", "C1"):
        shares = [row[name].uncertainty / row[name].value for row in (whole, area)]
        assert shares[1] == pytest.approx(math.hypot(shares[0], 0.05))
    assert area["Wo1_tau"].uncertainty == whole["Wo1_tau"].uncertainty
    assert all(whole[name].uncertainty >= fit[name].stderr for name in VALUES)
    assert result_table(area.values()).height == len(VALUES) + 1


def test_a_held_value_has_no_uncertainty():
    fit = fit_circuit(F, Z, "R0-p(R1,C1)-Wo1", fixed={"R0": 20.0})
    row = by_name(fit_results(fit))["R0"]
    assert row.value == 20.0 and math.isnan(row.uncertainty) and row.note == "fixed"


def test_the_published_fit_of_a_measured_cell():
    """Published values with 1 % (unit weights, points with Im Z > 0 left out) lie within 2 sigma of the row."""
    (found,) = read_spectra(real_file("eis/impedancepy_exampleData.csv"))
    kept = found.impedance.imag < 0.0
    fit = fit_circuit(
        found.frequency_Hz[kept], found.impedance[kept], "R0-p(R1,C1)-p(R2-Wo1,C2)", weighting="unit",
        guess={"R0": 1.65e-2, "R1": 8.68e-3, "C1": 3.32, "R2": 5.39e-3, "Wo1_R": 6.31e-2, "Wo1_tau": 233.0, "C2": 0.22},
    )  # fmt: skip
    rows = by_name(fit_results(fit))
    for name, value in {"R0": 1.65e-2, "R1": 8.68e-3, "C1": 3.32, "R2": 5.39e-3, "C2": 0.22}.items():
        assert rows[name].value == pytest.approx(value, rel=0.01)
        assert abs(rows[name].value - value) <= 2.0 * rows[name].uncertainty


def test_kramers_kronig_is_a_verdict_and_a_number():
    verdict, residual, drift = kramers_kronig_results(kramers_kronig(F, Z), sample="VO")
    assert drift.quantity == "drift within the sweep" and drift.unit == "%"
    assert isinstance(drift.value, float) and abs(drift.value) <= 3.0 * drift.uncertainty + 0.1
    assert verdict.value == "pass" and verdict.sample == "VO" and residual.unit == "%" and residual.value < 1.0


def test_features_with_a_jackknife():
    """The tail of a blocking film: slope of the truth within 3 sigma, capacitance C = tau/R of the finite space."""
    noise = np.random.default_rng(4).standard_normal((2, F.size)) * 1e-3
    rows = by_name(feature_results(F, Z + np.abs(Z) * (noise[0] + 1j * noise[1]), Electrode(1e-4)))
    truth = by_name(feature_results(F, Z, Electrode(1e-4)))
    for name in ("angle of the low-frequency tail", "limiting capacitance"):
        assert rows[name].uncertainty > 0.0
        assert abs(rows[name].value - truth[name].value) < 3.0 * rows[name].uncertainty
    assert rows["limiting capacitance"].unit == "F/cm2"
    assert truth["limiting capacitance"].value == pytest.approx(10.0 / 200.0, rel=0.1)
    plain = by_name(
        feature_results(F, Circuit.parse("R0-p(R1,C1)").impedance(F, {k: VALUES[k] for k in ("R0", "R1", "C1")}))
    )
    assert plain["limiting capacitance"].value == "not determined" and plain["limiting capacitance"].note


def test_a_circuit_that_misses_the_spectrum_has_no_values():
    """One resistor for an arc misses it by more than 10 %: a verdict and the misfit are all there is."""
    rows = by_name(fit_results(fit_circuit(F, Z, "R0")))
    assert rows.keys() == {"circuit", "misfit of the circuit (rms)"} and rows["circuit"].value == NOT_DESCRIBED
    misfit = rows["misfit of the circuit (rms)"]
    assert misfit.value > 10.0 and misfit.uncertainty > 0.0


def test_a_value_that_the_data_do_not_tell_is_no_number():
    """An inductance that is not there: no number for it, and the others as well determined as without it."""
    rng = np.random.default_rng(0)
    noisy = Z * (1.0 + 1e-3 * (rng.standard_normal(F.size) + 1j * rng.standard_normal(F.size)))
    fit = fit_circuit(F, noisy, "R0-p(R1,C1)-Wo1-L0")
    assert fit.describes and not fit["L0"].determined
    rows = by_name(fit_results(fit))
    assert rows["L0"].value == "not determined" and "not determined by these data" in rows["L0"].note
    assert rows["R1"].value == pytest.approx(VALUES["R1"], rel=0.05)


def test_relaxations_of_two_arcs():
    """R and RC of two separate arcs come back within 5 %; per area times it."""
    values = {"R0": 20.0, "R1": 300.0, "C1": 1e-6, "R2": 100.0, "C2": 1e-2}
    rng = np.random.default_rng(1)
    Z2 = Circuit.parse("R0-p(R1,C1)-p(R2,C2)").impedance(F, values)
    Z2 = Z2 * (1.0 + 1e-3 * (rng.standard_normal(F.size) + 1j * rng.standard_normal(F.size)))
    found = relaxation_times(F, Z2)
    rows, area = (by_name(relaxation_results(found, Z2, on)) for on in (Electrode(), Electrode(2e-4)))
    for number, R, tau in ((1, 300.0, 3e-4), (2, 100.0, 1.0)):
        resistance, time = rows[f"relaxation {number}, resistance"], rows[f"relaxation {number}, time constant"]
        assert resistance.value == pytest.approx(R, rel=0.05) and time.value == pytest.approx(tau, rel=0.05)
        assert area[f"relaxation {number}, resistance"].value == pytest.approx(2.0 * resistance.value)
        assert time.uncertainty > 0.0


def test_a_relaxation_that_the_measurement_cuts_is_no_number():
    """A capacitor's end of a spectrum cut within the last arc: near its frequency, but not determined."""
    values = {"R0": 20.0, "R1": 300.0, "C1": 1e-5, "R2": 200.0, "C2": 0.2}
    Z2 = Circuit.parse("R0-p(R1,C1)-p(R2,C2)").impedance(F, values)
    last = relaxation_results(relaxation_times(F, Z2), Z2)[-1]
    assert last.value == "not determined" and "ends within" in last.note
