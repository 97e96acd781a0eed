"""Library of phases, electrolytes, anodes, films and cells: every number with its source."""

from .cell_entries import ResolvedCell, value_paths
from .change import with_settings
from .files import MODELS, Origin, names
from .junction import Junction
from .loader import Library, load, load_anode, load_cell, load_electrolyte, load_film, load_phase
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
from .value import Layer, Quantity, Value

__all__ = [
    "MODELS",
    "Anode",
    "CellSpec",
    "Couple",
    "Crystallisation",
    "Dissociation",
    "Electrolyte",
    "Film",
    "Interface",
    "InterfaceOverrides",
    "Junction",
    "Layer",
    "Library",
    "Nucleation",
    "Origin",
    "Phase",
    "Quantity",
    "Recipe",
    "ResolvedCell",
    "Semiconductor",
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
