"""A bar while kernels are compiled, where somebody looks at a terminal; elsewhere the engine says one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..bars import progress_bar, watched
from ..engine import progress


@contextmanager
def compiling() -> Iterator[None]:
    """Show kernel k of n meanwhile, from the first that is compiled to the last."""
    if not watched():
        yield
        return
    bars: list[Any] = []

    def show(k: int, n: int, name: str) -> None:
        if not bars:
            bars.append(progress_bar(desc="compiling, once on this machine", unit="kernel", leave=False, delay=0.0))
        bars[0].total, bars[0].n = n, k
        bars[0].set_postfix_str(name)
        if k == n:
            bars.pop().close()

    try:
        with progress.watched(show):
            yield
    finally:
        for bar in bars:
            bar.close()
