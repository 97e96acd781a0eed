"""Measurements of several samples over each other, as *Compare* shows them: core levels, diffractograms, spectra."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from ...errors import HeterofilmError
from ...plots.overlay import SCALINGS
from ...samples.overlays import overlays
from .. import words
from ..session.actions import Overlay
from .drawn import Cards
from .kept import Region, Same
from .page import Page
from .parts import fault, notes, offer

__all__ = ["OverlayBox"]


class OverlayBox:
    """The fields of an overlay, and its figures: one for every core level, ion, half cycle."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.project = page.project
        self._filling = False
        self._drawn: Any = None  # what the figures show

    def fields(self) -> None:
        """Draw the fields, within the left column."""
        with ui.element("div").classes("stack") as self.left:
            self.samples = ui.select([], multiple=True, label=words.OF_SAMPLES).props("outlined dense use-chips")
            self.over = ui.select(words.OVERLAID, label=words.TOLD_APART).props("outlined dense")
            self.part = ui.select([], label=words.PART).props("outlined dense")
            scales = {"": words.AS_FITTED} | {str(one): words.SCALES[one] for one in SCALINGS}
            self.scaling = ui.select(scales, label=words.SCALING).props("outlined dense")
            self.waterfall = ui.switch(words.WATERFALL)
        for field in (self.samples, self.over, self.part, self.scaling, self.waterfall):
            field.on_value_change(lambda _: self._choose())

    def figures(self) -> None:
        """Where they are drawn, within the right column."""
        with ui.element("div").classes("stack") as self.right:
            self.faults = Region()
            self.wrong = fault().classes(replace="fine")
            self.cards = Cards(self.page)

    def _choose(self) -> None:
        now = self.project.state.overlaid
        if self._filling or not now.what:
            return
        self.page.do(
            Overlay(
                what=now.what, samples=tuple(self.samples.value or ()), over=self.over.value,
                part="" if self.part.value in (None, words.ALL_PARTS) else self.part.value,
                waterfall=bool(self.waterfall.value), scaling=self.scaling.value or "",
            )
        )  # fmt: skip

    def draw(self) -> None:
        """As the session has it; nothing where no kind is chosen."""
        now = self.project.state.overlaid
        for side in (self.left, self.right):
            side.set_visibility(bool(now.what))
        if not now.what:
            return
        found, faults = self.project.measurements(now.what)
        curves = [one for name, own in found.items() if name in now.samples or not now.samples for one in own]
        self._filling = True
        try:
            offer(self.samples, list(found), [name for name in now.samples if name in found])
            self.over.set_value(now.over)
            parts = [words.ALL_PARTS, *dict.fromkeys(one.part for one in curves)]
            offer(self.part, parts, now.part if now.part in parts else words.ALL_PARTS)
            self.scaling.set_value(now.scaling)
            self.waterfall.set_value(now.waterfall)
        finally:
            self._filling = False
        self.faults.draw(faults, lambda: notes(words.NOT_READ, faults[:20]) if faults else None)
        order = list(self.project.state.sheets)
        drawn = (now, [(name, Same(own)) for name, own in found.items()], order, self.page.dark)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        how: Any = {"over": now.over, "part": now.part, "scaling": now.scaling or None}
        figures: list[Any] = []
        said = ""
        try:
            figures = list(overlays(curves, waterfall=now.waterfall, order=order, **how))
        except HeterofilmError as error:
            said = str(error)
        self.wrong.set_text(said)
        self.wrong.set_visibility(bool(said))
        self.cards.show(figures)
