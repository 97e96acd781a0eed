"""What a user may say about the fit of a core level: window, background, states, start, hold, bounds, ties, points out.

A setting that has no effect, or that contradicts another, is refused: it would look as if it had been followed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ...errors import InputError, did_you_mean
from .lines import Line, Link, RegionModel, Span, Window
from .parameters import NUMBERS

__all__ = ["LevelSettings", "adjusted", "link_of"]


@dataclass(frozen=True)
class LevelSettings:
    """Settings of one core level. Numbers go by the line and ``energy``, ``width`` or ``area``: "V5+ 2p3/2.energy".

    Energies and widths in eV, areas in the unit of the intensity times eV; of a line that hangs on another the distance
    to its energy and the ratios to its width and area.
    """

    window: Window | None = None
    background: str = ""
    states: tuple[str, ...] = ()
    start: Mapping[str, float] = field(default_factory=dict)
    fixed: Mapping[str, float] = field(default_factory=dict)
    bounds: Mapping[str, Window] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    without: tuple[Window, ...] = ()


def adjusted(model: RegionModel, said: LevelSettings) -> RegionModel:
    """The model with what the settings change; `states` are the caller's, who makes the model.

    Errors: `HeterofilmError` for an unknown line or number, a setting without effect, or two that contradict.
    """
    _check(model, said)
    windows = model.windows if said.window is None else (said.window, *model.windows[1:])
    for low, high in said.without:
        if not any(a < high and low < b for a, b in windows):
            raise InputError(
                f"without {low:g} to {high:g} eV has no effect on {model.level}: it lies outside of its window "
                f"{windows[0][0]:g} to {windows[0][1]:g} eV."
            )
    lines = tuple(_line(line, said) for line in model.lines)
    links = dict(model.links) | {name: link_of(text, name) for name, text in said.links.items()}
    return replace(
        model, windows=windows, background=said.background or model.background, lines=lines, links=links,
        without=(*model.without, *said.without),
    )  # fmt: skip


def link_of(text: str, name: str) -> Link:
    """``V5+ 2p3/2.width`` or ``1.2*V5+ 2p3/2.width``.

    Errors: `HeterofilmError` for anything else.
    """
    match = re.fullmatch(r"\s*(?:([\d.eE+-]+)\s*\*)?\s*(\S.*?\.(?:" + "|".join(NUMBERS) + r"))\s*", text)
    try:
        factor = float(match.group(1) or 1.0) if match else math.nan
    except ValueError:
        factor = math.nan
    if match is None or not (factor > 0.0 and math.isfinite(factor)):
        raise InputError(
            f"{name} = '{text}' cannot be read: tie it to another number, such as \"1.2*V5+ 2p3/2.width\"."
        )
    return Link(factor, match.group(2))


def _check(model: RegionModel, said: LevelSettings) -> None:
    names = [f"{line.name}.{word}" for line in model.lines for word in NUMBERS]
    every = {"start": said.start, "fixed": said.fixed, "bounds": said.bounds, "links": said.links}
    for word, given in every.items():
        for name in given:
            if name not in names:
                raise InputError(
                    f"{word} of {model.level}: there is no number '{name}'.{did_you_mean(name, names)} "
                    f"Lines: {', '.join(line.name for line in model.lines)}; of each energy, width, area."
                )
    for name in said.links:
        if name in said.fixed:
            raise InputError(f"'{name}' cannot be held and tied at once: leave one of the two out.")
    for name in (*said.start, *said.bounds):
        if name in said.fixed or name in said.links:
            how = "held" if name in said.fixed else "tied"
            raise InputError(f"'{name}' is {how}: a start or bounds for it have no effect, leave them out.")
    for name, (low, high) in said.bounds.items():
        if not low < high:
            raise InputError(f"The bounds of '{name}' must rise, but {low:g} to {high:g} were given.")
        if name in said.start and not low <= said.start[name] <= high:
            raise InputError(f"The start {said.start[name]:g} of '{name}' lies outside its bounds {low:g} to {high:g}.")
    for name, value in {**said.start, **said.fixed}.items():
        if not math.isfinite(value) or (not name.endswith(".energy") and value < 0.0):
            raise InputError(f"'{name}' must be a positive number, got {value:g}.")
    for name in said.start:
        span = _span(model, name)
        if span is not None and span.held and name not in said.bounds:
            raise InputError(f"'{name}' is held at {span.value:g} by the library: a start has no effect, give bounds.")
        if span is not None and name not in said.bounds and not span.low <= said.start[name] <= span.high:
            raise InputError(
                f"The start {said.start[name]:g} of '{name}' lies outside {span.low:g} to {span.high:g}: give bounds."
            )


def _span(model: RegionModel, name: str) -> Span | None:
    line, _, word = name.rpartition(".")
    own = model.line(line)
    return {"energy": own.energy_eV, "width": own.fwhm_eV, "area": own.area}[word]


def _line(line: Line, said: LevelSettings) -> Line:
    changed = {}
    for word, key in zip(NUMBERS, ("energy_eV", "fwhm_eV", "area"), strict=True):
        name = f"{line.name}.{word}"
        span: Span | None = getattr(line, key)
        if name in said.fixed:
            span = Span(said.fixed[name], said.fixed[name], said.fixed[name])
        elif name in said.bounds:
            low, high = said.bounds[name]
            middle = said.start.get(name, (low + high) / 2.0)
            span = Span(middle, low, high)
        elif name in said.start:
            span = Span(said.start[name], 0.0, math.inf) if span is None else replace(span, value=said.start[name])
        changed[key] = span
    return replace(line, **changed)  # type: ignore[arg-type]
