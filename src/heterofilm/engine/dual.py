"""Numbers that carry their derivatives: the kernels, compiled for them, are differentiated as they stand.

A dual number is a value and its slopes by up to ``LANES`` quantities; arithmetic is that of first-order Taylor series
(R. E. Wengert, Commun. ACM 7, 463, 1964), so every law of the engine has its exact derivative without being written
again. Comparisons look at the value. Stored into an array of plain numbers a dual number leaves its slopes behind:
which arrays are plain, a struct says (``structs.Struct``). The slopes lie in one vector register or two.
"""

from __future__ import annotations

import math
import operator
from typing import Any

import llvmlite.ir as ir
from numba.core import types
from numba.core.typeconv import Conversion
from numba.core.typing.arraydecl import get_array_index_type
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin, lower_cast, models, register_model

LANES = 8  # slopes of a dual number
WIDTH = 1 + LANES  # numbers in memory

DOUBLE, SLOPES = ir.DoubleType(), ir.VectorType(ir.DoubleType(), LANES)
PAIR = ir.LiteralStructType([DOUBLE, SLOPES], packed=True)  # of alignment one: arrays of it have no gaps
NONE = ir.Constant(SLOPES, [0.0] * LANES)


class DualType(types.Type):  # type: ignore[misc]
    """numba's type of a dual number."""

    def __init__(self) -> None:
        super().__init__(name=f"dual{LANES}")

    def can_convert_from(self, context: Any, other: Any) -> Any:
        """A plain number is one without slopes; the other way only a store goes."""
        return Conversion.safe if isinstance(other, types.Float | types.Integer) else None

    def unify(self, context: Any, other: Any) -> Any:
        """A variable that is plain at first and dual later is dual."""
        return self if isinstance(other, types.Float | types.Integer) else None


DUAL = DualType()


@register_model(DualType)
class DualModel(models.PrimitiveModel):  # type: ignore[misc]
    """Value and slopes side by side."""

    def __init__(self, manager: Any, of: DualType) -> None:
        super().__init__(manager, of, PAIR)


def _pair(builder: Any, value: Any, slopes: Any) -> Any:
    made = builder.insert_value(ir.Constant(PAIR, ir.Undefined), value, 0)
    return builder.insert_value(made, slopes, 1)


def _parts(context: Any, builder: Any, of: Any, given: Any) -> tuple[Any, Any]:
    """Value and slopes; None for those of a plain number."""
    if isinstance(of, DualType):
        return builder.extract_value(given, 0), builder.extract_value(given, 1)
    return context.cast(builder, given, of, types.float64), None


def _scaled(builder: Any, slopes: Any, by: Any) -> Any:
    """Slopes times a number; None stays none."""
    if slopes is None:
        return None
    splat = builder.insert_element(ir.Constant(SLOPES, ir.Undefined), by, ir.Constant(ir.IntType(32), 0))
    mask = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
    return builder.fmul(slopes, builder.shuffle_vector(splat, ir.Constant(SLOPES, ir.Undefined), mask))


def _sum(builder: Any, a: Any, b: Any) -> Any:
    if a is None or b is None:
        return a if b is None else b
    return builder.fadd(a, b)


def _call(context: Any, builder: Any, function: Any, *values: Any) -> Any:
    """A function of plain numbers."""
    of = signature(types.float64, *[types.float64] * len(values))
    return context.get_function(function, of)(builder, values)


@lower_cast(types.Float, DUAL)
@lower_cast(types.Integer, DUAL)
def _lift(context: Any, builder: Any, of: Any, to: Any, given: Any) -> Any:
    return _pair(builder, context.cast(builder, given, of, types.float64), NONE)


@lower_cast(DUAL, types.Float)
def _store(context: Any, builder: Any, of: Any, to: Any, given: Any) -> Any:
    return builder.extract_value(given, 0)


@infer_global(operator.setitem)
class Stored(AbstractTemplate):  # type: ignore[misc]
    """A dual number may be stored into an array of plain ones: its value is."""

    def generic(self, args: Any, kws: Any) -> Any:
        """The type of a store."""
        array, index, value = args
        if isinstance(array, types.Array) and isinstance(array.dtype, types.Float) and isinstance(value, DualType):
            found = get_array_index_type(array, index)
            return None if found is None else signature(types.none, array, found.index, value)
        return None


def _is_plain(of: Any) -> bool:
    return isinstance(of, types.Float | types.Integer)


def _dual_call(*arguments: Any) -> bool:
    """Whether something is called with dual numbers, or with those and plain ones."""
    return any(isinstance(one, DualType) for one in arguments) and all(
        isinstance(one, DualType) or _is_plain(one) for one in arguments
    )


def _rule(function: Any, result: Any = None, arity: int = 2) -> Any:
    """Make ``function`` known to numba for dual numbers: the decorated one writes its code from values and slopes."""

    class Template(AbstractTemplate):  # type: ignore[misc]
        def generic(self, args: Any, kws: Any) -> Any:
            """The type of a call."""
            return signature(result or DUAL, *args) if len(args) == arity and _dual_call(*args) else None

    infer_global(function)(Template)

    def register(write: Any) -> Any:
        def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            parts = [_parts(context, builder, of, one) for of, one in zip(sig.args, args, strict=True)]
            return write(context, builder, *parts)

        kinds: list[tuple[Any, ...]] = [(DUAL,)] if arity == 1 else [(DUAL, DUAL)]
        if arity == 2:
            kinds += [pair for plain in (types.Float, types.Integer) for pair in ((DUAL, plain), (plain, DUAL))]
        for one in kinds:
            lower_builtin(function, *one)(code)
        return write

    return register


@_rule(operator.iadd)
@_rule(operator.add)
def _add(context: Any, builder: Any, a: Any, b: Any) -> Any:
    return _pair(builder, builder.fadd(a[0], b[0]), _sum(builder, a[1], b[1]))


@_rule(operator.isub)
@_rule(operator.sub)
def _sub(context: Any, builder: Any, a: Any, b: Any) -> Any:
    minus = None if b[1] is None else builder.fneg(b[1])
    return _pair(builder, builder.fsub(a[0], b[0]), _sum(builder, a[1], minus))


@_rule(operator.imul)
@_rule(operator.mul)
def _mul(context: Any, builder: Any, a: Any, b: Any) -> Any:
    slopes = _sum(builder, _scaled(builder, a[1], b[0]), _scaled(builder, b[1], a[0]))
    return _pair(builder, builder.fmul(a[0], b[0]), slopes)


@_rule(operator.itruediv)
@_rule(operator.truediv)
def _div(context: Any, builder: Any, a: Any, b: Any) -> Any:
    inverse = builder.fdiv(ir.Constant(DOUBLE, 1.0), b[0])
    value = builder.fmul(a[0], inverse)
    slopes = _scaled(builder, b[1], builder.fneg(builder.fmul(value, inverse)))
    return _pair(builder, value, _sum(builder, _scaled(builder, a[1], inverse), slopes))


@_rule(operator.ipow)
@_rule(operator.pow)
def _pow(context: Any, builder: Any, a: Any, b: Any) -> Any:
    value = _call(context, builder, operator.pow, a[0], b[0])
    slopes = None
    if a[1] is not None:
        below = _call(context, builder, operator.pow, a[0], builder.fsub(b[0], ir.Constant(DOUBLE, 1.0)))
        slopes = _scaled(builder, a[1], builder.fmul(b[0], below))
    if b[1] is not None:
        by_b = builder.fmul(value, _call(context, builder, math.log, a[0]))
        slopes = _sum(builder, slopes, _scaled(builder, b[1], by_b))
    return _pair(builder, value, slopes)


@_rule(operator.neg, arity=1)
def _neg(context: Any, builder: Any, a: Any) -> Any:
    return _pair(builder, builder.fneg(a[0]), builder.fneg(a[1]))


@_rule(operator.pos, arity=1)
def _pos(context: Any, builder: Any, a: Any) -> Any:
    return _pair(builder, *a)


@_rule(abs, arity=1)
def _abs(context: Any, builder: Any, a: Any) -> Any:
    below = builder.fcmp_ordered("<", a[0], ir.Constant(DOUBLE, 0.0))
    return _pair(
        builder, builder.select(below, builder.fneg(a[0]), a[0]), builder.select(below, builder.fneg(a[1]), a[1])
    )


def _chosen(builder: Any, first: Any, a: Any, b: Any) -> Any:
    slopes = [NONE if one[1] is None else one[1] for one in (a, b)]
    return _pair(builder, builder.select(first, a[0], b[0]), builder.select(first, *slopes))


@_rule(min)
def _min(context: Any, builder: Any, a: Any, b: Any) -> Any:
    return _chosen(builder, builder.fcmp_ordered("<=", a[0], b[0]), a, b)


@_rule(max)
def _max(context: Any, builder: Any, a: Any, b: Any) -> Any:
    return _chosen(builder, builder.fcmp_ordered(">=", a[0], b[0]), a, b)


def _comparison(function: Any, symbol: str) -> None:
    @_rule(function, result=types.boolean)
    def compared(context: Any, builder: Any, a: Any, b: Any) -> Any:
        compare = builder.fcmp_unordered if symbol == "!=" else builder.fcmp_ordered
        return compare(symbol, a[0], b[0])


for _function, _symbol in (
    (operator.lt, "<"), (operator.le, "<="), (operator.gt, ">"), (operator.ge, ">="), (operator.eq, "=="),
    (operator.ne, "!="),
):  # fmt: skip
    _comparison(_function, _symbol)


@_rule(int, result=types.int64, arity=1)
def _int(context: Any, builder: Any, a: Any) -> Any:
    return builder.fptosi(a[0], ir.IntType(64))


@_rule(math.exp, arity=1)
def _exp(context: Any, builder: Any, a: Any) -> Any:
    value = _call(context, builder, math.exp, a[0])
    return _pair(builder, value, _scaled(builder, a[1], value))


@_rule(math.log, arity=1)
def _log(context: Any, builder: Any, a: Any) -> Any:
    inverse = builder.fdiv(ir.Constant(DOUBLE, 1.0), a[0])
    return _pair(builder, _call(context, builder, math.log, a[0]), _scaled(builder, a[1], inverse))


@_rule(math.sqrt, arity=1)
def _sqrt(context: Any, builder: Any, a: Any) -> Any:
    value = _call(context, builder, math.sqrt, a[0])
    return _pair(builder, value, _scaled(builder, a[1], builder.fdiv(ir.Constant(DOUBLE, 0.5), value)))


@_rule(math.copysign)
def _copysign(context: Any, builder: Any, a: Any, b: Any) -> Any:
    value = _call(context, builder, math.copysign, a[0], b[0])
    turned = _call(context, builder, math.copysign, ir.Constant(DOUBLE, 1.0), builder.fmul(a[0], b[0]))
    return _pair(builder, value, NONE if a[1] is None else _scaled(builder, a[1], turned))


def _code_of(result: Any, write: Any) -> Any:
    """Signature and code of an intrinsic of dual or plain numbers."""

    def made(*kinds: Any) -> Any:
        def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            return write(builder, *[_parts(context, builder, of, one) for of, one in zip(sig.args, args, strict=True)])

        return result(*kinds), code

    return made


@intrinsic  # type: ignore[untyped-decorator]
def plain(context: Any, x: Any) -> Any:
    """The value of a number, without slopes."""
    return _code_of(types.float64, lambda builder, x: x[0])(x)


@intrinsic  # type: ignore[untyped-decorator]
def first_slope(context: Any, x: Any) -> Any:
    """The slope of a dual number by the first quantity."""
    at = ir.Constant(ir.IntType(32), 0)
    return _code_of(types.float64, lambda builder, x: builder.extract_element(x[1], at))(x)


@intrinsic  # type: ignore[untyped-decorator]
def slope_by(context: Any, x: Any, k: Any) -> Any:
    """The slope of a dual number by quantity ``k``, counted from 0."""

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        lane = builder.trunc(args[1], ir.IntType(32))
        return builder.extract_element(builder.extract_value(args[0], 1), lane)

    return types.float64(x, types.int64), code


@intrinsic  # type: ignore[untyped-decorator]
def seeded(context: Any, value: Any, slope: Any) -> Any:
    """A dual number with one slope, that by the first quantity."""
    at = ir.Constant(ir.IntType(32), 0)
    return _code_of(DUAL, lambda builder, v, s: _pair(builder, v[0], builder.insert_element(NONE, s[0], at)))(
        value, slope
    )


@intrinsic  # type: ignore[untyped-decorator]
def with_slopes(context: Any, value: Any, of: Any) -> Any:
    """A value with the slopes of another number."""
    return _code_of(DUAL, lambda builder, v, o: _pair(builder, v[0], o[1]))(value, of)
