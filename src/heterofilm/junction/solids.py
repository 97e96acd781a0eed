"""From a library entry to a solid of the junction: its carriers at the chosen doping, its sites, its mobile Li+.

The measured work function places the neutral bulk; the doping sets how many carriers move in it. Band edges and
doping are measured apart and need not agree: `implied_doping` says what the edges alone would mean.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np

from ..errors import InputError
from ..library import Junction, Library, Semiconductor
from .statistics import Solid, doped, thermal_voltage

__all__ = ["entries_of", "implied_doping", "solid"]


def entries_of(name: str | Path, library: Library) -> tuple[Junction, Semiconductor, Semiconductor]:
    """A junction of the library or of a TOML file, with its matrix and its domain.

    A file may name files of its own solids, relative to itself.

    Errors: `HeterofilmError` for an unknown name or a malformed file.
    """
    entry = library.entry(Junction, name)
    folder = folder_of(name)
    return entry, library.entry(Semiconductor, entry.matrix, folder), library.entry(Semiconductor, entry.domain, folder)


def folder_of(name: str | Path) -> Path | None:
    """Where the files are that an entry names: beside its own; None for an entry of the library."""
    return Path(name).parent if Path(name).suffix == ".toml" else None


def solid(
    entry: Semiconductor,
    temperature: float = 298.15,
    *,
    carrier: Literal["n", "p", ""] = "",
    doping: Any = None,
    work_function: Any = None,
    permittivity: Any = None,
    lithium: Any = 0.0,
    fixed_lithium: Any = 0.0,
    ionised: float = 1.0,
) -> Solid:
    """The solid of `entry`; the arguments replace its own values (densities per m3, work function in eV).

    Inserted Li+, mobile (`lithium`) or held in its place (`fixed_lithium`), is a donor: its charge is balanced by
    electrons, or by fewer holes. `ionised` is the ionised share of the donors. Numbers or arrays of shape (samples,).

    Errors: `HeterofilmError` for a number out of its range.
    """
    kind = carrier or entry.carrier
    if kind not in ("n", "p"):
        raise InputError(f"The carrier of {entry.name} must be 'n' or 'p', got '{kind}'.")
    V_T = thermal_voltage(temperature)
    # law of mass action: the minority carriers
    states = np.sqrt(entry.conduction_states.si * entry.valence_states.si)
    dopants = entry.doping.si if doping is None else doping
    return doped(
        entry.name,
        entry.permittivity.si if permittivity is None else permittivity,
        entry.work_function.to("eV") if work_function is None else work_function,
        donors=(dopants if kind == "n" else 0.0) + np.asarray(fixed_lithium),
        acceptors=dopants if kind == "p" else 0.0,
        lithium=lithium,
        electron_sites=entry.electron_sites.si,
        hole_sites=entry.electron_sites.si,
        lithium_sites=entry.lithium_sites.si,
        ionised=ionised,
        intrinsic=states * np.exp(-entry.gap.to("eV") / (2.0 * V_T)),
    )


def implied_doping(entry: Semiconductor, temperature: float = 298.15, carrier: Literal["n", "p", ""] = "") -> float:
    """Carriers (1/m3) that the distance of the Fermi level from the band would mean: N exp(-dE/kT).

    Far below the stated doping, the carriers sit in levels inside the gap (polarons, traps), or a measured edge is off.
    """
    V_T = thermal_voltage(temperature)
    if (carrier or entry.carrier) == "n":
        distance = entry.gap.to("eV") - entry.valence_band_edge.to("eV")
        return float(entry.conduction_states.si * np.exp(-max(distance, 0.0) / V_T))
    return float(entry.valence_states.si * np.exp(-max(entry.valence_band_edge.to("eV"), 0.0) / V_T))
