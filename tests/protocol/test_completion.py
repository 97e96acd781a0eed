"""What is offered as the next word of a protocol: all of it may stand there, what protocols go on with is among it."""

from __future__ import annotations

import re

import pytest

from heterofilm.protocol import Protocol, ready_made
from heterofilm.protocol.completion import completed, completions
from heterofilm.protocol.text import accepted

BEGINNINGS = (
    "", "Disch", "Discharge ", "Discharge at ", "Discharge at 5 uA/cm2 ", "3 x (Rest for 1 h", "3 x ", "Sweep to ",
    "CV between 2.15 V and 3.8 V ", "GITT ", "EIS ", "Rest for 1 h; ", "Hold at 3.8 V unt",
)  # fmt: skip


@pytest.mark.parametrize("text", BEGINNINGS)
def test_all_that_is_offered_may_stand_there(text: str) -> None:
    offered = completions(text)
    assert offered
    for word in offered:
        more = completed(text, word)
        assert accepted(more) or Protocol.parse(more).count() >= 0, more


def test_words_that_protocols_go_on_with_are_offered() -> None:
    """At every word of the ready-made tests that the grammar knows."""
    known = {"at", "until", "for"}
    seen = 0
    for name in ready_made():
        text = str(Protocol.load(name))
        for match in re.finditer(r"(?<= )[a-z]+(?= )", text):
            if match[0] in known:
                seen += 1
                assert match[0] in completions(text[: match.start()]), text[: match.end()]
    assert seen > 5


def test_what_is_begun_is_carried_on_and_what_is_wrong_is_not() -> None:
    assert completions("Dis") == ["Discharge"]
    assert completed("Discharge at 5 uA/cm2 un", "until") == "Discharge at 5 uA/cm2 until "
    assert completions("Dischage at 5 ") == []
