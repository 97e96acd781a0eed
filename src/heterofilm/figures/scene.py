"""What pictures in space share: saved under any suffix like a `figure.Figure`, so that a page takes either."""

from __future__ import annotations

import os
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from ..files import atomic
from .document import alone
from .save import check_plot_path

__all__ = ["Scene"]


class Scene:
    """A picture with one description and two back ends: `to_plotly` for the screen, `draw` for paper."""

    def to_plotly(self) -> Any:
        """As a ``plotly.graph_objects.Figure``, to be turned by hand."""
        raise NotImplementedError

    def draw(self) -> Any:
        """As a matplotlib figure."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {getattr(self, 'title', '')}>"

    def _repr_png_(self) -> bytes:
        """The picture as a notebook shows it."""
        return self.picture()

    def picture(self, dpi: int = 110) -> bytes:
        """As a PNG."""
        drawn = BytesIO()
        self._draw_to(drawn, "png", dpi)
        return drawn.getvalue()

    def _draw_to(self, target: IO[bytes] | Path, suffix: str, dpi: int = 160) -> None:
        import matplotlib

        from .matplotlib import LOOK

        metadata = {"Date": None} if suffix == "svg" else {}
        with matplotlib.rc_context({**LOOK, "axes.grid": False}):
            self.draw().savefig(target, format=suffix, dpi=dpi, metadata=metadata)

    def save_static(
        self, path_stem: str | os.PathLike[str], suffixes: Sequence[str] = ("svg", "png")
    ) -> tuple[Path, ...]:
        """Write ``<path_stem>.svg`` and so on; return the paths."""
        stem = Path(path_stem)
        return tuple(self.save(stem.with_name(f"{stem.name}.{suffix}")) for suffix in suffixes)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write one file: ``.png``, ``.svg``, ``.pdf`` or ``.html``, whole or not at all.

        Errors: `HeterofilmError` for another suffix or a folder that cannot be written to.
        """
        path = check_plot_path(path)
        if path.suffix.lower() == ".html":
            title: str = getattr(self, "title", "")
            text = alone([(title, self.to_plotly(), str(getattr(self, "caption", "")))])
            return atomic(path, lambda target: target.write_text(text, encoding="utf-8"))
        return atomic(path, lambda target: self._draw_to(target, path.suffix[1:].lower()))
