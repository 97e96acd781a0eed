"""Which rows are one spectrum, and which sign its imaginary part has: laws of the reading, in any dress of a table."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from case_data import case_file
from heterofilm.analysis.impedance.circuit import Circuit
from heterofilm.analysis.impedance.fit import fit_circuit
from heterofilm.instruments import read
from heterofilm.instruments.impedance_sweeps import DECIDED, gain_and_phase, sweeps
from heterofilm.instruments.impedance_table import read_spectra

DOWN = np.geomspace(1e5, 1e-1, 31)


@pytest.mark.parametrize(
    ("f", "runs"),
    [
        (DOWN, [(0, 31)]),
        (np.r_[DOWN, DOWN], [(0, 31), (31, 62)]),
        (np.r_[DOWN[::-1], DOWN], [(0, 31), (31, 62)]),
        (np.r_[DOWN, DOWN[::-1][1:]], [(0, 31), (31, 61)]),
        (np.repeat(DOWN, 2), [(0, 62)]),
        (np.r_[np.repeat(DOWN, 2), np.repeat(DOWN, 2)], [(0, 62), (62, 124)]),
        (np.r_[np.repeat(DOWN, 2), np.repeat(DOWN[::-1], 2)], [(0, 62), (62, 124)]),
        (np.r_[DOWN, DOWN[:3]], [(0, 31)]),  # stopped: too few for a spectrum of their own
        (np.random.default_rng(0).permutation(DOWN), [(0, 31)]),
    ],
)
def test_a_sweep_goes_one_way(f, runs):
    """Up, down, again, with repeats at every frequency, stopped, in no order."""
    assert sweeps(f) == runs


@st.composite
def samples(draw):
    """A passive sample: leads, arcs, a blocking electrode; or mostly an inductance."""
    values = {
        "R0": draw(st.floats(0.01, 100.0)), "L0": draw(st.sampled_from([0.0, 1e-7, 5e-6])) + 1e-12,
        "R1": 10.0 ** draw(st.floats(-2.0, 4.0)), "CPE1_Q": 10.0 ** draw(st.floats(-7.0, -2.0)),
        "CPE1_n": draw(st.floats(0.7, 1.0)), "R2": 10.0 ** draw(st.floats(-2.0, 4.0)),
        "C2": 10.0 ** draw(st.floats(-6.0, 0.0)),
    }  # fmt: skip
    tail = draw(st.sampled_from(["", "-CPE3"]))
    if tail:
        values |= {"CPE3_Q": 10.0 ** draw(st.floats(-4.0, -1.0)), "CPE3_n": draw(st.floats(0.75, 1.0))}
    return Circuit.parse(f"L0-R0-p(R1,CPE1)-p(R2,C2){tail}"), values


HEADINGS = ["-Im(Z)/Ohm", "Im(Z)/Ohm", "-Z'' (Ohm)", "Z'' [Ohm]", "minus Im Z/Ohm", "−Im(Z)/Ohm"]
DRESS = st.fixed_dictionaries(
    {
        "heading": st.sampled_from(HEADINGS),
        "mark": st.sampled_from([",", ";", "\t"]), "comma": st.booleans(),
        "encoding": st.sampled_from(["utf-8", "cp1252"]),
        "way": st.sampled_from(["down", "up", "both", "twice"]), "noise": st.sampled_from([0.0, 1e-3, 1e-2]),
        "extra": st.booleans(), "lies": st.booleans(), "seed": st.integers(0, 999),
    }
)  # fmt: skip


@given(samples(), DRESS)
def test_a_spectrum_is_read_with_its_sign_in_any_dress(tmp_path_factory, sample, dress):
    """Separators, decimal commas, encodings, ways of sweeping, inductive or not: the spectrum put in. A heading that
    lies about the sign is found out and said, or the whole is nearly real and its sign hardly matters."""
    circuit, values = sample
    f = {"down": DOWN, "up": DOWN[::-1], "both": np.r_[DOWN[::-1], DOWN], "twice": np.r_[DOWN, DOWN]}[dress["way"]]
    Z = circuit.impedance(f, values)
    rng = np.random.default_rng(dress["seed"])
    Z = Z * (1.0 + dress["noise"] * (rng.standard_normal(f.size) + 1j * rng.standard_normal(f.size)))
    minus = dress["heading"].startswith(("-", "minus", "−"))
    sign = (-1.0 if minus else 1.0) * (-1.0 if dress["lies"] else 1.0)
    columns = [f, Z.real, sign * Z.imag, *([np.degrees(np.angle(Z))] if dress["extra"] else [])]
    mark = ";" if dress["comma"] and dress["mark"] == "," else dress["mark"]
    encoding = "utf-8" if "−" in dress["heading"] else dress["encoding"]
    head = mark.join(["freq/Hz", "Re(Z)/Ohm", dress["heading"], *(["Phase/°"] if dress["extra"] else [])])
    rows = [
        mark.join(f"{x:.9e}".replace(".", "," if dress["comma"] else ".") for x in row)
        for row in zip(*columns, strict=True)
    ]
    path = tmp_path_factory.mktemp("z") / "z.csv"
    path.write_bytes("\n".join([head, *rows, ""]).encode(encoding))
    found = read_spectra(path)
    assert [s.frequency_Hz.size for s in found] == ([31] if dress["way"] in ("down", "up") else [31, 31])
    got = np.concatenate([s.impedance for s in found])
    right = np.allclose(got, Z, rtol=1e-6)
    if not dress["lies"]:
        clear = gain_and_phase(f[:31], Z[:31])
        assert right or clear < 0.0, found[0].note
    elif right:
        assert "mind the sign" in found[0].note
    else:  # the heading was followed, though modulus and phase hardly speak against it
        assert gain_and_phase(f[:31], Z[:31]) < DECIDED + 0.05
    assert dress["heading"] in found[0].note


@given(samples())
def test_phase_and_modulus_go_together_in_a_passive_sample(sample):
    """Bode's relation turns with the conjugate, and never speaks clearly against a passive sample."""
    circuit, values = sample
    Z = circuit.impedance(DOWN, values)
    assert gain_and_phase(DOWN, Z) == pytest.approx(-gain_and_phase(DOWN, Z.conj()), abs=1e-9)
    assert gain_and_phase(DOWN, Z) > -DECIDED


def test_columns_tell_spectra_apart(tmp_path):
    """Cycle and temperature are columns; a running number of the points is none of them."""
    Z = Circuit.parse("R0-p(R1,C1)").impedance(DOWN, {"R0": 10.0, "R1": 50.0, "C1": 1e-4})
    rows = [
        (c, k, T, f, z.real, -z.imag)
        for c, T in ((1, 25.0), (50, 60.0))
        for k, (f, z) in enumerate(zip(DOWN, Z, strict=True))
    ]
    lines = ["Cycle,Index,Temperature/°C,freq/Hz,Re(Z)/Ohm,-Im(Z)/Ohm", *(",".join(map(str, row)) for row in rows)]
    (tmp_path / "z.csv").write_text("\n".join(lines) + "\n")
    for found in (read_spectra(tmp_path / "z.csv"), read(tmp_path / "z.csv").spectra()):
        assert [s.cycle for s in found] == [1, 50] and [s.frequency_Hz.size for s in found] == [31, 31]
        assert [s.temperature_K for s in found] == pytest.approx([298.15, 333.15])


def test_case_of_an_inductive_spectrum():
    """e03: the heading says -Im, 30 of 56 rows are inductive: L 5e-8 H, R 0.02, 0.01, 0.03 ohm."""
    (found,) = read_spectra(case_file("e03_inductive_minusIm.csv"))
    fit = fit_circuit(found.frequency_Hz, found.impedance, "L0-R0-p(R1,C1)-p(R2,C2)")
    assert [fit.values[n] for n in ("L0", "R0", "R1", "R2")] == pytest.approx([5e-8, 0.02, 0.01, 0.03], rel=1e-3)


def test_case_of_a_sweep_up_and_down():
    found = read_spectra(case_file("e10_up_and_down.csv"))
    assert [s.frequency_Hz.size for s in found] == [71, 71]
    for spectrum, scale in zip(found, (1.0, 1.1), strict=True):
        fit = fit_circuit(spectrum.frequency_Hz, spectrum.impedance, "R0-p(R1,C1)-p(R2,C2)")
        R = [fit.values[n] for n in ("R0", "R1", "R2")]
        assert pytest.approx([20.0 * scale, 100.0 * scale, 200.0 * scale], rel=1e-3) == R


@pytest.mark.parametrize(("name", "R"), [("e04_tab_comma.txt", [20, 100, 200]), ("n03_latin1_heading.csv", [20, 100])])
def test_cases_of_tables(name, R):
    """Tabs with decimal commas; a Latin-1 degree sign."""
    (found,) = read_spectra(case_file(name))
    (same,) = read(case_file(name)).spectra()
    assert same.impedance == pytest.approx(found.impedance)
    circuit = "-".join(["R0", *(f"p(R{k},C{k})" for k in range(1, len(R)))])
    fit = fit_circuit(found.frequency_Hz, found.impedance, circuit)
    assert [fit.values[f"R{k}"] for k in range(len(R))] == pytest.approx(R, rel=2e-3)
