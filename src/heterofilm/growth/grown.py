"""A grown film: nominal values and draws."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..film.composition import Composition, phase_fractions
from ..library import Library
from ..library.sputtering import Recipe
from .ensemble import Draws, interval
from .outcome import shares
from .state import Entries, State


@dataclass(frozen=True)
class GrownState:
    """Nominal values (SI), and draws of all ranged numbers that agree with the films measured."""

    entries: Entries
    state: State
    draws: State
    sample: Draws
    library: Library

    @property
    def recipe(self) -> Recipe:
        return self.entries.recipe

    @property
    def thickness(self) -> float:
        """m"""
        return float(self.state.thickness)

    @property
    def cu_to_v(self) -> float | None:
        """Atomic ratio; None for a film without vanadium."""
        return None if self.state.cu_to_v is None else float(self.state.cu_to_v)

    @property
    def crystalline(self) -> bool:
        """Whether more than half is crystallised."""
        return float(self.state.crystallised) > 0.5

    @property
    def likelihood(self) -> float:
        """Share of the draws in which the film is crystalline."""
        return float(np.mean(np.asarray(self.draws.crystallised) > 0.5))

    @cached_property
    def composition(self) -> Composition:
        """Phases by mass balance, as if crystallised through."""
        phases = self.entries.phases
        if self.cu_to_v is None:
            return phase_fractions(None, next(iter(phases.values())))
        return shares(self.cu_to_v, (phases["V2O5"], phases["Cu2V2O7"], phases["CuO"]))

    @property
    def phases(self) -> dict[str, float]:
        """Volume fraction of each phase; of a film that is not crystalline, of what it would crystallise to."""
        found = (self.composition.matrix, self.composition.domain)
        return {s.phase: s.volume_fraction for s in found if s is not None and s.volume_fraction > 1e-9}

    def interval(self, what: str) -> tuple[float, float]:
        """5 and 95 % of the draws of `what`: thickness, cu_to_v, crystallised."""
        return interval(getattr(self.draws, what))
