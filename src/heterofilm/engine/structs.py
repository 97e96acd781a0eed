"""What the kernels are given: a struct of SI numbers, arrays and other structs, passed as one address.

A class is declared like a dataclass and built by keyword, so a new field is one line here and one where its value
comes from. In memory a struct is a row of 8-byte words in the order of its fields:

    float, int, bool     the number
    array                its address, then its length along each axis
    another struct       its address

Kernels read ``model.film.width`` from there (``struct_types.py``). Handing over a model therefore costs one word
instead of some hundred, and an array of any length, a table of D(z) with a new number of points say, is the same
type to the compiler: nothing is compiled again.
"""

from __future__ import annotations

import struct as words
from ctypes import addressof, c_char
from dataclasses import dataclass, fields
from functools import cached_property
from math import prod
from typing import Annotated, Any, ClassVar, NamedTuple, Self, dataclass_transform, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray

from .dual import WIDTH
from .struct_types import StructType

NUMBER, INTEGER = np.float64, np.int64  # what arrays hold
LINE = 8  # numbers in a cache line


def where(array: NDArray[Any]) -> int:
    """Address of the first number of an array; 0 where there is none."""
    if not array.size:
        return 0
    try:
        return addressof(c_char.from_buffer(array.data))  # a third of the time of what numpy offers
    except (TypeError, ValueError):  # read-only
        return int(array.ctypes.data)


def zeros(*shape: int, dtype: type[np.generic] = NUMBER) -> NDArray[Any]:
    """Zeros that begin at a cache line: where numpy puts short arrays a vector of numbers often lies across two."""
    size = prod(shape)
    block = np.zeros(size + LINE, dtype)
    start = -where(block) // 8 % LINE // (block.itemsize // 8)
    return block[start : start + size].reshape(shape)


class Axes(NamedTuple):
    """How many axes an array has, and what it holds; None is what the struct's class says."""

    number: int
    dtype: type[np.generic] | None = None


Vector = Annotated[NDArray[Any], Axes(1)]
Matrix = Annotated[NDArray[Any], Axes(2)]
Indices = Annotated[NDArray[np.int64], Axes(1, INTEGER)]


class Field(NamedTuple):
    """One field of a struct: where its words are and what they mean."""

    offset: int  # in words
    kind: type  # float, int, bool, np.ndarray or a Struct
    dtype: type[np.generic] | None = None  # of an array
    axes: int = 0
    dual: bool = False  # in the twin whose numbers carry slopes


@dataclass_transform(frozen_default=True, kw_only_default=True, eq_default=False)
class Struct:
    """Base of the structs. ``numbers`` of a class is what its arrays hold unless they say so themselves; ``plain`` are
    those of its numbers that carry no slopes in its twin (``twin.py``).

    >>> class Line(Struct):
    ...     slope: float
    ...     x: Vector
    >>> line = Line(slope=2.0, x=np.zeros(3))
    >>> line.replace(slope=1.0).slope, Line.members["x"].offset
    (1.0, 1)
    """

    members: ClassVar[dict[str, Field]]
    twins: ClassVar[dict[str, Field]]  # the same where numbers are dual
    packer: ClassVar[words.Struct]
    _numba_type_: ClassVar[Any]  # where numba looks for the type of a value
    numbers: ClassVar[type[np.generic]]

    def __init_subclass__(cls, numbers: type[np.generic] = NUMBER, plain: tuple[str, ...] = ()) -> None:
        super().__init_subclass__()
        cls.numbers = numbers
        dataclass(frozen=True, kw_only=True, eq=False)(cls)
        hints = get_type_hints(cls, include_extras=True)
        cls.members, cls.twins, code, offset, place = {}, {}, "", 0, 0
        for one in fields(cls):  # type: ignore[arg-type]
            hint = hints[one.name]
            if get_args(hint):
                axes = get_args(hint)[1]
                field = Field(offset, np.ndarray, axes.dtype or numbers, axes.number)
            else:
                field = Field(offset, hint)
            cls.members[one.name] = field
            offset += 1 + field.axes
            dual = one.name not in plain and hint not in (int, bool) and field.dtype in (None, NUMBER)
            cls.twins[one.name] = field._replace(offset=place, dual=dual)
            place += WIDTH if dual and hint is float else 1 + field.axes
            code += "d" if hint is float else "q" * (1 + field.axes)
        cls.packer = words.Struct(code)
        cls._numba_type_ = StructType(cls)

    @cached_property
    def packed(self) -> bytearray:
        """The words. Raises TypeError for an array the kernels cannot read in place."""
        found: list[Any] = []
        for name, field in self.members.items():
            value = getattr(self, name)
            if field.axes:
                if value.dtype != field.dtype or value.ndim != field.axes or not value.flags.c_contiguous:
                    raise TypeError(
                        f"{type(self).__name__}.{name} must be a contiguous array of {field.axes} axes of "
                        f"{np.dtype(field.dtype)}, not of {value.ndim} of {value.dtype}."
                    )
                found += (where(value), *value.shape)
            else:
                found.append(value.address if isinstance(value, Struct) else value)
        return bytearray(self.packer.pack(*found))

    @cached_property
    def address(self) -> int:
        """Where the words are; valid as long as the struct."""
        return addressof(c_char.from_buffer(self.packed))

    def replace(self, **changes: Any) -> Self:
        """The same with some fields changed."""
        if not changes.keys() <= self.members.keys():
            raise TypeError(f"{type(self).__name__} has no {', '.join(changes.keys() - self.members.keys())}.")
        found = object.__new__(type(self))
        found.__dict__.update(self.__getstate__(), **changes)  # a quarter of the time of dataclasses' own
        return found

    def __getstate__(self) -> dict[str, Any]:
        """Without the words: addresses hold in this process alone."""
        held = self.__dict__
        return {name: held[name] for name in self.members}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
