"""*Film*: the fields make the question that they say, or one sentence."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from heterofilm.errors import InputError

pytest.importorskip("nicegui", reason="the extra 'app' is not installed")

from heterofilm.app.session.questions.film import Block, Film
from heterofilm.app.tabs.film import DOMAINS, FilmTab


class Field:
    def __init__(self, value: Any = None) -> None:
        self.value = value

    def set_value(self, value: Any) -> None:
        self.value = value


def tab(asked: dict[str, Any] | None = None, **fields: Any) -> Any:
    """The tab without a page: its fields and the state alone."""
    made: Any = object.__new__(FilmTab)
    made.__dict__.update({name: Field(value) for name, value in fields.items()})
    made._grown = None
    made.project = SimpleNamespace(state=SimpleNamespace(asked=asked or {}), answers={})
    made.page = SimpleNamespace(project=made.project)
    return made


def test_a_film_is_of_its_recipe_or_of_its_ratio() -> None:
    """The field that is hidden has no part in it."""
    by_recipe = tab(recipe="VOC1", settings="time = 2 h\n", ratio=0.4)._film()
    assert by_recipe == Film(recipe="VOC1", settings={"time": "2 h"})
    assert tab(recipe="", settings="time = 2 h", ratio=0.4)._film() == Film(recipe="", cu_to_v=0.4)
    with pytest.raises(InputError, match="path = value"):
        tab(recipe="VOC1", settings="two hours", ratio=None)._film()


def test_fields_say_again_what_they_were_filled_with() -> None:
    fields = {"recipe": "", "settings": "", "ratio": None, "family": "", "share": None, "size": None, "seed": None}
    film = Film(recipe="VOC1", settings={"time": "2 h", "power.Cu": 20.0})
    block = Block(family="packed spheres", fraction=0.25, nm=7.0, seed=4)
    one = tab(**fields)
    one.fill({"film": film, "block": block})
    assert (one._film(), one._block()) == (film, block)


@pytest.mark.parametrize(
    ("share", "size", "words"), [(None, 5.0, "needs the fraction"), (1.0, 5.0, "between 0 and 1"), (0.0, 5.0, "not 0")]
)
def test_a_block_that_cannot_be_is_one_sentence(share: float | None, size: float, words: str) -> None:
    with pytest.raises(InputError, match=words):
        tab(family="packed spheres", share=share, size=size, seed=0)._block()


@pytest.mark.parametrize(("found", "shown"), [(0.31416, 0.3142), (0.001, 0.5)])
def test_a_block_begins_with_the_share_of_the_film_until_it_is_asked_for(
    found: float, shown: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FilmTab, "_draw", lambda self: None)
    film, block = Film(), Block()
    answer = SimpleNamespace(rows=[{"quantity": DOMAINS, "value": found}])
    for asked, expected in (({"film": film}, shown), ({"film": film, "block": block}, 0.5)):
        one = tab(asked, share=0.5)
        one.project.answers = SimpleNamespace(get=lambda _: answer)
        one.ended()
        assert one.share.value == expected
        one.share.value = 0.3
        one.ended()
        assert one.share.value == 0.3, "what is typed since stays, whatever ends"
