"""A recipe over the power of one target, and over the temperature of its anneal, with the range of the draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..library import with_settings
from .anneal import crystallised
from .deposition import gun, threshold_power
from .ensemble import interval, nominal
from .state import depositing, kinetics, state

if TYPE_CHECKING:
    from .grow import Grown

Array = np.ndarray[Any, Any]


class Curve(NamedTuple):
    """Nominal values, and 5 and 95 % of the draws."""

    value: Array
    low: Array
    high: Array


def swept_target(grown: Grown) -> str:
    """The target whose power is of interest: the one without the host of the system, where there is one."""
    targets, system = grown.entries.targets, grown.entries.system
    others = [name for name, target in targets.items() if system and system.entry.host not in target.atoms]
    return others[0] if others else next(iter(targets))


def powers(grown: Grown, name: str, count: int = 61) -> Array:
    """Powers (W) to sweep: from zero beside another target that deposits, from the threshold for one alone."""
    own = gun(grown.entries.targets[name], nominal)
    alone = depositing(grown.recipe, grown.entries.targets) == [name]
    first = 1.01 * float(threshold_power(own, grown.recipe.pressure.si)) if alone else 0.0
    return np.linspace(first, 1.5 * max(grown.recipe.power[name].si, 2.0 * own.power, first), count)


def over_power(grown: Grown, name: str, power: Array) -> tuple[Curve, Curve | None]:
    """Thickness (m) and ratio over the power (W) of one target."""
    found: list[list[tuple[float, float, float]]] = [[], []]
    for P in power:
        entries = grown.entries._replace(recipe=with_settings(grown.recipe, {f"power.{name}": f"{float(P)!r} W"}))
        value, draws = state(entries, nominal), state(entries, grown.sample)
        for k, key in enumerate(("thickness", "ratio")):
            if getattr(value, key) is not None:
                found[k].append((float(getattr(value, key)), *interval(getattr(draws, key))))
    thickness, ratio = (Curve(*np.array(rows).T) if rows else None for rows in found)
    assert thickness is not None
    return thickness, ratio


def over_temperature(grown: Grown, temperature: Array) -> dict[str, Curve]:
    """Crystallised share over the temperature (K) of the anneal, for every kinetics that may hold."""
    anneal = grown.recipe.anneal
    if anneal is None:
        return {}
    at, curves = f"recipes.{grown.recipe.name}.anneal", {}
    for name, own in grown.entries.crystallisations.items():
        rows = []
        for T in temperature:
            shares = []
            for pick in (nominal, grown.sample):
                t, b = pick(f"{at}.time", anneal.time, "s"), pick(f"{at}.ramp", anneal.ramp, "K/s")
                shares.append(crystallised(T, t, kinetics(own, pick), b))
            rows.append((float(shares[0]), *interval(shares[1])))
        curves[name] = Curve(*np.array(rows).T)
    return curves
