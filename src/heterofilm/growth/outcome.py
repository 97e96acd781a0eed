"""What a film of a system becomes: the two phases around its ratio x of added to host atoms.

All by the mass balance of ``film/composition.py``, which is linear in x between two phases: volumes at the phases' own
ratios are enough for any number of draws. With r_i the ratio of phase i and v_i the dense volume per host atom there::

    v(x) = v_0 + sum over i of (v_{i+1} - v_i) (x_i - r_i)/(r_{i+1} - r_i),   x_i = x within [r_i, r_{i+1}]

A phase without host atoms has no ratio; its line goes through r_i + 1. Elements of which the system says that they
suffice are not counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..errors import InputError
from ..film.composition import Composition, phase_fractions
from ..library import Library
from ..library.schema import Phase
from ..library.system import System
from ..library.value import Value

Real = Any  # a float, or an array of draws of it
Pick = Callable[[str, Value, str], Real]


class Phases(NamedTuple):
    """A system with the phases it names."""

    entry: System
    crystals: tuple[Phase, ...]  # from the poorest in the added element to the richest
    glasses: Mapping[str, Phase]  # by the name of the crystalline phase
    inert: frozenset[str]  # names of phases

    def ratio(self, phase: Phase) -> float:
        """Added atoms per host atom of a phase; infinite without host."""
        return ratio_of(phase, self.entry)

    @property
    def knots(self) -> tuple[float, ...]:
        """Ratios at which lines of the volume meet: the phases' own, and one more for a last phase without host."""
        found = [self.ratio(phase) for phase in self.crystals]
        return (*found[:-1], found[-1] if np.isfinite(found[-1]) else found[-2] + 1.0)

    def around(self, ratio: float) -> tuple[Phase, Phase]:
        """The two phases between whose ratios ``ratio`` lies; the first or last two beyond all of them."""
        k = sum(ratio > knot for knot in self.knots[1:-1])
        return self.crystals[k], self.crystals[k + 1]

    def shares(self, ratio: float) -> Composition:
        """What crystallises at ``ratio``. Errors: `HeterofilmError` for one that no two phases make."""
        return phase_fractions(ratio, *self.around(ratio), self.entry.of)


def ratio_of(phase: Phase, system: System) -> float:
    """Atoms of the added element per atom of the host in a phase; infinite without host."""
    host = phase.atoms.get(system.host, 0.0)
    return phase.atoms.get(system.added, 0.0) / host if host else float("inf")


def phases_of(entry: System, library: Library, folder: Path | None = None) -> Phases:
    """The system with its phases, found sound: their elements, their order, their glasses.

    Errors: `HeterofilmError` in one sentence.
    """
    crystals = tuple(library.phase(name, folder) for name in entry.phases)
    by_key = dict(zip(entry.phases, crystals, strict=True))
    glasses = {by_key[key].name: library.phase(name, folder) for key, name in entry.glasses.items()}
    what = f"System '{entry.name}'"
    for phase in (*crystals, *glasses.values()):
        if odd := sorted(set(phase.atoms) - entry.elements):
            raise InputError(
                f"{what}: phase {phase.name} holds {', '.join(odd)}, which is neither host nor added nor among those "
                "that suffice; name it there, or another phase."
            )
    ratios = [ratio_of(phase, entry) for phase in crystals]
    if any(b <= a for a, b in pairwise(ratios)) or not np.isfinite(ratios[0]):
        told = ", ".join(f"{phase.name} {ratio:.4g}" for phase, ratio in zip(crystals, ratios, strict=True))
        raise InputError(f"{what}: its phases are to rise in {entry.of}, and are {told}; put them in order.")
    for name, glass in glasses.items():
        crystal = next(phase for phase in crystals if phase.name == name)
        if glass.atoms != crystal.atoms:
            raise InputError(
                f"{what}: glass {glass.name} is not of the atoms of {name}, in place of which it stands; give it the "
                "same formula unit."
            )
    return Phases(entry, crystals, glasses, frozenset(by_key[key].name for key in entry.inert))


class Volumes(NamedTuple):
    """Molar volumes of the dense phases of a system (m3/mol of formula units), by the names of the crystalline ones."""

    phases: Phases
    crystals: Mapping[str, Real]
    glasses: Mapping[str, Real]

    def per_host(self, ratio: Real, glass: Any) -> Real:
        """Dense volume of film per mole of host atoms (m3/mol); `glass`: with the volumes of the glasses there are."""
        own: dict[str, Real] = {
            name: np.where(glass, self.glasses[name], volume) if name in self.glasses else volume
            for name, volume in self.crystals.items()
        }
        knots, ends = self.phases.knots, []
        for knot in knots:
            found = self.phases.shares(knot)
            assert found.domain is not None  # always asked for two phases
            ends.append(sum(part.formula_units * own[part.phase] for part in (found.matrix, found.domain)))
        x: Real = np.asarray(ratio, dtype=float)
        volume: Real = ends[0]
        for k in range(len(knots) - 1):
            width, within = knots[k + 1] - knots[k], x - knots[k]
            if k + 2 < len(knots):
                within = np.minimum(within, width)
            if k > 0:
                within = np.maximum(within, 0.0)
            volume = volume + (ends[k + 1] - ends[k]) / width * within
        return volume


def volumes(phases: Phases, pick: Pick) -> Volumes:
    """The molar volumes M/rho, or draws of them."""

    def molar(phase: Phase) -> Real:
        return phase.molar_mass.si / pick(f"phases.{phase.name}.density", phase.density, "kg/m3")

    return Volumes(
        phases, {phase.name: molar(phase) for phase in phases.crystals},
        {name: molar(phase) for name, phase in phases.glasses.items()},
    )  # fmt: skip
