"""Hostile inputs: no traceback, no more than 5 s of the processor or 1 GB, one sentence, and nothing half-written.

Some of them are tried in every run of the tests, all of them by ``make explore``.
"""

from __future__ import annotations

import os
import random

import pytest

import hostile
from draws import EXPLORE
from heterofilm.errors import InputError, bearable

SHARE = 1.0 if EXPLORE else 0.02


def drawn(inputs: list[hostile.Input], at_least: float = SHARE) -> list[hostile.Input]:
    return random.Random("hostile").sample(inputs, round(at_least * len(inputs)))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_every_hostile_input_is_one_sentence_within_bounds() -> None:
    """Every kind of file at every place that takes one, every kind of text in every option, and false claims."""
    known = hostile.every()
    assert len(known) >= 500 and len({one.name for one in known}) == len(known)
    chosen = {
        one.name: one for one in (*drawn(known), *drawn(list(hostile.of_claims()), 4 * SHARE if not EXPLORE else 1))
    }
    answers = dict(hostile.answers(list(chosen)))
    assert answers.keys() == chosen.keys()
    wrong = {name: (hostile.faults(chosen[name], found), found.said[-500:]) for name, found in answers.items()}
    assert {name: one for name, one in wrong.items() if one[0]} == {}
    assert sum(found.code == 2 for found in answers.values()) > 0.7 * len(answers)


def test_the_judge_of_answers_finds_faults() -> None:
    """A test that cannot fail is none: each kind of bad answer is told."""
    one = hostile.Input("a", ("x",))
    good = {"code": 2, "said": "heterofilm: no.", "printed": "", "seconds": 0.1, "bytes": 10**8, "left": []}
    assert hostile.faults(one, hostile.Answer(**good)) == []
    for change in (
        {"code": 0}, {"code": 70}, {"code": -9}, {"said": ""}, {"said": "heterofilm: a\nheterofilm: b"},
        {"said": "Traceback"}, {"said": f"heterofilm: {'x' * 2000}"}, {"said": "heterofilm: \x1b[31m"},
        {"seconds": 6.0}, {"bytes": 2 * 10**9}, {"left": ["out.csv"]}, {"left": [".01234567.part.csv"]},
    ):  # fmt: skip
        assert hostile.faults(one, hostile.Answer(**(good | change))), change


def test_a_sentence_is_bearable_whatever_it_quotes() -> None:
    said = str(InputError(f"'{'x' * 10**6}\x1b[31m\udcff\u202e' is no unit; write 'V'.\n  second line"))
    first, second = said.split("\n")
    assert first.endswith("is no unit; write 'V'.") and second == "  second line"
    assert len(said) < 1000 and first.isprintable()
    assert bearable("µΩ ± 3 °C") == "µΩ ± 3 °C"
