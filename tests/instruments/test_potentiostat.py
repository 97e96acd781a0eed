"""Potentiostats' files: every measured file to its known answer, one sign of the current, and hostile files."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from damage import all_finite, assault
from heterofilm.analysis.impedance.circuit import Circuit
from heterofilm.errors import HeterofilmError
from heterofilm.instruments import Measurement, read, read_all
from heterofilm.instruments.impedance_table import read_spectra
from heterofilm.instruments.potentiostat import anodic_is_positive, impedance, polarisation, renamed
from real_data import real_file

# what the same synthetic spectrum is called in every vendor's format, and how many digits that format keeps
DRESSES = {
    "pyimpspec_data.dta": 1e-12, "pyimpspec_data-comma.csv": 1e-12, "pyimpspec_data.dfr": 1e-12,
    "pyimpspec_data.i2b": 1e-12, "pyimpspec_case-negative-real-imaginary.csv": 1e-12, "pyimpspec_data.z": 1e-6,
    "pyimpspec_data.P00": 5e-4,
}  # fmt: skip
POINTS = {
    "hybriddrt_EISGALV_EISTest3.DTA": 71, "impedancepy_exampleDataGamry.DTA": 72, "impedancepy_exampleData.csv": 66,
    "impedancepy_exampleDataGamryABORT.DTA": 72, "impedancepy_exampleDataAutolab.txt": 41,
    "impedancepy_exampleDataCHInstruments.txt": 73, "impedancepy_exampleDataPowersuite.txt": 30,
    "impedancepy_exampleDataZPlot.z": 21, "impedancepy_exampleDataZPlot_noComments.z": 31,
    "impedancepy_Circuit1_EIS_1.z": 48, "impedancepy_Circuit1_EIS_2.z": 48, "impedancepy_Circuit2_EIS_1.z": 56,
    "impedancepy_Circuit2_EIS_2.z": 56, "pydrttools_1ZARC.csv": 81, "pydrttools_LIB_data.txt": 107,
    "pydrttools_zarc_data.txt": 81, "pyimpspec_drift-corrected-data.dta": 55,
}  # fmt: skip


def spectrum(name):
    (found,) = read_spectra(real_file(f"eis/{name}"))
    return found.frequency_Hz, found.impedance


@pytest.mark.parametrize("name", DRESSES)
def test_one_spectrum_is_the_same_in_every_vendors_format(name):
    """29 points of R(RC)(RW), from 109.0 - 26.6j ohm at 10 kHz to 645.5 - 90.6j at 1 Hz."""
    f, Z = spectrum(name)
    reference = np.array([109.00918219439028 - 26.55567987651522j, 645.4787001504939 - 90.61812830738303j])
    assert f.size == 29 and f[[0, -1]] == pytest.approx([1e4, 1.0])
    assert Z[[0, -1]] == pytest.approx(reference, rel=DRESSES[name])
    same_f, same_Z = spectrum("pyimpspec_data-comma.csv")
    assert f == pytest.approx(same_f, rel=5e-4)
    assert np.abs(Z / same_Z - 1.0).max() < max(DRESSES[name], 1e-9)


@pytest.mark.parametrize("name", POINTS)
def test_every_point_of_a_file_is_read(name):
    (m,) = read_all(real_file(f"eis/{name}"))
    assert m.technique == "impedance" and m.table.height == POINTS[name]
    f, Z = m.column("frequency_Hz"), m.column("Z_re_ohm") + 1j * m.column("Z_im_ohm")
    assert (f > 0.0).all() and np.isfinite(Z).all() and m.table["step"].unique().to_list() == [1]


@pytest.mark.parametrize(
    ("name", "row", "f", "Z"),
    [
        # what the files themselves say on the line of that row; published readers give the same numbers
        ("impedancepy_exampleDataGamry.DTA", 0, 2.000156e5, 825.8584 - 1367.239j),
        ("impedancepy_exampleDataGamry.DTA", -1, 1.588980e-2, 17007.49 - 6635.557j),
        ("impedancepy_exampleDataGamryABORT.DTA", -1, 1.588980e-2, 17007.49 - 6635.557j),
        ("impedancepy_exampleDataAutolab.txt", 0, 10000.0, 0.013785863964281 + 0.007191946305823j),
        ("impedancepy_exampleDataCHInstruments.txt", 0, 9.961e4, 98.91 - 2.748j),
        ("impedancepy_exampleDataCHInstruments.txt", -1, 0.1, 5685.0 - 15860.0j),
        ("impedancepy_exampleDataPowersuite.txt", 0, 0.1, 423929.46 - 49014.063j),
        ("impedancepy_exampleDataZPlot.z", 0, 3e5, 147.77 - 11.335j),
        ("impedancepy_exampleDataZPlot_noComments.z", -1, 300.0, 1305.3 - 195.01j),
        ("impedancepy_exampleData.csv", 0, 3.1623e-3, 0.0494998977640506 - 0.020438698544418925j),
        ("hybriddrt_EISGALV_EISTest3.DTA", 0, 1000078.0, 0.04711733 + 0.1695821j),
    ],
)
def test_the_numbers_of_a_file_and_their_signs(name, row, f, Z):
    found_f, found_Z = spectrum(name)
    assert found_f[row] == pytest.approx(f, rel=1e-6) and found_Z[row] == pytest.approx(Z, rel=1e-6)


def test_an_aborted_file_holds_the_spectrum_of_the_whole_one():
    whole, aborted = (read(real_file(f"eis/impedancepy_exampleDataGamry{x}.DTA")) for x in ("", "ABORT"))
    assert whole.table.equals(aborted.table) and any("aborted" in note for note in aborted.notes)


def test_several_spectra_are_numbered_steps():
    found = read_spectra(real_file("eis/pyimpspec_case-multiple-spectra.csv"))
    assert [s.step for s in found] == [1, 2, 3, 4] and {s.frequency_Hz.size for s in found} == {29}
    for name, rows in (("thin_monolayer_17um", 15693), ("porous_42um", 15834)):
        m = read(real_file(f"eis/gunther2025_{name}_impedance.parquet"))
        assert m.table.height == rows and len(m.spectra()) == 20


def test_refused_by_name_with_what_to_export():
    for name, words in (
        ("eis/pyimpspec_data.ids", "Ivium data.*IviumSoft"), ("cv/ec4py_CV_144700_3.tdms", "TDMS.*csv"),
    ):  # fmt: skip
        with pytest.raises(HeterofilmError, match=words) as told:
            read(real_file(name))
        assert "\n" not in str(told.value)
    with pytest.raises(HeterofilmError, match="no known layout"):
        read(real_file("eis/pydrttools_1ZARC_DRT-RR.csv"))


def test_the_spectrum_in_its_dress_has_the_values_that_made_it():
    """R(RC)(RW) with 100, 200 ohm, 0.8 uF, 500 ohm and Y0 = 4e-4, so that sigma = 1/(Y0 sqrt 2): exactly."""
    from heterofilm.analysis.impedance.fit import fit_circuit

    fit = fit_circuit(*spectrum("pyimpspec_data.dta"), "R0-p(R1,C1)-p(R2,W2)")
    truth = {"R0": 100.0, "R1": 200.0, "C1": 8e-7, "R2": 500.0, "W2_sigma": 1.0 / (4e-4 * 2**0.5)}
    assert fit.values == pytest.approx(truth, rel=1e-8)


# -- the shared parts -------------------------------------------------------------------------------------------------

ROWS = {"frequency_Hz": [1e3, 1e2, 10.0], "Z_re_ohm": [1.0, 2.0, 3.0], "Z_im_ohm": [-1.0, -2.0, -3.0]}


def test_headings_are_found_whatever_their_blanks_and_case():
    frame = renamed(pl.DataFrame({" -Z'' ( Ohm)": [2.0], "other": [1.0]}), {"-z''(ohm)": ("Z_im_ohm", -1.0)})
    assert frame.to_dict(as_series=False) == {"Z_im_ohm": [-2.0]}


@pytest.mark.parametrize("missing", list(ROWS))
def test_a_spectrum_without_a_column_says_which(missing):
    with pytest.raises(HeterofilmError, match="frequency, Z' and Z''"):
        impedance(pl.DataFrame({k: v for k, v in ROWS.items() if k != missing}), "x")


def test_rows_with_gaps_are_left_out_and_counted():
    frame = pl.DataFrame(ROWS | {"frequency_Hz": [1e3, 0.0, 1e308], "current_A": [0.0, 0.0, 0.0]})
    m = impedance(frame, "x")
    assert m.table.height == 1 and "2 of 3 rows" in m.notes[0] and "current_A" not in m.table.columns
    with pytest.raises(HeterofilmError, match="none of its 3 rows"):
        impedance(frame.with_columns(frequency_Hz=pl.lit(0.0)), "x")


def test_discharge_is_positive_after_reading():
    frame = pl.DataFrame({"time_s": [0.0, 1.0], "voltage_V": [3.0, 2.9], "current_A": [-1.0, None]})
    m = polarisation(frame, "x", "cycling")
    assert m.table["current_A"].to_list() == [1.0] and any("turned" in note for note in m.notes)
    assert polarisation(frame, "x", "cycling", positive="cathodic").table["current_A"].to_list() == [-1.0]


@given(
    st.floats(1e-9, 1e-2),
    st.floats(0.1, 100.0),
    st.floats(1e-4, 1.0),
    st.sampled_from([1.0, -1.0]),
    st.floats(0.3, 2.0),
)
def test_the_loop_of_a_capacitor_with_a_leak_tells_the_sign(C, share, rate, sign, span):
    """I = C dV/dt + V/R is larger on the way up when oxidation is positive, whatever C, R, rate and window."""
    up = np.linspace(-span, span, 200)
    V = np.concatenate([up, up[::-1]])
    dVdt = rate * np.repeat([1.0, -1.0], 200)
    current = sign * C * (dVdt + V / span * rate * min(share, 5.0))
    assert anodic_is_positive(V, current) is (sign > 0.0)
    assert anodic_is_positive(up, current[:200]) is None


# -- hostile files ----------------------------------------------------------------------------------------------------


def sound(one: Measurement) -> None:
    """Finite numbers, of which spectra can be made."""
    all_finite(one)
    if one.technique == "impedance":
        assert one.spectra()


@pytest.mark.parametrize(
    "name",
    [
        "pyimpspec_data.dta", "pyimpspec_data.z", "pyimpspec_data.dfr", "pyimpspec_data.P00", "pyimpspec_data.ids",
        "pyimpspec_data-comma.csv", "impedancepy_exampleDataCHInstruments.txt", "impedancepy_exampleDataAutolab.txt",
        "impedancepy_exampleDataPowersuite.txt", "impedancepy_exampleDataParstat.txt",
    ],
)  # fmt: skip
def test_a_damaged_file_gives_a_result_or_one_sentence(name, tmp_path):
    assault(real_file(f"eis/{name}").read_bytes(), tmp_path / name, 40, check=sound)


def test_the_bytes_of_a_parquet_table_may_be_damaged(tmp_path):
    F = np.geomspace(1e4, 1.0, 20)
    Z = Circuit.parse("R0-p(R1,C1)").impedance(F, {"R0": 1.0, "R1": 10.0, "C1": 1e-4})
    path = tmp_path / "z.parquet"
    pl.DataFrame({"frequency": F, "Re(Z)": Z.real, "Im(Z)": Z.imag}).write_parquet(path)
    (found,) = read_spectra(path)
    assert found.impedance == pytest.approx(Z)
    assault(path.read_bytes(), path, 60)
