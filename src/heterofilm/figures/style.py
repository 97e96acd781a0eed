"""Figures as journals print them: width of one or two columns, size of letters, lines; presets, or one's own style.

Letters are embedded as TrueType, so that an editor can change them; in SVG they stay text. Colours are Okabe and Ito's
whatever the style. A style file overrides a preset::

    base = "acs"
    single = "80 mm"
    font = "Helvetica"
    size = 8            # pt, of axes and legends
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from ..errors import HeterofilmError, InputError, did_you_mean
from ..library.toml import read_toml
from ..units import parse_quantity, to_si

__all__ = ["PRESETS", "Columns", "Style", "load_style"]

Columns = Literal["single", "double"]
COMPLETE = "DejaVu Sans"  # comes with matplotlib, and has the signs of charges and powers
SMALLEST, LARGEST = 4.0, 20.0  # pt that anybody prints


@dataclass(frozen=True)
class Style:
    """How figures are printed: widths in mm, letters and lines in pt, height as a share of the width.

    `title`, `grid`: whether they are drawn; captions and panels say in a paper what a title says on a screen.
    """

    name: str
    single_mm: float
    double_mm: float
    size: float = 8.0
    font: str = "Arial"
    line: float = 1.0
    aspect: float = 0.72
    title: bool = False
    grid: bool = False

    def width_mm(self, columns: Columns) -> float:
        return self.single_mm if columns == "single" else self.double_mm

    def figsize(self, columns: Columns) -> tuple[float, float]:
        """Width and height in inches; over two columns a figure is flatter."""
        width = self.width_mm(columns) / 25.4
        return width, width * self.aspect * (1.0 if columns == "single" else 0.7)

    def rc(self) -> dict[Any, Any]:
        """What of matplotlib's settings the style changes."""
        small = self.size - 1.0
        return {
            # the second for signs that the first lacks
            "font.family": list(dict.fromkeys([_found(self.font), COMPLETE])),
            "font.size": self.size,
            "axes.labelsize": self.size,
            "axes.titlesize": self.size,
            "xtick.labelsize": small,
            "ytick.labelsize": small,
            "legend.fontsize": small,
            "lines.linewidth": self.line,
            "axes.linewidth": 0.6,
            "xtick.major.width": 0.6,
            "ytick.major.width": 0.6,
            "axes.grid": self.grid,
            "axes.titlepad": 4.0,
            "pdf.fonttype": 42,
            "ps.fonttype": 42,
        }

    @property
    def said(self) -> str:
        """What was found of the letters on this machine, in words; "" where they are those that were asked for."""
        found = _found(self.font)
        return (
            "" if found.lower() == self.font.lower() else f"the font '{self.font}' is not installed; {found} was used"
        )


PRESETS: dict[str, Style] = {
    "acs": Style("acs", 82.55, 177.8),
    "aps": Style("aps", 86.0, 178.0),
    "elsevier": Style("elsevier", 90.0, 190.0),
    "nature": Style("nature", 89.0, 183.0, size=7.0),
    "rsc": Style("rsc", 83.0, 171.0),
}
"""Usual widths of one and two columns (mm), as lists of them give; a journal's own guide for authors decides."""
KEYS = ("base", "single", "double", "size", "font", "line", "aspect", "title", "grid")


def load_style(said: str | os.PathLike[str]) -> Style:
    """A preset by its name, or a style file (.toml).

    Errors: `HeterofilmError` for an unknown name, and a file that is missing or says what makes no sense.
    """
    name = os.fspath(said)
    if name in PRESETS:
        return PRESETS[name]
    if not name.lower().endswith(".toml"):
        raise InputError(
            f"There is no style '{name}'.{did_you_mean(name, PRESETS)} Known: {', '.join(PRESETS)}; or name a style "
            "file (.toml)."
        )
    data = read_toml(Path(name), "style")
    where = f"The style '{name}'"
    for key in data:
        if key not in KEYS:
            raise InputError(f"{where} has an unknown key '{key}'.{did_you_mean(key, KEYS)} Known: {', '.join(KEYS)}.")
    base = data.get("base", "acs")
    if base not in PRESETS:
        raise InputError(f"{where}: there is no preset '{base}' to begin with; known: {', '.join(PRESETS)}.")
    changes: dict[str, Any] = {"name": Path(name).stem}
    for key in ("single", "double"):
        if key in data:
            changes[f"{key}_mm"] = _width(data[key], f"{where}, {key}")
    for key, low, high in (("size", SMALLEST, LARGEST), ("line", 0.1, 10.0), ("aspect", 0.2, 3.0)):
        if key in data:
            value = data[key]
            if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
                raise InputError(f"{where}, {key}: expected a number from {low:g} to {high:g}.")
            changes[key] = float(value)
    for key in ("title", "grid"):
        if key in data:
            if not isinstance(data[key], bool):
                raise InputError(f"{where}, {key}: expected true or false.")
            changes[key] = data[key]
    if "font" in data:
        if not isinstance(data["font"], str) or not data["font"].strip().isprintable() or len(data["font"]) > 60:
            raise InputError(f'{where}, font: expected the name of a font, for example "Arial".')
        changes["font"] = data["font"]
    return replace(PRESETS[base], **changes)


def _width(said: Any, where: str) -> float:
    try:
        value, unit = parse_quantity(str(said))
        width = 1e3 * to_si(value, unit)
    except HeterofilmError as error:
        raise InputError(f'{where}: {error} Write for example "85 mm".') from None
    if not 20.0 <= width <= 500.0:
        raise InputError(f'{where}: a width lies between 20 and 500 mm; write for example "85 mm".')
    return width


@cache
def _found(font: str) -> str:
    """The family that is drawn where this one is asked for."""
    from matplotlib import font_manager

    installed = {entry.name.lower(): entry.name for entry in font_manager.fontManager.ttflist}
    for name in (font, "Arial", "Helvetica", "Liberation Sans"):
        if name.lower() in installed:
            return installed[name.lower()]
    return COMPLETE
