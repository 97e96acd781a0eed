"""Units in columns of their own say as much as in headings."""

from pathlib import Path

import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.instruments.reading import read
from heterofilm.units import parse_unit


@pytest.mark.parametrize("heading", ["{} Unit", "Unit", "Unit of {}", "{}_unit"])
@pytest.mark.parametrize("units", [("uA", "uA"), ("uA", "mA"), ("A", "A")])
def test_a_column_of_units_is_one_in_the_heading(heading: str, units: tuple[str, str], tmp_path: Path) -> None:
    """Also where a tester changes its range, and with it the unit, within the file."""
    if heading == "Unit of {}":
        heading = "Unit {}"
    rows = []
    for k in range(40):
        unit = units[k // 20]
        rows.append(f"{60 * k},{-1e-4 / parse_unit(unit).factor:.9g},{unit},{3.5 - 0.01 * k:.4f}")
    path = tmp_path / "a.csv"
    path.write_text("\n".join([f"Time (s),Current,{heading.format('Current')},Voltage (V)", *rows]) + "\n")
    measured = read(path)
    assert measured.table["current_A"].to_list() == pytest.approx([1e-4] * 40)
    assert not any("had no unit" in one for one in measured.doubts)


@pytest.mark.parametrize("cell", ["V", "three", "hh:mm:ss"])
def test_what_is_no_unit_of_a_current_is_refused(cell: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Time (s),Current,Current Unit,Voltage (V)\n" + f"0,1,{cell},3\n1,1,{cell},3\n" * 5)
    with pytest.raises(HeterofilmError, match=r"no unit for 'Current'|another kind"):
        read(path)


HEADINGS = [["Unit"] * 3, ["Units"] * 3, ["Einheit"] * 3, ["Unit", "Unit.1", "Unit.2"], [""] * 3]


@pytest.mark.parametrize("headings", HEADINGS)
@pytest.mark.parametrize("units", [("s", "uA", "V"), ("h", "mA", "mV"), ("min", "µA", "V")])
def test_headings_of_units_that_repeat_belong_to_the_column_before(
    headings: list[str], units: tuple[str, str, str], tmp_path: Path
) -> None:
    factors = [parse_unit(unit).factor for unit in units]
    rows = []
    for k in range(40):
        values = (60.0 * k, -1e-4, 3.5 - 0.01 * k)
        rows.append(",".join(f"{x / f:.9g},{u}" for x, f, u in zip(values, factors, units, strict=True)))
    above = ",".join(f"{name},{unit}" for name, unit in zip(("Time", "Current", "Voltage"), headings, strict=True))
    path = tmp_path / "a.csv"
    path.write_text("\n".join([above, *rows]) + "\n")
    measured = read(path)
    assert measured.table["current_A"].to_list() == pytest.approx([1e-4] * 40)
    assert measured.table["voltage_V"].to_list() == pytest.approx([3.5 - 0.01 * k for k in range(40)])
    assert measured.table["time_s"].to_list() == pytest.approx([60.0 * k for k in range(40)])
    assert not any("had no unit" in one for one in measured.doubts)


@pytest.mark.parametrize(("unit", "sound"), [("A", True), ("uA", False), ("mA", False)])
def test_a_heading_and_a_column_that_contradict_each_other_are_refused(unit: str, sound: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = "".join(f"{60 * k},-1,{unit},{3.5 - 0.01 * k:.3f}\n" for k in range(20))
    path.write_text("Time (s),Current (A),I unit,Voltage (V)\n" + rows)
    if sound:
        assert read(path).table["current_A"].to_list() == [1.0] * 20
        return
    with pytest.raises(HeterofilmError, match=r"'Current \(A\)' says A, but the column of units beside it"):
        read(path)
