"""Options without effect: every rule refuses its options in one sentence, before anything is done."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from importlib import import_module
from itertools import chain

import pytest

from heterofilm.cli import main
from heterofilm.commands import atoms, commands
from heterofilm.commands.depends import Rule
from heterofilm.commands.lazy import LazyParser


def parsers() -> Iterator[tuple[str, LazyParser]]:
    """The parser of every command and of every action, by its words."""
    for name in commands():
        parser = LazyParser()
        import_module(f"heterofilm.commands.{name}").options(parser)
        yield name, parser
    for name, (module, _) in atoms.ACTIONS.items():
        parser = LazyParser()
        import_module(f"heterofilm.commands.{module}").ACTIONS[name].options(parser)
        yield f"atoms {name}", parser


def words_of(parser: argparse.ArgumentParser, option: str) -> list[str]:
    """The option with a value that it takes."""
    action = next(one for one in parser._actions if option in one.option_strings)
    if action.nargs == 0:
        return [option]
    value = (
        "1"
        if action.type in (int, float)
        else "a.xyz"
        if option == "--out"
        else "a.html"
        if option == "--plot"
        else "1"
    )
    return [option, *[value] * (action.nargs if isinstance(action.nargs, int) else 1)]


def cases() -> Iterator[tuple[str, str, list[str]]]:
    """Command, option without effect, and the words that a user gives."""
    for name, parser in parsers():
        needed = [
            one for one in parser._actions if not one.option_strings and one.nargs is None and one.dest != "action"
        ]
        rules: tuple[Rule, ...] = parser.get_default("rules") or ()
        for rule in rules:
            for option in rule.options:
                beside = words_of(parser, rule.others[0]) if rule.beside else []
                words = [*name.split(), *["x"] * len(needed), *words_of(parser, option), *beside]
                yield name, option, words


CASES = list(cases())


@pytest.mark.parametrize(("name", "option", "words"), CASES, ids=[f"{name} {option}" for name, option, _ in CASES])
def test_what_changes_nothing_is_refused(
    name: str, option: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1
    assert f"{option} has no effect" in said.err, name


def test_rules_name_options_that_there_are() -> None:
    """A name that was changed would silence its rule."""
    for name, parser in parsers():
        known = set(chain.from_iterable(one.option_strings for one in parser._actions))
        for rule in parser.get_default("rules") or ():
            assert {*rule.options, *rule.others} <= known, name


def test_a_default_that_is_given_is_given_too(capsys: pytest.CaptureFixture[str]) -> None:
    """What counts is that the option was written, also shortened, not what it says."""
    for words in (
        ["load", "--current", "20uA"],
        ["load", "--spread=0.05"],
        ["load", "--spr", "0.05"],
        ["device", "--cycles", "0"],
    ):
        assert main(words) == 2
        assert "no effect without" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["load", "--cells", "1", "--spread", "0.3"], "--cells 1 is none"),
        (["load", "--node", "chip-clock", "--resistor", "1kohm"], "--resistor has no effect without a light"),
        (["load", "--node", "chip-clock", "--out", "x"], "--out has no effect without a light"),
        (["load", "--csv", "a.csv", "--area", "1cm2"], "--area has no effect on --csv"),
    ],
)
def test_what_acts_on_another_load_is_refused(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert said in capsys.readouterr().err
