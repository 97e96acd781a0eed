"""Loops around the steps of a protocol, and the steps one after the other as they come to be done."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from heterofilm.cycle_count import COUNTED, CycleCount
from heterofilm.errors import InputError

from .ends import End
from .load import Load
from .quantities import Limit
from .steps import Impedance, Step, Temperature
from .words import LABELS, LoopKind

MOST_PASSES = 10_000  # of a loop that is ended by something else, such as the pulses of a titration
DEEPEST = 50  # loops within loops


@dataclass(frozen=True)
class Loop:
    """A loop: the ``body`` done at most ``count`` times, with a ``label`` for its rows in the results.

    ``until`` ends it early: a voltage, after the pass in which a step met it; a retention (%), when the last
    discharge falls below that share of the loop's first. ``kind`` says what it is done for: a titration (a pulse and
    a rest until a voltage) or a voltammogram (two sweeps), whose rows carry the labels GITT and CV.
    """

    count: int
    body: tuple[Item, ...]
    label: str = ""
    until: Limit | None = None
    kind: LoopKind = "loop"
    depth: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "body", tuple(self.body))
        if isinstance(self.count, bool) or not isinstance(self.count, int | float):
            raise InputError(f"A loop is repeated a whole number of times, not {self.count!r}.")
        if not 1 <= self.count < 10**15 or self.count != int(self.count):
            raise InputError(f"A loop is repeated {self.count} times, but the number must be 1 or more.")
        if not self.body:
            raise InputError("A loop has no step in it: write for example '3 x (Rest for 1 h)'.")
        for item in self.body:
            if not isinstance(item, Action | Loop):
                raise InputError(f"A loop is made of steps and loops, not {item!r}: see repeat().")
        object.__setattr__(self, "depth", 1 + max(item.depth if isinstance(item, Loop) else 0 for item in self.body))
        if self.depth > DEEPEST:
            raise InputError(f"Loops lie within loops more than {DEEPEST} deep; write the protocol flatter.")
        if self.until is not None and self.until.kind not in ("voltage", "retention"):
            raise InputError(f"A loop ends at a voltage or a retention such as '80 %', not at a {self.until.kind}.")
        if self.kind != "loop":
            self._check_kind()
        elif self.label.upper() in LABELS.values():
            raise InputError(
                f"The label '{self.label}' is kept for titrations and voltammograms, which are written 'GITT discharge "
                "at ...' and 'CV between ...': choose another label."
            )
        if not re.fullmatch(r"(?:[^\W\d][\w\-]*)?", self.label):
            raise InputError(f"The label '{self.label}' of a loop must be one word of letters, digits, '_' and '-'.")

    def _check_kind(self) -> None:
        """Errors: `HeterofilmError` for a titration that is no pulse and rest, a voltammogram that is no two sweeps."""
        if self.kind not in LABELS:
            raise InputError(f"A loop is one of loop, {', '.join(LABELS)}, not {self.kind!r}.")
        object.__setattr__(self, "label", LABELS[self.kind])
        steps = [item for item in self.body if isinstance(item, Step)]
        kinds = [step.kind for step in steps]
        if len(steps) != len(self.body) or len(steps) != 2:
            kinds = []
        if self.kind == "titration":
            pulse = kinds[:1] in (["discharge"], ["charge"]) and kinds[1:] == ["rest"] and bool(steps[0].limits)
            if not pulse or self.until is None or self.until.kind != "voltage" or self.count != MOST_PASSES:
                raise InputError(
                    "A titration is a pulse, a rest, and a voltage at which it ends: "
                    "'GITT discharge at 5 uA/cm2 for 10 min, rest for 1 h, until 2.15 V'."
                )
        elif (
            kinds != ["sweep", "sweep"]
            or steps[0].rate != steps[1].rate
            or self.until
            or steps[0].limits + steps[1].limits
        ):
            raise InputError(
                "A voltammogram is two sweeps at one rate: 'CV between 2.15 V and 3.8 V at 0.5 mV/s for 3 cycles'."
            )

    def __str__(self) -> str:
        if self.kind == "titration":
            pulse, pause = self.body
            assert isinstance(pulse, Step)
            return f"GITT {_lower(pulse)}, {_lower(pause)}, {self.until.words if self.until else ''}"
        if self.kind == "voltammogram":
            first, second = self.body
            assert isinstance(first, Step) and isinstance(second, Step)
            times = f" for {self.count} cycles" if self.count != 1 else ""
            return f"CV between {first.setpoint} and {second.setpoint} at {first.text.partition(' at ')[2]}{times}"
        label = f"{self.label}: " if self.label else ""
        until = f" {self.until.words}" if self.until else ""
        return f"{label}{int(self.count)} x{until} ({'; '.join(map(str, self.body))})"


def _lower(item: Item) -> str:
    text = str(item)
    return text[:1].lower() + text[1:]


Action = Step | Load | Impedance | Temperature
Item = Action | Loop


class ScheduledStep(NamedTuple):
    """A step when its time has come: in which cycle, what, the label of its loop, and what that is done for."""

    cycle: int
    step: Action
    label: str
    loop: LoopKind


@dataclass
class Progress:
    """What the runner tells a protocol, so that loops can end early."""

    met: Counter[Limit] = field(default_factory=Counter)  # how often each limit ended a step
    discharged: float = 0.0  # charge of the last discharge
    voltage: float | None = None  # V, at the end of the last step; None: nobody is running it

    def told(self, step: Action, end: End, capacity: float, voltage: float) -> None:
        """What ended a step, what it gave, and where it left the cell."""
        if step.kind == "discharge":
            self.discharged = capacity
        if end.limit is not None:
            self.met[end.limit] += 1
        self.voltage = voltage


def cycles(items: Iterable[Item], progress: Progress) -> Iterator[list[ScheduledStep]]:
    """The actions of one cycle after the other, loops unrolled.

    Cycles count from 1; a new one begins with every pass through a loop and the first action after it, and outside of
    loops by the half cycles (`cycle_count`). The next cycle is decided on when it is asked for, from what ``progress``
    then says.
    """
    number, gathered = 1, list[ScheduledStep]()
    for scheduled in _parted(items, progress):
        if scheduled is not None:
            gathered.append(ScheduledStep(number, *scheduled))
        elif gathered:  # of several boundaries in a row the first ends a cycle
            yield gathered
            number, gathered = number + 1, []
    if gathered:
        yield gathered


def every(items: Iterable[Item]) -> Iterator[Item]:
    """Every item as it is written, loops and what is inside them."""
    for item in items:
        yield item
        if isinstance(item, Loop):
            yield from every(item.body)


def count(items: Iterable[Item]) -> int:
    """How many cycles there will be, where no loop ends early."""
    items = tuple(items)
    return _passes(items) + sum(begins for _, begins in _begins(items))


def counted(items: Iterable[Item]) -> str:
    """How cycles outside of loops are counted, in words; "" where no such cycle begins but the first."""
    first = next((item for item, begins in _begins(items) if begins), None)
    return "" if first is None else COUNTED[_way(first)]


def _passes(items: Iterable[Item]) -> int:
    """Cycles, where those outside of loops are not counted from their half cycles."""
    total, open_cycle = 0, False
    for item in items:
        if isinstance(item, Loop):
            total += open_cycle + int(item.count) * _passes(item.body)
            open_cycle = False
        else:
            open_cycle = True
    return total + open_cycle


def _way(item: Item) -> Literal[-1, 0, 1]:
    """The direction of a step that was written as a discharge or a charge; 0 for all others."""
    if not isinstance(item, Step):
        return 0
    return 1 if item.kind == "discharge" else -1 if item.kind == "charge" else 0


def _begins(items: Iterable[Item]) -> Iterator[tuple[Item, bool]]:
    """Every item, and whether a cycle begins there by the half cycles since the start or the last loop."""
    since = CycleCount()
    for item in items:
        yield item, not isinstance(item, Loop) and since.begins(_way(item))
        if isinstance(item, Loop):
            since = CycleCount()


def _parted(items: Iterable[Item], progress: Progress) -> Iterator[tuple[Action, str, LoopKind] | None]:
    """`_unrolled`, with boundaries between cycles outside of loops too."""
    for item, begins in _begins(items):
        if begins:
            yield None
        yield from _unrolled((item,), progress, "", "loop", ())


class _Bound(NamedTuple):
    """A voltage that ends the loop around a step, and the kind of steps that move towards it."""

    limit: Limit
    kinds: tuple[str, ...]


def _unrolled(
    items: Iterable[Item], progress: Progress, label: str, kind: LoopKind, bounds: tuple[_Bound, ...]
) -> Iterator[tuple[Action, str, LoopKind] | None]:
    """Actions of nested loops one after the other, None at each boundary between cycles."""
    for item in items:
        if not isinstance(item, Loop):
            if isinstance(item, Step):
                for bound in bounds:
                    if item.kind in bound.kinds:
                        item = item.ending_also_at(bound.limit)
            yield item, label, kind
            continue
        until = item.until
        inner = bounds
        if until is not None and until.kind == "voltage":
            inner = (*bounds, _Bound(until, _towards(until, item.body, progress.voltage)))
        first = 0.0
        for _ in range(int(item.count)):
            before = progress.met[until] if until else 0
            yield None
            yield from _unrolled(item.body, progress, item.label or label, item.kind, inner)
            yield None
            first = first or progress.discharged
            if until is not None and (
                progress.met[until] > before
                or (until.kind == "retention" and progress.discharged < 0.01 * until.value * first)
            ):
                break


def _towards(limit: Limit, body: Iterable[Item], voltage: float | None) -> tuple[str, ...]:
    """Kinds of steps that a loop's voltage ends: of a loop that discharges and charges those that lead there."""
    moving = (item.kind for item in every(body) if not isinstance(item, Loop))
    kinds = tuple(dict.fromkeys(kind for kind in moving if kind in ("discharge", "charge")))
    if voltage is None or len(kinds) < 2:  # nobody runs it, or it moves one way only
        return kinds
    return ("discharge",) if voltage >= limit.value else ("charge",)
