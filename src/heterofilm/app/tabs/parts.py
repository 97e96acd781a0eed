"""What the tabs are made of: tables, figures with their exports, notes, zones for files. All text is escaped here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from nicegui import ui

from ...errors import HeterofilmError
from ...figures.figure import Figure
from ...figures.plotly import HEIGHT
from ...figures.words import html
from .. import words
from ..exports import SUFFIXES, write
from ..look import EMPTY, dressed, likeness, refilled, screen_figure

if TYPE_CHECKING:
    from .page import Page

__all__ = ["FigureBox", "as_high", "card", "code", "drop_zone", "fault", "heading", "lead", "notes", "offer", "short",
           "slider", "table", "written_figure"]  # fmt: skip

MOST_NAMES = 5  # below an axis of half a page
THROTTLE = 0.03  # s between two words of a slider on its way


def heading(text: str, level: int = 2) -> Any:
    return ui.html(html(text), sanitize=False, tag=f"h{level}")


def lead(text: str) -> Any:
    return ui.html(html(text), sanitize=False, tag="p").classes("lead")


def fault(text: str = "") -> Any:
    """A sentence that says what is wrong, read out by screen readers when it changes."""
    return ui.label(text).classes("fault").props('role="status" aria-live="polite"')


def code(text: str, label: str) -> Any:
    return (
        ui.html(html_lines(text), sanitize=False, tag="pre")
        .classes("code")
        .props(f'tabindex=0 role="region" aria-label="{label}"')
    )


def html_lines(text: str) -> str:
    """Text of several lines, each escaped."""
    return "\n".join(html(line) for line in text.split("\n"))


def table(head: Sequence[str], rows: Iterable[Sequence[str]], caption: str = "") -> Any:
    """A table of texts, which scrolls by itself where it is wider than the page."""
    body = "".join(f"<tr>{''.join(f'<td>{html(cell)}</td>' for cell in row)}</tr>" for row in rows)
    top = "".join(f'<th scope="col">{html(cell)}</th>' for cell in head)
    named = f"<caption>{html(caption)}</caption>" if caption else ""
    text = f'<table class="numbers">{named}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>'
    label = html(caption or ", ".join(word for word in head if word)).replace('"', "")
    made = ui.html(text, sanitize=False).classes("sheet")
    made.props["tabindex"], made.props["role"], made.props["aria-label"] = 0, "region", label
    return made


def notes(title: str, sentences: Iterable[str], plain: bool = False) -> Any:
    """What is to be minded beside numbers."""
    items = "".join(f"<li>{html(one)}</li>" for one in sentences)
    made = ui.html(f"<strong>{html(title)}</strong><ul>{items}</ul>", sanitize=False)
    return made.classes("said plain" if plain else "said")


def drop_zone(purpose: str, several: bool = True) -> Any:
    """Where files are dropped, or chosen with the keyboard; ``static/app.js`` sends them."""
    folder = (
        f"<label>{words.CHOOSE_FOLDER}<input type=file webkitdirectory data-kind=folder></label>" if several else ""
    )
    many = " multiple" if several else ""
    made = ui.html(
        f"<strong>{words.DROP}</strong>"
        f"<label>{words.CHOOSE_FILES}<input type=file{many} data-kind=files></label>{folder}"
        f'<progress hidden aria-label="{words.FILES}"></progress>',
        sanitize=False,
    ).classes("drop")
    made.props["data-purpose"] = purpose
    return made


def slider(label: str, place: int, places: int, moved: Callable[[float], Any]) -> Any:
    """The browser's own slider, with all its keys; `moved` is told where it is, also on the way."""
    made = ui.element("input").classes("range")
    made.props.update({"type": "range", "min": 0, "max": places, "step": 1, "value": place, "aria-label": label})

    def on_its_way(event: Any) -> None:
        with made.props.suspend_updates():  # the browser has it there already
            made.props["value"] = round(float(event.args))
        moved(float(event.args))

    made.on(
        "input",
        on_its_way,
        throttle=THROTTLE,
        js_handler="(e) => emit(e.target.valueAsNumber)",
    )
    return made


def offer(select: Any, options: list[str], value: Any) -> None:
    """Other options, or another choice; nothing is sent where both stay, which could undo what is clicked meanwhile."""
    if list(select.options) != options:
        select.set_options(options, value=value)
    elif select.value != value:
        select.set_value(value)


def short(value: float) -> str:
    """A number as it stands in a field."""
    return f"{value:.6g}"


def _said(figure: Any) -> str:
    """A figure in words, for those who do not see it."""
    over = f": {figure.y_label} over {figure.x_label}" if isinstance(figure, Figure) else ""
    return f"{figure.title}{over}"


def written_figure(one: Mapping[str, Any], dark: bool, project: Path, place: Callable[[str], str]) -> None:
    """A figure that a job has drawn, with its files: `place` gives the one of a suffix within the project."""

    def send(name: str) -> None:
        path = project / name
        if path.is_file():
            ui.download.content(path.read_bytes(), path.name)

    with ui.element("figure").classes("stack"):
        drawn = dressed(one["plotly"], dark)
        plot = ui.plotly(drawn).classes("plot")
        as_high(plot, drawn)
        plot.props["role"], plot.props["aria-label"] = "group", str(one["title"])
        ui.label(f"{one['title']}. {one['caption']}").classes("fine")
        with ui.element("div").classes("line"):
            for suffix in ("svg", "pdf"):
                button = ui.button(suffix.upper(), on_click=lambda _, suffix=suffix: send(place(suffix)))
                button.props(f'flat dense no-caps aria-label="{words.EXPORT} {suffix.upper()}"')


def card(figure: Any, page: Page) -> None:
    """A figure among others, under its title; one of many names below its axis is as wide as the page."""
    wide = isinstance(figure, Figure) and len(figure.x_names) > MOST_NAMES
    with ui.element("div").classes("stack wide" if wide else "stack"):
        heading(figure.title, 3)
        FigureBox(page).show(figure)


def as_high(plot: Any, drawn: Mapping[str, Any]) -> None:
    """Give a figure the height that its legend asks for: it takes nothing from the panel."""
    height = f"{drawn['layout'].get('height', HEIGHT):g}px"
    if plot.style.get("height", f"{HEIGHT}px") != height:
        plot.style(f"height: {height}")


class FigureBox:
    """A figure of the project: drawn on the page, and exported as it is shown."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.figure: Any = None  # a Figure or a picture in space
        self._alike: tuple[Any, bool] | None = None  # what the figure that is shown shares with others
        self._options: dict[str, Any] = {}
        with ui.element("figure").classes("stack") as self.box:
            self.plot = ui.plotly(EMPTY).classes("plot")
            self.caption = ui.html("", sanitize=False, tag="figcaption")
            with ui.element("div").classes("line"):
                for suffix in SUFFIXES:
                    ui.button(suffix.upper(), on_click=lambda _, suffix=suffix: self.save(suffix)).props(
                        f'flat dense no-caps aria-label="{words.EXPORT} {suffix.upper()}"'
                    )
        self.plot.props["role"] = "group"
        self.box.set_visibility(False)

    def show(self, figure: Any) -> None:
        """Draw a figure in place of the one before; None: nothing."""
        self.figure = figure
        self.box.set_visibility(figure is not None)
        if figure is not None:
            if self.plot.props.get("aria-label") != _said(figure):  # each change of it would draw the figure
                self.plot.props["aria-label"] = _said(figure)
            alike = (likeness(figure), self.page.dark)
            same = alike[0] is not None and alike == self._alike
            self._options = refilled(self._options, figure) if same else screen_figure(figure, self.page.dark)
            self._alike = alike
            if same:
                self._refill()
            else:
                as_high(self.plot, self._options)
                self.plot.update_figure(self._options)
            if html(figure.caption) != self.caption.content:
                self.caption.set_content(html(figure.caption))

    def _refill(self) -> None:
        """Send the points of the lines alone: ``static/app.js`` moves them, and draws the axes anew when they rest."""
        with self.plot.props.suspend_updates():
            self.plot.figure = self.plot.props["options"] = self._options
        lines = json.dumps([[trace["x"], trace["y"]] for trace in self._options["data"]])
        self.plot.client.run_javascript(f"heterofilmRefill('{self.plot.html_id}', {lines})")

    def save(self, suffix: str) -> None:
        """Send the figure, or the numbers behind it, as a file."""
        if self.figure is None:
            return
        with TemporaryDirectory() as folder:
            try:
                printed = self.page.project.state.printed
                place = write(
                    self.figure, Path(folder) / f"{self.figure.name}.{suffix}", printed.style, printed.columns
                )
            except HeterofilmError as error:
                ui.notify(str(error), type="negative", close_button="OK")
                return
            ui.download.content(place.read_bytes(), place.name)
