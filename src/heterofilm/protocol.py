"""What is done to a cell: a protocol of discharge, charge and rest steps, written as a researcher writes it.

    # three slow cycles
    Rest for 30 min
    3 x (
        Discharge at 5 uA/cm2 until 2.15 V or until 20 uAh/cm2
        Charge at C/10 until 3.8 V
    )

One step per line or between ``;``; ``#`` starts a comment; upper and lower case are the same. A step ends
at whichever of its limits comes first. Currents are per area (``uA/cm2``), absolute (``uA``) or a C-rate:
``C/10`` is the current that would move the cell's theoretical charge in 10 h. Limits are a voltage (``until
2.15 V``), a time (``for 2 h``) or a charge moved within the step (``until 20 uAh/cm2``, ``uAh/cm2/um``,
``mAh/g``, ``uAh``).

The same objects can be built in Python; every quantity is stored in SI:

>>> body = discharge(5, "uA/cm2", until="2.15 V"), charge("C/10", until="3.8 V")
>>> p = Protocol([rest("30 min"), repeat(3, *body)])
>>> Protocol.parse(str(p)) == p
True
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from heterofilm.errors import HeterofilmError, did_you_mean
from heterofilm.units import from_si, parse_quantity, parse_unit, to_si

if TYPE_CHECKING:
    from lark import Lark

__all__ = ["Current", "Cycle", "Limit", "Protocol", "Step", "charge", "discharge", "repeat", "rest"]

_T = TypeVar("_T")
Kind = Literal["discharge", "charge", "rest"]
CurrentUnit = Literal["A/m2", "A", "C-rate"]
LimitUnit = Literal["V", "s", "C/m2", "C/m3", "C/kg", "C"]

# SI unit: the units it may be written in, the field's own first.
_CURRENT_UNITS: dict[CurrentUnit, tuple[str, ...]] = {"A/m2": ("uA/cm2", "A/m2"), "A": ("uA", "mA", "A")}
_LIMIT_UNITS: dict[LimitUnit, tuple[str, ...]] = {
    "V": ("V",), "s": ("h", "min", "s"), "C/m2": ("uAh/cm2", "C/m2"), "C/m3": ("uAh/cm2/um", "C/m3"),
    "C/kg": ("mAh/g", "C/kg"), "C": ("uAh", "C"),
}  # fmt: skip


@dataclass(frozen=True)
class Current:
    """A current, positive in the direction of its step: `value` in A/m2, in A, or as a C-rate (1/h)."""

    value: float
    unit: CurrentUnit

    def __post_init__(self) -> None:
        if self.unit not in ("A/m2", "A", "C-rate"):
            raise HeterofilmError(f"A Current holds 'A/m2', 'A' or 'C-rate', not '{self.unit}': see discharge().")
        if not (math.isfinite(self.value) and self.value > 0):
            raise HeterofilmError(f"The current is {self}, but must be above zero: the step gives the direction.")

    def __str__(self) -> str:
        if self.unit != "C-rate":
            return _written(self.value, self.unit, _CURRENT_UNITS[self.unit])
        hours = round(1 / self.value) if math.isfinite(self.value) and self.value > 1e-6 else 0
        return f"C/{hours}" if hours > 1 and 1 / hours == self.value else f"{_number(self.value)}C"


@dataclass(frozen=True)
class Limit:
    """What ends a step: a voltage (V), a time (s) or the charge moved in the step (C/m2, C/m3, C/kg or C)."""

    kind: Literal["voltage", "time", "capacity"]
    value: float
    unit: LimitUnit

    def __post_init__(self) -> None:
        if self.unit not in _LIMIT_UNITS:
            raise HeterofilmError(f"A Limit holds one of {', '.join(_LIMIT_UNITS)}, not '{self.unit}'.")
        if not math.isfinite(self.value) or (self.kind != "voltage" and self.value <= 0):
            raise HeterofilmError(f"The {self.kind} limit is {self}, but must be above zero.")

    def __str__(self) -> str:
        return _written(self.value, self.unit, _LIMIT_UNITS[self.unit])


@dataclass(frozen=True)
class Step:
    """One step: its kind, its current (None for a rest) and its limits, of which the first to be met ends it.

    `text` is the step in words, always made from the other three.
    """

    kind: Kind
    current: Current | None
    limits: tuple[Limit, ...]
    text: str = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "limits", tuple(self.limits))
        name = self.kind.capitalize()
        if self.kind == "rest" and self.current is not None:
            raise HeterofilmError(f"A rest has no current, but this one is given {self.current}: drop the 'at ...'.")
        if self.kind != "rest" and self.current is None:
            raise HeterofilmError(f"The {self.kind} step has no current: write for example '{name} at 5 uA/cm2 ...'.")
        if not self.limits:
            end = "for 30 min" if self.kind == "rest" else "until 3.0 V"
            raise HeterofilmError(f"The {self.kind} step has no limit and would never end: add for example '{end}'.")
        units = [limit.unit for limit in self.limits]
        for limit in self.limits:
            if units.count(limit.unit) > 1:
                raise HeterofilmError(f"The {self.kind} step has two {limit.kind} limits in {limit.unit}: keep one.")
        at = f" at {self.current}" if self.current else ""
        ends = (f"{'for' if limit.kind == 'time' else 'until'} {limit}" for limit in self.limits)
        object.__setattr__(self, "text", f"{name}{at} {' or '.join(ends)}")

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Cycle:
    """A loop: the `body` (steps and loops) done `count` times."""

    count: int
    body: "tuple[Step | Cycle, ...]"

    def __post_init__(self) -> None:
        object.__setattr__(self, "body", tuple(self.body))
        if self.count != int(self.count) or self.count < 1:
            raise HeterofilmError(f"A loop is repeated {self.count} times, but the number must be 1 or more.")
        if not self.body:
            raise HeterofilmError("A loop has no step in it: write for example '3 x (Rest for 1 h)'.")

    def __str__(self) -> str:
        return f"{self.count} x ({'; '.join(map(str, self.body))})"


@dataclass(frozen=True)
class Protocol:
    """The whole treatment of a cell: steps and loops in order. ``str(protocol)`` is its text form."""

    items: tuple[Step | Cycle, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "items", tuple(self.items))
        for item in self.items:
            if not isinstance(item, Step | Cycle):
                raise HeterofilmError(f"A protocol is made of steps and loops, not {item!r}; see Protocol.parse.")
        if not self.items:
            raise HeterofilmError("The protocol is empty: write for example 'Discharge at 5 uA/cm2 until 2.15 V'.")

    @classmethod
    def parse(cls, text: str) -> "Protocol":
        """Read the text form (see the top of this module).

        Errors: `HeterofilmError` with line and column, what was expected, and a caret under the place.
        """
        return cls(_Reader(text).items())

    def steps(self) -> Iterator[tuple[int, Step]]:
        """Every step in the order it is run, loops unrolled, with its cycle number.

        Cycles count from 1; a new one begins with every pass through a loop and the first step after it.
        """
        cycle, begins = 0, True
        for step in _unrolled(self.items):
            if step is None:
                begins = True  # several boundaries in a row begin one cycle, with the next step
                continue
            cycle += begins
            begins = False
            yield cycle, step

    def __str__(self) -> str:
        return "\n".join(map(str, self.items))


def _unrolled(items: Iterable[Step | Cycle]) -> Iterator[Step | None]:
    """The steps of nested loops one after the other, None at each boundary between cycles."""
    for item in items:
        if isinstance(item, Step):
            yield item
        else:
            for _ in range(item.count):
                yield None
                yield from _unrolled(item.body)
            yield None


Limits = str | Iterable[str]
"""One limit such as ``"2.15 V"``, or several."""


def discharge(current: float | str, unit: str | None = None, *, until: Limits) -> Step:
    """A discharge step, e.g. ``discharge(5, "uA/cm2", until=["2.15 V", "2 h"])``; C-rates as ``"C/10"``."""
    return Step("discharge", _current(_joined(current, unit)), _limits(until))


def charge(current: float | str, unit: str | None = None, *, until: Limits) -> Step:
    """A charge step; see `discharge`."""
    return Step("charge", _current(_joined(current, unit)), _limits(until))


def rest(duration: float | str | None = None, unit: str | None = None, *, until: Limits = ()) -> Step:
    """A rest at zero current: ``rest("30 min")``, ``rest(30, "min")`` or ``rest("1 h", until="3.3 V")``."""
    lasting = () if duration is None else (_limit(_joined(duration, unit), "for"),)
    return Step("rest", None, lasting + _limits(until))


def repeat(count: int, *body: Step | Cycle) -> Cycle:
    """A loop: ``repeat(3, discharge(...), charge(...))``."""
    return Cycle(count, body)


def _joined(value: float | str, unit: str | None) -> str:
    if isinstance(value, str):
        return value if unit is None else f"{value} {unit}"
    return f"{_number(value)} {unit or ''}"


def _limits(until: Limits) -> tuple[Limit, ...]:
    return tuple(_limit(text) for text in ([until] if isinstance(until, str) else until))


_C_RATE = re.compile(
    r"(?P<times>[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)?\s*C(?:\s*/\s*(?P<hours>\d+\.?\d*|\.\d+)\s*h?)?",
    re.IGNORECASE,
)


def _current(text: str) -> Current:
    """The current written in `text`: a C-rate, or a quantity per area or absolute."""
    if match := _C_RATE.fullmatch(text.strip()):
        hours = float(match["hours"] or 1)
        if hours == 0:
            raise HeterofilmError(f"The C-rate '{text}' divides by zero: write for example 'C/10'.")
        return Current(float(match["times"] or 1) / hours, "C-rate")
    value, unit = parse_quantity(text)
    for si in _CURRENT_UNITS:
        if parse_unit(si).dimension == parse_unit(unit).dimension:
            return Current(to_si(value, unit), si)
    raise HeterofilmError(f"'{text}' is not a current: expected for example '5 uA/cm2', '3 uA' or 'C/10'.")


def _limit(text: str, word: str = "until") -> Limit:
    """The limit written in `text`; after the word "for" it must be a time."""
    value, unit = parse_quantity(text)
    for si in _LIMIT_UNITS:
        if parse_unit(si).dimension == parse_unit(unit).dimension:
            kind: Literal["voltage", "time", "capacity"]
            kind = "voltage" if si == "V" else "time" if si == "s" else "capacity"
            if word == "for" and kind != "time":
                raise HeterofilmError(f"'for {text}' is a {kind}, not a time: write 'until {text}'.")
            return Limit(kind, to_si(value, unit), si)
    raise HeterofilmError(f"'{text}' is not a limit: expected for example '2.15 V', '20 uAh/cm2' or '2 h'.")


def _number(value: float) -> str:
    """The shortest text that reads back as the same float, without a trailing ``.0``."""
    return repr(float(value)).removesuffix(".0")


def _written(value: float, si: str, units: tuple[str, ...]) -> str:
    """An SI value in the unit that needs the fewest digits and reads back as exactly the same float."""
    texts = [(_number(from_si(value, unit)), unit) for unit in units]
    exact = [text for text in texts if to_si(float(text[0]), text[1]) == value]
    number, unit = min(exact, key=lambda text: len(text[0]), default=(_number(value), si))
    return f"{number} {unit}"


# A value is left to the functions above, which know units and say what is wrong with one. To the grammar it
# is a word, further words that start like a unit ("uAh cm-2 um-1"), and brackets only after a slash ("/(cm2
# um)"), because a lone bracket belongs to a loop.
_GRAMMAR = r"""
start: body
body: (item? _SEPARATOR)* item?
?item: step | loop
step: KIND [_AT VALUE] limit*
limit: _OR? (FOR | UNTIL) VALUE
loop: COUNT _OPEN body _CLOSE

KIND.2: /(discharge|charge|rest)\b/i
COUNT.2: /-?\d+\s*(?:x|×|times\b:?)/i | /repeat\s+-?\d+\s*(?:x|×|times\b)?\s*:?/i
_AT.2: /at\b/i
_OR.2: /or\b/i
FOR.2: /for\b/i
UNTIL.2: /until\b/i
_OPEN: /\(/
_CLOSE: /\)/
_SEPARATOR: /[;\n]/
VALUE: /C\s*\/\s*[\d.]+(?:[ \t]*h\b)?|KEEPWORD(?:[ \t]+KEEP(?=[^\W\d]|[%°*\/·])WORD)*/i
%ignore /[ \t\r]+|#[^\n]*/
"""
_GRAMMAR = _GRAMMAR.replace("KEEP", r"(?!(?:until|for|or|at|discharge|charge|rest)\b)")
_GRAMMAR = _GRAMMAR.replace("WORD", r"(?:\/\([^()\n;#]*\)|[^\s;()#])+")

# What the grammar may have been waiting for, in the words of the user.
_EXPECTED = {
    "KIND": "'Discharge', 'Charge' or 'Rest'", "COUNT": "a loop such as '3 x (...)'",
    "_AT": "'at' and a current", "FOR": "'for' and a time", "UNTIL": "'until' and a limit",
    "VALUE": "a number and a unit", "_OPEN": "'(' around the steps of the loop", "_CLOSE": "')'",
    "_SEPARATOR": "the end of the step",
}  # fmt: skip
_KEYWORDS = ("discharge", "charge", "rest", "at", "for", "until", "or", "repeat", "times")


@lru_cache(maxsize=1)
def _parser() -> "Lark":
    from lark import Lark

    return Lark(_GRAMMAR, parser="lalr", lexer="contextual", maybe_placeholders=False)


@dataclass
class _Reader:
    """Turns text into steps and loops, and every failure into a sentence with a place."""

    text: str

    def items(self) -> "tuple[Step | Cycle, ...]":
        from lark.exceptions import UnexpectedCharacters, UnexpectedToken

        try:
            tree = _parser().parse(self.text)
        except UnexpectedToken as error:
            at_end = error.token.type == "$END" or error.token.start_pos is None
            position = len(self.text.rstrip()) if at_end else error.token.start_pos
            raise self.unexpected(position or 0, error.accepts or error.expected) from None
        except UnexpectedCharacters as error:
            raise self.unexpected(error.pos_in_stream or 0, error.allowed) from None
        return self.body(tree.children[0])

    # The grammar knows the children of a parsed tree, the type checker does not: hence Any.
    def body(self, tree: Any) -> "tuple[Step | Cycle, ...]":
        return tuple(self.loop(item) if item.data == "loop" else self.step(item) for item in tree.children)

    def loop(self, tree: Any) -> Cycle:
        head, inner = tree.children
        count = int("".join(re.findall(r"[-\d]", head)))
        return self.placed(head, Cycle, count, self.body(inner))

    def step(self, tree: Any) -> Step:
        kind, *parts = tree.children
        current: Current | None = None
        limits: list[Limit] = []
        for part in parts:
            if isinstance(part, str):
                current = self.placed(part, _current, str(part))
            else:
                word, value = part.children
                limits.append(self.placed(value, _limit, str(value), word.lower()))
        return self.placed(kind, Step, kind.lower(), current, tuple(limits))

    def placed(self, token: Any, build: Callable[..., _T], *arguments: Any) -> _T:
        """Build something, adding the place of its `token` to the error when that fails."""
        try:
            return build(*arguments)
        except HeterofilmError as error:
            raise self.error(token.start_pos or 0, str(error)) from None

    def unexpected(self, position: int, terminals: Iterable[str]) -> HeterofilmError:
        """The error for the word at `position`, where one of `terminals` belonged."""
        before = re.search(r"([^\W\d]+)[ \t]*$", self.text[:position])
        if before and before[1].lower() not in _KEYWORDS and did_you_mean(before[1], _KEYWORDS):
            # "5 uA untill 2 V" stumbles over the 2, because "untill" could be a unit: blame the word.
            position = before.start(1)
        found = re.match(r"[^\W\d]+|[^\s;()#]+|.|$", self.text[position:])
        word, known = found[0] if found else "", set(terminals)
        if known & {"KIND", "_AT"}:  # where a step begins or names its current, its end is no useful advice
            known.discard("_SEPARATOR")
        expected = " or ".join(phrase for name, phrase in _EXPECTED.items() if name in known) or "a step"
        found_text = f"'{word}'.{did_you_mean(word, _KEYWORDS)}" if word else "the end."
        return self.error(position, f"expected {expected}, but found {found_text}")

    def error(self, position: int, message: str) -> HeterofilmError:
        start = self.text.rfind("\n", 0, position) + 1
        line = self.text[start:].partition("\n")[0]
        where = f"Protocol line {self.text.count(chr(10), 0, position) + 1}, column {position - start + 1}"
        return HeterofilmError(f"{where}: {message}\n  {line}\n  {' ' * (position - start)}^")
