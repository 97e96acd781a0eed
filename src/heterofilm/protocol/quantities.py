"""Set points and limits of a step, in SI, and their words in the units of the field."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

from heterofilm.errors import InputError
from heterofilm.units import from_si, parse_quantity, parse_unit, to_si

SetpointUnit = Literal["A/m2", "A", "C-rate", "W/m2", "W", "ohm m2", "ohm", "V"]
LimitKind = Literal["voltage", "time", "capacity", "current", "slope", "retention"]
LimitUnit = Literal["V", "s", "C/m2", "C/m3", "C/kg", "C", "A/m2", "A", "C-rate", "V/s", "%"]

# SI unit: the units it may be written in, the field's own first.
SETPOINT_UNITS: dict[str, tuple[str, ...]] = {
    "A/m2": ("uA/cm2", "A/m2"), "A": ("uA", "mA", "A"), "W/m2": ("uW/cm2", "W/m2"), "W": ("uW", "mW", "W"),
    "ohm m2": ("ohm cm2", "ohm m2"), "ohm": ("ohm", "kohm"), "V": ("V",),
}  # fmt: skip
# (an absolute charge is not written in C, which reads as a C-rate)
LIMIT_UNITS: dict[str, tuple[LimitKind, tuple[str, ...]]] = {
    "V": ("voltage", ("V",)), "s": ("time", ("h", "min", "s")), "C/m2": ("capacity", ("uAh/cm2", "C/m2")),
    "C/m3": ("capacity", ("uAh/cm2/um", "C/m3")), "C/kg": ("capacity", ("mAh/g", "C/kg")),
    "C": ("capacity", ("uAh", "A s")), "A/m2": ("current", ("uA/cm2", "A/m2")), "A": ("current", ("uA", "mA", "A")),
    "V/s": ("slope", ("mV/h", "mV/s", "V/s")), "%": ("retention", ("%",)),
}  # fmt: skip
LONGEST = 100  # characters of a number and its unit
_C_RATE = re.compile(
    r"(?P<times>[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)?\s*C(?:\s*/\s*(?P<hours>\d+\.?\d*|\.\d+)\s*h?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Setpoint:
    """What the cycler holds: a current, a power, a resistance or a voltage, in SI or as a C-rate (1/h).

    Currents and powers are positive in the direction of their step.
    """

    value: float
    unit: SetpointUnit

    def __post_init__(self) -> None:
        if self.unit != "C-rate" and self.unit not in SETPOINT_UNITS:
            known = ", ".join([*SETPOINT_UNITS, "C-rate"])
            raise InputError(f"A Setpoint holds one of {known}, not '{self.unit}': see discharge().")
        if not (math.isfinite(self.value) and (self.value > 0 or self.unit == "V")):
            raise InputError(f"The {self.quantity} is {self}, but must be above zero: the step gives its direction.")

    @property
    def quantity(self) -> str:
        """current, power, resistance or voltage."""
        if self.unit in ("A/m2", "A", "C-rate"):
            return "current"
        return {"W": "power", "o": "resistance", "V": "voltage"}[self.unit[0]]

    @classmethod
    def parse(cls, text: str) -> Setpoint:
        """The set point written in ``text``: a C-rate, or a quantity with its unit."""
        text = short(text)
        if (rate := c_rate(text)) is not None:
            return cls(rate, "C-rate")
        value, unit = parse_quantity(text)
        for si in SETPOINT_UNITS:
            if parse_unit(si).dimension == parse_unit(unit).dimension:
                return cls(to_si(value, unit), si)  # type: ignore[arg-type]  # the keys are the Literal
        raise InputError(
            f"'{text}' is neither a current, a power, a resistance nor a voltage: expected for example '5 uA/cm2', "
            "'3 uA', 'C/10', '10 uW/cm2' or '2 kohm'."
        )

    def __str__(self) -> str:
        return (
            written_c_rate(self.value)
            if self.unit == "C-rate"
            else written(self.value, self.unit, *SETPOINT_UNITS[self.unit])
        )


@dataclass(frozen=True)
class Limit:
    """What ends a step: a voltage, a time, the charge moved in the step, a current or |dV/dt| it falls to.

    A retention (%) ends a loop: the last discharge over the first of the loop.
    """

    kind: LimitKind
    value: float
    unit: LimitUnit

    def __post_init__(self) -> None:
        if self.unit != "C-rate" and self.unit not in LIMIT_UNITS:
            raise InputError(f"A Limit holds one of {', '.join(LIMIT_UNITS)}, not '{self.unit}'.")
        if not math.isfinite(self.value) or (self.kind != "voltage" and self.value <= 0):
            raise InputError(f"The {self.kind} limit is {self}, but must be above zero.")

    @classmethod
    def parse(cls, text: str, word: str = "until") -> Limit:
        """The limit written in ``text``; after the word "for" it must be a time."""
        text = short(text)
        if (rate := c_rate(text)) is not None:
            found = cls("current", rate, "C-rate")
        else:
            value, unit = parse_quantity(text)
            for si, (kind, _) in LIMIT_UNITS.items():
                if parse_unit(si).dimension == parse_unit(unit).dimension:
                    if kind == "retention" and unit != "%":
                        continue
                    number = value if kind == "retention" else to_si(value, unit)
                    found = cls(kind, number, si)  # type: ignore[arg-type]  # the keys are the Literal
                    break
            else:
                raise InputError(
                    f"'{text}' is not a limit: expected for example '2.15 V', '20 uAh/cm2', '2 h', '0.5 uA/cm2', "
                    "'C/50' or '0.1 mV/h'."
                )
        if word == "for" and found.kind != "time":
            raise InputError(f"'for {text}' is a {found.kind}, not a time: write 'until {text}'.")
        return found

    @property
    def words(self) -> str:
        """The limit as a protocol says it."""
        if self.kind == "slope":
            return f"until |dV/dt| < {self}"
        return f"{'for' if self.kind == 'time' else 'until'} {self}"

    def __str__(self) -> str:
        if self.unit == "C-rate":
            return written_c_rate(self.value)
        if self.unit == "%":
            return f"{number(self.value)} %"
        return written(self.value, self.unit, *LIMIT_UNITS[self.unit][1])


def quantity(text: str, si: str, what: str, example: str) -> float:
    """The SI value of ``text``, which must have the dimension of ``si``."""
    value, unit = parse_quantity(short(text))
    if parse_unit(unit).dimension != parse_unit(si).dimension:
        raise InputError(f"'{text}' is not a {what}: expected for example '{example}'.")
    return to_si(value, unit)


def short(text: str) -> str:
    """``text``, if it is one and no longer than a number and a unit are: patterns take their time over digits."""
    if not isinstance(text, str):
        raise InputError(f"A number with its unit is text such as '5 uA/cm2', not {text!r}.")
    if len(text) > LONGEST:
        raise InputError(
            f"'{text[:20]}...' has {len(text)} characters, but a number and its unit have {LONGEST} at most."
        )
    return text


def c_rate(text: str) -> float | None:
    """The C-rate written in ``text`` (1/h), or None where it is something else."""
    if not (match := _C_RATE.fullmatch(text.strip())):
        return None
    hours = float(match["hours"] or 1)
    if hours == 0:
        raise InputError(f"The C-rate '{text}' divides by zero: write for example 'C/10'.")
    return float(match["times"] or 1) / hours


def written_c_rate(value: float) -> str:
    """``C/10`` or ``0.5C``."""
    hours = round(1 / value) if math.isfinite(value) and value > 1e-6 else 0
    return f"C/{hours}" if hours > 1 and 1 / hours == value else f"{number(value)}C"


def number(value: float) -> str:
    """The shortest text that reads back as the same float, without a trailing ``.0``."""
    return repr(float(value)).removesuffix(".0")


def written(value: float, si: str, *units: str) -> str:
    """An SI value in the unit that needs the fewest digits and reads back as exactly the same float."""
    texts = [(number(x), unit) for unit in units for y in (from_si(value, unit),) for x in (y, float(f"{y:.14g}"))]
    exact = [text for text in texts if to_si(float(text[0]), text[1]) == value]
    digits, unit = min(exact, key=lambda text: len(text[0]), default=(number(value), units[-1] if units else si))
    return f"{digits} {unit}"
