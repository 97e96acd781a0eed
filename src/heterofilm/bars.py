"""Bars of progress, made in one place: shown where somebody looks, and nowhere else."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

__all__ = ["progress_bar", "watched"]

PATIENCE = 2.0  # s, after which a bar is due


def watched() -> bool:
    """Whether somebody looks at what goes to stderr: a terminal or a notebook, not a file or another program."""
    return "ipykernel" in sys.modules or sys.stderr.isatty()


def progress_bar(items: Iterable[Any] | None = None, *, progress: bool = True, **options: Any) -> Any:
    """A bar of tqdm over ``items``, or one that is updated by hand; ``options`` are tqdm's.

    It appears after two seconds, and not at all without ``progress`` or where nobody looks (`watched`).
    """
    from tqdm import tqdm

    usual = {"delay": PATIENCE, "dynamic_ncols": True, "file": sys.stderr}
    return tqdm(items, disable=not (progress and watched()), **usual | options)
