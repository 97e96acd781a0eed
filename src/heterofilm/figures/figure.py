"""One description of a figure, and two back ends: Plotly for the screen, matplotlib for paper (SVG, PNG).

A figure says what is shown; both back ends draw the same series, bands, markers and words. Static files
need no browser.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..files import atomic
from .elements import Drawing
from .save import check_plot_path

__all__ = ["Figure"]


@dataclass(frozen=True)
class Figure(Drawing):
    """A drawing that can be shown and saved."""

    def to_plotly(self) -> Any:
        """The figure as a ``plotly.graph_objects.Figure``."""
        from .plotly import draw

        return draw(self)

    def to_html(self) -> str:
        """A page with the figure alone, Plotly inside: opens without a network."""
        return str(self.to_plotly().to_html(include_plotlyjs=True, full_html=True))

    def save_static(
        self, path_stem: str | os.PathLike[str], suffixes: Sequence[str] = ("svg", "png")
    ) -> tuple[Path, ...]:
        """Write ``<path_stem>.svg`` and so on, drawn once; return the paths."""
        stem = Path(path_stem)
        paths = tuple(stem.with_name(f"{stem.name}.{suffix}") for suffix in suffixes)
        from .matplotlib import saved

        saved(self, paths)
        return paths

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write one file: ``.png``, ``.svg``, ``.pdf`` or ``.html``, each whole or not at all.

        Errors: `HeterofilmError` for another suffix or a folder that cannot be written to.
        """
        path = check_plot_path(path)
        if path.suffix.lower() == ".html":
            atomic(path, lambda target: target.write_text(self.to_html(), encoding="utf-8"))
        else:
            from .matplotlib import saved

            saved(self, (path,))
        return path
