"""Workbooks: what is read, and what is refused before calamine sees it."""

import re
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import polars as pl
import pytest

from damage import put
from heterofilm.errors import HeterofilmError
from heterofilm.instruments.head import Head
from heterofilm.instruments.reading import read_all as read
from heterofilm.instruments.workbook import is_workbook, sheet_names, sheets

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


class Days(float):
    """A number of days that a spreadsheet shows as a date, a time of day or a length of time ([h]:mm:ss)."""

    style: int

    def __new__(cls, value: float, shown: str) -> "Days":
        own = super().__new__(cls, value)
        own.style = ("number", "date", "length", "clock").index(shown)
        return own


STYLES = (  # the formats of Excel's own for the words of `Days`
    f'<?xml version="1.0"?><styleSheet {MAIN}><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4">'
    '<xf numFmtId="0"/><xf numFmtId="22"/><xf numFmtId="46"/><xf numFmtId="21"/></cellXfs></styleSheet>'
)


def make_workbook(path: Path, content: dict[str, list[list[Any]]], replace: tuple[str, str] = ("", "")) -> Path:
    """A small .xlsx without a library; `replace` forges something in its sheets."""
    names = list(content)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        kinds = "".join(
            f'<Override PartName="/xl/worksheets/sheet{k}.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
            for k in range(1, len(names) + 1)
        )
        put(
            archive,
            "[Content_Types].xml",
            f'<?xml version="1.0"?><Types xmlns="{PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/xl/workbook.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
            '<Override PartName="/xl/styles.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>'
            f"{kinds}</Types>",
        )
        put(
            archive,
            "_rels/.rels",
            f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships">'
            f'<Relationship Id="r1" Type="{RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        listed = "".join(f'<sheet name="{escape(n)}" sheetId="{k}" r:id="r{k}"/>' for k, n in enumerate(names, 1))
        put(
            archive,
            "xl/workbook.xml",
            f'<?xml version="1.0"?><workbook {MAIN} xmlns:r="{RELS}"><sheets>{listed}</sheets></workbook>',
        )
        links = "".join(
            f'<Relationship Id="r{k}" Type="{RELS}/worksheet" Target="worksheets/sheet{k}.xml"/>'
            for k in range(1, len(names) + 1)
        )
        links += f'<Relationship Id="rs" Type="{RELS}/styles" Target="styles.xml"/>'
        put(
            archive,
            "xl/_rels/workbook.xml.rels",
            f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
        )
        put(archive, "xl/styles.xml", STYLES)
        for k, name in enumerate(names, 1):
            rows = "".join(
                f'<row r="{r}">' + "".join(_cell(chr(65 + c), r, v) for c, v in enumerate(row)) + "</row>"
                for r, row in enumerate(content[name], 1)
            )
            sheet = f'<?xml version="1.0"?><worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>'
            put(archive, f"xl/worksheets/sheet{k}.xml", sheet.replace(*replace) if replace[0] else sheet)
    return path


def _cell(letter: str, row: int, value: Any) -> str:
    if isinstance(value, str):
        return f'<c r="{letter}{row}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    style = f' s="{value.style}"' if isinstance(value, Days) else ""
    return f'<c r="{letter}{row}"{style}><v>{float(value) if style else value}</v></c>'


def test_sheets_are_frames_of_text(tmp_path: Path) -> None:
    path = make_workbook(tmp_path / "a.xlsx", {"Info": [["x"]], "Data": [["t", "t"], [1, 2.5], [2, 3.5]]})
    assert is_workbook(Head.of(path)) and sheet_names(path) == ["Info", "Data"]
    (found,) = sheets(path, re.compile("Data"))
    assert found.name == "Data" and found.top[0] == ["t", "t"]
    assert found.rows(0).to_dict(as_series=False) == {"t": [1.0, 2.0], "t_2": [2.5, 3.5]}


def test_small_numbers_keep_their_digits(tmp_path: Path) -> None:
    """1.23456789e-13 is not rounded to a fixed number of places."""
    (found,) = sheets(make_workbook(tmp_path / "a.xlsx", {"Data": [["q"], [1.23456789e-13]]}))
    assert found.rows(0)["q"][0] == 1.23456789e-13


@pytest.mark.parametrize("shown", ["length", "clock"])
@pytest.mark.parametrize("start", [0.0, 1.25, 60.5, 800.0])
def test_lengths_of_time_are_seconds_whatever_stands_beside_them(shown: str, start: float, tmp_path: Path) -> None:
    """Under a heading, beside dates, over the spreadsheet's 29 February 1900 and over years."""
    rows = [[Days(45000.5 + k / 96, "date"), Days(start + k / 96, shown), 3.0 - 0.01 * k, 0.1] for k in range(40)]
    path = make_workbook(tmp_path / "a.xlsx", {"Data": [["Date", "Time (h)", "Voltage/V", "Current/mA"], *rows]})
    (m,) = read(path)
    assert m.technique == "cycling"
    time = m.column("time_s")
    assert time - time[0] == pytest.approx([900.0 * k for k in range(40)], abs=2e-3)
    (sheet,) = sheets(path)
    below = sheet.rows(0)
    assert below["Time (h)"].dtype == pl.Duration and below["Date"].dtype == pl.Datetime
    assert below["Time (h)"][0] == timedelta(days=start) and below["Date"][0] == datetime(2023, 3, 15, 12)


def test_times_of_a_mixed_column_are_text_and_nothing_else_changes(tmp_path: Path) -> None:
    column = [Days(1.25, "length"), Days(0.5, "clock"), Days(45000.5, "date"), 7.5, "x", Days(-0.1, "length")]
    path = make_workbook(tmp_path / "a.xlsx", {"Data": [["t", "n"], *([cell, 1] for cell in column)]})
    frame = sheets(path)[0].rows(0)
    texts = ["30:00:00.000", "12:00:00.000", "2023-03-15 12:00:00", "7.5", "x", "-2:24:00.000"]
    assert frame["t"].to_list() == texts and frame["n"].dtype.is_numeric()


@pytest.mark.parametrize(
    ("replace", "said"),
    [
        (('r="B1"', 'r="XFD1048576"'), "1048576 rows"),
        (('r="B1"', "r='XFD1048576'"), "1048576 rows"),
        (('r="B1"', 'r = "xfd1048576"'), "1048576 rows"),
        (('r="B1"', f'{"x" * 300}="1" r="XFD1048576"'), "1048576 rows"),
        (('<c r="B1"', '<x:c xmlns:x="y" r="XFD1048576"'), "1048576 rows"),
        (('<row r="1">', '<row r="4000000000"><c><v>1</v></c>'), "4000000000 rows"),
        (('r="B1"', 's=">" r="XFD1048576"'), "no end"),
        (('r="B1"', 'r="A4294967295"'), "no place"),
        (('r="B1"', 'r="ZZZZZZZ999999999"'), "no place"),
        (('<row r="1">', '<row r="-1">'), "no place"),
        (("<worksheet", "<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet"), "entities"),
    ],
)
def test_a_far_cell_and_entities_are_refused(replace: tuple[str, str], said: str, tmp_path: Path) -> None:
    path = make_workbook(tmp_path / "a.xlsx", {"Data": [["t", "u"], [1, 2]]}, replace)
    with pytest.raises(HeterofilmError, match=said):
        sheets(path)


def test_a_far_cell_is_seen_wherever_the_sheet_lies(tmp_path: Path) -> None:
    """The workbook names the place of a sheet; it need not be that of a sheet by its name."""
    path = make_workbook(tmp_path / "a.xlsx", {"Data": [["t", "u"], [1, 2]]}, ('r="B1"', 'r="XFD1048576"'))
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for name in old.namelist():
            raw = old.read(name).replace(b"worksheets/sheet1.xml", b"styles/sheet1.bin")
            put(new, name.replace("worksheets/sheet1.xml", "styles/sheet1.bin"), raw)
    with pytest.raises(HeterofilmError, match="1048576 rows"):
        sheets(tmp_path / "b.xlsx")


def test_cells_without_names_follow_each_other(tmp_path: Path) -> None:
    """As the standard has it: a row without a number is the next, and so is a cell without a name."""
    path = make_workbook(tmp_path / "a.xlsx", {"Data": [["t", "u"], [1, 2], [3, 4]]}, (' r="', ' n="'))
    assert sheets(path)[0].rows(0).rows() == [(1.0, 2.0), (3.0, 4.0)]


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    path = make_workbook(tmp_path / "a.xlsx", {"Data": [["t"], [1]]})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/bomb.xml", bytes(400_000_000))
    with pytest.raises(HeterofilmError, match="unpacked"):
        sheets(path)


def test_another_zip_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "x")
    assert not is_workbook(Head.of(path)) and sheet_names(path) == []
    path.write_bytes(b"PK\x03\x04 and no more")
    assert not is_workbook(Head.of(path)) and sheet_names(path) == []
