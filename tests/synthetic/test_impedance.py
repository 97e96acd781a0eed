"""Virtual spectra: written, read and fitted back to their truth within the stated uncertainty."""

import numpy as np
import pytest

from heterofilm.analysis.electrochemistry.normalise import Electrode
from heterofilm.analysis.impedance.fit import fit_circuit
from heterofilm.analysis.impedance.kramers_kronig import kramers_kronig
from heterofilm.analysis.impedance.results import fit_results, kramers_kronig_results
from heterofilm.errors import HeterofilmError
from heterofilm.instruments import read
from heterofilm.instruments.impedance_table import read_spectra
from heterofilm.synthetic.impedance import Sample, Spectrometer, measured, write_gamry, write_zview

F = np.geomspace(1e6, 1e-2, 57)
AREA, AREA_SIGMA = 1e-4, 2e-6
WRITERS = {"gamry": (write_gamry, ".DTA"), "zview": (write_zview, ".z")}


def random_sample(rng):
    """Electrolyte, charge transfer beside a double layer, and a blocking film, as of a thin-film cell of 1 cm2."""
    return {
        "R0": 10 ** rng.uniform(1.0, 2.0), "R1": 10 ** rng.uniform(2.0, 3.0), "CPE1_Q": 10 ** rng.uniform(-6.0, -5.0),
        "CPE1_n": rng.uniform(0.8, 0.97), "Wo1_R": 10 ** rng.uniform(2.0, 3.0), "Wo1_tau": 10 ** rng.uniform(0.5, 1.5),
    }  # fmt: skip


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("drift", [0.0, 2e-6])
def test_without_noise_the_file_holds_the_truth_to_its_digits(tmp_path, kind, drift):
    write, suffix = WRITERS[kind]
    sample = Sample("R0-p(R1,CPE1)-Wo1", random_sample(np.random.default_rng(0)))
    by = Spectrometer(noise=0.0, lead_H=0.0, drift_per_s=drift)
    (found,) = read_spectra(write(tmp_path / f"a{suffix}", F, sample.impedance(F), by))
    truth = sample.impedance(F) * (1.0 + drift * by.times(F))
    assert found.frequency_Hz == pytest.approx(F, rel=1e-6) and np.abs(found.impedance / truth - 1.0).max() < 2e-6


def test_the_leads_bend_the_start_and_the_drift_the_end():
    sample = Sample("R0-p(R1,C1)", {"R0": 10.0, "R1": 100.0, "C1": 1e-5})
    seen = measured(F, sample.impedance(F), Spectrometer(noise=0.0, lead_H=1e-6, drift_per_s=1e-4))
    assert seen[0].imag == pytest.approx(sample.impedance(F)[0].imag + 2e6 * np.pi * 1e-6, rel=1e-3)
    assert abs(seen[-1] / sample.impedance(F)[-1]) > 1.04 and abs(seen[0] - sample.impedance(F)[0]) < 6.3


def test_the_noise_has_the_stated_size():
    Z = np.full(20_000, 3.0 + 4.0j)
    seen = measured(np.full(20_000, 1e3), Z, Spectrometer(noise=0.01, lead_H=0.0)) - Z
    assert seen.real.std() == pytest.approx(0.05, rel=0.03) and seen.imag.std() == pytest.approx(0.05, rel=0.03)


def test_round_trip_within_the_stated_uncertainty_in_19_of_20(tmp_path):
    """Truth -> file -> spectrum -> fit, with noise, leads, drift and an area known to 2 %: each value within 2 sigma.

    The area of each sample differs from the one that is told, by its own uncertainty. A stated uncertainty that
    were far too large would pass as well, so it is held below 6 % for the resistances.
    """
    rng = np.random.default_rng(20)
    off: dict[str, list[float]] = {}
    for k in range(20):
        values = random_sample(rng)
        area = AREA + AREA_SIGMA * rng.standard_normal()
        scale = area / AREA  # the values above belong to 1 cm2
        own = {n: v * (scale if n.endswith("_Q") else 1 / scale if "R" in n else 1.0) for n, v in values.items()}
        write, suffix = WRITERS[("gamry", "zview")[k % 2]]
        by = Spectrometer(seed=k, drift_per_s=rng.uniform(-3e-6, 3e-6))
        path = write(tmp_path / f"s{k}{suffix}", F, Sample("R0-p(R1,CPE1)-Wo1", own).impedance(F), by)
        (spectrum,) = read_spectra(path)
        fit = fit_circuit(spectrum.frequency_Hz, spectrum.impedance, "L0-R0-p(R1,CPE1)-Wo1")
        found = {r.quantity: r for r in fit_results(fit, Electrode(AREA, AREA_SIGMA))}
        for name, truth in values.items():
            off.setdefault(name, []).append((found[name].value - truth) / found[name].uncertainty)
        assert found["R1"].uncertainty < 0.06 * found["R1"].value and found["R1"].unit == "ohm cm2"
    within = {name: int(np.sum(np.abs(z) <= 2.0)) for name, z in off.items()}
    assert min(within.values()) >= 19, within


def test_drift_is_seen_by_the_kramers_kronig_test(tmp_path):
    sample = Sample("R0-p(R1,CPE1)", {"R0": 20.0, "R1": 500.0, "CPE1_Q": 1e-4, "CPE1_n": 0.9})
    f = np.geomspace(1e5, 1e-3, 60)
    verdicts = []
    for drift in (0.0, 2e-4):
        (found,) = read_spectra(
            write_gamry(tmp_path / "d.DTA", f, sample.impedance(f), Spectrometer(drift_per_s=drift, noise=1e-3))
        )
        test = kramers_kronig(found.frequency_Hz, found.impedance)
        verdicts.append(str(kramers_kronig_results(test)[0].value))
    assert verdicts[0] == "pass" and verdicts[1] in ("suspicious", "fail")


def test_the_potential_is_written_and_read(tmp_path):
    m = read(write_gamry(tmp_path / "v.DTA", F, Sample("R0", {"R0": 1.0}).impedance(F), Spectrometer(), 3.25))
    assert set(m.column("voltage_V")) == {3.25}


def test_bad_spectra_are_refused():
    with pytest.raises(HeterofilmError, match="positive frequency"):
        measured([1.0, -1.0], [1.0, 1.0], Spectrometer())
