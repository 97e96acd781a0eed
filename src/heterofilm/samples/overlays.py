"""Curves of several samples, cycles, temperatures, potentials or scan rates on one pair of axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from ..errors import InputError
from ..figures.figure import Figure
from ..plots.overlay import Line, Scaling, overlay_figure
from .curves import NYQUIST, Curve
from .findings import slug

__all__ = ["OVER", "Over", "kind_in_words", "overlays"]

TITLES = {"cv": "Voltammograms", "eis": "Impedance", "gitt": "Titration", "xps": "XPS", "ups": "UPS", "uvvis": "UV-vis",
          "xrd": "X-ray diffraction"}  # fmt: skip
Over = Literal["samples", "cycles", "temperatures", "potentials", "rates"]


@dataclass(frozen=True)
class _Axis:
    """What curves are told apart by: its value of a curve (None: not known); the value as a number in the units of
    `label`, and `form` for that number alone in a legend."""

    value: Callable[[Curve], float | None]
    number: Callable[[float], str]
    form: str
    label: str

    def words(self, value: float) -> str:
        return self.form.format(self.number(value))


OVER: dict[str, _Axis] = {
    "cycles": _Axis(lambda c: c.cycle, lambda v: f"{v:.0f}", "cycle {}", "Cycle"),
    "temperatures": _Axis(lambda c: c.temperature_K, lambda v: f"{v - 273.15:.4g}", "{} °C", "Temperature / °C"),
    "potentials": _Axis(lambda c: c.potential_V, lambda v: f"{v:.4g}", "{} V", "Potential / V"),
    "rates": _Axis(lambda c: c.scan_rate_V_s, lambda v: f"{1e3 * v:.3g}", "{} mV s⁻¹", "Scan rate / mV s⁻¹"),
}
"""What curves of one sample can be laid over each other by; ``samples`` is the other choice."""


def kind_in_words(kind: str) -> str:
    """A kind of measurement as its figures call it."""
    return TITLES.get(kind, kind.capitalize())


def overlays(
    curves: Sequence[Curve],
    over: Over = "samples",
    *,
    part: str = "",
    waterfall: bool = False,
    scaling: Scaling | None = None,
    order: Sequence[str] = (),
) -> list[Figure]:
    """A figure for every part (a core level, an ion, charge and discharge) of which there are two curves to compare.

    - `curves`: of one kind of measurement;
    - `over`: ``samples`` compares those measured alike (same potential, temperature, cycle, scan rate; of several such
      the first, which the caption says); otherwise the curves of each sample at their different values, in order;
    - `part`: this one alone; `scaling`: see `overlay_figure`; by default counts are brought to one height, what has a
      unit of its own is left alone;
    - `order`: samples in the order that gives each its colour, in every figure the same; by default as they come.

    Errors: `HeterofilmError` for curves of several kinds, a part that is not there, and nothing to compare.
    """
    kinds = {curve.kind for curve in curves}
    if len(kinds) > 1:
        raise InputError(f"Curves of {' and '.join(sorted(kinds))} do not lie on one pair of axes; choose one kind.")
    parts = list(dict.fromkeys(curve.part for curve in curves))
    if part and part not in parts:
        raise InputError(f"There is no '{part}' among the curves; there are {', '.join(parts) or 'none'}.")
    made, known = [], list(dict.fromkeys([*order, *(curve.sample for curve in curves)]))
    for one in [part] if part else parts:
        own = [curve for curve in curves if curve.part == one]
        groups = _by_sample(own) if over == "samples" else _by_value(own, OVER[over])
        for words, lines, said in groups:
            if len(lines) > 1:
                made.append(_figure(words, lines, said, waterfall, scaling, OVER.get(over), known))
    if not made:
        asked = "two samples measured alike" if over == "samples" else f"two different {over} of one sample"
        raise InputError(f"There is nothing to lay over each other: no {asked} among {len(curves)} curves.")
    return made


Group = tuple[str, list[tuple[str, Curve]], str]


def _by_sample(curves: Sequence[Curve]) -> list[Group]:
    """For every way of measuring, the first curve of each sample."""
    found: dict[tuple[str, ...], dict[str, list[Curve]]] = {}
    for curve in curves:
        at = tuple(axis.words(v) for axis in OVER.values() if (v := axis.value(curve)) is not None)
        found.setdefault((curve.x_label, curve.y_label, *at), {}).setdefault(curve.sample, []).append(curve)
    groups = []
    for key, samples in found.items():
        more = [f"{name}: the first of {len(own)}" for name, own in samples.items() if len(own) > 1]
        words = ", ".join([curves[0].part, *key[2:]])
        groups.append((words, [(name, own[0]) for name, own in samples.items()], "; ".join(more)))
    return groups


def _by_value(curves: Sequence[Curve], axis: _Axis) -> list[Group]:
    """For every sample, its curves in the order of the value; of a value that comes twice the first.

    Where a file holds several values (the cycles of a test) each file is a group of its own.
    """
    known_all = [(value, c) for c in curves if (value := axis.value(c)) is not None]
    several = {c.file for v, c in known_all if any(w != v and d.file == c.file for w, d in known_all)}
    keys = [(c.sample, c.file if c.file in several else "") for _, c in known_all]
    groups = []
    for key in dict.fromkeys(keys):
        known = [one for one, own in zip(known_all, keys, strict=True) if own == key]
        first: dict[float, Curve] = {}
        for value, curve in known:
            first.setdefault(round(value, 9), curve)
        more = len(known) - len(first)
        said = f"{more} further curves at the same values are not drawn" if more else ""
        lines = [(axis.words(value), first[value]) for value in sorted(first)]
        groups.append((", ".join(filter(None, [curves[0].part, *key])), lines, said))
    return groups


def _figure(
    words: str, lines: Sequence[tuple[str, Curve]], said: str, waterfall: bool, scaling: Scaling | None,
    axis: _Axis | None, samples: Sequence[str],
) -> Figure:  # fmt: skip
    """Colours run along the `axis`; without one, each has that of its place among the `samples`."""
    drawn = [
        Line(
            name, curve.x, curve.y, None if axis else samples.index(curve.sample), curve.camera,
            value=axis.number(axis.value(curve) or 0.0) if axis else "",
        )
        for name, curve in lines
    ]  # fmt: skip
    one, flat = lines[0][1], [line.name for line in drawn if line.flat]
    if flat and len(flat) < len(lines):
        drawn = [line for line in drawn if line.name not in flat]
        one = next(curve for name, curve in lines if name not in flat)
        said = "; ".join(filter(None, [said, f"flat, and not drawn: {', '.join(flat)}"]))
    how = scaling if scaling is not None else "max" if one.scaled else "none"
    name = slug(f"{'waterfall' if waterfall else 'overlay'}-{one.kind}-{words}")
    title = f"{kind_in_words(one.kind)}: {words}"
    return overlay_figure(
        drawn, one.x_label, one.y_label, name=name, title=title, waterfall=waterfall, scaling=how,
        along=axis.label if axis else "", reverse=one.reverse, equal=one.part == NYQUIST,
        caption=f"{said}." if said else "",
    )  # fmt: skip
