"""What a library entry holds: phases, electrolytes, anodes, films and cells.

Every number is a :class:`~heterofilm.library.value.Value`. Symbols are those of ``docs/equations.md``.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from .value import (
    Capacitance,
    Conductivity,
    Current,
    Energy,
    Entry,
    Length,
    Name,
    Positive,
    Quantity,
    Share,
    Value,
    Voltage,
    assumed,
    hint,
)  # fmt: skip

Element = Literal["V", "Cu", "Co", "Mn", "Fe"]

MASSES = {  # g/mol, standard atomic weights
    "Li": 6.94, "O": 15.999, "P": 30.974, "V": 50.942, "Mn": 54.938, "Fe": 55.845, "Co": 58.933, "Cu": 63.546,
}  # fmt: skip


class Couple(Entry):
    """One redox couple: ``lithium`` Li and electrons per formula unit at ``U0``, of width ``omega`` RT/F."""

    name: Name
    element: Element
    oxidised: Annotated[int, Field(ge=0, le=8)]  # formal state before lithiation
    reduced: Annotated[int, Field(ge=0, le=8)]  # formal state after it
    U0: Voltage  # midpoint; the discharge plateau lies at U0 - hysteresis/2
    lithium: Positive  # Li per formula unit
    omega: Positive
    hysteresis: Annotated[Value, Quantity("V", minimum=0.0, maximum=3.0)]
    barrier: Annotated[Value, Quantity("V", minimum=0.0, maximum=3.0)] = assumed(
        0.0, "V", 0.0, 0.0, "no nucleation barrier unless stated"
    )

    @property
    def column(self) -> str:
        """The name as it may stand in a column, for example ``Cu2+_Cu+``."""
        return self.name.replace("/", "_").replace(" ", "_")

    @model_validator(mode="after")
    def _reduces(self) -> Self:
        if self.oxidised <= self.reduced:
            raise ValueError(f"couple '{self.name}' must go to a lower state, not {self.oxidised} -> {self.reduced}")
        return self


class Nucleation(Entry):
    """How the product of the couple with a barrier nucleates."""

    rate: Annotated[Value, Quantity("1/s", positive=True)]  # k_n
    undercooling: Annotated[Value, Quantity("V", positive=True)]  # eta_0
    seeds: Share  # n_0


class PhaseAgeing(Entry):
    """What a phase loses per cycle: k_c z^m + k_x <(x - 1)+> + k_s (dx)^2, z the share of ``couple`` that reacts."""

    couple: str
    depth_loss: Annotated[Value, Quantity("1", minimum=0.0)]  # k_c
    depth_exponent: Annotated[Value, Quantity("1", minimum=0.0, maximum=100.0)]  # m
    overlithiation_loss: Annotated[Value, Quantity("1", minimum=0.0)] = assumed(
        0.0, "1", 0.0, 1e-2, "no row asks for it"
    )
    gradient_loss: Annotated[Value, Quantity("1", minimum=0.0)] = assumed(
        0.0, "1", 0.0, 1e-3, "4000 cycles at 20 uA/cm2 with 93 % left allow no more than 2e-5"
    )


class Activation(Entry):
    """What a film gains over its first cycles: 1 + (gain - 1)(1 - exp(-N/cycles))."""

    interface_gain: Annotated[Value, Quantity("1", positive=True)]
    transport_gain: Annotated[Value, Quantity("1", positive=True)]
    cycles: Annotated[Value, Quantity("1", positive=True)]


class Phase(Entry):
    """One phase: composition, thermodynamics and transport.

    ``formula``, ``atoms``, ``molar_mass`` and ``density`` describe the film as made; filling counts Li from
    the fully charged composition ``charged`` (``formula`` unless stated), whose mean oxidation states are
    ``charged_states`` (the highest oxidised state of an element's couples unless stated).
    Diffusion: constant D; "thermodynamic" multiplies D by the thermodynamic factor; "polynomial" is
    log10(D(z)/D) = sum of c_k z^k with the ``diffusion_coefficients`` c_k.
    """

    name: Name
    title: str
    formula: str
    charged: str = ""
    atoms: dict[str, Annotated[float, Field(gt=0)]]
    molar_mass: Annotated[Value, Quantity("g/mol", positive=True)]
    density: Annotated[Value, Quantity("g/cm3", positive=True, maximum=25.0)]
    utilisation: Share  # share of the sites that a sputtered film uses
    explanation: str  # why it is not one
    D: Annotated[Value, Quantity("cm2/s", positive=True)]
    diffusion_law: Literal["constant", "thermodynamic", "polynomial"] = "constant"
    diffusion_coefficients: tuple[float, ...] = ()
    activation_energy_D: Energy = assumed(0.4, "eV", 0.2, 0.7, "usual span for Li in oxide hosts")
    sigma_e: Conductivity
    activation_energy_sigma: Energy = assumed(0.25, "eV", 0.1, 0.5, "usual span for small polarons in oxides")
    couples: tuple[Couple, ...]
    charged_states: dict[Element, float] = Field(default_factory=dict)
    hysteresis_rate: Positive = assumed(  # K
        30.0, "1", 10.0, 100.0, "hysteresis reverses over about 3 % of the filling"
    )
    background: Annotated[Value, Quantity("1/V", positive=True)] = assumed(
        0.005, "1/V", 1e-4, 0.02, "solid-solution tail beyond the couples, per Li site and volt"
    )
    nucleation: Nucleation | None = None
    ageing: PhaseAgeing | None = None

    @property
    def lithium(self) -> float:
        """Li per formula unit with every couple filled."""
        return math.fsum(couple.lithium.to("1") for couple in self.couples)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.couples:
            raise ValueError(f"phase '{self.name}' has no couples; a phase needs at least one")
        names = [couple.name for couple in self.couples]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two couples are called '{name}'; give each its own name")
        nucleating = [couple.name for couple in self.couples if couple.barrier.value > 0]
        if len(nucleating) > 1:
            raise ValueError(f"at most one couple may have a barrier, got {', '.join(nucleating)}")
        if nucleating and self.nucleation is None:
            raise ValueError(f"couple '{nucleating[0]}' has a barrier; add [nucleation] with rate, undercooling, seeds")
        if self.ageing and self.ageing.couple not in names:
            raise ValueError(f"ageing counts the couple '{self.ageing.couple}'{hint(self.ageing.couple, names)}")
        if (self.diffusion_law == "polynomial") != bool(self.diffusion_coefficients):
            raise ValueError("diffusion_coefficients go with diffusion_law = 'polynomial', and only with it")
        self._check_mass()
        self._check_electrons()
        return self

    def _check_mass(self) -> None:
        for element in self.atoms:
            if element not in MASSES:
                raise ValueError(f"element '{element}' in atoms is not known{hint(element, list(MASSES))}")
        mass = math.fsum(MASSES[element] * n for element, n in self.atoms.items())
        given = self.molar_mass.to("g/mol")
        if abs(mass - given) > 0.01 * mass:
            raise ValueError(f"the atoms add up to {mass:.2f} g/mol but molar_mass is {given:g} g/mol")

    def _check_electrons(self) -> None:
        """Through each formal step, s+1 -> s, every atom of an element can pass once."""
        for element in {couple.element for couple in self.couples}:
            own = [couple for couple in self.couples if couple.element == element]
            atoms = self.atoms.get(element, 0.0)
            for step in range(min(c.reduced for c in own), max(c.oxidised for c in own)):
                through = [c for c in own if c.reduced <= step < c.oxidised]
                passed = math.fsum(c.lithium.to("1") / (c.oxidised - c.reduced) for c in through)
                if passed > atoms + 1e-6:
                    raise ValueError(
                        f"couples {', '.join(c.name for c in through)} take {passed:g} {element} from "
                        f"{step + 1}+ to {step}+, but a formula unit has only {atoms:g}; lower their lithium"
                    )


class Interface(Entry):
    """Butler-Volmer interface to the cathode film, i0 [4 z (1 - z)]^exponent."""

    i0: Current
    alpha: Annotated[Value, Quantity("1", minimum=0.01, maximum=0.99)] = assumed(
        0.5, "1", 0.3, 0.7, "symmetric charge transfer"
    )
    exponent: Annotated[Value, Quantity("1", minimum=0.0, maximum=1.0)] = assumed(
        0.0, "1", 0.0, 0.5, "exchange current independent of filling"
    )
    double_layer: Capacitance = assumed(10.0, "uF/cm2", 1.0, 50.0, "usual span of double layers")
    activation_energy: Energy = assumed(0.55, "eV", 0.3, 0.8, "usual span of Li+ transfer")


class Dissociation(Entry):
    """LiPON as a weak electrolyte, Li0 <-> Li+ + n- (Danilov, Niessen, Notten 2011)."""

    a0: Annotated[Value, Quantity("mol/m3", positive=True)]
    delta: Annotated[Value, Quantity("1", minimum=1e-6, maximum=0.999)]
    D_plus: Annotated[Value, Quantity("m2/s", positive=True)]
    D_minus: Annotated[Value, Quantity("m2/s", positive=True)]
    k_r: Annotated[Value, Quantity("m3/mol/s", minimum=0.0)]


class Electrolyte(Entry):
    """What lies between lithium and film; each kind takes its own fields and no others."""

    name: Name
    title: str
    kind: Literal["single-ion", "dissociation", "liquid"]
    thickness: Annotated[Value | None, Quantity("um", positive=True)] = None
    conductivity: Annotated[Value | None, Quantity("S/cm", positive=True)] = None
    activation_energy: Energy
    area_resistance: Annotated[Value | None, Quantity("ohm cm2", minimum=0.0)] = None
    dissociation: Dissociation | None = None
    window: Annotated[Value, Quantity("V", positive=True)]  # upper limit of stability against Li
    cathode_interface: Interface
    dissolution_loss: Annotated[Value, Quantity("1", minimum=0.0)] = assumed(  # of the film, per cycle
        0.0, "1", 0.0, 1e-4, "solid-state cells are said to be less stable than liquid ones, not more"
    )
    interface_growth: Annotated[Value, Quantity("1", minimum=0.0)] = assumed(  # k_R, per cycle
        0.0, "1", 0.0, 5e-3, "no growth of the charge-transfer resistance with cycles unless stated"
    )

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
        return self


class Anode(Entry):
    """A lithium metal anode."""

    name: Name
    title: str
    i0: Current
    double_layer: Capacitance
    activation_energy: Energy
    molar_volume: Annotated[Value, Quantity("cm3/mol", positive=True)]
    capacity: Annotated[Value, Quantity("mAh/g", positive=True)]


class Film(Entry):
    """A cathode film: a matrix phase, and domains of a second phase in it or none."""

    name: Name
    title: str
    matrix: str
    domain: str | None = None
    thickness: Length
    cu_to_v: Annotated[Value | None, Quantity("1", minimum=0.0, maximum=100.0)] = None
    domain_size: Annotated[Value | None, Quantity("nm", positive=True)] = None  # diameter
    tortuosity_exponent: Annotated[Value, Quantity("1", minimum=0.0, maximum=10.0)] = assumed(
        1.5, "1", 1.0, 2.0, "Bruggeman: transport factor of the matrix eps**p in a two-phase film"
    )
    # what the film's own structure (interfaces, texture) does to the transport of Li, beyond the matrix and eps**p
    transport_factor: Positive = assumed(1.0, "1", 1.0, 1.0, "no faster or slower than its matrix unless stated")
    hetero_i0: Annotated[Value | None, Quantity("mA/cm2", positive=True)] = None  # per hetero-interface
    utilisation: dict[str, Share] = Field(default_factory=dict)  # by phase, in place of the phase's own
    sigma_e: Annotated[Value | None, Quantity("S/cm", positive=True)] = None  # in place of the matrix's
    # Cu/V that XPS sees at the surface over Cu/V of the bulk
    surface_domain_share: Annotated[Value | None, Quantity("1", minimum=0.0, maximum=1.0)] = None
    activation: Activation | None = None
    colour: Annotated[str | None, Field(pattern=r"^#[0-9A-Fa-f]{6}$")] = None  # in figures

    @model_validator(mode="after")
    def _two_phases(self) -> Self:
        for key in ("cu_to_v", "domain_size", "hetero_i0"):
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
        phases = [p for p in (self.matrix, self.domain) if p is not None]
        for phase in self.utilisation:
            if phase not in phases:
                raise ValueError(f"utilisation names '{phase}', but the film is of {' and '.join(phases)}")
        return self


class InterfaceOverrides(Entry):
    """Interface values of one cell, in place of those of its electrolyte and anode."""

    cathode_i0: Annotated[Value | None, Quantity("mA/cm2", positive=True)] = None
    cathode_alpha: Annotated[Value | None, Quantity("1", minimum=0.01, maximum=0.99)] = None
    cathode_exponent: Annotated[Value | None, Quantity("1", minimum=0.0, maximum=1.0)] = None
    cathode_double_layer: Annotated[Value | None, Quantity("uF/cm2", minimum=0.0)] = None
    anode_i0: Annotated[Value | None, Quantity("mA/cm2", positive=True)] = None
    anode_double_layer: Annotated[Value | None, Quantity("uF/cm2", minimum=0.0)] = None


class CellSpec(Entry):
    """A cell: film, electrolyte and anode by library name or by a path relative to the cell's file."""

    name: Name
    title: str
    film: str
    electrolyte: str
    anode: str = "Li"
    area: Annotated[Value, Quantity("cm2", positive=True)]
    series_resistance: Annotated[Value, Quantity("ohm cm2", minimum=0.0)]
    temperature: Annotated[Value, Quantity("K", minimum=150.0, maximum=600.0)] = assumed(
        25.0, "degC", 20.0, 30.0, "room temperature"
    )
    lower_voltage: Voltage
    upper_voltage: Voltage
    nodes: Annotated[int, Field(ge=3, le=2000)] = 24
    shells: Annotated[int, Field(ge=2, le=500)] = 12
    electrolyte_nodes: Annotated[int, Field(ge=3, le=1000)] = 24
    interfaces: InterfaceOverrides = InterfaceOverrides()

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
