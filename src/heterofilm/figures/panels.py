"""Several figures in one file: side by side on paper, one below the other on the screen."""

from __future__ import annotations

import os
from collections.abc import Sequence
from html import escape
from pathlib import Path

from ..files import atomic
from .figure import Figure
from .save import check_plot_path

STYLE = "body{font-family:Inter,Helvetica,Arial,sans-serif;color:#1f2933;max-width:980px;margin:2em auto;padding:0 1em}"


def save_sheet(figures: Sequence[Figure], path: str | os.PathLike[str]) -> Path:
    """Write all `figures` to one ``.png``, ``.svg``, ``.pdf`` or ``.html``, whole or not at all.

    Errors: `HeterofilmError` for another suffix or a folder that cannot be written to.
    """
    path = check_plot_path(path)
    if path.suffix.lower() == ".html":
        return atomic(path, lambda target: target.write_text(page(figures), encoding="utf-8"))
    from .matplotlib import saved

    saved(figures, (path,))
    return path


def page(figures: Sequence[Figure]) -> str:
    """A page with the figures and their captions, Plotly inside once: opens without a network."""
    body = []
    for k, figure in enumerate(figures):
        drawn = figure.to_plotly().to_html(include_plotlyjs=k == 0, full_html=False)
        body.append(f"<h2>{escape(figure.title)}</h2>{drawn}<p>{escape(figure.caption)}</p>")
    title = escape(figures[0].title)
    head = f'<meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(body)}</body></html>'
