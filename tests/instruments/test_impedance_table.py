"""Reading spectra: columns, signs, several in a file; nothing is guessed in silence."""

import numpy as np
import pytest

from heterofilm.analysis.impedance.circuit import Circuit
from heterofilm.errors import HeterofilmError
from heterofilm.instruments.impedance_table import MAX_BYTES, read_spectra
from heterofilm.instruments.reading import read_all
from heterofilm.records.record import Record
from heterofilm.records.spectrum import spectra
from heterofilm.simulation.run import simulate
from real_data import real_file

F = np.geomspace(1e5, 1e-1, 25)
Z = Circuit.parse("R0-p(R1,C1)").impedance(F, {"R0": 10.0, "R1": 50.0, "C1": 1e-4})


def text(sign=1.0, head="", separator=",", rows=None):
    lines = [separator.join(f"{x:.9e}" for x in row) for row in rows or zip(F, Z.real, sign * Z.imag, strict=True)]
    return head + "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    "content",
    [
        text(),
        text(head="f,Z',Z''\n"),
        text(-1.0, head="Frequency (Hz)\tRe(Z)/Ohm\t-Im(Z)/Ohm\n", separator="\t"),
        text(head="# made by hand\nfreq Re Im\n", separator=" "),
        text(-1.0, separator=";").replace(".", ","),
        text(head=",Freq,Real,Imag\n", rows=list(zip(range(F.size), F, Z.real, Z.imag, strict=True))),
    ],
)
def test_the_same_spectrum_in_every_dress(tmp_path, content):
    """Whatever separator, heading or sign the third column has, a capacitor has a negative imaginary part."""
    path = tmp_path / "z.csv"
    path.write_text(content)
    (found,) = read_spectra(path)
    assert found.frequency_Hz == pytest.approx(F) and found.impedance == pytest.approx(Z, rel=1e-6)
    assert found.note and found.unit == "ohm"


def test_the_sign_can_be_kept(tmp_path):
    (tmp_path / "z.csv").write_text(text(-1.0))
    (found,) = read_spectra(tmp_path / "z.csv", keep_sign=True)
    assert found.impedance.imag == pytest.approx(-Z.imag) and "kept" in found.note


def test_a_frequency_that_jumps_back_begins_a_new_spectrum(tmp_path):
    (tmp_path / "z.csv").write_text(text() + text())
    assert [s.step for s in read_spectra(tmp_path / "z.csv")] == [1, 2]


def test_a_record_and_its_file_hold_the_same(tmp_path):
    """Parts add up to the whole in .impedance.csv as in .nc and .parquet."""
    record = simulate("vo-half", "Discharge at 20 uA/cm2 until 3.2 V; EIS from 10 kHz to 1 Hz; EIS from 1 kHz to 1 Hz")
    record.write(tmp_path / "r.csv")
    files = [record.write(tmp_path / name) for name in ("r.nc", "r.parquet")]
    for found in (spectra(record), *map(read_spectra, [tmp_path / "r.impedance.csv", *files])):
        assert [s.step for s in found] == [2, 3] and {s.unit for s in found} == {"ohm m2"}
        for s in found:
            assert sum(s.parts.values()) == pytest.approx(s.impedance)


def test_per_area():
    (found,) = spectra(simulate("vo-half", "EIS from 10 kHz to 1 Hz"))
    with pytest.raises(HeterofilmError, match="per area already"):
        found.per_area(1e-4)


def test_a_measured_file_without_headings():
    (found,) = read_spectra(real_file("eis/impedancepy_exampleData.csv"))
    assert found.frequency_Hz.size == 66 and "57 of 66" in found.note


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "at least 5 rows"),
        ("1,2\n" * 9, "2 columns"),
        ("a,b,c,d,e\n" + "1,2,3,4,5\n" * 9, "5 columns"),
        (text() + "oops\n", "line 26"),
        (text() + "1,2\n", "2 numbers"),
        (text().replace(f"{Z.real[3]:.9e}", "nan"), "gap"),
        (text(rows=[(-f, z.real, z.imag) for f, z in zip(F, Z, strict=True)]), "positive"),
        ("frequency_Hz,Z_re_ohm_m2\n1,2\n", "Z_im_ohm_m2"),
    ],
)
def test_refusals(tmp_path, content, words):
    (tmp_path / "z.csv").write_text(content)
    with pytest.raises(HeterofilmError, match=words):
        read_spectra(tmp_path / "z.csv")


def test_files_that_are_none(tmp_path):
    with pytest.raises(HeterofilmError, match="there is no such file"):
        read_spectra(tmp_path / "none.csv")
    (tmp_path / "b.csv").write_bytes(b"\x00\x01\x00\x9f")
    with pytest.raises(HeterofilmError, match="not text"):
        read_spectra(tmp_path / "b.csv")
    with (tmp_path / "big.csv").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(HeterofilmError, match="20 MB"):
        read_spectra(tmp_path / "big.csv")
    with pytest.raises(HeterofilmError, match="no impedance spectrum"):
        spectra(Record.read(simulate("vo-half", "Rest for 1 h").write(tmp_path / "r.nc")))


@pytest.mark.parametrize(
    ("head", "factors"),
    [
        ("Frequency (kHz),Z' (kOhm),Z'' (kOhm)\n", (1e3, 1e3)),
        ("freq/MHz,Re(Z)/MOhm,Im(Z)/MOhm\n", (1e6, 1e6)),
        ("Freq [mHz],Zreal [mΩ],Zimag [mΩ]\n", (1e-3, 1e-3)),
        ("Frequency Hz,Zre kohm,Zim kohm\n", (1.0, 1e3)),
        ("freq,re,im\nkHz,kOhm,kOhm\n", (1e3, 1e3)),
        ("Frequency (Hz),Z' (mOhm),-Z'' (mOhm)\n", (1.0, 1e-3)),
        ("f,Result,Image\n(Hz),(KOHM),(KOHM)\n", (1.0, 1e3)),
        ("# Freq [kHz]   Z' [kOhm]   Z'' [kOhm]\n", (1e3, 1e3)),
        ("f / kHz   Re(Z) / kOhm   Im(Z) / kOhm\n", (1e3, 1e3)),
    ],
)
def test_units_of_the_headings_are_those_of_the_numbers(tmp_path, head, factors):
    """The same spectrum, written in other units, is the same spectrum; only what no heading says is assumed."""
    minus = -1.0 if "-Z''" in head else 1.0
    rows = zip(F / factors[0], Z.real / factors[1], minus * Z.imag / factors[1], strict=True)
    (tmp_path / "z.csv").write_text(text(head=head, rows=list(rows), separator="," if "," in head else " "))
    (found,) = read_spectra(tmp_path / "z.csv")
    assert found.frequency_Hz == pytest.approx(F) and found.impedance == pytest.approx(Z, rel=1e-6)
    assert found.unit == "ohm" and "were taken" not in found.note


def test_spectra_beside_each_other_are_as_many(tmp_path):
    """Two pairs of columns over one of frequencies; admittances beside them are no spectrum."""
    head = "Frequency (Hz),Z' 25 (ohm),-Z'' 25 (ohm),Z' 40 (ohm),-Z'' 40 (ohm),Re(Y) (S),Im(Y) (S)\n"
    rows = zip(F, Z.real, -Z.imag, 2.0 * Z.real, -2.0 * Z.imag, (1.0 / Z).real, (1.0 / Z).imag, strict=True)
    (tmp_path / "z.csv").write_text(text(head=head, rows=list(rows), separator=","))
    one, two = read_spectra(tmp_path / "z.csv")
    assert one.impedance == pytest.approx(Z, rel=1e-6) and two.impedance == pytest.approx(2.0 * Z, rel=1e-6)
    assert "2 spectra beside each other: 'Z' 25 (ohm)', 'Z' 40 (ohm)'" in one.note
    assert [s.frequency_Hz.size for m in read_all(tmp_path / "z.csv") for s in m.spectra()] == [F.size, F.size]


def test_a_spectrum_per_area_stays_one(tmp_path):
    """Ohm cm2 is 1e-4 ohm m2, and no area is applied to it again."""
    (tmp_path / "z.csv").write_text(text(head="Freq [Hz],Z' [Ohm cm2],Z'' [Ω·cm²]\n"))
    (found,) = read_spectra(tmp_path / "z.csv")
    assert found.unit == "ohm m2" and found.impedance == pytest.approx(1e-4 * Z, rel=1e-6)
    with pytest.raises(HeterofilmError, match="per area already"):
        found.per_area(1e-4)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("Freq [Hz],Z' [V],Z'' [V]\n", "is in V, but ohm"),
        ("Freq [Hz],Z' [Ohm m],Z'' [Ohm m]\n", "is in ohm m, but ohm"),
        ("freq [s],Z',Z''\n", "is in s, but Hz"),
        ("Freq [Hz],Z' [Ohm cm2],Z'' [Ohm]\n", "one is per area"),
        ("Freq [Hz],Z' [Ohm cm2],Z''\n", "one is per area"),
        ("Freq [Hz],Z' [xOhm],Z'' [xOhm]\n", "cannot be read"),
        ("Frequency (Hz),|Z| (Ohm),Phase (deg)\n", "modulus and phase"),
    ],
)
def test_units_that_are_none_of_an_impedance_are_refused(tmp_path, head, words):
    (tmp_path / "z.csv").write_text(text(head=head))
    with pytest.raises(HeterofilmError, match=words):
        read_spectra(tmp_path / "z.csv")
