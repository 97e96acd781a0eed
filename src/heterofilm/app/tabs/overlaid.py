"""Measurements of several samples over each other, as *Compare* shows them: core levels, diffractograms, spectra."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from ...errors import HeterofilmError
from ...plots.overlay import SCALINGS
from ...samples.overlays import overlays
from .. import words
from ..session.actions import Overlay
from .page import Page
from .parts import card, fault, notes, offer

__all__ = ["OverlayBox"]


class OverlayBox:
    """The fields of an overlay, and its figures: one for every core level, ion, half cycle."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.project = page.project
        self._filling = False

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
        self.right = ui.element("div").classes("stack")

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
        self.right.clear()
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
        with self.right:
            if faults:
                notes(words.NOT_READ, faults[:20])
            how: Any = {"over": now.over, "part": now.part, "scaling": now.scaling or None}
            try:
                drawn = overlays(curves, waterfall=now.waterfall, order=list(self.project.state.sheets), **how)
            except HeterofilmError as error:
                fault(str(error)).classes(replace="fine")
                return
            with ui.element("div").classes("cards"):
                for figure in drawn:
                    card(figure, self.page)
