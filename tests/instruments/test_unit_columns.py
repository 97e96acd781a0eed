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
