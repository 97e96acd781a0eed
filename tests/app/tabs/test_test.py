"""*Test*: kept curves have a name of their own, and what is not known of a curve is said."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("nicegui", reason="the extra 'app' is not installed")

from heterofilm.app import words
from heterofilm.app.session.actions import Keep
from heterofilm.app.session.state import Curve, State
from heterofilm.app.tabs import test as of_tests
from heterofilm.simulation.run import simulate

SHORT = "Discharge at 80 uA/cm2 until 2.15 V"
CURVE = Curve(cell="vo-half", values={}, test=SHORT, start="")


class Field:
    def __init__(self, value: Any = None) -> None:
        self.value = self.text = value

    def set_value(self, value: Any) -> None:
        self.value = value

    def set_text(self, text: str) -> None:
        self.text = text


def tab(state: State, **project: Any) -> Any:
    made: Any = object.__new__(of_tests.TestTab)
    made.project = SimpleNamespace(state=state, answer=None, quick=lambda _: True, **project)
    made.page = SimpleNamespace(project=made.project, hub=SimpleNamespace(busy=False), done=[])
    made.page.do = lambda action: made.page.done.append(action) or True
    made.called, made.slip = Field(""), Field("")
    return made


@pytest.mark.parametrize(("kept", "name"), [((), "curve 1"), (("curve 1", "curve 3"), "curve 2")])
def test_a_curve_without_a_name_has_the_first_that_is_free(kept: tuple[str, ...], name: str) -> None:
    one = tab(State(kept=dict.fromkeys(kept, CURVE)))
    one._keep()
    assert one.page.done == [Keep(name=name)]
    one.called.value = "  thick "
    one._keep()
    assert one.page.done[-1] == Keep(name="thick") and one.called.value == ""


def test_a_kept_curve_says_its_steps_or_why_it_has_none() -> None:
    record = simulate("vo-half", SHORT, detail=False)
    assert "1" in tab(State(), curves=Found(record))._about(CURVE)
    cut = SimpleNamespace(meta={"incomplete": "stopped at cycle 3"})
    assert tab(State(), curves=Found(cut))._about(CURVE) == words.UNFINISHED.format(why="stopped at cycle 3")
    failed = tab(State(), curves=Found(None), why=lambda _: "no such cell")
    assert failed._about(CURVE) == words.UNFINISHED.format(why="no such cell")
    assert tab(State(), curves=Found(None), why=lambda _: "")._about(CURVE) == words.BUSY


class Found:
    def __init__(self, record: Any) -> None:
        self.record = record

    def get(self, _: Curve) -> Any:
        return self.record


def test_what_is_waited_for_is_said() -> None:
    """Nothing where no curve is shown; the cell while it is worked out; why a long test waits to be asked for."""
    shown = State(curve=CURVE, shown=True)
    assert tab(State())._words(None) == ""
    busy = tab(shown)
    busy.page.hub.busy = True
    assert busy._words(None) == f"vo-half {words.BUSY}"
    long = tab(shown)
    long.project.quick = lambda _: False
    assert "cycles" in long._words(None)
    long.slip.text = "a slip"
    assert long._words(None) == "", "what is wrong with the test is said beside it"
