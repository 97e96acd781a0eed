"""From a recipe to a film: ``grow("VOC1")``.

>>> from heterofilm import grow
>>> grown = grow("VOC1")
>>> round(1e9 * grown.thickness), round(grown.ratio, 2), grown.crystalline
(300, 0.46, True)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError
from ..library import Library, names
from ..library.change import with_settings
from ..library.schema import Film
from ..library.sputtering import Recipe, Target
from .ensemble import Draws, nominal
from .film_entry import film_entry
from .grown import GrownState
from .notes import Note, notes, remarks
from .state import Entries, entries, state

DRAWS = 40_000
MOST = 2_000  # that are kept
LEAST = 50  # draws that must be left to give a range


@dataclass(frozen=True)
class Grown(GrownState):
    """A grown film: its state, what it is to a cell, and what there is to say of it."""

    @cached_property
    def film(self) -> Film:
        """The film as an entry of the library.

        Errors: `HeterofilmError` where its system has no phase for it (a glass between its phases).
        """
        return film_entry(self)

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """Every number with unit, range and kind: measured, calibrated, computed or assumed."""
        return notes(self)

    @cached_property
    def remarks(self) -> tuple[str, ...]:
        """What follows for this film, and what does not, in sentences."""
        return remarks(self)


def grow(
    recipe: str | Path | Recipe, settings: Mapping[str, str | float] | None = None, library: Library | None = None
) -> Grown:
    """Grow a film by a recipe of the library, a TOML file or a `Recipe`; `settings` replace quantities of it,
    for example ``{"power.Cu": "1.5 W", "anneal.temperature": "773 K"}``.

    Draws agree with every film that the library has of the same targets, and with the ``[outcome]`` of a recipe in a
    file of one's own where nothing of it is replaced.

    Errors: `HeterofilmError` in one sentence for anything unknown, impossible, or that deposits nothing.
    """
    library = library or Library()
    found = read(recipe, settings or {}, library)
    own = isinstance(recipe, str | Path) and not settings and not library.origin(Recipe, recipe).packaged
    sample = ensemble(found, library, [found] if own and found.recipe.outcome is not None else [])
    grown = Grown(found, state(found, nominal), state(found, sample), sample, library)
    _ = grown.composition  # refused where no phases of its system make it
    return grown


def read(recipe: str | Path | Recipe, settings: Mapping[str, str | float], library: Library) -> Entries:
    """A recipe with its settings and all it names."""
    folder = None
    if not isinstance(recipe, Recipe):
        folder = Path(recipe).parent if str(recipe).endswith(".toml") else None
        recipe = library.entry(Recipe, str(recipe))
    for path in settings:
        if path.startswith("anneal.") and recipe.anneal is None:
            raise InputError(f"Recipe '{recipe.name}' has no [anneal] to set '{path}' in; add it to the file.")
        if path.startswith("power."):
            library.entry(Target, path.removeprefix("power."), folder)
    recipe = with_settings(recipe, settings)
    if settings:
        said = ", ".join(f"{path} {value}" for path, value in settings.items())
        recipe = recipe.model_copy(update={"title": f"{recipe.title} ({said})"})
    return entries(recipe, library, folder)


def measured(found: Entries, library: Library) -> list[Recipe]:
    """The recipes of the library with a measured outcome, from targets that `found` has too."""
    recipes = [library.entry(Recipe, name) for name in names("recipes")]
    return [
        recipe
        for recipe in recipes
        if recipe.outcome is not None
        and all(found.targets.get(t) == library.entry(Target, t) for t, power in recipe.power.items() if power.si > 0.0)
    ]


def ensemble(found: Entries, library: Library, own: Sequence[Entries] = (), count: int = DRAWS) -> Draws:
    """Draws that agree with every measured film of the library grown from the same targets, and with those of `own`."""
    draws = Draws(count)
    mask = np.ones(count, dtype=bool)
    for one in (*(entries(recipe, library) for recipe in measured(found, library)), *own):
        recipe = one.recipe
        assert recipe.outcome is not None
        grown = state(one, draws)
        for key, unit in (("thickness", "m"), ("ratio", "1")):
            value = getattr(recipe.outcome, key)
            if value is not None and key == "ratio" and grown.ratio is None:
                raise InputError(
                    f"Recipe '{recipe.name}' has a ratio among its outcome, but its film is of no system, which would "
                    "say of which elements; leave it out."
                )
            if value is not None and value.low < value.high:
                reached: Any = getattr(grown, key)
                scale = value.si / value.value if unit == "m" else 1.0
                mask &= (reached >= scale * value.low) & (reached <= scale * value.high)
        if recipe.outcome.crystalline is not None:
            mask &= (grown.crystallised > 0.5) == recipe.outcome.crystalline
    if mask.sum() < LEAST:
        raise InputError(
            f"Only {int(mask.sum())} of {count} draws of the ranges in the library agree with its measured films; "
            "widen the ranges of the targets or the [outcome] of the recipes."
        )
    draws.keep(mask & (np.cumsum(mask) <= MOST))
    return draws
