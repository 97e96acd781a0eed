"""One guarded step of Newton's method for one unknown."""

from __future__ import annotations

from .jit import kernel


@kernel
def bracketed(x, move, before, low, high):
    """Newton's ``move`` from ``x``, or half of the bracket where that leaves it or is not half of the one ``before``.

    Where a function is flat, steep and flat again Newton's method alone goes to and fro between the flat parts for
    ever. So either the step or the bracket halves. ``before`` is infinite as long as the bracket has one end only.
    """
    if low <= x + move <= high and abs(move) <= 0.5 * before:
        return move
    return 0.5 * (low + high) - x
