"""What of a sample is fitted and may be corrected: the core levels of its spectra, by the figures of the analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..library.core_levels import core_levels
from ..samples.findings import slug
from .analyses import Analysis

__all__ = ["Region", "level_of", "merged", "regions_of", "with_level"]


@dataclass(frozen=True)
class Region:
    """A core level in a file: `figure` shows its fit, on the energy axis that its settings refer to."""

    file: str
    level: str
    figure: Mapping[str, Any]

    @property
    def label(self) -> str:
        return f"{self.level}: {self.file}"


def regions_of(analysis: Analysis) -> list[Region]:
    """The core levels that were fitted, each with its file."""
    by_end = {slug(name): name for name in core_levels([])}
    files = sorted((path for path, kind in analysis.files.items() if "xps" in kind), key=lambda path: -len(path))
    found = []
    for figure in analysis.figures:
        start, _, end = str(figure["name"]).rpartition("-")
        own = [path for path in files if start == slug(path) or start.startswith(f"{slug(path)}-")]
        own = own or (files if len(files) == 1 else [])
        if figure["kind"] == "xps" and end in by_end and own:
            found.append(Region(own[0], by_end[end], figure))
    return found


def level_of(sheet: Mapping[str, Any], region: Region) -> dict[str, Any]:
    """What the sample file says of a core level of a file."""
    for entry in sheet.get("files", ()):
        if entry["path"] == region.file:
            return dict(entry.get("level", {}).get(region.level, {}))
    return {}


def with_level(sheet: Mapping[str, Any], region: Region, settings: Mapping[str, Any]) -> dict[str, Any] | None:
    """The key ``level`` of a file with other settings of one of its core levels; None where none are left."""
    levels: dict[str, Any] = {}
    for entry in sheet.get("files", ()):
        if entry["path"] == region.file:
            levels = dict(entry.get("level", {}))
    kept = {key: value for key, value in settings.items() if value not in (None, "", [], ())}
    levels.pop(region.level, None)
    if kept:
        levels[region.level] = kept
    return levels or None


def merged(stretches: Sequence[Sequence[float]], low: float, high: float) -> list[list[float]]:
    """Stretches of rising ends with one more, those that meet joined.

    >>> merged([[1.0, 2.0], [5.0, 6.0]], 1.5, 3.0)
    [[1.0, 3.0], [5.0, 6.0]]
    """
    found: list[list[float]] = []
    for a, b in sorted([*([float(a), float(b)] for a, b in stretches), [low, high]]):
        if found and a <= found[-1][1]:
            found[-1][1] = max(found[-1][1], b)
        else:
            found.append([a, b])
    return found
