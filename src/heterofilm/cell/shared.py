"""Parts of a model, built once for the values that they are made of.

A cell that is varied shares with the one it comes from all that the change does not touch, entries (``library``) and
so the parts of its model too: a new diffusion coefficient is new words for the kernels in one part of seven.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any, ParamSpec, TypeVar

MOST = 64  # of every kind of part

P = ParamSpec("P")
R = TypeVar("R")


def shared(reads: Callable[P, tuple[Any, ...]]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """For a builder that answers with the same object where all it ``reads`` of its arguments is the same.

    Numbers and texts are compared by value, all else (frozen entries and structs) by identity. Nobody may change what
    it answers. What it reads is told, not found: a test builds cells with every value changed, with and without.
    """

    def decorated(build: Callable[P, R]) -> Callable[P, R]:
        turn = Lock()
        kept: dict[tuple[Any, ...], tuple[tuple[Any, ...], R]] = {}

        @wraps(build)
        def found(*given: P.args, **named: P.kwargs) -> R:
            parts = reads(*given, **named)
            key = tuple([one if type(one) in (float, int, bool, str) else id(one) for one in parts])
            there = kept.get(key)
            if there is None:
                # the parts are kept, so that no other object can have their identity
                there = parts, build(*given, **named)
                with turn:
                    while len(kept) >= MOST:
                        del kept[next(iter(kept))]
                    kept[key] = there
            return there[1]

        return found

    return decorated
