"""A cell: library entries, their mass balance, and the model the engine integrates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from itertools import product
from pathlib import Path
from typing import Any

from ..constants import F
from ..engine.equilibrium import rest_state
from ..engine.kinetics import transfer_resistance
from ..engine.parameters import Ageing, Model
from ..engine.state import layout
from ..errors import InputError, did_you_mean
from ..film.composition import Composition, composition_of
from ..library import Layer, Library, ResolvedCell, schema
from ..library.cell_entries import told
from ..units import from_si
from . import assemble, capacity
from .assemble import MECHANISMS
from .digest import digest
from .remarks import remarks
from .shared import shared

# what a mass balance reads of a phase (see `shared`)
BALANCE = ("name", "atoms", "molar_mass", "density", "couples", "open_circuit")


def _balance(film: schema.Film, matrix: schema.Phase, domain: schema.Phase | None = None) -> tuple[Any, ...]:
    """What the mass balance reads of a film and its phases."""
    told = () if film.told_by is None else (film.told_by[0], film.told_by[1].si)
    return (*told, *(getattr(one, name) for one in (matrix, domain) if one is not None for name in BALANCE))


@shared(_balance)
def _composed(film: schema.Film, matrix: schema.Phase, domain: schema.Phase | None = None) -> Composition:
    return composition_of(film, matrix, domain)


@dataclass(frozen=True, repr=False)
class Cell:
    """One cell, frozen. Built from a name of the library or a TOML file with :meth:`load`, or from a dictionary."""

    entries: ResolvedCell

    def __post_init__(self) -> None:
        if not isinstance(self.entries, ResolvedCell):
            raise InputError(f"A cell is loaded by its name, Cell.load('vo-half'), not made of {self.entries!r:.60}.")
        if self.entries.film.capacity is not None and self.entries.anode_film is not None:
            raise InputError(
                f"Film '{self.entries.film.name}' states a capacity between cut-offs, but those of cell "
                f"'{self.name}' are voltages against the film of its anode; state the film's utilisation."
            )
        if self.entries.film.capacity is not None:
            used = capacity.used(self.entries, self.composition, assemble.couples_at_reference)
            object.__setattr__(self, "entries", used)

    def __repr__(self) -> str:
        return f"<Cell {self.name}: {self.entries.film.name} in {self.entries.electrolyte.name}>"

    def _repr_html_(self) -> str:
        low, high = self.window
        facts = {
            "film": f"{self.entries.film.name}, {from_si(self.thickness, 'nm'):.4g} nm",
            "phases": ", ".join(f"{phase.name} ({phase.title})" for phase in self.phases),
            "electrolyte": self.entries.electrolyte.title,
            "anode": self.entries.anode.title,
            "cut-offs": f"{low:g} V, {high:g} V",
            "theoretical capacity": f"{from_si(self.theoretical_capacity, 'uAh/cm2'):.4g} µAh cm⁻²",
        }
        rows = "".join(f"<tr><th>{key}</th><td>{escape(text)}</td></tr>" for key, text in facts.items())
        said = "".join(f"<br><i>{escape(text)}</i>" for text in (self.values, *self.remarks))
        return f"<div><b>{escape(self.entries.spec.title)}</b> ({escape(self.name)})<table>{rows}</table>{said}</div>"

    @classmethod
    def load(
        cls, name: str | Path, overrides: Mapping[str, float | str] | None = None, library: Library | None = None
    ) -> Cell:
        """A cell by its name in the library, or a TOML file.

        ``overrides`` sets single values by their dotted path, in the unit of the entry or as a text with its unit, for
        example ``{"phases.V2O5.D": 1e-13}`` or ``{"films.VO.thickness": "0.5 um"}``. Raises HeterofilmError where
        anything in it makes no sense, and for a value that does not act on this cell.
        """
        return cls._made(name, None, overrides, library)

    @classmethod
    def from_dict(
        cls,
        content: Mapping[str, Any],
        overrides: Mapping[str, float | str] | None = None,
        library: Library | None = None,
        folder: str | Path | None = None,
    ) -> Cell:
        """A cell from the content of a cell's file; film, electrolyte, anode and phases are names of the library,
        files relative to ``folder``, or dictionaries themselves.

        >>> cell = Cell.from_dict({
        ...     "name": "mine", "title": "thick LiCoO2", "electrolyte": "LiPON", "area": "1 cm2",
        ...     "series_resistance": "5 ohm cm2", "lower_voltage": "3 V", "upper_voltage": "4.2 V",
        ...     "film": {"name": "thick", "title": "thick LiCoO2", "matrix": "LiCoO2", "thickness": "2 um"},
        ... })
        >>> round(1e6 * cell.thickness, 6)
        2.0
        """
        if not isinstance(content, Mapping):
            raise InputError(f"A cell is made of a dictionary as its TOML file has it, not of {content!r}.")
        return cls._made(content, None if folder is None else Path(folder), overrides, library)

    @classmethod
    def _made(
        cls,
        given: str | Path | Mapping[str, Any],
        folder: Path | None,
        overrides: Mapping[str, float | str] | None,
        library: Library | None,
    ) -> Cell:
        for path in overrides or ():
            if str(path).count(".") < 2:  # no path at all: told with one that this cell has
                (library or Library()).cell(given, folder).check_acts(path)
        entries = (library or Library(overrides)).cell(given, folder)
        for path in overrides or ():
            entries.check_acts(path)
        return cls(entries)

    def replace(self, changes: Mapping[str, float | str] | None = None, /, **values: float | str) -> Cell:
        """The same cell with some values changed, each validated as in its entry.

        ``changes`` by dotted path; ``values`` by the names of the cell, its interfaces and its film. Numbers in the
        entry's own unit, or texts with theirs.

        >>> cell = Cell.load("vo-half").replace({"phases.V2O5.D": "1e-13 cm2/s"}, thickness="500 nm", cathode_i0=0.01)
        >>> round(1e9 * cell.thickness)
        500
        """
        own = {**(changes or {}), **{self._path_of(key): value for key, value in values.items()}}
        return Cell(self.entries.changed(own))

    def _path_of(self, key: str) -> str:
        """The dotted path of a value of the cell, its interfaces or its film."""
        spec, film = self.entries.spec, self.entries.film
        texts = {"name", "title", "film", "electrolyte", "anode", "interfaces", "matrix", "domain", "colour"}
        tables = {"utilisation", "atomic_ratio", "activation"}
        paths = {name: f"films.{film.name}.{name}" for name in schema.Film.model_fields}
        paths |= {name: f"cells.{spec.name}.{name}" for name in schema.CellSpec.model_fields}
        paths |= {name: f"cells.{spec.name}.interfaces.{name}" for name in schema.InterfaceOverrides.model_fields}
        paths = {name: path for name, path in paths.items() if name not in texts | tables}
        if key not in paths:
            raise InputError(
                f"'{key}' is no number of a cell, its interfaces or its film.{did_you_mean(key, paths)} Other values "
                "go by their dotted path, for example {'phases.V2O5.D': '1e-13 cm2/s'}; another film or electrolyte "
                "makes another cell: Cell.from_dict."
            )
        return paths[key]

    @shared(lambda self, temperature: (self.entries, temperature))
    def at(self, temperature: float) -> Cell:
        """The same cell at another temperature (K); laid out once, whatever asks for it."""
        spec = self.entries.spec
        value = (
            spec.temperature.model_copy(
                update={"value": temperature, "unit": "K", "low": None, "high": None, "source": "set by the protocol"}
            )
            .on(Layer.PROTOCOL, spec.temperature)
            .along(0.0)
        )  # whatever it was before, it is this now
        return replace(self, entries=replace(self.entries, spec=spec.model_copy(update={"temperature": value})))

    @classmethod
    def vary(
        cls, name: str | Path | Cell, values: Mapping[str, Iterable[float | str]]
    ) -> Iterator[tuple[dict[str, float], Cell]]:
        """Every combination of some values, with its cell.

        ``values`` by dotted path, as the overrides of :meth:`load`: numbers in the unit of the entry, or texts with
        their unit. What comes back beside a cell are numbers in the unit of the entry.

        >>> cells = [cell for _, cell in Cell.vary("vo-half", {"phases.V2O5.D": [1e-13, "1e-12 cm2/s"]})]
        """
        if not isinstance(values, Mapping):
            raise InputError(f"Values are varied as {{path: list of numbers}}, not {values!r:.60}.")
        for path, numbers in values.items():
            if isinstance(numbers, str | bytes | Mapping) or not isinstance(numbers, Iterable):
                raise InputError(
                    f"'{path}' is varied over a list of numbers, such as [1e-13, 1e-12], not {numbers!r:.60}."
                )
        for combination in product(*(tuple(numbers) for numbers in values.values())):
            overrides = dict(zip(values, combination, strict=True))
            cell = name.replace(overrides) if isinstance(name, Cell) else cls.load(name, overrides)
            yield {path: cell.entries.number(path) for path in overrides}, cell

    @property
    def name(self) -> str:
        return self.entries.spec.name

    @cached_property
    def composition(self) -> Composition:
        """Phases of the film by mass balance."""
        return _composed(self.entries.film, self.entries.matrix, self.entries.domain)

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

    @cached_property
    def remarks(self) -> tuple[str, ...]:
        """What is to be said beside every result of this cell, in sentences."""
        return remarks(self.entries)

    @cached_property
    def values(self) -> str:
        """In a line, where its values come from: the library, files, the calibration, or the caller."""
        return told(self.entries)

    @cached_property
    def digest(self) -> str:
        """A fingerprint of all that the engine is given of it, and of what turns its answers into results."""
        entries = self.entries
        thermal = entries.spec.thermal
        warms = () if thermal is None else (thermal.heat_capacity.si, thermal.exchange.si)
        own = (self.name, entries.spec.title, entries.film.name, self.area, self.thickness, self.window, *warms)
        derived = (self.theoretical_capacity, self.composition.density, [phase.name for phase in self.phases])
        columns = [couple.column for phase in self.phases for couple in phase.couples]
        return digest(own, derived, columns, sorted(self.meta.items()), self.model, self.ageing())

    @property
    def nominal_capacity(self) -> float:
        """What "C" means in a protocol (C per m2 of electrode): as the cell states it, else the theoretical one."""
        stated = self.entries.spec.nominal_capacity
        return (
            self.theoretical_capacity if stated is None else capacity.per_area(stated, self.entries, self.composition)
        )

    @property
    def nominal(self) -> str:
        """In a sentence, what "C" means."""
        stated = self.entries.spec.nominal_capacity
        field = from_si(self.nominal_capacity, "uAh/cm2")
        if stated is not None:
            return f"C is the nominal capacity that the cell states, {stated} or {field:.4g} uAh/cm2."
        return (
            f"C is the theoretical capacity of the dense film, {field:.4g} uAh/cm2; "
            "a cell may state its nominal_capacity."
        )

    @property
    def active(self) -> str:
        """In words, how much of the theoretical capacity takes part, and how that is known."""
        phases = [one for one in (self.entries.matrix, self.entries.domain) if one is not None]
        kinds = " and ".join(dict.fromkeys(phase.utilisation.kind for phase in phases))
        return f"{self.active_capacity / self.theoretical_capacity:.2f} of it active (utilisation: {kinds})"

    @cached_property
    def meta(self) -> Mapping[str, str | float]:
        """What a Record keeps of it: what is to be said beside its results, and what its numbers are counted by."""
        found: dict[str, str | float] = {
            "remarks": "\n".join(self.remarks),
            "values": self.values,
            "nominal_capacity_C_m2": self.nominal_capacity,
            "nominal": self.nominal,
            "active": self.active,
        }
        if self.entries.anode.molar_volume is not None:
            found["anode_m_per_C_m2"] = self.lithium_thickness(1.0)
        if self.entries.anode_film is not None:
            found["anode_film"] = self.entries.anode_film.name
        return found

    def lithium_thickness(self, charge: float) -> float:
        """Thickness of anode metal (m) that a charge per area (C/m2) plates or strips.

        Errors: `HeterofilmError` where the anode is a film.
        """
        volume = self.entries.anode.molar_volume
        if volume is None:
            raise InputError(f"The anode of cell '{self.name}' is a film of {self.entries.anode.film}, not metal.")
        return abs(charge) / F * volume.si

    def transfer_resistance(self, potential: float | None = None) -> float:
        """R_ct (ohm m2) of the film's face to the electrolyte: the slope of the rate law at rest.

        ``potential``: of the film (V), fresh and at rest; its upper cut-off by default, where a run starts.

        >>> cell = Cell.load("vo-half").replace(cathode_i0="1 mA/cm2", cathode_exponent=0.0)
        >>> round(1e4 * cell.transfer_resistance(), 2)  # RT/F i0, ohm cm2
        25.69
        """
        if potential is None and self.entries.anode_film is not None:
            raise InputError(
                f"The cut-offs of cell '{self.name}' are voltages between two films; give the potential of its film "
                "against Li+/Li for its transfer resistance."
            )
        lay = layout(self.model)
        y, _ = rest_state(self.window[1] if potential is None else potential, 0.0, 0.0, self.model, lay)
        z = float(y[lay.theta_m + lay.nodes - 1]) / self.model.matrix.theta_full
        return float(transfer_resistance(z, self.model.T, self.model.cathode))

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
