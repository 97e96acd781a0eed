"""Start, held, bounded and linked values, windows and weights: followed, and refused where they have no effect."""

import numpy as np
import pytest

from heterofilm.analysis.impedance.analyse import SpectrumSettings, fitted, kramers_kronig_of
from heterofilm.analysis.impedance.circuit import Circuit
from heterofilm.analysis.impedance.fit import fit_circuit
from heterofilm.analysis.impedance.results import fit_results, uncertainties
from heterofilm.analysis.impedance.settings import bound_of, link_of
from heterofilm.errors import HeterofilmError
from heterofilm.records.spectrum import Spectrum

F = np.geomspace(1e6, 1e-1, 50)
TRUTH = {"R0": 20.0, "R1": 100.0, "CPE1_Q": 1e-6, "CPE1_n": 0.9, "R2": 300.0, "CPE2_Q": 1e-4, "CPE2_n": 0.9}
TWO = "R0-p(R1,CPE1)-p(R2,CPE2)"
rng = np.random.default_rng(0)
NOISE = 1.0 + 2e-3 * (rng.standard_normal(F.size) + 1j * rng.standard_normal(F.size))
Z = Circuit.parse(TWO).impedance(F, TRUTH) * NOISE


def test_a_bound_that_does_not_matter_changes_nothing_and_one_that_does_is_said():
    """Within wide bounds the same minimum; at a bound a value is that of the bound, and not determined."""
    free = fit_circuit(F, Z, TWO)
    wide = fit_circuit(F, Z, TWO, bounds={"R1": (50.0, 200.0), "CPE1_n": (0.5, 1.0)})
    assert list(wide.values.values()) == pytest.approx(list(free.values.values()), rel=1e-3)
    assert wide["R1"].stderr == pytest.approx(free["R1"].stderr, rel=0.02)
    tight = fit_circuit(F, Z, TWO, bounds={"R1": (10.0, 80.0)})
    assert tight["R1"].value == pytest.approx(80.0, rel=2e-3) and not tight["R1"].determined
    assert any("R1 ended at its upper bound 80" in text for text in tight.warnings)
    assert not any(r.quantity == "R1" and isinstance(r.value, float) for r in fit_results(tight))


def test_a_link_is_kept_exactly():
    """n2 = n1 and R2 = 3 R1, as in the truth: both kept, fewer values fitted, errors scaled alike."""
    fit = fit_circuit(F, Z, TWO, links={"CPE2_n": (1.0, "CPE1_n"), "R2": (3.0, "R1")})
    assert fit["CPE2_n"].value == fit["CPE1_n"].value and fit["R2"].value == pytest.approx(3.0 * fit["R1"].value)
    assert fit["R2"].stderr == pytest.approx(3.0 * fit["R1"].stderr) and fit["R2"].linked == "3*R1"
    assert fit["R1"].value == pytest.approx(100.0, rel=0.01) and fit.describes
    known = uncertainties(fit)
    assert known["CPE2_n"] == pytest.approx(known["CPE1_n"], rel=1e-6)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"fixed": {"R1": 1.0}, "guess": {"R1": 2.0}}, "no effect"),
        ({"fixed": {"R1": 1.0}, "bounds": {"R1": (1.0, 2.0)}}, "no effect"),
        ({"links": {"R1": (1.0, "R2")}, "fixed": {"R1": 1.0}}, "held and tied"),
        ({"links": {"R1": (1.0, "R2")}, "guess": {"R1": 1.0}}, "no effect"),
        ({"links": {"R1": (1.0, "R1")}}, "itself tied"),
        ({"links": {"R1": (1.0, "CPE1_n")}}, "differ in kind"),
        ({"links": {"R1": (-1.0, "R2")}}, "must be positive"),
        ({"bounds": {"CPE1_n": (0.0, 1.0)}}, "have no effect"),
        ({"bounds": {"R1": (5.0, 2.0)}}, "must rise"),
        ({"bounds": {"R1": (1.0, 2.0)}, "guess": {"R1": 3.0}}, "outside its bounds"),
        ({"bounds": {"R9": (1.0, 2.0)}}, "no parameter 'R9'"),
        ({"links": {"R1": (1.0, "R9")}}, "no parameter 'R9'"),
    ],
)
def test_a_setting_without_effect_is_refused(given, words):
    with pytest.raises(HeterofilmError, match=words):
        fit_circuit(F, Z, TWO, **given)


def test_bounds_and_links_as_text():
    assert bound_of("1:100", "R1") == (1.0, 100.0) and bound_of(":5", "R1") == (0.0, 5.0)
    assert bound_of("2:", "R1") == (2.0, np.inf)
    assert link_of("R1", "R2") == (1.0, "R1") and link_of("2*R1", "R2") == (2.0, "R1")
    for text in ("5", ":", "a:b"):
        with pytest.raises(HeterofilmError, match="LOW:HIGH"):
            bound_of(text, "R1")
    for text in ("", "2*", "R1*2", "1e*R1"):
        with pytest.raises(HeterofilmError, match="nothing to tie"):
            link_of(text, "R2")


@pytest.mark.parametrize(
    ("window", "words"),
    [
        ({"lowest_Hz": 0.05}, "leaves out no point"),
        ({"highest_Hz": 1e7}, "leaves out no point"),
        ({"without_Hz": (3.3,)}, "no point at 3.3 Hz"),
        ({"lowest_Hz": 9e5}, "points of 'spectrum' are left"),
    ],
)
def test_a_window_without_effect_is_refused(window, words):
    with pytest.raises(HeterofilmError, match=words):
        SpectrumSettings(**window).window(Spectrum(F, Z))


def test_a_window_leaves_out_what_it_says():
    kept = SpectrumSettings(lowest_Hz=1.0, highest_Hz=1e5, without_Hz=(float(F[20]),)).window(Spectrum(F, Z))
    assert kept.frequency_Hz.min() >= 1.0 and kept.frequency_Hz.max() <= 1e5 and F[20] not in kept.frequency_Hz


def test_settings_that_belong_to_something_else_are_refused():
    with pytest.raises(HeterofilmError, match="belong to a circuit"):
        SpectrumSettings(fixed={"R0": 1.0})
    with pytest.raises(HeterofilmError, match="without blocking electrodes"):
        SpectrumSettings(conductor="R1")
    assert "R0 held at 5" in SpectrumSettings("R0-C1", fixed={"R0": 5.0}).words


def test_a_spectrum_that_drifts_has_no_values():
    """A sample that grows by 60 % while the slow points are taken fails the Kramers-Kronig test: no value is told,
    whatever the misfit; a window without the slow points has them."""
    slow = 1.0 + 0.6 * np.cumsum(1.0 / F) / np.sum(1.0 / F)
    drifted = Spectrum(F, Z * slow)
    test, (fit,) = kramers_kronig_of(drifted), fitted(drifted, SpectrumSettings(TWO))
    assert test.verdict == "fail" and "Kramers-Kronig" in fit.why_no_values(test)
    rows = {r.quantity: r for r in fit_results(fit, test=test)}
    assert "R0" not in rows and isinstance(rows["circuit"].value, str)
    sound = SpectrumSettings(TWO, lowest_Hz=10.0).window(drifted)
    assert kramers_kronig_of(sound).verdict != "fail"


def test_a_value_known_to_ninety_per_cent_is_none():
    """380 +- 349 is no value: an arc below the lowest frequency is not determined."""
    high = F >= 2e3
    fit = fit_circuit(F[high], Z[high], TWO)
    rows = {r.quantity: r for r in fit_results(fit)}
    for name, row in rows.items():
        if isinstance(row.value, float) and name in TRUTH:
            assert row.uncertainty <= 0.5 * row.value
            assert abs(row.value - TRUTH[name]) <= 4.0 * row.uncertainty + 0.02 * TRUTH[name]
    assert rows["R2"].value == "not determined"
