"""Outputs of a design as arithmetic over the numbers of its runs: ``fast.capacity_uAh_cm2 / slow.capacity_uAh_cm2``.

Numbers, names, ``run.number``, ``+ - * / **``, and min, max, abs, sqrt, log, exp: nothing else is understood, so a
study from anywhere can be read.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, did_you_mean

__all__ = ["Expression"]

Array = NDArray[np.float64]
LONGEST = 500  # characters
OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow, ast.USub: operator.neg, ast.UAdd: operator.pos,
}  # fmt: skip
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "min": np.minimum, "max": np.maximum, "abs": np.abs, "sqrt": np.sqrt, "log": np.log, "exp": np.exp,
}  # fmt: skip


@dataclass(frozen=True)
class Expression:
    """An output and its ``text``."""

    text: str

    def __post_init__(self) -> None:
        self._tree()

    def _tree(self) -> ast.expr:
        try:
            if len(self.text) > LONGEST:
                raise ValueError
            return ast.parse(self.text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise InputError(
                f"'{self.text:.60}' is no output; write for example 'fast.capacity_uAh_cm2 / slow.capacity_uAh_cm2'."
            ) from None

    def names(self) -> set[str]:
        """What it is made of, ``run.number`` or a name."""
        found = list[str]()

        def seen(name: str) -> float:
            found.append(name)
            return 1.0

        with np.errstate(all="ignore"):
            self._walk(self._tree(), seen)
        return set(found)

    def check(self, known: Mapping[str, Any] | set[str]) -> None:
        """Errors: `HeterofilmError` for a name that there is not."""
        for name in sorted(self.names()):
            if name not in known:
                raise InputError(
                    f"The output '{self.text}' names '{name}', which there is not.{did_you_mean(name, list(known))} "
                    f"Known: {', '.join(sorted(known)[:20])}."
                )

    def __call__(self, known: Mapping[str, Array]) -> Array:
        """Its values, one for each run; nan where a number is missing, or nothing comes out."""
        with np.errstate(all="ignore"):
            found = np.asarray(self._walk(self._tree(), lambda name: known[name]), float)
        return np.where(np.isfinite(found), found, np.nan)

    def _walk(self, node: ast.expr, value: Callable[[str], Any]) -> Any:
        match node:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                return float(number)
            case ast.Name(id=name):
                return value(name)
            case ast.Attribute(value=ast.Name(id=run), attr=number):
                return value(f"{run}.{number}")
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
                return OPERATORS[type(op)](np.float64(self._walk(left, value)), self._walk(right, value))
            case ast.UnaryOp(op=op, operand=operand) if type(op) in OPERATORS:
                return OPERATORS[type(op)](self._walk(operand, value))
            case ast.Call(func=ast.Name(id=name), args=given, keywords=[]) if name in FUNCTIONS and (
                len(given) == FUNCTIONS[name].nin  # type: ignore[attr-defined]
            ):
                return FUNCTIONS[name](*(self._walk(one, value) for one in given))
        raise InputError(
            f"The output '{self.text:.60}' has something in it that is not understood: it takes numbers, names, "
            f"run.number, + - * / ** and {', '.join(FUNCTIONS)}."
        )
