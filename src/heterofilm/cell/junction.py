"""What a heterojunction does to a cell: transport, exchange and storage; never the open-circuit voltage.

At equilibrium the chemical potential of neutral Li is uniform whatever field stands inside the film, so no effect
here touches a couple's potential.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ..constants import F
from ..errors import InputError
from ..junction.effects import draw
from ..junction.solids import entries_of
from ..junction.transport import neutral_conductivity
from ..library import Layer, Library, Value, names
from .cell import Cell


@dataclass(frozen=True)
class Effects:
    """What a junction gives to the film, SI.

    - `transport`: permeability of the film for Li over that of its dense matrix phase;
    - `exchange`: factor on the exchange current of the hetero-interface, both directions alike;
    - `storage`: Li that the space charges hold over the cell's window, as charge per volume of film (C/m3).
    """

    transport: float
    exchange: float = 1.0
    storage: float = 0.0

    def __post_init__(self) -> None:
        for name, number in (("transport", self.transport), ("exchange", self.exchange), ("storage", self.storage)):
            may_be_zero = name == "storage"
            if not math.isfinite(number) or number < 0.0 or (number == 0.0 and not may_be_zero):
                least = "at least zero" if may_be_zero else "positive"
                raise InputError(f"The {name} of a junction must be finite and {least}, got {number:g}.")


def with_computed_junction(cell: Cell, junction: str | Path, library: Library | None = None) -> Cell:
    """The cell with transport, exchange and storage computed from a junction of the library, at its values.

    Transport is Bruggeman's eps^p times what the junction gains, so nothing of it is calibrated.

    Errors: `HeterofilmError` for an unknown junction, one of other phases, or a film without domains.
    """
    library = library or Library()
    entries = cell.entries
    domain = cell.composition.domain
    if domain is None or entries.film.domain_size is None:
        raise InputError(f"The film '{entries.film.name}' has no domains, so no junction inside it; name another cell.")
    _, *solids = entries_of(junction, library)
    for solid, phase in zip(solids, cell.phases, strict=True):
        if solid.name not in (phase.name, phase.material) and solid.name in names("phases"):
            raise InputError(
                f"The junction '{junction}' is of {' and '.join(s.name for s in solids)}, but the film "
                f"'{entries.film.name}' of {entries.film.matrix} and {entries.film.domain}; name its own."
            )
    found = draw(
        junction, None,
        domain_size=np.array([entries.film.domain_size.si]),
        domain_fraction=np.array([domain.volume_fraction]),
        neutral=np.array([matrix_conductivity(cell)]),
        electronic=np.array([entries.matrix.sigma_e.si]),
        library=library,
    )  # fmt: skip
    bruggeman = cell.composition.matrix.volume_fraction**entries.film.tortuosity_exponent.si
    effects = Effects(bruggeman * float(found.transport[0]), float(found.exchange[0]), float(found.storage[0]))
    return with_junction(cell, effects, f"computed from the junction {junction}")


def matrix_conductivity(cell: Cell) -> float:
    """Conductivity for neutral Li of the matrix at half filling, S/m: D0 times c (1 - z), docs/equations.md, section
    7.
    """
    model, share = cell.model, cell.composition.matrix
    sites = share.molar_density / share.volume_fraction * model.matrix.theta_full  # Li per m3 of phase
    return float(neutral_conductivity(cell.entries.matrix.D.si, sites * 0.5 * (1.0 - 0.5), temperature=model.T))


def with_junction(cell: Cell, effects: Effects, source: str = "computed from the junction") -> Cell:
    """The cell with its film's transport, exchange and storage taken from a junction, not from calibration.

    The film's matrix carries tau = eps^(p-1) f of its own permeability per share of volume (docs/equations.md,
    section 2), so f = transport / eps^p gives the film the permeability asked for. Storage is spread evenly over the
    window, as a filling of the domains that is linear in the potential.

    Errors: `HeterofilmError` for a film without domains, which has no junction inside.
    """
    entries = cell.entries
    film, domain, shares = entries.film, entries.domain, cell.composition
    if domain is None or shares.domain is None or film.hetero_i0 is None:
        raise InputError(f"The film '{film.name}' has no domains, so no junction inside it; name another cell.")
    if domain.ocv is not None and effects.storage > 0.0:
        raise InputError(
            f"The junction stores {effects.storage:.4g} C/m3 in phase '{domain.name}', whose open-circuit potential is "
            "a table, in which that has no place; give the phase couples."
        )
    eps = shares.matrix.volume_fraction
    factor = effects.transport / eps**film.tortuosity_exponent.si
    lower, upper = cell.window
    sites = shares.domain.molar_density * domain.utilisation.si * domain.lithium  # Li per m3 of film
    per_volt = effects.storage / (F * sites * (upper - lower))

    def taken(value: Value, number: float) -> Value:
        return Value(value=number, unit=value.unit, kind="computed", source=source).on(Layer.COMPUTED, value)

    i0 = film.hetero_i0
    return replace(
        cell,
        entries=replace(
            entries,
            film=film.model_copy(
                update={
                    "transport_factor": taken(film.transport_factor, factor),
                    "hetero_i0": taken(i0, i0.value * effects.exchange),
                }
            ),
            domain=domain.model_copy(
                update={"background": taken(domain.background, domain.background.to("1/V") + per_volt)}
            ),
        ),
    )
