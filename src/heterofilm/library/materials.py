"""What the layers of a device are made of, as a mechanic and a furnace see them."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import field_validator, model_validator

from .formula import atoms_of
from .value import Entry, Name, Quantity, Value, assumed

Temperature = Annotated[Value, Quantity("K", positive=True, maximum=4000.0)]


class Material(Entry):
    """An isotropic solid: density, elasticity, expansion, when it breaks, and what heat it stands."""

    name: Name
    """What layers call it."""
    title: str
    """A line for tables and figures."""
    formula: str = ""
    """Its phases, as 'LiCoO2' or 'V2O5 Cu2V2O7': a device says where its cell has other elements in that place."""
    density: Annotated[Value, Quantity("g/cm3", positive=True, maximum=25.0)]
    """Density of the layer."""
    youngs_modulus: Annotated[Value, Quantity("GPa", positive=True, maximum=2000.0)]
    """Young's modulus E."""
    poisson: Annotated[Value, Quantity("1", minimum=0.0, maximum=0.499)]
    """Poisson's ratio."""
    thermal_expansion: Annotated[Value, Quantity("1/K", minimum=-1e-4, maximum=1e-3)]
    """Coefficient of linear thermal expansion, along the layer."""
    toughness: Annotated[Value | None, Quantity("MPa m^0.5", positive=True, usual=(0.05, 200.0))] = None
    """K_Ic of a layer that breaks as a brittle solid; its fracture energy is K_Ic^2/E."""
    failure_strain: Annotated[Value | None, Quantity("1", positive=True, maximum=10.0)] = None
    """Tensile strain at which a layer that yields is torn; in place of ``toughness``."""
    residual_stress: Annotated[Value, Quantity("MPa", minimum=-10_000.0, maximum=10_000.0)] = assumed(
        0.0, "MPa", -100.0, 100.0, "stress of the layer as made, tension positive; none stated"
    )
    """Biaxial stress as deposited and annealed, on a flat substrate; tension is positive."""
    lithiation_strain: Annotated[Value, Quantity("1", minimum=-1.0, maximum=1.0)] = assumed(
        0.0, "1", -0.01, 0.01, "linear, along the layer, from charged to discharged; none stated"
    )
    """Free linear strain along the layer from the charged to the discharged state."""
    maximum_temperature: Temperature
    """Hottest process that the layer stands."""
    specific_heat: Annotated[Value, Quantity("J/(kg K)", positive=True, maximum=20_000.0)] = assumed(
        700.0, "J/(kg K)", 130.0, 3560.0, "usual span of solids, from platinum to lithium"
    )
    """Heat capacity per mass."""

    @field_validator("formula")
    @classmethod
    def _formulas(cls, formula: str) -> str:
        for word in formula.split():
            if atoms_of(word) is None:
                raise ValueError(f"'{word}' is no chemical formula such as 'LiCoO2'")
        return formula

    @model_validator(mode="after")
    def _one_way_to_break(self) -> Self:
        if (self.toughness is None) == (self.failure_strain is None):
            given = "neither" if self.toughness is None else "both"
            raise ValueError(f"a material needs toughness (brittle) or failure_strain (yields), got {given}")
        return self
