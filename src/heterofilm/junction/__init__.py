"""Junctions of two solids: bands, electrostatics, what they store and how they change with Li.

>>> from heterofilm.junction import levels_of, contact
>>> from heterofilm.library import Semiconductor, load
>>> contact(levels_of(load(Semiconductor, "V2O5")), levels_of(load(Semiconductor, "Cu2V2O7"))).electron_flow
'from V2O5 to Cu2V2O7'

Nothing is loaded before it is used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .bands import BentBands, Contact, Levels, band_edges, contact, contacts, levels, levels_of
    from .depletion import Depletion, depleted_sphere_bending, depletion_layer, doping_for_bending
    from .field import JunctionField, JunctionNumbers, solve, solve_many
    from .geometry import Geometry, area_per_volume, slabs, sphere, thick
    from .lithiation import RULES, FieldCurve, Rule, conditions, doping_window, field_against_lithium
    from .planar import PlanarContact, planar_contact
    from .solids import implied_doping, solid
    from .statistics import Solid, Species, debye_length, doped, thermal_voltage
    from .storage import (
        capacitor_charge,
        exchange_factor,
        exchange_rate,
        hopping_gain,
        marcus_factor,
        storage_capacity,
        surface_concentration,
    )

_NAMES = {
    "bands": ("BentBands", "Contact", "Levels", "band_edges", "contact", "contacts", "levels", "levels_of"),
    "depletion": ("Depletion", "depleted_sphere_bending", "depletion_layer", "doping_for_bending"),
    "field": ("JunctionField", "JunctionNumbers", "solve", "solve_many"),
    "geometry": ("Geometry", "area_per_volume", "slabs", "sphere", "thick"),
    "lithiation": ("RULES", "FieldCurve", "Rule", "conditions", "doping_window", "field_against_lithium"),
    "planar": ("PlanarContact", "planar_contact"),
    "solids": ("implied_doping", "solid"),
    "statistics": ("Solid", "Species", "debye_length", "doped", "thermal_voltage"),
    "storage": (
        "capacitor_charge", "exchange_factor", "exchange_rate", "hopping_gain", "marcus_factor", "storage_capacity",
        "surface_concentration",
    ),
}  # fmt: skip
_HOME = {name: module for module, names in _NAMES.items() for name in names}

__all__ = [
    "BentBands", "Contact", "Depletion", "FieldCurve", "Geometry", "JunctionField", "JunctionNumbers", "Levels",
    "PlanarContact", "RULES", "Rule", "Solid", "Species", "area_per_volume", "band_edges", "capacitor_charge",
    "conditions", "contact", "contacts", "debye_length", "depleted_sphere_bending", "depletion_layer", "doped",
    "doping_for_bending", "doping_window", "exchange_factor", "exchange_rate", "field_against_lithium", "hopping_gain",
    "implied_doping", "levels", "levels_of", "marcus_factor", "planar_contact", "slabs", "solid", "solve", "solve_many",
    "sphere", "storage_capacity", "surface_concentration", "thermal_voltage", "thick",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'heterofilm.junction' has no attribute '{name}'")
    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value
