"""A device with everything it names, in SI: layers with their places, the area that works, masses and thicknesses."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from pathlib import Path

from ..cell import Cell
from ..errors import InputError
from ..library import Device, Library, Material
from ..library.device import OVERLAP, StackLayer
from ..library.schema import Thermal
from ..library.value import Layer as Origin
from ..library.value import Value
from ..units import from_si
from .agreement import contradiction

__all__ = ["PlacedLayer", "Rectangle", "Stack"]

STILL_AIR = 5.0  # W/(m2 K) of a face: free convection and radiation add up to 5 to 10


@dataclass(frozen=True)
class Rectangle:
    """Opening of a mask: left, right, bottom and top (m)."""

    left: float
    right: float
    bottom: float
    top: float

    @property
    def area(self) -> float:
        """m2; 0 where nothing is left."""
        return max(self.right - self.left, 0.0) * max(self.top - self.bottom, 0.0)

    def overlap(self, other: Rectangle) -> Rectangle:
        """What both cover."""
        return Rectangle(
            max(self.left, other.left), min(self.right, other.right),
            max(self.bottom, other.bottom), min(self.top, other.top),
        )  # fmt: skip


@dataclass(frozen=True)
class PlacedLayer:
    """One layer of a stack: ``bottom`` and ``thickness`` in m, above the lower face of the substrate."""

    entry: StackLayer
    material: Material
    thickness: Value
    bottom: float
    density: float  # kg/m3; of a cathode that of the mass balance of its film
    differs: tuple[str, str] = ("", "")  # what the cell has in its place, and how it differs

    @property
    def role(self) -> str:
        return self.entry.role

    @property
    def title(self) -> str:
        """Of its material; that of the cell where the material is another."""
        named, _ = self.differs
        return f"{named} (as {self.material.title})" if named else self.material.title

    @property
    def top(self) -> float:
        """Height of its upper face (m)."""
        return self.bottom + self.thickness.si

    @property
    def opening(self) -> Rectangle:
        """Where its mask lets it grow."""
        w, h, x, y = (getattr(self.entry, key).si for key in ("width", "length", "x", "y"))
        return Rectangle(x - w / 2, x + w / 2, y - h / 2, y + h / 2)

    @property
    def mass(self) -> float:
        """kg."""
        return self.density * self.thickness.si * self.opening.area

    @property
    def modulus(self) -> float:
        """Plane-strain modulus E/(1 - nu^2) (Pa): a wide plate bent to a cylinder."""
        return self.material.youngs_modulus.si / (1.0 - self.material.poisson.si**2)


@dataclass(frozen=True, repr=False)
class Stack:
    """A device of the library, resolved.

    >>> stack = Stack.load("voc1-polyimide")
    >>> round(from_si(stack.active_area, "cm2"), 3)
    1.0
    """

    entry: Device
    cell: Cell
    materials: tuple[Material, ...] = field(repr=False)

    @classmethod
    def load(
        cls, name: str | Path | Device, overrides: Mapping[str, float | str] | None = None,
        library: Library | None = None, beside: Collection[str] = (),
    ) -> Stack:  # fmt: skip
        """A device by its name in the library, or a TOML file.

        ``overrides`` by dotted path, as for a cell: ``{"films.VOC1.thickness": "500 nm"}``, ``{"materials.LiPON.
        toughness": 1.0}``, ``{"devices.voc1-polyimide.layers.0.thickness": "25 um"}``; or those of a ``library``, of
        which ones on entries named in ``beside`` (``nodes.temperature-sensor``) are the caller's matter.
        Errors: `HeterofilmError` in one sentence for what is unknown, malformed or impossible.
        """
        if library is not None and overrides:
            raise InputError("Overrides stand in the library that is given; leave the others out.")
        library = library or Library(overrides)
        entry = library.entry(Device, name)
        folder = Path(name).parent if isinstance(name, str | Path) and str(name).endswith(".toml") else None
        materials = tuple(library.entry(Material, layer.material, _beside(layer.material, folder))
                          for layer in entry.layers)  # fmt: skip
        spec = library.cell(entry.cell, _beside(entry.cell, folder))
        own = {f"materials.{one.name}" for one in materials} | {f"devices.{entry.name}", *beside}
        for path in library.overridden:
            if ".".join(path.split(".")[:2]) not in own:
                spec.check_acts(path)
        stack = cls(entry, Cell(spec), materials)
        stack.check()
        return stack

    def __repr__(self) -> str:
        return f"<Stack {self.entry.name}: {self.entry.title}, {len(self.layers)} layers>"

    def _repr_html_(self) -> str:
        """The layers as a notebook shows them, from the top."""
        rows = "".join(
            f"<tr><td>{escape(x.role)}</td><td>{escape(x.title)}</td><td>{escape(str(x.thickness))}</td></tr>"
            for x in reversed(self.layers)
        )
        head = f"{escape(self.entry.title)}, {from_si(self.active_area, 'cm2'):.3g} cm²"
        return f"<table><caption>{head}</caption>{rows}</table>"

    def check(self) -> None:
        """Raises HeterofilmError where the layers cannot be a device."""
        name, cell = self.entry.name, self.cell
        if cell.entries.electrolyte.kind == "liquid":
            raise InputError(
                f"Device '{name}': the cell '{cell.name}' has a liquid electrolyte; take one with a solid electrolyte."
            )
        if self.active_area <= 0.0:
            raise InputError(
                f"Device '{name}': collector, cathode, electrolyte and anode do not overlap anywhere; move a mask."
            )
        substrate = self.layer("substrate").opening
        for layer in self.layers:
            if layer.opening.overlap(substrate).area < layer.opening.area * (1.0 - 1e-9):
                raise InputError(
                    f"Device '{name}': the {layer.role} reaches beyond the substrate; make its mask smaller."
                )
        shorted = self.layer("anode").opening.overlap(self.layer("cathode").opening)
        if shorted.overlap(self.layer("electrolyte").opening).area < shorted.area * (1.0 - 1e-9):
            raise InputError(
                f"Device '{name}': the anode touches the cathode where no electrolyte lies between them; widen the "
                "electrolyte's mask."
            )
        lithium, metal = self.layer("anode"), cell.entries.anode.molar_volume is not None
        plated = cell.entries.anode.thickness is not None  # the cell says itself how much there is
        if metal and not plated and lithium.thickness.si < 1e-3 * cell.lithium_thickness(cell.active_capacity):
            raise InputError(
                f"Device '{name}': {lithium.thickness} of anode hold less than a thousandth of the charge of the film."
            )

    @cached_property
    def layers(self) -> tuple[PlacedLayer, ...]:
        """From the bottom up."""
        placed: list[PlacedLayer] = []
        height = 0.0
        for layer, material in zip(self.entry.layers, self.materials, strict=True):
            thickness = layer.thickness or self._own_thickness(layer.role)
            density = self.cell.composition.density if layer.role == "cathode" else material.density.si
            differs = contradiction(layer.role, material, self.cell.entries)
            placed.append(PlacedLayer(layer, material, thickness, height, density, differs))
            height += thickness.si
        return tuple(placed)

    def _own_thickness(self, role: str) -> Value:
        entries = self.cell.entries
        if role == "anode":
            value = entries.anode.thickness if entries.anode_film is None else entries.anode_film.thickness
            if value is None:
                raise InputError(f"Device '{self.entry.name}': the anode needs a thickness; its cell states none.")
            return value
        value = entries.film.thickness if role == "cathode" else entries.electrolyte.thickness
        assert value is not None  # a liquid is refused
        return value

    def layer(self, role: str) -> PlacedLayer:
        """The layer of a role.

        Errors: `HeterofilmError` where there is none.
        """
        for layer in self.layers:
            if layer.role == role:
                return layer
        raise InputError(f"Device '{self.entry.name}' has no {role}; it has {', '.join(x.role for x in self.layers)}.")

    @cached_property
    def overlap(self) -> Rectangle:
        """Where collector, cathode, electrolyte and anode lie on one another."""
        first, *rest = (self.layer(role).opening for role in OVERLAP)
        for opening in rest:
            first = first.overlap(opening)
        return first

    @property
    def active_area(self) -> float:
        """The area that works (m2)."""
        return self.overlap.area

    @property
    def footprint(self) -> float:
        """Area of the substrate (m2)."""
        return self.layer("substrate").opening.area

    @property
    def thickness(self) -> float:
        """Of the whole stack (m)."""
        return self.layers[-1].top

    def mass(self, substrate: bool = True) -> float:
        """Mass of all layers (kg), or of those on the substrate."""
        return math.fsum(layer.mass for layer in self.layers if substrate or layer.role != "substrate")

    def volume(self, substrate: bool = True) -> float:
        """Footprint times thickness (m3); without substrate, the active area times what stands on it."""
        if substrate:
            return self.footprint * self.thickness
        return self.active_area * (self.thickness - self.layers[0].thickness.si)

    @cached_property
    def sized(self) -> Cell:
        """The cell with the active area of this device, and the lithium of its anode's layer."""
        anode, layer = self.cell.entries.anode, self.layer("anode").thickness
        own = {} if anode.molar_volume is None or anode.thickness is not None else {
            f"anodes.{anode.name}.thickness": f"{layer.value!r} {layer.unit}"
        }  # fmt: skip
        return self.cell.replace(own, area=f"{from_si(self.active_area, 'cm2')!r} cm2")

    def warming(self, exchange: float = STILL_AIR) -> Cell:
        """The sized cell, warming with the heat capacity of all layers; ``exchange``: W/(m2 K) through each of two
        faces.

        Errors: `HeterofilmError` for an exchange below zero.
        """
        entries, per_area = self.sized.entries, 1.0 / self.active_area
        thermal = Thermal(
            heat_capacity=Value(
                value=from_si(self.heat_capacity * per_area, "mJ/cm2/K"), unit="mJ/cm2/K", kind="computed",
                source=f"the layers of {self.entry.name} over its active area",
            ),
            exchange=self._exchange(2.0 * exchange * self.footprint * per_area),
        )  # fmt: skip
        return Cell(replace(entries, spec=entries.spec.model_copy(update={"thermal": thermal})))

    def _exchange(self, per_area: float) -> Value:
        if not per_area >= 0.0:
            raise InputError(f"Device '{self.entry.name}' gives heat away or none: an exchange is not below zero.")
        source = "both faces of the substrate over the active area"
        return Value(value=per_area, unit="W/m2/K", kind="assumed", source=source)

    @property
    def heat_capacity(self) -> float:
        """Of the whole device (J/K)."""
        return math.fsum(layer.mass * layer.material.specific_heat.si for layer in self.layers)

    @property
    def assumed(self) -> tuple[str, ...]:
        """What of the layers is assumed or not that of the cell, in sentences, to be said beside results."""
        said = [
            f"{layer.role}: {layer.differs[1]}: its stiffness, expansion, strength and the heat that it stands are "
            f"those of {layer.material.title}; name a material of the cell's {layer.role}"
            for layer in self.layers
            if layer.differs[1]
        ]
        for layer in self.layers:
            keys = ["youngs_modulus", "toughness"]
            keys += [] if layer.role == "substrate" else ["residual_stress"]
            keys += ["lithiation_strain"] if layer.role == "cathode" else []
            values = {key: getattr(layer.material, key) for key in keys}
            guessed = [key.replace("_", " ").replace("youngs", "Young's") for key, value in values.items()
                       if value is not None and value.kind == "assumed" and value.layer is not Origin.SET]  # fmt: skip
            if guessed:
                said.append(f"{layer.role} ({layer.title}): {', '.join(guessed)} assumed")
        return tuple(said)


def _beside(name: str, folder: Path | None) -> Path | None:
    return folder if name.endswith(".toml") else None
