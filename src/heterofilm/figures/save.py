"""Where a figure may be written."""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import InputError
from ..files import check_place

__all__ = ["check_plot_path"]


def check_plot_path(path: str | os.PathLike[str]) -> Path:
    """`path`, if a figure can be written there under its suffix."""
    path = Path(path)
    if path.suffix.lower() not in (".png", ".svg", ".pdf", ".html"):
        raise InputError(f"A figure '{path.name}' must end in .png, .svg, .pdf or .html.")
    return check_place(path)
