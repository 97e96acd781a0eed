"""Protocols: text and builders agree, text survives a round trip, slips get one clear sentence."""

import dataclasses
import os
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm import simulate
from heterofilm.errors import HeterofilmError
from heterofilm.protocol import (
    Impedance,
    Limit,
    Load,
    Loop,
    Progress,
    Protocol,
    Setpoint,
    Step,
    Temperature,
    charge,
    discharge,
    gitt,
    hold,
    impedance,
    pulses,
    ramp,
    ready_made,
    repeat,
    rest,
    sweep,
    voltammogram,
)  # fmt: skip


def only(text):
    """The one step of a protocol of one step."""
    (step,) = Protocol.parse(text).items
    return step


@pytest.mark.parametrize(
    ("text", "step"),
    [
        (
            "Discharge at 5 uA/cm2 until 2.15 V",
            Step("discharge", Setpoint(0.05, "A/m2"), (Limit("voltage", 2.15, "V"),)),
        ),
        (
            "Charge at C/10 for 2 h or until 3.8 V",
            Step("charge", Setpoint(0.1, "C-rate"), (Limit("time", 7200.0, "s"), Limit("voltage", 3.8, "V"))),
        ),
        ("Rest for 30 min", Step("rest", None, (Limit("time", 1800.0, "s"),))),
        (
            "Discharge at 0.5C until 2.15 V or until 20 uAh/cm2",
            Step(
                "discharge",
                Setpoint(0.5, "C-rate"),
                (Limit("voltage", 2.15, "V"), Limit("capacity", 720.0, "C/m2")),
            ),
        ),
        ("Discharge at 3 uA for 1 h", Step("discharge", Setpoint(3e-6, "A"), (Limit("time", 3600.0, "s"),))),
        (
            "Rest for 1 h until 3.3 V",
            Step("rest", None, (Limit("time", 3600.0, "s"), Limit("voltage", 3.3, "V"))),
        ),
        (
            "DISCHARGE at 5 µA cm-2 UNTIL 40 µAh cm-2 µm-1",
            Step("discharge", Setpoint(0.05, "A/m2"), (Limit("capacity", 40 * 3.6e7, "C/m3"),)),
        ),
        (
            "charge at 2 C until 140 mAh/g",
            Step("charge", Setpoint(2.0, "C-rate"), (Limit("capacity", 140 * 3600.0, "C/kg"),)),
        ),
        (
            "charge at 1mA until 3 uAh  # absolute",
            Step("charge", Setpoint(1e-3, "A"), (Limit("capacity", 0.0108, "C"),)),
        ),
        (
            "Discharge at C / 5 until 30 uAh/(cm2 um) or until 2150 mV or for 90 seconds",
            Step(
                "discharge",
                Setpoint(0.2, "C-rate"),
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
    faster = dataclasses.replace(step, setpoint=Setpoint(0.1, "A/m2"))
    assert faster.text.startswith("Discharge at 10 uA/cm2 until")
    assert (
        str(Protocol.parse("2x(Rest for 1 h;charge at 0.3C for 90 s)")) == "2 x (Rest for 1 h; Charge at 0.3C for 90 s)"
    )


def cycles(text):
    return [(number, step.kind[0]) for number, step, *_ in Protocol.parse(text).steps()]


def test_cycle_numbers():
    d, c, r = "Discharge at 1C until 2 V", "Charge at 1C until 4 V", "Rest for 1 h"
    assert cycles(f"{d}; {c}") == [(1, "d"), (1, "c")]
    assert cycles(f"2 x ({d}; {c})") == [(1, "d"), (1, "c"), (2, "d"), (2, "c")]
    assert cycles(f"{r}; 2 x ({d}); {r}") == [(1, "r"), (2, "d"), (3, "d"), (4, "r")]
    assert cycles(f"2 x (2 x ({d}); {r})") == [(1, "d"), (2, "d"), (3, "r"), (4, "d"), (5, "d"), (6, "r")]


def test_the_number_of_cycles_is_known_beforehand():
    for text in (
        "Rest for 1 h; 3 x (2 x (Rest for 1 h); Rest for 2 h); Rest for 1 h; Rest for 1 h",
        "4 x (Rest for 1 h)",
    ):
        protocol = Protocol.parse(text)
        assert protocol.count() == max(turn.cycle for turn in protocol.steps())


def test_a_long_protocol_unrolls_lazily():
    steps = Protocol.parse("1000000 x (1000000 x (Rest for 1 s))").steps()
    assert next(steps)[0] == 1
    assert next(steps)[0] == 2


positive = st.one_of(
    st.floats(1e-9, 1e9), st.integers(1, 10**6).map(float), st.sampled_from([1 / n for n in range(1, 100)])
)
currents = st.builds(Setpoint, positive, st.sampled_from(["A/m2", "A", "C-rate"]))
others = st.builds(Setpoint, positive, st.sampled_from(["W/m2", "W"]))
volts = st.builds(Setpoint, st.floats(-5, 10), st.just("V"))
voltage = st.builds(Limit, st.just("voltage"), st.floats(-5, 10), st.just("V"))
time = st.builds(Limit, st.just("time"), positive, st.just("s"))
moved = st.builds(Limit, st.just("capacity"), positive, st.sampled_from(["C/m2", "C/m3", "C/kg", "C"]))
flows = st.builds(Limit, st.just("current"), positive, st.sampled_from(["A/m2", "A", "C-rate"]))
slope = st.builds(Limit, st.just("slope"), positive, st.just("V/s"))


def some(*limits, least=1):
    return st.lists(st.one_of(*limits), min_size=least, max_size=4, unique_by=lambda limit: limit.unit).map(tuple)


actions = st.one_of(
    st.builds(Step, st.sampled_from(["discharge", "charge"]), currents, some(voltage, time, moved, slope)),
    st.builds(Step, st.sampled_from(["discharge", "charge"]), others, some(voltage, time, moved, flows)),
    st.builds(Step, st.just("rest"), st.none(), some(voltage, time, slope)),
    st.builds(Step, st.just("hold"), volts, some(time, moved, flows)),
    st.builds(Step, st.just("sweep"), volts, some(time, flows, least=0), positive),
    st.builds(Impedance, st.floats(1.0, 1e7), st.floats(1e-6, 0.9), st.integers(1, 100)),
    st.builds(Temperature, st.floats(150, 600)),
)
until = st.one_of(st.none(), voltage, st.builds(Limit, st.just("retention"), positive, st.just("%")))
items = st.recursive(
    actions,
    lambda inner: st.builds(
        Loop,
        st.integers(1, 1000),
        st.lists(inner, min_size=1, max_size=3).map(tuple),
        st.sampled_from(["", "formation", "r1-5uA"]),
        until,
    ),
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
        ("Rest for 1 h\nHold at 3.8 V", (2, 1), "no limit and would never end"),
        ("Discharge att 5 uA/cm2 until 2 V", (1, 11), "found 'att'. Did you mean 'at'?"),
        ("Discharge 5 uA/cm2 until 2 V", (1, 11), "expected 'at' and a current"),
        ("Discharge at 5 uA/cm2 untill 2.15 V", (1, 23), "found 'untill'. Did you mean 'until'?"),
        ("Discharge at 5 uA/cm2 2.15 V", (1, 23), "expected 'for' and a time or 'until' and a limit"),
        ("Discharge at until 2 V", (1, 14), "expected a number and a unit, but found 'until'"),
        ("Discharge at 5 uA/cm2 until", (1, 28), "expected a number and a unit, but found the end"),
        ("Discharge at 5 uA/cm2 until 2 volts", (1, 29), "Unknown unit 'volts'. Did you mean 'V'?"),
        ("Discharge at 5 ua/cm2 until 2 V", (1, 14), "Did you mean 'uA'?"),
        ("Discharge at 5 V until 2 V", (1, 1), "A hold step at 5 V cannot end at a voltage"),
        ("Discharge at five uA until 2 V", (1, 14), "'five uA' is not a quantity"),
        ("Discharge at 5 until 2 V", (1, 14), "'5' is neither a current"),
        ("Discharge at 0 uA until 2 V", (1, 14), "must be above zero"),
        ("Charge at -5 uA/cm2 until 4 V", (1, 11), "The current is -5 uA/cm2, but must be above zero"),
        ("Charge at C/0 until 4 V", (1, 11), "divides by zero"),
        ("Charge at 0C until 4 V", (1, 11), "must be above zero"),
        ("Charge at 3,5 uA until 4 V", (1, 11), "use a decimal point"),
        ("Hold at 3 V", (1, 1), "The hold step has no limit and would never end"),
        ("Charge until 4 V", (1, 1), "The charge step has no current"),
        ("Rest", (1, 1), "The rest step has no limit"),
        ("Rest at 5 uA for 1 h", (1, 1), "A rest has no current"),
        ("Rest for 0 s", (1, 10), "The time limit is 0 h, but must be above zero"),
        ("Rest for -1 h", (1, 10), "must be above zero"),
        ("Rest for 3.3 V", (1, 10), "'for 3.3 V' is a voltage, not a time: write 'until 3.3 V'"),
        ("Rest for 3 uA", (1, 10), "'for 3 uA' is a current, not a time"),
        ("Rest until 3 F", (1, 12), "'3 F' is not a limit"),
        ("Rest until 3 uA", (1, 1), "A rest step cannot end at a current"),
        ("Discharge at 3 uA until 1 uA", (1, 1), "cannot end at a current"),
        ("Hold at 5 uA until 3 V", (1, 1), "A hold step cannot be done at 5 uA"),
        ("Charge at 5 kohm until 3 V", (1, 1), "cannot charge a cell"),
        ("Rest until 0.1 mV/h", (1, 12), "a slope is written"),
        ("EIS from 1 Hz", (1, 14), "'to' and a frequency"),
        ("EIS from 1 Hz to 1 V", (1, 18), "'1 V' is not a frequency"),
        ("EIS from 1 Hz to 1 Hz", (1, 1), "goes down in frequency"),
        ("EIS with 5 points", (1, 10), "10 points per decade"),
        ("Sweep to 5 uA at 1 mV/s", (1, 10), "is not a voltage"),
        ("Sweep to 2 V at 1 mV", (1, 17), "is not a scan rate"),
        ("CV between 2 V and 3 V at 1 mV/s for 3 hours", (1, 38), "is not a number of cycles"),
        ("GITT discharge at 5 uA/cm2 for 10 min, hold for 1 h, until 2 V", (1, 1), "a titration is written"),
        ("Set temperature to 3 V", (1, 20), "is not a temperature"),
        ("Set temperature to 25 K", (1, 20), "between 150 and 600 K"),
        ('Follow "none.csv"', (1, 8), "Cannot read the load"),
        ("Follow none.csv", (1, 8), "a file name in double quotes"),
        ("3 x until 5 h (Rest for 1 h)", (1, 1), "A loop ends at a voltage or a retention"),
        ("Rest until 2 V or until 3 V", (1, 1), "two voltage limits"),
        ("0 x (Rest for 1 h)", (1, 1), "must be 1 or more"),
        ("repeat -2 times: (Rest for 1 h)", (1, 1), "must be 1 or more"),
        ("3 x ()", (1, 1), "has no step"),
        ("3 x (Rest for 1 h", (1, 18), "')'"),
        ("Rest for 1 h)", (1, 13), "found ')'"),
        ("3 x Rest for 1 h", (1, 5), "'(' around the steps of the loop"),
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
    with pytest.raises(HeterofilmError, match="neither a current"):
        discharge(5, until="2 V")
    with pytest.raises(HeterofilmError, match="no limit"):
        hold("3 V", until=[])
    with pytest.raises(HeterofilmError, match="no limit"):
        rest()
    with pytest.raises(HeterofilmError, match="1 or more"):
        repeat(0, rest("1 h"))
    with pytest.raises(HeterofilmError, match="not 'uA/cm2'"):
        Setpoint(5.0, "uA/cm2")
    with pytest.raises(HeterofilmError, match="not 'mV'"):
        Limit("voltage", 2150.0, "mV")
    with pytest.raises(HeterofilmError, match="made of steps"):
        Protocol(["Rest for 1 h"])


def test_the_other_builders_make_the_same_objects_as_text():
    text = """
    Hold at 3.8 V until 0.5 uA/cm2 or for 2 h
    Rest until |dV/dt| < 0.1 mV/h
    Sweep to 2.15 V at 0.5 mV/s
    CV between 2.15 V and 3.8 V at 1 mV/s for 3 cycles
    GITT discharge at 5 uA/cm2 for 10 min, rest for 1 h, until 2.15 V
    EIS from 1 MHz to 10 mHz with 7 points per decade
    Set temperature to 45 degC
    life: 4000 x until 80 % (Discharge at 20 uW/cm2 until 2 V; Discharge at 2 kohm until 1 V; Charge at C/2 until 3 V)
    """
    assert Protocol.parse(text) == Protocol(
        [
            hold(3.8, "V", until=["0.5 uA/cm2", "2 h"]),
            rest(until="|dV/dt| < 0.1 mV/h"),
            sweep("2.15 V", "0.5 mV/s"),
            voltammogram("2.15 V", "3.8 V", "1 mV/s", 3),
            gitt(discharge(5, "uA/cm2", until="10 min"), "1 h", until="2.15 V"),
            impedance(1e6, 1e-2, 7),
            Temperature(318.15),
            repeat(
                4000,
                discharge(20, "uW/cm2", until="2 V"),
                discharge(2, "kohm", until="1 V"),
                charge("C/2", until="3 V"),
                label="life",
                until="80 %",
            ),
        ]
    )


PYBAMM = [
    "Rest for 1 hour",
    (
        "Discharge at C/10 for 10 hours or until 3.3 V",
        "Rest for 1 hour",
        "Charge at 1 A until 4.1 V",
        "Hold at 4.1 V until 50 mA",
    ),
    "Discharge at 1C for 0.5 hours (10 minute period)",
    "Charge at 0.5 C for 45 minutes",
    "Discharge at 1 W for 0.5 hours",
    "Charge at 200mW for 45 minutes",
    "Discharge at C/20 until 2.5V",
    "Hold at 1V for 20 seconds",
    "Hold at 3V until C/50",
]


def test_the_strings_of_a_pybamm_experiment_are_accepted_as_they_are():
    protocol = Protocol.parse(PYBAMM)
    assert [turn.cycle for turn in protocol.steps()] == [1, 2, 2, 2, 2, 3, 4, 5, 6, 7, 8, 9]
    assert str(protocol.items[2].body[0]) == "Discharge at 1C for 30 min"
    assert Protocol.parse(str(protocol)) == protocol


def test_a_loop_ends_after_the_pass_that_meets_its_voltage():
    progress = Progress()
    protocol = Protocol.parse("5 x until 2 V (Discharge at 1C for 1 h; Rest for 1 h); Rest for 3 h")
    taken = []
    for cycle in protocol.cycles(progress):
        taken += [(turn.cycle, turn.step.kind) for turn in cycle]
        if cycle[0].cycle == 2:
            limits = cycle[0].step.limits
            assert [str(limit) for limit in limits] == ["1 h", "2 V"]  # the loop's limit is the step's too
            progress.met[limits[1]] += 1
    assert taken == [(1, "discharge"), (1, "rest"), (2, "discharge"), (2, "rest"), (3, "rest")]


def test_a_loop_ends_when_its_retention_is_lost():
    progress = Progress()
    count = 0
    for cycle in Protocol.parse("99 x until 80 % (Discharge at 1C until 2 V)").cycles(progress):
        count = cycle[0].cycle
        progress.discharged = 100.0 - 5.0 * (count - 1)
    assert count == 6  # 75 %


def test_ready_made_protocols_can_be_read_and_are_found_by_name():
    assert "rate-test" in ready_made()
    for name in ready_made():
        protocol = Protocol.load(name)
        assert Protocol.parse(str(protocol)) == protocol
    with pytest.raises(HeterofilmError, match="Did you mean 'rate-test'"):
        Protocol.load("rate-tets")


def test_a_protocol_and_its_load_are_read_from_files(tmp_path):
    (tmp_path / "load.csv").write_text("time / min, current / uA cm-2\n0,5\n1,5\n2,-5\n")
    (tmp_path / "day.txt").write_text('2 x (Follow "load.csv"; Rest for 1 h)')
    load = Protocol.load(str(tmp_path / "day.txt")).items[0].body[0]
    assert (load.unit, load.times, load.values) == ("A/m2", (0.0, 60.0, 120.0), (0.05, 0.05, -0.05))
    assert Load.read(tmp_path / "load.csv") == load
    with pytest.raises(HeterofilmError, match="Cannot read the protocol"):
        Protocol.load(str(tmp_path / "night.txt"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "needs a heading and two rows"),
        ("time_s,current_A_m2\n0,1\n", "needs a heading and two rows"),
        ("time,current\n0,1\n1,1\n", "a name with a unit"),
        ("current_A,cycle\n0,1\n1,1\n", "a time such as"),
        ("time_s,length_m\n0,1\n1,1\n", "a current, power or voltage with its unit"),
        ("time_s,power_W\n0,one\n1,1\n", "not two numbers"),
        ("time_s,power_W\n1,1\n0,1\n", "times that rise"),
        ("time_s,power_W\n0,1\n1,nan\n", "finite numbers"),
    ],
)
def test_a_bad_load_is_refused_in_one_sentence(tmp_path, content, says):
    (tmp_path / "load.csv").write_text(content)
    with pytest.raises(HeterofilmError, match=says):
        Load.read(tmp_path / "load.csv")


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Discharge at 4 Ohm for 1 hour", "Discharge at 4 ohm for 1 h"),
        ("Discharge at 4 kOhm for 1 hour", "Discharge at 4 kohm for 1 h"),
        ("Charge at 4 V until 5 mA", "Hold at 4 V until 5 mA"),
        ("Discharge at 3V for 10 minutes (5 second period)", "Hold at 3 V for 10 min"),
        ("Charge at C/2", "Charge at C/2"),
        ("Discharge at 1 W", "Discharge at 1 W"),
        ("Soak at 45oC for 2 hours", "Set temperature to 45 degC; Rest for 2 h"),
    ],
)
def test_what_pybamm_writes_otherwise_means_the_same(text, same):
    assert Protocol.parse(text) == Protocol.parse(same)


def test_titrations_and_voltammograms_survive_their_text_with_their_kind():
    for loop in (
        gitt(charge("C/10", until=["10 min", "3.9 V"]), "1 h", until="3.8 V"),
        gitt(discharge("5 uA/cm2", until="2 uAh/cm2"), "30 min", until="2 V"),
        voltammogram("2 V", "3 V", "1 mV/s"),
        voltammogram("2 V", "3 V", "1 mV/s", 3),
    ):
        (again,) = Protocol.parse(str(Protocol([loop]))).items
        assert again == loop and again.kind == loop.kind != "loop"
    for label in ("GITT", "CV", "gitt"):
        with pytest.raises(HeterofilmError, match="is kept for titrations and voltammograms"):
            Protocol.parse(f"{label}: 3 x (Rest for 1 h)")


def test_the_old_words_answer_with_the_new():
    import heterofilm.protocol as words
    import heterofilm.simulation.checkpoint as checkpoint

    for module, old, new in ((words, "Cycle", "Loop"), (words, "Turn", "ScheduledStep"), (checkpoint, "Journal", "Ch")):
        with pytest.raises(HeterofilmError, match=f"is called '{new}"):
            getattr(module, old)


def test_a_suggestion_never_repeats_the_word():
    """Upper and lower case are the same to a protocol, so another case is no correction."""
    for text in ("Rest for 1 h Hold", "Discharge AT until 2 V", "rest FOR for 1 h", "Until 2 V", "3 x Rest for 1 h"):
        with pytest.raises(HeterofilmError) as caught:
            Protocol.parse(text)
        said = str(caught.value)
        if "Did you mean" in said:
            word = said.split("found '")[1].split("'")[0]
            assert word.lower() != said.split("Did you mean '")[1].split("'")[0].lower(), said


HOSTILE = {
    "200,000 spaces": "Rest for 1 h" + " " * 200_000,
    "spaces within": "Rest" + " " * 150_000 + "for 1 hh",
    "spaces in brackets": "Rest for 1 h (" + " " * 150_000 + ")",
    "20,000 digits": "Rest for " + "9" * 20_000 + " h",
    "a rate of many digits": "Discharge at " + "1" * 150_000 + " C until 2 V",
    "a loop of many digits": "9" * 5000 + " x (Rest for 1 h)",
    "cycles of many digits": "CV between 2 V and 3 V at 1 mV/s for " + "9" * 5000 + " cycles",
    "points of many digits": "EIS from 1 Hz to 1 mHz with " + "9" * 5000 + " points per decade",
    "loops 100,000 deep": "1 x (" * 100_000,
    "loops 30,000 deep": "1 x (" * 30_000,
    "a unit in brackets": "Discharge at 5 " + "/(" * 50_000,
    "1e308 h": "Rest for 1e308 h",
    "1e999 h": "Rest for 1e999 h",
    "1e300 Hz": "EIS from 1e300 Hz to 1 Hz",
    "1e-300 Hz": "EIS from 1 Hz to 1e-300 Hz",
    "a power of 1e9": "Discharge at 5 kA999999999 until 2 V",
    "a device": 'Follow "/dev/zero"',
    "a folder": 'Follow "/"',
    "NUL": "Rest for 1 h\0",
    "a file's name with NUL": 'Follow "a\0b.csv"',
    "20 MB": "Rest for 1 h;" * 1_500_000,
    "one word": "a" * 190_000,
    "quotes": '"' * 190_000,
    "brackets": "(" * 190_000,
    "a surrogate": "Rest for 1 \udcff",
    "a long name": "a" * 5000 + ".txt",
    "units without end": "Rest for 1 " + "h " * 50_000,
    "slashes": "Discharge at 1" + "/h" * 90_000,
    "words without end": "until " * 30_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_refused_in_a_sentence_before_any_work(name):
    """By one line of less than 500 characters and a caret; what took minutes or the whole stack takes no time."""
    before = process_time()
    with pytest.raises(HeterofilmError) as caught:
        Protocol.load(HOSTILE[name])
    assert len(str(caught.value)) < 500
    assert process_time() - before < 5.0  # of the process itself, whatever else the machine does


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_no_load_and_no_protocol(tmp_path):
    for name in ("load.csv", "protocol.txt"):
        os.mkfifo(tmp_path / name)
    with pytest.raises(HeterofilmError, match="it is no plain file"):
        Load.read(tmp_path / "load.csv")
    with pytest.raises(HeterofilmError, match="it is no plain file"):
        Protocol.load(str(tmp_path / "protocol.txt"))


@pytest.mark.parametrize(
    ("content", "unit", "values"),
    [
        ("current_uA_cm2,time_s\n5,0\n10,1\n", "A/m2", (0.05, 0.1)),  # found by unit, in any order
        ("cycle,t / s,U / V\n1,0,3\n1,1,2\n", "V", (3.0, 2.0)),
        ("time / s;current (mA)\n0;0,5\n1;1\n", "A", (5e-4, 1e-3)),  # decimal comma
        ("Test Time / s,Voltage / V,Current / A\n0,3,-1e-6\n1,3,1e-6\n", "A", (1e-6, -1e-6)),  # positive on charge
        ("test_time_second,voltage_volt,current_ampere\n0,3,-1e-6\n1,3,1e-6\n", "A", (1e-6, -1e-6)),
        ("step time / s,time / s,power / mW\n0,5,1\n0,6,2\n", "W", (1e-3, 2e-3)),
    ],
)
def test_a_load_finds_its_columns_by_name_and_unit(tmp_path, content, unit, values):
    (tmp_path / "load.csv").write_text(content)
    load = Load.read(tmp_path / "load.csv")
    assert load.unit == unit and load.values == pytest.approx(values) and load.times == (0.0, 1.0)


def test_what_was_assumed_of_a_load_is_said(tmp_path):
    (tmp_path / "load.csv").write_text("Test Time / s,Voltage / V,Current / A\n0,3,-1e-6\n1,2,1e-6\n")
    load = Load.read(tmp_path / "load.csv")
    assert "'Current / A' is followed" in load.note and "positive on charge" in load.note
    volts = Load.read(tmp_path / "load.csv", "voltage")
    assert volts.values == (3.0, 2.0) and volts.note == ""
    text = f'Follow voltage of "{tmp_path / "load.csv"}" for 30 min or until 2.5 V or until 3.5 V'
    (parsed,) = Protocol.parse(text).items
    assert str(parsed) == text and Protocol.parse(str(parsed)).items == (parsed,)
    with pytest.raises(HeterofilmError, match="A load ends at a voltage or a time"):
        Protocol.parse(f'Follow "{tmp_path / "load.csv"}" until 3 uA')
    (tmp_path / "load.csv").write_text("time / s,current 1 / A,current 2 / A\n0,3,1\n1,2,1\n")
    with pytest.raises(HeterofilmError, match="has the columns"):
        Load.read(tmp_path / "load.csv")
    (tmp_path / "load.csv").write_text("time / s,anode / A,cathode / A\n0,3,1\n1,2,1\n")
    with pytest.raises(HeterofilmError, match="several columns of current"):
        Load.read(tmp_path / "load.csv")


def test_pulses_are_a_loop_of_a_step_and_the_rest_of_its_period():
    """Their period holds: the rest is what the pulse leaves of it."""
    text = "Pulse at 1 mA/cm2 for 10 ms every 1 s for 20 pulses until 2.5 V"
    (loop,) = Protocol.parse(text).items
    assert loop == pulses(discharge("1 mA/cm2", until="10 ms"), "1 s", count=20, until="2.5 V")
    pulse, pause = loop.body
    assert (loop.count, loop.label, loop.until) == (20, "pulse", Limit.parse("2.5 V"))
    assert pulse.limits[0].value + pause.limits[0].value == pytest.approx(1.0)
    assert Protocol.parse(str(Protocol([loop]))).items == (loop,)
    (charging,) = Protocol.parse("Pulses charge at 5 uA/cm2 for 1 min every 2 min").items
    assert charging.body[0].kind == "charge" and charging.until is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Pulse at 1 mA/cm2 for 2 s every 1 s", "leave a rest between them"),
        ("Pulse at 1 mA/cm2 for 1 s", "'every' and a time"),
        ("Pulse at 1 mA/cm2 for 2.5 V every 1 s", "time"),
        ("Pulse at 1 mA/cm2 for 1 s every 2 s for 10 s", "is no number of pulses"),
        ("Pulse at 1 mA/cm2 for 1 s every 2 s until 10 s", "ends at a voltage"),
        ("Pulse rest at 1 mA/cm2 for 1 s every 2 s", "A rest has no current"),
    ],
)
def test_pulses_that_cannot_be(text, why):
    with pytest.raises(HeterofilmError, match=why):
        Protocol.parse(text)


def test_pulsed_discharge_reaches_less_than_the_same_charge_at_its_mean_current():
    """A cell under 100 uA/cm2 for a tenth of the time ends before it would under 10 uA/cm2 throughout."""
    pulsed = simulate("vo-half", "Pulse at 100 uA/cm2 for 60 s every 600 s until 2.15 V")
    steady = simulate("vo-half", "Discharge at 10 uA/cm2 until 2.15 V")
    moved = [record.steps.filter(kind="discharge")["capacity_C_m2"].sum() for record in (pulsed, steady)]
    assert 0.5 * moved[1] < moved[0] < moved[1]
    assert pulsed.steps["end"][-2] == "2.15 V" and pulsed.steps["label"][0] == "pulse"


def test_a_ramp_is_a_load_between_two_values():
    """Discharge counts positive, charge negative; what is written is what is read again."""
    text = "Ramp from 0 uA/cm2 to 200 uA/cm2 for 10 min until 2.5 V"
    one = only(text)
    assert one == ramp("0 uA/cm2", "200 uA/cm2", "10 min", until="2.5 V") and str(one) == text
    assert (one.unit, one.times, one.values) == ("A/m2", (0.0, 600.0), (0.0, pytest.approx(2.0)))
    assert one.limits == (Limit("voltage", 2.5, "V"),)
    charging = only("ramp charge from 5 uW to 1 uW for 2 h")
    assert charging.unit == "W" and charging.values == pytest.approx((-5e-6, -1e-6))
    loop = repeat(3, one, charging)
    assert Protocol.parse(str(Protocol([loop]))).items == (loop,)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Ramp from 0 uA/cm2 to 5 uW/cm2 for 1 min", "from one quantity to another"),
        ("Ramp from 0 uA/cm2 to 5 uA/cm2 until 2 V", "has one time"),
        ("Ramp from 0 uA/cm2 to 5 uA/cm2 for 1 min for 2 min", "has one time"),
        ("Ramp from 3 V to 2 V for 1 min", "no current or power"),
        ("Ramp from -3 uA to 2 uA for 1 min", "from zero upwards"),
        ("Ramp from 0 uA to 1C for 1 min", "no current or power"),
        ("Ramp rest from 0 uA to 2 uA for 1 min", "of discharge or charge"),
        ("Ramp from 0 uA to 2 uA for 1 min until 1 uAh", "ends at a voltage or a time"),
        ("Ramp to 2 uA for 1 min", "expected"),
    ],
)
def test_ramps_that_cannot_be(text, why):
    with pytest.raises(HeterofilmError, match=why):
        Protocol.parse(text)


def test_a_ramp_moves_half_its_last_current_times_its_time():
    """Q = (i_0 + i_1) t/2, to the error of its time steps (rtol 1e-3); with a voltage it ends there."""
    record = simulate("vo-half", "Ramp from 0 uA/cm2 to 40 uA/cm2 for 10 min")
    assert record.steps["capacity_C_m2"][0] == pytest.approx(0.5 * 0.4 * 600.0, rel=1e-3)
    assert record.frame["current_A_m2"][-1] == pytest.approx(0.4)
    ended = simulate("vo-half", "Ramp from 0 uA/cm2 to 40 uA/cm2 for 10 h until 2.5 V")
    assert ended.steps["end"][0] == "2.5 V" and ended.frame["voltage_V"][-1] == pytest.approx(2.5)
