"""A session as a script and as commands: both are what their readers take, whatever names hold, and say no less."""

from __future__ import annotations

import argparse
import ast
import shlex

import pytest

from heterofilm.app.session.actions import ChooseCell, Keep, SetStart, SetTest, SetValue, ShowCurve
from heterofilm.app.session.questions.film import Film
from heterofilm.app.session.script import NOW, commands, script
from heterofilm.app.session.state import Curve, Overlaid, State
from heterofilm.commands import simulate

HOSTILE = "a'b\"; rm -rf ~ $(x) \\ \n# é"
CURVE = Curve(
    cell="vo-half", values={"films.VO.thickness": "500 nm", "phases.V2O5.D": 1e-13},
    test="Discharge at 80 uA/cm2 until 2.15 V", start="50 %",
)  # fmt: skip


def test_a_command_of_the_line_takes_every_line() -> None:
    """Cell, test, values and start come back as they were given."""
    state = State(kept={"thick": CURVE}, curve=CURVE, shown=True)
    lines = [line for line in commands(state).splitlines() if line.startswith("heterofilm simulate")]
    assert len(lines) == 2
    parser = argparse.ArgumentParser()
    simulate.options(parser)
    for name, line in zip(("thick", NOW), lines, strict=True):
        given = parser.parse_args(shlex.split(line)[2:])
        assert (given.cell, given.start) == (CURVE.cell, CURVE.start) and str(given.out) == f"results/{name}.nc"
        assert given.set == ["films.VO.thickness=500 nm", "phases.V2O5.D=1e-13"]


def test_what_is_left_out_has_no_command_and_its_reason_in_the_script() -> None:
    state = State(kept={"thick": CURVE, "thin": CURVE})
    assert "thin.nc" not in commands(state, without=["thin"]) and "thick.nc" in commands(state, without=["thin"])
    text = script([], state, {}, {"thin": "cancelled\nat cycle 3"})
    assert "curves.pop('thin', None)  # cancelled at cycle 3" in text


@pytest.mark.parametrize("text", [HOSTILE, "plain"])
def test_no_name_breaks_out_of_script_or_shell(text: str) -> None:
    """A script that Python reads, a line of a shell with as many words, the name one of them."""
    curve = Curve(cell=text, values={"films.VO.thickness": text}, test=text, start=text)
    state = State(kept={"a": curve}, overlaid=Overlaid(what="xps", part=text))
    lines = commands(state)
    simulated = lines[lines.index("heterofilm simulate") : lines.index("heterofilm overlay")]
    assert shlex.split(simulated).count(text) == 3 and f"films.VO.thickness={text}" in shlex.split(simulated)
    assert shlex.split(lines[lines.index("heterofilm overlay") :]).count(text) == 1
    ast.parse(script([ChooseCell(cell="vo-half")], state, {text: {"name": text}}, {}))


def test_actions_stand_in_their_order_and_imports_only_where_they_are_used() -> None:
    actions = [
        ChooseCell(cell="vo-half"), SetValue(path="films.VO.thickness", value="500 nm"),
        SetTest(test="Discharge at 80 uA/cm2 until 2.15 V"), SetStart(start="50 %"), ShowCurve(), Keep(name="thick"),
    ]  # fmt: skip
    state = State()
    for action in actions:
        state = action.apply(state)
    text = script(actions, state, {}, {})
    places = [text.index(action.python(State())) for action in actions[:2]]
    assert places == sorted(places) and "rows_of" not in text and "overlays" not in text
    asked = Film(recipe="", cu_to_v=0.4)
    text = script([asked], asked.apply(State()), {}, {})
    assert "rows_of" in text and all(line in text for line in asked.imports)
