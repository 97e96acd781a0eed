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
    """Whole numbers are those of the locale of their neighbours; said only where none of them tells by itself."""
    (whole, broken), said = read(
        [written(n, 0, locale, minus) for n, _ in values], [written(x, digits, locale, minus) for _, x in values]
    )
    assert whole.tolist() == [n for n, _ in values]
    guess = any(1000 <= abs(n) < 10**6 for n, _ in values)
    assert all("mark of thousands" in one for one in said) and (guess or not said)
    assert np.allclose(broken, [round(x, digits) for _, x in values], rtol=1e-12, atol=0.0)


@pytest.mark.parametrize("mark", [",", "."])
@pytest.mark.parametrize(("unit", "factor"), [("mV", 1e3), ("V", 1.0)])
def test_a_voltage_tells_where_no_number_does(mark: str, unit: str, factor: float) -> None:
    """3,496 mV is one of 3.5 V, and 3,496 V too; the other columns go with it."""
    (current, voltage), said = read(
        [f"100{mark}000"] * 5, [f"3{mark}{k}" for k in range(100, 105)], headings=["Strom (nA)", f"U ({unit})"]
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


def test_a_point_and_a_comma_before_three_digits_are_english() -> None:
    """Decimals and thousands of one table, each column named."""
    (f, z), said = read(["794.328", "630.957"], ["27,719", "-38,526"], headings=["f (Hz)", "Z (ohm)"])
    assert f.tolist() == [794.328, 630.957] and z.tolist() == [27719.0, -38526.0]
    assert len(said) == 1 and "'f (Hz)'" in said[0] and "'Z (ohm)'" in said[0]


@pytest.mark.parametrize(
    ("heading", "value"),
    [("Binding Energy (eV)", 530.1), ("2Theta (deg)", 10.02), ("Raman Shift (cm-1)", 514.5),
     ("Wavelength (nm)", 349.612), ("U (V)", 3.812)],
)  # fmt: skip
@pytest.mark.parametrize("mark", [",", "."])
@pytest.mark.parametrize("other", ["1000{}5", "9{}000"])
def test_what_no_axis_reaches_is_decimals_whatever_the_other_columns_have(
    heading: str, value: float, mark: str, other: str
) -> None:
    """A column may have marks of its own; that it has is said."""
    beside = other.format({",": ".", ".": ","}[mark])
    (axis, _), said = read([f"{value:.3f}".replace(".", mark)] * 4, [beside] * 4, headings=[heading, "y"])
    assert axis.tolist() == [value] * 4 and any(f"'{heading}'" in one for one in said)


def test_a_mark_of_thousands_by_other_columns_alone_is_said() -> None:
    (current, _), said = read(["-50.000"] * 4, ["3,81"] * 4, headings=["I (uA)", "U (V)"])
    assert current.tolist() == [-50e3] * 4 and "'I (uA)'" in said[0]


@pytest.mark.parametrize(("cells", "volts"), [(["12.345", "25.000"], 12.345), (["-3.400", "3.400"], -3.4)])
@pytest.mark.parametrize("mark", [",", "."])
def test_millivolts_with_decimals_stay_millivolts(cells: list[str], volts: float, mark: str) -> None:
    """Symmetric cells have such voltages."""
    (voltage,), said = read([one.replace(".", mark) for one in cells], headings=["E (mV)"])
    assert voltage[0] == volts and bool(said) == (mark == ",")


@given(
    values=st.lists(st.floats(-9e5, 9e5), min_size=4, max_size=40), share=st.floats(0.0, 1.0),
    first=st.sampled_from(",."), digits=st.sampled_from([1, 2, 4]),
)  # fmt: skip
@examples(200)
def test_marks_that_change_are_read_row_by_row(values: list[float], share: float, first: str, digits: int) -> None:
    """Files put together from two programs lose no row, and that they were is said."""
    cut = min(max(int(share * len(values)), 1), len(values) - 1)
    second = {",": ".", ".": ","}[first]
    cells = [written(x, digits, (first if k < cut else second, "")) for k, x in enumerate(values)]
    (found,), said = read(cells)
    assert np.allclose(found, [round(x, digits) for x in values], rtol=1e-12, atol=0.0) and len(said) == 1


def test_marks_that_change_far_down_are_seen() -> None:
    cells = ["1,5"] * 2000 + ["2.500", "2.5"]
    (found,), said = read(cells)
    assert found.tolist() == [1.5] * 2000 + [2.5] * 2 and "2000 rows were read with a comma, 2 with a point" in said[0]


def test_stretches_of_three_digits_each_have_their_mark() -> None:
    (current, voltage), said = read(
        ["-50,000"] * 5 + ["50.000"] * 5, ["3,800"] * 5 + ["3.700"] * 5, headings=["I (uA)", "U (V)"]
    )
    assert current.tolist() == [-50.0] * 5 + [50.0] * 5 and voltage.tolist() == [3.8] * 5 + [3.7] * 5 and said
