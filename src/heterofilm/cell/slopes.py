"""How what the engine is given follows from the values of a cell: derivatives of the assembly.

The assembly is evaluated once more with an imaginary part on one value (complex step; W. Squire, G. Trapp, SIAM Rev.
40, 110, 1998): for a step this small the imaginary part of whatever follows is the derivative to the last digit. It
holds where the assembly is smooth. A count (nodes, shells) has no derivative; nor has the way in which a table of an
open-circuit potential is read (molar mass, density of a phase whose table is by capacity). Both are refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..engine.structs import Struct
from ..errors import InputError
from .cell import Cell
from .shared import shared

__all__ = ["STEP", "Slopes", "followed", "slope", "switched_on"]

STEP = 1e-60  # of a value in its own unit: its square is nothing beside any number of a cell

NEXT_TO_NOTHING = 1e-30  # beside one, and beside what a value that is followed may be
LAWS = ("exponent", "cathode_exponent", "D_decades")  # at zero the law is left out, to which the limit is smooth
STATES = ("barrier", "interface_energy")  # above zero the cell has other states


def switched_on(cell: Cell, paths: Sequence[str]) -> Cell:
    """The cell with the laws in it that some of ``paths`` leave out by being zero.

    Its numbers are those of ``cell``, but what is left out has no slopes.
    """
    off = [path for path in paths if _last(path) in LAWS and cell.entries.number(path) == 0.0]
    return cell.replace(dict.fromkeys(off, NEXT_TO_NOTHING)) if off else cell


def _last(path: str) -> str:
    return path.rpartition(".")[2]


@shared(lambda cell, path: (cell.entries, path))
def followed(cell: Cell, path: str) -> Cell:
    """The cell with an imaginary step on the value at ``path``: what is assembled from it is complex.

    Errors: `HeterofilmError` for an unknown path, a value that does not act, and one without derivative.
    """
    cell.entries.check_acts(path)
    if _last(path) in STATES and cell.entries.number(path) == 0.0:
        raise InputError(
            f"'{path}' of cell '{cell.name}' has no derivative at 0, where what it belongs to is not there at all: set "
            "it to more first, or compare two runs with different values of it."
        )
    try:
        made = Cell(cell.entries.followed(path, STEP))
        made.model  # noqa: B018  # assembled now, so that what cannot be is said here
        made.ageing()
    except (TypeError, ValueError, np.exceptions.ComplexWarning) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"'{path}' of cell '{cell.name}' has no derivative: it shapes a table or a mesh, or chooses between laws. "
            "Compare two runs with different values of it."
        ) from None
    return made


def slope(x: Any) -> Any:
    """d(x)/d(value) of a number or array that was computed from a followed cell."""
    return np.imag(x) / STEP


class Slopes:
    """A struct's derivatives by one value, field by field."""

    def __init__(self, of: Struct) -> None:
        self._of = of

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Slopes) and self._of is other._of

    def __hash__(self) -> int:
        return hash(self._of)

    def along(self, name: str, present: Any) -> Any:
        """Those of one field, which is ``present`` in the cell itself; None where nothing in it follows the value.

        Parts that a value does not touch are the same objects in both cells (``shared.py``), or real numbers.
        """
        found = getattr(self._of, name)
        if found is present or type(found) is float:
            return None
        if isinstance(found, Struct):
            return Slopes(found)
        return slope(found) if np.iscomplexobj(found) else None

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._of, name)
        return Slopes(found) if isinstance(found, Struct) else slope(found)
