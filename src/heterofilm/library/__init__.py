"""Library of phases, electrolytes, anodes, films and cells: every number with its source."""

from .cell_entries import ResolvedCell, value_paths
from .change import with_settings
from .device import Device, StackLayer
from .files import MODELS, Origin, names
from .junction import Junction
from .loader import Library, load, load_anode, load_cell, load_electrolyte, load_film, load_phase
from .loads import Diode, Harvester, PublishedCell, SensorNode
from .materials import Material
from .schema import (
    Anode,
    CellSpec,
    Couple,
    Dissociation,
    Electrolyte,
    Film,
    Interface,
    InterfaceOverrides,
    Nucleation,
    Phase,
)
from .semiconductor import Semiconductor
from .sputtering import Crystallisation, Recipe, Target
from .system import System
from .value import Layer, Quantity, Value

__all__ = [
    "MODELS",
    "Anode",
    "CellSpec",
    "Couple",
    "Crystallisation",
    "Device",
    "Diode",
    "Dissociation",
    "Electrolyte",
    "Film",
    "Harvester",
    "Interface",
    "InterfaceOverrides",
    "Junction",
    "Layer",
    "Library",
    "Material",
    "Nucleation",
    "Origin",
    "Phase",
    "PublishedCell",
    "Quantity",
    "Recipe",
    "ResolvedCell",
    "Semiconductor",
    "SensorNode",
    "StackLayer",
    "System",
    "Target",
    "Value",
    "load",
    "load_anode",
    "load_cell",
    "load_electrolyte",
    "load_film",
    "load_phase",
    "names",
    "value_paths",
    "with_settings",
]
