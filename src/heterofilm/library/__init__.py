"""Library of phases, electrolytes, anodes, films and cells: every number with its source."""

from .change import with_settings
from .junction import Junction
from .loader import (
    MODELS,
    Library,
    ResolvedCell,
    load,
    load_anode,
    load_cell,
    load_electrolyte,
    load_film,
    load_phase,
    names,
    value_paths,
)
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
from .value import Quantity, Value

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
    "Library",
    "Nucleation",
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
