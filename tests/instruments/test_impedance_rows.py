"""Rows of a spectrum in a text: numbers in every dress, and what is no number is never a heading that hides them."""

import re

import numpy as np
import pytest

from heterofilm.analysis.impedance.circuit import Circuit
from heterofilm.errors import HeterofilmError
from heterofilm.instruments.impedance_rows import is_row
from heterofilm.instruments.impedance_table import read_spectra
from heterofilm.text_tables import number

F = np.geomspace(1e6, 1e-2, 49)
CIRCUIT = Circuit.parse("R0-p(R1,C1)-L1")
VALUES = {"R0": 20.0, "R1": 100.0, "C1": 1e-6, "L1": 1e-6}
MINUS = ["-{}", "\u2212{}", "\u2013{}", "({})", "{}-"]


def swapped(text: str) -> str:
    return text.translate(str.maketrans(",.", ".,"))


def signed(value: float, form: str, minus: str) -> str:
    return minus.format(format(abs(value), form)) if value < 0.0 else format(value, form)


@pytest.mark.parametrize(
    "text", ["1.5,2.5,-3", "1,5;2,5;-3", "1.5;2.5;-3", "1,5\t2,5\t-3", "1.5 2.5 -3", "1,5  2,5  -3", '"1.5","2.5","-3"',
             '"1,5","2,5","-3"', "1.5,2.5,(3)", "1.5\t2.5\t3-", "1,5;2,5;\u22123"]
)  # fmt: skip
def test_lines_of_numbers(text: str) -> None:
    assert [number(cell) for cell in is_row(text) or []] == [1.5, 2.5, -3.0]
    assert is_row("freq Re Im") is None


@pytest.mark.parametrize("minus", MINUS)
@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("factor", [1.0, 1e3])
def test_rows_with_any_minus_stay_where_they_are(minus: str, mark: str, factor: float, tmp_path) -> None:
    """The first rows of a spectrum are inductive: the only ones with a sign when the column is -Im Z."""
    Z = CIRCUIT.impedance(F, VALUES)
    unit = {1.0: "ohm", 1e3: "kohm"}[factor]
    rows = [
        mark.join(signed(x, ".8e", minus) for x in (f, z.real / factor, -z.imag / factor))
        for f, z in zip(F, Z, strict=True)
    ]
    (tmp_path / "z.csv").write_text("\n".join([f"Frequency (Hz){mark}Zre ({unit}){mark}-Zim ({unit})", *rows]) + "\n")
    (found,) = read_spectra(tmp_path / "z.csv")
    assert found.impedance == pytest.approx(Z, rel=1e-6) and found.frequency_Hz == pytest.approx(F, rel=1e-6)


@pytest.mark.parametrize("german", [False, True])
@pytest.mark.parametrize("digits", [0, 2])
@pytest.mark.parametrize("frequency", [".4g", ".6e", ",.3f"])
def test_marks_of_thousands_make_no_number_smaller(german: bool, digits: int, frequency: str, tmp_path) -> None:
    Z = CIRCUIT.impedance(F, VALUES | {"R0": 2e4, "R1": 1e5, "C1": 1e-9})
    rows = [f"{f:{frequency}}\t{z.real:,.{digits}f}\t{-z.imag:,.{digits}f}" for f, z in zip(F, Z, strict=True)]
    rows = [swapped(row) for row in rows] if german else rows
    (tmp_path / "z.txt").write_text("\n".join(["Frequency (Hz)\tZre (ohm)\t-Zim (ohm)", *rows]) + "\n")
    (found,) = read_spectra(tmp_path / "z.txt")
    assert np.abs(found.impedance - Z).max() <= 10.0**-digits and "decimal comma." not in found.note


def test_commas_that_nothing_tells_are_said(tmp_path) -> None:
    rows = [f"{10 ** (5 - k)}\t{20 + k},123\t{5 + k},321" for k in range(5)]
    (tmp_path / "z.txt").write_text("\n".join(["Frequency (Hz)\tZre (ohm)\t-Zim (ohm)", *rows]) + "\n")
    (found,) = read_spectra(tmp_path / "z.txt")
    assert "Nothing tells whether the comma in 'Zre (ohm)', '-Zim (ohm)'" in found.note


@pytest.mark.parametrize("row", [0, 2, 3, 20, 48])
@pytest.mark.parametrize("word", ["OVL", "overload", "---", "n/a", "NaN"])
def test_a_row_that_was_not_measured_is_named_wherever_it_stands(row: int, word: str, tmp_path) -> None:
    Z = CIRCUIT.impedance(F, VALUES)
    rows = [f"{f:.8e},{z.real / 1e3:.8e},{-z.imag / 1e3:.8e}" for f, z in zip(F, Z, strict=True)]
    for cells in (f"{word},{word}", f"0.02,{word}"):
        rows[row] = f"{F[row]:.8e},{cells}"
        (tmp_path / "z.csv").write_text("\n".join(["Frequency (Hz),Zre (kohm),-Zim (kohm)", *rows]) + "\n")
        with pytest.raises(HeterofilmError, match=rf"line {row + 2}\b"):
            read_spectra(tmp_path / "z.csv")


def test_an_overload_is_no_point(tmp_path) -> None:
    """9.9e37 is what meters write for none."""
    Z = CIRCUIT.impedance(F, VALUES)
    rows = [f"{f:.8e},{z.real:.8e},{z.imag:.8e}" for f, z in zip(F, Z, strict=True)]
    rows[5] = f"{F[5]:.8e},9.9e37,9.9e37"
    (tmp_path / "z.csv").write_text("\n".join(["Frequency (Hz),Zre (ohm),Zim (ohm)", *rows]) + "\n")
    (found,) = read_spectra(tmp_path / "z.csv")
    assert found.frequency_Hz == pytest.approx(np.delete(F, 5), rel=1e-6)
    assert found.note.startswith("1 of 49 rows without an impedance (overload) left out")


@pytest.mark.parametrize(
    ("real", "imaginary", "name"),
    [("Y'", "Y''", "admittance"), ("Re(Y)", "Im(Y)", "admittance"), ("G", "B", "conductance"),
     ("M'", "M''", "electric modulus"), ("eps'", "eps''", "permittivity"), ("\u03b5'", "\u03b5''", "permittivity"),
     ("C'", "C''", "capacitance"), ("Re(C)", "Im(C)", "capacitance"), ("sigma'", "sigma''", "conductivity"),
     ("rho'", "rho''", "resistivity"), ("Cp", "G", "capacitance")]
)  # fmt: skip
def test_what_is_no_impedance_is_refused(real: str, imaginary: str, name: str, tmp_path) -> None:
    rows = [f"{f:.8e},{1 + k},{2 + k}" for k, f in enumerate(F)]
    (tmp_path / "z.csv").write_text("\n".join([f"Frequency (Hz),{real},{imaginary}", *rows]) + "\n")
    with pytest.raises(HeterofilmError, match=f"'{re.escape(real)}' names .*{name}, which is no impedance"):
        read_spectra(tmp_path / "z.csv")


def test_an_admittance_beside_an_impedance_is_no_spectrum(tmp_path) -> None:
    Z = CIRCUIT.impedance(F, VALUES)
    rows = [
        ",".join(f"{x:.8e}" for x in (f, (1 / z).real, (1 / z).imag, z.real, -z.imag))
        for f, z in zip(F, Z, strict=True)
    ]
    for unit in ("/Ohm-1", ""):
        head = f"freq/Hz,Re(Y){unit},Im(Y){unit},Re(Z)/Ohm,-Im(Z)/Ohm"
        (tmp_path / "z.csv").write_text("\n".join([head, *rows]) + "\n")
        (found,) = read_spectra(tmp_path / "z.csv")
        assert found.impedance == pytest.approx(Z, rel=1e-6)
