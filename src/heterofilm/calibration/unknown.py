"""The unknowns of a fit: values of a cell, each on a scale of its own.

What multiplies others (a value that must be positive, a share) is looked for in its logarithm, and so is what else
spans more than a factor of three: data tell products and ratios, D/L^2 or utilisation times thickness, along which
the misfit is then a straight valley. A potential or an exponent is looked for as it is. Ranges are where searches
begin; beyond those that were given nothing is looked for.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..cell import Cell
from ..errors import InputError
from ..library.cell_entries import split
from ..library.change import at, quantity_at
from ..library.value import Quantity, Value
from ..units import convert, parse_quantity
from .parameter import FARTHEST, Parameter, physical

__all__ = ["Unknown", "unknowns"]

WIDE = 3.0  # high over low, above which the logarithm is even
DECADES = 1.0  # to either side, of a positive value of which no range is known
SHIFT = 0.05  # V to either side of a potential without range


@dataclass(frozen=True)
class Unknown:
    """One unknown: its scale (``parameter``), a normal prior in its own unit where one was given, what was assumed."""

    parameter: Parameter
    start: float  # in the unit of the entry
    prior: tuple[float, float] | None = None  # mean and standard deviation, in the scaled value
    note: str = ""

    @property
    def path(self) -> str:
        """The path, the first of several."""
        return self.parameter.path


def unknowns(cell: Cell, values: Any) -> tuple[Unknown, ...]:
    """The unknowns that ``values`` asks for.

    A list of dotted paths, of which a tuple is one unknown (linked values, equal in the unit of the first); or a
    mapping from these to a range ``(low, high)`` in the unit of the entry or as texts with units, or to a table of
    ``range``, ``log`` (True or False) and ``prior`` (mean, standard deviation), or None.

    Errors: `HeterofilmError` for a path that does not act, a range without extent, a prior of no width.
    """
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise InputError(f"values is a list of dotted paths such as ['phases.V2O5.D'], not {values!r:.60}.")
    given = dict(values) if isinstance(values, Mapping) else dict.fromkeys(values)
    if not given:
        raise InputError("values names no value to fit; give dotted paths such as 'phases.V2O5.D'.")
    found = tuple(_unknown(cell, key, how) for key, how in given.items())
    paths = [path for one in found for path in one.parameter.paths]
    for path in paths:
        if paths.count(path) > 1:
            raise InputError(f"'{path}' is given twice in values.")
    return found


def _unknown(cell: Cell, key: Any, how: Any) -> Unknown:
    paths = (key,) if isinstance(key, str) else tuple(key)
    for path in paths:
        cell.entries.check_acts(path)
    kind, name, keys = split(paths[0])
    part = cell.entries.parts[f"{kind}.{name}"]
    value = at(part, keys, paths[0])
    if not isinstance(value, Value):
        raise InputError(f"'{paths[0]}' is a count or not set, so it cannot be fitted.")
    for path in paths[1:]:
        if cell.entries.unit(path) != value.unit:
            raise InputError(
                f"'{path}' is in {cell.entries.unit(path)}, '{paths[0]}' in {value.unit}: they cannot be one unknown."
            )
    options: dict[str, Any] = dict(how) if isinstance(how, Mapping) else {"range": how}
    for word in options:
        if word not in ("range", "log", "prior"):
            raise InputError(f"The unknown '{paths[0]}' takes range, log and prior, not '{word}'.")
    limits = options.get("range")
    quantity = quantity_at(part, keys, paths[0])
    note = ""
    if limits is not None:
        low, high = (_number(one, value.unit, paths[0]) for one in _pair(limits, paths[0], "range"))
        if not low < high:
            raise InputError(f"The range of '{paths[0]}' must rise, got {low:g} to {high:g} {value.unit}.")
    elif value.low is not None and value.high is not None and value.low < value.high:
        low, high = value.low, value.high
    elif value.value > 0.0 and value.unit not in ("V", "mV"):
        low, high = value.value / 10.0**DECADES, value.value * 10.0**DECADES
        note = _no_range(paths[0], low, high, value.unit)
    else:
        shift = convert(SHIFT, "V", value.unit) if value.unit in ("V", "mV") else max(abs(value.value), 1.0)
        low, high = value.value - shift, value.value + shift
        note = _no_range(paths[0], low, high, value.unit)
    log = options.get("log")
    if log is None:
        log = value.method == "log" or (low > 0.0 and (high > WIDE * low or _multiplies(quantity)))
    if log and low <= 0.0:
        raise InputError(
            f"'{paths[0]}' can be looked for in its logarithm only between positive numbers, not from {low:g}."
        )
    ends = (math.log(low), math.log(high)) if log else (low, high)
    made = Parameter(paths, value.unit, 0.5 * (ends[0] + ends[1]), 0.5 * (ends[1] - ends[0]), bool(log))
    least, most = physical(quantity, "log" if log else "linear")
    bounds = [-1.0, 1.0] if limits is not None else [-FARTHEST, FARTHEST]
    if least is not None:
        bounds[0] = max(bounds[0], made.scaled(least))
    if most is not None:
        bounds[1] = min(bounds[1], made.scaled(most))
    made = Parameter(paths, value.unit, made.centre, made.half, made.log, *bounds)
    start = value.value
    if not made.lower < made.scaled(start) < made.upper:
        start = made.number(0.5 * (made.lower + made.upper))
        note += f" {paths[0]} = {value} lies outside the range that was given; the search begins at {start:.3g}."
    prior = None
    if (of := options.get("prior")) is not None:
        mean, sigma = (_number(one, value.unit, paths[0]) for one in _pair(of, paths[0], "prior"))
        if not sigma > 0.0 or (log and mean <= 0.0):
            raise InputError(f"The prior of '{paths[0]}' is a mean and a positive standard deviation, got {of!r}.")
        prior = made.scaled(mean), (sigma / mean if log else sigma) / made.half
    return Unknown(made, start, prior, note.strip())


def _multiplies(quantity: Quantity | None) -> bool:
    """Whether a value is one that must be positive or a share, so that it multiplies what it acts on; no potential."""
    if quantity is None or quantity.unit == "V":
        return False
    return quantity.positive or (quantity.minimum, quantity.maximum) == (0.0, 1.0)


def _no_range(path: str, low: float, high: float, unit: str) -> str:
    return f"{path} has no range: searches begin from {low:.3g} to {high:.3g} {unit} (assumed) and may leave it."


def _pair(given: Any, path: str, what: str) -> tuple[Any, Any]:
    if not isinstance(given, tuple | list) or len(given) != 2:
        raise InputError(f"The {what} of '{path}' is two numbers, for example (1e-14, 1e-11), not {given!r:.60}.")
    return given[0], given[1]


def _number(given: Any, unit: str, path: str) -> float:
    if isinstance(given, str):
        number, own = parse_quantity(given)
        return number if own == "1" else convert(number, own, unit)
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        raise InputError(f"'{path}' is bounded by numbers in {unit} or texts with their unit, not by {given!r:.60}.")
    return float(given)
