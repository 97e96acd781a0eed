"""Words around numbers."""

import pytest

from heterofilm.cell import Cell
from heterofilm.cli import main
from heterofilm.wording import counted, plus_minus, span


def test_one_thing_is_no_plural_and_a_unit_of_one_is_no_unit() -> None:
    assert [counted(n, "row") for n in (0, 1, 2)] == ["0 rows", "1 row", "2 rows"]
    assert (counted(1, "spectrum"), counted(3, "spectrum"), counted(2, "series")) == (
        "1 spectrum", "3 spectra", "2 series",
    )  # fmt: skip
    assert span(3.0, 6.0, "1") == "3 to 6" and span(0.1, 2.0, "cm2") == "0.1 to 2 cm2"


@pytest.mark.parametrize(
    ("value", "sigma", "said"),
    [
        (0.6012, 0.0031, "0.6012 ± 0.0031"), (0.6, 0.03, "0.600 ± 0.030"), (1234.0, 56.0, "1234 ± 56"),
        (3.2e-12, 1.1e-13, "(3.20 ± 0.11)e-12"), (0.6, 1e-15, "0.6 ± less than 6e-07"), (0.6, float("nan"), "0.6"),
        (0.0, 0.0, "0"),
    ],
)  # fmt: skip
def test_digits_follow_the_uncertainty(value: float, sigma: float, said: str) -> None:
    """Two of the uncertainty decide; none is ever written as 0.00."""
    assert plus_minus(value, sigma) == said


def test_a_band_says_of_how_many_draws() -> None:
    from heterofilm.library.calibration import Calibrated, calibrate

    value = Cell.load("vo-half").entries.matrix.D
    few = Calibrated(value=1.0, unit=value.unit, ensemble=tuple(range(1, 31)))
    assert calibrate("phases.V2O5.D", few)(value, None).uncertainty.endswith("in 90 % of 30 draws")


def test_a_range_without_unit_is_printed_without_one() -> None:
    said = " ".join(Cell.load("voc1-half", {"phases.Cu2V2O7.couples.0.omega": 20.0}).remarks)
    assert "was set outside the range of 3 to 6 of its entry" in said


def test_one_point_is_one_point(capsys: pytest.CaptureFixture) -> None:
    assert main(["vary", "lmo-atfb", "Discharge at 1C until 3.9 V", "films.LMO.thickness=300", "--rtol", "0.01"]) == 0
    assert capsys.readouterr().out.startswith("1 point, 0 failed")
