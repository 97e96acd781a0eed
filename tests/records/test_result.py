"""Results in words and as a table."""

import math

from heterofilm.records.result import Result, result_table


def test_the_uncertainty_decides_how_many_digits_are_written() -> None:
    assert str(Result("gap", 2.85877, 0.0123, "eV")) == "2.859 ± 0.012 eV"
    assert str(Result("count", 1234.6, 25.0)) == "1235 ± 25"
    assert str(Result("gap", 2.85877, unit="eV")) == "2.859 eV"
    assert str(Result("D", 1.13e-13, 4.2e-14, "cm2/s")) == "(1.13 ± 0.42)e-13 cm2/s"
    assert str(Result("phase", "amorphous")) == "amorphous"


def test_the_table_keeps_numbers_and_verdicts_apart() -> None:
    table = result_table([Result("gap", 2.3, 0.1, "eV", sample="VO"), Result("phase", "amorphous"), Result("n", 1.0)])
    assert table["value"].to_list() == [2.3, None, 1.0]
    assert table["uncertainty"].to_list() == [0.1, None, None]
    assert table["verdict"].to_list() == ["", "amorphous", ""]
    assert math.isclose(table["value"][0], 2.3)


def test_no_results_make_an_empty_table_with_its_columns() -> None:
    assert result_table([]).columns[:3] == ["sample", "quantity", "value"]
