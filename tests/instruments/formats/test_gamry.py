"""Gamry .DTA: every technique, decimal commas, conventions. Layouts after Gamry's description and published files."""

import numpy as np
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.instruments import read
from real_data import real_file

CURVE = "\tPt\tT\tVf\tIm\tVu\tSig\tAch\tIERange\tOver\n\t#\ts\tV vs. Ref.\tA\tV\tV\tV\t#\tbits\n"
ROWS = "".join(f"\t{k}\t{k / 10}\t{3 + k / 100:.3f}\t{1e-6 * k:.5E}\t0\t0\t0\t5\t...........\n" for k in range(1, 6))


def written(tmp_path, tag, body, head=""):
    path = tmp_path / "a.DTA"
    path.write_text(f"EXPLAIN\nTAG\t{tag}\nAREA\tQUANT\t2.00000E+000\t&Area (cm^2)\n{head}{body}", "cp1252")
    return path


def test_a_voltammogram_has_a_cycle_for_each_curve(tmp_path):
    m = read(written(tmp_path, "CV", f"CURVE1\tTABLE\n{CURVE}{ROWS}CURVE2\tTABLE\n{CURVE}{ROWS}"))
    assert m.technique == "voltammetry" and m.table["cycle"].to_list() == [1] * 5 + [2] * 5
    assert m.meta["stated_area_m2"] == pytest.approx(2e-4)


@pytest.mark.parametrize(("convention", "sign"), [("", -1.0), ("1", -1.0), ("0", 1.0)])
def test_the_current_is_positive_on_reduction_whatever_the_convention(tmp_path, convention, sign):
    head = f"CONVENTION\tIQUANT\t{convention}\tCurrent Convention\n" if convention else ""
    m = read(written(tmp_path, "CHRONOA", f"CURVE\tTABLE\t5\n{CURVE}{ROWS}", head))
    assert m.technique == "cycling" and m.column("current_A") == pytest.approx(sign * 1e-6 * np.arange(1, 6))


def test_decimal_commas(tmp_path):
    path = written(tmp_path, "CHRONOA", (f"CURVE\tTABLE\t5\n{CURVE}" + ROWS.replace(".", ",")).replace(",,", ".."))
    assert read(path).column("voltage_V") == pytest.approx(3 + np.arange(1, 6) / 100)


def test_open_circuit_alone_is_read_without_current(tmp_path):
    rows = "\tPt\tT\tVf\tVm\tAch\tOver\tTemp\n\t#\ts\tV vs. Ref.\tV\tV\tbits\tdeg C\n\t0\t5\t3.1\t3.1\t0\t..a\t-327\n"
    m = read(written(tmp_path, "CORPOT", f"CURVE\tTABLE\t99999\n{rows}"))
    assert m.column("current_A").tolist() == [0.0] and any("open circuit" in note for note in m.notes)


def test_what_the_instrument_corrected_for_drift_is_taken():
    m = read(real_file("eis/pyimpspec_drift-corrected-data.dta"))
    assert any("drift" in note for note in m.notes)
    moved = m.column("Z_re_ohm") - m.column("Z_re_measured_ohm")
    assert moved[0] == 0.0 and np.abs(moved).max() > 0.0
    assert m.column("voltage_V")[0] == pytest.approx(0.3692144)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "no table of data"),
        (f"CURVE\tTABLE\t5\n{CURVE}", "no table of data"),
        ("CAPACITYCURVE\tTABLE\n\tPt\tCycle\n\t#\t#\n\t1\t1\n", "no column of time_s or voltage_V or current_A"),
        ("ZCURVE\tTABLE\n\tPt\tTime\tZreal\tZimag\n\t#\ts\tohm\tohm\n\t0\t1\t2\t-3\n", "column of the frequency"),
    ],
)
def test_what_is_missing_is_said(tmp_path, body, words):
    with pytest.raises(HeterofilmError, match=words):
        read(written(tmp_path, "CV", body))
