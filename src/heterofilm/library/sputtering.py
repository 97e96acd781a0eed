"""What the growth of a film needs of the library: sputter targets, recipes, kinetics of crystallisation."""

from __future__ import annotations

from typing import Annotated, Self

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
    pressure: Pressure
    distance: Distance
    rate: Rate  # of the dense target material on the substrate
    sheath_voltage: Annotated[Value, Quantity("V", positive=True, maximum=5000.0)]  # V_d, gives the ion energy


class Packing(Entry):
    """Density of a film over that of its dense phases: alone, and once atoms of a second target fill it."""

    alone: Annotated[Value, Quantity("1", minimum=0.1, maximum=1.0)]
    mixed: Annotated[Value, Quantity("1", minimum=0.1, maximum=1.0)]
    mixed_at: Positive  # atoms of the second target per metal atom of this one, from which on it is `mixed`


class Target(Entry):
    """A sputter target with its gun. A compound counts as a solid of its mean atom."""

    name: Name
    title: str
    phase: str | None = None  # what its film is when crystalline
    atoms: dict[str, Annotated[float, Field(gt=0)]]
    density: Annotated[Value, Quantity("g/cm3", positive=True, maximum=25.0)]
    binding_energy: Annotated[Value, Quantity("eV", positive=True, maximum=20.0)]  # U_s, per atom
    yield_factor: Positive  # Q of Yamamura and Tawara
    stopping_factor: Annotated[Value, Quantity("1", minimum=0.0)]  # W
    threshold_exponent: Positive  # s
    diameter: Annotated[Value, Quantity("mm", positive=True)]
    power_exponent: Annotated[Value, Quantity("1", minimum=0.05, maximum=1.0)] = assumed(
        0.5, "1", 0.3, 0.7, "V_d ~ P^n; one half is usual for radio frequency at a set pressure"
    )
    pressure_exponent: Annotated[Value, Quantity("1", minimum=0.0, maximum=2.0)] = assumed(
        0.2, "1", 0.0, 0.5, "V_d ~ p^-m; the voltage falls somewhat as the pressure rises"
    )
    secondary_emission: Share = assumed(
        0.1, "1", 0.05, 0.2, "electrons per ion; usual span for Ar+ on metals and oxides"
    )
    thermalisation: Annotated[Value, Quantity("Pa cm", positive=True)] = assumed(
        20.0, "Pa cm", 5.0, 50.0, "p0 d0 of Keller and Simmons (1979); usual span, larger for heavy atoms"
    )
    reference: Reference
    packing: Packing

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
    time: Annotated[Value, Quantity("h", minimum=0.0, maximum=10_000.0)]
    ramp: Annotated[Value, Quantity("K/min", positive=True, maximum=1e6)] = assumed(
        5.0, "K/min", 1.0, 20.0, "usual span of furnaces"
    )


class Outcome(Entry):
    """What was measured on a film grown so; draws of the growth model that contradict it are dropped."""

    thickness: Length | None = None
    cu_to_v: Annotated[Value | None, Quantity("1", minimum=0.0)] = None
    crystalline: bool | None = None

    @model_validator(mode="after")
    def _ranges(self) -> Self:
        for key in ("thickness", "cu_to_v"):
            value = getattr(self, key)
            if value is not None and (value.low is None or value.high is None):
                raise ValueError(f"{key} of an outcome needs low and high: how far a film may be off")
        return self


class Recipe(Entry):
    """How a film is grown: power of every target by its name, gas, geometry, time, anneal."""

    name: Name
    title: str
    power: Annotated[dict[str, Power], Field(min_length=1)]
    pressure: Pressure
    distance: Distance
    time: Annotated[Value, Quantity("min", positive=True, maximum=1e6)]
    anneal: Anneal | None = None
    domain_size: Annotated[Value | None, Quantity("nm", positive=True)] = None  # not predicted: from TEM
    like: str | None = None  # film of the library that lends what growth does not tell
    outcome: Outcome | None = None


class Crystallisation(Entry):
    """Kinetics of one phase; ``half_temperature``: half is crystallised after ``half_time`` there."""

    name: Name  # of the phase that crystallises, or of the glass
    title: str
    activation_energy: Energy
    avrami: Annotated[Value, Quantity("1", minimum=0.5, maximum=6.0)]
    half_temperature: Temperature
    half_time: Annotated[Value, Quantity("h", positive=True)]
    copper_limit: Annotated[Value | None, Quantity("1", positive=True)] = None  # Cu/V up to which it holds
