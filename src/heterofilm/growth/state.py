"""What a recipe gives, as arrays or floats: fluxes, Cu/V, crystallised share, thickness.

    h = J t v(Cu/V)/c,   c = c_alone + (c_mixed - c_alone) min(x/x_mixed, 1),   x = Cu/V

for a film of vanadium and copper; a target alone gives h = J t V_m/c_alone with the phase it names.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..errors import InputError
from ..library import Library
from ..library.schema import Phase
from ..library.sputtering import Crystallisation, Packing, Recipe, Target
from .anneal import Kinetics, crystallised
from .deposition import Gun, Pick, flux, gun, ion_energy, threshold_power
from .ensemble import nominal
from .outcome import Volumes, volumes
from .sputter import threshold

Real = Any  # a float, or an array of draws of it


class Entries(NamedTuple):
    """A recipe with all it names."""

    recipe: Recipe
    targets: dict[str, Target]
    phases: dict[str, Phase]
    crystallisations: dict[str, Crystallisation]


class State(NamedTuple):
    """A grown film, SI."""

    flux: dict[str, Real]  # of formula units, mol/(m2 s), by target
    energy: dict[str, Real]  # of the ions, eV, by target
    cu_to_v: Real | None
    packing: Real
    crystallised: Real
    thickness: Real


def state(entries: Entries, pick: Pick) -> State:
    """The film of a recipe that was found sound by `check`."""
    recipe = entries.recipe
    at = f"recipes.{recipe.name}"
    pressure, distance = pick(f"{at}.pressure", recipe.pressure, "Pa"), pick(f"{at}.distance", recipe.distance, "m")
    time = pick(f"{at}.time", recipe.time, "s")
    guns, powers, arriving, energy = {}, {}, {}, {}
    for name, target in entries.targets.items():
        guns[name] = gun(target, pick)
        powers[name] = pick(f"{at}.power.{name}", recipe.power[name], "W")
        arriving[name] = flux(guns[name], powers[name], pressure, distance)
        energy[name] = ion_energy(guns[name], powers[name], pressure)
    if "V2O5" not in entries.phases:
        (name,) = depositing(recipe, entries.targets)
        target = entries.targets[name]
        assert target.phase is not None  # else `check` has refused the recipe
        phase = entries.phases[target.phase]
        volume = phase.molar_mass.si / pick(f"phases.{phase.name}.density", phase.density, "kg/m3")
        packing = pick(f"targets.{name}.packing.alone", target.packing.alone, "1")
        thickness = arriving[name] * time * volume / packing
        return State(arriving, energy, None, packing, _crystallised(entries, pick, 0.0), thickness)
    vanadium = sum(arriving[n] * t.atoms.get("V", 0.0) for n, t in entries.targets.items())
    copper = sum(arriving[n] * t.atoms.get("Cu", 0.0) for n, t in entries.targets.items())
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = copper / vanadium
    share = _crystallised(entries, pick, ratio)
    packing = _packing(entries.targets, pick, ratio)
    dense = phase_volumes(entries, pick).per_vanadium(ratio, share < 0.5)
    return State(arriving, energy, ratio, packing, share, vanadium * time * dense / packing)


def phase_volumes(entries: Entries, pick: Pick) -> Volumes:
    """Molar volumes of the phases of V, Cu and O."""
    phases = entries.phases
    return volumes(phases["V2O5"], phases["Cu2V2O7"], phases["a-CuVO"], phases["CuO"], pick)


def check(recipe: Recipe, targets: dict[str, Target]) -> None:
    """Refuse a recipe that deposits nothing, or a film whose phases the library does not know.

    Errors: `HeterofilmError` in one sentence.
    """
    on = [name for name, power in recipe.power.items() if power.si > 0.0]
    if not on:
        raise InputError(
            f"Recipe '{recipe.name}' has no power on any target; set for example power.{next(iter(recipe.power))}."
        )
    found = depositing(recipe, targets)
    if not found:
        reasons = "; ".join(below(name, gun(targets[name], nominal), recipe) for name in on)
        raise InputError(f"Nothing is deposited: {reasons}.")
    atoms = {element for name in found for element in targets[name].atoms}
    if atoms <= {"V", "Cu", "O"}:
        if "V" not in atoms:
            raise InputError(
                f"Only {' and '.join(found)} deposits, which holds no vanadium: the phases V2O5, Cu2V2O7 and CuO need "
                "a V2O5 target with power."
            )
    elif len(found) > 1 or targets[found[0]].phase is None:
        raise InputError(
            f"The library knows no phases for a film of {', '.join(sorted(atoms))} from {' and '.join(found)}; "
            "sputter one compound target, or V2O5 with Cu."
        )


def depositing(recipe: Recipe, targets: dict[str, Target]) -> list[str]:
    """The targets whose ions exceed the sputter threshold."""
    guns = {name: gun(target, nominal) for name, target in targets.items()}
    for name, own in guns.items():
        if float(own.voltage) <= float(threshold(own.surface)):
            raise InputError(
                f"Target '{name}' states a rate at a sheath voltage of {float(own.voltage):.3g} V, below its sputter "
                f"threshold of {float(threshold(own.surface)):.3g} eV; correct reference.sheath_voltage."
            )
    return [
        name
        for name, power in recipe.power.items()
        if float(ion_energy(guns[name], power.si, recipe.pressure.si)) > float(threshold(guns[name].surface))
    ]


def below(name: str, gun: Gun, recipe: Recipe) -> str:
    """Why a gun gives nothing, in words."""
    E = float(ion_energy(gun, recipe.power[name].si, recipe.pressure.si))
    need = float(threshold_power(gun, recipe.pressure.si))
    return (
        f"at {recipe.power[name]} the ions reach {E:.3g} eV on {name}, below its sputter threshold of "
        f"{float(threshold(gun.surface)):.3g} eV (about {need:.2g} W)"
    )


def _packing(targets: dict[str, Target], pick: Pick, ratio: Real) -> Real:
    name, own = next((n, t) for n, t in targets.items() if "V" in t.atoms)
    packing: Packing = own.packing
    alone, mixed, full = (
        pick(f"targets.{name}.packing.{key}", getattr(packing, key), "1") for key in ("alone", "mixed", "mixed_at")
    )
    return alone + (mixed - alone) * np.minimum(ratio / full, 1.0)


def _crystallised(entries: Entries, pick: Pick, ratio: Real) -> Real:
    """Crystallised share after the anneal, with the kinetics that hold at this Cu/V."""
    anneal = entries.recipe.anneal
    if anneal is None:
        return np.zeros_like(np.asarray(ratio, dtype=float))
    at = f"recipes.{entries.recipe.name}.anneal"
    T, t = pick(f"{at}.temperature", anneal.temperature, "K"), pick(f"{at}.time", anneal.time, "s")
    ramp = pick(f"{at}.ramp", anneal.ramp, "K/s")
    shares = [crystallised(T, t, kinetics(own, pick), ramp) for own in entries.crystallisations.values()]
    if len(shares) == 1:
        return shares[0]
    first = next(iter(entries.crystallisations.values()))
    assert first.copper_limit is not None  # of V2O5, the first of the two
    limit = pick(f"crystallisations.{first.name}.copper_limit", first.copper_limit, "1")
    return np.where(ratio <= limit, shares[0], shares[1])


def kinetics(own: Crystallisation, pick: Pick) -> Kinetics:
    """The kinetics of one phase, or draws of them."""
    at = f"crystallisations.{own.name}"
    return Kinetics(
        pick(f"{at}.activation_energy", own.activation_energy, "eV"), pick(f"{at}.avrami", own.avrami, "1"),
        pick(f"{at}.half_temperature", own.half_temperature, "K"), pick(f"{at}.half_time", own.half_time, "s"),
    )  # fmt: skip


def entries(recipe: Recipe, library: Library, folder: Any = None) -> Entries:
    """A recipe with its targets, the phases that can form, and their kinetics; checked.

    Errors: `HeterofilmError` for anything unknown or impossible.
    """
    targets = {name: library.entry(Target, name, folder) for name in recipe.power}
    check(recipe, targets)
    films = [targets[name] for name in depositing(recipe, targets)]
    if all(set(t.atoms) <= {"V", "Cu", "O"} for t in films):
        names, glasses = ["V2O5", "Cu2V2O7", "a-CuVO", "CuO"], ["V2O5", "a-CuVO"]
    else:
        names = [t.phase for t in films if t.phase is not None]
        glasses = list(names)
    return Entries(
        recipe,
        targets,
        {name: library.phase(name, folder) for name in names},
        {name: library.entry(Crystallisation, name, folder) for name in glasses},
    )
