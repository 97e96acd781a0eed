"""What is said beside every result of a cell."""

from __future__ import annotations

import pytest

from heterofilm.cell import Cell
from heterofilm.library import Library, names
from heterofilm.simulation.run import simulate


@pytest.mark.parametrize("name", names("cells"))
def test_packaged_cells_have_nothing_to_be_warned_of(name: str) -> None:
    """But, of a table of published points, where it ends: next to no lithium is extrapolated there."""
    remarks = [said for said in Cell.load(name).remarks if "was calibrated outside the range" not in said]
    if Cell.load(name).entries.anode_film is not None:
        assert len(remarks) == 1 and "voltages between two films" in remarks[0]
        return
    assert all("lies beyond the open-circuit table" in remark for remark in remarks)
    for remark in remarks:
        assert float(remark.rpartition(" over ")[2].partition(" %")[0]) < 0.3


def test_a_value_calibrated_outside_its_range_says_so() -> None:
    calibration = {"values": {"phases.V2O5.D": {"value": 5e-12, "unit": "cm2/s", "rows": ["cap-vo-5"]}}}
    said = " ".join(Cell.load("vo-half", library=Library(calibration=calibration)).remarks)
    assert "phases.V2O5.D = 5e-12 cm2/s was calibrated outside the range of 1e-13 to 1e-12" in said
    assert "cap-vo-5" in said


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (
            {"upper_voltage": 4.6},
            ("upper cut-off of 4.6 V", "4.4 V", "LiCoO2-ocv is known to cycle"),
        ),
        ({"upper_voltage": 5.1}, ("stability window of 5 V of the electrolyte LiPON",)),
        (
            {"phases.LiCoO2-ocv.D": "1 cm2/s"},
            ("LiCoO2-ocv.D = 1 cm2/s is out of the usual", "check number and unit"),
        ),
        ({"phases.LiCoO2-ocv.D": 2e-10}, ("was set outside the range of 1e-12 to 4e-11 cm2/s",)),
        ({"thickness": "0.5 nm"}, ("films.LCO.thickness", "usual 1 to 100000 nm")),
        ({"cathode_i0": 1e4}, ("interfaces.cathode_i0 = 10000 mA/cm2",)),
        ({"temperature": "500 K"}, ("cells.lco-atfb.temperature = 226.85 degC",)),
    ],
)
def test_what_is_out_of_the_usual_is_said(values: dict[str, float | str], words: tuple[str, ...]) -> None:
    by_path = {key: value for key, value in values.items() if "." in key}
    cell = Cell.load("lco-atfb").replace(by_path, **{k: v for k, v in values.items() if k not in by_path})
    said = "\n".join(cell.remarks)
    for word in words:
        assert word in said, said


def test_a_temperature_of_the_protocol_is_no_doubt() -> None:
    """What the protocol asks for is not a value of the entry that was set outside its range."""
    cell = Cell.load("lco-atfb")
    assert cell.at(318.15).remarks == cell.remarks


def test_a_lower_cut_off_below_what_a_phase_takes_is_said() -> None:
    assert "lower cut-off of 2.5 V" in "\n".join(Cell.load("lmo-atfb").replace(lower_voltage=2.5).remarks)


def test_a_window_beyond_a_table_is_said() -> None:
    cell = Cell.from_dict(
        {"name": "c", "title": "c", "electrolyte": "LiPON", "area": "1 cm2", "series_resistance": "1 ohm cm2",
         "lower_voltage": "2.5 V", "upper_voltage": "4.1 V",
         "film": {"name": "f", "title": "f", "matrix": "LiCoO2-ocv", "thickness": "300 nm"}}
    )  # fmt: skip
    assert "lower cut-off of 2.5 V lies beyond the open-circuit table of LiCoO2-ocv" in cell.remarks[0]


def test_a_record_keeps_them() -> None:
    record = simulate(Cell.load("lco-atfb").replace(upper_voltage=4.6), "Rest for 1 s")
    assert "4.6 V" in str(record.meta["remarks"])
    assert record.meta["nominal_capacity_C_m2"] == pytest.approx(record.meta["theoretical_capacity_C_m2"])
