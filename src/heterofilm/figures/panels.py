"""Several figures in one file: side by side on paper, one below the other on the screen."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ..files import atomic
from .document import alone
from .elements import Drawing
from .save import check_plot_path


def save_sheet(figures: Sequence[Drawing], path: str | os.PathLike[str]) -> Path:
    """Write all `figures` to one ``.png``, ``.svg``, ``.pdf`` or ``.html``, whole or not at all.

    Errors: `HeterofilmError` for another suffix or a folder that cannot be written to.
    """
    path = check_plot_path(path)
    if path.suffix.lower() == ".html":
        return atomic(path, lambda target: target.write_text(page(figures), encoding="utf-8"))
    from .matplotlib import saved

    saved(figures, (path,))
    return path


def page(figures: Sequence[Drawing]) -> str:
    """A page with the figures and their captions, Plotly inside once: opens without a network."""
    from .plotly import description

    return alone([(figure.title, description(figure), figure.caption) for figure in figures])
