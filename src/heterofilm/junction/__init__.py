"""Junctions of two solids: bands, electrostatics, what they store and how they change with Li.

>>> from heterofilm.junction import levels_of, contact
>>> from heterofilm.library import Semiconductor, load
>>> contact(levels_of(load(Semiconductor, "V2O5")), levels_of(load(Semiconductor, "Cu2V2O7"))).electron_flow
'from V2O5 to Cu2V2O7'
"""

from ..film.effective_medium import bruggeman, core_shell, hashin_shtrikman, maxwell_garnett, torquato
from .bands import BentBands, Contact, Levels, band_edges, contact, contacts, levels, levels_of
from .depletion import Depletion, depleted_sphere_bending, depletion_layer, doping_for_bending
from .field import JunctionField, JunctionNumbers, solve, solve_many
from .geometry import Geometry, area_per_volume, slabs, sphere, thick
from .lithiation import RULES, FieldCurve, Rule, conditions, doping_window, field_against_lithium
from .pair import Pair, load_pair
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
from .transport import electron_bound, neutral_conductivity

__all__ = [
    "BentBands",
    "Contact",
    "Depletion",
    "FieldCurve",
    "Geometry",
    "JunctionField",
    "JunctionNumbers",
    "Levels",
    "Pair",
    "PlanarContact",
    "RULES",
    "Rule",
    "Solid",
    "Species",
    "area_per_volume",
    "band_edges",
    "bruggeman",
    "capacitor_charge",
    "conditions",
    "contact",
    "contacts",
    "core_shell",
    "debye_length",
    "depleted_sphere_bending",
    "depletion_layer",
    "doped",
    "doping_for_bending",
    "doping_window",
    "electron_bound",
    "exchange_factor",
    "exchange_rate",
    "field_against_lithium",
    "hashin_shtrikman",
    "hopping_gain",
    "implied_doping",
    "levels",
    "levels_of",
    "load_pair",
    "marcus_factor",
    "maxwell_garnett",
    "neutral_conductivity",
    "planar_contact",
    "slabs",
    "solid",
    "solve",
    "solve_many",
    "sphere",
    "storage_capacity",
    "surface_concentration",
    "thermal_voltage",
    "thick",
    "torquato",
]
