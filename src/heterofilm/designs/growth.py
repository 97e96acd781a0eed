"""Settings of a recipe as inputs of a design: ``recipe.power.Cu`` to the thickness and the ratio of the film it grows.

What growth tells of a film (thickness, ratio of its phases' elements, size of domains where the recipe states it) takes
the place of the same values of the cell's film; all else of that film stays. Both must be of the same phases: a design
whose film stays amorphous, or is of other phases, is one that cannot be run, with that reason.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..cell import Cell
from ..errors import HeterofilmError, InputError
from ..growth.ensemble import nominal
from ..growth.grow import Grown, ensemble, read
from ..growth.state import state
from ..library import Library, Value
from ..library.change import DOTS, at
from ..sweeps.points import range_in
from ..sweeps.study import Range
from ..units import from_si

__all__ = ["GROWN", "RECIPE", "Growth"]

Array = NDArray[np.float64]
RECIPE = "recipe."  # what paths of such inputs begin with
GROWN = "grown"  # what growth tells stands in outputs as ``grown.thickness_nm`` ...
NUMBERS = ("thickness_nm", "ratio", "likelihood")  # ... of the film, and the share of draws in which it crystallises


class Growth:
    """A recipe beside a cell: ``inputs`` by path with their ranges, and the ``paths`` of the cell that growth decides.

    Errors: `HeterofilmError` for an unknown setting, and for a recipe whose film is of other phases than the cell's.
    """

    def __init__(self, recipe: str, near: Path, cell: Cell, inputs: Mapping[str, Range]) -> None:
        file = near.absolute() / recipe
        self.recipe = str(file) if recipe.endswith(".toml") and file.is_file() else recipe
        self.cell, self.library = cell, Library()
        found = read(self.recipe, {}, self.library)
        self.units, self.ranges = dict[str, str](), dict[str, tuple[float, float, bool]]()
        for path, given in inputs.items():
            own = path.removeprefix(RECIPE)
            value = at(found.recipe, tuple(DOTS.split(own)), path)
            if not isinstance(value, Value):
                raise InputError(f"'{path}' is not a quantity that recipe '{recipe}' states; state it there first.")
            self.units[path] = value.unit
            self.ranges[path] = range_in(value.unit, path, given)
        self.sample = ensemble(found, self.library)
        self.paths = tuple(self._changes(self.grown({})))
        self.reasons: dict[str, int] = {}
        self._known: dict[bytes, tuple[list[float], list[float]]] = {}  # by values of the inputs

    def settings(self, values: Sequence[float]) -> dict[str, str]:
        """Values of the inputs, in their order, as :func:`~heterofilm.grow` takes them."""
        both = zip(self.units.items(), values, strict=True)
        return {path.removeprefix(RECIPE): f"{value:.12g} {unit}" for (path, unit), value in both}

    def grown(self, settings: Mapping[str, str]) -> Grown:
        """The film that settings grow."""
        found = read(self.recipe, settings, self.library)
        return Grown(found, state(found, nominal), state(found, self.sample), self.sample, self.library)

    def _changes(self, grown: Grown) -> dict[str, float]:
        """What it changes in the cell, by path in the unit of the entry."""
        film, own = grown.film, self.cell.entries
        names = {called: phase for phase, called in grown.entries.called.items()}
        made = [names.get(name, name) for name in (film.matrix, film.domain) if name is not None]
        held = [phase.name for phase in (own.matrix, own.domain) if phase is not None]
        if made != held and [film.matrix, film.domain] != [own.film.matrix, own.film.domain]:
            raise InputError(
                f"The recipe '{grown.recipe.name}' grows a film of {' and '.join(made)}, the film '{own.film.name}' of "
                f"cell '{own.spec.name}' is of {' and '.join(held)}."
            )
        if any(value.kind == "computed" for value in film.utilisation.values()):
            raise InputError(f"The recipe '{grown.recipe.name}' grows a film that is in part of an inert phase.")
        at_film = f"films.{own.film.name}"
        found = {f"{at_film}.thickness": grown.thickness / self._si(f"{at_film}.thickness")}
        if film.told_by is not None and film.domain is not None:
            key, ratio = film.told_by
            told = own.film.told_by
            if told is None or told[0] != key:
                raise InputError(
                    f"Growth tells {grown.of} of a film, and film '{own.film.name}' states "
                    f"{told[0] if told else 'nothing'} in place of it; state {key} there."
                )
            found[f"{at_film}.{key}"] = ratio.value
        if film.domain_size is not None and own.film.domain_size is not None:
            found[f"{at_film}.domain_size"] = film.domain_size.si / self._si(f"{at_film}.domain_size")
        return found

    def _si(self, path: str) -> float:
        """The unit of an entry of the cell, in SI."""
        return 1.0 / from_si(1.0, self.cell.entries.unit(path))

    def changes(self, values: Sequence[float]) -> dict[str, float]:
        """What values of the inputs change in the cell."""
        return self._changes(self.grown(self.settings(values)))

    def __call__(self, values: Array) -> tuple[Array, dict[str, Array]]:
        """Values at ``paths`` (n, paths) for each row of the inputs, and the numbers of outputs by ``grown.number``.

        nan where no film of the cell's phases grows; ``reasons`` then says why, and how often.
        """
        rows = [self._row(row) for row in np.ascontiguousarray(values)]
        found, numbers = (np.array([row[j] for row in rows]).reshape(len(rows), -1) for j in (0, 1))
        return found, {f"{GROWN}.{name}": numbers[:, j] for j, name in enumerate(NUMBERS)}

    def _row(self, values: Array) -> tuple[list[float], list[float]]:
        """What one row of the inputs makes; each is grown once."""
        key = values.tobytes()
        if key not in self._known:
            film, numbers = [math.nan] * len(self.paths), [math.nan] * len(NUMBERS)
            try:
                grown = self.grown(self.settings(values.tolist()))
                numbers = [1e9 * grown.thickness, math.nan if grown.ratio is None else grown.ratio, grown.likelihood]
                made = self._changes(grown)
                film = [made[path] for path in self.paths]
            except HeterofilmError as error:
                self.reasons[str(error)] = self.reasons.get(str(error), 0) + 1
            self._known[key] = film, numbers
        return self._known[key]

    def told(self, values: Sequence[float]) -> list[str]:
        """How the film of a design is grown, and how far it may be off."""
        settings = self.settings(values)
        grown = self.grown(settings)
        low, high = grown.interval("thickness")
        said = f"{1e9 * low:.3g} to {1e9 * high:.3g} nm"
        if grown.ratio is not None:
            low, high = grown.interval("ratio")
            said += f" and {grown.of} {low:.3g} to {high:.3g}"
        line = " ".join(f'--set {path}="{value}"' for path, value in settings.items())
        return [
            f"Grow it: heterofilm grow {self.recipe} {line}",
            f"Of the draws that agree with the measured films 90 % have {said}, and {100 * grown.likelihood:.0f} % are "
            "crystalline (growth model); the design counts with its nominal film.",
        ]
