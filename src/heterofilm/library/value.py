"""One number of the library: its unit, kind, source and range, and what a field expects of it.

A number in a file is a table, ``{value = 300, unit = "nm", kind = "measured", source = "FESEM"}``, or the
short form ``"300 nm"``, which counts as assumed and says that it came without a source. Fields state the
unit they expect as ``Annotated[Value, Quantity("nm", positive=True)]``; any compatible unit is accepted.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    ModelWrapValidatorHandler,
    PrivateAttr,
    ValidationError,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, InitErrorDetails, core_schema

from ..errors import HeterofilmError, did_you_mean
from ..units import convert, parse_plus_minus, parse_unit, to_si

if TYPE_CHECKING:
    from numpy.typing import NDArray

Kind = Literal["measured", "calibrated", "computed", "assumed"]
Name = Annotated[str, Field(pattern=r"^[^\s.]+$", max_length=80)]

MOST = 100  # unknown keys of one table that are looked at: many more are another kind of file
NO_SOURCE = "given without source"
_converted = lru_cache(maxsize=8192)(convert)
_si = lru_cache(maxsize=8192)(to_si)


@lru_cache(maxsize=1024)
def _scale(unit: str) -> float:
    """What one of a unit is in SI, as a difference: a degree Celsius is one kelvin."""
    return to_si(1.0, unit) - to_si(0.0, unit)


class Layer(Enum):
    """What gave a value the number that it has."""

    FILE = "file"  # of its entry
    DEFAULT = "default"  # of the schema: the file does not state it
    CALIBRATION = "calibration"
    SET = "set"  # by the caller
    PROTOCOL = "protocol"  # the temperature, on the way
    COMPUTED = "computed"  # from other values: a junction, a film as grown, a capacity that was stated


class Entry(BaseModel):
    """Base of all tables: frozen, finite numbers only, an unknown key is answered with the nearest."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    RENAMED: ClassVar[Mapping[str, str]] = {}  # keys of old, which are answered with the new one
    PART: ClassVar[str] = ""  # of a cell, in words

    @model_validator(mode="wrap")
    @classmethod
    def _known_keys(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """All that is wrong at once: keys that are unknown beside those that are missing or have a wrong value."""
        unknown = [key for key in data if key not in cls.model_fields] if isinstance(data, dict) else []
        if not unknown:
            return handler(data)
        faults: list[InitErrorDetails] = []
        meant = []
        for key in unknown[:MOST]:
            key = str(key)[:60]
            new = cls.RENAMED.get(key)
            words = f"; it is called '{new}' now" if new else cls._belongs(key) or hint(key, list(cls.model_fields))
            meant += [new] if new else get_close_matches(key.lower(), cls.model_fields, n=1, cutoff=0.6)
            error = ValueError(f"there is no key '{key}' here{words}")
            faults.append({"type": "value_error", "loc": (), "input": key, "ctx": {"error": error}})
        try:
            handler({key: value for key, value in data.items() if key in cls.model_fields})
        except ValidationError as error:
            for fault in error.errors(include_url=False):
                if fault["type"] == "missing" and fault["loc"][0] in meant:
                    continue  # it is there, misspelt
                faults.append(
                    {"type": fault["type"], "loc": fault["loc"], "input": fault["input"], "ctx": fault.get("ctx", {})}
                )
        raise ValidationError.from_exception_data(cls.__name__, faults)

    @classmethod
    def _belongs(cls, key: str) -> str:
        """The end of a message about a key that entries of another kind have; empty where none has it."""
        owners = [one.PART for one in Entry.__subclasses__() if cls.PART and one.PART and key in one.model_fields]
        return f"; it is a key of the {' or the '.join(owners)} (heterofilm schema {owners[0]})" if owners else ""


def hint(word: str, options: list[str]) -> str:
    """The end of a message about an unknown word: the nearest option as a question, else all of them."""
    nearest = did_you_mean(word, options).strip()
    if nearest:
        return f"; {nearest[0].lower()}{nearest[1:]}"
    return f"; known: {', '.join(sorted(options))}." if options else "."


class Value(Entry):
    """One number with unit, kind, source and range.

    A table, or in short ``"300 nm"``, ``"300 +- 10 nm"`` (one standard deviation), or a number where there is no unit.
    A calibrated value may lie outside the range that was assumed before.
    """

    value: float
    unit: str
    kind: Kind
    """Where it comes from: measured, calibrated (on which rows), computed, or assumed."""
    source: str
    """The publication and the place in it, the instrument, the program, or the reason of an assumption."""
    low: float | None = None
    """Lower end of the range, in the same unit."""
    high: float | None = None
    """Upper end of the range, in the same unit."""
    sigma: Annotated[float | None, Field(ge=0)] = None
    """Standard deviation, in the same unit."""
    interval: tuple[float, float] | None = None
    """5 and 95 % quantiles over joint draws of a calibration, in the same unit."""
    draws: Annotated[int | None, Field(ge=1)] = None
    """How many draws these are."""
    rows: tuple[str, ...] = ()
    """What it was calibrated on."""
    method: Literal["linear", "log"] = "linear"
    """How the range is sampled: evenly in the number or in its logarithm."""

    _layer: Layer = PrivateAttr(Layer.FILE)
    _before: Value | None = PrivateAttr(None)

    @property
    def layer(self) -> Layer:
        """What gave it its number."""
        return self._layer

    @property
    def before(self) -> Value | None:
        """The value that a calibration or the caller replaced; None where there was none."""
        return self._before

    def on(self, layer: Layer, before: Value | None = None) -> Value:
        """The same value, as put there by ``layer`` in place of ``before``."""
        made = self.model_copy()
        made._layer, made._before = layer, before
        return made

    def along(self, step: float) -> Value:
        """The same value with an imaginary part: what is computed from its `si` carries derivatives (complex step).

        With a step of 0 the value alone.
        """
        made = (Followed if step else Value).model_construct(self.model_fields_set, **dict(self))
        made._layer, made._before = self._layer, self._before
        if isinstance(made, Followed):
            made._step = step
        return made

    def __eq__(self, other: object) -> bool:
        """Equal in all that a file states of them, whatever put them there."""
        return isinstance(other, Value) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((self.value, self.unit, self.kind, self.source))

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: Any) -> Any:
        if isinstance(data, bool):
            raise ValueError('a truth value is no quantity; write for example "300 nm"')
        if isinstance(data, str):
            try:
                value, sigma, unit = parse_plus_minus(data)
            except HeterofilmError as error:
                raise ValueError(str(error)) from error
            return {"value": value, "sigma": sigma, "unit": unit, "kind": "assumed", "source": NO_SOURCE}
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
        """The value in SI units; complex of one that is followed (:meth:`along`)."""
        return _si(self.value, self.unit)

    def to(self, unit: str) -> float:
        """The value in ``unit``; complex as `si` is."""
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

    @property
    def uncertainty(self) -> str:
        """In words, how well it is known: a band of draws, else a standard deviation, else nothing."""
        if self.interval is not None:
            of = "draws whose number is not stated" if self.draws is None else f"{self.draws} draws"
            return f"{self.interval[0]:.3g} to {self.interval[1]:.3g} in 90 % of {of}"
        return f"+- {self.sigma:.2g}" if self.sigma else ""

    def __str__(self) -> str:
        return f"{self.value:g}" if self.unit == "1" else f"{self.value:g} {self.unit}"


class Followed(Value):
    """A value whose derivatives are asked for (:meth:`Value.along`)."""

    _step: float = PrivateAttr(0.0)  # imaginary part, in the own unit

    @property
    def si(self) -> float:
        """The value in SI units with its imaginary part."""
        return complex(_si(self.value, self.unit), self._step * _scale(self.unit))  # type: ignore[return-value]

    def to(self, unit: str) -> float:
        """The same in ``unit``."""
        along = self._step * _scale(self.unit) / _scale(unit)
        return complex(_converted(self.value, self.unit, unit), along)  # type: ignore[return-value]


@dataclass(frozen=True)
class Quantity:
    """What a field expects: a unit (any compatible one is accepted) and limits stated in that unit.

    Used as ``Annotated[Value, Quantity("cm2/s", positive=True)]``. What lies outside the limits is refused; what lies
    outside ``usual`` (least and most in that unit, over all that is known) is taken, and said. ``also``: units of other
    dimensions that are accepted too, to which the limits do not apply.
    """

    unit: str
    positive: bool = False
    minimum: float | None = None
    maximum: float | None = None
    usual: tuple[float, float] | None = None
    also: tuple[str, ...] = ()

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    @property
    def words(self) -> str:
        """What is expected, as it is told and documented."""
        if self.unit == "1":
            return "a number without unit"
        also = "".join(f", in {unit}" for unit in self.also)
        return f"a quantity in {self.unit}{also} or a unit of {'their' if self.also else 'its'} kind"

    def check(self, value: Value | None) -> Value | None:
        """``value`` itself when its dimension and limits hold; ValueError with one sentence otherwise."""
        if value is None:
            return None
        given = f"'{value}'" if value.unit != "1" else f"'{value}' (no unit)"
        unit = "" if self.unit == "1" else f" {self.unit}"
        other = self.also and not _alike(value.unit, self.unit) and any(_alike(value.unit, own) for own in self.also)
        for number in (value.value, value.low, value.high):
            if number is None:
                continue
            try:
                x = number if other else _converted(number, value.unit, self.unit)
            except HeterofilmError as error:
                raise ValueError(f"expected {self.words}, got {given}{mistaken(value.unit, self.unit)}") from error
            got = f"{number:g}" if value.unit == "1" else f"{number:g} {value.unit}"
            where = "" if number == value.value else ", also over its range"
            if not math.isfinite(x) or (self.positive and x <= 0):
                raise ValueError(f"expected a positive value in {self.unit}{where}, got {got}")
            if other:
                continue
            if self.minimum is not None and x < self.minimum * (1 - 1e-12):
                raise ValueError(f"expected at least {self.minimum:g}{unit}{where}, got {got}")
            if self.maximum is not None and x > self.maximum * (1 + 1e-12):
                raise ValueError(f"expected at most {self.maximum:g}{unit}{where}, got {got}")
        return value


def mistaken(unit: str, expected: str) -> str:
    """The end of a message about a unit of another kind: what the letter is often meant for.

    >>> mistaken("A", "nm"), mistaken("C", "K"), mistaken("s", "nm")
    ('; A is the ampere, the angstrom is Å', '; C is the coulomb, degrees Celsius are degC', '')
    """
    known = {"A": ("m", "A is the ampere, the angstrom is Å"), "C": ("K", "C is the coulomb, degrees Celsius are degC")}
    kind, words = known.get(unit.strip(), ("", ""))
    return f"; {words}" if kind and _alike(kind, expected) else ""


def quantity_of(field: FieldInfo) -> Quantity | None:
    """What a field of a table expects, where it holds a quantity."""
    return next((m for m in (*field.metadata, *_metadata(field.annotation)) if isinstance(m, Quantity)), None)


def _metadata(annotation: Any) -> Iterator[Any]:
    """What is annotated within a union or a dictionary: ``Annotated[Value, Quantity(...)] | None``."""
    yield from getattr(annotation, "__metadata__", ())
    for inner in getattr(annotation, "__args__", ()):
        yield from _metadata(inner)


@lru_cache(maxsize=1024)
def _alike(unit: str, other: str) -> bool:
    return parse_unit(unit).dimension == parse_unit(other).dimension


def assumed(value: float, unit: str, low: float, high: float, source: str) -> Value:
    """A default of the schema, with the range it may have."""
    return Value(value=value, unit=unit, kind="assumed", source=source, low=low, high=high).on(Layer.DEFAULT)


Voltage = Annotated[Value, Quantity("V", minimum=-1.0, maximum=10.0, usual=(0.0, 5.2))]  # against Li+/Li
Positive = Annotated[Value, Quantity("1", positive=True)]
Share = Annotated[Value, Quantity("1", minimum=0.0, maximum=1.0)]
Energy = Annotated[Value, Quantity("eV", minimum=0.0, maximum=5.0, usual=(0.0, 1.5))]
Length = Annotated[Value, Quantity("nm", positive=True, minimum=0.1, maximum=1e6, usual=(1.0, 1e5))]  # of films
Current = Annotated[Value, Quantity("mA/cm2", positive=True, usual=(1e-9, 100.0))]
Capacitance = Annotated[Value, Quantity("uF/cm2", minimum=0.0, usual=(0.0, 1e4))]
Conductivity = Annotated[Value, Quantity("S/cm", positive=True, usual=(1e-14, 1e5))]
Diffusivity = Annotated[Value, Quantity("cm2/s", positive=True, usual=(1e-20, 1e-5))]
TransferCoefficient = Annotated[Value, Quantity("1", minimum=0.01, maximum=0.99)]
Exponent = Annotated[Value, Quantity("1", minimum=0.0, maximum=1.0)]
