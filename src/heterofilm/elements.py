"""The chemical elements 1 to 103, in one table: symbol, name, atomic number, standard atomic weight and colour.

Weights (g/mol): IUPAC's abridged standard atomic weights of 2021 (Prohaska et al., Pure Appl. Chem. 94 (2022) 573), to
five digits at most. An element without one is radioactive: it has the mass number of its longest-lived isotope, and
`radioactive` says so. Colours are Jmol's, but for the elements of batteries that are told apart by Okabe and Ito's
palette, which a colour-blind eye can read; oxygen is red by custom.

>>> ELEMENTS["Cu"].number, ELEMENTS["Cu"].mass, ELEMENTS["Cu"].name
(29, 63.546, 'copper')
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .errors import InputError, did_you_mean

__all__ = ["ELEMENTS", "Element", "element"]


@dataclass(frozen=True)
class Element:
    """A chemical element."""

    symbol: str
    name: str
    number: int
    mass: float  # g/mol
    colour: str  # "#rrggbb"
    radioactive: bool  # no standard weight: `mass` is a mass number


_ROWS: tuple[tuple[str, str, float, str], ...] = (
    ("H", "hydrogen", 1.0080, "#ffffff"),
    ("He", "helium", 4.0026, "#d9ffff"),
    ("Li", "lithium", 6.94, "#6BBF59"),
    ("Be", "beryllium", 9.0122, "#c2ff00"),
    ("B", "boron", 10.81, "#ffb5b5"),
    ("C", "carbon", 12.011, "#909090"),
    ("N", "nitrogen", 14.007, "#3050f8"),
    ("O", "oxygen", 15.999, "#D1495B"),
    ("F", "fluorine", 18.998, "#90e050"),
    ("Ne", "neon", 20.180, "#b3e3f5"),
    ("Na", "sodium", 22.990, "#ab5cf2"),
    ("Mg", "magnesium", 24.305, "#8aff00"),
    ("Al", "aluminium", 26.982, "#bfa6a6"),
    ("Si", "silicon", 28.085, "#f0c8a0"),
    ("P", "phosphorus", 30.974, "#CC79A7"),
    ("S", "sulfur", 32.06, "#ffff30"),
    ("Cl", "chlorine", 35.45, "#1ff01f"),
    ("Ar", "argon", 39.95, "#80d1e3"),
    ("K", "potassium", 39.098, "#8f40d4"),
    ("Ca", "calcium", 40.078, "#3dff00"),
    ("Sc", "scandium", 44.956, "#e6e6e6"),
    ("Ti", "titanium", 47.867, "#bfc2c7"),
    ("V", "vanadium", 50.942, "#0072B2"),
    ("Cr", "chromium", 51.996, "#8a99c7"),
    ("Mn", "manganese", 54.938, "#6B4C9A"),
    ("Fe", "iron", 55.845, "#8C6D31"),
    ("Co", "cobalt", 58.933, "#56B4E9"),
    ("Ni", "nickel", 58.693, "#50d050"),
    ("Cu", "copper", 63.546, "#E69F00"),
    ("Zn", "zinc", 65.38, "#7d80b0"),
    ("Ga", "gallium", 69.723, "#c28f8f"),
    ("Ge", "germanium", 72.630, "#668f8f"),
    ("As", "arsenic", 74.922, "#bd80e3"),
    ("Se", "selenium", 78.971, "#ffa100"),
    ("Br", "bromine", 79.904, "#a62929"),
    ("Kr", "krypton", 83.798, "#5cb8d1"),
    ("Rb", "rubidium", 85.468, "#702eb0"),
    ("Sr", "strontium", 87.62, "#00ff00"),
    ("Y", "yttrium", 88.906, "#94ffff"),
    ("Zr", "zirconium", 91.224, "#94e0e0"),
    ("Nb", "niobium", 92.906, "#73c2c9"),
    ("Mo", "molybdenum", 95.95, "#54b5b5"),
    ("Tc", "technetium", 97, "#3b9e9e"),
    ("Ru", "ruthenium", 101.07, "#248f8f"),
    ("Rh", "rhodium", 102.91, "#0a7d8c"),
    ("Pd", "palladium", 106.42, "#006985"),
    ("Ag", "silver", 107.87, "#c0c0c0"),
    ("Cd", "cadmium", 112.41, "#ffd98f"),
    ("In", "indium", 114.82, "#a67573"),
    ("Sn", "tin", 118.71, "#668080"),
    ("Sb", "antimony", 121.76, "#9e63b5"),
    ("Te", "tellurium", 127.60, "#d47a00"),
    ("I", "iodine", 126.90, "#940094"),
    ("Xe", "xenon", 131.29, "#429eb0"),
    ("Cs", "caesium", 132.91, "#57178f"),
    ("Ba", "barium", 137.33, "#00c900"),
    ("La", "lanthanum", 138.91, "#70d4ff"),
    ("Ce", "cerium", 140.12, "#ffffc7"),
    ("Pr", "praseodymium", 140.91, "#d9ffc7"),
    ("Nd", "neodymium", 144.24, "#c7ffc7"),
    ("Pm", "promethium", 145, "#a3ffc7"),
    ("Sm", "samarium", 150.36, "#8fffc7"),
    ("Eu", "europium", 151.96, "#61ffc7"),
    ("Gd", "gadolinium", 157.25, "#45ffc7"),
    ("Tb", "terbium", 158.93, "#30ffc7"),
    ("Dy", "dysprosium", 162.50, "#1fffc7"),
    ("Ho", "holmium", 164.93, "#00ff9c"),
    ("Er", "erbium", 167.26, "#00e675"),
    ("Tm", "thulium", 168.93, "#00d452"),
    ("Yb", "ytterbium", 173.05, "#00bf38"),
    ("Lu", "lutetium", 174.97, "#00ab24"),
    ("Hf", "hafnium", 178.49, "#4dc2ff"),
    ("Ta", "tantalum", 180.95, "#4da6ff"),
    ("W", "tungsten", 183.84, "#2194d6"),
    ("Re", "rhenium", 186.21, "#267dab"),
    ("Os", "osmium", 190.23, "#266696"),
    ("Ir", "iridium", 192.22, "#175487"),
    ("Pt", "platinum", 195.08, "#d0d0e0"),
    ("Au", "gold", 196.97, "#ffd123"),
    ("Hg", "mercury", 200.59, "#b8b8d0"),
    ("Tl", "thallium", 204.38, "#a6544d"),
    ("Pb", "lead", 207.2, "#575961"),
    ("Bi", "bismuth", 208.98, "#9e4fb5"),
    ("Po", "polonium", 209, "#ab5c00"),
    ("At", "astatine", 210, "#754f45"),
    ("Rn", "radon", 222, "#428296"),
    ("Fr", "francium", 223, "#420066"),
    ("Ra", "radium", 226, "#007d00"),
    ("Ac", "actinium", 227, "#70abfa"),
    ("Th", "thorium", 232.04, "#00baff"),
    ("Pa", "protactinium", 231.04, "#00a1ff"),
    ("U", "uranium", 238.03, "#008fff"),
    ("Np", "neptunium", 237, "#0080ff"),
    ("Pu", "plutonium", 244, "#006bff"),
    ("Am", "americium", 243, "#545cf2"),
    ("Cm", "curium", 247, "#785ce3"),
    ("Bk", "berkelium", 247, "#8a4fe3"),
    ("Cf", "californium", 251, "#a136d4"),
    ("Es", "einsteinium", 252, "#b31fd4"),
    ("Fm", "fermium", 257, "#b31fba"),
    ("Md", "mendelevium", 258, "#b30da6"),
    ("No", "nobelium", 259, "#bd0d87"),
    ("Lr", "lawrencium", 262, "#c70066"),
)  # fmt: skip

# Bi, Th, Pa and U are radioactive too, but what is found of them in nature has a standard weight
ELEMENTS: Mapping[str, Element] = MappingProxyType(
    {
        symbol: Element(symbol, name, number, float(mass), colour, isinstance(mass, int))
        for number, (symbol, name, mass, colour) in enumerate(_ROWS, start=1)
    }
)


def element(symbol: str) -> Element:
    """The element of that symbol.

    Errors: `HeterofilmError` for what is no symbol, with the nearest.

    >>> element("cu")
    Traceback (most recent call last):
    heterofilm.errors.InputError: There is no element 'cu'; write its symbol, as V or Cu. Did you mean 'Cu'?
    """
    if symbol not in ELEMENTS:
        raise InputError(
            f"There is no element '{symbol}'; write its symbol, as V or Cu.{did_you_mean(symbol, ELEMENTS)}"
        )
    return ELEMENTS[symbol]
