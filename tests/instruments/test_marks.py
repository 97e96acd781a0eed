"""Decimal marks, marks of thousands and minus signs: the numbers of a table whatever program wrote them."""

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from draws import examples
from heterofilm.instruments.marks import as_numbers
from heterofilm.text_tables import number

MINUS = ["-{}", "\u2212{}", "\u2013{}", "({})", "{}-"]
DECIMAL_AND_THOUSANDS = [(".", ","), (",", "."), (".", "'"), (",", "\u202f"), (",", "\u00a0"), (".", " "), (".", "_")]
LOCALES = [*DECIMAL_AND_THOUSANDS, (".", ""), (",", "")]


def written(value: float, digits: int, locale: tuple[str, str], minus: str = "-{}") -> str:
    decimal, thousands = locale
    plain = f"{abs(value):,.{digits}f}".translate(str.maketrans({".": decimal, ",": thousands}))
    return minus.format(plain) if value < 0.0 else plain


def read(*columns: list[str], headings: list[str] | None = None) -> tuple[list[np.ndarray], tuple[str, ...]]:
    frame = pl.DataFrame({f"c{k}": cells for k, cells in enumerate(columns)})
    numbers, said = as_numbers(frame, headings)
    return [numbers[name].fill_null(float("nan")).to_numpy() for name in numbers.columns], said


@given(
    values=st.lists(st.tuples(st.integers(-(10**7), 10**7), st.floats(-1e7, 1e7)), min_size=1, max_size=30),
    locale=st.sampled_from(LOCALES), minus=st.sampled_from(MINUS), digits=st.sampled_from([1, 2, 4]),
)  # fmt: skip
@examples(800)
@example(values=[(-6043305, -481.54), (9048817, 1049.12)], locale=(".", "'"), minus="{}-", digits=1)
def test_one_column_with_decimals_tells_the_marks_of_all(
    values: list, locale: tuple[str, str], minus: str, digits: int
) -> None:
    """Whole numbers are those of the locale of their neighbours, and no word is lost about it."""
    (whole, broken), said = read(
        [written(n, 0, locale, minus) for n, _ in values], [written(x, digits, locale, minus) for _, x in values]
    )
    assert whole.tolist() == [n for n, _ in values] and not said
    assert np.allclose(broken, [round(x, digits) for _, x in values], rtol=1e-12, atol=0.0)


@pytest.mark.parametrize("mark", [",", "."])
@pytest.mark.parametrize(("unit", "factor"), [("mV", 1e3), ("V", 1.0)])
def test_a_voltage_tells_where_no_number_does(mark: str, unit: str, factor: float) -> None:
    """3,496 mV is one of 3.5 V, and 3,496 V too; the other columns go with it."""
    (current, voltage), said = read(
        [f"100{mark}000"] * 5, [f"3{mark}{k}" for k in range(100, 105)], headings=["I (nA)", f"U ({unit})"]
    )
    assert voltage == pytest.approx(factor * np.arange(3.100, 3.1045, 0.001))
    assert current == pytest.approx(np.full(5, 100.0 * factor)) and bool(said) == (unit == "mV")


@pytest.mark.parametrize("mark", [",", "."])
def test_whole_numbers_below_a_thousand_tell_a_mark_of_thousands(mark: str) -> None:
    cells = [f"{n:,}".replace(",", mark) for n in range(0, 30_000, 60)]
    (values,), said = read(cells)
    assert values.tolist() == list(range(0, 30_000, 60)) and "mark of thousands" in said[0]


def test_what_nothing_tells_is_said() -> None:
    (values,), said = read(["1,105", "20,010"], headings=["Z (ohm)"])
    assert values.tolist() == [1.105, 20.01]
    assert said[0].startswith("Nothing tells whether the comma in 'Z (ohm)' ('1,105') marks decimals or thousands")


def test_points_before_three_digits_are_decimals_where_nothing_speaks_against_it() -> None:
    (values,), said = read([f"{1.0 + k / 1000:.3f}" for k in range(20)])
    assert values == pytest.approx(1.0 + np.arange(20) / 1000) and not said


def test_columns_of_words_stay_and_words_among_numbers_are_gaps() -> None:
    frame = pl.DataFrame({"x": ["1,5", "OVL", None], "y": ["a-", "(b)", "1,5"]})
    numbers, _ = as_numbers(frame, texts=["y"])
    assert numbers["x"].to_list() == [1.5, None, None] and numbers["y"].to_list() == ["a-", "(b)", "1,5"]


@given(value=st.floats(-1e6, 1e6), minus=st.sampled_from(MINUS), mark=st.sampled_from(".,"))
def test_a_single_number_has_the_same_signs(value: float, minus: str, mark: str) -> None:
    assert number(written(value, 6, (mark, ""), minus)) == round(value, 6)
