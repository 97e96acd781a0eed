"""Tables in text: separators, decimal commas, headings, gaps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.errors import HeterofilmError
from heterofilm.instruments.table import number, read_table, separator_of

NUMBERS = st.floats(-1e12, 1e12, allow_nan=False)


@pytest.mark.parametrize("mark", ["\t", ";", ",", "  "])
def test_every_separator_gives_the_same_numbers(mark: str) -> None:
    text = "\n".join(mark.join(row) for row in [("t", "U", "I"), ("1.5", "-2e-3", "3"), ("2.5", "4", "5.25")])
    frame = read_table(text)
    assert frame.columns == ["t", "U", "I"]
    assert frame.rows() == [(1.5, -0.002, 3.0), (2.5, 4.0, 5.25)]


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2, max_size=20), st.sampled_from(["\t", ";"]))
def test_a_decimal_comma_is_read_as_the_same_number(rows: list[tuple[float, float]], mark: str) -> None:
    text = "a" + mark + "b\n" + "\n".join(mark.join(f"{x:.9e}".replace(".", ",") for x in row) for row in rows)
    assert np.allclose(read_table(text).to_numpy(), np.array(rows), rtol=1e-9, atol=0.0)


def test_words_are_gaps_and_short_rows_are_filled() -> None:
    frame = read_table("a,b\n1,x\n2\n")
    assert frame.rows() == [(1.0, None), (2.0, None)]


@pytest.mark.parametrize("mark", ["\t", ";", ","])
def test_a_separator_at_the_end_of_every_row_is_no_column(mark: str) -> None:
    text = f"a{mark}b{mark}\n1{mark}2{mark}\n3{mark}4{mark}\n"
    assert read_table(text).rows() == [(1.0, 2.0), (3.0, 4.0)]


def test_headings_that_no_row_reaches_are_gaps() -> None:
    assert read_table("a,b,c\n1,2\n3,4\n").rows() == [(1.0, 2.0, None), (3.0, 4.0, None)]


def test_columns_beyond_the_headings_are_numbered() -> None:
    assert read_table("1 2 3\n4 5 6\n", ["a", "b"]).columns == ["a", "b", "column_3"]


def test_headings_that_repeat_stay_apart() -> None:
    assert read_table("E\tI\tE\n1\t2\t3\n").columns == ["E", "I", "E_3"]


@pytest.mark.parametrize("text", ["", "\n\n", "a,b\n"])
def test_a_table_without_rows_is_refused(text: str) -> None:
    with pytest.raises(HeterofilmError, match="no row of data"):
        read_table(text)


def test_a_comma_between_blanks_is_a_decimal_mark() -> None:
    assert separator_of(["1,5 2,5", "3,5 4,5"]) == " "
    assert number("3,5") == 3.5 and number("1.5e3") == 1500.0
    with pytest.raises(HeterofilmError, match="no number"):
        number("abc")
