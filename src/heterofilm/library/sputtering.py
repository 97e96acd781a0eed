"""What the growth of a film needs of the library: sputter targets, recipes, kinetics of crystallisation."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from .elements import check_elements
from .phase import formula_mass
from .value import Energy, Entry, Length, Name, Positive, Quantity, Share, Value, assumed

Power = Annotated[Value, Quantity("W", minimum=0.0, maximum=100_000.0)]
Pressure = Annotated[Value, Quantity("Pa", positive=True, maximum=100.0)]
Distance = Annotated[Value, Quantity("cm", positive=True, maximum=500.0)]
Rate = Annotated[Value, Quantity("nm/min", positive=True)]
Temperature = Annotated[Value, Quantity("K", positive=True, maximum=2000.0)]


class Reference(Entry):
    """Conditions under which a target's rate is known; they are set points and have no range."""

    power: Annotated[Value, Quantity("W", positive=True)]
    """Power on the target."""
    pressure: Pressure
    """Of the working gas."""
    distance: Distance
    """From target to substrate."""
    rate: Rate
    """Of the dense target material on the substrate."""
    sheath_voltage: Annotated[Value, Quantity("V", positive=True, maximum=5000.0)]
    """V_d, which gives the energy of the ions."""


class Packing(Entry):
    """Density of a film over that of its dense phases: alone, and once atoms of a second target fill it."""

    alone: Annotated[Value, Quantity("1", minimum=0.1, maximum=1.0)]
    """Of the film of this target alone."""
    mixed: Annotated[Value, Quantity("1", minimum=0.1, maximum=1.0)]
    """Once atoms of other targets fill it."""
    mixed_at: Positive
    """Atoms of other targets per host atom, from which on it is ``mixed``."""


class Target(Entry):
    """A sputter target with its gun. A compound counts as a solid of its mean atom."""

    name: Name
    """What recipes call it; without dots and spaces."""
    title: str
    """A line for tables and figures."""
    phase: str | None = None
    """What its film is when crystalline, where it is sputtered alone: a name of the library, or a TOML file."""
    crystallisation: str | None = None
    """Kinetics of that phase, by name or file; those named like the phase unless stated."""
    atoms: dict[str, Annotated[float, Field(gt=0)]]
    """Atoms of a formula unit, for example { V = 2, O = 5 }."""
    density: Annotated[Value, Quantity("g/cm3", positive=True, maximum=25.0)]
    """Of the dense target material."""
    binding_energy: Annotated[Value, Quantity("eV", positive=True, maximum=20.0)]
    """U_s, per atom."""
    yield_factor: Positive
    """Q of Yamamura and Tawara."""
    stopping_factor: Annotated[Value, Quantity("1", minimum=0.0)]
    """W of theirs."""
    threshold_exponent: Positive
    """s of theirs."""
    diameter: Annotated[Value, Quantity("mm", positive=True)]
    """Of the target."""
    power_exponent: Annotated[Value, Quantity("1", minimum=0.05, maximum=1.0)] = assumed(
        0.5, "1", 0.3, 0.7, "V_d ~ P^n; one half is usual for radio frequency at a set pressure"
    )
    """n: the voltage of the sheath goes as the power to it."""
    pressure_exponent: Annotated[Value, Quantity("1", minimum=0.0, maximum=2.0)] = assumed(
        0.2, "1", 0.0, 0.5, "V_d ~ p^-m; the voltage falls somewhat as the pressure rises"
    )
    """m: it falls as the pressure to it."""
    secondary_emission: Share = assumed(
        0.1, "1", 0.05, 0.2, "electrons per ion; usual span for Ar+ on metals and oxides"
    )
    """Secondary electrons per ion."""
    thermalisation: Annotated[Value, Quantity("Pa cm", positive=True)] = assumed(
        20.0, "Pa cm", 5.0, 50.0, "p0 d0 of Keller and Simmons (1979); usual span, larger for heavy atoms"
    )
    """Pressure times distance over which sputtered atoms lose their energy."""
    reference: Reference
    """Where its rate is known."""
    packing: Packing
    """How dense its films are."""

    @property
    def molar_mass(self) -> float:
        """Of a formula unit, kg/mol."""
        return 1e-3 * formula_mass(self.atoms)

    @model_validator(mode="after")
    def _known_atoms(self) -> Self:
        if not self.atoms:
            raise ValueError("a target needs atoms, for example atoms = { V = 2, O = 5 }")
        check_elements(self.atoms)
        return self


class Anneal(Entry):
    """Heating from room temperature at ``ramp``, then ``time`` at ``temperature``."""

    temperature: Temperature
    """At which it is held."""
    time: Annotated[Value, Quantity("h", minimum=0.0, maximum=10_000.0)]
    """For how long."""
    ramp: Annotated[Value, Quantity("K/min", positive=True, maximum=1e6)] = assumed(
        5.0, "K/min", 1.0, 20.0, "usual span of furnaces"
    )


class Outcome(Entry):
    """What was measured on a film grown so; draws of the growth model that contradict it are dropped."""

    RENAMED: ClassVar = {"cu_to_v": "ratio"}

    thickness: Length | None = None
    """Of the film."""
    ratio: Annotated[Value | None, Quantity("1", minimum=0.0)] = None
    """Atoms of the added element per atom of the host, as the system of the film names them."""
    crystalline: bool | None = None
    """Whether it was."""

    @model_validator(mode="after")
    def _ranges(self) -> Self:
        for key in ("thickness", "ratio"):
            value = getattr(self, key)
            if value is not None and (value.low is None or value.high is None):
                raise ValueError(f"{key} of an outcome needs low and high: how far a film may be off")
        return self


class Recipe(Entry):
    """How a film is grown: power of every target by its name, gas, geometry, time, anneal."""

    name: Name
    """What films and tables call it; without dots and spaces."""
    title: str
    """A line for tables and figures."""
    power: Annotated[dict[str, Power], Field(min_length=1)]
    """On every target, by its name in the library or its TOML file: { V2O5 = "100 W", "mine.toml" = "5 W" }."""
    pressure: Pressure
    """Of the working gas."""
    distance: Distance
    """From targets to substrate."""
    time: Annotated[Value, Quantity("min", positive=True, maximum=1e6)]
    """Of the deposition."""
    anneal: Anneal | None = None
    """After it; a film without stays amorphous."""
    domain_size: Annotated[Value | None, Quantity("nm", positive=True)] = None
    """Diameter of domains, which growth does not predict: from TEM."""
    like: str | None = None
    """Film of the library that lends what growth does not tell; leave it out for a film of your own."""
    outcome: Outcome | None = None
    """What was measured on the film of this very recipe."""
    system: str | None = None
    """What its atoms make, by name or as a TOML file; the system of the library for its elements unless stated."""


class Crystallisation(Entry):
    """Kinetics of one phase; ``half_temperature``: half is crystallised after ``half_time`` there."""

    RENAMED: ClassVar = {"copper_limit": "ratio_limit"}

    name: Name
    """Of the phase that crystallises, or of the glass."""
    title: str
    """A line for tables and figures."""
    activation_energy: Energy
    """Of the rate."""
    avrami: Annotated[Value, Quantity("1", minimum=0.5, maximum=6.0)]
    """Exponent n: growth of ready nuclei in two dimensions 2, with steady nucleation in three 4."""
    half_temperature: Temperature
    """At which half is crystallised after ``half_time``."""
    half_time: Annotated[Value, Quantity("h", positive=True)]
    """After which half is crystallised there."""
    ratio_limit: Annotated[Value | None, Quantity("1", positive=True)] = None
    """Atoms of the added element per atom of the host of a system, up to which it holds."""
