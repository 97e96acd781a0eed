"""Chapters of a page."""

from pathlib import Path

from heterofilm.figures.elements import Series
from heterofilm.figures.figure import Figure
from heterofilm.reports.page import Chapter, Table, chapters_html, write_chapters

FIGURE = Figure("line", "A <line>", "x", "y", [Series("a", [0.0, 1.0], [0.0, 1.0])])
CHAPTER = Chapter("One & two", "lead", ["a < b"], [FIGURE], [Table("t", ("h",), [("<b>",)])])


def test_words_are_escaped() -> None:
    html = chapters_html([CHAPTER])
    assert "One &amp; two" in html and "a &lt; b" in html and "&lt;b&gt;" in html and "A &lt;line&gt;" in html


def test_a_page_stands_alone_with_its_figures_beside_it(tmp_path: Path) -> None:
    page = write_chapters("Title", [CHAPTER], tmp_path / "out")
    text = page.read_text()
    assert "https://" not in text.split("<main>")[0] and "<title>Title</title>" in text
    assert {p.name for p in (tmp_path / "out" / "figures").iterdir()} == {"line.svg", "line.png"}


def test_an_empty_chapter_is_a_heading() -> None:
    assert "<figure" not in chapters_html([Chapter("Bare")]) and "<h2>Bare</h2>" in chapters_html([Chapter("Bare")])
