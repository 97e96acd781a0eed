"""From the ranges of two solids and their contact to what a cell is told: transport, exchange, storage.

Every number is drawn from its range at once, (samples,), and each effect is taken at its most generous:

- the field is that of the film as made, kept over the whole discharge, although Li that enters screens it;
- the hopping gain sinh(x)/x acts on the whole matrix;
- faster electrons act in all of the matrix, up to the ambipolar bound of `transport`: at high fractions the layers
  around domains touch, and volumes that were resolved conduct several times better than any formula of single coated
  spheres;
- the exchange gains exp(alpha F dphi/RT) with the whole bending on the domains' side;
- the charge stored is that of the lithiated film, whose carriers are many.

So the gain that follows is a bound: what the junction *can* explain.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..library import Library
from .field import JunctionNumbers, solve_many
from .geometry import sphere
from .solids import entries_of, solid
from .storage import exchange_factor, hopping_gain, storage_capacity
from .transport import electron_bound

__all__ = ["Drawn", "draw"]

Array = NDArray[np.float64]

LITHIATED = (1e26, 3e27)  # 1/m3, mobile Li+ of a film under discharge: x = 0.01 to 0.3 in V2O5


@dataclass(frozen=True)
class Drawn:
    """Effects of each draw, arrays of shape (samples,).

    `transport`: factor on the permeability of the film for Li; `exchange`: on the exchange current of the
    hetero-interface; `storage`: charge of Li in the space charges, C per m3 of film. `inputs`: what was drawn, by
    name in the unit of the name; `parts`: hopping and electron gain, bending in V.
    """

    transport: Array
    exchange: Array
    storage: Array
    inputs: dict[str, Array]
    parts: dict[str, Array]


def draw(
    junction: str | Path,
    rng: np.random.Generator | None,
    *,
    domain_size: Array,
    domain_fraction: Array,
    neutral: Array,
    electronic: Array,
    library: Library | None = None,
) -> Drawn:
    """Draw a junction of the library or of a TOML file once for every film; without `rng` every number is its value.

    Args: domain_size (m), domain_fraction; neutral and electronic conductivity of the matrix (S/m), each (samples,).

    Errors: `HeterofilmError` for an unknown junction or solid, or where electrons would be slower than Li.
    """
    library = library or Library()
    entry, matrix, domain = entries_of(junction, library)
    n = domain_size.size

    def of(value: Any, unit: str) -> Array:
        return np.full(n, value.to(unit)) if rng is None else np.asarray(value.draw(rng, n, unit))

    contact = of(entry.contact_share, "1")
    difference = of(domain.work_function, "eV") - of(matrix.work_function, "eV")
    doping = {"matrix": of(matrix.doping, "m-3"), "domain": of(domain.doping, "m-3")}
    eps = {"matrix": of(matrix.permittivity, "1"), "domain": of(domain.permittivity, "1")}
    alpha, hop = of(entry.alpha, "1"), of(matrix.hop_length, "m")
    share = of(entry.electron_share, "1")
    geometry = sphere(domain_size, domain_fraction)
    fermi = matrix.work_function.to("eV")

    def contact_of(lithium: Any) -> JunctionNumbers:
        """The domain (inside) against its shell of matrix."""
        inner = solid(
            domain, doping=doping["domain"], work_function=fermi + contact * difference, permittivity=eps["domain"],
            lithium=lithium,
        )  # fmt: skip
        outer = solid(
            matrix,
            doping=doping["matrix"],
            work_function=np.full(n, fermi),
            permittivity=eps["matrix"],
            lithium=lithium,
        )
        return solve_many(inner, outer, geometry)

    made = contact_of(0.0)
    lithiated = LITHIATED[0] * (LITHIATED[1] / LITHIATED[0]) ** (np.full(n, 0.5) if rng is None else rng.random(n))
    full = contact_of(lithiated)
    shell = np.asarray(geometry.outer) - np.asarray(geometry.interface)
    hopping = hopping_gain(np.abs(made.bending_B_V) / shell, hop)
    electrons = 1.0 + share * (electron_bound(neutral, electronic) - 1.0)
    return Drawn(
        transport=np.asarray(electrons * hopping),
        exchange=np.asarray(exchange_factor(-np.abs(made.bending_A_V), alpha)),
        storage=np.asarray(storage_capacity(full.charge_C_m2, domain_size, domain_fraction)),
        inputs={
            "contact potential / V": contact * difference,
            "doping of the matrix / cm-3": doping["matrix"] * 1e-6,
            "doping of the domains / cm-3": doping["domain"] * 1e-6,
            "permittivity of the matrix": eps["matrix"],
            "permittivity of the domains": eps["domain"],
            "transfer coefficient": alpha,
            "hop / nm": hop * 1e9,
            "share of the electron bound": share,
            "domain size / nm": domain_size * 1e9,
            "lithium when full / cm-3": lithiated * 1e-6,
        },
        parts={
            "hopping gain": np.asarray(hopping),
            "electron gain": np.asarray(electrons),
            "bending in the domain / V": np.abs(made.bending_A_V),
            "bending in the shell / V": np.abs(made.bending_B_V),
        },
    )
