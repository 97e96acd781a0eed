"""The twin of a struct: the same fields, whose numbers carry slopes (``dual.py``).

In memory a number is its value and then its slopes; an array of them has one more axis. Kernels are compiled for a
twin as for the struct itself.
"""

from __future__ import annotations

import struct as words
from collections.abc import Hashable, Sequence
from ctypes import addressof, c_char
from functools import cached_property, lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .dual import LANES, WIDTH
from .struct_types import StructType
from .structs import Struct, where, zeros

Array = NDArray[np.float64]
NOTHING = (0.0,) * LANES


class Along(Hashable, Protocol):
    """Derivatives of a struct by one quantity; equal where they are of the same."""

    def along(self, name: str, present: Any) -> Any:
        """Those of its field ``name``, which holds ``present``: of a number or an array as such, of a struct as this;
        None where they are zero."""


class Twin:
    """A struct ``of`` some class whose numbers are dual: ``content`` by field.

    Numbers are arrays of ``WIDTH``, arrays have a last axis of it; integers, structs and plain arrays as they are.
    """

    def __init__(self, of: type[Struct], content: dict[str, Any]) -> None:
        self.of, self.content = of, content
        self._numba_type_ = _type_of(of)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["content"][name]
        except KeyError:
            raise AttributeError(name) from None

    @classmethod
    def of_struct(cls, struct: Struct, slopes: Sequence[Along | None] = ()) -> Twin:
        """Of a struct and its derivatives by up to ``LANES`` quantities; None where nothing depends on one.

        Structs within it are turned once and shared: nobody may change them.
        """
        content: dict[str, Any] = {}
        for name, field in type(struct).twins.items():
            value = getattr(struct, name)
            if not field.dual:
                content[name] = value
                continue
            along = [None if one is None else one.along(name, value) for one in slopes]
            if isinstance(value, Struct):
                content[name] = _part(value, *along)
            else:
                content[name] = dual(value, along)
        return cls(type(struct), content)

    @cached_property
    def packed(self) -> bytearray:
        """The words."""
        code, found = "", list[Any]()
        for name, field in self.of.twins.items():
            value = self.content[name]
            if field.axes:
                shape = value.shape[:-1] if field.dual else value.shape
                found += (where(value), *shape)
                code += "q" * (1 + len(shape))
            elif isinstance(value, Struct | Twin):
                found.append(value.address)
                code += "q"
            elif field.dual:
                found += value.tolist()
                code += "d" * WIDTH
            else:
                found.append(value)
                code += "d" if field.kind is float else "q"
        return bytearray(words.pack(f"={code}", *found))

    @cached_property
    def address(self) -> int:
        """Where the words are; valid as long as the twin."""
        return addressof(c_char.from_buffer(self.packed))


@lru_cache(maxsize=128)  # of a model most parts stay what they are from one value, cycle or run to the next
def _part(value: Struct, *along: Along | None) -> Twin:
    """The twin of a struct within another."""
    return Twin.of_struct(value, along)


TYPES: dict[type[Struct], StructType] = {}


def _type_of(struct: type[Struct]) -> StructType:
    """numba's type of its twin, kept: it is asked for at every twin, and numba takes its time to answer."""
    found = TYPES.get(struct)
    if found is None:
        found = TYPES[struct] = StructType(struct, dual=True)
    return found


def dual(value: Any, slopes: Sequence[Any] | Array = ()) -> Array:
    """A number or an array with slopes as its last axis; None for those that are zero."""
    if isinstance(slopes, np.ndarray):
        made = zeros(*np.shape(value), WIDTH)
        made[..., 0] = value
        made[..., 1 : 1 + len(slopes)] = np.moveaxis(slopes, 0, -1)
        return made
    if type(value) is float:
        along = [0.0 if one is None else one for one in slopes[:LANES]]
        return np.array([value, *along, *NOTHING[len(along) :]])
    made = zeros(*np.shape(value), WIDTH)
    made[..., 0] = value
    for lane, one in enumerate(slopes[:LANES], start=1):
        if one is not None:
            made[..., lane] = one
    return made


def dual_zeros(*shape: int) -> Array:
    """Dual numbers that are zero."""
    return zeros(*shape, WIDTH)
