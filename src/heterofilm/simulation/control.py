"""What the cycler imposes: a step of a protocol, on a given cell, in the engine's terms."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from operator import attrgetter
from typing import Any

import numpy as np

from ..cell import Cell
from ..engine import events
from ..engine.programme import Programme
from ..engine.voltage import Control
from ..errors import InputError
from ..protocol import Limit, Load, Setpoint, Step
from ..units import from_si, si

LONGEST_REST = 30 * si("d")  # s, for a step that waits for a voltage, a current or a slope
LIMITS = -1.0, 10.0  # V, between which a voltage can be asked for
HIGHEST = 6.0  # V, for the longest time a set power can take
FASTEST_SWEEP = 1e3  # V/s: the double layers are charged in less than a millisecond
MARGIN = 1.0  # V beyond what the cell stands, at which a step ends
REST = Control(by_i=1.0)


def per_area(setpoint: Setpoint, cell: Cell, what: Step | Load) -> float:
    """The set point per electrode area in SI (A/m2, W/m2, ohm m2 or V), a magnitude."""
    value = setpoint.value
    if setpoint.unit in ("A", "W"):
        value /= cell.area
    elif setpoint.unit == "ohm":
        value *= cell.area
    elif setpoint.unit == "C-rate":
        value *= cell.nominal_capacity / si("h")
    if setpoint.quantity in ("current", "power") and not 1e-9 <= value.real <= 1e4:
        field = "uA/cm2" if setpoint.quantity == "current" else "uW/cm2"
        raise InputError(
            f"'{what}' means {from_si(value, 'uA/cm2'):.3g} {field} on cell '{cell.name}'; a film cell takes "
            f"between 1e-7 and 1e6 {field}: check the unit (A instead of uA?)."
        )
    if setpoint.quantity == "voltage" and not LIMITS[0] < value.real < LIMITS[1]:
        raise InputError(f"'{what}' asks for {value:g} V; a voltage lies between -1 and 10 V: mV for V?")
    return value


def counted_by(cell: Cell) -> tuple[Any, ...]:
    """What of a cell the set points and limits of a step depend on, but for its present voltage."""
    limits = cell.window, cell.entries.electrolyte.window.si
    return cell.area, cell.nominal_capacity, cell.thickness, cell.composition.density, *limits


def control(step: Step, cell: Cell, V: float) -> Control:
    """The control equation of a step that begins at the voltage ``V``."""
    if step.setpoint is None:
        return REST
    value = per_area(step.setpoint, cell, step)
    sign = -1.0 if step.kind == "charge" else 1.0
    if step.kind == "sweep":
        assert step.rate is not None
        if step.rate > FASTEST_SWEEP:
            raise InputError(f"'{step}' is a sweep at {step.rate:g} V/s; at most {FASTEST_SWEEP:g}: mV for V?")
        return Control(by_V=1.0, at_0=V, slope=step.rate if value.real > V.real else -step.rate)
    return {
        "current": Control(by_i=1.0, at_0=sign * value),
        "power": Control(by_P=1.0, at_0=sign * value),
        "resistance": Control(by_i=-value, by_V=1.0),  # V - R i = 0
        "voltage": Control(by_V=1.0, at_0=value),
    }[step.setpoint.quantity]


def limits_of(step: Step, cell: Cell) -> tuple[Limit, ...]:
    """The limits of a step on a cell: its own, or without any the cut-off it moves towards."""
    if not step.at_window:
        return step.limits
    return (Limit("voltage", _cut_off(step, cell).real, "V"),)


def _cut_off(step: Step, cell: Cell) -> float:
    """The cut-off (V) that a step moves towards."""
    return cell.window[0] if step.kind == "discharge" else cell.window[1]


def own_limits(step: Step, cell: Cell, V: float) -> list[tuple[int, float]]:
    """Kinds and values of the limits that the step itself has."""
    found = [_limit(step, limit, cell, V) for limit in limits_of(step, cell)]
    return [(kind, _cut_off(step, cell)) for kind, _ in found] if step.at_window else found


def limits(step: Step, cell: Cell, V: float) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Kinds and values of the limits for the engine: of the step, of safety, of the anode's metal, and a time by which
    it is hopeless."""
    found = own_limits(step, cell, V)
    found += safety(step, cell, V)
    found += metal(cell)
    found.append((events.DURATION, _longest(step, cell, V)))
    return np.array([k for k, _ in found]), np.array([v for _, v in found])


def stands(cell: Cell) -> tuple[float, float]:
    """Lowest and highest voltage (V) that a cell is taken to, ``MARGIN`` beyond what it stands.

    Below 0 V lithium is plated onto the film, above its window the electrolyte decomposes, and neither is modelled; a
    cell whose cut-offs lie further out is taken by its word. The margin is for what drops in contacts and electrolyte,
    which no electrode sees.
    """
    low, high = cell.window
    by_size = attrgetter("real")  # of a followed cell they are complex
    return min(0.0, low, key=by_size) - MARGIN, max(cell.entries.electrolyte.window.si, high, key=by_size) + MARGIN


def safety(step: Step | Load, cell: Cell, V: float) -> list[tuple[int, float]]:
    """The limits of safety that a step moves towards, in the engine's terms."""
    low, high = stands(cell)
    down, up = (events.VOLTAGE_BELOW, low), (events.VOLTAGE_ABOVE, high)
    if step.kind in ("discharge", "charge"):
        return [down if step.kind == "discharge" else up]
    if isinstance(step, Load) and step.unit[0] != "V":
        return [limit for limit, within in ((down, low.real < V.real), (up, high.real > V.real)) if within]
    return []  # at rest it relaxes; a voltage that is set is what was asked for


def metal(cell: Cell) -> list[tuple[int, float]]:
    """The limit of an anode whose metal may run out, in the engine's terms."""
    return [(events.LITHIUM_BELOW, 0.0)] if cell.entries.anode.thickness is not None else []


def _longest(step: Step, cell: Cell, V: float) -> float:
    """A time (s) by which the step has met its limits or never will; for a sweep its own duration."""
    if step.setpoint is None or step.setpoint.quantity == "resistance":
        return LONGEST_REST
    value = per_area(step.setpoint, cell, step)
    if step.kind == "sweep":
        assert step.rate is not None
        return (value - V if value.real > V.real else V - value) / step.rate
    if step.kind == "hold":
        return LONGEST_REST
    charge = 3.0 * cell.theoretical_capacity
    return charge * HIGHEST / value if step.setpoint.quantity == "power" else charge / value


def _limit(step: Step, limit: Limit, cell: Cell, V: float) -> tuple[int, float]:
    """One limit in the engine's terms (per area)."""
    if limit.kind == "time":
        return events.DURATION, limit.value
    if limit.kind == "slope":
        return events.SLOPE_BELOW, limit.value
    if limit.kind == "current":
        return events.CURRENT_BELOW, per_area(Setpoint(limit.value, limit.unit), cell, step)  # type: ignore[arg-type]
    if limit.kind == "voltage":
        if not LIMITS[0] < limit.value < LIMITS[1]:
            raise InputError(f"'{step}' asks for {limit.value:g} V; a limit lies between -1 and 10 V: mV for V?")
        below = step.kind == "discharge" or (step.kind == "rest" and limit.value < V.real)
        return (events.VOLTAGE_BELOW if below else events.VOLTAGE_ABOVE), limit.value
    scale = {
        "C/m2": 1.0,
        "C/m3": cell.thickness,
        "C/kg": cell.thickness * cell.composition.density,
        "C": 1.0 / cell.area,
    }[limit.unit]
    return events.CHARGE, limit.value * scale


def segments(load: Load, cell: Cell) -> list[tuple[Control, float]]:
    """A load as control equations with their durations (s), linear between its points."""
    scale = 1.0 / cell.area if load.unit in ("A", "W") else 1.0
    by = {"A": "by_i", "W": "by_P", "V": "by_V"}[load.unit[0]]
    out = []
    points = list(zip(load.times, load.values, strict=True))
    for (t, a), (after, b) in pairwise(points):
        if not after > t:  # two rows at one time are a jump
            continue
        slope = (b - a) * scale / (after - t)
        out.append((Control(**{by: 1.0}, at_0=a * scale, slope=slope), after - t))
    return out


def voltage_bounds(load: Load, V: float) -> list[int]:
    """In which direction each limit of a load lies from the voltage it begins at: kinds for the engine."""
    for limit in load.limits:
        if limit.kind == "voltage" and not LIMITS[0] < limit.value < LIMITS[1]:
            raise InputError(f"'{load}' asks for {limit.value:g} V; a limit lies between -1 and 10 V: mV for V?")
    return [
        events.DURATION if limit.kind == "time" else events.VOLTAGE_BELOW if limit.value < V else events.VOLTAGE_ABOVE
        for limit in load.limits
    ]


def segment_limits(
    load: Load, bounds: Sequence[int], beyond: Sequence[tuple[int, float]], passed: float, duration: float
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Kinds and values of the limits of a load for one of its segments, those of the cell, and last its duration."""
    values = [limit.value - passed if limit.kind == "time" else limit.value for limit in load.limits]
    kinds = [*bounds, *(kind for kind, _ in beyond), events.DURATION]
    return np.array(kinds), np.array([*values, *(value for _, value in beyond), duration])


def fixed(step: Step) -> bool:
    """Whether nothing about the step depends on the voltage it begins at, so that it can be run by the programme."""
    return step.kind != "sweep" and not (step.kind == "rest" and any(limit.kind == "voltage" for limit in step.limits))


def programme(steps: Sequence[Step], cell: Cell) -> Programme:
    """Steps of one cycle for the engine to run in one call."""
    controls, kinds, values = [], [], []
    for step in steps:
        V = cell.window[1]  # of no consequence to a fixed step
        controls.append(control(step, cell, V).row)
        kind, value = limits(step, cell, V)
        kinds.append(kind)
        values.append(value)
    first = np.cumsum([0] + [len(kind) for kind in kinds])
    return Programme(
        controls=np.array(controls, float), first=first, kinds=np.concatenate(kinds), values=np.concatenate(values)
    )
