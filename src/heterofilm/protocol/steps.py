"""What a protocol is made of: steps, loads, impedance spectra, temperatures, and loops around them."""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Literal, NamedTuple

from heterofilm.errors import HeterofilmError
from heterofilm.units import parse_unit, to_si

from .quantities import SETPOINT_UNITS, Limit, Setpoint, written

Kind = Literal["discharge", "charge", "rest", "hold", "sweep"]
MAX_LOAD_BYTES = 50_000_000
_EXAMPLES = {"hold": "Hold at 3.8 V until 0.5 uA/cm2", "sweep": "Sweep to 2.15 V at 0.5 mV/s"}
_LIMITS: dict[str, tuple[str, ...]] = {
    "rest": ("voltage", "time", "slope"),
    "hold": ("time", "capacity", "current"),
    "sweep": ("time", "current", "capacity"),
}


@dataclass(frozen=True)
class Step:
    """One step: its kind, its set point (None for a rest) and its limits, of which the first to be met ends it.

    A sweep goes to its set point (a voltage) at ``rate`` (V/s) and ends there. ``text`` is the step in words,
    always made from the others.
    """

    kind: Kind
    setpoint: Setpoint | None
    limits: tuple[Limit, ...] = ()
    rate: float | None = None
    text: str = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "limits", tuple(self.limits))
        kind, at = self.kind, self.setpoint
        example = _EXAMPLES.get(kind, f"{kind.capitalize()} at 5 uA/cm2 until 3 V")
        if kind == "rest" and at is not None:
            raise HeterofilmError(f"A rest has no current, but this one is given {at}: drop the 'at ...'.")
        if kind != "rest" and at is None:
            what = "voltage" if kind in _EXAMPLES else "current"
            raise HeterofilmError(f"The {kind} step has no {what}: write for example '{example}'.")
        if at is not None and (at.unit == "V") != (kind in _EXAMPLES):
            raise HeterofilmError(f"A {kind} step cannot be done at {at}: write for example '{example}'.")
        if kind == "charge" and at is not None and at.quantity == "resistance":
            raise HeterofilmError("A resistance cannot charge a cell: write 'Discharge at ...'.")
        if (kind == "sweep") != (self.rate is not None):
            raise HeterofilmError(f"A sweep has a rate and nothing else has: write for example '{_EXAMPLES['sweep']}'.")
        if self.rate is not None and not (math.isfinite(self.rate) and self.rate > 0):
            raise HeterofilmError(f"The rate of a sweep is {self.rate:g} V/s, but must be above zero.")
        if not self.limits and kind != "sweep":
            end = {"rest": "for 30 min", "hold": "until 0.5 uA/cm2"}.get(kind, "until 3.0 V")
            raise HeterofilmError(f"The {kind} step has no limit and would never end: add for example '{end}'.")
        units = [limit.unit for limit in self.limits]
        for limit in self.limits:
            if units.count(limit.unit) > 1:
                raise HeterofilmError(f"The {kind} step has two {limit.kind} limits in {limit.unit}: keep one.")
            fits = _LIMITS.get(kind, ("voltage", "time", "capacity", "slope", "current"))
            if at is not None and at.quantity == "current" and limit.kind == "current":
                fits = ()
            if limit.kind not in fits:
                raise HeterofilmError(
                    f"A {kind} step{f' at {at}' if at else ''} cannot end at a {limit.kind} ({limit})."
                )
        if kind == "sweep":
            name = f"Sweep to {at} at {written(self.rate or 0.0, 'V/s', 'mV/s', 'V/s')}"
        else:
            name = f"{kind.capitalize()}{f' at {at}' if at else ''}"
        object.__setattr__(self, "text", f"{name} {' or '.join(limit.words for limit in self.limits)}".rstrip())

    def ending_also_at(self, limit: Limit) -> Step:
        """The step with one more limit, where it carries a set current or power and lacks one in this unit."""
        if self.kind not in ("discharge", "charge") or limit.unit in [own.unit for own in self.limits]:
            return self
        return replace(self, limits=(*self.limits, limit))

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Load:
    """A load over time from a csv file: current or power, positive on discharge, or voltage.

    ``times`` (s, rising from 0) and ``values`` (in ``unit``: A/m2, A, W/m2, W or V), linear in between.
    """

    source: str
    unit: str
    times: tuple[float, ...]
    values: tuple[float, ...]
    kind: str = field(default="load", init=False, compare=False)

    @classmethod
    def read(cls, path: str | Path) -> Load:
        """Read two columns with units in their headings, such as ``time / s, current / uA cm-2``."""
        path = Path(path)
        what = f"The load '{path.name}'"
        try:
            if path.stat().st_size > MAX_LOAD_BYTES:
                raise HeterofilmError(f"{what} is larger than {MAX_LOAD_BYTES // 1_000_000} MB; thin it out.")
            rows = [row for row in csv.reader(io.StringIO(path.read_text("utf-8-sig"))) if any(c.strip() for c in row)]
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else error
            raise HeterofilmError(f"Cannot read the load '{path}': {reason}.") from None
        if len(rows) < 3 or len(rows[0]) < 2:
            raise HeterofilmError(
                f"{what} needs a heading and two rows of at least two columns, time and what is imposed."
            )
        (_, time_unit), (_, unit) = (_heading(cell, what) for cell in rows[0][:2])
        if parse_unit(time_unit).dimension != parse_unit("s").dimension:
            raise HeterofilmError(
                f"{what} has '{rows[0][0]}' as its first column, but a time such as 'time / s' belongs there."
            )
        for si in ("A/m2", "A", "W/m2", "W", "V"):
            if parse_unit(si).dimension == parse_unit(unit).dimension:
                break
        else:
            raise HeterofilmError(
                f"{what} has '{rows[0][1]}' as its second column: a current, power or voltage belongs there."
            )
        try:
            times = [to_si(float(row[0]), time_unit) for row in rows[1:]]
            values = [to_si(float(row[1]), unit) for row in rows[1:]]
        except (ValueError, IndexError):
            raise HeterofilmError(f"{what} has a row that is not two numbers.") from None
        if not all(map(math.isfinite, times + values)) or any(b <= a for a, b in pairwise(times)):
            raise HeterofilmError(f"{what} must hold finite numbers and times that rise from row to row.")
        return cls(str(path), si, tuple(t - times[0] for t in times), tuple(values))

    def __post_init__(self) -> None:
        if self.unit not in SETPOINT_UNITS or len(self.times) != len(self.values) or len(self.times) < 2:
            raise HeterofilmError("A load needs a unit of current, power or voltage and as many values as times.")

    def __str__(self) -> str:
        return f'Follow "{self.source}"'


def _heading(cell: str, what: str) -> tuple[str, str]:
    """Name and unit of a column heading: ``current / uA cm-2``, ``current (mA)``, ``current_uA_cm2``."""
    match = re.fullmatch(r"\s*([A-Za-z ]+?)\s*(?:/|\[|\(|_)\s*(.+?)\s*[\])]?\s*", cell)
    if not match:
        raise HeterofilmError(
            f"{what} has the heading '{cell.strip()[:40]}', but a name with a unit, such as 'time / s', was expected."
        )
    return match[1], match[2].replace("_", "/")


@dataclass(frozen=True)
class Impedance:
    """An impedance spectrum about the present state, from ``high`` to ``low`` (Hz)."""

    high: float = 1e6
    low: float = 1e-2
    points: int = 10  # per decade
    kind: str = field(default="impedance", init=False, compare=False)

    def __post_init__(self) -> None:
        if not (math.isfinite(self.high) and self.high > self.low > 0):
            raise HeterofilmError(
                f"An impedance spectrum goes down in frequency, but here from {self.high:g} to {self.low:g} Hz."
            )
        if not (1 <= self.points <= 1000 and self.points == int(self.points)):
            raise HeterofilmError(f"A spectrum has 1 to 1000 points per decade, not {self.points}.")

    def __str__(self) -> str:
        high, low = (written(f, "Hz", "Hz", "kHz", "MHz", "mHz") for f in (self.high, self.low))
        return f"EIS from {high} to {low} with {self.points} points per decade"


@dataclass(frozen=True)
class Temperature:
    """The temperature (K) from here on."""

    value: float
    kind: str = field(default="temperature", init=False, compare=False)

    def __post_init__(self) -> None:
        if not 150.0 <= self.value <= 600.0:
            raise HeterofilmError(f"A cell is held between 150 and 600 K, not at {self.value:g} K: degC for K?")

    def __str__(self) -> str:
        return f"Set temperature to {written(self.value, 'K', 'degC', 'K')}"


@dataclass(frozen=True)
class Cycle:
    """A loop: the ``body`` done at most ``count`` times, with a ``label`` for its rows in the results.

    ``until`` ends it early: a voltage, after the pass in which a step met it; a retention (%), when the last
    discharge falls below that share of the loop's first.
    """

    count: int
    body: tuple[Item, ...]
    label: str = ""
    until: Limit | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "body", tuple(self.body))
        if self.count != int(self.count) or self.count < 1:
            raise HeterofilmError(f"A loop is repeated {self.count} times, but the number must be 1 or more.")
        if not self.body:
            raise HeterofilmError("A loop has no step in it: write for example '3 x (Rest for 1 h)'.")
        if self.until is not None and self.until.kind not in ("voltage", "retention"):
            raise HeterofilmError(
                f"A loop ends at a voltage or a retention such as '80 %', not at a {self.until.kind}."
            )
        if not re.fullmatch(r"(?:[^\W\d][\w\-]*)?", self.label):
            raise HeterofilmError(
                f"The label '{self.label}' of a loop must be one word of letters, digits, '_' and '-'."
            )

    def __str__(self) -> str:
        label = f"{self.label}: " if self.label else ""
        until = f" {self.until.words}" if self.until else ""
        return f"{label}{self.count} x{until} ({'; '.join(map(str, self.body))})"


Action = Step | Load | Impedance | Temperature
Item = Action | Cycle


class Turn(NamedTuple):
    """One action when its turn comes."""

    cycle: int
    step: Action
    label: str


@dataclass
class Progress:
    """What the runner tells a protocol, so that loops can end early."""

    met: Counter[Limit] = field(default_factory=Counter)  # how often each limit ended a step
    discharged: float = 0.0  # charge of the last discharge


def cycles(items: Iterable[Item], progress: Progress) -> Iterator[list[Turn]]:
    """The actions of one cycle after the other, loops unrolled.

    Cycles count from 1; a new one begins with every pass through a loop and the first action after it. The
    next cycle is decided on when it is asked for, from what ``progress`` then says.
    """
    number, gathered = 1, list[Turn]()
    for turn in _unrolled(items, progress, "", ()):
        if turn is not None:
            gathered.append(Turn(number, *turn))
        elif gathered:  # of several boundaries in a row the first ends a cycle
            yield gathered
            number, gathered = number + 1, []
    if gathered:
        yield gathered


def count(items: Iterable[Item]) -> int:
    """How many cycles there will be, where no loop ends early."""
    total, open_cycle = 0, False
    for item in items:
        if isinstance(item, Cycle):
            total += open_cycle + item.count * count(item.body)
            open_cycle = False
        else:
            open_cycle = True
    return total + open_cycle


def _unrolled(
    items: Iterable[Item], progress: Progress, label: str, limits: tuple[Limit, ...]
) -> Iterator[tuple[Action, str] | None]:
    """Actions of nested loops one after the other, None at each boundary between cycles."""
    for item in items:
        if not isinstance(item, Cycle):
            if isinstance(item, Step):
                for limit in limits:
                    item = item.ending_also_at(limit)
            yield item, label
            continue
        until = item.until
        inner = (*limits, until) if until is not None and until.kind == "voltage" else limits
        first = 0.0
        for _ in range(item.count):
            before = progress.met[until] if until else 0
            yield None
            yield from _unrolled(item.body, progress, item.label or label, inner)
            yield None
            first = first or progress.discharged
            if until is not None and (
                progress.met[until] > before
                or (until.kind == "retention" and progress.discharged < 0.01 * until.value * first)
            ):
                break


__all__ = [
    "Action", "Cycle", "Impedance", "Item", "Load", "Progress", "Step", "Temperature", "Turn", "count", "cycles",
]  # fmt: skip
