"""A device: a cell of the library on its substrate, layer by layer, each through its own mask, and how it is made."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .materials import Temperature
from .value import Entry, Name, Quantity, Share, Value, assumed

Role = Literal[
    "substrate", "adhesion", "collector", "cathode", "electrolyte", "anode", "anode collector", "encapsulation"
]
Thickness = Annotated[Value, Quantity("um", positive=True, maximum=1e5)]
Size = Annotated[Value, Quantity("mm", positive=True, maximum=1e4)]
Place = Annotated[Value, Quantity("mm", minimum=-1e4, maximum=1e4)]
OVERLAP = ("collector", "cathode", "electrolyte", "anode")  # what must lie on one another for a place to work
_CENTRE = Value(value=0.0, unit="mm", kind="assumed", source="a set point: masks are centred unless stated")


class StackLayer(Entry):
    """One layer: its role, material, thickness and the opening of its mask."""

    role: Role
    """What it is there for."""
    material: str
    """A material of the library, or a TOML file relative to this one."""
    thickness: Thickness | None = None
    """Thickness; of cathode and electrolyte that of the cell's film and electrolyte where none is given."""
    width: Size
    """Opening of the mask along the direction that is bent."""
    length: Size
    """Opening of the mask across it."""
    x: Place = _CENTRE
    """Centre of the opening, along the width."""
    y: Place = _CENTRE
    """Centre of the opening, along the length."""


class ProcessStep(Entry):
    """One step in making the device; the layers below the one it makes must stand its heat."""

    name: str
    """What is done."""
    layer: Role
    """The layer that it makes or treats."""
    method: str = ""
    """How: sputtering, evaporation, furnace ..."""
    temperature: Temperature
    """Hottest temperature of the substrate."""
    time: Annotated[Value, Quantity("h", minimum=0.0, maximum=1e5)]
    """Time at that temperature."""
    rate: Annotated[Value | None, Quantity("nm/min", positive=True)] = None
    """Growth rate, which with the thickness must give the time."""
    gas: str = ""
    """Working gas and pressure, in words."""
    nitrogen: Annotated[Value | None, Quantity("1", minimum=0.0, maximum=2.0)] = None
    """N per P of an electrolyte sputtered in N2, said beside its conductivity."""


class Device(Entry):
    """A cell on its substrate.

    Layers stand from the bottom up. The active area is where collector, cathode, electrolyte and anode overlap.
    """

    name: Name
    """What results call it."""
    title: str
    """A line for tables and figures."""
    like: str = ""
    """A device of the library, or a TOML file beside this one, whose keys count where this one states none."""
    cell: str
    """A cell of the library, or a TOML file relative to this one."""
    layers: Annotated[tuple[StackLayer, ...], Field(min_length=4)]
    """From the bottom up."""
    steps: tuple[ProcessStep, ...] = ()
    """How it is made, in this order."""
    stress_free_temperature: Temperature = assumed(
        298.15, "K", 293.15, 573.15, "layers meet without mismatch at room temperature unless stated"
    )
    """Temperature at which the layers fit each other; below it they strain each other by their expansions."""
    span: Annotated[Value, Quantity("mm", positive=True, maximum=1e4)]
    """Length that is bent; an angle over it makes the radius span/angle."""
    crack_driving_force: Annotated[Value, Quantity("1", minimum=0.5, maximum=200.0)] = assumed(
        1.976, "1", 1.976, 10.0,
        "Z = (pi/2) g of a channel crack: 1.976 on a thick substrate as stiff as the film (Beuth, Int. J. Solids "
        "Struct. 29, 1657, 1992); larger on a compliant one, upper end assumed",
    )  # fmt: skip
    """Z in G = Z sigma^2 h/E' of a channel crack."""
    substrate_flaw: Annotated[Value, Quantity("um", positive=True, maximum=1e4)] = assumed(
        5.0, "um", 1.0, 50.0, "depth of the worst scratch of a polished plate; no measurement"
    )
    """Depth of the flaw from which a brittle substrate breaks."""
    crack_lost_width: Annotated[Value, Quantity("1", minimum=0.0, maximum=1000.0)] = assumed(
        5.0, "1", 1.0, 20.0, "strip that a crack cuts off, in thicknesses of the layer on either side; no measurement"
    )
    """Width that goes dead on each side of a crack, in thicknesses of the cracked layer."""
    crack_leak: Annotated[Value, Quantity("S/cm", minimum=0.0, maximum=1.0)] = assumed(
        1e-7, "S/cm", 0.0, 1e-5, "conductance of a crack through the electrolyte per length of crack; no measurement"
    )
    """Electronic conductance of a crack through the electrolyte, per length of the crack."""
    cracked_contact: Share = assumed(
        0.5, "1", 0.0, 1.0, "share of the collector's conduction that a crack across it takes; no measurement"
    )
    """How much of its conduction a collector loses where it is cracked at its closest spacing."""

    @model_validator(mode="after")
    def _order(self) -> Self:
        roles: list[str] = [layer.role for layer in self.layers]
        for role in ("substrate", *OVERLAP):
            if roles.count(role) != 1:
                raise ValueError(f"a device needs one {role}, got {roles.count(role)}")
        if roles[0] != "substrate":
            raise ValueError(f"the first layer of a device is its substrate, not its {roles[0]}")
        places = [roles.index(role) for role in OVERLAP]
        if places != sorted(places):
            raise ValueError("collector, cathode, electrolyte and anode stand in this order from the bottom up")
        for layer in self.layers:
            if layer.thickness is None and layer.role not in ("cathode", "electrolyte", "anode"):
                raise ValueError(f"the {layer.role} needs a thickness")
        for step in self.steps:
            if step.layer not in roles:
                raise ValueError(f"step '{step.name}' makes the {step.layer}, which is no layer of the device")
        return self
