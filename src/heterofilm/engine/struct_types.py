"""How compiled kernels read the fields of a :class:`~heterofilm.engine.structs.Struct`.

To numba a struct is the address of its words; reading a field is one load. The words never change while a kernel
runs (what arrays hold may), and the loads say so: the compiler takes them out of loops.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import llvmlite.ir as ir
import numpy as np
from numba.core import cgutils, types
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    intrinsic,
    lower_getattr_generic,
    models,
    register_model,
    unbox,
)
from numba.np.arrayobj import make_array, populate_array
from numba.np.numpy_support import from_dtype

from .dual import DUAL

Field = Any  # a `structs.Field`; this module is below that one

WORD = ir.IntType(64)
SCALARS = {float: types.float64, int: types.int64, bool: types.boolean}


class StructType(types.Type):  # type: ignore[misc]
    """numba's type of a struct of one class, or of its twin whose numbers are dual (``twin.py``)."""

    def __init__(self, struct: Any, dual: bool = False) -> None:
        self.struct = struct
        self.dual = dual
        super().__init__(name=f"dual {struct.__name__}" if dual else struct.__name__)

    @property
    def key(self) -> tuple[str, str, bool]:
        return self.struct.__module__, self.struct.__qualname__, self.dual

    @property
    def members(self) -> dict[str, Field]:
        """The fields by name, with their places in memory."""
        found: dict[str, Field] = self.struct.twins if self.dual else self.struct.members
        return found


def field_type(field: Field) -> Any:
    """numba's type of a field."""
    if field.axes:
        return types.Array(DUAL if field.dual else from_dtype(np.dtype(field.dtype)), field.axes, "C")
    scalar = DUAL if field.dual and field.kind is float else SCALARS.get(field.kind)
    if scalar is not None:
        return scalar
    return StructType(field.kind, dual=True) if field.dual else field.kind._numba_type_


@register_model(StructType)
class StructModel(models.PrimitiveModel):  # type: ignore[misc]
    """An address of words."""

    def __init__(self, manager: Any, of: StructType) -> None:
        super().__init__(manager, of, WORD.as_pointer())


@unbox(StructType)
def _unbox(of: StructType, value: Any, c: Any) -> NativeValue:
    number = c.pyapi.object_getattr_string(value, "address")
    found = c.builder.alloca(WORD.as_pointer())
    c.builder.store(ir.Constant(WORD.as_pointer(), None), found)
    failed = cgutils.is_null(c.builder, number)
    with cgutils.if_unlikely(c.builder, c.builder.not_(failed)):
        c.builder.store(c.builder.bitcast(c.pyapi.long_as_voidptr(number), WORD.as_pointer()), found)
        c.pyapi.decref(number)
    return NativeValue(c.builder.load(found), is_error=failed)


@infer_getattr
class StructAttributes(AttributeTemplate):  # type: ignore[misc]
    """Fields as attributes."""

    key = StructType

    def generic_resolve(self, of: StructType, name: str) -> Any:  # type: ignore[override]
        """numba's type of a field."""
        field = of.members.get(name)
        return None if field is None else field_type(field)


@lower_getattr_generic(StructType)
def _read(context: Any, builder: Any, of: StructType, words: Any, name: str) -> Any:
    field = of.members[name]
    found = field_type(field)

    def word(k: int, as_type: Any = WORD) -> Any:
        place = builder.gep(words, [ir.Constant(WORD, field.offset + k)])
        value = builder.load(builder.bitcast(place, as_type.as_pointer()))
        value.set_metadata("invariant.load", builder.module.add_metadata([]))
        return value

    if field.kind is float:
        return word(0, context.get_data_type(found))
    if field.kind is int:
        return word(0)
    if field.kind is bool:
        return builder.icmp_signed("!=", word(0), ir.Constant(WORD, 0))
    if not field.axes:
        return builder.inttoptr(word(0), WORD.as_pointer())
    array = make_array(found)(context, builder)
    itemsize = context.get_abi_sizeof(context.get_data_type(found.dtype))
    shape = [word(1 + k) for k in range(field.axes)]
    strides = [ir.Constant(WORD, itemsize)]
    for length in shape[:0:-1]:
        strides.insert(0, builder.mul(strides[0], length))
    data = builder.inttoptr(word(0), array.data.type)
    populate_array(array, data=data, shape=shape, strides=strides, itemsize=itemsize, meminfo=None)
    return array._getvalue()


def row_as(struct: Any) -> Callable[..., Any]:
    """A function for kernels that reads row ``k`` of a matrix as a struct, all of whose fields are floats."""
    found = struct._numba_type_

    @intrinsic  # type: ignore[untyped-decorator]
    def row(context: Any, matrix: Any, k: Any) -> Any:
        """The struct in row ``k`` of ``matrix``."""

        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            array = make_array(signature.args[0])(context, builder, arguments[0])
            _, columns = cgutils.unpack_tuple(builder, array.shape, 2)
            place = builder.gep(array.data, [builder.mul(arguments[1], columns)])
            return builder.bitcast(place, WORD.as_pointer())

        return found(matrix, types.int64), code

    return row


def at_address(struct: Any) -> Callable[..., Any]:
    """A function for kernels that gives the struct whose address stands at ``k`` of an array of integers."""
    found = struct._numba_type_

    @intrinsic  # type: ignore[untyped-decorator]
    def there(context: Any, addresses: Any, k: Any) -> Any:
        """The struct that ``addresses[k]`` points to; whoever made the array keeps it alive."""

        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            array = make_array(signature.args[0])(context, builder, arguments[0])
            word = builder.load(builder.gep(array.data, [arguments[1]]))
            return builder.inttoptr(word, WORD.as_pointer())

        return found(addresses, types.int64), code

    return there
