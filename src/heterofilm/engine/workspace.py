"""The arrays one integration works on, lent and taken back: making them anew costs a tenth of a short discharge."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from .bdf import Trail, new_trail
from .factors import Factors, new_factors
from .state import Layout, Work, new_work
from .structs import Struct


class Workspace(Struct):
    """What an integration overwrites."""

    work: Work
    factors: Factors
    trail: Trail


@lru_cache(maxsize=16)
def _idle(lay: Layout) -> list[Workspace]:
    return []


@contextmanager
def workspace(lay: Layout) -> Iterator[Workspace]:
    """A workspace for this layout that nobody else has meanwhile, in whatever state it was left."""
    idle = _idle(lay)
    try:
        found = idle.pop()
    except IndexError:
        found = Workspace(work=new_work(lay), factors=new_factors(lay), trail=new_trail(lay))
    yield found
    idle.append(found)
