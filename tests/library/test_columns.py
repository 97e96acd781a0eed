"""Csv beside an entry: headings with units, bounds, and no way out of the folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.library import columns
from heterofilm.library.columns import inside, read_columns

UNITS = {"x": ("1",), "U": ("V",), "capacity": ("mAh/g", "uAh/cm2/um")}


def table(folder: Path, text: str) -> Path:
    file = folder / "t.csv"
    file.write_bytes(text.encode())
    return file


@pytest.mark.parametrize("heading", ["U [V]", "U (V)", "U / V", "U[V]", " U  [ V ] "])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_headings_and_separators(heading: str, separator: str, tmp_path: Path) -> None:
    text = f"# from here\n\nx{separator}{heading}\n0.1{separator}4\n0.2{separator}3.5\n"
    assert read_columns(table(tmp_path, text), UNITS) == {"x": ((0.1, 0.2), "1"), "U": ((4.0, 3.5), "V")}


@pytest.mark.parametrize(
    "text",
    ["x;U [V]\n0,1;4\n0,2;3,5\n", "x\tU [V]\n0,1\t4,0\n0,2\t3,5\n", "x  U [V]\n0.1 4\n0.2   3.5\n",
     '"x","U [V]"\n0.1,4\n0.2,3.5\n'],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_decimal_commas_blanks_and_encodings(text: str, encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes(f"# Größe\n{text}".encode(encoding))
    assert read_columns(file, UNITS) == {"x": ((0.1, 0.2), "1"), "U": ((4.0, 3.5), "V")}


def test_units_are_converted_to_the_first_of_their_kind(tmp_path: Path) -> None:
    found = read_columns(table(tmp_path, "capacity [Ah/kg], U [mV]\n100,4000\n"), UNITS)
    assert found == {"capacity": ((100.0,), "mAh/g"), "U": ((4.0,), "V")}
    found = read_columns(table(tmp_path, "capacity [C/m3]\n3.6e7\n"), UNITS)
    assert found == {"capacity": ((1.0,), "uAh/cm2/um")}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("x, capcity [mAh/g]\n1,2\n", "did you mean 'capacity'"),
        ("x, U\n1,2\n", "needs its unit, for example 'U [V]'"),
        ("x, U [A]\n1,2\n", "expected V, got 'A'"),
        ("x, U [furlong]\n1,2\n", "furlong"),
        ("x, x\n1,2\n", "'x' twice"),
        ("x, U [V]\n1\n", "line 2: 1 cells under 2 headings"),
        ("x, U [V]\n1,4\n2,high\n", "line 3: 'high' under 'U' is no number"),
        ("x, U [V]\n1,nan\n", "no number"),
        ("x, U [V]\n1,4,5\n", "3 cells"),
        ("x; U [V]\n1;4,2\n1.5;4,1\n", "'4,2' under 'U' is no number"),  # a comma beside a point is no decimal mark
    ],
)
def test_what_is_no_table_is_told(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(HeterofilmError) as caught:
        read_columns(table(tmp_path, text), UNITS)
    assert words.lower() in str(caught.value).lower()


def test_size_and_rows_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = table(tmp_path, "x\n" + "1\n" * 30)
    monkeypatch.setattr(columns, "MAX_ROWS", 20)
    with pytest.raises(HeterofilmError, match="30 rows; at most 20"):
        read_columns(file, UNITS)
    monkeypatch.setattr(columns, "MAX_BYTES", 10)
    with pytest.raises(HeterofilmError, match="larger than"):
        read_columns(file, UNITS)


def test_what_is_no_text_is_told(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes(b"\x00\x01\x02x")
    with pytest.raises(HeterofilmError, match="UTF-8"):
        read_columns(file, UNITS)


@pytest.mark.parametrize("name", ["../secret.csv", "/etc/passwd", "a/../../secret.csv", "", " ", "a\x00b", "link.csv"])
def test_no_path_leads_out_of_the_folder(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("x\n1\n")
    folder = tmp_path / "entry"
    folder.mkdir()
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(HeterofilmError, match="in the folder of the entry"):
        inside(folder, name, "Key 'file'")


def test_a_file_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(HeterofilmError, match="there is none"):
        inside(tmp_path, "no.csv", "Key 'file'")
