"""What a user may say about the parameters of a circuit: start, hold, keep between bounds, tie to another.

A setting that has no effect, or that contradicts another, is refused: it would look as if it had been followed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...errors import InputError, did_you_mean

if TYPE_CHECKING:
    from .circuit import Circuit

__all__ = ["Bound", "Link", "bound_of", "check_settings", "check_values", "link_of"]

Bound = tuple[float, float]  # lowest and highest value, SI; 0 or inf where there is none
Link = tuple[float, str]  # factor, and the parameter it multiplies


def check_values(circuit: Circuit, given: Mapping[str, float]) -> None:
    """Errors: `HeterofilmError` for an unknown name, or a value outside what its law allows."""
    known = {p.name: p for p in circuit.parameters}
    for name, value in given.items():
        _known(circuit, name)
        p = known[name]
        if not (p.lower <= value <= p.upper and math.isfinite(value)) or (math.isinf(p.upper) and value == 0.0):
            limits = f"between {p.lower:g} and {p.upper:g}" if math.isfinite(p.upper) else "positive"
            raise InputError(f"{name} must be {limits} ({p.unit}), but {value:g} was given.")


def check_settings(
    circuit: Circuit,
    guess: Mapping[str, float],
    fixed: Mapping[str, float],
    bounds: Mapping[str, Bound],
    links: Mapping[str, Link],
) -> None:
    """Errors: `HeterofilmError` for an unknown name, a setting without effect, or two that contradict each other."""
    known = {p.name: p for p in circuit.parameters}
    for name in (*bounds, *links):
        _known(circuit, name)
    for name in guess:
        if name in fixed or name in links:
            raise InputError(f"{name} is {_held(name, fixed)}: a start for it has no effect, leave it out.")
    for name, (low, high) in bounds.items():
        p = known[name]
        if name in fixed or name in links:
            raise InputError(f"{name} is {_held(name, fixed)}: bounds for it have no effect, leave them out.")
        if not low < high:
            raise InputError(f"The bounds of {name} must rise, but {low:g} to {high:g} were given.")
        if low < p.lower or high <= p.lower or (math.isfinite(p.upper) and (low >= p.upper)):
            raise InputError(f"{name} lies between {p.lower:g} and {p.upper:g}: bounds {low:g} to {high:g} do not.")
        if low <= p.lower and high >= p.upper:
            raise InputError(f"The bounds {low:g} to {high:g} of {name} have no effect: it lies within them anyway.")
        if name in guess and not low <= guess[name] <= high:
            raise InputError(f"The start {guess[name]:g} of {name} lies outside its bounds {low:g} to {high:g}.")
    for name, (factor, other) in links.items():
        _known(circuit, other)
        if name in fixed:
            raise InputError(f"{name} cannot be held and tied to {other} at once: leave one of the two out.")
        if other == name or other in links:
            raise InputError(f"{name} is tied to {other}, which is itself tied: tie it to a value that is not.")
        if not (factor > 0.0 and math.isfinite(factor)):
            raise InputError(f"{name} = {factor:g}*{other}: the factor must be positive.")
        if known[name].unit.split()[0] != known[other].unit.split()[0]:
            raise InputError(
                f"{name} ({known[name].unit}) cannot be tied to {other} ({known[other].unit}): they differ in kind."
            )


def bound_of(text: str, name: str) -> Bound:
    """``1:100``, ``1:`` or ``:100`` as two numbers.

    Errors: `HeterofilmError` for anything else.
    """
    low, mark, high = text.partition(":")
    try:
        if not mark or not (low.strip() or high.strip()):
            raise ValueError
        found = float(low) if low.strip() else 0.0, float(high) if high.strip() else math.inf
    except ValueError:
        found = math.nan, math.nan
    if any(map(math.isnan, found)):
        raise InputError(f"The bounds '{text}' of {name} are not of the form LOW:HIGH, for example 1:100 or 1:.")
    return found


def link_of(text: str, name: str) -> Link:
    """``R1`` or ``2*R1`` as a factor and a name.

    Errors: `HeterofilmError` for anything else.
    """
    found = re.fullmatch(r"\s*(?:([\d.eE+-]+)\s*\*\s*)?([A-Za-z]\w*)\s*", text)
    try:
        if found is None:
            raise ValueError
        return float(found[1]) if found[1] else 1.0, found[2]
    except ValueError:
        raise InputError(f"'{text}' is nothing to tie {name} to: write a parameter, or 2*R1.") from None


def _known(circuit: Circuit, name: str) -> None:
    known = [p.name for p in circuit.parameters]
    if name not in known:
        raise InputError(f"The circuit {circuit} has no parameter '{name}'.{did_you_mean(name, known)}")


def _held(name: str, fixed: Mapping[str, float]) -> str:
    return f"held at {fixed[name]:g}" if name in fixed else "tied to another value"
