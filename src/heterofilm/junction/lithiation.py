"""The field of a junction while Li enters and leaves: built, collapsed, rebuilt, and what that asks of the solids.

Every Li brings one electron. At x Li per formula unit (n_f formula units per volume) the solid holds c_Li = x n_f of
both, and

    lambda = sqrt(eps0 eps kT/(q^2 c))        1e18 cm-3: 4 nm;  x = 0.1, 1e21 cm-3: 0.13 nm

so that the contact potential, if it survives, drops over less than one hop, and the rest of the
domain is free of field. Rules say what is not known: which solid takes up the Li, whether Li+ rearranges in the field
(mobile) or not (fixed donors, on the time scale of electrons), and what becomes of the work functions:

    constant      as measured on the pristine films, less `contact_loss` x
    filling       Phi -> Phi - kT ln[ (n/(N - n)) / (n0/(N - n0)) ]       electrons fill their sites

The field is a function of the filling alone: on the way back it is rebuilt as it was, as far as the Li leaves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ..errors import InputError, did_you_mean
from ..library.semiconductor import Semiconductor
from .depletion import doping_for_bending
from .field import JunctionNumbers, solve_many
from .geometry import Geometry
from .solids import solid
from .statistics import Array, Solid, debye_length, thermal_voltage

__all__ = ["FieldCurve", "Rule", "conditions", "doping_window", "field_against_lithium"]

HALF = 0.5  # share of the contact potential from which the field counts as inside the domain


@dataclass(frozen=True)
class Rule:
    """What happens to the solids as Li enters.

    `host` takes up the Li; `mobile`: Li+ rearranges in the field; `contact_loss`: eV per Li by which the difference
    of work functions shrinks, never below zero (with `work_function` "constant").
    """

    name: str
    host: Literal["domain", "matrix", "both"] = "both"
    mobile: bool = False
    work_function: Literal["constant", "filling"] = "constant"
    contact_loss: float = 0.0


RULES = (
    Rule("Li+ fixed"),
    Rule("Li+ mobile", mobile=True),
    Rule("Li+ in the matrix alone", host="matrix"),
    Rule("electrons fill their sites", work_function="filling"),
    Rule("contact potential lost by x = 1", contact_loss=0.75),
)


@dataclass(frozen=True)
class FieldCurve:
    """The field against `x` (Li per formula unit of the host), arrays of one shape.

    - `numbers`: :class:`JunctionNumbers`, A the domain, B the matrix; potentials keep their signs;
    - `screening_domain_m`, `screening_matrix_m`: Debye lengths of the neutral solids;
    - `field_V_m`: kT/(q a), the threshold of `numbers.share_above`.
    """

    rule: Rule
    x: Array
    numbers: JunctionNumbers
    screening_domain_m: Array
    screening_matrix_m: Array
    field_V_m: float

    @property
    def share_inside(self) -> Array:
        """Potential that drops within the domain over the contact potential of the pristine solids."""
        start = np.abs(self.numbers.built_in_V[0])
        return np.asarray(np.abs(self.numbers.bending_A_V) / max(float(start), 1e-12))


def field_against_lithium(
    domain: Semiconductor,
    matrix: Semiconductor,
    geometry: Geometry,
    x: Sequence[float] | Array,
    rule: Rule = RULES[0],
    temperature: float = 298.15,
    pristine: Mapping[str, Mapping[str, Any]] | None = None,
) -> FieldCurve:
    """The field of one junction at every filling `x`, in the order given: a list that rises and falls is a cycle.

    `domain` lies inside (A), `matrix` around it (B). `pristine` may hold `domain={...}` and `matrix={...}`, arguments
    of :func:`~heterofilm.junction.solids.solid` that replace the library's values.

    Errors: `HeterofilmError` for a filling below zero or beyond the sites, or an unknown key.
    """
    x = np.asarray(x, float)
    if x.ndim != 1 or x.size == 0 or not np.isfinite(x).all() or (x < 0.0).any():
        raise InputError("The filling x must be a list of numbers of at least zero (Li per formula unit).")
    changes = dict(pristine or {})
    for role in changes:
        if role not in ("domain", "matrix"):
            hint = did_you_mean(role, ("domain", "matrix"))
            raise InputError(f"Only 'domain' and 'matrix' can be changed here, got '{role}'.{hint}")
    made = []
    for role, entry in (("domain", domain), ("matrix", matrix)):
        own = dict(changes.get(role, {}))
        filled = x * entry.formula_units.si * (rule.host in (role, "both"))
        before = solid(entry, temperature, **own)
        after = solid(entry, temperature, **own | {"lithium" if rule.mobile else "fixed_lithium": filled})
        made.append((before, after))
    A, B = _levels_after(rule, x, made, temperature)
    hop = domain.hop_length.si
    threshold = thermal_voltage(temperature) / hop
    numbers = solve_many(A, B, geometry, temperature, field_above=threshold)
    lengths = [np.broadcast_to(debye_length(s, temperature), x.shape) for s in (A, B)]
    return FieldCurve(rule, x, numbers, lengths[0], lengths[1], threshold)


def _levels_after(rule: Rule, x: Array, made: list[tuple[Solid, Solid]], temperature: float) -> tuple[Solid, Solid]:
    (A0, A), (B0, B) = made
    if rule.work_function == "filling":
        shifts = [_filling(before, after) * thermal_voltage(temperature) for before, after in made]
    else:
        lost = np.minimum(rule.contact_loss * x, abs(B0.work_function - A0.work_function))
        shifts = [lost / 2.0 * np.sign(s.work_function - o.work_function) for s, o in ((A0, B0), (B0, A0))]
    return tuple(  # type: ignore[return-value]
        Solid(s.name, s.permittivity, s.work_function - shift, s.electrons, s.holes, s.lithium, s.donors)
        for s, shift in ((A, shifts[0]), (B, shifts[1]))
    )


def _filling(before: Solid, after: Solid) -> Array:
    """Rise of the Fermi level against the electrons' level, kT."""
    n0, n = before.electrons, after.electrons
    if n0 is None or n is None:
        raise InputError(
            f"{before.name} has no electrons to count from, so that its work function cannot follow the filling; "
            "use the rule with a constant work function."
        )
    return np.asarray(n.logit - n0.logit)


def doping_window(
    domain: Semiconductor, matrix: Semiconductor, geometry: Geometry, temperature: float = 298.15, share: float = HALF
) -> tuple[float, float] | None:
    """Least and largest doping (1/m3, of both solids) with `share` of the contact potential inside the domain.

    Scanned over 1e14 to 1e21.5 cm-3; None when no doping does.
    """
    N = 10.0 ** np.linspace(20.0, 27.5, 151)
    numbers = solve_many(
        solid(domain, temperature, doping=N), solid(matrix, temperature, doping=N), geometry, temperature
    )
    enough = np.flatnonzero(np.abs(numbers.bending_A_V) >= share * np.abs(numbers.built_in_V))
    return (float(N[enough[0]]), float(N[enough[-1]])) if enough.size else None


def conditions(
    curve: FieldCurve, domain: Semiconductor, matrix: Semiconductor, geometry: Geometry, temperature: float = 298.15
) -> tuple[str, ...]:
    """Under which conditions a built-in field is there, collapses and comes back: sentences made from the numbers."""
    n = curve.numbers
    V, inside = abs(float(n.built_in_V[0])), abs(float(n.bending_A_V[0]))
    radius, shell = float(geometry.interface), float(geometry.outer - geometry.interface)
    said = [
        f"At x = {curve.x[0]:g} the domain supports {1e3 * inside:.0f} mV of the contact potential of "
        f"{1e3 * V:.0f} mV, "
        f"and the field exceeds kT/(q a) = {curve.field_V_m / 1e8:.2f} MV/cm in "
        f"{100 * float(n.share_above[0]):.0f} % of "
        f"its volume."
    ]
    if V > 0.0:
        least = float(doping_for_bending(V, radius, domain.permittivity.si)) / 1e6
        balance = ((geometry.outer / geometry.interface) ** 3 - 1.0) if geometry.power == 2 else shell / radius
        said.append(
            f"To bend the whole {1e3 * V:.0f} mV by depletion inside a radius of {1e9 * radius:.3g} nm needs at least "
            f"{least:.1e} cm-3 of fixed charge in it, and {least / balance:.1e} cm-3 in the {1e9 * shell:.2g} nm "
            f"of matrix "
            f"around it if that is depleted too; the library has {domain.doping} and {matrix.doping}."
        )
    said.append(_window(doping_window(domain, matrix, geometry, temperature)))
    said.append(_trend(curve))
    said.append(_collapse(curve, domain.hop_length.si))
    said.append(_ions(curve))
    said.append(_contact(curve))
    said.append(
        f"The field depends on the filling alone, so delithiation rebuilds it as far as x returns: a residue of x = "
        f"{_residue(curve):.2g} already keeps the bending of the domain more than 20 % from its first value."
        if np.isfinite(_residue(curve))
        else "The field depends on the filling alone, so delithiation rebuilds it; within this range of x the "
        "bending of the "
        "domain stays within 20 % of its first value."
    )
    return tuple(said)


def _window(window: tuple[float, float] | None) -> str:
    half = f"{100 * HALF:.0f} % of the contact potential"
    if window is None:
        return f"No doping of both solids from 1e14 to 3e21 cm-3 brings {half} inside the domain."
    least, most = (f"{N / 1e6:.1e} cm-3" for N in window)
    span = f"from {least} on" if window[1] > 3e27 else f"between {least} and {most}"
    return f"{half} lies inside the domain only for a doping of both solids {span}, when the dopants are fixed."


def _trend(curve: FieldCurve) -> str:
    """Whether lithiation takes a field away, as the paper argues, or brings one."""
    bending = 1e3 * np.abs(curve.numbers.bending_A_V)
    most, least = int(np.argmax(bending)), int(np.argmin(bending))
    values = (
        f"{bending[0]:.0f} mV at x = {curve.x[0]:g}, from {bending[least]:.0f} mV (x = {curve.x[least]:.2g}) to "
        f"{bending[most]:.0f} mV (x = {curve.x[most]:.2g}) along the way, {bending[-1]:.0f} mV at x = {curve.x[-1]:g}"
    )
    if bending[most] > 3.0 * bending[0]:
        return f"Li brings a field into the domain, as its charge can hold one: {values}."
    if bending[least] < 0.5 * bending[0]:
        return f"Li takes bending of the domain away: {values}."
    return f"Li changes the bending of the domain little: {values}."


def _collapse(curve: FieldCurve, hop: float) -> str:
    lengths = np.minimum(curve.screening_domain_m, curve.screening_matrix_m)
    thin = np.flatnonzero(lengths < hop)
    last = f"{1e9 * float(lengths[-1]):.2g} nm at x = {curve.x[-1]:g}"
    if not thin.size:
        return f"The screening length stays above one hop ({1e9 * hop:.2g} nm): {last}; the field does not collapse."
    return (
        f"From x = {curve.x[thin[0]]:.2g} on the screening length is below one hop ({1e9 * hop:.2g} nm), {last}: "
        f"the field is "
        f"a layer at the interface (up to {float(curve.numbers.field_max_V_m.max()) / 1e8:.0f} MV/cm), above "
        f"kT/(q a) in "
        f"{100 * float(curve.numbers.share_above[-1]):.0f} % of the domain at the end, and thinner than a "
        f"continuum describes."
    )


def _ions(curve: FieldCurve) -> str:
    n = curve.numbers
    if curve.rule.mobile:
        k = int(np.argmax(np.abs(n.lithium_m2)))
        sides = float(n.lithium_A_m2[k]) * 1e-18, float(n.lithium_B_m2[k]) * 1e-18
        return (
            f"Li+ is mobile here and screens together with the electrons; the junction stores most at x = "
            f"{curve.x[k]:.2g}, "
            f"{sides[0]:+.2f} Li per nm2 in the domain and {sides[1]:+.2f} in the matrix, and "
            f"{float(n.lithium_m2[-1]) * 1e-18:+.2f} per nm2 in all at x = {curve.x[-1]:g}, where Li mostly moves over."
        )
    return (
        "Li+ is fixed here, as donors are: electrons alone screen. Where it moves, the field is screened from the side "
        "that would otherwise be depleted too."
    )


def _contact(curve: FieldCurve) -> str:
    V = curve.numbers.built_in_V
    if abs(float(V[-1]) - float(V[0])) < 1e-3:
        return (
            f"This takes for granted that the difference of work functions ({abs(float(V[0])):.2f} eV, of "
            f"pristine films) "
            "survives lithiation; no measurement says so."
        )
    return (
        f"The contact potential goes from {float(V[0]):+.2f} V at x = {curve.x[0]:g} to {float(V[-1]):+.2f} V at "
        f"x = {curve.x[-1]:g} by the rule '{curve.rule.name}'."
    )


def _residue(curve: FieldCurve) -> float:
    """Smallest x at which the bending of the domain is 20 % off its first value; infinite without one."""
    first = float(curve.numbers.bending_A_V[0])
    off = np.flatnonzero(np.abs(curve.numbers.bending_A_V - first) > 0.2 * abs(first))
    return float(curve.x[off[0]]) if off.size else float("inf")
