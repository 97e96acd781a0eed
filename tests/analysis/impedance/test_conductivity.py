"""A film between blocking electrodes: its conductivity and activation energy, as put in, or the reason why not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.analysis.electrochemistry.normalise import Electrode
from heterofilm.analysis.impedance.analyse import SpectrumSettings, film_conductivity, fitted, kramers_kronig_of
from heterofilm.analysis.impedance.circuit import Circuit
from heterofilm.analysis.impedance.conductivity import K_B, arrhenius, conductivity
from heterofilm.analysis.impedance.fit import fit_circuit
from heterofilm.analysis.impedance.series import series, series_table
from heterofilm.errors import HeterofilmError
from heterofilm.plots.impedance_series import arrhenius_figure, values_figures, waterfall
from heterofilm.records.spectrum import Spectrum

F = np.geomspace(1e6, 1.0, 50)
AREA, L, E_R, EPS = 3e-6, 1e-6, 16.6, 8.8541878128e-12
FILM = "R0-p(R1-CPE2,CPE1)"


def law(T, energy=0.55, at_298=1.9e-4):
    return at_298 * 298.15 / T * np.exp(-energy / K_B * (1.0 / T - 1.0 / 298.15))


def lipon(T, seed=0, noise=2e-3):
    """A film with its capacitance beside ions and double layer, and leads of 5 ohm."""
    R, C, n = L / (law(T) * AREA), E_R * EPS * AREA / L, 0.97
    values = {"R0": 5.0, "R1": R, "CPE1_Q": C**n * R ** (n - 1.0), "CPE1_n": n, "CPE2_Q": 3e-8, "CPE2_n": 0.93}
    rng = np.random.default_rng(seed)
    Z = Circuit.parse(FILM).impedance(F, values)
    Z = Z * (1.0 + noise * (rng.standard_normal(F.size) + 1j * rng.standard_normal(F.size)))
    return Spectrum(F, Z, name=f"{T:g} K", temperature_K=T)


@given(st.floats(0.2, 1.0), st.floats(1e-8, 1.0))
def test_the_activation_energy_put_in(energy, at_298):
    """Exact conductivities: the slope, and the conductivity of the line."""
    T = np.array([283.0, 298.0, 313.0, 333.0, 353.0])
    found = arrhenius(T, law(T, energy, at_298))
    assert found.energy_eV == pytest.approx(energy, rel=1e-9) and found.at(T) == pytest.approx(law(T, energy, at_298))
    # a thermometer that is off by 1 K moves it by 2/T
    assert found.sigma == pytest.approx(energy * 2.0 / T.mean(), rel=1e-6)


def test_the_interval_of_an_energy_holds_the_truth():
    """Scatter of 3 %: 95 % of the intervals hold it, within three standard deviations of 200 draws."""
    T, rng = np.array([283.0, 298.0, 313.0, 333.0, 353.0]), np.random.default_rng(0)
    held = []
    for _ in range(200):
        found = arrhenius(T, law(T) * np.exp(0.03 * rng.standard_normal(T.size)), temperature_sigma_K=0.0)
        held.append(found.low <= 0.55 <= found.high)
    assert np.mean(held) == pytest.approx(0.95, abs=0.046)


def test_a_line_that_bends_is_said():
    T = np.linspace(280.0, 380.0, 9)
    two = 1.0 / (1.0 / law(T, 0.3) + 1.0 / law(T, 0.8))
    assert any("bend" in doubt for doubt in arrhenius(T, two).doubts)
    assert not any("bend" in doubt for doubt in arrhenius(T, law(T)).doubts)
    assert any("falls with temperature" in doubt for doubt in arrhenius(T, 1.0 / law(T)).doubts)


@pytest.mark.parametrize(
    ("T", "s"), [([298.0, 298.2, 310.0], [1.0, 1.0, 2.0]), ([298.0, 310.0, 320.0], [1.0, -1.0, 2.0])]
)
def test_too_few_temperatures_and_bad_values_are_refused(T, s):
    with pytest.raises(HeterofilmError, match="temperatures"):
        arrhenius(T, s)


def test_conductivity_and_energy_of_lipon():
    """Within two stated deviations, at every temperature; figures and table hold them."""
    spectra = [lipon(T, seed) for seed, T in enumerate((333.15, 298.15, 313.15))]
    done = series(spectra, SpectrumSettings(blocking=True), Electrode(AREA, 0.02 * AREA, L, 0.03 * L))
    assert done.axis == "temperature" and list(done.at) == [298.15, 313.15, 333.15]
    for c in done.conductivities:
        assert abs(c.value - law(c.temperature_K)) <= 2.0 * c.sigma and c.sigma < 0.25 * c.value
        assert c.permittivity == pytest.approx(E_R, rel=0.2)
    assert abs(done.arrhenius.energy_eV - 0.55) <= 2.0 * done.arrhenius.sigma and done.arrhenius.sigma < 0.08
    table = series_table(done)
    assert table.filter(table["name"] == "ionic conductivity").height == 3
    assert "Eₐ = 0.5" in arrhenius_figure(done).series[1].label
    assert len(waterfall(done.spectra).notes) == 3 and values_figures(done)


def test_what_is_no_bulk_electrolyte_has_no_conductivity():
    """An interface of 1 uF, a thickness that is wrong, a circuit that does not describe it."""
    Z = Circuit.parse("R0-p(R1,C1)-CPE2").impedance(
        F, {"R0": 5.0, "R1": 500.0, "C1": 1e-6, "CPE2_Q": 1e-4, "CPE2_n": 0.9}
    )
    fit = fit_circuit(F, Z, "R0-p(R1,C1)-CPE2")
    found = conductivity(fit, Electrode(AREA, 0.0, L, 0.0))
    assert found.value is None and "no arc has the capacitance of a bulk" in found.why_not
    named = conductivity(fit, Electrode(AREA, 0.0, L, 0.0), element="R1")
    assert named.value == pytest.approx(L / (500.0 * AREA), rel=1e-3)
    assert any("is not that of a bulk" in doubt for doubt in named.doubts)
    wrong = conductivity(fit_circuit(F, Z, "R0-C1"), Electrode(AREA, 0.0, L, 0.0))
    assert wrong.value is None and "does not describe" in wrong.why_not
    with pytest.raises(HeterofilmError, match="no resistor 'R7'"):
        conductivity(fit, Electrode(AREA, 0.0, L, 0.0), element="R7")
    with pytest.raises(HeterofilmError, match="area"):
        conductivity(fit, Electrode())


def test_electrodes_that_do_not_block_are_told():
    Z = Circuit.parse("R0-p(R1,C1)").impedance(F, {"R0": 5.0, "R1": 5000.0, "C1": E_R * EPS * AREA / L})
    found = conductivity(fit_circuit(F, Z, "R0-p(R1,C1)"), Electrode(AREA, 0.0, L, 0.0))
    assert any("do not block" in doubt for doubt in found.doubts)


def test_a_spectrum_per_area_has_lost_its_electrode():
    spectrum = lipon(298.15)
    fits = fitted(spectrum, SpectrumSettings(FILM, blocking=True))
    with pytest.raises(HeterofilmError, match="whole sample"):
        film_conductivity(spectrum.per_area(AREA), fits, Electrode(AREA, 0.0, L, 0.0), kramers_kronig_of(spectrum))


def test_over_cycles_one_circuit_follows_the_resistance():
    """An arc that grows with the cycle, in eight spectra: all from one circuit, within four deviations."""
    rng, spectra = np.random.default_rng(0), []
    for cycle in (1, 2, 5, 10, 20, 50, 100, 200):
        values = {"R0": 20.0, "R1": 100.0 + cycle, "CPE1_Q": 1e-6, "CPE1_n": 0.9}
        Z = Circuit.parse("R0-p(R1,CPE1)").impedance(F, values)
        Z = Z * (1.0 + 2e-3 * (rng.standard_normal(F.size) + 1j * rng.standard_normal(F.size)))
        spectra.append(Spectrum(F, Z, name=f"cycle {cycle}", cycle=cycle))
    done = series(spectra, SpectrumSettings("R0-p(R1,CPE1)"))
    table = series_table(done)
    rows = table.filter(table["name"] == "R1")
    assert rows["cycle"].to_list() == [1, 2, 5, 10, 20, 50, 100, 200]
    assert (abs(rows["value"] - (100.0 + rows["cycle"])) <= 4.0 * rows["sigma"]).all()
    with pytest.raises(HeterofilmError, match="two spectra"):
        series(spectra[:1], SpectrumSettings())
