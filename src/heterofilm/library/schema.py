"""What a library entry holds: electrolytes, anodes, films and cells; phases are in ``phase.py``.

Every number is a :class:`~heterofilm.library.value.Value`. Symbols are those of ``docs/equations.md``.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from .ocv import OpenCircuitTable
from .of_filling import OfFilling
from .phase import Couple, Nucleation, Phase, PhaseAgeing, check_shape
from .shares import CU_TO_V, KEYS, check_ratios, check_shares
from .value import (
    Capacitance,
    Current,
    Energy,
    Entry,
    Exponent,
    Length,
    Name,
    Positive,
    Quantity,
    Share,
    TransferCoefficient,
    Value,
    Voltage,
    assumed,
)

__all__ = [
    "Activation",
    "Anode",
    "CellSpec",
    "Couple",
    "Dissociation",
    "Electrolyte",
    "Film",
    "Interface",
    "InterfaceOverrides",
    "Nucleation",
    "OfFilling",
    "OpenCircuitTable",
    "Phase",
    "PhaseAgeing",
    "Thermal",
]


class Activation(Entry):
    """What a film gains over its first cycles: 1 + (gain - 1)(1 - exp(-N/cycles))."""

    interface_gain: Positive
    """Of the exchange currents of both interfaces of the film."""
    transport_gain: Positive
    """Of the transport of Li in the matrix."""
    cycles: Positive
    """After which the gain is there but for 1/e."""


class Interface(Entry):
    """Butler-Volmer interface to the cathode film, i0 [4 z (1 - z)]^exponent."""

    i0: Current
    """Exchange current density per area of electrode at 25 degC; R_ct = RT/(F i0(z)) at filling z."""
    i0_of_filling: OfFilling | None = None
    """How i0 changes with the filling of the film's surface, in place of ``exponent``."""
    alpha: TransferCoefficient = assumed(0.5, "1", 0.3, 0.7, "symmetric charge transfer")
    """Transfer coefficient."""
    exponent: Exponent = assumed(0.0, "1", 0.0, 0.5, "exchange current independent of filling")
    """0: independent of filling; 0.5: as for a lattice gas."""
    double_layer: Capacitance = assumed(10.0, "uF/cm2", 1.0, 50.0, "usual span of double layers")
    """Capacitance per area of electrode."""
    activation_energy: Energy = assumed(0.55, "eV", 0.3, 0.8, "usual span of Li+ transfer")
    """Activation energy of i0."""

    @model_validator(mode="after")
    def _shape(self) -> Self:
        check_shape(self.i0_of_filling, "i0", "A/m2")
        if self.i0_of_filling is not None and self.exponent.value != 0.0:
            raise ValueError("i0_of_filling says how i0 changes with filling; leave exponent at 0")
        return self


class Dissociation(Entry):
    """LiPON as a weak electrolyte, Li0 <-> Li+ + n- (Danilov, Niessen, Notten 2011)."""

    a0: Annotated[Value, Quantity("mol/m3", positive=True)]
    """Concentration of all Li that may dissociate."""
    delta: Annotated[Value, Quantity("1", minimum=1e-6, maximum=0.999)]
    """Share of it that is dissociated at rest."""
    D_plus: Annotated[Value, Quantity("m2/s", positive=True)]
    """Diffusion coefficient of Li+."""
    D_minus: Annotated[Value, Quantity("m2/s", positive=True)]
    """Diffusion coefficient of the counter charge."""
    k_r: Annotated[Value, Quantity("m3/mol/s", minimum=0.0)]
    """Rate of recombination."""
    activation_energy_k_r: Energy = assumed(
        0.55, "eV", 0.3, 0.8, "no measurement known; as the ions' motion, which recombination needs"
    )
    """Activation energy of the recombination; the share dissociated at rest does not change with temperature."""


class Electrolyte(Entry):
    """What lies between lithium and film; each kind takes its own fields and no others."""

    PART: ClassVar = "electrolyte"

    name: Name
    """What cells call it."""
    title: str
    """A line for tables and figures."""
    kind: Literal["single-ion", "dissociation", "liquid"]
    """A solid of one mobile ion (thickness, conductivity), LiPON with its dissociation (thickness, [dissociation]), or
    a liquid (area_resistance)."""
    thickness: Annotated[Value | None, Quantity("um", positive=True, usual=(0.01, 1000.0))] = None
    """Thickness of a solid electrolyte."""
    conductivity: Annotated[Value | None, Quantity("S/cm", positive=True, usual=(1e-10, 0.1))] = None
    """Of Li+ at 25 degC; kind "single-ion"."""
    activation_energy: Energy
    """Activation energy of the conductivity, the resistance or the diffusion of ions."""
    electronic_conductivity: Annotated[Value | None, Quantity("S/cm", positive=True, usual=(1e-18, 1e-6))] = None
    """Of a solid, at 25 degC: what leaks through it discharges the cell in every step; none unless stated."""
    activation_energy_electrons: Energy = assumed(
        0.5, "eV", 0.2, 1.0, "no measurement known; taken as that of the ions, with the span of electrons in glasses"
    )
    """Activation energy of ``electronic_conductivity``."""
    area_resistance: Annotated[Value | None, Quantity("ohm cm2", minimum=0.0, usual=(0.0, 1e4))] = None
    """Kind "liquid": of electrolyte and separator."""
    dissociation: Dissociation | None = None
    """Kind "dissociation"."""
    window: Annotated[Value, Quantity("V", positive=True)]
    """Greatest potential against Li+/Li at which it is stable; a cell that is charged beyond it is told."""
    cathode_interface: Interface
    """Charge transfer to the film; a cell may state its own."""
    dissolution_loss: Annotated[Value, Quantity("1", minimum=0.0)] = assumed(
        0.0, "1", 0.0, 1e-4, "solid-state cells are said to be less stable than liquid ones, not more"
    )
    """Share of the film that dissolves per cycle."""
    interface_growth: Annotated[Value, Quantity("1", minimum=0.0)] = assumed(
        0.0, "1", 0.0, 5e-3, "no growth of the charge-transfer resistance with cycles unless stated"
    )
    """k_R: growth of the charge-transfer resistance per cycle over the fresh one."""

    @model_validator(mode="after")
    def _fields_of_kind(self) -> Self:
        needed = {
            "single-ion": {"thickness", "conductivity"},
            "dissociation": {"thickness", "dissociation"},
            "liquid": {"area_resistance"},
        }[self.kind]
        for key in ("thickness", "conductivity", "area_resistance", "dissociation"):
            if (key in needed) != (getattr(self, key) is not None):
                verb = "needs" if key in needed else "does not take"
                takes = " and ".join(sorted(needed))
                raise ValueError(f"a {self.kind} electrolyte {verb} {key}; it takes {takes}")
        if self.kind == "liquid" and self.electronic_conductivity is not None:
            raise ValueError("a liquid electrolyte does not take electronic_conductivity; only a solid leaks electrons")
        return self


class Anode(Entry):
    """An anode: lithium metal (of so much as made, or none on a bare collector, or no end of it), or a second film."""

    PART: ClassVar = "anode"

    name: Name
    """What cells call it."""
    title: str
    """A line for tables and figures."""
    i0: Current
    """Exchange current density per area of electrode at 25 degC."""
    double_layer: Capacitance
    """Capacitance per area of electrode."""
    activation_energy: Energy
    """Activation energy of i0."""
    molar_volume: Annotated[Value | None, Quantity("cm3/mol", positive=True, usual=(1.0, 100.0))] = None
    """Of the metal, which needs it: how thick the lithium is that a charge plates or strips."""
    thickness: Annotated[Value | None, Quantity("um", minimum=0.0, usual=(0.0, 1000.0))] = None
    """Of the lithium as made, which then runs out; 0 on a bare collector, where lithium comes from the film alone.
    Without it there is always enough."""
    film: str | None = None
    """In place of metal a film of one phase: a name of the library, a TOML file relative to this one, or a table
    [film]. Its symmetric charge transfer does not change with filling."""
    prelithiated: Share | None = None
    """Share of the film's sites that hold lithium as made; as its formula says unless stated."""

    @model_validator(mode="after")
    def _metal_or_film(self) -> Self:
        if self.film is None and self.molar_volume is None:
            raise ValueError("an anode of metal needs molar_volume; one that is a film names its film")
        for key in ("molar_volume", "thickness"):
            if self.film is not None and getattr(self, key) is not None:
                raise ValueError(f"{key} is of a metal, but this anode is the film '{self.film}'; drop one of the two")
        if self.film is None and self.prelithiated is not None:
            raise ValueError("prelithiated is of a film, but this anode is metal; drop it, or name a film")
        return self


class Film(Entry):
    """A cathode film: a matrix phase, and domains of a second phase in it or none."""

    PART: ClassVar = "film"

    name: Name
    """What cells call it."""
    title: str
    """A line for tables and figures."""
    matrix: str
    """A phase: a name of the library, a TOML file relative to this one, or a table [matrix]."""
    domain: str | None = None
    """A second phase in it, as spheres; given as ``matrix`` is."""
    thickness: Length
    """Thickness of the film."""
    cu_to_v: Annotated[Value | None, Quantity("1", minimum=0.0, maximum=100.0)] = None
    """Atomic ratio Cu/V of the film, which tells the shares of two phases: short for atomic_ratio."""
    atomic_ratio: dict[str, Annotated[Value, Quantity("1", minimum=0.0, maximum=1e6)]] = Field(default_factory=dict)
    """Atomic ratio of any two elements, { "W/V" = 0.3 }, which tells the shares of two phases that differ in it."""
    domain_fraction: Share | None = None
    """Share of the volume of the dense film that is domains, in place of a ratio: of any two phases."""
    domain_size: Annotated[Value | None, Quantity("nm", positive=True)] = None
    """Diameter of the domains."""
    tortuosity_exponent: Annotated[Value, Quantity("1", minimum=0.0, maximum=10.0)] = assumed(
        1.5, "1", 1.0, 2.0, "Bruggeman: transport factor of the matrix eps**p in a two-phase film"
    )
    """p of the matrix's transport factor eps^p, eps its share of the volume."""
    transport_factor: Positive = assumed(1.0, "1", 1.0, 1.0, "no faster or slower than its matrix unless stated")
    """What the film's own structure (interfaces, texture) does to the transport of Li, beyond the matrix and eps^p."""
    wetted_area: Annotated[Value, Quantity("1", minimum=1.0, maximum=1e4)] = assumed(
        1.0, "1", 1.0, 1.0, "a dense film, which a liquid wets from its top alone, unless stated"
    )
    """Area that a liquid electrolyte wets, pores and grain boundaries included, over that of the electrode: Li enters
    everywhere on it, so its way through the film is shorter in the same ratio. A solid electrolyte lies on top."""
    reached_share: Annotated[Value, Quantity("1", positive=True, maximum=1.0)] = assumed(
        1.0, "1", 1.0, 1.0, "all of the film is reached unless stated"
    )
    """Share of the film that a solid electrolyte reaches from its top; the rest takes no part. A liquid reaches all."""
    hetero_i0: Annotated[Value | None, Quantity("mA/cm2", positive=True, usual=(1e-9, 100.0))] = None
    """Exchange current density per area of hetero-interface."""
    hetero_activation_energy: Energy = assumed(
        0.5, "eV", 0.3, 0.8, "no measurement known; usual span of Li+ transfer between solids"
    )
    """Activation energy of ``hetero_i0``."""
    utilisation: dict[str, Share] = Field(default_factory=dict)
    """Share of the sites that takes part, by phase, in place of the phase's own."""
    capacity: Annotated[Value | None, Quantity("uAh/cm2/um", positive=True, also=("mAh/g", "uAh/cm2", "uAh"))] = None
    """In place of ``utilisation``: what the film gives between the cut-offs of its cell at no rate, per volume
    (uAh/cm2/um), per mass of dense film (mAh/g), per area (uAh/cm2), or of the whole cell (uAh)."""
    sigma_e: Annotated[Value | None, Quantity("S/cm", positive=True, usual=(1e-14, 1e5))] = None
    """Electronic conductivity, in place of the matrix's."""
    surface_domain_share: Annotated[Value | None, Quantity("1", minimum=0.0, maximum=1.0)] = None
    """Cu/V that XPS sees at the surface over Cu/V of the bulk."""
    activation: Activation | None = None
    """What it gains over its first cycles."""
    colour: Annotated[str | None, Field(pattern=r"^#[0-9A-Fa-f]{6}$")] = None
    """Colour in figures, as "#0072B2"."""

    @model_validator(mode="after")
    def _two_phases(self) -> Self:
        check_ratios(self.atomic_ratio)
        check_shares({key: getattr(self, key) for key in KEYS}, self.domain)
        for key in ("domain_size", "hetero_i0"):
            if self.domain is not None and getattr(self, key) is None:
                raise ValueError(f"a film with domains needs {key}")
        for key in ("domain_size", "hetero_i0"):
            if self.domain is None and getattr(self, key) is not None:
                raise ValueError(f"{key} is given but the film has no domain; name its phase or drop {key}")
        if self.domain_size is not None and self.domain_size.si > self.thickness.si:
            raise ValueError(
                f"domains of {self.domain_size} do not fit into a film of {self.thickness}; correct one of the two"
            )
        if self.domain == self.matrix:
            raise ValueError(f"matrix and domain are both '{self.matrix}'; drop domain if there is one phase")
        if self.capacity is not None and self.utilisation:
            raise ValueError("capacity and utilisation say the same; give one of the two")
        phases = [p for p in (self.matrix, self.domain) if p is not None]
        if not any(p.endswith(".toml") for p in phases):  # the name of a phase from a file is checked with its cell
            check_utilisation(self.utilisation, phases)
        return self

    @property
    def ratio(self) -> tuple[str, Value] | None:
        """The atomic ratio that it states, and of which elements: ``("Cu/V", value)``."""
        if self.cu_to_v is not None:
            return CU_TO_V, self.cu_to_v
        return next(iter(self.atomic_ratio.items()), None)

    @property
    def told_by(self) -> tuple[str, Value] | None:
        """What tells the shares of its phases, by its path within the film: ``("cu_to_v", value)``."""
        if self.domain_fraction is not None:
            return "domain_fraction", self.domain_fraction
        if self.ratio is None:
            return None
        of, value = self.ratio
        return ("cu_to_v" if self.cu_to_v is not None else f"atomic_ratio.{of}"), value


def check_utilisation(utilisation: dict[str, Value], phases: list[str]) -> None:
    """ValueError where a utilisation is given for a phase that a film is not made of."""
    for phase in utilisation:
        if phase not in phases:
            raise ValueError(f"utilisation names '{phase}', but the film is of {' and '.join(phases)}")


class InterfaceOverrides(Entry):
    """Interface values of one cell, in place of those of its electrolyte and anode."""

    cathode_i0: Current | None = None
    """Exchange current density to the film, in place of that in the electrolyte's [cathode_interface]."""
    cathode_alpha: TransferCoefficient | None = None
    """Transfer coefficient to the film, in place of that in the electrolyte's [cathode_interface]."""
    cathode_exponent: Exponent | None = None
    """Exponent of i0 to the film, in place of that in the electrolyte's [cathode_interface]."""
    cathode_double_layer: Capacitance | None = None
    """Double layer to the film, in place of that in the electrolyte's [cathode_interface]."""
    cathode_activation_energy: Energy | None = None
    """Activation energy of i0 to the film, in place of that in the electrolyte's [cathode_interface]."""
    anode_i0: Current | None = None
    """Exchange current density of the anode, in place of its own."""
    anode_double_layer: Capacitance | None = None
    """Double layer of the anode, in place of its own."""


class Thermal(Entry):
    """A cell that warms: one temperature for all of it, that exchanges heat with its surroundings."""

    heat_capacity: Annotated[Value, Quantity("mJ/cm2/K", positive=True, usual=(0.1, 1e4))]
    """Of the whole device per area of electrode, substrate included; `Stack.warming` adds up that of its layers."""
    exchange: Annotated[Value, Quantity("W/m2/K", minimum=0.0, usual=(0.0, 1000.0))]
    """Heat that goes to the surroundings per area of electrode and kelvin: 0 none (adiabatic); 5 to 10 in still air
    through each face."""


class CellSpec(Entry):
    """A cell: film, electrolyte and anode, each a name of the library, a TOML file relative to the cell's own, or a
    table of it.
    """

    PART: ClassVar = "cell"

    name: Name
    """What results call it; without dots and spaces."""
    title: str
    """A line for tables and figures."""
    film: str
    """A film: a name of the library, a TOML file relative to this one, or a table [film]."""
    electrolyte: str
    """An electrolyte, given as ``film`` is."""
    anode: str = "Li"
    """An anode, given as ``film`` is."""
    area: Annotated[Value, Quantity("cm2", positive=True, usual=(1e-6, 1e4))]
    """Area of the electrode."""
    series_resistance: Annotated[Value, Quantity("ohm cm2", minimum=0.0, usual=(0.0, 1e5))]
    """Contacts, collectors and leads, per area of electrode."""
    temperature: Annotated[Value, Quantity("K", minimum=150.0, maximum=600.0, usual=(233.15, 423.15))] = assumed(
        25.0, "degC", 20.0, 30.0, "room temperature"
    )
    """Temperature of the whole cell; of its surroundings where it warms ([thermal])."""
    thermal: Thermal | None = None
    """Where the cell warms; it stays at its temperature without."""
    lower_voltage: Voltage
    """Lower cut-off."""
    upper_voltage: Voltage
    """Upper cut-off; the fresh cell begins charged to it."""
    nominal_capacity: Annotated[
        Value | None, Quantity("uAh/cm2/um", positive=True, also=("mAh/g", "uAh/cm2", "uAh"))
    ] = None
    """What "C" means in a protocol, per volume, mass, area or of the cell; without it C is the theoretical capacity of
    the dense film."""
    nodes: Annotated[int, Field(ge=3, le=2000)] = 24
    """Number of nodes over the thickness of the film."""
    shells: Annotated[int, Field(ge=2, le=500)] = 12
    """Number of shells over the radius of a domain."""
    anode_nodes: Annotated[int, Field(ge=3, le=2000)] = 24
    """Number of nodes over the thickness of an anode that is a film."""
    electrolyte_nodes: Annotated[int, Field(ge=3, le=1000)] = 24
    """Number of nodes over the electrolyte; kind "dissociation" only."""
    interfaces: InterfaceOverrides = InterfaceOverrides()
    """Interface values of this cell, in place of those of its electrolyte and anode."""

    @field_validator("film", "electrolyte", "anode")
    @classmethod
    def _not_empty(cls, name: str) -> str:
        if not name.strip():
            raise ValueError("expected the name of a library entry or a path, got an empty text")
        return name

    @model_validator(mode="after")
    def _window(self) -> Self:
        if self.lower_voltage.to("V") >= self.upper_voltage.to("V"):
            raise ValueError(f"lower_voltage {self.lower_voltage} must lie below upper_voltage {self.upper_voltage}")
        return self
