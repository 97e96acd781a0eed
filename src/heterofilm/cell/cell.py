"""A cell: library entries, their mass balance, and the model the engine integrates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from pathlib import Path

from ..constants import F
from ..engine.parameters import Ageing, Model
from ..film.composition import Composition, phase_fractions
from ..library import Library, ResolvedCell, schema
from . import assemble
from .assemble import MECHANISMS


@dataclass(frozen=True)
class Cell:
    """One cell, frozen. Built from a name of the library or a TOML file with :meth:`load`."""

    entries: ResolvedCell

    @classmethod
    def load(
        cls, name: str | Path, overrides: Mapping[str, float] | None = None, library: Library | None = None
    ) -> Cell:
        """A cell by its name in the library, or a TOML file.

        ``overrides`` sets single values by their dotted path, in the unit of the entry, for example
        ``{"phases.V2O5.D": 1e-13}``. Raises HeterofilmError where anything in it makes no sense, and for a value
        that does not act on this cell.
        """
        entries = (library or Library(overrides)).cell(name)
        for path in overrides or ():
            entries.check_acts(path)
        return cls(entries)

    def at(self, temperature: float) -> Cell:
        """The same cell at another temperature (K)."""
        spec = self.entries.spec
        value = spec.temperature.model_copy(
            update={"value": temperature, "unit": "K", "low": None, "high": None, "source": "set by the protocol"}
        )
        return replace(self, entries=replace(self.entries, spec=spec.model_copy(update={"temperature": value})))

    @classmethod
    def vary(cls, name: str | Path, values: Mapping[str, Iterable[float]]) -> Iterator[tuple[dict[str, float], Cell]]:
        """Every combination of some values (dotted path: numbers in the unit of the entry), with its cell.

        >>> cells = [cell for _, cell in Cell.vary("vo-half", {"phases.V2O5.D": [1e-13, 1e-12]})]
        """
        for combination in product(*values.values()):
            overrides = dict(zip(values, combination, strict=True))
            yield overrides, cls.load(name, overrides)

    @property
    def name(self) -> str:
        return self.entries.spec.name

    @cached_property
    def composition(self) -> Composition:
        """Phases of the film by mass balance."""
        film = self.entries.film
        ratio = film.cu_to_v.si if film.cu_to_v else None
        return phase_fractions(ratio, self.entries.matrix, self.entries.domain)

    @cached_property
    def model(self) -> Model:
        """What the engine integrates (SI)."""
        return assemble.model(self.entries, self.composition)

    def ageing(self, mechanisms: Iterable[str] = MECHANISMS) -> Ageing:
        """What changes from cycle to cycle, for the engine; mechanisms that are not named are off."""
        return assemble.ageing(self.entries, mechanisms)

    @property
    def area(self) -> float:
        """Electrode area (m2)."""
        return self.entries.spec.area.si

    @property
    def thickness(self) -> float:
        """Film thickness (m)."""
        return self.entries.film.thickness.si

    @property
    def window(self) -> tuple[float, float]:
        """Lower and upper cut-off (V vs Li+/Li)."""
        return self.entries.spec.lower_voltage.si, self.entries.spec.upper_voltage.si

    @property
    def theoretical_capacity(self) -> float:
        """Charge of every couple filled, fully dense (C per m2 of electrode)."""
        return self.composition.capacity * self.thickness

    @cached_property
    def active_capacity(self) -> float:
        """The utilised share of it (C/m2)."""
        film = self.model.film
        active = film.c_m * self.model.matrix.theta_full
        if film.r.size:
            active += film.c_d * self.model.domain.theta_full
        return F * active * self.thickness

    @property
    def phases(self) -> tuple[schema.Phase, ...]:
        """Matrix, and domains where there are any."""
        domain = self.entries.domain
        return (self.entries.matrix, domain) if domain else (self.entries.matrix,)
