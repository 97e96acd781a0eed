"""Tables by a map of their columns: what the headings do not say, of any technique."""

from pathlib import Path

import numpy as np
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.instruments import read_columns
from heterofilm.instruments.column_map import technique_with

RISES = "0 3.0 1\n1 3.1 1\n2 3.2 1\n"


def written(folder: Path, head: str, rows: str = RISES, mark: str = ",") -> Path:
    path = folder / "a.csv"
    path.write_text(head + "\n" + rows.replace(" ", mark), encoding="utf-8")
    return path


def test_a_map_says_what_the_headings_do_not(tmp_path: Path) -> None:
    path = written(tmp_path, "Zeit;Spg;Strom (uA)", "00:00:00 3000 1,5\n00:00:10 3100 1,5\n", ";")
    measured = read_columns(
        path, {"Zeit": "time_s", "Spg": "voltage_V", "Strom (uA)": "current_A"}, {"Spg": "mV"}, positive="discharge"
    )
    assert measured.table.rows() == [(0.0, 3.0, 1.5e-6), (10.0, 3.1, 1.5e-6)]


def test_a_map_may_name_one_of_two_like_headings(tmp_path: Path) -> None:
    path = written(tmp_path, "Time (s),Voltage (V),Voltage (mV),Current (A)", "0 9 3000 1\n1 9 3100 1\n")
    measured = read_columns(path, {"Time (s)": "time_s", "Voltage (mV)": "voltage_V", "Current (A)": "current_A"})
    assert measured.table["voltage_V"].to_list() == [3.0, 3.1]


COMPLETE = {"a": "time_s", "b": "voltage_V", "c": "current_A"}


@pytest.mark.parametrize(
    ("columns", "units", "positive", "said"),
    [
        ({"A": "time_s"} | COMPLETE, {}, "charge", "no heading 'A'.*Did you mean 'a'"),
        ({"a": "time"}, {}, "charge", "no column 'time'.*Did you mean 'time_s'"),
        (COMPLETE, {"b": "mA"}, "charge", "'mA' is no unit for voltage_V"),
        (COMPLETE, {"x": "V"}, "charge", "'x', which is not among"),
        (COMPLETE, {"b": "Volk"}, "charge", "Unknown unit"),
        (COMPLETE, {}, "oxidation", "'oxidation'"),
        ({"a": "time_s", "c": "current_A"}, {}, "charge", "no column for the voltage"),
    ],
)
def test_a_wrong_map_is_one_sentence(columns: dict, units: dict, positive: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(HeterofilmError, match=said) as caught:
        read_columns(written(tmp_path, "a,b,c"), columns, units, positive=positive)
    assert "\n" not in str(caught.value)


def test_a_current_per_area_becomes_one_of_the_electrode(tmp_path: Path) -> None:
    """1 mA/cm2 on 2 cm2 is 2 mA; without the area it is refused."""
    path = written(tmp_path, "t,E,Current (mA/cm2)")
    columns = {"t": "time_s", "E": "voltage_V", "Current (mA/cm2)": "current_A"}
    measured = read_columns(path, columns, positive="discharge", area_m2=2e-4)
    assert measured.column("current_A") == pytest.approx(2e-3)
    with pytest.raises(HeterofilmError, match="per area"):
        read_columns(path, columns)


def test_an_optical_table_in_another_language(tmp_path: Path) -> None:
    """Percent are hundredths, decimal commas are found out; the columns alone tell the technique."""
    path = written(tmp_path, "Wellenlänge;Durchlass (%)", "500 90,0\n501 91,0\n", ";")
    measured = read_columns(path, {"Wellenlänge": "wavelength_nm", "Durchlass (%)": "transmittance"})
    assert measured.technique == "uvvis"
    assert measured.table.rows() == [(500.0, pytest.approx(0.9)), (501.0, pytest.approx(0.91))]


def test_a_spectrum_with_its_sign_and_units(tmp_path: Path) -> None:
    """-Z'' in kohm and a frequency in kHz: SI, a capacitor's imaginary part negative; per area it stays per area."""
    f = np.geomspace(100.0, 0.1, 10)
    path = written(tmp_path, "nu,A,B", "".join(f"{x} 2 3\n" for x in f))
    columns = {"nu": "frequency_Hz", "A": "Z_re_ohm", "B": "minus_Z_im_ohm"}
    (found,) = read_columns(path, columns, {"nu": "kHz", "A": "kohm", "B": "kohm"}).spectra()
    assert found.frequency_Hz == pytest.approx(1e3 * f) and found.impedance == pytest.approx(2e3 - 3e3j)
    (found,) = read_columns(path, columns, {"A": "ohm cm2", "B": "ohm cm2"}).spectra()
    assert found.unit == "ohm m2" and found.impedance == pytest.approx(2e-4 - 3e-4j)


def test_the_heading_under_a_map_still_says_unit_and_sign(tmp_path: Path) -> None:
    path = written(tmp_path, "2theta (rad),I", "0.2 5\n0.3 6\n0.4 7\n")
    found = read_columns(path, {"2theta (rad)": "two_theta_deg", "I": "intensity"})
    assert np.allclose(found.column("two_theta_deg"), np.degrees([0.2, 0.3, 0.4]))
    path = written(tmp_path, "f,Re,-Im", "".join(f"{10**k} 5 1\n" for k in range(9)))
    with pytest.raises(HeterofilmError, match="says -Im Z: map it to minus_Z_im_ohm"):
        read_columns(path, {"f": "frequency_Hz", "Re": "Z_re_ohm", "-Im": "Z_im_ohm"})


def test_columns_that_make_no_measurement_are_refused(tmp_path: Path) -> None:
    assert technique_with(["intensity"]) == ""
    with pytest.raises(HeterofilmError, match="wavelength_nm"):
        read_columns(written(tmp_path, "a,b,c"), {"b": "transmittance"}, technique="uvvis")
    with pytest.raises(HeterofilmError, match="no frequency_Hz"):
        read_columns(written(tmp_path, "a,b,c"), {"a": "Z_re_ohm", "b": "Z_im_ohm"}, technique="impedance")


@pytest.mark.parametrize("mark", [",", "\t", ";", " "])
@pytest.mark.parametrize("above", ["", "# made somewhere\nby someone\n"])
def test_columns_of_a_file_without_headings_go_by_number(mark: str, above: str, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(above + "\n".join(f"{10.0 + 0.02 * k}{mark}{100 + k}" for k in range(40)))
    m = read_columns(path, {1: "two_theta_deg", 2: "intensity"})
    assert m.technique == "xrd" and m.table.height == 40 and m.column("intensity")[0] == 100.0


def test_numbered_columns_have_units_and_signs(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("\n".join(f"{k} {3000 + k} 1" for k in range(40)))
    m = read_columns(path, {1: "time_s", 2: "voltage_V", 3: "current_A"}, {2: "mV", 3: "uA"}, positive="discharge")
    assert m.column("voltage_V")[0] == 3.0 and m.column("current_A")[0] == 1e-6


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({1: "two_theta_deg", 5: "intensity"}, "no rows of at least 5 numbers"),
        ({0: "two_theta_deg", 1: "intensity"}, "counted from 1"),
        ({1: "two_theta_deg", "b": "intensity"}, "not by both"),
    ],
)
def test_numbers_of_no_column_are_refused(columns: dict, said: str, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("\n".join(f"{k} {k}" for k in range(40)))
    with pytest.raises(HeterofilmError, match=said):
        read_columns(path, columns)


def test_percent_in_a_mapped_column_is_told_by_its_values(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("\n".join(f"{300 + k} {0.3 if k < 300 else 85}" for k in range(400)))
    m = read_columns(path, {1: "wavelength_nm", 2: "transmittance"})
    assert m.column("transmittance").max() == pytest.approx(0.85) and "per cent" in m.notes[0]
