"""Equivalent circuits written as researchers write them.

Two notations are read:

- ``R0-p(R1,C1)-p(R2-Wo1,CPE1)``: ``-`` puts in series, ``p(a, b)`` in parallel, as in impedance.py;
- ``R(RC)(R[QW])``: Boukamp's circuit description code. Neighbours are in series, round brackets put what they hold
  in parallel, square brackets inside them in series again. Elements are numbered in the order they come, and
  Q, O, T are his names for CPE, Ws, Wo. A text is taken for this notation when it has brackets but neither
  ``-`` nor ``,`` nor ``p(``.

>>> circuit = Circuit.parse("R(RC)(R[QW])")
>>> str(circuit)
'R1-p(R2,C1)-p(R3,CPE1-W1)'
>>> [p.name for p in circuit.parameters]
['R1', 'R2', 'C1', 'R3', 'CPE1_Q', 'CPE1_n', 'W1_sigma']
>>> values = dict(R0=10.0, R1=50.0, C1=1e-3)
>>> Circuit.parse("R0-p(R1,C1)").impedance([1e6], values).real.round(3)
array([10.])
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, reduce
from itertools import count
from operator import add
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from ...errors import HeterofilmError, InputError, did_you_mean
from .elements import BOUKAMP, ELEMENTS, Complex, Parameter, Real

if TYPE_CHECKING:
    from lark import Lark

__all__ = ["Circuit", "Leaf", "Parallel", "Series"]


@dataclass(frozen=True)
class Leaf:
    """One element of a circuit: its `symbol` in `ELEMENTS` and its `name`, such as ``CPE1``."""

    symbol: str
    name: str

    def __str__(self) -> str:
        return self.name

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters by the names they have in this circuit."""
        own = ELEMENTS[self.symbol].parameters
        return tuple(replace(p, name=f"{self.name}_{p.name}" if p.name else self.name) for p in own)


@dataclass(frozen=True)
class Series:
    """Parts in a row: impedances add."""

    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return "-".join(map(str, self.parts))


@dataclass(frozen=True)
class Parallel:
    """Parts side by side: admittances add."""

    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return f"p({','.join(map(str, self.parts))})"


Node = Leaf | Series | Parallel
Law = Callable[[Real, Any], Complex]


@dataclass(frozen=True)
class Circuit:
    """An equivalent circuit: a `tree` of elements in series and in parallel; ``str`` writes it back."""

    tree: Node

    @classmethod
    def parse(cls, text: str) -> Circuit:
        """Read a circuit in either notation of this module.

        Errors: `HeterofilmError` naming the column and what was expected there, or the name used twice.
        """
        return cls(_Reader(text).tree())

    def __str__(self) -> str:
        return str(self.tree)

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """The elements, in the order they are written."""
        return tuple(_leaves(self.tree))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """All parameters with name, unit and limits, in the order they are written."""
        return tuple(p for leaf in self.leaves for p in leaf.parameters)

    def impedance(self, frequency_Hz: ArrayLike, values: Mapping[str, float]) -> Complex:
        """Complex impedance (ohm) at each frequency (Hz, any shape), from the `values` of all parameters (SI).

        Errors: `HeterofilmError` for a frequency that is not positive, a missing or an unknown parameter.
        """
        f = np.asarray(frequency_Hz, float)
        if not (f > 0.0).all():
            raise InputError("A circuit has an impedance at positive frequencies only: leave out f <= 0.")
        names = [p.name for p in self.parameters]
        for name in values:
            if name not in names:
                raise InputError(f"The circuit {self} has no parameter '{name}'.{did_you_mean(name, names)}")
        for name in names:
            if name not in values or not math.isfinite(values[name]):
                raise InputError(f"The circuit {self} needs a value for '{name}', and has none.")
        Z = self.evaluate(2.0 * np.pi * f, np.array([values[name] for name in names]))
        if not np.isfinite(Z).all():
            raise InputError(f"The circuit {self} has no finite impedance with these values: is one of them zero?")
        return Z

    def evaluate(self, w: Real, x: Real) -> Complex:
        """`impedance` without checks: angular frequency (rad/s), parameters in the order of `parameters`, shape
        (n,), or (rows, n) for so many impedances at once."""
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            return self._law(w, x if x.ndim == 1 else x.T[..., None])

    @cached_property
    def _law(self) -> Law:
        return _law(self.tree, count())

    def __reduce__(self) -> tuple[Any, ...]:
        return Circuit, (self.tree,)  # the law is made anew in another process


def _leaves(node: Node) -> Iterator[Leaf]:
    if isinstance(node, Leaf):
        yield node
    else:
        for part in node.parts:
            yield from _leaves(part)


def _law(node: Node, places: Iterator[int]) -> Law:
    """The impedance of a node as one function of w and all parameters, of which its own stand at the next `places`."""
    if isinstance(node, Leaf):
        element = ELEMENTS[node.symbol]
        own = [next(places) for _ in element.parameters]
        return lambda w, x: element.impedance(w, *(x[k] for k in own))
    parts = [_law(part, places) for part in node.parts]
    if isinstance(node, Series):
        return lambda w, x: reduce(add, [part(w, x) for part in parts])
    return lambda w, x: 1.0 / reduce(add, [1.0 / part(w, x) for part in parts])


# Both notations share one grammar with two ways in. Longer symbols are tried first ("Wo" before "W"), and a
# number belongs to the element before it.
_GRAMMAR = r"""
dashed: series
series: part (_DASH part)*
?part: element | parallel
parallel: _P series (_COMMA series)+ _CLOSE
element: NAME

cdc: row
row: cell+
?cell: element | beside
beside: _ROUND (element | beside | square)+ _CLOSE
square: _SQUARE row _SQUARE_END

NAME: /(?:SYMBOLS)(?:_?\d+)?/
_P: /[pP]\(/
_ROUND: "("
_CLOSE: ")"
_SQUARE: "["
_SQUARE_END: "]"
_DASH: "-"
_COMMA: ","
%ignore /\s+/
"""
_EXPECTED = {
    "NAME": "an element", "_P": "'p('", "_ROUND": "'('", "_CLOSE": "')'", "_SQUARE": "'['", "_SQUARE_END": "']'",
    "_DASH": "'-'", "_COMMA": "','", "$END": "the end",
}  # fmt: skip


@lru_cache(maxsize=1)
def _parser() -> Lark:
    from lark import Lark

    symbols = sorted([*ELEMENTS, *BOUKAMP], key=len, reverse=True)
    grammar = _GRAMMAR.replace("SYMBOLS", "|".join(symbols))
    return Lark(grammar, parser="lalr", lexer="contextual", start=["dashed", "cdc"], maybe_placeholders=False)


@dataclass
class _Reader:
    """Turns text into a tree, and every failure into a sentence with a place."""

    text: str

    def tree(self) -> Node:
        from lark.exceptions import UnexpectedCharacters, UnexpectedToken

        if not self.text.strip():
            raise InputError("The circuit is empty, but one such as 'R0-p(R1,C1)-Wo1' was expected.")
        boukamp = bool(re.search(r"[(\[]", self.text)) and not re.search(r"[-,]|[pP]\s*\(", self.text)
        try:
            parsed = _parser().parse(self.text, start="cdc" if boukamp else "dashed")
        except UnexpectedToken as error:
            at_end = error.token.type == "$END" or error.token.start_pos is None
            position = len(self.text.rstrip()) if at_end else error.token.start_pos
            raise self.unexpected(position or 0, error.accepts or error.expected) from None
        except UnexpectedCharacters as error:
            raise self.unexpected(error.pos_in_stream or 0, error.allowed or ()) from None
        self.used: dict[str, int] = {}
        self.boukamp = boukamp
        return self.node(parsed.children[0])

    # The grammar knows the children of a parsed tree, the type checker does not: hence Any.
    def node(self, tree: Any) -> Node:
        if tree.data == "element":
            return self.leaf(tree.children[0])
        parts = tuple(self.node(child) for child in tree.children)
        if len(parts) == 1:
            return parts[0]
        # p(a-b-c, d): nested series and parallels of one kind are one, so that equal circuits are equal
        kind: type[Series] | type[Parallel] = Parallel if tree.data in ("parallel", "beside") else Series
        return kind(tuple(q for p in parts for q in (p.parts if isinstance(p, kind) else (p,))))

    def leaf(self, token: Any) -> Leaf:
        found = re.fullmatch(r"([A-Za-z]+?)_?(\d*)", token)
        assert found is not None  # the grammar let it through
        symbol, number = found.groups()
        if symbol in BOUKAMP and not self.boukamp:
            own = BOUKAMP[symbol]
            raise self.error(token.start_pos, f"'{symbol}' is '{own}' in this notation: write '{own}{number}'")
        symbol = BOUKAMP.get(symbol, symbol)
        if self.boukamp and not number:
            self.used[symbol] = self.used.get(symbol, 0) + 1
            number = str(self.used[symbol])
        name = symbol + number
        if f"={name}" in self.used:
            raise self.error(token.start_pos, f"the name '{name}' is used twice: number the elements differently")
        self.used[f"={name}"] = 1
        return Leaf(symbol, name)

    def unexpected(self, position: int, terminals: Iterable[str]) -> HeterofilmError:
        word = re.match(r"[A-Za-z]+\d*|.|$", self.text[position:])
        found = word[0] if word else ""
        known = set(terminals)
        expected = " or ".join(phrase for name, phrase in _EXPECTED.items() if name in known) or "the end"
        if "NAME" in known:
            expected = expected.replace("an element", f"an element ({', '.join(ELEMENTS)})")
        hint = did_you_mean(found.rstrip("0123456789"), ELEMENTS) if "NAME" in known and found else ""
        return self.error(position, f"expected {expected}, but found {f'«{found}»' if found else 'the end'}", hint)

    def error(self, position: int, message: str, hint: str = "") -> HeterofilmError:
        line = self.text.replace("\n", " ")
        return InputError(f"Circuit, column {position + 1}: {message}.{hint}\n  {line}\n  {' ' * position}^")
