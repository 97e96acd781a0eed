"""The twin of a struct: the same fields, whose numbers carry slopes (``dual.py``).

In memory a number is its value and then its slopes; an array of them has one more axis. Kernels are compiled for a
twin as for the struct itself.
"""

from __future__ import annotations

import struct as words
from collections.abc import Sequence
from ctypes import addressof, c_char
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .dual import LANES, WIDTH
from .struct_types import StructType
from .structs import Struct, where, zeros

Array = NDArray[np.float64]


class Along(Protocol):
    """Derivatives of a struct by one quantity."""

    def along(self, name: str, present: Any) -> Any:
        """Those of its field ``name``, which holds ``present``: of a number or an array as such, of a struct as this;
        None where they are zero."""


class Twin:
    """A struct ``of`` some class whose numbers are dual: ``content`` by field.

    Numbers are arrays of ``WIDTH``, arrays have a last axis of it; integers, structs and plain arrays as they are.
    """

    def __init__(self, of: type[Struct], content: dict[str, Any]) -> None:
        self.of, self.content = of, content
        self._numba_type_ = StructType(of, dual=True)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["content"][name]
        except KeyError:
            raise AttributeError(name) from None

    @classmethod
    def of_struct(cls, struct: Struct, slopes: Sequence[Along | None] = ()) -> Twin:
        """Of a struct and its derivatives by up to ``LANES`` quantities; None where nothing depends on one."""
        content: dict[str, Any] = {}
        for name, field in type(struct).twins.items():
            value = getattr(struct, name)
            if not field.dual:
                content[name] = value
                continue
            along = [None if one is None else one.along(name, value) for one in slopes]
            if isinstance(value, Struct):
                content[name] = cls.of_struct(value, along)
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


def dual(value: Any, slopes: Sequence[Any] = ()) -> Array:
    """A number or an array with slopes as its last axis; None for those that are zero."""
    value = np.asarray(value, float)
    made = zeros(*value.shape, WIDTH)
    made[..., 0] = value
    for lane, one in enumerate(slopes[:LANES], start=1):
        if one is not None:
            made[..., lane] = one
    return made


def dual_zeros(*shape: int) -> Array:
    """Dual numbers that are zero."""
    return zeros(*shape, WIDTH)
