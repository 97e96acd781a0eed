"""The text form of a protocol, read by a grammar; every failure becomes a sentence with a place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from heterofilm.errors import HeterofilmError, InputError, did_you_mean

from .build import RAMP, pulses, ramp
from .load import Load, Ramp
from .loops import DEEPEST, MOST_PASSES, Item, Loop
from .quantities import Limit, Setpoint, quantity
from .steps import Impedance, Step, Temperature
from .words import EXPECTED, GRAMMAR, SPELLED

if TYPE_CHECKING:
    from lark import Lark

_T = TypeVar("_T")
MOST_TEXT = 200_000  # characters of a protocol
MOST_DIGITS = 15  # of the number of a loop's passes
WIDTH = 100  # characters shown around a slip

# PyBaMM lets a step end in "(10 minute period)"; rows follow the voltage here, which `without_effect` says.
_PERIOD = re.compile(r"\([^()\n]{0,60}\bperiod\)", re.IGNORECASE)
_NESTING = re.compile(r'#[^\n]*|"[^"\n]*"|[()]')


@lru_cache(maxsize=1)
def _parser() -> Lark:
    from lark import Lark

    return Lark(GRAMMAR, parser="lalr", lexer="contextual", maybe_placeholders=False)


def accepted(text: str) -> list[str]:
    """The terminals of the grammar that may follow `text`; none where the text is wrong, or too long."""
    from lark.exceptions import LarkError

    if len(text) > MOST_TEXT:
        return []
    try:
        state = _parser().parse_interactive(text)
        state.exhaust_lexer()
        return sorted(state.accepts())
    except LarkError:
        return []


def parse(text: str, folder: Path | None = None) -> tuple[Item, ...]:
    """The items written in ``text``; loads are looked for in ``folder`` (the current one by default).

    Errors: `HeterofilmError` with line and column, what was expected, and a caret under the place.
    """
    if len(text) > MOST_TEXT:
        raise InputError(
            f"The protocol has {len(text)} characters, but at most {MOST_TEXT} are read: write what returns as a loop."
        )
    reader = _Reader(_PERIOD.sub(lambda period: " " * len(period[0]), text), folder or Path())
    reader.check_depth()
    return reader.items()


def without_effect(text: str) -> tuple[str, ...]:
    """What `parse` reads in a text and nothing follows, in sentences."""
    found = list(dict.fromkeys(" ".join(one.split()) for one in _PERIOD.findall(re.sub(r"#[^\n]*", "", text))))
    if not found:
        return ()
    named = ", ".join(found[:3]) + (" ..." if len(found) > 3 else "")
    verb = "has" if len(found) == 1 else "have"
    why = "rows are recorded where the voltage has changed (dV of simulate), not after a period"
    return (f"{named} {verb} no effect: {why}.",)


@dataclass
class _Reader:
    """Turns text into steps and loops, and every failure into a sentence with a place."""

    text: str
    folder: Path

    def items(self) -> tuple[Item, ...]:
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
    def body(self, tree: Any) -> tuple[Item, ...]:
        found: list[Item] = []
        for item in tree.children:
            made = getattr(self, item.data)(item.children)
            found += made if isinstance(made, tuple) else (made,)
        return tuple(found)

    def loop(self, parts: Any) -> Loop:
        *head, inner = parts
        label = head.pop(0)[:-1].strip() if head[0].type == "LABEL" else ""
        until = self.placed(head[2], Limit.parse, str(head[2])) if len(head) > 1 else None
        digits = "".join(re.findall(r"[-\d]", head[0]))
        if len(digits) > MOST_DIGITS:
            raise self.error(
                head[0].start_pos or 0, f"a loop is not repeated {digits[:10]}... times: write fewer digits."
            )
        return self.placed(head[0], Loop, int(digits) if digits else MOST_PASSES, self.body(inner), label, until)

    def step(self, parts: Any) -> Step:
        kind, *rest = parts
        setpoint: Setpoint | None = None
        if rest and isinstance(rest[0], str):
            setpoint = self.placed(rest[0], Setpoint.parse, str(rest.pop(0)))
        name = kind.lower()
        if name in ("discharge", "charge") and setpoint is not None and setpoint.unit == "V":
            name = "hold"  # as PyBaMM has it: "Charge at 4 V until 5 mA"
        return self.placed(kind, Step, name, setpoint, self.limits(rest))

    def limits(self, trees: Any) -> tuple[Limit, ...]:
        found = []
        for tree in trees:
            word, *slope, value = tree.children
            limit = self.placed(value, Limit.parse, str(value), word.lower())
            if bool(slope) != (limit.kind == "slope"):
                raise self.error(
                    value.start_pos or 0, f"'{value}' is a {limit.kind}: a slope is written 'until |dV/dt| < 0.1 mV/h'."
                )
            found.append(limit)
        return tuple(found)

    def sweep(self, parts: Any) -> Step:
        word, to, rate, *rest = parts
        return self.placed(word, Step, "sweep", self.voltage(to), self.limits(rest), self.rate(rate))

    def cv(self, parts: Any) -> Loop:
        word, one, other, rate, *count = parts
        sweeps = tuple(self.placed(word, Step, "sweep", self.voltage(to), (), self.rate(rate)) for to in (one, other))
        cycles = 1
        if count:
            match = re.fullmatch(rf"(\d{{1,{MOST_DIGITS}}})\s*cycles?", str(count[1]).strip(), re.IGNORECASE)
            if not match:
                raise self.error(
                    count[1].start_pos or 0,
                    f"'{count[1]:.40}' is not a number of cycles: expected for example '3 cycles'.",
                )
            cycles = int(match[1])
        return self.placed(word, Loop, cycles, sweeps, "", None, "voltammogram")

    def gitt(self, parts: Any) -> Loop:
        word, kind, current, *rest = parts
        middle = next(k for k, part in enumerate(rest) if getattr(part, "type", "") == "KIND")
        still, pulse, pause = rest[middle], rest[:middle], rest[middle + 1 :]
        if getattr(pause[-1], "type", "") == "VALUE":  # after a comma
            *pause, _, end = pause
        else:
            end = pause.pop().children[-1]
        until = self.placed(end, Limit.parse, str(end))
        if kind.lower() not in ("discharge", "charge") or still.lower() != "rest" or until.kind != "voltage":
            raise self.error(
                word.start_pos or 0,
                "a titration is written 'GITT discharge at 5 uA/cm2 for 10 min, rest for 1 h, until 2.15 V'.",
            )
        first = self.step([kind, current, *pulse])
        second = self.step([still, *pause])
        return self.placed(word, Loop, MOST_PASSES, (first, second), "", until, "titration")

    def pulse(self, parts: Any) -> Loop:
        word, *rest = parts
        kind = rest.pop(0) if rest[0].type == "KIND" else "Discharge"
        current, _, lasting, every, *more = rest
        count = MOST_PASSES
        if more and more[0].type == "FOR":
            match = re.fullmatch(rf"(\d{{1,{MOST_DIGITS}}})\s*pulses?", str(more[1]).strip(), re.IGNORECASE)
            if not match:
                raise self.error(
                    more[1].start_pos or 0, f"'{more[1]:.40}' is no number of pulses, such as '100 pulses'."
                )
            count, more = int(match[1]), more[2:]
        limit = (self.placed(lasting, Limit.parse, str(lasting), "for"),)
        step = self.placed(word, Step, str(kind).lower(), self.placed(current, Setpoint.parse, str(current)), limit)
        return self.placed(word, pulses, step, str(every), count, str(more[1]) if more else None)

    def ramp(self, parts: Any) -> Ramp:
        word, *rest = parts
        kind = str(rest.pop(0)).lower() if rest[0].type == "KIND" else "discharge"
        start, end, *trees = rest
        limits = self.limits(trees)
        lasting = [str(limit) for limit in limits if limit.kind == "time"]
        if len(lasting) != 1:
            raise self.error(word.start_pos or 0, f"a ramp has one time, which it takes: {RAMP}.")
        until = [str(limit) for limit in limits if limit.kind != "time"]
        return self.placed(word, ramp, str(start), str(end), lasting[0], until, kind)

    def eis(self, parts: Any) -> Impedance:
        word, *values = parts
        points = 10
        if len(values) % 2:
            match = re.fullmatch(
                r"(\d{1,15})\s*points?\s*(?:per\s+|/\s*)decade", str(values[-1]).strip(), re.IGNORECASE
            )
            if not match:
                raise self.error(
                    values[-1].start_pos or 0,
                    f"'{values[-1]:.40}' was expected to be for example '10 points per decade'.",
                )
            points = int(match[1])
        ends = (
            [self.placed(v, quantity, str(v), "Hz", "frequency", "10 mHz") for v in values[:2]]
            if len(values) > 1
            else [1e6, 1e-2]
        )
        return self.placed(word, Impedance, max(ends), min(ends), points)

    def load(self, parts: Any) -> Load:
        place = next(k for k, part in enumerate(parts) if getattr(part, "type", "") == "PATH")
        path, named = parts[place], str(parts[1]).lower() if place == 2 else ""
        return self.placed(path, Load.read, self.folder / str(path)[1:-1], named, self.limits(parts[place + 1 :]))

    def temperature(self, parts: Any) -> Temperature:
        _, value = parts
        text = re.sub(r"o(?=C\b)", "deg", str(value))  # PyBaMM writes 25oC
        return self.placed(value, lambda: Temperature(quantity(text, "K", "temperature", "45 degC")))

    def soak(self, parts: Any) -> tuple[Temperature, Step]:
        word, value, *limits = parts
        return self.temperature((word, value)), self.placed(word, Step, "rest", None, self.limits(limits))

    def voltage(self, token: Any) -> Setpoint:
        return Setpoint(self.placed(token, quantity, str(token), "V", "voltage", "2.15 V"), "V")

    def rate(self, token: Any) -> float:
        return self.placed(token, quantity, str(token), "V/s", "scan rate", "0.5 mV/s")

    def placed(self, token: Any, build: Callable[..., _T], *arguments: Any) -> _T:
        """Build something, adding the place of its ``token`` to the error when that fails."""
        try:
            return build(*arguments)
        except HeterofilmError as error:
            raise self.error(token.start_pos or 0, str(error)) from None

    def unexpected(self, position: int, terminals: Iterable[str]) -> InputError:
        """The error for the word at ``position``, where one of ``terminals`` belonged."""
        start = max(0, position - WIDTH)
        before = re.search(r"([^\W\d]+)[ \t]*$", self.text[start:position])
        if before and before[1].lower() not in SPELLED and did_you_mean(before[1], SPELLED):
            # "5 uA untill 2 V" stumbles over the 2, because "untill" could be a unit: blame the word.
            position = start + before.start(1)
        found = re.match(r"[^\W\d]+|[^\s;()#]+|.|$", self.text[position : position + WIDTH])
        word, known = found[0] if found else "", set(terminals)
        if known & {"KIND", "_AT"}:  # where a step begins or names its current, its end is no useful advice
            known.discard("_SEPARATOR")
        expected = " or ".join(phrase for name, phrase in EXPECTED.items() if name in known) or "a step"
        hint = "" if word.lower() in SPELLED else did_you_mean(word, SPELLED)
        found_text = f"'{word}'.{hint}" if word else "the end."
        return self.error(position, f"expected {expected}, but found {found_text}")

    def check_depth(self) -> None:
        """Errors: `HeterofilmError` for loops within loops beyond all reason, before the grammar meets them."""
        depth = 0
        for mark in _NESTING.finditer(self.text):
            depth += {"(": 1, ")": -1}.get(mark[0], 0)
            if depth > DEEPEST:
                raise self.error(mark.start(), f"brackets lie within brackets more than {DEEPEST} deep.")

    def error(self, position: int, message: str) -> InputError:
        start = self.text.rfind("\n", 0, position) + 1
        line = self.text[start : position + WIDTH].partition("\n")[0]
        column = position - start
        if column > WIDTH:  # the end of a line that nobody could read
            line, column = f"... {line[column - WIDTH :]}", WIDTH + 4
        where = f"Protocol line {self.text.count(chr(10), 0, position) + 1}, column {position - start + 1}"
        return InputError(f"{where}: {message}\n  {line}\n  {' ' * column}^")
