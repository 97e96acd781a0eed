"""`Line` and `RegionModel`: what a fit may do, declared - which lines, where, how wide, tied to which.

A model is made of core levels of the library (`model`), two of them side by side in one window, or a photoelectron line
with the Auger line of the same element (`with_auger`). A user's settings change it (`settings.adjusted`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ...errors import InputError, did_you_mean
from ...instruments.xray_lines import AL_K_ALPHA
from ...library.core_level import Component, CoreLevel, Doublet, Range, State
from ...library.core_levels import core_levels

__all__ = ["AL_K_ALPHA", "MIXING", "Line", "Link", "RegionModel", "Span", "level", "model", "with_auger"]

Window = tuple[float, float]
MIXING = 0.1  # one standard deviation of the Lorentzian share of lines, assumed


@dataclass(frozen=True)
class Span:
    """A value that may move between two limits; equal limits hold it."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, given: Range) -> Span:
        return cls(*given)

    @property
    def held(self) -> bool:
        return self.high <= self.low

    @property
    def sd(self) -> float:
        """One standard deviation of a number that lies evenly between the limits."""
        return (self.high - self.low) / 12.0**0.5


@dataclass(frozen=True)
class Link:
    """A number that is `factor` times the number `of` ("Cu0 2p3/2.width"), give or take the ratio `slack`."""

    factor: float
    of: str
    slack: Span | None = None


YIELD = Span(1.0, 0.93, 1.07)
"""Of the ratio of Auger to photoelectron intensity from state to state, assumed: shapes of families, depths."""


@dataclass(frozen=True)
class Line:
    """One component of a fit.

    - `name`; `level`: the core level it belongs to; `state`: what its area counts for (``V5+``, or several: ``Cu+ and
      Cu0``), "" for a line whose state is not told;
    - `energy_eV`, `fwhm_eV`: absolute, or with a `parent` the distance to its energy and the ratio to its width;
    - `area`: with a `parent` the ratio to its area; None leaves it free;
    - `counted`: False where its area is no part of the level's, such as that of an Auger line;
    - `shape`, `values`: as in `shapes.shape`.
    """

    name: str
    energy_eV: Span
    fwhm_eV: Span
    state: str = ""
    parent: str = ""
    area: Span | None = None
    shape: str = "gl-sum"
    values: tuple[float, ...] = (0.3,)
    level: str = ""
    counted: bool = True


@dataclass(frozen=True)
class RegionModel:
    """What is fitted at once: `windows` in eV, each over its own background, and `lines` over all of them.

    - `level`: the core level whose states are told; `sources` and `notes`: where the numbers come from, what to mind;
    - `reference`: name of the line whose energy is the reference of the energy axis, "" for none, and its sd in eV;
    - `links`: number -> what it is tied to; `without`: stretches in eV whose points are left out;
    - `axis_sd`, `mixing_sd`: how uncertain the energy axis (eV) and the Lorentzian share of lines are; 0 holds them.
    """

    level: str
    title: str
    windows: tuple[Window, ...]
    background: str
    lines: tuple[Line, ...]
    reference: str = ""
    reference_sd: float = 0.2
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    links: Mapping[str, Link] = field(default_factory=dict)
    without: tuple[Window, ...] = ()
    axis_sd: float = 0.0
    mixing_sd: float = MIXING

    @property
    def window(self) -> Window:
        """The first window: that of the photoelectron line."""
        return self.windows[0]

    @property
    def states(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(line.state for line in self.lines if line.state))

    def line(self, name: str) -> Line:
        """The line called `name`.

        Errors: `HeterofilmError` when there is none.
        """
        for line in self.lines:
            if line.name == name:
                return line
        names = [line.name for line in self.lines]
        raise InputError(
            f"The fit of {self.level} has no line '{name}'.{did_you_mean(name, names)} Lines: {', '.join(names)}."
        )


def level(name: str, known: Mapping[str, CoreLevel] | None = None) -> CoreLevel:
    """The core level `name` of the library, or of `known`.

    Errors: `HeterofilmError` for an unknown name.
    """
    every = core_levels() if known is None else known
    if name not in every:
        raise InputError(f"There is no core level '{name}'.{did_you_mean(name, every)} Known: {', '.join(every)}.")
    return every[name]


def model(
    given: CoreLevel | str,
    states: Sequence[str] = (),
    *,
    together: bool = True,
    known: Mapping[str, CoreLevel] | None = None,
) -> RegionModel:
    """The model of a core level with `states` (those of the library where none are named).

    `together`: along with the level that lies beside it, as V 2p with O 1s; `known`: the levels to look it up in.

    Errors: `HeterofilmError` for a level or state that is not known.
    """
    own = level(given, known) if isinstance(given, str) else given
    chosen = [own.state(name) for name in states or own.chosen]
    lines = _lines(own, chosen)
    window, reference, reference_sd = own.window, own.reference, own.reference_sd
    title = own.title
    sources = tuple(f"{s.name}: {s.source}" for s in chosen)
    if together and own.together is not None:
        other = level(own.together.level, known)
        beside = model(other, known=known)
        # the neighbour's states are no part of this level's shares, and it may hold what they do not tell
        lines = (*(replace(line, state="") for line in beside.lines), *lines)
        sources = (*sources, *(f"{other.title} {source}" for source in beside.sources))
        window, title = own.together.window, f"{own.title} and {other.title} under one background"
        if other.reference:
            reference, reference_sd = beside.reference, beside.reference_sd
    elif reference:
        reference = _name(own, own.state(reference).name, own.state(reference).lines[0].name)
    notes = tuple(dict.fromkeys(filter(None, [own.note, *(state.note for state in chosen)])))
    return RegionModel(
        own.name, title, (window,), own.background, lines, reference, reference_sd,
        sources, notes,
    )  # fmt: skip


def with_auger(found: RegionModel, auger: CoreLevel, photon_eV: float = AL_K_ALPHA) -> RegionModel:
    """The same states, seen in the Auger line too: its place by the Auger parameter, its area by one yield for all.

    E_B of the Auger line on the scale of binding energies = h nu - a' + E_B of the photoelectron line, whatever the
    charging. A state's Auger intensity over its photoelectron intensity, satellites and terms included, is that of the
    element and not of the state, within `YIELD`.

    Errors: `HeterofilmError` for a state that the Auger line does not know.
    """
    lines = list(found.lines)
    links = dict(found.links)
    first, of_first = "", 1.0
    notes = list(found.notes)
    for name in found.states:
        state = auger.state(name)
        if state.auger_parameter is None:
            raise InputError(f"The state '{name}' of {auger.name} has no Auger parameter.")
        value, low, high = state.auger_parameter
        main = next(line for line in found.lines if line.state == name and not line.parent)
        own = _lines(auger, [state])
        E = Span(photon_eV - value, photon_eV - high, photon_eV - low)
        w = own[0].fwhm_eV
        start = main.fwhm_eV.value
        ratio = Span(w.value / start, w.low / start, w.high / start)
        # of all electrons of the state, main line and satellites, over all terms of its Auger line
        family = _whole(main, found.lines) / _whole(own[0], own)
        head = replace(
            own[0], energy_eV=E, fwhm_eV=ratio, parent=main.name, area=Span(0.6, 0.01, 30.0), counted=False, state="",
        )  # fmt: skip
        lines += [head, *(replace(line, counted=False, state="") for line in own[1:])]
        if first:
            links[f"{head.name}.area"] = Link(family / of_first, f"{first}.area", YIELD)
        else:
            first, of_first = head.name, family
        if state.note:
            notes.append(f"{auger.title.split(',')[0]} {state.note}")
    return replace(
        found, title=f"{found.title}, with {auger.title}", background=auger.background,
        windows=(*found.windows, auger.window), lines=tuple(lines),
        links=links, sources=(*found.sources, *(f"{auger.name} {s.name}: {s.source}" for s in auger.states)),
        notes=tuple(notes),
    )  # fmt: skip


def _whole(main: Line, lines: Sequence[Line]) -> float:
    """The area of a state's lines over that of its first, in the middle of their limits."""
    own = [line for line in lines if line.parent == main.name and line.area is not None]
    return 1.0 + sum(line.area.value * _whole(line, lines) for line in own if line.area is not None)


def _partner(own: CoreLevel, doublet: Doublet, line: Line, name: str, held: bool) -> Line:
    """The spin-orbit partner of `line`."""
    energy, fwhm = Span.of(doublet.splitting), Span.of(doublet.fwhm)
    if held:
        energy, fwhm = (Span(x.value, x.value, x.value) for x in (energy, fwhm))
    return Line(name, energy, fwhm, line.state, line.name, Span.of(doublet.area), line.shape, line.values, own.name)


def _name(own: CoreLevel, state: str, line: str) -> str:
    """The name of a line: its state and its own, without saying one thing twice; the level's where both are none."""
    if state == line:
        return f"{own.title.split(',')[0]} {line}" if not own.shares else line
    return f"{state} {line}"


def _lines(own: CoreLevel, states: Sequence[State]) -> tuple[Line, ...]:
    found: list[Line] = []
    for state in states:
        said = state.name if own.shares else ""

        def made(line: Component, state: State = state, said: str = said, parent: str = "") -> Line:
            return Line(
                _name(own, state.name, line.name), Span.of(line.energy), Span.of(line.fwhm), said, parent,
                None if line.area is None else Span.of(line.area), line.shape, line.values, own.name,
            )  # fmt: skip

        first = made(state.lines[0])
        if not first.energy_eV.low <= first.energy_eV.value <= first.energy_eV.high:
            raise InputError(f"The energy of {first.name} lies outside its limits.")
        others = [made(line, parent=first.name) for line in state.lines[1:]]
        found.append(first)
        if own.doublet is not None:
            # every line of the state has its partner; where 2p1/2 lies is fitted once, on the first line
            found.append(_partner(own, own.doublet, first, f"{state.name} {own.doublet.name}", False))
        found += others
        if own.doublet is not None:
            found += [_partner(own, own.doublet, x, f"{x.name}, {own.doublet.name}", True) for x in others]
    return tuple(found)
