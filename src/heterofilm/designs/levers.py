"""The values that act on each cause of unused capacity, and what a realistic step on each would give.

A step is finite, since what helps much changes what limits: a coefficient doubled, a length or resistance halved, half
of what is missing to a share of one, the lower cut-off 0.1 V lower. Beside it stands the exact slope at the cell as it
is (`simulation/sensitivities.py`), in per cent per per cent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

from ..cell import Cell
from ..cell.slopes import followed
from ..engine.follow import CURRENT, TIME, VOLTAGE
from ..errors import HeterofilmError
from ..library import value_paths
from ..library.cell_entries import split
from ..library.change import quantity_at
from ..library.value import Value
from ..protocol import Protocol
from ..simulation.followed import Followed
from ..simulation.run import steps_of
from ..simulation.sensitivities import sensitivities
from ..units import convert

__all__ = ["ACTS", "UTILISATION", "Lever", "acting", "levers"]

UTILISATION = (
    "Utilisation is the share of a film's sites that takes part at all, however slow the discharge: grains without "
    "contact, sites that are blocked and parts of the film that are of no phase of the model stay out of it."
)
Array = NDArray[np.float64]
FINE = 1e-5  # of a time step where slopes are taken: those of a coarse run are off by some per cent
VOLTS = 0.1  # V, a step of a cut-off


def _doubled(x: float) -> float:
    return 2.0 * x


def _halved(x: float) -> float:
    return 0.5 * x


def _towards_one(x: float) -> float:
    return 0.5 * (1.0 + x)


def _lowered(x: float) -> float:
    return x - VOLTS


Way = Callable[[float], float]
Act = tuple[str, str, Way]  # beginning and end of a path, {m} and {d} for the phases; what less of the cause is
# the first of a cause is the one whose change the cause answers to most plainly
ACTS: dict[str, tuple[Act, ...]] = {
    "ageing": (("phases.", ".ageing.depth_loss", _halved),),
    "incomplete charge": (),
    "electrolyte and series resistance": (
        ("electrolytes.", ".conductivity", _doubled), ("electrolytes.", ".thickness", _halved),
        ("electrolytes.", ".area_resistance", _halved), ("cells.", ".series_resistance", _halved),
    ),
    "anode charge transfer": (("anodes.", ".i0", _doubled),),
    "cathode charge transfer": (("electrolytes.", ".cathode_interface.i0", _doubled),
                                ("cells.", ".interfaces.cathode_i0", _doubled)),
    "electrons in the film": (("phases.{m}", ".sigma_e", _doubled), ("films.", ".sigma_e", _doubled),
                              ("films.", ".thickness", _halved)),
    "diffusion in the matrix": (("films.", ".transport_factor", _doubled), ("phases.{m}", ".D", _doubled),
                                ("films.", ".wetted_area", _doubled), ("films.", ".thickness", _halved)),
    "exchange between the phases": (("films.", ".hetero_i0", _doubled),),
    "diffusion in the domains": (("phases.{d}", ".D", _doubled), ("films.", ".domain_size", _halved)),
    "nucleation of copper": (("phases.{d}", ".nucleation.undercooling", _halved), ("phases.", ".barrier", _halved)),
    "hysteresis": (("phases.", ".hysteresis", _halved),),
    "cut-off voltage": (("cells.", ".lower_voltage", _lowered),),
    "film not reached": (("films.", ".reached_share", _towards_one),),
    "utilisation": (("phases.", ".utilisation", _towards_one), ("films.", ".utilisation", _towards_one)),
}  # fmt: skip


@dataclass(frozen=True)
class Lever:
    """One value that acts on a cause, in the ``unit`` of its entry.

    - `now`, `then`: before and after the step; `beyond`: the step leaves the range that the entry states;
    - `capacity`, `energy`: of the discharge per volume of film after the step over before, less one; `voltage`: change
      of its mean (V); `areal`: as `capacity`, per area;
    - `slope`: d ln(energy per volume)/d ln(value) at the cell as it is, nan where there is none.
    """

    cause: str
    path: str
    unit: str
    now: float
    then: float
    beyond: bool
    capacity: float
    energy: float
    voltage: float
    areal: float
    slope: float

    @property
    def step(self) -> str:
        """In words: "300 to 150 nm"."""
        return f"{self.now:.3g} to {self.then:.3g} {self.unit}".removesuffix(" 1")


def acting(cell: Cell, cause: str) -> Iterator[tuple[str, Value, Way]]:
    """The values of a cell, by path, that act on a cause of unused capacity, of one kind the largest first, and which
    way is less of the cause; a value of zero does not act."""
    entries = cell.entries
    names = {"m": entries.matrix.name, "d": entries.domain.name if entries.domain is not None else "-"}
    for begins, ends, way in ACTS[cause]:
        begin = begins.format(**names)
        found = [
            (path, value) for path, value in value_paths(entries)
            if path.startswith(begin) and (path.endswith(ends) or (ends == ".utilisation" and f"{ends}." in path))
        ]  # fmt: skip
        yield from ((p, v, way) for p, v in sorted(found, key=lambda one: -one[1].value) if v.value != 0.0)


def levers(
    cell: Cell, protocol: Protocol, causes: Sequence[str], ageing: bool = False, slopes: bool = True
) -> list[Lever]:
    """What a step on every value that acts on some causes gives to the last discharge of a protocol, the best first.

    A value that acts on several of the causes counts under the first: they stand in the order of what they cost, the
    largest first. Values whose step cannot be simulated are left out. Best is what gives most energy per volume of
    film: a voltage and a capacity in one, and a thinner film no worse for being thin.
    """
    before = _last(cell, protocol, ageing)
    found: dict[str, Lever] = {}
    for cause in causes:
        for path, value, way in acting(cell, cause):
            if path in found:
                continue
            then = _within(cell, path, value, way(value.value))
            if then == value.value:
                continue
            try:
                changed = cell.replace({path: then})
                after = _last(changed, protocol, ageing)
            except HeterofilmError:
                continue
            thinner = cell.thickness / changed.thickness
            beyond = not (value.low is None or value.high is None or value.low <= then <= value.high)
            charge, energy = after[0] / before[0], after[1] / before[1]
            found[path] = Lever(
                cause, path, value.unit, value.value, then, beyond, charge * thinner - 1.0, energy * thinner - 1.0,
                after[1] / after[0] - before[1] / before[0], charge - 1.0, nan,
            )  # fmt: skip
    ranked = sorted(found.values(), key=lambda one: -one.energy)
    return _with_slopes(cell, protocol, ranked, ageing) if slopes else ranked


def _last(cell: Cell, protocol: Protocol, ageing: bool) -> tuple[float, float]:
    """Charge (C/m2) and energy (J/m2) of the last discharge."""
    rows = [row for row in steps_of(cell, protocol, ageing=ageing) if row["kind"] == "discharge"]
    return max(rows[-1]["capacity_C_m2"], 1e-12), max(rows[-1]["energy_J_m2"], 1e-12)


def _within(cell: Cell, path: str, value: Value, then: float) -> float:
    """The value after a step, as far as it can be that at all."""
    kind, name, keys = split(path)
    quantity = quantity_at(cell.entries.parts[f"{kind}.{name}"], keys, path)
    if quantity is None:
        return then
    if quantity.maximum is not None:
        then = min(then, convert(quantity.maximum, quantity.unit, value.unit))
    if quantity.minimum is not None:
        then = max(then, convert(quantity.minimum, quantity.unit, value.unit))
    return then


def _with_slopes(cell: Cell, protocol: Protocol, ranked: Sequence[Lever], ageing: bool) -> list[Lever]:
    """The same with d ln(energy per volume)/d ln(value), of those values that can be followed."""
    paths = list[str]()
    for one in ranked:
        try:
            followed(cell, one.path)
            paths.append(one.path)
        except HeterofilmError:
            continue
    slopes = dict.fromkeys(paths, nan)
    try:
        last = sensitivities(cell, protocol, paths, rtol=FINE, ageing=ageing).followed[-1]
    except HeterofilmError:
        pass
    else:
        slopes = dict(zip(paths, _slopes_of_energy(last), strict=True))
    made = []
    for one in ranked:
        volume = 1.0 if one.path.startswith("films.") and one.path.endswith(".thickness") else 0.0
        made.append(Lever(**{**one.__dict__, "slope": slopes.get(one.path, nan) * one.now - volume}))
    return made


def _slopes_of_energy(last: Followed) -> Array:
    """d ln(E)/d(value) of a discharge, E the integral of i V dt by the trapezoidal rule, whose end moves too."""
    (t, V, i), (dt, dV) = last.points.T[[TIME, VOLTAGE, CURRENT]], last.slopes.transpose(1, 0, 2)[[TIME, VOLTAGE]]
    power, by = i * V, i[:, None] * dV
    energy = 0.5 * (power[1:] + power[:-1]) @ np.diff(t)
    moved = 0.5 * (by[1:] + by[:-1]).T @ np.diff(t) + np.diff(dt, axis=0).T @ (0.5 * (power[1:] + power[:-1]))
    return np.asarray(moved / energy)
