"""Fields of a fit: what is written in one is what is held, and what no longer applies goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.errors import InputError

pytest.importorskip("nicegui", reason="the extra 'app' is not installed")

from heterofilm.app.regions import HOW
from heterofilm.app.tabs.fit_fields import _without_numbers, given_value, shown_value

NUMBER = st.floats(1e-12, 1e12)


@given(low=NUMBER, high=NUMBER)
def test_what_is_shown_is_what_was_given(low: float, high: float) -> None:
    """To the six digits of a field, read back from its own text."""
    assert given_value("fixed", shown_value("fixed", low)) == pytest.approx(low, rel=1e-5)
    assert given_value("bounds", shown_value("bounds", [low, high])) == pytest.approx([low, high], rel=1e-5)
    assert given_value("links", shown_value("links", "2*R1")) == "2*R1"


@pytest.mark.parametrize(
    ("how", "text"), [("fixed", "five"), ("start", "1 : 2"), ("bounds", "1"), ("bounds", "1 : 2 : 3"), ("bounds", ":")]
)
def test_what_is_no_number_is_quoted_in_a_sentence(how: str, text: str) -> None:
    with pytest.raises(InputError, match=f"'{text}' is not"):
        given_value(how, text)


def test_another_circuit_forgets_the_numbers_of_the_old_one_alone() -> None:
    said = {"circuit": "R0", "window": [1.0, 2.0], "without": [3.0], **{how: {"R0": 1.0} for how in HOW}}
    assert _without_numbers(said, "circuit", "R0-C1") == {
        "circuit": "R0-C1", "window": [1.0, 2.0], "without": [3.0],
    }  # fmt: skip
    assert set(HOW) <= set(said), "what was said before is not changed"
