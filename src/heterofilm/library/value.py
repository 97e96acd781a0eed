"""One number of the library: its unit, kind, source and range, and what a field expects of it.

A number in a file is a table, ``{value = 300, unit = "nm", kind = "measured", source = "FESEM"}``, or the
short form ``"300 nm"``, which counts as assumed and says that it came without a source. Fields state the
unit they expect as ``Annotated[Value, Quantity("nm", positive=True)]``; any compatible unit is accepted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, model_validator
from pydantic_core import CoreSchema, core_schema

from ..errors import HeterofilmError, did_you_mean
from ..units import convert, parse_quantity, to_si

if TYPE_CHECKING:
    from numpy.typing import NDArray

Kind = Literal["measured", "calibrated", "computed", "assumed"]
Name = Annotated[str, Field(pattern=r"^[^\s.]+$", max_length=80)]

NO_SOURCE = "given without source"
_converted = lru_cache(maxsize=8192)(convert)
_si = lru_cache(maxsize=8192)(to_si)


class Entry(BaseModel):
    """Base of all tables: frozen, finite numbers only, an unknown key is answered with the nearest."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, data: Any) -> Any:
        if isinstance(data, dict):
            for key in data:
                if key not in cls.model_fields:
                    raise ValueError(f"there is no key '{key}' here{hint(str(key), list(cls.model_fields))}")
        return data


def hint(word: str, options: list[str]) -> str:
    """The end of a message about an unknown word: the nearest option as a question, else all of them."""
    nearest = did_you_mean(word, options).strip()
    if nearest:
        return f"; {nearest[0].lower()}{nearest[1:]}"
    return f"; known: {', '.join(sorted(options))}." if options else "."


class Value(Entry):
    """One number with unit, kind, source and range.

    ``low`` and ``high`` are a range in the same unit and ``sigma`` a standard deviation; ``rows`` names the
    claims it was calibrated on; ``method`` says how the range is sampled. A calibrated value may lie outside
    the range that was assumed before.
    """

    value: float
    unit: str
    kind: Kind
    source: str
    low: float | None = None
    high: float | None = None
    sigma: Annotated[float | None, Field(ge=0)] = None
    rows: tuple[str, ...] = ()
    method: Literal["linear", "log"] = "linear"

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: Any) -> Any:
        if isinstance(data, bool):
            raise ValueError('a truth value is no quantity; write for example "300 nm"')
        if isinstance(data, str):
            try:
                value, unit = parse_quantity(data)
            except HeterofilmError as error:
                raise ValueError(str(error)) from error
            return {"value": value, "unit": unit, "kind": "assumed", "source": NO_SOURCE}
        if isinstance(data, int | float):
            return {"value": data, "unit": "1", "kind": "assumed", "source": NO_SOURCE}
        return data

    @model_validator(mode="after")
    def _range(self) -> Self:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"low {self.low:g} lies above high {self.high:g} {self.unit}; swap them")
        if self.method == "log" and min(x for x in (self.value, self.low, self.high) if x is not None) <= 0:
            raise ValueError("method 'log' needs a positive value and range; use method 'linear'")
        below = self.low is not None and self.value < self.low
        above = self.high is not None and self.value > self.high
        if self.kind != "calibrated" and (below or above):
            raise ValueError(f"{self} lies outside its own range; correct value, low or high")
        return self

    @property
    def si(self) -> float:
        """The value in SI units."""
        return _si(self.value, self.unit)

    def to(self, unit: str) -> float:
        """The value in ``unit``."""
        return _converted(self.value, self.unit, unit)

    def draw(self, rng: np.random.Generator, size: int, unit: str) -> NDArray[np.float64]:
        """``size`` numbers in ``unit`` from the range, even in the number or its logarithm; the value without a
        range.
        """
        low, high = (_converted(x, self.unit, unit) for x in self.span)
        if self.method == "log":
            return np.exp(rng.uniform(math.log(low), math.log(high), size))
        return rng.uniform(low, high, size)

    @property
    def span(self) -> tuple[float, float]:
        """Low and high in the own unit; an end that is not stated is the value."""
        return self.value if self.low is None else self.low, self.value if self.high is None else self.high

    def __str__(self) -> str:
        return f"{self.value:g}" if self.unit == "1" else f"{self.value:g} {self.unit}"


@dataclass(frozen=True)
class Quantity:
    """What a field expects: a unit (any compatible one is accepted) and limits stated in that unit.

    Used as ``Annotated[Value, Quantity("cm2/s", positive=True)]``.
    """

    unit: str
    positive: bool = False
    minimum: float | None = None
    maximum: float | None = None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def check(self, value: Value | None) -> Value | None:
        """``value`` itself when its dimension and limits hold; ValueError with one sentence otherwise."""
        if value is None:
            return None
        given = f"'{value}'" if value.unit != "1" else f"'{value}' (no unit)"
        plain = self.unit == "1"
        expected = "a number without unit" if plain else f"a quantity in {self.unit} or a unit of its kind"
        for number in (value.value, value.low, value.high):
            if number is None:
                continue
            try:
                x = _converted(number, value.unit, self.unit)
            except HeterofilmError as error:
                raise ValueError(f"expected {expected}, got {given}") from error
            unit = "" if plain else f" {self.unit}"
            got = f"{number:g}" if value.unit == "1" else f"{number:g} {value.unit}"
            where = "" if number == value.value else ", also over its range"
            if not math.isfinite(x) or (self.positive and x <= 0):
                raise ValueError(f"expected a positive value in {self.unit}{where}, got {got}")
            if self.minimum is not None and x < self.minimum * (1 - 1e-12):
                raise ValueError(f"expected at least {self.minimum:g}{unit}{where}, got {got}")
            if self.maximum is not None and x > self.maximum * (1 + 1e-12):
                raise ValueError(f"expected at most {self.maximum:g}{unit}{where}, got {got}")
        return value


def assumed(value: float, unit: str, low: float, high: float, source: str) -> Value:
    """A default of the schema, with the range it may have."""
    return Value(value=value, unit=unit, kind="assumed", source=source, low=low, high=high)


Voltage = Annotated[Value, Quantity("V", minimum=-1.0, maximum=10.0)]  # against Li+/Li
Positive = Annotated[Value, Quantity("1", positive=True)]
Share = Annotated[Value, Quantity("1", minimum=0.0, maximum=1.0)]
Energy = Annotated[Value, Quantity("eV", minimum=0.0, maximum=5.0)]
Length = Annotated[Value, Quantity("nm", positive=True, minimum=0.1, maximum=1e6)]  # of films, up to 1 mm
Current = Annotated[Value, Quantity("mA/cm2", positive=True)]
Capacitance = Annotated[Value, Quantity("uF/cm2", minimum=0.0)]
Conductivity = Annotated[Value, Quantity("S/cm", positive=True)]
