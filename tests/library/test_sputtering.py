"""Targets, recipes and kinetics as the library takes them: masses, defaults with ranges, refusals."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from pydantic import ValidationError

from heterofilm.elements import ELEMENTS
from heterofilm.library import Library, Recipe, Target, names
from heterofilm.library.files import DATA
from heterofilm.library.sputtering import Anneal, Outcome
from heterofilm.library.value import Layer

LIBRARY = Library()
RECIPE = tomllib.loads((DATA / "recipes" / "VOC1.toml").read_text())
TARGET = tomllib.loads((DATA / "targets" / f"{names('targets')[0]}.toml").read_text())


@pytest.mark.parametrize("name", names("targets"))
def test_molar_masses_are_those_of_the_atoms(name: str) -> None:
    """kg/mol of a formula unit, the sum over its atoms."""
    target = LIBRARY.entry(Target, name)
    assert target.molar_mass == pytest.approx(1e-3 * sum(ELEMENTS[e].mass * n for e, n in target.atoms.items()))


@pytest.mark.parametrize("name", names("recipes"))
def test_recipes_name_targets_and_films_of_the_library(name: str) -> None:
    recipe = LIBRARY.entry(Recipe, name)
    assert set(recipe.power) <= {LIBRARY.entry(Target, one).name for one in names("targets")}
    assert recipe.like is None or recipe.like in names("films")


def test_what_is_not_stated_is_assumed_with_a_range() -> None:
    anneal = Anneal.model_validate({"temperature": "573 K", "time": "1 h"})
    assert anneal.ramp.layer is Layer.DEFAULT and anneal.ramp.kind == "assumed"
    low, high = anneal.ramp.span
    assert low < anneal.ramp.value < high


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"power": {}}, "at least 1"),
        ({"power": {"Cu": "-1 W"}}, "at least 0"),
        ({"pressure": "0 Pa"}, "positive"),
        ({"pressure": "200 Pa"}, "at most 100"),
        ({"time": "0 min"}, "positive"),
        ({"time": "3 nm"}, "quantity in min"),
        ({"anneal": {"temperature": "-1 K", "time": "1 h"}}, "positive"),
        ({"anneal": {"temperature": "600 K"}}, "required"),
        ({"domain_sise": "3 nm"}, "domain_size"),
    ],
)
def test_recipes_that_cannot_be(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Recipe.model_validate(RECIPE | change)


@pytest.mark.parametrize(
    ("change", "said"),
    [({"atoms": {}}, "needs atoms"), ({"atoms": {"Vv": 1.0}}, "Vv"), ({"atoms": {"V": 0.0}}, "greater than 0"),
     ({"density": "30 g/cm3"}, "at most 25"), ({"secondary_emission": 1.5}, "at most 1")],
)  # fmt: skip
def test_targets_that_cannot_be(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Target.model_validate(TARGET | change)


def test_an_outcome_says_how_far_a_film_may_be_off() -> None:
    """A measured thickness without a range would drop every draw."""
    ranged = {"value": 300.0, "unit": "nm", "kind": "measured", "source": "s", "low": 270.0, "high": 330.0}
    assert Outcome.model_validate({"thickness": ranged, "crystalline": True}).crystalline
    for given in ("300 nm", ranged | {"low": None}):
        with pytest.raises(ValidationError, match="needs low and high"):
            Outcome.model_validate({"thickness": given})
