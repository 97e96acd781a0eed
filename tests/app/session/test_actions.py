"""Actions: what each makes of a state is what its line of the script makes of the script's names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import heterofilm as hf
from heterofilm.app.session.actions import (
    ACTIONS,
    ChooseCell,
    Compare,
    DropCurve,
    Keep,
    Overlay,
    PrintAs,
    ResetValue,
    SetStart,
    SetTest,
    SetValue,
    ShowCurve,
    Unask,
)
from heterofilm.app.session.questions.junction import Junction
from heterofilm.app.session.state import Overlaid, Print, State
from heterofilm.errors import InputError

DONE: list[Any] = [
    ChooseCell(cell="vo-half"), SetValue(path="films.VO.thickness", value="500 nm"),
    SetValue(path="phases.V2O5.D", value=1e-13), SetTest(test="Discharge at 80 uA/cm2 until 2.15 V"),
    SetStart(start="3.3 V"), ShowCurve(), Keep(name="a"), ResetValue(path="films.VO.thickness"), Keep(name="b"),
    DropCurve(name="a"), Compare(curves=("b",), x="time", colour="order", offset=0.2), Junction(),
    Unask(question="junction"), Overlay(what="xps", over="potentials", part="V2p", waterfall=True, scaling="area"),
    PrintAs(style="acs", columns="double"),
]  # fmt: skip


def test_the_script_does_what_the_actions_do(tmp_path: Path) -> None:
    state = State()
    names: dict[str, Any] = {"hf": hf, "here": tmp_path, "curves": {}, "asked": {}, "Curve": lambda *said: said}
    for action in DONE:
        exec(action.python(state), names)
        state = action.apply(state)
        assert action.words and ACTIONS.validate_python([action.model_dump(mode="json")]) == [action]
    curve, now = state.curve, state.comparison
    assert (names["cell"], names["values"], names["start"]) == (curve.cell, dict(curve.values), curve.start)
    assert repr(names["test"]) == repr(curve.protocol(tmp_path)) and names["shown"] is state.shown
    assert {name: one[1] for name, one in names["curves"].items()} == {k: dict(v.values) for k, v in state.kept.items()}
    assert names["comparison"] == {"names": ["b"], "x": now.x, "colour": now.colour, "offset_V": now.offset}
    what, samples, how = names["overlay"]
    assert Overlaid(what, tuple(samples), **how) == state.overlaid
    assert Print(**names["style"]) == state.printed and names["asked"] == dict(state.asked) == {}


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (Overlay(what="smell"), "known: "), (Overlay(what="xps", samples=("none",)), "no sample 'none'"),
        (PrintAs(style="ac"), "known: acs"), (Unask(question="film"), "no question"),
        (ResetValue(path="films.VO.thickness"), "nothing to take back"), (Keep(name="results"), "cannot be the name"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_one_sentence(action: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        action.apply(State())


def test_an_overlay_is_of_samples_that_are_there() -> None:
    state = State(sheets={"s": {"name": "s"}})
    assert Overlay(what="raman", samples=("s",)).apply(state).overlaid.samples == ("s",)
    assert Overlay().apply(Overlay(what="raman").apply(state)).overlaid == Overlaid(), "the voltages again"
