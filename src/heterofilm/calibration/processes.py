"""Processes for what takes many independent searches; they end with whoever asked for them."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from typing import Any

__all__ = ["mapping"]


@contextmanager
def mapping(workers: int) -> Iterator[Callable[..., Iterable[Any]]]:
    """``map`` in processes of their own, or here where one is enough.

    Where what is done with the results ends early (an interrupt, an error), the processes are ended in the midst of
    their work: the interpreter would else wait for all that was asked for.
    """
    if workers <= 1:
        yield map
        return
    before = active_children()
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_unheeding)
    try:
        yield pool.map
    except BaseException:
        started = [one for one in active_children() if one not in before]
        pool.shutdown(wait=False, cancel_futures=True)
        for one in started:
            one.terminate()
        raise
    pool.shutdown()


def _unheeding() -> None:
    """Ctrl-C is the first process's to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
