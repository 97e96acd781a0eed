"""Words around numbers."""

import pytest

from heterofilm.cell import Cell
from heterofilm.cli import main
from heterofilm.wording import counted, span


def test_one_thing_is_no_plural_and_a_unit_of_one_is_no_unit() -> None:
    assert [counted(n, "row") for n in (0, 1, 2)] == ["0 rows", "1 row", "2 rows"]
    assert (counted(1, "spectrum"), counted(3, "spectrum"), counted(2, "series")) == (
        "1 spectrum", "3 spectra", "2 series",
    )  # fmt: skip
    assert span(3.0, 6.0, "1") == "3 to 6" and span(0.1, 2.0, "cm2") == "0.1 to 2 cm2"


def test_a_range_without_unit_is_printed_without_one() -> None:
    said = " ".join(Cell.load("voc1-half", {"phases.Cu2V2O7.couples.0.omega": 20.0}).remarks)
    assert "was set outside the range of 3 to 6 of its entry" in said


def test_one_point_is_one_point(capsys: pytest.CaptureFixture) -> None:
    assert main(["vary", "lmo-atfb", "Discharge at 1C until 3.9 V", "films.LMO.thickness=300", "--rtol", "0.01"]) == 0
    assert capsys.readouterr().out.startswith("1 point, 0 failed")
