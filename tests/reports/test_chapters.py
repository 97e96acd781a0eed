"""Chapters of a page."""

import re
from dataclasses import replace
from pathlib import Path

from heterofilm.figures.elements import Series
from heterofilm.figures.figure import Figure
from heterofilm.reports.page import Cell, Chapter, Table, page, write_chapters

FIGURE = Figure("line", "A <line>", "x", "y", [Series("a", [0.0, 1.0], [0.0, 1.0])])
CHAPTER = Chapter("One & two", "lead", ["a < b"], [FIGURE], [Table("t", ("h",), [("<b>",)])])


def test_words_are_escaped() -> None:
    html = page("t", [CHAPTER])
    assert "One &amp; two" in html and "a &lt; b" in html and "&lt;b&gt;" in html and "A &lt;line&gt;" in html


def test_a_page_stands_alone_with_its_figures_beside_it(tmp_path: Path) -> None:
    page = write_chapters("Title", [CHAPTER], tmp_path / "out")
    text = page.read_text()
    assert "https://" not in text and "<title>Title</title>" in text
    assert {p.name for p in (tmp_path / "out" / "figures").iterdir()} == {"line.svg", "line.png"}
    assert (tmp_path / "out" / "data" / "line.csv").read_text(encoding="utf-8-sig") == "a: x,a: y\n0.0,0.0\n1.0,1.0\n"


def test_an_empty_chapter_is_a_heading() -> None:
    text = page("t", [Chapter("Bare")])
    assert "<figure" not in text and "<h2>Bare</h2>" in text and 'id="plotly"' not in text


def test_few_chapters_stand_open_and_many_are_folded() -> None:
    few, many = (page("t", [Chapter(str(k)) for k in range(n)]) for n in (3, 4))
    assert few.count("<details") == 1 and many.count('<details class="chapter"') == 3


def test_cells_of_a_table_say_more_than_one_thing() -> None:
    text = page("t", [Chapter("c", tables=[Table("t", ("a",), [(Cell("1 <", "2 &", "agrees well"),)], ["why"])])])
    assert '1 &lt; <span class="mark agrees">agrees well</span><small>2 &amp;</small>' in text
    assert '<tr class="note"><td colspan="1">why</td></tr>' in text


def test_a_name_that_is_no_name_of_a_file_is_made_one(tmp_path: Path) -> None:
    figures = [replace(FIGURE, name=name) for name in ("VOC1 / Pt", "VOC1 : Pt", "..", "x" * 300)]
    write_chapters("t", [Chapter("c", figures=figures)], tmp_path / "out", suffixes=("svg",))
    files = {p.stem for p in (tmp_path / "out" / "figures").iterdir()}
    assert len(files) == 4 and all(re.fullmatch(r"[\w-]{1,80}", name) for name in files)
