"""Large tables of text: headings found, columns read from the bytes."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from draws import examples
from heterofilm.errors import HeterofilmError
from heterofilm.instruments import rows
from heterofilm.instruments.head import Head
from heterofilm.instruments.headings import Layout
from heterofilm.instruments.rows import Heading, find_heading, read_rows

LAYOUT = Layout("T", {"time": "time_s", "u": "voltage_V", "i": "current_A", "电压": "voltage_V", "电流": "current_A"})


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "a.txt"
    path.write_bytes(text.encode(encoding))
    return path


@given(
    pairs=st.lists(st.tuples(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9)), min_size=1, max_size=8),
    mark=st.sampled_from(["\t", ";", ","]), comma=st.booleans(), end=st.sampled_from(["\n", "\r\n"]),
    above=st.integers(0, 3),
)  # fmt: skip
@examples(800)
def test_every_locale_gives_the_same_numbers(
    tmp_path_factory: pytest.TempPathFactory, pairs: list, mark: str, comma: bool, end: str, above: int
) -> None:
    comma = comma and mark != ","
    lines = ["free text"] * above + [f"U/V{mark}word{mark}I/A{mark}"]
    for u, i in pairs:
        numbers = [f"{x:.12e}" for x in (u, i)]
        numbers = [x.replace(".", ",") for x in numbers] if comma else numbers
        lines.append(f"{numbers[0]}{mark}abc{mark}{numbers[1]}{mark}")
    path = written(tmp_path_factory.mktemp("rows"), end.join(lines) + end)
    heading = find_heading(Head.of(path), LAYOUT)
    assert heading is not None and (heading.line, heading.separator) == (above, mark)
    frame = read_rows(path, heading, ["I/A", "U/V"], [])
    assert frame.columns == ["I/A", "U/V"]
    assert np.allclose(frame.to_numpy(), [(i, u) for u, i in pairs], rtol=1e-11, atol=0.0)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_every_encoding_gives_the_same_numbers(encoding: str, tmp_path: Path) -> None:
    path = written(tmp_path, "序号,电压/V,电流/mA\n1,3.5,2\n2,3.6,2\n", encoding)
    heading = find_heading(Head.of(path), LAYOUT)
    assert heading is not None
    assert read_rows(path, heading, ["电压/V", "电流/mA"], []).rows() == [(3.5, 2.0), (3.6, 2.0)]


def test_words_clocks_and_padded_numbers(tmp_path: Path) -> None:
    path = written(tmp_path, 'time,U,I,kind\n00:00:01, 3.5 ,"1",C\n00:00:02, 3.6 ,"2",D\n\n00:00:03\n')
    frame = read_rows(path, Heading(0, ("time", "U", "I", "kind"), ","), ["time", "U", "I", "kind"], [])
    assert frame.schema["time"] == pl.String and frame["kind"][:2].to_list() == ["C", "D"]
    assert frame["U"].to_list() == [3.5, 3.6, None] and frame["I"].to_list() == [1.0, 2.0, None]


@pytest.mark.parametrize("text", ["U,I", "U,I\n", "U,I\n\n \n"])
def test_headings_alone_are_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(HeterofilmError, match="nothing stands below"):
        read_rows(written(tmp_path, text), Heading(0, ("U", "I"), ","), ["U"], [])


def test_a_text_without_these_headings_has_none(tmp_path: Path) -> None:
    assert find_heading(Head.of(written(tmp_path, "a,b\n1,2\n")), LAYOUT) is None


def test_a_table_of_many_blocks_is_one_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "BLOCK", 50)
    path = written(tmp_path, "U,I\n" + "".join(f"{k}.5 , {k}\n" for k in range(100)))
    frame = read_rows(path, Heading(0, ("U", "I"), ","), ["U", "I"], [])
    assert frame["U"].to_list() == [k + 0.5 for k in range(100)] and frame["I"].to_list() == list(range(100))


def test_a_line_without_an_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HeterofilmError, match="line of more than 1 MB"):
        read_rows(written(tmp_path, "U,I\n" + "1" * 40_000_000), Heading(0, ("U", "I"), ","), ["U"], [])
