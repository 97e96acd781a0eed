"""A grown film: nominal values and draws."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..film.composition import Composition, phase_fractions
from ..library import Library
from ..library.sputtering import Recipe
from .ensemble import Draws, interval
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
    def ratio(self) -> float | None:
        """Atoms added per host atom of the system, as `of` names them; None for a film of no system."""
        return None if self.state.ratio is None else float(self.state.ratio)

    @property
    def of(self) -> str | None:
        """The elements of `ratio`, ``"Cu/V"``."""
        return None if self.entries.system is None else self.entries.system.entry.of

    def __getattr__(self, name: str) -> Any:
        """An old name is answered with the new one; asked for names that are not there alone."""
        new = " Grown.cu_to_v is called ratio now, and Grown.of says of which elements." if name == "cu_to_v" else ""
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'.{new}")

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
        """Phases by mass balance, as if crystallised through.

        Errors: `HeterofilmError` for a ratio that no two phases of the system make.
        """
        if self.entries.system is None or self.ratio is None:
            return phase_fractions(None, next(iter(self.entries.phases.values())))
        return self.entries.system.shares(self.ratio)

    @property
    def phases(self) -> dict[str, float]:
        """Volume fraction of each phase; of a film that is not crystalline, of what it would crystallise to."""
        found = (self.composition.matrix, self.composition.domain)
        return {s.phase: s.volume_fraction for s in found if s is not None and s.volume_fraction > 1e-9}

    def interval(self, what: str) -> tuple[float, float]:
        """5 and 95 % of the draws of `what`: thickness, ratio, crystallised."""
        return interval(getattr(self.draws, what))
