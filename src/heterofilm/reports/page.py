"""Chapters of a page: what is shown in words, tables and figures; alone on a page of their own, or in a study's.

Any figure will do that has a name, a title, a caption, `to_plotly` and `save_static`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path
from string import Template
from typing import Any, Protocol

from .._version import __version__
from ..files import atomic, prepare_folder

__all__ = ["Chapter", "Drawable", "Table", "chapters_html", "figure_html", "table_html", "write_chapters"]

HERE = Path(__file__).parent
SUFFIXES = ("svg", "png")  # the first stands in for a figure where scripts are off
# no mode bar: it covers the legend, and one of its buttons would send data away
CONFIG = {"displayModeBar": False, "responsive": True, "scrollZoom": False}


class Drawable(Protocol):
    """A figure with both back ends."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def caption(self) -> str: ...
    def to_plotly(self) -> Any: ...
    def save_static(self, path_stem: Path, suffixes: Sequence[str]) -> Any: ...


@dataclass(frozen=True)
class Table:
    """Rows of text under a heading."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Chapter:
    """One chapter: `lead` says what it is about, `sentences` what follows from its numbers."""

    title: str
    lead: str = ""
    sentences: Sequence[str] = ()
    figures: Sequence[Drawable] = ()
    tables: Sequence[Table] = ()


def write_chapters(
    title: str,
    chapters: Sequence[Chapter],
    folder: Path,
    *,
    name: str = "report.html",
    description: str = "",
    suffixes: Sequence[str] = SUFFIXES,
    progress: Callable[[str], None] | None = None,
) -> Path:
    """Write ``folder/name``, which opens from disk with no network, and its figures to
    ``folder/figures``.

    Errors: `HeterofilmError` for a folder that cannot be written to.
    """
    from plotly.offline import get_plotlyjs

    save_figures(chapters, folder, suffixes, progress)
    text = Template((HERE / "chapters.html").read_text(encoding="utf-8")).substitute(
        title=escape(title),
        description=escape(description),
        about=escape(f"heterofilm {__version__}, {date.today():%-d %B %Y}."),
        style=(HERE / "page.css").read_text(encoding="utf-8"),
        plotly=get_plotlyjs(),
        chapters=chapters_html(chapters, suffixes),
    )
    return atomic(folder / name, lambda target: target.write_text(text, encoding="utf-8"))


def save_figures(
    chapters: Iterable[Chapter],
    folder: Path,
    suffixes: Sequence[str] = SUFFIXES,
    progress: Callable[[str], None] | None = None,
) -> None:
    """Every figure of the chapters, in the formats of the suffixes; `progress` is called with the name of each."""

    prepare_folder(folder)
    for chapter in chapters:
        for figure in chapter.figures:
            if progress is not None:
                progress(figure.name)
            figure.save_static(folder / "figures" / figure.name, suffixes)


def chapters_html(chapters: Iterable[Chapter], suffixes: Sequence[str] = SUFFIXES) -> str:
    """The chapters, one after the other; their figures need Plotly on the page."""
    return "".join(_chapter(chapter, suffixes) for chapter in chapters)


def _chapter(chapter: Chapter, suffixes: Sequence[str]) -> str:
    said = "".join(f"<li>{escape(sentence)}</li>" for sentence in chapter.sentences)
    parts = [
        f"<h2>{escape(chapter.title)}</h2>",
        f'<p class="lead">{escape(chapter.lead)}</p>' if chapter.lead else "",
        f'<ul class="shows">{said}</ul>' if said else "",
        f'<div class="figures">{"".join(figure_html(figure, suffixes) for figure in chapter.figures)}</div>'
        if chapter.figures
        else "",
        *(
            f'<div class="table"><h3>{escape(table.title)}</h3>{table_html(table.head, table.rows)}</div>'
            for table in chapter.tables
        ),
    ]
    return "<section>" + "\n".join(part for part in parts if part) + "</section>\n"


def figure_html(figure: Drawable, suffixes: Sequence[str] = SUFFIXES) -> str:
    """A figure with its caption and links to its files."""
    drawn = figure.to_plotly().to_html(
        include_plotlyjs=False, full_html=False, config=CONFIG, div_id=f"figure-{figure.name}"
    )
    files = " ".join(f'<a href="figures/{figure.name}.{suffix}">{suffix.upper()}</a>' for suffix in suffixes)
    return (
        f'<figure><h3>{escape(figure.title)}</h3>{drawn}<noscript><img src="figures/{figure.name}.{suffixes[0]}" '
        f'alt="{escape(figure.title)}"></noscript><figcaption>{escape(figure.caption)} '
        f'<span class="files">{files}</span></figcaption></figure>\n'
    )


def table_html(head: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of text."""
    return frame_html(head, ("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows))


def frame_html(head: Iterable[str], body: Iterable[str]) -> str:
    """A table whose rows are HTML already."""
    titles = "".join(f"<th>{escape(title)}</th>" for title in head)
    table = f"<table><thead><tr>{titles}</tr></thead><tbody>{''.join(body)}</tbody></table>"
    return f'<div class="scroll">{table}</div>'
