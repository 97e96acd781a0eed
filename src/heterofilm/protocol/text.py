"""The text form of a protocol, read by a grammar; every failure becomes a sentence with a place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from heterofilm.errors import HeterofilmError, did_you_mean

from .quantities import Limit, Setpoint, quantity
from .steps import Cycle, Impedance, Item, Load, Step, Temperature

if TYPE_CHECKING:
    from lark import Lark

_T = TypeVar("_T")
GITT_PULSES = 10_000  # at most, in one titration

# A value is left to `quantities`, which knows units and says what is wrong with one. To the grammar it
# is a word, further words that start like a unit ("uAh cm-2 um-1"), and brackets only after a slash ("/(cm2
# um)"), because a lone bracket belongs to a loop.
_GRAMMAR = r"""
start: body
body: (item? _SEPARATOR)* item?
?item: step | sweep | cv | gitt | eis | load | temperature | loop
step: KIND [_AT VALUE] limit*
limit: _OR? (FOR | UNTIL) SLOPE? VALUE
sweep: SWEEP VALUE _AT VALUE limit*
cv: CV VALUE _AND VALUE _AT VALUE (FOR VALUE)?
gitt: GITT KIND _AT VALUE FOR VALUE _COMMA? KIND FOR VALUE _COMMA? UNTIL VALUE
eis: EIS (_FROM VALUE _TO VALUE)? (_WITH VALUE)?
load: FOLLOW PATH
temperature: TEMPERATURE VALUE
loop: LABEL? COUNT (UNTIL VALUE)? _OPEN body _CLOSE

KIND.2: /(discharge|charge|rest|hold)\b/i
SWEEP.2: /sweep\s+to\b/i
CV.2: /cv\s+(?:between\b|from\b)/i
GITT.2: /gitt\b:?/i
EIS.2: /(?:eis|impedance)\b/i
FOLLOW.2: /(?:follow|run)\b/i
TEMPERATURE.2: /set\s+temperature\s+to\b/i
LABEL.3: /[^\W\d][\w\-]*[ \t]*:(?!\s*\/)/
COUNT.2: /-?\d+\s*(?:x|×|times\b:?)/i | /repeat\s+-?\d+\s*(?:x|×|times\b)?\s*:?/i | /repeat(?=\s+until\b)/i
PATH.2: /"[^"\n]*"/
_AT.2: /at\b/i
_AND.2: /(?:and|to)\b/i
_FROM.2: /from\b/i
_TO.2: /to\b/i
_WITH.2: /with\b/i
_OR.2: /or\b/i
_COMMA.2: /,(?:\s*and\b)?|and\b|then\b/i
FOR.2: /for\b/i
UNTIL.2: /until\b/i
SLOPE.2: /\|?dV\/dt\|?\s*(?:<|below\b)/i
_OPEN: /\(/
_CLOSE: /\)/
_SEPARATOR: /[;\n]/
VALUE: /C\s*\/\s*[\d.]+(?:[ \t]*h\b)?|KEEPWORD(?:[ \t]+KEEP(?=[^\W\d]|[%°*\/·])WORD)*/i
%ignore /[ \t\r]+|#[^\n]*/
"""
_WORDS = "until|for|or|at|and|to|from|with|then|discharge|charge|rest|hold"
_GRAMMAR = _GRAMMAR.replace("KEEP", rf"(?!(?:{_WORDS})\b)").replace("WORD", r"(?:\/\([^()\n;#]*\)|,(?=\d)|[^\s;(),#])+")

# What the grammar may have been waiting for, in the words of the user.
_EXPECTED = {
    "KIND": "a step such as 'Discharge', 'Charge', 'Rest' or 'Hold'", "COUNT": "a loop such as '3 x (...)'",
    "_AT": "'at' and a current (or power, resistance, voltage)", "FOR": "'for' and a time",
    "UNTIL": "'until' and a limit", "VALUE": "a number and a unit", "_OPEN": "'(' around the steps of the loop",
    "_CLOSE": "')'",
    "PATH": "a file name in double quotes", "_AND": "'and' and a voltage", "_TO": "'to' and a frequency",
    "_SEPARATOR": "the end of the step",
}  # fmt: skip
_KEYWORDS = (
    "discharge", "charge", "rest", "hold", "sweep", "cv", "gitt", "eis", "follow", "set", "temperature", "at", "for",
    "until", "or", "to", "from", "between", "with", "repeat", "times",
)  # fmt: skip
# PyBaMM lets a step end in "(10 minute period)"; recording here follows the voltage, so it says nothing.
_PERIOD = re.compile(r"[ \t]*\([^()\n]*\bperiod\)", re.IGNORECASE)


@lru_cache(maxsize=1)
def _parser() -> Lark:
    from lark import Lark

    return Lark(_GRAMMAR, parser="lalr", lexer="contextual", maybe_placeholders=False)


def parse(text: str, folder: Path | None = None) -> tuple[Item, ...]:
    """The items written in ``text``; loads are looked for in ``folder`` (the current one by default).

    Errors: `HeterofilmError` with line and column, what was expected, and a caret under the place.
    """
    return _Reader(_PERIOD.sub(lambda period: " " * len(period[0]), text), folder or Path()).items()


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
        return tuple(getattr(self, item.data)(item.children) for item in tree.children)

    def loop(self, parts: Any) -> Cycle:
        *head, inner = parts
        label = head.pop(0)[:-1].strip() if head[0].type == "LABEL" else ""
        until = self.placed(head[2], Limit.parse, str(head[2])) if len(head) > 1 else None
        digits = "".join(re.findall(r"[-\d]", head[0]))
        return self.placed(head[0], Cycle, int(digits) if digits else GITT_PULSES, self.body(inner), label, until)

    def step(self, parts: Any) -> Step:
        kind, *rest = parts
        setpoint: Setpoint | None = None
        if rest and isinstance(rest[0], str):
            setpoint = self.placed(rest[0], Setpoint.parse, str(rest.pop(0)))
        return self.placed(kind, Step, kind.lower(), setpoint, self.limits(rest))

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

    def cv(self, parts: Any) -> Cycle:
        word, one, other, rate, *count = parts
        sweeps = tuple(self.placed(word, Step, "sweep", self.voltage(to), (), self.rate(rate)) for to in (one, other))
        cycles = 1
        if count:
            match = re.fullmatch(r"(\d+)\s*cycles?", str(count[1]).strip(), re.IGNORECASE)
            if not match:
                raise self.error(
                    count[1].start_pos or 0, f"'{count[1]}' is not a number of cycles: expected for example '3 cycles'."
                )
            cycles = int(match[1])
        return self.placed(word, Cycle, cycles, sweeps, "CV")

    def gitt(self, parts: Any) -> Cycle:
        word, kind, current, _, pulse, still, _, pause, _, end = parts
        until = self.placed(end, Limit.parse, str(end))
        if kind.lower() not in ("discharge", "charge") or still.lower() != "rest" or until.kind != "voltage":
            raise self.error(
                word.start_pos or 0,
                "a titration is written 'GITT discharge at 5 uA/cm2 for 10 min, rest for 1 h, until 2.15 V'.",
            )
        setpoint = self.placed(current, Setpoint.parse, str(current))
        first = self.placed(kind, Step, kind.lower(), setpoint, (self.placed(pulse, Limit.parse, str(pulse), "for"),))
        second = self.placed(still, Step, "rest", None, (self.placed(pause, Limit.parse, str(pause), "for"),))
        return Cycle(GITT_PULSES, (first, second), "GITT", until)

    def eis(self, parts: Any) -> Impedance:
        word, *values = parts
        points = 10
        if len(values) % 2:
            match = re.fullmatch(r"(\d+)\s*points?\s*(?:per\s+|/\s*)decade", str(values[-1]).strip(), re.IGNORECASE)
            if not match:
                raise self.error(
                    values[-1].start_pos or 0, f"'{values[-1]}' was expected to be for example '10 points per decade'."
                )
            points = int(match[1])
        ends = (
            [self.placed(v, quantity, str(v), "Hz", "frequency", "10 mHz") for v in values[:2]]
            if len(values) > 1
            else [1e6, 1e-2]
        )
        return self.placed(word, Impedance, max(ends), min(ends), points)

    def load(self, parts: Any) -> Load:
        _, path = parts
        return self.placed(path, Load.read, self.folder / str(path)[1:-1])

    def temperature(self, parts: Any) -> Temperature:
        _, value = parts
        text = re.sub(r"o(?=C\b)", "deg", str(value))  # PyBaMM writes 25oC
        return self.placed(value, lambda: Temperature(quantity(text, "K", "temperature", "45 degC")))

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

    def unexpected(self, position: int, terminals: Iterable[str]) -> HeterofilmError:
        """The error for the word at ``position``, where one of ``terminals`` belonged."""
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
