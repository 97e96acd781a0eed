"""One description of a figure, and two back ends: Plotly for the screen, matplotlib for paper (SVG, PNG).

A figure says what is shown; both back ends draw the same series, bands, markers and words. Static files
need no browser.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..errors import InputError
from ..files import atomic
from .elements import Drawing
from .save import check_plot_path
from .style import Columns, Style, load_style

__all__ = ["Figure"]


@dataclass(frozen=True, repr=False)
class Figure(Drawing):
    """A drawing that can be shown and saved."""

    def to_plotly(self) -> Any:
        """The figure as a ``plotly.graph_objects.Figure``."""
        from .plotly import draw

        return draw(self)

    def description(self) -> dict[str, Any]:
        """What Plotly draws, as plain numbers and words, to be put into a page."""
        from .plotly import description

        return description(self)

    def to_matplotlib(self) -> Any:
        """The figure as a ``matplotlib.figure.Figure``, to go on with: its axes, and ``savefig``."""
        from .matplotlib import styled

        return styled(self)

    def to_html(self) -> str:
        """A page with the figure alone, Plotly inside: opens without a network."""
        from .panels import page

        return page([self])

    def picture(self, dpi: int = 150) -> bytes:
        """As a PNG without title and background, to stand on a page."""
        from .matplotlib import picture

        return picture(replace(self, title=""), dpi)

    def __repr__(self) -> str:
        return f"<Figure {self.name}: {self.title}, {len(self.series)} series>"

    def _repr_svg_(self) -> str:
        """The figure as a notebook shows it."""
        with TemporaryDirectory() as folder:
            (path,) = self.save_static(Path(folder) / "figure", ("svg",))
            return path.read_text(encoding="utf-8")

    def save_static(
        self, path_stem: str | os.PathLike[str], suffixes: Sequence[str] = ("svg", "png")
    ) -> tuple[Path, ...]:
        """Write ``<path_stem>.svg`` and so on, drawn once; return the paths."""
        stem = Path(path_stem)
        paths = tuple(stem.with_name(f"{stem.name}.{suffix}") for suffix in suffixes)
        from .matplotlib import saved

        saved(self, paths)
        return paths

    def save(
        self, path: str | os.PathLike[str], *, style: Style | str | None = None, columns: Columns = "single"
    ) -> Path:
        """Write one file: ``.png``, ``.svg``, ``.pdf`` or ``.html``, each whole or not at all.

        `style`: a journal's (one of `style.PRESETS`) or a style file: the figure is as wide as one or two of its
        `columns`, in its letters, without a title.

        Errors: `HeterofilmError` for another suffix, a folder that cannot be written to, an unknown style, and a style
        for a page.
        """
        path = check_plot_path(path)
        if style is not None:
            if path.suffix.lower() == ".html":
                raise InputError(f"A style is for print and has no effect on '{path.name}'; write .pdf, .svg or .png.")
            from .matplotlib import printed

            printed(self, path, style if isinstance(style, Style) else load_style(style), columns)
        elif path.suffix.lower() == ".html":
            atomic(path, lambda target: target.write_text(self.to_html(), encoding="utf-8"))
        else:
            from .matplotlib import saved

            saved(self, (path,))
        return path
