"""Figures on the page with their exports. A figure that is there already is changed in place: whoever is about to click
on its export, or looks at a part of it, keeps it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from functools import partial
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
from .kept import Rows, Same
from .parts import heading

if TYPE_CHECKING:
    from .page import Page

__all__ = ["Cards", "FigureBox", "as_high"]

MOST_NAMES = 5  # below an axis of half a page
LOOK = 0.1  # s between two looks for a file
Place = Callable[[Mapping[str, Any], str], str]
Key = tuple[bool, str, int]  # whether it is written as files, its name, which of this name


def _said(figure: Any) -> str:
    """A figure in words, for those who do not see it."""
    over = f": {figure.y_label} over {figure.x_label}" if isinstance(figure, Figure) else ""
    return f"{figure.title}{over}"


def as_high(plot: Any, drawn: Mapping[str, Any]) -> None:
    """Give a figure the height that its legend asks for: it takes nothing from the panel."""
    height = f"{drawn['layout'].get('height', HEIGHT):g}px"
    if plot.style.get("height", f"{HEIGHT}px") != height:
        plot.style(f"height: {height}")


def _exports(suffixes: Iterable[str], send: Callable[[str], Any]) -> None:
    """A button for each kind of file."""
    with ui.element("div").classes("line"):
        for suffix in suffixes:
            button = ui.button(suffix.upper(), on_click=partial(send, suffix))
            button.props(f'flat dense no-caps aria-label="{words.EXPORT} {suffix.upper()}"')


class FigureBox:
    """A figure of the project: drawn on the page, and exported as it is shown."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.figure: Any = None  # a Figure or a picture in space
        self._drawn: Any = None  # the figure that the plot has, and whether on dark ground
        self._alike: tuple[Any, bool] | None = None  # what it shares with others
        self._options: dict[str, Any] = {}
        with ui.element("figure").classes("stack") as self.box:
            self.plot = ui.plotly(EMPTY).classes("plot")
            self.caption = ui.html("", sanitize=False, tag="figcaption")
            _exports(SUFFIXES, self.save)
        self.plot.props["role"] = "group"
        self.box.set_visibility(False)

    def show(self, figure: Any) -> None:
        """Draw a figure in place of the one before; None: nothing."""
        self.figure = figure
        self.box.set_visibility(figure is not None)
        drawn = (Same(figure), self.page.dark)
        if figure is None or drawn == self._drawn:
            return
        if self.plot.props.get("aria-label") != _said(figure):  # each change of it would draw the figure
            self.plot.props["aria-label"] = _said(figure)
        before, alike = self._options, (likeness(figure), self.page.dark)
        same = alike[0] is not None and alike == self._alike
        self._options = refilled(before, figure) if same else screen_figure(figure, self.page.dark)
        self._alike, self._drawn = alike, drawn
        if self._options != before:
            if same:
                self._refill()
            else:
                as_high(self.plot, self._options)
                self.plot.update_figure(self._options)
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


class _Card:
    """A figure among others, under its title; one of many names below its axis is as wide as the page."""

    def __init__(self, page: Page) -> None:
        with ui.element("div").classes("stack") as self.box:
            self.title = heading("", 3)
            self.figure = FigureBox(page)

    def show(self, figure: Any) -> None:
        wide = isinstance(figure, Figure) and len(figure.x_names) > MOST_NAMES
        self.box.classes(replace="stack wide" if wide else "stack")
        self.title.set_content(html(figure.title))
        self.figure.show(figure)


class _Written:
    """A figure that a job has drawn, with its files."""

    def __init__(self, page: Page, place: Place, waits: Callable[[Path], bool]) -> None:
        self.page = page
        self.place = place
        self.waits = waits
        self._shown: Any = None
        with ui.element("figure").classes("stack") as self.box:
            self.plot = ui.plotly(EMPTY).classes("plot")
            self.caption = ui.label("").classes("fine")
            _exports(("svg", "pdf"), self._send)
        self.plot.props["role"] = "group"

    async def _send(self, suffix: str) -> None:
        """The file, as soon as it is there: the figure is seen before, and what was written before is another one."""
        path = self.page.project.folder / self.place(self._shown[0], suffix)
        if self.waits(path):
            self.page.say(words.IS_WRITTEN.format(name=path.name))
            while self.waits(path):
                await asyncio.sleep(LOOK)
        if path.is_file():
            ui.download.content(path.read_bytes(), path.name)
        else:
            self.page.say(words.NOT_WRITTEN.format(name=path.name), bad=True)

    def show(self, one: Mapping[str, Any]) -> None:
        shown = (one, self.page.dark)
        if shown == self._shown:
            return
        self._shown = shown
        drawn = dressed(one["plotly"], self.page.dark)
        if self.plot.props.get("aria-label") != one["title"]:
            self.plot.props["aria-label"] = str(one["title"])
        as_high(self.plot, drawn)
        self.plot.update_figure(drawn)
        self.caption.set_text(f"{one['title']}. {one['caption']}")


class Cards:
    """Figures beside each other, each kept by its name."""

    def __init__(
        self, page: Page, place: Place = lambda one, suffix: f"{one['name']}.{suffix}",
        waits: Callable[[Path], bool] = lambda _: False,
    ) -> None:  # fmt: skip
        """`place`: of a figure that a job writes, and a suffix, where its file lies in the project; `waits`: whether
        such a file is still to be written."""
        self.page = page
        self.place = place
        self.waits = waits
        self.box = ui.element("div").classes("cards")
        self._rows: Rows[Key, Any] = Rows(self.box, self._card)

    def _card(self, key: Key) -> Any:
        return _Written(self.page, self.place, self.waits) if key[0] else _Card(self.page)

    def show(self, figures: Iterable[Any]) -> None:
        """These, in their order: figures, pictures in space, and such as jobs have written."""
        shown: dict[Key, Any] = {}
        for figure in figures:
            written = isinstance(figure, Mapping)
            name, number = str(figure["name"] if written else figure.name), 0
            while (written, name, number) in shown:
                number += 1
            shown[written, name, number] = figure
        for key, card in self._rows.show(shown).items():
            card.show(shown[key])
