"""Films as questions: by a recipe or by their composition, the same in the app, the script and on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from heterofilm.app.session.questions.film import DOMAIN, MATRIX, Block, Film, block_rows, film_rows
from heterofilm.commands import grow as command
from heterofilm.errors import HeterofilmError
from heterofilm.film.composition import phase_fractions
from heterofilm.film.microstructure import grow as microstructure
from heterofilm.library import Library

SETTINGS = {"power.Cu": "20 W", "time": "2 h"}


def test_its_command_and_its_call_say_the_same() -> None:
    """Recipe and settings come back from both; a composition has no command, since `grow` takes none."""
    film = Film(recipe="VOC1", settings=SETTINGS)
    parser = argparse.ArgumentParser()
    command.options(parser)
    given = parser.parse_args(film.command[2:])
    assert given.recipe == "VOC1" and given.set == [f"{path}={value}" for path, value in SETTINGS.items()]
    assert eval(film.call, {"hf": type("hf", (), {"grow": staticmethod(lambda *said: said)})}) == ("VOC1", SETTINGS)
    assert all(f"{path} = {value}" in film.words for path, value in SETTINGS.items())
    assert Film(recipe="", cu_to_v=0.4).command == []


@pytest.mark.parametrize("ratio", [0.05, 0.3, 0.6])
def test_a_composition_holds_the_copper_that_was_said(ratio: float) -> None:
    """Two phases fill the volume, and Cu : V of their sum is what was asked for."""
    made = Film(recipe="", cu_to_v=ratio).made(Path())
    library = Library()
    assert made == phase_fractions(ratio, library.phase(MATRIX), library.phase(DOMAIN))
    rows = {quantity: value for quantity, value, _, _ in film_rows(made)}
    shares = [value for quantity, value in rows.items() if quantity.startswith("volume fraction")]
    assert len(shares) == 2 and sum(filter(None, shares)) == pytest.approx(1.0)
    # per volume: 1 uAh cm-2 um-1 is 10 mAh cm-3, which over the density is the specific capacity
    capacity, density = rows["theoretical capacity"], rows["density"]
    assert rows["theoretical specific capacity"] == pytest.approx(10.0 * (capacity or 0.0) / (1e-3 * (density or 1.0)))


def test_what_may_be_set_is_of_the_recipe_and_not_what_comes_out() -> None:
    settable = Film(recipe="VOC1").settable(Path())
    assert "power.Cu" in settable and not any(path.startswith("outcome.") for path in settable)
    assert Film(recipe="", cu_to_v=0.4).settable(Path()) == {}
    for path, value in list(settable.items())[:3]:
        Film(recipe="VOC1", settings={path: value}).check(Path())


@pytest.mark.parametrize(
    ("film", "words"),
    [
        (Film(recipe=""), "Cu : V alone"), (Film(recipe="", cu_to_v=0.4, settings=SETTINGS), "Cu : V alone"),
        (Film(recipe="VOC1", cu_to_v=0.4), "leave it empty"),
        (Film(recipe="VOC1", settings={"powr.Cu": "1 W"}), "powr"),
    ],
)  # fmt: skip
def test_half_of_one_and_half_of_the_other_is_refused(film: Film, words: str, tmp_path: Path) -> None:
    with pytest.raises(HeterofilmError, match=words):
        film.check(tmp_path)


def test_a_block_is_the_one_its_script_makes() -> None:
    """A size in nanometres is the same number in both, and its rows describe it."""
    block = Block(family="packed spheres", fraction=0.2, nm=10.1, seed=3)
    there = eval(block.call, {"microstructure": microstructure})
    here = {quantity: (value, words) for quantity, value, _, words in block_rows(there)}
    assert here["fraction of domains"][0] == pytest.approx(0.2, abs=0.05) and "seed 3" in here["fraction of domains"][1]
    told = {row["quantity"]: row["value"] for row in block.answered(Path()).rows}
    assert told["fraction of domains"] == here["fraction of domains"][0]
    assert here["matrix through the volume"][1] == "along every axis"
