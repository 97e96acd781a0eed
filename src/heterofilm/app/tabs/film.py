"""*Film*: a recipe or a composition, what grows of it, and a block of its microstructure."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from ...errors import InputError
from ...library import names
from .. import words
from ..own_film import FIRST_DEVICE, device_with_film
from ..session.actions import ChooseCell
from ..session.questions.film import DOMAIN, Block, Film
from ..session.questions.question import Question
from .asking import Asking, settings_of, settings_text
from .kept import Same

__all__ = ["FilmTab"]

DOMAINS = f"volume fraction of {DOMAIN}"
FAMILIES = ("levelled field", "packed spheres")


class FilmTab(Asking):
    """Recipe to phases, capacity, microstructure."""

    name = "film"
    lead = words.FILM_LEAD
    kinds = ("film", "block")

    def fields(self) -> None:
        recipes = {"": words.BY_COMPOSITION, **{name: name for name in names("recipes")}}
        self.recipe = ui.select(recipes, value="VOC1", label=words.RECIPE).props("outlined dense")
        self.ratio = ui.number(words.RATIO, min=0.0, step=0.01).props("outlined dense")
        self.settings = self.settings_field(words.RECIPE_HINT, lambda: Film(recipe=self.recipe.value))
        for field in (self.recipe, self.ratio, self.settings):
            self.follows(field, "film", self._film)
        self.recipe.on_value_change(lambda _: self._which())
        self.button(words.GROW, "film", self._film)
        with ui.element("div").classes("line") as self.onwards:
            self.device = ui.select(list(names("devices")), value=FIRST_DEVICE, label=words.LIKE_DEVICE).props(
                "outlined dense"
            )
            self.device.classes("grow")
            button = ui.button(words.INTO_DEVICE, on_click=lambda: self.page.act(self._into_device))
            button.props("outline color=primary no-caps")
        self.family = ui.select(list(FAMILIES), value=FAMILIES[0], label=words.FAMILY).props("outlined dense")
        self.share = ui.number(words.DOMAIN_SHARE, value=0.5, min=0.01, max=0.99, step=0.01).props("outlined dense")
        self.size = ui.number(words.DOMAIN_SIZE, value=10.0, min=0.5).props("outlined dense")
        self.seed = ui.number(words.SEED, value=0, min=0, step=1, precision=0).props("outlined dense")
        for field in (self.family, self.share, self.size, self.seed):
            self.follows(field, "block", self._block)
        self.button(words.BUILD_BLOCK, "block", self._block)
        self._grown: Any = None  # the film whose share of domains the block was given; another may be typed since
        self._which()

    def _which(self) -> None:
        """A composition has no settings, a recipe no composition but its own."""
        self.ratio.set_visibility(not self.recipe.value)
        self.settings.set_visibility(bool(self.recipe.value))

    def _into_device(self) -> None:
        """Put the film that was grown into a cell and a device of the project; *Cell*, *Test*, *Device* have them."""
        film = self.state.asked.get("film")
        if not isinstance(film, Film):
            raise InputError("Grow a film first.")
        cell, device = device_with_film(self.project.folder, film, self.device.value)
        self.project.do(ChooseCell(cell=cell))
        for kind in ("device", "service"):
            if (asked := self.state.asked.get(kind)) is not None:
                self.project.do(asked.model_copy(update={"name": device, "settings": {}}))
        self.page.say(words.IS_IN_DEVICE.format(cell=cell, device=device))

    def _draw(self) -> None:
        film = self.state.asked.get("film")
        self.onwards.set_visibility(isinstance(film, Film) and bool(film.recipe))
        super()._draw()

    def _film(self) -> Film:
        if not self.recipe.value:
            return Film(recipe="", cu_to_v=None if self.ratio.value is None else float(self.ratio.value))
        return Film(recipe=self.recipe.value, settings=settings_of(self.settings.value or ""))

    def _block(self) -> Block:
        given = [self.share.value, self.size.value, self.seed.value]
        if None in given:
            raise InputError("A block needs the fraction and the size of its domains, and a seed.")
        share, size, seed = given
        if not 0.0 < share < 1.0:
            raise InputError(f"The domains fill a share of the volume between 0 and 1, not {share:g}.")
        return Block(family=self.family.value, fraction=float(share), nm=float(size), seed=int(seed))

    def ended(self) -> None:
        """The block has the film's share of domains, until it is asked for."""
        film = self.state.asked.get("film")
        found = None if film is None else self.project.answers.get(film)
        if found is not None and "block" not in self.state.asked and self._grown != Same(found):
            self._grown = Same(found)
            shares = [row["value"] for row in found.rows if row["quantity"] == DOMAINS]
            if shares and 0.01 < shares[0] < 0.99:
                self.share.set_value(round(shares[0], 4))
        super().ended()

    def fill(self, asked: dict[str, Question]) -> None:
        if isinstance(film := asked.get("film"), Film):
            self.recipe.set_value(film.recipe)
            self.ratio.set_value(film.cu_to_v)
            self.settings.set_value(settings_text(film.settings))
        if isinstance(block := asked.get("block"), Block):
            self.family.set_value(block.family)
            self.share.set_value(block.fraction)
            self.size.set_value(block.nm)
            self.seed.set_value(block.seed)
