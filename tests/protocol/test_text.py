"""The text of a protocol: what is written comes back, and every slip has its line, column and caret."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.errors import HeterofilmError, InputError
from heterofilm.protocol.loops import DEEPEST, Loop
from heterofilm.protocol.protocol import Protocol
from heterofilm.protocol.steps import Impedance, Step, Temperature
from heterofilm.protocol.text import MOST_TEXT, parse

CURRENTS = st.sampled_from(["5 uA/cm2", "C/10", "2C", "0.05 mA/cm2", "30 uA"])
ENDS = st.sampled_from(["2.15 V", "10 h", "20 uAh/cm2"])
STEPS = st.one_of(
    st.builds("{} at {} until {}".format, st.sampled_from(["Discharge", "Charge"]), CURRENTS, ENDS),
    st.builds("Rest for {}".format, st.sampled_from(["30 min", "1 h", "10 s"])),
    st.builds("Hold at {} until {}".format, st.sampled_from(["3.8 V", "2.2 V"]), st.sampled_from(["1 uA/cm2", "1 h"])),
    st.just("Sweep to 2.5 V at 0.5 mV/s"),
)


@given(st.lists(STEPS, min_size=1, max_size=5))
def test_a_step_in_its_own_words_is_the_same_step(lines: list[str]) -> None:
    """`text` of every step is read as that step: writing and reading are inverse."""
    steps = [step for step in parse("\n".join(lines)) if isinstance(step, Step)]
    assert len(steps) == len(lines)
    assert list(parse("; ".join(step.text for step in steps))) == steps


@given(st.lists(STEPS, min_size=1, max_size=3), st.integers(1, 9999))
def test_loops_hold_what_stands_in_them(lines: list[str], passes: int) -> None:
    (loop,) = parse(f"{passes} x ({'; '.join(lines)})")
    assert isinstance(loop, Loop) and loop.count == passes and list(loop.body) == list(parse("\n".join(lines)))


def test_lines_semicolons_remarks_and_case_do_not_matter() -> None:
    plain = parse("Discharge at 5 uA/cm2 until 3 V\nRest for 1 h")
    assert parse("# a remark\n\ndischarge AT 5 uA/cm2 UNTIL 3 V; rest for 1 h  # another\n") == plain
    assert parse("Discharge at 5 uA/cm2 until 3 V (10 minute period)\nRest for 1 h") == plain  # as PyBaMM writes it


def test_kinds_of_items() -> None:
    found = parse("Set temperature to 45 degC; EIS from 1 MHz to 1 mHz; CV between 2 V and 3 V at 1 mV/s for 3 cycles")
    assert isinstance(found[0], Temperature) and isinstance(found[1], Impedance)
    assert isinstance(found[2], Loop) and (found[2].count, found[2].kind, len(found[2].body)) == (3, "voltammogram", 2)
    (hold,) = parse("Charge at 4 V until 5 mA")
    assert isinstance(hold, Step) and hold.kind == "hold"


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("Discharge at 5 uA/cm2 until", 1, 28, "expected"),
        ("Rest for 1 h\nDisharge at C/5 until 3 V", 2, 1, "Discharge"),
        ("Rest for 1 h\n  Charge at 5 lightyears until 3 V", 2, 13, "lightyears"),
        ("3 x (Rest for 1 h", 1, 18, "expected ')'"),
        ("Rest for 1 h)", 1, 13, "expected a step"),
        ("CV between 2 V and 3 V at 1 mV/s for many cycles", 1, 38, "number of cycles"),
        (f"{'9' * 20} x (Rest for 1 h)", 1, 1, "fewer digits"),
        ("Charge at C/10 until 50 %", 1, 1, "--start"),
        ('Follow "none.csv"', 1, 8, "none.csv"),
    ],
)
def test_a_slip_has_its_place(text: str, line: int, column: int, said: str) -> None:
    """Line and column as an editor counts them, from one; the caret stands below the place."""
    with pytest.raises(HeterofilmError, match=f"line {line}, column {column}:") as told:
        parse(text)
    sentence, shown, caret = str(told.value).split("\n")
    assert said in sentence
    assert shown.strip() == text.split("\n")[line - 1].strip() and caret.rstrip().endswith("^")
    assert shown[caret.index("^") :] == text.split("\n")[line - 1][column - 1 :]


def test_bounds() -> None:
    """A long text and deep brackets are refused before the grammar reads them."""
    with pytest.raises(InputError, match=f"at most {MOST_TEXT}"):
        parse("Rest for 1 h;" * (MOST_TEXT // 10))
    deep = DEEPEST + 1
    with pytest.raises(HeterofilmError, match=r"deep|nest"):
        parse("2 x (" * deep + "Rest for 1 h" + ")" * deep)
    within = DEEPEST - 1
    assert isinstance(parse("2 x (" * within + "Rest for 1 h" + ")" * within)[0], Loop)


def test_loads_are_looked_for_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "load.csv").write_text("time / s, current / uA cm-2\n0,5\n10,5\n20,5\n")
    (load,) = parse('Follow "load.csv"', tmp_path)
    assert "load.csv" in repr(load)
    with pytest.raises(HeterofilmError, match=r"load\.csv"):
        parse('Follow "load.csv"', tmp_path / "elsewhere")


def test_a_period_is_read_and_said_to_have_no_effect() -> None:
    """Each once, wherever it stands; a comment that speaks of one says nothing."""
    one = Protocol.parse(["Discharge at 1C (5 second period)", ("Rest for 1 h (1 minute period)", "Charge at 1C")])
    assert len(one.said) == 1 and one.said[0].startswith("(5 second period), (1 minute period) have no effect")
    assert Protocol.parse("Discharge at 1C (5 second period); Charge at 1C (5 second period)").said[0].count("5") == 1
    for plain in ("Discharge at 1C", "Discharge at 1C # (5 second period)"):
        assert Protocol.parse(plain).said == ()
