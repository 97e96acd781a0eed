"""Electrochemistry of a sample: the rows of the commands' analyses, per area once and only once."""

from pathlib import Path

import numpy as np
import pytest

from cycler_files import HAPPENS, Half, measured, write
from heterofilm.analysis.impedance.circuit import Circuit
from heterofilm.analysis.impedance.fit import NOT_DESCRIBED
from heterofilm.samples.analyse import analyse
from heterofilm.samples.verdict import verdict
from heterofilm.synthetic.voltammetry import Film, Scan, voltammogram, write_gamry_cv
from synthetic_files import write_files

F = np.geomspace(1e5, 1e-2, 50)
VALUES = {"R0": 20.0, "R1": 300.0, "CPE1_Q": 1e-5, "CPE1_n": 0.9, "Wo1_R": 200.0, "Wo1_tau": 10.0}
Z = Circuit.parse("R0-p(R1,CPE1)-Wo1").impedance(F, VALUES)


def sample(folder: Path, files: str) -> Path:
    text = f'name = "A"\narea = "2.0 +- 0.1 cm2"\nthickness = "300 +- 9 nm"\n{files}'
    (folder / "sample.toml").write_text(text)
    return folder


def spectrum(path: Path, headings: str, factors: tuple[float, float]) -> None:
    noise = np.random.default_rng(0).standard_normal((2, F.size)) * 1e-3
    noisy = Z * (1.0 + noise[0] + 1j * noise[1])
    rows = (
        f"{f / factors[0]:.9e},{z.real / factors[1]:.9e},{z.imag / factors[1]:.9e}"
        for f, z in zip(F, noisy, strict=True)
    )
    path.write_text("\n".join([headings, *rows]) + "\n")


def test_a_spectrum_per_area_is_not_multiplied_by_the_area_again(tmp_path: Path) -> None:
    """The same numbers in ohm and in kohm are doubled by 2 cm2, with its 5 %; in ohm cm2 they stay, without it."""
    spectrum(tmp_path / "a.csv", "f (Hz),Z' (Ohm),Z'' (Ohm)", (1.0, 1.0))
    spectrum(tmp_path / "b.csv", "f (kHz),Z' (kOhm),Z'' (kOhm)", (1e3, 1e3))
    spectrum(tmp_path / "c.csv", "f (Hz),Z' (Ohm cm2),Z'' (Ohm cm2)", (1.0, 1.0))
    done = analyse(sample(tmp_path, ""))
    assert not done.failed
    largest = []
    for file, times, share in (("a.csv", 2.0, 0.05), ("b.csv", 2.0, 0.05), ("c.csv", 1.0, 0.0)):
        rows = {r.quantity: r for r in done.results if r.file == file}
        assert rows["R0"].unit == "ohm cm2" and rows["R0"].value == pytest.approx(20.0 * times, rel=0.01)
        assert rows["R0"].uncertainty / rows["R0"].value == pytest.approx(share, abs=0.01)
        largest.append(max(r.value for name, r in rows.items() if name.endswith(", resistance")))
    assert largest[0] == pytest.approx(2.0 * largest[2], rel=1e-6) and largest[1] == pytest.approx(largest[0], rel=1e-6)
    assert any(figure.name == "a-relaxation-times" for figure in done.findings["eis"].figures)


def test_a_circuit_that_does_not_fit_gives_a_verdict(tmp_path: Path) -> None:
    spectrum(tmp_path / "a.csv", "f,re,im", (1.0, 1.0))
    done = analyse(sample(tmp_path, '[[files]]\npath = "a.csv"\nwhat = "eis"\ncircuit = "R0-C0"'))
    rows = {r.quantity: r for r in done.results}
    assert rows["circuit"].value == NOT_DESCRIBED and "C0" not in rows
    assert any(NOT_DESCRIBED in note for note in done.findings["eis"].notes)


def test_voltammograms_at_three_rates_are_split(tmp_path: Path) -> None:
    """A thin film without diffusion: all of its current is k1 v, within three standard deviations and 2 %."""
    film = Film(((3.0, 1e-3),))
    for k, v in enumerate((1e-4, 3e-4, 1e-3)):
        write_gamry_cv(tmp_path / f"cv{k}.DTA", film, Scan(2.5, 3.5, v, noise_A=1e-9, seed=k))
    done = analyse(sample(tmp_path, ""))
    shares = [r for r in done.results if r.quantity.startswith("share of k1 v")]
    assert len(shares) == 6
    assert all(abs(r.value - 100.0) <= 3.0 * r.uncertainty + 2.0 for r in shares)
    assert "dunn" in {figure.name.removeprefix("cv-") for figure in done.findings["cv"].figures}


def test_a_sheet_says_how_a_spectrum_is_fitted(tmp_path: Path) -> None:
    """Window, held, bounded and linked values and weights are followed, and stand in the methods."""
    spectrum(tmp_path / "a.csv", "f (Hz),Z' (Ohm),Z'' (Ohm)", (1.0, 1.0))
    line = (
        '[[files]]\npath = "a.csv"\nwhat = "eis"\ncircuit = "R0-p(R1,CPE1)"\nlowest = "10 Hz"\n'
        'fixed = { R0 = 20.0 }\nbounds = { R1 = [100.0, 900.0] }\nweights = "proportional"'
    )
    done = analyse(sample(tmp_path, line))
    assert not done.failed
    rows = {r.quantity: r for r in done.results}
    assert rows["R1"].value == pytest.approx(600.0, abs=4.0 * rows["R1"].uncertainty) and rows["R0"].note == "fixed"
    words = done.methods()
    assert "at 10 Hz and above" in words and "R0 held at 20" in words and "proportional weights" in words


@pytest.mark.parametrize(
    ("what", "setting", "words"),
    [
        ("cv", 'circuit = "R0-C1"', "'circuit' has no effect on cv data"),
        ("eis", 'scan_rate = "1 mV/s"', "'scan_rate' has no effect on eis data"),
        ("eis", 'circuit = "R0-p(R1,CPE1)"\nlowest = "1 mHz"', "leaves out no point"),
        ("eis", "fixed = { R0 = 1.0 }", "belong to a circuit"),
        ("eis", 'conductor = "R1"', "without blocking electrodes"),
    ],
)
def test_a_setting_without_effect_is_a_failure(tmp_path: Path, what: str, setting: str, words: str) -> None:
    if what == "cv":
        write_gamry_cv(tmp_path / "a.DTA", Film(((3.0, 1e-3),)), Scan(2.5, 3.5, 1e-3))
    else:
        spectrum(tmp_path / "a.csv", "f (Hz),Z' (Ohm),Z'' (Ohm)", (1.0, 1.0))
    name = "a.DTA" if what == "cv" else "a.csv"
    done = analyse(sample(tmp_path, f'[[files]]\npath = "{name}"\nwhat = "{what}"\n{setting}'))
    assert any(words in why for _, why in done.failed), done.failed


def test_lipon_of_three_files_has_an_activation_energy(tmp_path: Path) -> None:
    """Each file says its temperature; the energy of the series is the one put in, within two deviations."""
    lines = []
    for k, T in enumerate((298.15, 318.15, 338.15)):
        R, C = 5e3 * np.exp(0.5 / 8.617e-5 * (1 / T - 1 / 298.15)) * T / 298.15, 16.6 * 8.854e-12 * 2e-4 / 300e-9
        f = np.geomspace(1e6, 1.0, 40)
        values = {"R0": 5.0, "R1": R, "C1": C, "CPE2_Q": 1e-6, "CPE2_n": 0.95}
        z = Circuit.parse("R0-p(R1-CPE2,C1)").impedance(f, values)
        noise = np.random.default_rng(k).standard_normal((2, f.size)) * 1e-3
        z = z * (1.0 + noise[0] + 1j * noise[1])
        rows = (f"{a:.9e},{b.real:.9e},{-b.imag:.9e}" for a, b in zip(f, z, strict=True))
        (tmp_path / f"z{k}.csv").write_text("\n".join(["f/Hz,Re(Z)/Ohm,-Im(Z)/Ohm", *rows]) + "\n")
        lines.append(
            f'[[files]]\npath = "z{k}.csv"\nwhat = "eis"\ntemperature = "{T} K"\nblocking = true\n'
            'circuit = "R0-p(R1-CPE2,C1)"'
        )
    done = analyse(sample(tmp_path, "\n".join(lines)))
    assert not done.failed
    rows = {r.quantity: r for r in done.results}
    energy = rows["activation energy"]
    assert abs(energy.value - 0.5) <= 2.0 * energy.uncertainty and energy.uncertainty < 0.03
    assert rows["ionic conductivity (25 °C)"].value == pytest.approx(300e-7 / (5e3 * 2.0), rel=0.05)
    assert {"waterfall", "resistances", "arrhenius"} <= {figure.name for figure in done.findings["eis"].figures}


def test_a_voltammogram_without_time_takes_the_rate_of_the_sheet(tmp_path: Path) -> None:
    _, E, i, _ = voltammogram(Film(((3.0, 1e-3),)), Scan(2.5, 3.5, 1e-3, cycles=1))
    rows = (f"{a:.6e},{-b:.9e}" for a, b in zip(E, i, strict=True))
    (tmp_path / "cv.csv").write_text("\n".join(["E (V),I (A)", *rows]) + "\n")
    line = '[[files]]\npath = "cv.csv"\nwhat = "cv"\n'
    assert any("scan_rate" in why for _, why in analyse(sample(tmp_path, line)).failed)
    done = analyse(sample(tmp_path, f'{line}scan_rate = "1 mV/s"\nsignal_to_noise = 8.0\nbaseline = "zero"'))
    rows_of = {r.quantity: r for r in done.results}
    assert rows_of["peak 1 (cathodic, 1 mV/s), potential"].value == pytest.approx(3.0, abs=2e-3)
    assert "baseline: zero current" in rows_of["peak 1 (cathodic, 1 mV/s), charge"].note
    assert any("no time" in note for note in done.findings["cv"].notes)


@pytest.mark.parametrize("counter", [True, False])
def test_the_methods_say_what_counted_the_charge_and_every_row_what_was_assumed(tmp_path: Path, counter: bool) -> None:
    """No cycler is said to have counted where there is no counter; an assumed unit stands beside every number."""
    rows = measured([Half(1, 900.0, 1.0), Half(-1, 850.0, 1.0)] * 3, 60.0)
    HAPPENS["counter_with_sign" if counter else "no_step"](rows, np.random.default_rng(0))
    path = write(rows, tmp_path / "a.csv")
    path.write_text(path.read_text().replace(" (mA)", "", 1))
    done = analyse(sample(tmp_path, '[[files]]\npath = "a.csv"\nwhat = "cycling"'))
    assert not done.failed
    capacities = [r for r in done.results if "capacity" in r.quantity]
    assert capacities and all("had no unit" in r.note for r in capacities)
    assert ("the integral of the current over time." in done.methods()) and "counted by" not in done.methods()


def test_an_area_without_an_uncertainty_is_said_beside_what_it_touches(tmp_path: Path) -> None:
    """Capacities say that it was taken as exact; an efficiency does not depend on it."""
    write_files(tmp_path, "a.mpt")
    (tmp_path / "sample.toml").write_text('name = "VO"\narea = "1 cm2"\nthickness = "300 +- 9 nm"\n')
    rows = {r.quantity: r.note for r in analyse(tmp_path).results}
    assert "area taken as exact" in rows["discharge capacity, cycle 1"]
    assert not any("taken as exact" in note for name, note in rows.items() if "efficiency" in name)


def test_figures_of_a_spectrum_are_in_the_unit_of_its_rows(tmp_path: Path) -> None:
    """20 ohm on 2 cm2 are 40 ohm cm2: in the table, in Nyquist's plot with its fit, and in the relaxation times."""
    spectrum(tmp_path / "a.csv", "f (Hz),Z' (Ohm),Z'' (Ohm)", (1.0, 1.0))
    done = analyse(sample(tmp_path, ""))
    figures = {f.name.removeprefix("a-"): f for f in done.findings["eis"].figures}
    nyquist, times = figures["nyquist"], figures["relaxation-times"]
    assert nyquist.x_label == "Re Z / Ω cm²" and times.y_label == "γ(ln τ) / Ω cm²"
    for drawn in nyquist.series[:2]:
        assert min(drawn.x) == pytest.approx(2.0 * Z.real.min(), rel=0.02)


def test_an_impossible_capacity_is_in_doubt(tmp_path: Path) -> None:
    """A film of 3 nm in place of 300: above any electrode, said beside the number and in the verdict."""
    write_files(tmp_path, "a.mpt")
    (tmp_path / "sample.toml").write_text('name = "A"\narea = "1 cm2"\nthickness = "3 nm"\nmass = "0.1 mg"\n')
    done = analyse(tmp_path)
    (first,) = (r for r in done.results if r.quantity == "discharge capacity, cycle 1")
    assert "implausible" in first.note and "check area and thickness" in first.note and "mAh/g" in first.note
    assert any("implausible" in doubt for doubt in verdict(done).doubts)
