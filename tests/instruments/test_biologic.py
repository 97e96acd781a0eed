"""BioLogic: EC-Lab's text against known answers."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.instruments import read, read_all
from heterofilm.instruments.biologic import technique_of
from real_data import real_file

PAIRS = {
    "cv": (5103, "voltammetry"), "gcpl.issue_149": (132, "cycling"), "gcpl.issue_211": (2767, "cycling"),
    "geis.issue_149": (84, "impedance"), "lsv": (1186, "voltammetry"), "mb.issue_95": (33, "cycling"),
    "peis.issue_149": (84, "impedance"), "peis": (32, "impedance"),
}  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
def test_the_text_has_its_points_and_technique(name: str) -> None:
    rows, technique = PAIRS[name]
    measured = read(real_file(f"biologic/yadg_{name}.mpt"))
    assert (measured.table.height, measured.technique) == (rows, technique)
    assert np.isfinite(measured.table.to_numpy()).all()


def test_decimal_commas_are_found_out() -> None:
    """First times 30.153, 31.153, 32.153 s and 3.42287 V; the German twin of a file is the same file."""
    table = read(real_file("biologic/yadg_gcpl.issue_149.mpt")).table
    assert np.allclose(table["time_s"][:3], [30.153, 31.153, 32.153], atol=1e-5)
    assert table["voltage_V"][0] == pytest.approx(3.42287, abs=1e-5)
    german, english = (read(real_file(f"biologic/yadg_mb.issue_95{kind}.mpt")).table for kind in (".de", ""))
    assert german.equals(english)


def test_spectra_of_a_loop_are_told_apart() -> None:
    """Four loops of 21 frequencies, each from 200 kHz down; Im Z is negative for a capacitor."""
    spectra = read(real_file("biologic/yadg_peis.issue_149.mpt")).spectra()
    assert [len(s.frequency_Hz) for s in spectra] == [21, 21, 21, 21]
    assert all(s.frequency_Hz[0] > 1.9e5 and (np.diff(s.frequency_Hz) < 0.0).all() for s in spectra)


def test_the_current_of_a_voltammogram_is_positive_on_reduction() -> None:
    """EC-Lab's first current is -1.236e-6 mA (reduction); at the highest potential the electrolyte is oxidised."""
    measured = read(real_file("biologic/yadg_cv.mpt"))
    current = measured.column("current_A")
    assert current[0] == pytest.approx(1.235983972946997e-9, rel=1e-12)
    assert current[np.argmax(measured.column("voltage_V"))] < 0.0
    assert any("turned" in note for note in measured.notes)


def test_a_cut_voltammogram_of_another_laboratory() -> None:
    measured = read(real_file("cv/ixdat_Pt_poly_cv_CUT.mpt"))
    assert (measured.technique, measured.table.height) == ("voltammetry", 223)
    assert measured.column("voltage_V")[0] == pytest.approx(0.87869531)


HEADER = "EC-Lab ASCII FILE\nNb header lines : 5\n\nOpen Circuit Voltage\n"


def test_open_circuit_has_no_current_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.mpt"
    path.write_text(HEADER + "time/s\tEwe/V\n0\t3.1\n1\t3.2\n")
    measured = read(path)
    assert measured.table["current_A"].to_list() == [0.0, 0.0]
    assert "no current" in measured.notes[0]


def test_dates_instead_of_seconds(tmp_path: Path) -> None:
    """'Time format : Absolute': the rows are a second apart, whatever day and month mean."""
    path = tmp_path / "a.mpt"
    rows = [f"01/02/2024 23:59:{58 + k}.500\t3.{k}\t{k}.5" for k in range(2)] + ["01/03/2024 00:00:00.500\t3.2\t2.5"]
    path.write_text(HEADER + "time/s\tEwe/V\tI/mA\n" + "\n".join(rows) + "\n")
    assert np.allclose(read(path).column("time_s"), [0.0, 1.0, 2.0])


def test_a_rest_before_a_spectrum_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.mpt"
    text = HEADER.replace("Open Circuit Voltage", "Potentio Electrochemical Impedance Spectroscopy")
    path.write_text(text + "freq/Hz\tRe(Z)/Ohm\t-Im(Z)/Ohm\n0\t0\t0\n1E+3\t10\t5\n1E+2\t11\t6\n")
    assert read(path).table.rows() == [(1000.0, 10.0, -5.0, 1), (100.0, 11.0, -6.0, 1)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("EC-Lab ASCII FILE\nNb header lines : 99\n", "does not say where the table begins"),
        (HEADER + "time/s\tNs\n0\t1\n", "no column for a voltage"),
        (HEADER + "time/s\tEwe/V\n", "nothing stands below"),
        (HEADER + "time/s\tEwe/V\nx\ty\n", "no row|holds a time"),
        (
            HEADER.replace("Open Circuit Voltage", "Galvano Electrochemical Impedance Spectroscopy")
            + "freq/Hz\tEwe/V\n1\t1\n",
            r"Re\(Z\)",
        ),
    ],
)
def test_what_is_missing_is_said_in_one_sentence(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "a.mpt"
    path.write_text(text)
    with pytest.raises(HeterofilmError, match=said) as caught:
        read(path)
    assert "\n" not in str(caught.value)


def test_names_of_techniques() -> None:
    said = {
        "Cyclic Voltammetry Advanced": "voltammetry", "CV": "voltammetry", "GEIS": "impedance", "GCPL": "cycling",
        "Staircase Potentio Electrochemical Impedance Spectroscopy": "impedance", "Modulo Bat": "cycling",
    }  # fmt: skip
    assert {name: technique_of(name) for name in said} == said


def test_the_galvanostatic_charge_runs_on(tmp_path: Path) -> None:
    """(Q-Qo) in C or mA.h is one and the same charge, negative on charge here."""
    frames = []
    for unit, factor in (("C", 1.0), ("mA.h", 1 / 3.6)):
        path = tmp_path / f"{len(frames)}.mpt"
        q = np.arange(5) * 0.01
        rows = "\n".join(f"{k}\t3.{k}\t10\t{x * factor:.12g}" for k, x in enumerate(q))
        path.write_text(HEADER + f"time/s\tEwe/V\tI/mA\t(Q-Qo)/{unit}\n{rows}\n")
        frames.append(read(path).table)
    assert np.allclose(frames[0]["charge_C"], -np.arange(5) * 0.01)
    assert np.allclose(frames[0]["charge_C"], frames[1]["charge_C"])
    assert isinstance(frames[0], pl.DataFrame)


def test_a_header_of_three_lines_holds_no_technique(tmp_path: Path) -> None:
    path = tmp_path / "a.mpt"
    path.write_text("EC-Lab ASCII FILE\nNb header lines : 3\ntime/s\tEwe/V\t<I>/mA\n0\t3.1\t-1\n60\t3.0\t-1\n")
    made = read(path)
    assert made.technique == "cycling" and made.table["current_A"].to_list() == [1e-3, 1e-3]


def test_a_file_of_several_techniques_is_its_time_series_and_its_spectra(tmp_path: Path) -> None:
    """Rows with a frequency are spectra; they move no charge of the others."""
    head = "EC-Lab ASCII FILE\nNb header lines : 5\n\nModulo Bat\ntime/s\tEwe/V\tI/mA\tfreq/Hz\tRe(Z)/Ohm\t-Im(Z)/Ohm\n"
    cycled = [f"{60 * k}\t{3.5 - 0.01 * k}\t-1\t0\t0\t0" for k in range(10)]
    waves = [f"540\t3.41\t0\t{f}\t{20 + k}\t{k}" for k, f in enumerate((1e5, 1e4, 1e3))]
    path = tmp_path / "a.mpt"
    path.write_text(head + "\n".join([*cycled, *waves, *(f"{540 + 60 * k}\t3.4\t1\t0\t0\t0" for k in range(3))]) + "\n")
    series, spectra = read_all(path)
    assert (series.technique, series.table.height) == ("cycling", 13)
    assert (spectra.technique, spectra.table.height) == ("impedance", 3)
    record = series.record(1e-4)
    assert (record.steps["capacity_C_m2"] * 1e-4 / 3.6e-3).to_list() == pytest.approx([150.0, 100.0 / 3.0])
