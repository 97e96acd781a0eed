"""Loops are unrolled in the order they are written, cycles counted, and end early where something else ends them."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest

from heterofilm.errors import InputError
from heterofilm.protocol.ends import End, EndKind
from heterofilm.protocol.loops import DEEPEST, MOST_PASSES, Item, Loop, Progress, count, cycles, every
from heterofilm.protocol.quantities import Limit, Setpoint
from heterofilm.protocol.steps import Step

I = Setpoint(0.05, "A/m2")  # noqa: E741
DOWN, UP = Step("discharge", I, (Limit("time", 60.0, "s"),)), Step("charge", I, (Limit("time", 60.0, "s"),))
PAUSE = Step("rest", None, (Limit("time", 60.0, "s"),))
LOW = Limit("voltage", 2.5, "V")


def numbered(*items: Item) -> list[tuple[int, str]]:
    return [(one.cycle, one.step.kind) for cycle in cycles(items, Progress()) for one in cycle]


def test_a_cycle_begins_with_each_pass_and_with_what_follows_a_loop() -> None:
    """Boundaries that meet are one; what stands before the first loop is a cycle of its own."""
    assert numbered(PAUSE, Loop(2, (DOWN, UP)), PAUSE, PAUSE) == [
        (1, "rest"), (2, "discharge"), (2, "charge"), (3, "discharge"), (3, "charge"), (4, "rest"), (4, "rest"),
    ]  # fmt: skip
    assert numbered(Loop(2, (Loop(2, (DOWN,)),))) == [(k, "discharge") for k in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    "items",
    [
        (DOWN,), (PAUSE, Loop(3, (DOWN, UP))), (Loop(2, (Loop(3, (DOWN,)), UP)), PAUSE),
        (Loop(2, (PAUSE, Loop(2, (DOWN,)), UP)),),
    ],
)  # fmt: skip
def test_the_number_of_cycles_is_that_of_the_unrolled(items: tuple[Item, ...]) -> None:
    assert count(items) == len(list(cycles(items, Progress())))


def test_every_item_stands_before_what_is_in_it() -> None:
    inner = Loop(2, (DOWN,))
    outer = Loop(3, (inner, UP))
    assert list(every([PAUSE, outer])) == [PAUSE, outer, inner, DOWN, UP]


def test_labels_go_inwards_until_another_is_said() -> None:
    items = (Loop(1, (DOWN, Loop(1, (UP,), "inner"), Loop(1, (PAUSE,))), "outer"),)
    assert [one.label for cycle in cycles(items, Progress()) for one in cycle] == ["outer", "inner", "outer"]


def run(loop: Loop, capacities: list[float], ended: Limit | None = None, at: int = 0) -> int:
    """Passes that are done where the discharges give `capacities`, and that of number `at` ends at `ended`."""
    progress, passes = Progress(voltage=3.0), 0
    for cycle in cycles([loop], progress):
        for one in cycle:
            met = ended if ended in getattr(one.step, "limits", ()) and passes + 1 == at else None
            progress.told(one.step, End(EndKind.LIMIT, "over", met), capacities[passes], 2.9)
        passes += 1
    return passes


def test_a_loop_ends_with_the_pass_whose_discharge_falls_below_its_share_of_the_first() -> None:
    """Below, not at: 80 % of the first is still enough; of a loop within another the first is that of its own pass."""
    loop = Loop(6, (DOWN, UP), until=Limit("retention", 80.0, "%"))
    assert run(loop, [100.0, 90.0, 80.0, 79.9, 50.0, 40.0]) == 4
    assert run(loop, [100.0] * 6) == 6


def test_a_loop_ends_with_the_pass_that_met_its_voltage() -> None:
    """The voltage is a limit of each step that leads there, and of no other."""
    loop = Loop(6, (DOWN, PAUSE), until=LOW)
    assert run(loop, [1.0] * 6, LOW, at=3) == 3
    (first, *_) = cycles([loop], Progress(voltage=3.0))
    assert [LOW in one.step.limits for one in first] == [True, False]  # type: ignore[union-attr]


def test_a_million_passes_cost_nothing_until_they_are_asked_for() -> None:
    items = (Loop(10**12, (DOWN, UP)),)
    assert count(items) == 10**12
    assert [cycle[0].cycle for cycle in islice(cycles(items, Progress()), 3)] == [1, 2, 3]


def nested(depth: int) -> Loop:
    loop = Loop(1, (DOWN,))
    for _ in range(depth - 1):
        loop = Loop(1, (loop,))
    return loop


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: Loop(0, (DOWN,)), "must be 1 or more"),
        (lambda: Loop(1.5, (DOWN,)), "must be 1 or more"),  # type: ignore[arg-type]
        (lambda: Loop(True, (DOWN,)), "a whole number"),
        (lambda: Loop(2, ()), "no step in it"),
        (lambda: Loop(2, ("Rest for 1 h",)), "made of steps and loops"),  # type: ignore[arg-type]
        (lambda: Loop(2, (DOWN,), until=Limit("time", 60.0, "s")), "a voltage or a retention"),
        (lambda: Loop(2, (DOWN,), "two words"), "one word"),
        (lambda: Loop(2, (DOWN,), "gitt"), "kept for titrations"),
        (lambda: Loop(2, (DOWN, PAUSE), until=LOW, kind="titration"), "A titration is a pulse"),
        (lambda: Loop(MOST_PASSES, (PAUSE, DOWN), until=LOW, kind="titration"), "A titration is a pulse"),
        (lambda: Loop(2, (DOWN, UP), kind="voltammogram"), "two sweeps at one rate"),
        (lambda: nested(DEEPEST + 1), "deep"),
    ],
)
def test_loops_that_cannot_be_are_refused(made: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        made()
    assert nested(DEEPEST).depth == DEEPEST
