"""What a protocol is made of: steps, impedance spectra, temperatures."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from heterofilm.errors import InputError

from .quantities import Limit, Setpoint, written
from .words import STEP_KINDS, Kind

FREQUENCIES = (1e-9, 1e12)  # Hz, lowest and highest of a spectrum

# who writes a percentage at a step means a state of charge, which is where a run starts
SHARE = (
    " A percentage ends a loop, as retention: '4000 x until 80 % (...)'. A run starts at a state of charge by --start "
    "'50 %', in Python start=\"50 %\"; a step ends at a capacity, a voltage or a time."
)


@dataclass(frozen=True)
class Step:
    """One step: its kind, its set point (None for a rest) and its limits, of which the first to be met ends it.

    A sweep goes to its set point (a voltage) at ``rate`` (V/s) and ends there; a discharge or charge without limits
    ends at the cut-off of the cell. ``text`` is the step in words, always made from the others.
    """

    kind: Kind
    setpoint: Setpoint | None
    limits: tuple[Limit, ...] = ()
    rate: float | None = None
    text: str = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "limits", tuple(self.limits))
        kind, at = self.kind, self.setpoint
        if kind not in STEP_KINDS:
            raise InputError(f"A step is one of {', '.join(STEP_KINDS)}, not {kind!r}.")
        own = STEP_KINDS[kind]
        if kind == "rest" and at is not None:
            raise InputError(f"A rest has no current, but this one is given {at}: drop the 'at ...'.")
        if own.holds and at is None:
            raise InputError(f"The {kind} step has no {own.holds[0]}: write for example '{own.example}'.")
        if kind == "charge" and at is not None and at.quantity == "resistance":
            raise InputError("A resistance cannot charge a cell: write 'Discharge at ...'.")
        if at is not None and at.quantity not in own.holds:
            raise InputError(f"A {kind} step cannot be done at {at}: write for example '{own.example}'.")
        if (kind == "sweep") != (self.rate is not None):
            example = STEP_KINDS["sweep"].example
            raise InputError(f"A sweep has a rate and nothing else has: write for example '{example}'.")
        if self.rate is not None and not (math.isfinite(self.rate) and self.rate > 0):
            raise InputError(f"The rate of a sweep is {self.rate:g} V/s, but must be above zero.")
        if not self.limits and own.end:
            raise InputError(f"The {kind} step has no limit and would never end: add for example '{own.end}'.")
        units = [limit.unit for limit in self.limits]
        for limit in self.limits:
            if units.count(limit.unit) > 1:
                raise InputError(f"The {kind} step has two {limit.kind} limits in {limit.unit}: keep one.")
            set_current = at is not None and at.quantity == "current" and limit.kind == "current"
            if limit.kind not in own.limits or set_current:
                raise InputError(
                    f"A {kind} step{f' at {at}' if at else ''} cannot end at a {limit.kind} ({limit})."
                    f"{SHARE if limit.kind == 'retention' else ''}"
                )
        if kind == "sweep":
            name = f"Sweep to {at} at {written(self.rate or 0.0, 'V/s', 'mV/s', 'V/s')}"
        else:
            name = f"{kind.capitalize()}{f' at {at}' if at else ''}"
        object.__setattr__(self, "text", f"{name} {' or '.join(limit.words for limit in self.limits)}".rstrip())

    @property
    def at_window(self) -> bool:
        """Whether the cut-off of the cell ends it."""
        return not self.limits and STEP_KINDS[self.kind].window

    def ending_also_at(self, limit: Limit) -> Step:
        """The step with one more limit, where it lacks one in this unit."""
        if limit.unit in [own.unit for own in self.limits]:
            return self
        return replace(self, limits=(*self.limits, limit))

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Impedance:
    """An impedance spectrum about the present state, from ``high`` to ``low`` (Hz)."""

    high: float = 1e6
    low: float = 1e-2
    points: int = 10  # per decade
    kind: str = field(default="impedance", init=False, compare=False)

    def __post_init__(self) -> None:
        if not (math.isfinite(self.high) and self.high > self.low > 0):
            raise InputError(
                f"An impedance spectrum goes down in frequency, but here from {self.high:g} to {self.low:g} Hz."
            )
        lowest, highest = FREQUENCIES
        if self.low < lowest or self.high > highest:
            raise InputError(
                f"An impedance spectrum lies between {lowest:g} and {highest:g} Hz, not from {self.high:g} to "
                f"{self.low:g} Hz."
            )
        if not (1 <= self.points <= 1000 and self.points == int(self.points)):
            raise InputError(f"A spectrum has 1 to 1000 points per decade, not {self.points}.")

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
            raise InputError(f"A cell is held between 150 and 600 K, not at {self.value:g} K: degC for K?")

    def __str__(self) -> str:
        return f"Set temperature to {written(self.value, 'K', 'degC', 'K')}"
