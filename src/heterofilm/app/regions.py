"""What of a sample is fitted and may be corrected: core levels and impedance spectra, by the figures of the analysis.

Corrections have one form for both: ``window`` (two ends), ``without`` (stretches of energies, single frequencies),
``start``, ``fixed``, ``bounds`` and ``links`` of numbers, and the words of their kind (`WORDS`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..instruments import read
from ..library.core_levels import core_levels
from ..samples.findings import slug
from ..units import convert, parse_quantity
from .analyses import Analysis

__all__ = ["HOW", "Region", "frequencies", "held", "line_of", "merged", "moved", "regions_of", "said_of", "started",
           "where"]  # fmt: skip

HOW = ("start", "fixed", "bounds", "links")
WORDS = {"xps": ("background", "states"), "eis": ("circuit", "weights")}
BESIDE = 1.0  # eV about a peak that is dragged beyond what the library allows
Said = dict[str, Any]


@dataclass(frozen=True)
class Region:
    """A core level in a file, or the spectra of one (`level` ""): `figure` shows its fit on the axis of its settings,
    `numbers` are rows of `samples.fit_numbers`."""

    file: str
    level: str
    figure: Mapping[str, Any]
    numbers: Sequence[Mapping[str, Any]] = ()

    @property
    def kind(self) -> str:
        return "xps" if self.level else "eis"

    @property
    def label(self) -> str:
        return f"{self.level or 'Impedance'}: {self.file}"

    @property
    def ends(self) -> tuple[float, float]:
        """From where to where it was fitted."""
        found = [
            float(x)
            for trace in self.figure["plotly"]["data"]
            if not self.level or trace.get("name") == "measured"
            for x in trace["x"]
            if x is not None
        ]
        return (min(found), max(found)) if found else (0.1, 1.0)


def regions_of(analysis: Analysis) -> list[Region]:
    """What was fitted, each with its file."""
    by_end = {slug(name): name for name in core_levels([])}
    found = []
    for kind, last in (("xps", "-lines"), ("eis", "-circuit")):
        files = sorted((path for path, what in analysis.files.items() if kind in what), key=lambda path: -len(path))
        for figure in analysis.figures:
            start, _, end = str(figure["name"]).rpartition("-")
            own = [path for path in files if _begins(start, path, kind)] or (files if len(files) == 1 else [])
            if figure["kind"] != kind or not own or (end not in by_end if kind == "xps" else end != "bode"):
                continue
            of = figure["name"] if kind == "xps" else start
            level = by_end[end] if kind == "xps" else ""
            found.append(Region(own[0], level, figure, analysis.fits.get(f"{of}{last}", ())))
    return found


def _begins(start: str, path: str, kind: str) -> bool:
    """Whether the name of a figure is that of a file: by its path, of spectra also by its own name."""
    names = (slug(path), slug(Path(path).stem)) if kind == "eis" else (slug(path),)
    return any(start == one or start.startswith(f"{one}-") for one in names)


def said_of(sheet: Mapping[str, Any], region: Region) -> Said:
    """What the sample file says of a region."""
    entry = next((dict(one) for one in sheet.get("files", ()) if one["path"] == region.file), {})
    if region.level:
        return dict(entry.get("level", {}).get(region.level, {}))
    said = {key: entry[key] for key in (*HOW, *WORDS["eis"]) if key in entry}
    if "lowest" in entry or "highest" in entry:
        low, high = (_hertz(entry[key]) if key in entry else None for key in ("lowest", "highest"))
        said["window"] = [low, high]
    if "without" in entry:
        said["without"] = [_hertz(one) for one in entry["without"]]
    return said


def line_of(sheet: Mapping[str, Any], region: Region, said: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of the file's line that say it, None for those that go."""
    kept = {key: value for key, value in said.items() if value not in (None, "", [], (), {})}
    if region.level:
        entry = next((dict(one) for one in sheet.get("files", ()) if one["path"] == region.file), {})
        levels = {name: one for name, one in entry.get("level", {}).items() if name != region.level}
        return {"level": {**levels, **({region.level: kept} if kept else {})} or None}
    low, high = kept.get("window", (None, None))
    made: dict[str, Any] = {key: kept.get(key) for key in (*HOW, *WORDS["eis"])}
    made |= {"lowest": None if low is None else f"{low:.7g} Hz", "highest": None if high is None else f"{high:.7g} Hz"}
    made["without"] = [f"{one:.7g} Hz" for one in kept.get("without", ())] or None
    return made


def _hertz(said: Any) -> float:
    value, unit = parse_quantity(str(said))
    return convert(value, unit, "Hz")


def where(region: Region, said: Mapping[str, Any]) -> tuple[float, float]:
    """The window: as the sample file says it, else what was fitted."""
    ends = region.ends
    low, high = said.get("window", (None, None))
    return (ends[0] if low is None else float(low), ends[1] if high is None else float(high))


def held(said: Mapping[str, Any], number: str, how: str, value: Any) -> Said:
    """The same with one number held, started, bounded or tied as told, and in no other way; `how` "": free."""
    made = dict(said)
    for one in HOW:
        left = {name: given for name, given in said.get(one, {}).items() if name != number}
        made[one] = {**left, number: value} if one == how else left
    return {key: value for key, value in made.items() if value != {}}


def started(region: Region, said: Mapping[str, Any]) -> Said:
    """The same, the next fit beginning where this one ended: every number that is free to move within its limits."""
    start = {}
    for row in region.numbers:
        name, value = row["number"], row["value"]
        free = name not in said.get("fixed", {}) and name not in said.get("links", {})
        tied = not region.level and bool(row["of"])
        if free and not tied and row["low"] < row["high"] and row["low"] <= value <= row["high"] and value != 0.0:
            low, high = said.get("bounds", {}).get(name, (-math.inf, math.inf))
            start[name] = min(max(_short(value), low), high)
    return {**said, "start": start}


def moved(row: Mapping[str, Any], said: Mapping[str, Any], to: float) -> Said:
    """The same with the peak of a row at an energy: held there if it is held, else the fit begins there; beyond what
    it may be, bounds about the place come with it."""
    name, value = row["number"], round(row["value"] + to - row["at"], 3)
    if name in said.get("fixed", {}):
        return held(said, name, "fixed", value)
    made = held(said, name, "start", value)
    low, high = said.get("bounds", {}).get(name, (row["low"], row["high"]))
    within = low < high and low <= value <= high
    if not within:
        low, high = value - BESIDE, value + BESIDE
    if not within or name in said.get("bounds", {}):
        made["bounds"] = {**made.get("bounds", {}), name: [round(low, 3), round(high, 3)]}
    return made


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


def frequencies(path: Path) -> list[float]:
    """Of all spectra of a file (Hz), rising. Errors: `HeterofilmError` for one that cannot be read."""
    return sorted({float(f) for one in read(path).spectra() for f in one.frequency_Hz})


def _short(value: float) -> float:
    return float(f"{value:.6g}")
