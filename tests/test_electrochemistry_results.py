"""Rows of a paper's table: units per area, uncertainties added in quadrature, verdicts where there is no number."""

import math

import numpy as np
import polars as pl
import pytest

from heterofilm.analysis.cv import sweeps
from heterofilm.analysis.cycles import cycle_table
from heterofilm.analysis.electrochemistry_results import (
    Electrode,
    cycle_results,
    feature_results,
    fit_results,
    gitt_results,
    kramers_kronig_results,
    voltammogram_results,
)
from heterofilm.analysis.gitt import gitt
from heterofilm.analysis.impedance.circuit import Circuit
from heterofilm.analysis.impedance.fit import fit_circuit
from heterofilm.analysis.impedance.kramers_kronig import kramers_kronig
from heterofilm.analysis.normalise import CALIBRATION
from heterofilm.analysis.result import result_table
from heterofilm.errors import HeterofilmError
from heterofilm.record import Record
from heterofilm.spectra import read_spectra
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
    verdict, residual = kramers_kronig_results(kramers_kronig(F, Z), sample="VO")
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


def test_a_titration_gives_the_diffusivity_of_its_slab():
    """Pulses made from D = 4 L^2/(pi tau) (dE_s/dE_t)^2; the thickness adds twice its share."""
    L, D, tau = 300e-9, 1e-17, 600.0
    t, E, i, E0 = [], [], [], 3.4
    for k in range(4):
        s = np.linspace(0.0, tau, 61)
        step = -0.010
        swing = step / np.sqrt(np.pi * tau * D / 4.0 / L**2)
        begin = k * 8000.0
        t += [*(begin + s), *(begin + tau + np.linspace(1.0, 7000.0, 50))]
        E += [*(E0 - 0.005 + swing * np.sqrt(s / tau)), *np.full(50, E0 + step)]
        i += [*np.ones(61), *np.zeros(50)]
        E0 += step
    t, E, i = np.array([-10.0, -5.0, *t]), np.array([3.4, 3.4, *E]), np.array([0.0, 0.0, *i])
    pulses = gitt(t, E, i, L)
    count, row = gitt_results(pulses, Electrode(thickness_m=L, thickness_sigma_m=0.05 * L))
    assert count.value == len(pulses) and row.unit == "cm2/s"
    assert row.value == pytest.approx(1e4 * D, rel=0.1)
    assert row.uncertainty / row.value == pytest.approx(0.1, rel=0.2)
    _, none = gitt_results([])
    assert none.value == "not determined"


def cycling(capacities, area=1e-4):
    """A record of charges 1 % larger than the discharges before them, at 1 A/m2."""
    rows, step, time = [], 0, 0.0
    for cycle, Q in enumerate(capacities, 1):
        for sign, share in ((1.0, 1.0), (-1.0, 0.99)):
            step += 1
            for x in np.linspace(0.0, 1.0, 5):
                rows.append((time + x * Q * share, 3.0, sign, sign * x * Q * share, step, cycle))
            time = rows[-1][0]
    names = ("time_s", "voltage_V", "current_A_m2", "charge_C_m2", "step", "cycle")
    return Record(pl.DataFrame(rows, schema=names, orient="row"), meta={"area_m2": area})


def test_cycles_with_the_error_bar_of_thickness_and_area():
    """36 C/m2 in 1 um is 1 uAh/cm2/um; 3 and 4 % make 5 %, the tester's calibration adds; ratios are free of these."""
    Q = 36.0 * 0.99 ** np.arange(10)
    rows = by_name(cycle_results(cycle_table(cycling(Q)), Electrode(1e-4, 3e-6, 1e-6, 4e-8)))
    first = rows["discharge capacity, cycle 1"]
    assert first.value == pytest.approx(1.0) and first.unit == "uAh/cm2/um"
    assert first.uncertainty == pytest.approx(np.hypot(0.05, CALIBRATION))
    assert rows["retention, cycle 10 of cycle 1"].value == pytest.approx(100 * 0.99**9)
    assert rows["retention, cycle 10 of cycle 1"].uncertainty < 0.1
    assert rows["coulombic efficiency, cycle 1"].value == pytest.approx(99.0)
    assert by_name(cycle_results(cycle_table(cycling(Q))))["discharge capacity, cycle 1"].unit == "uAh/cm2"


def test_the_scatter_of_capacities_is_the_error_of_the_retention():
    Q = 36.0 * (1.0 + 0.01 * np.random.default_rng(0).standard_normal(400))
    row = by_name(cycle_results(cycle_table(cycling(Q))))["retention, cycle 400 of cycle 1"]
    assert row.uncertainty == pytest.approx(1.0 * 2**0.5, rel=0.15)


def test_sweeps_without_a_peak_say_so():
    V = np.concatenate([np.linspace(2.0, 3.0, 100), np.linspace(3.0, 2.0, 100)])
    found = voltammogram_results(sweeps(np.arange(200.0), V, np.repeat([-1.0, 1.0], 100)))
    assert [row.value for row in found] == ["none", "none"]


@pytest.mark.parametrize("sizes", [(0.0, 0.0), (-1.0, 0.0), (1e-4, -1.0), (math.nan, 0.0)])
def test_impossible_electrodes_are_refused(sizes):
    with pytest.raises(HeterofilmError, match="must be positive"):
        Electrode(*sizes)
