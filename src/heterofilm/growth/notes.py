"""The numbers of a grown film with kind and range, and what follows from them in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from ..elements import ELEMENTS
from ..library import value_paths
from .deposition import gun, model_flux, threshold_power
from .ensemble import interval, nominal
from .film_entry import HETERO_I0, LEAST
from .grown import GrownState
from .sputter import threshold
from .state import below, depositing, phase_volumes

NM_MIN = 6e10  # m/s


class Note(NamedTuple):
    """One number; `low` and `high` are None where it has no range."""

    quantity: str
    value: float
    unit: str
    low: float | None
    high: float | None
    kind: str  # measured, calibrated, computed or assumed
    source: str


MODEL = "growth model; range: 5 to 95 % of the draws that agree with the measured films"


def notes(grown: GrownState) -> tuple[Note, ...]:
    """Results first, then every number of the recipe, its targets and its kinetics that they rest on."""
    state, draws, recipe = grown.state, grown.draws, grown.recipe

    def computed(quantity: str, value: Any, unit: str, drawn: Any, scale: float = 1.0) -> Note:
        low, high = interval(scale * np.asarray(drawn))
        return Note(quantity, scale * float(value), unit, low, high, "computed", MODEL)

    found = [computed("thickness", state.thickness, "nm", draws.thickness, 1e9)]
    if state.ratio is not None and grown.of is not None:
        found.append(computed(grown.of, state.ratio, "1", draws.ratio))
    for phase, share in grown.phases.items():
        source = "mass balance, as if crystallised through"
        found.append(Note(f"volume fraction of {phase}", share, "1", None, None, "computed", source))
    found.append(computed("crystallised share", state.crystallised, "1", draws.crystallised))
    found.append(computed("packing (density over dense phases)", state.packing, "1", draws.packing))
    for name, target in grown.entries.targets.items():
        own = gun(target, nominal)
        rate = NM_MIN * own.molar_volume
        found.append(computed(f"rate of {target.name}", state.flux[name], "nm/min", draws.flux[name], rate))
        alone = rate * float(model_flux(own, recipe.power[name].si, recipe.pressure.si, recipe.distance.si))
        source = "yield and power balance without any calibration: an upper estimate"
        found.append(Note(f"rate of {target.name}, model alone", alone, "nm/min", None, None, "computed", source))
        found.append(computed(f"ion energy on {target.name}", state.energy[name], "eV", draws.energy[name]))
        source = "Yamamura and Tawara (1996)"
        found.append(
            Note(f"threshold of {target.name}", float(threshold(own.surface)), "eV", None, None, "computed", source)
        )
        need = float(threshold_power(own, recipe.pressure.si))
        found.append(Note(f"threshold power of {target.name}", need, "W", None, None, "computed", source))
    ratio_alone = _ratio_alone(grown)
    if ratio_alone is not None:
        source = "no rate calibrated on either target: how far the model is from the films"
        found.append(Note(f"{grown.of}, model alone", ratio_alone, "1", None, None, "computed", source))
    entries = (recipe, *grown.entries.targets.values(), *grown.entries.crystallisations.values())
    for path, value in (pair for entry in entries for pair in value_paths(entry)):
        found.append(Note(path, value.value, value.unit, value.low, value.high, value.kind, value.source))
    return tuple(found)


def _ratio_alone(grown: GrownState) -> float | None:
    """The ratio that the fluxes of the model give without their calibration."""
    system = grown.entries.system
    if system is None:
        return None
    recipe, atoms = grown.recipe, {system.entry.added: 0.0, system.entry.host: 0.0}
    for name, target in grown.entries.targets.items():
        own = gun(target, nominal)
        arriving = float(model_flux(own, recipe.power[name].si, recipe.pressure.si, recipe.distance.si))
        for element in atoms:
            atoms[element] += arriving * target.atoms.get(element, 0.0)
    return atoms[system.entry.added] / atoms[system.entry.host]


def remarks(grown: GrownState) -> tuple[str, ...]:
    """What follows, and what the numbers cannot tell apart."""
    said = []
    recipe, targets = grown.recipe, grown.entries.targets
    working = depositing(recipe, targets)
    for name, power in recipe.power.items():
        if power.si > 0.0 and name not in working:
            reason = below(name, gun(targets[name], nominal), recipe)
            said.append(f"{name} adds nothing: {reason}.")
    likelihood = grown.likelihood
    kind = "crystalline" if grown.crystalline else "amorphous"
    agree = likelihood if grown.crystalline else 1.0 - likelihood
    said.append(f"The film is {kind} in {100 * agree:.0f} % of the draws{'; this is open' if agree < 0.9 else ''}.")
    said += [*_of_system(grown), *_of_pores(grown)]
    if recipe.like is not None:
        said.append(
            f"What growth does not tell of the film (transport, hetero-interface, utilisation) is lent by the film "
            f"{recipe.like} of the library, calibrated for that film; leave out 'like' in the recipe to go without."
        )
    elif grown.crystalline and len(grown.phases) > 1:
        said.append(
            f"The exchange current of the hetero-interface is assumed ({HETERO_I0}, {HETERO_I0.low:g} to "
            f"{HETERO_I0.high:g}), and transport is Bruggeman's: the recipe names no film that is 'like' it."
        )
    fitted = [value for target in targets.values() for _, value in value_paths(target) if value.rows]
    if fitted:
        rows = ", ".join(sorted({row for value in fitted for row in value.rows}))
        said.append(
            f"{len(fitted)} values of the targets were set by measured films ({rows}): that these come out is no "
            "evidence for the model."
        )
    if recipe.time.kind == "assumed":
        said.append(f"Rates hold for a deposition of {recipe.time}, which is assumed: {recipe.time.source}.")
    return tuple(said)


def _of_system(grown: GrownState) -> Iterator[str]:
    """What the added element does to the film, and what is not known of it."""
    x, system = grown.ratio, grown.entries.system
    if x is None or system is None or x <= LEAST:
        return
    host, added = ELEMENTS[system.entry.host].name, ELEMENTS[system.entry.added].name
    volumes = phase_volumes(grown.entries, nominal)
    bare_ratio = system.knots[0]
    swelling = float(volumes.per_host(x, not grown.crystalline) / volumes.per_host(bare_ratio, False))
    larger = f"{100 * (swelling - 1):.0f} % larger" if swelling >= 1.0 else f"{100 * (1 - swelling):.0f} % smaller"
    packing = float(grown.state.packing)
    own = next(target for target in grown.entries.targets.values() if system.entry.host in target.atoms)
    bare = own.packing.alone.si
    if packing != bare:
        yield (
            f"{grown.of} {x:.2f} makes the dense film {larger} per {host}; at the packing of "
            f"the film without {added} ({bare:.2f}) it would be {1e9 * grown.thickness * packing / bare:.0f} nm thick, "
            f"not {1e9 * grown.thickness:.0f}. The model lets {added} fill a film that is loose without it; a rate of "
            f"the {own.name} target that falls to {bare / packing:.2f} of itself beside {added} would give the same "
            "thicknesses."
        )
    else:
        yield f"{grown.of} {x:.2f} makes the dense film {larger} per {host}."
    poor, rich = system.around(x)
    drawn = np.asarray(grown.draws.ratio)
    if rich.name in system.inert:
        share = float(np.mean(drawn > system.ratio(poor)))
        yield (
            f"{added.capitalize()} is in excess of {poor.name}, in {100 * share:.0f} % of the draws: {rich.name} "
            "appears when the film crystallises."
        )
    beyond = float(np.mean(drawn > system.ratio(system.crystals[-1])))
    if beyond > 0.0:
        yield (
            f"{100 * beyond:.2g} % of the draws hold more {added} than {system.crystals[-1].name}, the last phase of "
            f"the system {system.entry.name}; their volume is extrapolated."
        )
    yield system.entry.assumes


def _of_pores(grown: GrownState) -> Iterator[str]:
    """That pores are counted once, of a crystalline film of one phase."""
    if len(grown.phases) != 1 or not grown.crystalline:
        return
    (name,) = grown.phases
    used, packing = grown.entries.phases[name].utilisation.value, float(grown.state.packing)
    more = " That is more than the film fills, so its capacity is an upper estimate." if used > packing else ""
    yield (
        f"Where the film fills only {packing:.2f} of its volume, that is part of the "
        f"utilisation {used:.2f} of {name} in the library, which counts pores; it is not applied twice.{more}"
    )
