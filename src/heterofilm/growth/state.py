"""What a recipe gives, as arrays or floats: fluxes, ratio, crystallised share, thickness.

    h = J t v(x)/c,   c = c_alone + (c_mixed - c_alone) min(x'/x_mixed, 1)

for a film of a system, J the flux of host atoms, x the atoms added per host atom and x' those of targets without host;
a target alone whose film no system tells gives h = J t V_m/c_alone with the phase it names.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..elements import ELEMENTS
from ..errors import InputError
from ..library import Library, names
from ..library.schema import Phase
from ..library.sputtering import Crystallisation, Packing, Recipe, Target
from ..library.system import System
from .anneal import Kinetics, crystallised
from .deposition import Gun, Pick, flux, gun, ion_energy, threshold_power
from .ensemble import nominal
from .outcome import Phases, Volumes, phases_of, volumes
from .sputter import threshold

Real = Any  # a float, or an array of draws of it
LIMIT = "copper_limit"  # its stream of random numbers has this name, so that draws are those of earlier versions


class Entries(NamedTuple):
    """A recipe with all it names."""

    recipe: Recipe
    targets: dict[str, Target]
    phases: dict[str, Phase]  # that can form, by name
    crystallisations: dict[str, Crystallisation]
    system: Phases | None  # None for a target alone that names its phase
    called: dict[str, str]  # what each phase was asked for by: its name, or its file


class State(NamedTuple):
    """A grown film, SI."""

    flux: dict[str, Real]  # of formula units, mol/(m2 s), by target
    energy: dict[str, Real]  # of the ions, eV, by target
    ratio: Real | None  # atoms of the added element per host atom; None without a system
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
    system = entries.system
    if system is None:
        (name,), (phase,) = depositing(recipe, entries.targets), entries.phases.values()
        volume = phase.molar_mass.si / pick(f"phases.{phase.name}.density", phase.density, "kg/m3")
        packing = pick(f"targets.{name}.packing.alone", entries.targets[name].packing.alone, "1")
        thickness = arriving[name] * time * volume / packing
        return State(arriving, energy, None, packing, _crystallised(entries, pick, 0.0), thickness)
    targets, host, added = entries.targets, system.entry.host, system.entry.added
    hosts = sum(arriving[n] * t.atoms.get(host, 0.0) for n, t in targets.items())
    second = sum(arriving[n] * t.atoms.get(added, 0.0) for n, t in targets.items())
    beside = sum(arriving[n] * t.atoms.get(added, 0.0) for n, t in targets.items() if host not in t.atoms)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio, filling = second / hosts, beside / hosts
    share = _crystallised(entries, pick, ratio)
    packing = _packing(targets, pick, host, filling)
    dense = volumes(system, pick).per_host(ratio, share < 0.5)
    return State(arriving, energy, ratio, packing, share, hosts * time * dense / packing)


def phase_volumes(entries: Entries, pick: Pick) -> Volumes:
    """Molar volumes of the phases of a recipe's system."""
    assert entries.system is not None  # asked for films of systems only
    return volumes(entries.system, pick)


def check(recipe: Recipe, targets: dict[str, Target]) -> list[str]:
    """The targets that deposit; refuses a recipe of which none does.

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
    return found


def system_of(
    recipe: Recipe, targets: dict[str, Target], found: list[str], library: Library, folder: Path | None
) -> System | None:
    """What the atoms of the targets that deposit make: the system of the recipe, or of the library for their elements.

    None where one target alone deposits that names its phase. Errors: `HeterofilmError` for atoms of no system.
    """
    atoms = {element for name in found for element in targets[name].atoms}
    told, what = ", ".join(sorted(atoms)), " and ".join(found)
    if recipe.system is not None:
        system = library.entry(System, recipe.system, folder)
        if not atoms <= system.elements:
            raise InputError(
                f"Recipe '{recipe.name}' deposits {told} from {what}, and its system {system.name} is of "
                f"{', '.join(sorted(system.elements))}; name another system, or other targets."
            )
        known = [system]
    else:
        known = [one for one in (library.entry(System, name) for name in names("systems")) if atoms <= one.elements]
    hosted = [one for one in known if one.host in atoms]
    if len(hosted) > 1:
        raise InputError(
            f"A film of {told} can be of the systems {', '.join(one.name for one in hosted)}; name one as 'system' in "
            f"the recipe '{recipe.name}'."
        )
    if hosted:
        return hosted[0]
    if recipe.system is None and len(found) == 1 and targets[found[0]].phase is not None:
        return None
    if known:
        one = known[0]
        raise InputError(
            f"Only {what} deposits, which holds no {ELEMENTS[one.host].name}: the phases {', '.join(one.phases)} of "
            f"the system {one.name} need a target of {one.host} with power."
        )
    raise InputError(
        f"The library knows no phases for a film of {told} from {what}; sputter one compound target that names its "
        "phase, or write a system of these elements (heterofilm new system) and name it as 'system' in the recipe."
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


def _packing(targets: dict[str, Target], pick: Pick, host: str, filling: Real) -> Real:
    """Density over that of the dense phases, by the atoms of other targets per host atom."""
    name, own = next((n, t) for n, t in targets.items() if host in t.atoms)
    packing: Packing = own.packing
    alone, mixed, full = (
        pick(f"targets.{name}.packing.{key}", getattr(packing, key), "1") for key in ("alone", "mixed", "mixed_at")
    )
    return alone + (mixed - alone) * np.minimum(filling / full, 1.0)


def _crystallised(entries: Entries, pick: Pick, ratio: Real) -> Real:
    """Crystallised share after the anneal, with the kinetics that hold at this ratio."""
    anneal = entries.recipe.anneal
    if anneal is None:
        return np.zeros_like(np.asarray(ratio, dtype=float))
    at = f"recipes.{entries.recipe.name}.anneal"
    T, t = pick(f"{at}.temperature", anneal.temperature, "K"), pick(f"{at}.time", anneal.time, "s")
    ramp = pick(f"{at}.ramp", anneal.ramp, "K/s")
    own = list(entries.crystallisations.values())
    share = crystallised(T, t, kinetics(own[-1], pick), ramp)
    for one in reversed(own[:-1]):
        assert one.ratio_limit is not None  # else `entries` has refused the system
        limit = pick(f"crystallisations.{one.name}.{LIMIT}", one.ratio_limit, "1")
        share = np.where(ratio <= limit, crystallised(T, t, kinetics(one, pick), ramp), share)
    return share


def kinetics(own: Crystallisation, pick: Pick) -> Kinetics:
    """The kinetics of one phase, or draws of them."""
    at = f"crystallisations.{own.name}"
    return Kinetics(
        pick(f"{at}.activation_energy", own.activation_energy, "eV"), pick(f"{at}.avrami", own.avrami, "1"),
        pick(f"{at}.half_temperature", own.half_temperature, "K"), pick(f"{at}.half_time", own.half_time, "s"),
    )  # fmt: skip


def entries(recipe: Recipe, library: Library, folder: Path | None = None) -> Entries:
    """A recipe with its targets, the phases that can form, and their kinetics; checked.

    Errors: `HeterofilmError` for anything unknown or impossible.
    """
    targets = {name: library.entry(Target, name, folder) for name in recipe.power}
    found = check(recipe, targets)
    system = system_of(recipe, targets, found, library, folder)
    if system is None:
        target = targets[found[0]]
        assert target.phase is not None  # else `system_of` has refused the recipe
        phase = library.phase(target.phase, folder)
        own = library.entry(Crystallisation, target.crystallisation or phase.name, folder)
        return Entries(recipe, targets, {phase.name: phase}, {own.name: own}, None, {phase.name: target.phase})
    at = folder if recipe.system is None else folder_of(recipe.system, folder)
    phases = phases_of(system, library, at)
    kinds = [library.entry(Crystallisation, name, at) for name in system.crystallisations]
    _check_limits(system, kinds)
    asked = [*zip(phases.crystals, system.phases, strict=True)]
    asked += [*zip(phases.glasses.values(), system.glasses.values(), strict=True)]
    beside = {name: str(Path(recipe.system).parent / name) if at != folder and recipe.system else name
              for _, name in asked if name.endswith(".toml")}  # fmt: skip
    return Entries(
        recipe, targets, {phase.name: phase for phase, _ in asked}, {own.name: own for own in kinds}, phases,
        {phase.name: beside.get(name, name) for phase, name in asked},
    )  # fmt: skip


def folder_of(name: str, folder: Path | None) -> Path | None:
    """Where the files lie that an entry called ``name`` names: beside its own file; that of its caller otherwise."""
    return (folder or Path()) / Path(name).parent if name.endswith(".toml") else folder


def _check_limits(system: System, kinds: list[Crystallisation]) -> None:
    """Refuses kinetics of which it is not told up to which ratio each holds."""
    limits = [one.ratio_limit.si if one.ratio_limit is not None else None for one in kinds]
    bounded = [limit for limit in limits[:-1] if limit is not None]
    if len(bounded) < len(limits) - 1 or limits[-1] is not None or sorted(set(bounded)) != bounded:
        raise InputError(
            f"System '{system.name}': of its crystallisations each but the last states the ratio_limit ({system.of}) "
            "up to which it holds, from low to high, and the last none; correct "
            f"{', '.join(one.name for one in kinds)}."
        )
