"""How far compiling is: which of the kernels that are still needed is being translated, or made machine code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Watcher = Callable[[int, int, str], None]  # kernel k of n, and its name

_watchers: list[Watcher] = []
_told = False
_done: list[str] = []
_needed: set[str] = set()


@contextmanager
def watched(watcher: Watcher) -> Iterator[None]:
    """Tell ``watcher`` of every kernel that is compiled meanwhile, instead of saying so on stderr."""
    _watchers.append(watcher)
    try:
        yield
    finally:
        _watchers.remove(watcher)


def machine_code(function: str) -> str:
    """What the last part of compiling a function is called, when all that it calls is optimised as one."""
    return f"machine code of {function}"


def begin(names: set[str]) -> None:
    """These kernels are going to be compiled, where they are not yet."""
    global _told
    _needed.update(names)
    if not _told and not _watchers:
        _told = True
        count = sum(map(_is_kernel, _needed))
        print(
            f"heterofilm: compiling {count} kernels, once on this machine (half a minute if it is idle) ...",
            file=sys.stderr,
        )


def advance(name: str) -> None:
    """A kernel has been compiled."""
    if name not in _done:
        _done.append(name)
        _needed.add(name)
    for watcher in _watchers:
        watcher(len(_done), len(_needed), name)


def _is_kernel(name: str) -> bool:
    return not name.startswith(machine_code(""))
