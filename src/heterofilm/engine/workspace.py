"""The arrays one integration works on, lent and taken back: making them anew costs a tenth of a short discharge."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from typing import Any, TypeVar

from .bdf import Trail, new_trail
from .factors import Factors, new_factors
from .state import Layout, Work, new_work
from .structs import Struct


class Workspace(Struct):
    """What an integration overwrites."""

    work: Work
    factors: Factors
    trail: Trail


Arrays = TypeVar("Arrays")


@lru_cache(maxsize=32)
def _idle(make: Callable[[Layout], Any], lay: Layout) -> list[Any]:
    return []


@contextmanager
def lent(make: Callable[[Layout], Arrays], lay: Layout) -> Iterator[Arrays]:
    """What ``make`` makes for this layout, that nobody else has meanwhile, in whatever state it was left."""
    idle = _idle(make, lay)
    try:
        found = idle.pop()
    except IndexError:
        found = make(lay)
    yield found
    idle.append(found)


def workspace(lay: Layout) -> AbstractContextManager[Workspace]:
    """That of an integration."""
    return lent(_new_workspace, lay)


def _new_workspace(lay: Layout) -> Workspace:
    return Workspace(work=new_work(lay), factors=new_factors(lay, Factors), trail=new_trail(lay))
