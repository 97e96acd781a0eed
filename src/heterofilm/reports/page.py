"""Pages: chapters of words, figures and tables, one HTML file with the figures and their numbers beside it.

What stands in a chapter is text. It is escaped here, where it is written, and names of figures become names of files
here: whoever makes a chapter passes on what users and files say as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count, starmap
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from .._version import __version__
from ..figures.document import document, plot_html
from ..figures.figure import Figure
from ..figures.scene import Scene
from ..figures.words import html
from ..files import atomic, file_stem, prepare_folder, write_table

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Cell", "Chapter", "Drawable", "Table", "page", "save_figures", "write_chapters"]

SUFFIXES = ("svg", "png")  # the first stands in for a figure where scripts are off
FEW = 3  # chapters of a page that all stand open

Numbers = Mapping[str, "pl.DataFrame"]


class Drawable(Protocol):
    """A figure with both back ends; `numbers()` and `command`, where it has them, give its csv and how to make it."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def caption(self) -> str: ...
    def to_plotly(self) -> Any: ...
    def save_static(self, path_stem: Path, suffixes: Sequence[str]) -> Any: ...


class Cell(NamedTuple):
    """A cell of a table that says more than one thing: `small` in a line below, `mark` a word set off by colour."""

    text: str
    small: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of text under a heading; `notes`: one for each row, across the table beneath it, "" for none."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str | Cell]]
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Chapter:
    """One chapter: `lead` says what it is about, `sentences` what follows from its numbers.

    `warnings` stand out above them; `answers` stand below, under the question that they answer. `command` makes the
    chapter's figures again, those that bring no command of their own.
    """

    title: str
    lead: str = ""
    sentences: Sequence[str] = ()
    figures: Sequence[Drawable] = ()
    tables: Sequence[Table] = ()
    warnings: Sequence[str] = ()
    question: str = ""
    answers: Sequence[str] = ()
    command: str = ""


def write_chapters(
    title: str,
    chapters: Sequence[Chapter],
    folder: Path,
    *,
    name: str = "report.html",
    description: str = "",
    suffixes: Sequence[str] = SUFFIXES,
    command: str = "",
    numbers: Numbers | None = None,
    progress: Callable[[str], None] | None = None,
) -> Path:
    """Write ``folder/name``, which opens from disk with no network, its figures to ``folder/figures`` and what they
    show to ``folder/data``.

    `command` makes the page again; `numbers` and `progress` as in `save_figures`.

    Errors: `HeterofilmError` for a folder that cannot be written to.
    """
    save_figures(chapters, folder, suffixes, progress, numbers)
    text = page(title, chapters, description=description, suffixes=suffixes, command=command)
    return atomic(folder / name, lambda target: target.write_text(text, encoding="utf-8"))


def save_figures(
    chapters: Iterable[Chapter],
    folder: Path,
    suffixes: Sequence[str] = SUFFIXES,
    progress: Callable[[str], None] | None = None,
    numbers: Numbers | None = None,
    each: Callable[..., Iterable[Any]] = starmap,
) -> list[str]:
    """Every figure of the chapters in the formats of the suffixes, and its numbers; the files' names in the folder.

    `numbers` by the name of a figure take the place of what it draws, others are written beside them. `progress` is
    called with the name of each figure; `each` draws them, by default one after the other.
    """
    prepare_folder(folder)
    written: list[str] = []
    tables = dict(numbers or {})
    figures = [figure for chapter in chapters for figure in chapter.figures]
    tasks = [(figure, folder / "figures" / file_stem(figure.name), suffixes) for figure in figures]
    for figure, table in zip(figures, each(_drawn, tasks), strict=True):
        if progress is not None:
            progress(figure.name)
        written += [f"figures/{file_stem(figure.name)}.{suffix}" for suffix in suffixes]
        if table is not None:
            tables.setdefault(figure.name, table)
    for name, table in tables.items():
        write_table(table, folder / "data" / f"{file_stem(name)}.csv", bom=True)
        written.append(f"data/{file_stem(name)}.csv")
    return written


def _drawn(figure: Drawable, stem: Path, suffixes: Sequence[str]) -> pl.DataFrame | None:
    """Write one figure; its numbers, where it has any."""
    if suffixes:
        figure.save_static(stem, suffixes)
    return _numbers(figure)


def page(
    title: str,
    chapters: Sequence[Chapter],
    *,
    description: str = "",
    about: str = "",
    suffixes: Sequence[str] = SUFFIXES,
    command: str = "",
    again: int = 0,
    numbers: bool = False,
) -> str:
    """The page as HTML; its first chapter stands open, and so do the others where they are few.

    Without `suffixes` there are no drawn files of its figures to point to, and those of their numbers only with
    `numbers`. A page that grows is loaded anew by the browser
    after `again` seconds; 0: never.
    """
    numbered = count(1)
    open_ = len(chapters) if len(chapters) <= FEW else 1
    linked = (*suffixes, "csv") if suffixes or numbers else ()
    body = "\n".join(_chapter(chapter, k, k < open_, numbered, linked, command) for k, chapter in enumerate(chapters))
    made = f"{about} heterofilm {__version__}, {date.today():%-d %B %Y}.".strip()
    made_by = f'<p class="about">Made again by <code>{html(command)}</code></p>' if command else ""
    words = (
        f'<a class="skip" href="#main">Skip to the report</a><div class="page">{_bar(chapters)}<main id="main">'
        f'<h1>{html(title)}</h1><p class="lead">{html(description)}</p><p class="about">{html(made)}</p>{made_by}'
        f"{body}</main></div>"
    )
    return document(title, words, static=not any(chapter.figures for chapter in chapters), again=again)


def _bar(chapters: Sequence[Chapter]) -> str:
    """The contents, and what the page can do."""
    entries = "".join(
        f'<li><a href="#chapter-{k}">{html(chapter.title)}</a></li>' for k, chapter in enumerate(chapters)
    )
    contents = (
        '<nav aria-label="Contents"><details id="contents" open><summary>Contents</summary>'
        f"<ol>{entries}</ol></details></nav>"
        if len(chapters) > 1
        else "<span></span>"
    )
    buttons = [("theme", "Light / dark"), ("print", "Print")]
    if len(chapters) > FEW:
        buttons.insert(0, ("unfold", "Open all"))
    tools = "".join(f'<button id="{name}" type="button" hidden>{words}</button>' for name, words in buttons)
    return f'<header class="bar">{contents}<div class="tools">{tools}</div></header>'


def _chapter(
    chapter: Chapter, place: int, is_open: bool, numbered: Iterable[int], linked: Sequence[str], command: str
) -> str:
    said = _items(chapter.sentences, "shows")
    drawn = _figures(chapter, numbered, linked, command)
    if chapter.question:  # words and figure side by side, on one screen
        said += f"<h3>{html(chapter.question)}</h3>{_items(chapter.answers, 'shows')}"
        said, drawn = f'<div class="opening"><div>{said}</div>{drawn}</div>', ""
    parts = [
        f'<p class="lead">{html(chapter.lead)}</p>' if chapter.lead else "",
        f'<div class="warnings" role="note">{_items(chapter.warnings)}</div>' if chapter.warnings else "",
        said,
        drawn,
        *map(_table, chapter.tables),
    ]
    inner = "\n".join(part for part in parts if part)
    heading = f"<h2>{html(chapter.title)}</h2>"
    if is_open:
        return f'<section class="chapter" id="chapter-{place}">{heading}\n{inner}</section>'
    n = len(chapter.figures)
    held = f'<span class="count">{n} figure{"s" * (n > 1)}</span>' if n else ""
    return f'<details class="chapter" id="chapter-{place}"><summary>{heading}{held}</summary>\n{inner}</details>'


def _items(sentences: Sequence[str], look: str = "") -> str:
    items = "".join(f"<li>{html(sentence)}</li>" for sentence in sentences)
    return f'<ul class="{look}">{items}</ul>' if items else ""


def _figures(chapter: Chapter, numbered: Iterable[int], linked: Sequence[str], command: str) -> str:
    if not chapter.figures:
        return ""
    drawn = [
        _figure(figure, number, linked, getattr(figure, "command", "") or chapter.command or command)
        for figure, number in zip(chapter.figures, numbered)  # noqa: B905 - the numbers go on
    ]
    return f'<div class="figures{" one" * (len(drawn) == 1)}">{"".join(drawn)}</div>'


def _figure(figure: Drawable, number: int, linked: Sequence[str], command: str) -> str:
    """A figure with its number, its caption, links to its files, and the command that makes it again."""
    stem, name = file_stem(figure.name), f"Figure {number}. {figure.title}"
    suffixes = [suffix for suffix in linked if suffix != "csv"]
    files = [f'<a href="figures/{stem}.{suffix}">{suffix.upper()}</a>' for suffix in suffixes]
    if len(suffixes) < len(linked) and hasattr(figure, "numbers"):
        files.append(f'<a href="data/{stem}.csv">CSV</a>')
    again = (
        f'<details class="again"><summary>Make it again</summary><code>{html(command)}</code></details>'
        if command
        else ""
    )
    turned = isinstance(figure, Scene)
    stands = turned or number == 1  # a picture until it is asked for: the page is there at once
    still = figure.picture() if stands and isinstance(figure, Scene | Figure) else b""
    drawn = figure.description() if isinstance(figure, Figure) else figure.to_plotly()
    plot = plot_html(drawn, figure.title, still, turned=turned)
    if not still and suffixes:
        plot += f'<noscript><img src="figures/{stem}.{suffixes[0]}" alt="{html(figure.title)}"></noscript>'
    return (
        f'<figure id="figure-{stem}"><h3>{html(name)}</h3>{plot}'
        f"<figcaption>{html(figure.caption)} {' '.join(files)}{again}</figcaption></figure>\n"
    )


def _numbers(figure: Drawable) -> pl.DataFrame | None:
    made: Callable[[], pl.DataFrame] | None = getattr(figure, "numbers", None)
    return None if made is None else made()


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{html(title)}</th>' for title in table.head)
    notes = [*table.notes, *[""] * (len(table.rows) - len(table.notes))]
    body = "".join(_row(row, note, len(table.head)) for row, note in zip(table.rows, notes, strict=True))
    heading = f"<h3>{html(table.title)}</h3>" if table.title else ""
    label = html(table.title or "Table")
    return (
        f'<div class="table">{heading}<div class="scroll" tabindex="0" role="group" aria-label="{label}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></div>"
    )


def _row(row: Sequence[str | Cell], note: str, columns: int) -> str:
    cells = "".join(f"<td>{_cell(cell)}</td>" for cell in row)
    if not note:
        return f"<tr>{cells}</tr>"
    return f'<tr class="noted">{cells}</tr><tr class="note"><td colspan="{columns}">{html(note)}</td></tr>'


def _cell(cell: str | Cell) -> str:
    if isinstance(cell, str):
        return _broken(cell)
    look = "".join(c for c in cell.mark.partition(" ")[0].lower() if c.isalpha())
    mark = f'<span class="mark {look}">{html(cell.mark)}</span>' if cell.mark else ""
    small = f"<small>{_broken(cell.small)}</small>" if cell.small else ""
    return f"{_broken(cell.text)} {mark}{small}"


def _broken(text: str) -> str:
    """Text of a cell; words too long for one may be broken, after a point or a line where they have one."""
    pieces = re.split(r"(\S{25,})", text)
    return "".join(
        "<wbr>".join(html(part) for part in re.findall(r"[^./_-]{0,23}[./_-]|.{1,24}", piece)) if k % 2 else html(piece)
        for k, piece in enumerate(pieces)
    )
