"""What the commands read: records as before, and instruments' files with the area that the user gives."""

import numpy as np
import pytest

from heterofilm.cli import main
from heterofilm.commands.inputs import read_record
from heterofilm.errors import HeterofilmError
from heterofilm.synthetic.impedance import Sample, Spectrometer, write_gamry
from heterofilm.synthetic.voltammetry import Film, Scan, voltammogram, write_gamry_cv
from real_data import real_file

FILM, SCAN = Film(((3.0, 1e-3),), capacitance_F=1e-4), Scan(2.5, 3.5, 1e-3, step_V=5e-3)


@pytest.fixture
def cv(tmp_path):
    return write_gamry_cv(tmp_path / "cv.DTA", FILM, SCAN)


def test_an_instruments_file_becomes_a_record_per_area(cv):
    record = read_record(str(cv), "300nm", "2cm2")
    _, E, i, _ = voltammogram(FILM, SCAN)
    assert record.frame["current_A_m2"].to_numpy() == pytest.approx(i / 2e-4, rel=1e-5, abs=1e-6)
    assert record.frame["voltage_V"].to_numpy() == pytest.approx(E)
    assert record.meta["area_m2"] == pytest.approx(2e-4) and record.meta["thickness_m"] == pytest.approx(3e-7)
    assert record.meta["kind"] == "measured" and record.meta["format"] == "Gamry DTA"


def test_a_csv_of_a_vendor_is_read_and_a_battery_data_format_stays_a_record(cv, tmp_path):
    record = read_record(str(cv), None, "2cm2")
    record.write(tmp_path / "bdf.csv")
    again = read_record(str(tmp_path / "bdf.csv"), None, "2cm2")
    assert again.frame["current_A_m2"].to_numpy() == pytest.approx(record.frame["current_A_m2"].to_numpy())
    nova = "Time (s);WE(1).Current (A);WE(1).Potential (V)\n0;-1e-6;3\n1;-1e-6;2.9\n2;-1e-6;2.8\n"
    (tmp_path / "nova.csv").write_text(nova)
    measured = read_record(str(tmp_path / "nova.csv"), None, "1cm2")
    assert measured.frame["current_A_m2"].to_list() == pytest.approx([1e-2] * 3)


def test_cv_and_eis_take_instrument_files(cv, tmp_path, capsys):
    assert main(["cv", str(cv), "--area", "1cm2"]) == 0
    said = capsys.readouterr().out
    assert "1 mV/s" in said and "3.000 V" in said
    f = np.geomspace(1e5, 1.0, 30)
    sample = Sample("R0-p(R1,C1)", {"R0": 10.0, "R1": 100.0, "C1": 1e-6})
    z = write_gamry(tmp_path / "z.DTA", f, sample.impedance(f), Spectrometer(noise=1e-4, lead_H=0.0), 3.0)
    assert main(["eis", str(z), "--circuit", "R0-p(R1,C1)"]) == 0
    said = capsys.readouterr().out
    assert "30 points" in said and "R1" in said


def test_a_measured_spectrum_is_fitted_by_the_command(capsys):
    assert main(["eis", str(real_file("eis/pyimpspec_data.dta")), "--circuit", "R(RC)(RW)"]) == 0
    assert "R1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("write", "area", "words"),
    [
        (lambda p: write_gamry_cv(p, FILM, SCAN), None, "does not say the electrode area: add for example --area"),
        (lambda p: write_gamry(p, [1e3, 1e2], [1.0, 1.0], Spectrometer()), "1cm2", "impedance data, but no current"),
        (lambda p: p.write_text("no instrument wrote this\n"), "1cm2", "no known layout"),
        (lambda p: p.write_bytes(b""), "1cm2", "is empty"),
        (lambda p: None, "1cm2", "there is no such file"),
    ],
)
def test_refusals(tmp_path, write, area, words):
    path = tmp_path / "x.DTA"
    write(path)
    with pytest.raises(HeterofilmError, match=words):
        read_record(str(path), None, area)


@pytest.mark.parametrize(
    ("headings", "words"),
    [
        ("time/s,E/V,note", "no column of current by its headings, which are 'time/s' (time), 'E/V' (voltage), 'note'"),
        ("index,Spannung,x", "no column of time and current by its headings, which are 'index', 'Spannung' (voltage)"),
    ],
)
def test_the_columns_that_are_missing_and_those_that_are_there_are_told(headings, words, tmp_path):
    file = tmp_path / "t.csv"
    file.write_text(f"{headings}\n0,1,2\n1,2,3\n3,3,3\n")
    with pytest.raises(HeterofilmError) as caught:
        read_record(str(file), None, "1cm2")
    assert words in str(caught.value) and "--columns 'time_s=" in str(caught.value)
    assert "current_A=HEADING'" in str(caught.value)


def test_a_negative_quantity_and_an_ampere_for_an_angstrom_are_told_in_our_words(cv, capsys):
    assert main(["cv", str(cv), "--area", "-1.2cm2"]) == 2
    assert "--area '-1.2cm2' must be positive" in capsys.readouterr().err
    with pytest.raises(HeterofilmError, match="the angstrom is Å"):
        read_record(str(cv), "4500A", "1cm2")
