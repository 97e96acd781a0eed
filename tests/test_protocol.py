"""Protocols: text and builders agree, text survives a round trip, slips get one clear sentence."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.errors import HeterofilmError
from heterofilm.protocol import Current, Cycle, Limit, Protocol, Step, charge, discharge, repeat, rest


def only(text):
    """The one step of a protocol of one step."""
    (step,) = Protocol.parse(text).items
    return step


@pytest.mark.parametrize(
    ("text", "step"),
    [
        (
            "Discharge at 5 uA/cm2 until 2.15 V",
            Step("discharge", Current(0.05, "A/m2"), (Limit("voltage", 2.15, "V"),)),
        ),
        (
            "Charge at C/10 for 2 h or until 3.8 V",
            Step("charge", Current(0.1, "C-rate"), (Limit("time", 7200.0, "s"), Limit("voltage", 3.8, "V"))),
        ),
        ("Rest for 30 min", Step("rest", None, (Limit("time", 1800.0, "s"),))),
        (
            "Discharge at 0.5C until 2.15 V or until 20 uAh/cm2",
            Step(
                "discharge",
                Current(0.5, "C-rate"),
                (Limit("voltage", 2.15, "V"), Limit("capacity", 720.0, "C/m2")),
            ),
        ),
        ("Discharge at 3 uA for 1 h", Step("discharge", Current(3e-6, "A"), (Limit("time", 3600.0, "s"),))),
        (
            "Rest for 1 h until 3.3 V",
            Step("rest", None, (Limit("time", 3600.0, "s"), Limit("voltage", 3.3, "V"))),
        ),
        (
            "DISCHARGE at 5 µA cm-2 UNTIL 40 µAh cm-2 µm-1",
            Step("discharge", Current(0.05, "A/m2"), (Limit("capacity", 40 * 3.6e7, "C/m3"),)),
        ),
        (
            "charge at 2 C until 140 mAh/g",
            Step("charge", Current(2.0, "C-rate"), (Limit("capacity", 140 * 3600.0, "C/kg"),)),
        ),
        (
            "charge at 1mA until 3 uAh  # absolute",
            Step("charge", Current(1e-3, "A"), (Limit("capacity", 0.0108, "C"),)),
        ),
        (
            "Discharge at C / 5 until 30 uAh/(cm2 um) or until 2150 mV or for 90 seconds",
            Step(
                "discharge",
                Current(0.2, "C-rate"),
                (Limit("capacity", 1.08e9, "C/m3"), Limit("voltage", 2.15, "V"), Limit("time", 90.0, "s")),
            ),
        ),
    ],
)
def test_a_line_becomes_its_step_in_si(text, step):
    assert only(text) == step


def test_lines_semicolons_comments_and_blank_lines():
    text = """
    # a comment; with a semicolon (and a bracket
    Rest for 1 h;; Discharge at 5 uA/cm2 until 2.15 V  # to the end

    Charge at C/10 until 3.8 V;
    """
    assert [step.kind for step in Protocol.parse(text).items] == ["rest", "discharge", "charge"]
    assert Protocol.parse(text.replace("\n", "\r\n")) == Protocol.parse(text)


def test_loops_nest_and_may_span_lines():
    expected = Protocol([repeat(2, repeat(3, rest("1 h")), charge("1C", until="3.8 V")), rest("2 h")])
    assert Protocol.parse("2 x (3 x (Rest for 1 h); Charge at 1C until 3.8 V); Rest for 2 h") == expected
    text = """repeat 2 times: (
        3 times (
            Rest for 1 h
        )
        Charge at 1C until 3.8 V
    )
    Rest for 2 h"""
    assert Protocol.parse(text) == expected


def test_builders_make_the_same_objects_as_text():
    assert discharge(5, "uA/cm2", until=["2.15 V", "20 uAh/cm2"]) == only(
        "Discharge at 5 uA/cm2 until 2.15 V or until 20 uAh/cm2"
    )
    assert charge("C/10", until=("2 h", "3.8 V")) == only("Charge at C/10 for 2 h or until 3.8 V")
    assert charge(0.1, "C", until="3.8 V") == only("Charge at C/10 until 3.8 V")
    assert rest(30, "min") == rest("30 min") == only("Rest for 30 min")
    assert rest("1 h", until="3.3 V") == only("Rest for 1 h until 3.3 V")
    assert Protocol([repeat(3, rest("1 h"))]) == Protocol.parse("3 x (Rest for 1 h)")


def test_words_are_made_from_the_values_in_the_units_of_the_field():
    step = only("discharge at 0.05 A/m2 until 1.08e9 C/m3 until 5400 s until 2150 mV")
    assert str(step) == step.text == "Discharge at 5 uA/cm2 until 30 uAh/cm2/um or for 90 min or until 2.15 V"
    faster = dataclasses.replace(step, current=Current(0.1, "A/m2"))
    assert faster.text.startswith("Discharge at 10 uA/cm2 until")
    assert (
        str(Protocol.parse("2x(Rest for 1 h;charge at 0.3C for 90 s)")) == "2 x (Rest for 1 h; Charge at 0.3C for 90 s)"
    )


def cycles(text):
    return [(number, step.kind[0]) for number, step in Protocol.parse(text).steps()]


def test_cycle_numbers():
    d, c, r = "Discharge at 1C until 2 V", "Charge at 1C until 4 V", "Rest for 1 h"
    assert cycles(f"{d}; {c}") == [(1, "d"), (1, "c")]
    assert cycles(f"2 x ({d}; {c})") == [(1, "d"), (1, "c"), (2, "d"), (2, "c")]
    assert cycles(f"{r}; 2 x ({d}); {r}") == [(1, "r"), (2, "d"), (3, "d"), (4, "r")]
    assert cycles(f"2 x (2 x ({d}); {r})") == [(1, "d"), (2, "d"), (3, "r"), (4, "d"), (5, "d"), (6, "r")]


def test_a_long_protocol_unrolls_lazily():
    steps = Protocol.parse("1000000 x (1000000 x (Rest for 1 s))").steps()
    assert next(steps)[0] == 1
    assert next(steps)[0] == 2


positive = st.one_of(
    st.floats(1e-9, 1e9), st.integers(1, 10**6).map(float), st.sampled_from([1 / n for n in range(1, 100)])
)
currents = st.builds(Current, positive, st.sampled_from(["A/m2", "A", "C-rate"]))
limits = st.one_of(
    st.builds(Limit, st.just("voltage"), st.floats(-5, 10), st.just("V")),
    st.builds(Limit, st.just("time"), positive, st.just("s")),
    st.builds(Limit, st.just("capacity"), positive, st.sampled_from(["C/m2", "C/m3", "C/kg", "C"])),
)
some_limits = st.lists(limits, min_size=1, max_size=4, unique_by=lambda limit: limit.unit).map(tuple)
steps = st.one_of(
    st.builds(Step, st.sampled_from(["discharge", "charge"]), currents, some_limits),
    st.builds(Step, st.just("rest"), st.none(), some_limits),
)
items = st.recursive(
    steps,
    lambda inner: st.builds(Cycle, st.integers(1, 1000), st.lists(inner, min_size=1, max_size=3).map(tuple)),
    max_leaves=5,
)


@given(st.lists(items, min_size=1, max_size=4).map(Protocol))
def test_every_protocol_survives_its_text(protocol):
    assert Protocol.parse(str(protocol)) == protocol


@given(st.text(alphabet="DischargeatuntilforRx 0123456789./()C;\n#uAcmVh-", max_size=40))
def test_any_text_gives_a_protocol_or_our_error(text):
    try:
        protocol = Protocol.parse(text)
    except HeterofilmError:
        return
    assert Protocol.parse(str(protocol)) == protocol


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("Dischage at 5 uA/cm2 until 2 V", (1, 1), "found 'Dischage'. Did you mean 'discharge'?"),
        ("Rest for 1 h\nHold at 3.8 V", (2, 1), "expected 'Discharge', 'Charge' or 'Rest' or a loop"),
        ("Discharge att 5 uA/cm2 until 2 V", (1, 11), "found 'att'. Did you mean 'at'?"),
        ("Discharge 5 uA/cm2 until 2 V", (1, 11), "expected 'at' and a current"),
        ("Discharge at 5 uA/cm2 untill 2.15 V", (1, 23), "found 'untill'. Did you mean 'until'?"),
        ("Discharge at 5 uA/cm2 2.15 V", (1, 23), "expected 'for' and a time or 'until' and a limit"),
        ("Discharge at until 2 V", (1, 14), "expected a number and a unit, but found 'until'"),
        ("Discharge at 5 uA/cm2 until", (1, 28), "expected a number and a unit, but found the end"),
        ("Discharge at 5 uA/cm2 until 2 volts", (1, 29), "Unknown unit 'volts'. Did you mean 'V'?"),
        ("Discharge at 5 ua/cm2 until 2 V", (1, 14), "Did you mean 'uA'?"),
        ("Discharge at 5 V until 2 V", (1, 14), "'5 V' is not a current"),
        ("Discharge at five uA until 2 V", (1, 14), "'five uA' is not a quantity"),
        ("Discharge at 5 until 2 V", (1, 14), "'5' is not a current"),
        ("Discharge at 0 uA until 2 V", (1, 14), "must be above zero"),
        ("Charge at -5 uA/cm2 until 4 V", (1, 11), "The current is -5 uA/cm2, but must be above zero"),
        ("Charge at C/0 until 4 V", (1, 11), "divides by zero"),
        ("Charge at 0C until 4 V", (1, 11), "must be above zero"),
        ("Charge at 3,5 uA until 4 V", (1, 11), "use a decimal point"),
        ("Charge at 5 uA", (1, 1), "The charge step has no limit and would never end"),
        ("Charge until 4 V", (1, 1), "The charge step has no current"),
        ("Rest", (1, 1), "The rest step has no limit"),
        ("Rest at 5 uA for 1 h", (1, 1), "A rest has no current"),
        ("Rest for 0 s", (1, 10), "The time limit is 0 h, but must be above zero"),
        ("Rest for -1 h", (1, 10), "must be above zero"),
        ("Rest for 3.3 V", (1, 10), "'for 3.3 V' is a voltage, not a time: write 'until 3.3 V'"),
        ("Rest for 3 uA", (1, 10), "'3 uA' is not a limit"),
        ("Rest until 2 V or until 3 V", (1, 1), "two voltage limits"),
        ("0 x (Rest for 1 h)", (1, 1), "must be 1 or more"),
        ("repeat -2 times: (Rest for 1 h)", (1, 1), "must be 1 or more"),
        ("3 x ()", (1, 1), "has no step"),
        ("3 x (Rest for 1 h", (1, 18), "')'"),
        ("Rest for 1 h)", (1, 13), "found ')'"),
        ("3 x Rest for 1 h", (1, 5), "expected '(' around the steps of the loop"),
        ("2 x (Rest for 1 h;\n  Rest for 1 hh)", (2, 12), "Unknown unit 'hh'"),
        ("Rest for 1 h Rest for 2 h", (1, 14), "or the end of the step, but found 'Rest'"),
    ],
)  # fmt: skip
def test_a_slip_is_answered_with_its_place_and_a_sentence(text, place, says):
    with pytest.raises(HeterofilmError) as caught:
        Protocol.parse(text)
    message = str(caught.value)
    assert says in message, message
    sentence, line, caret = message.split("\n")
    assert sentence.startswith(f"Protocol line {place[0]}, column {place[1]}: "), message
    assert line.strip() == text.split("\n")[place[0] - 1].strip()
    assert caret.index("^") == 2 + place[1] - 1


@pytest.mark.parametrize("text", ["", "   \n ; # nothing here"])
def test_an_empty_protocol_is_refused(text):
    with pytest.raises(HeterofilmError, match="The protocol is empty"):
        Protocol.parse(text)


def test_builders_refuse_the_same_things():
    with pytest.raises(HeterofilmError, match="must be above zero"):
        discharge(-5, "uA/cm2", until="2 V")
    with pytest.raises(HeterofilmError, match="not a current"):
        discharge(5, until="2 V")
    with pytest.raises(HeterofilmError, match="no limit"):
        charge("C/10", until=[])
    with pytest.raises(HeterofilmError, match="no limit"):
        rest()
    with pytest.raises(HeterofilmError, match="1 or more"):
        repeat(0, rest("1 h"))
    with pytest.raises(HeterofilmError, match="not 'uA/cm2'"):
        Current(5.0, "uA/cm2")
    with pytest.raises(HeterofilmError, match="not 'mV'"):
        Limit("voltage", 2150.0, "mV")
    with pytest.raises(HeterofilmError, match="made of steps"):
        Protocol(["Rest for 1 h"])
