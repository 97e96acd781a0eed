"""Whether the material of a layer is what the cell has in its place."""

from __future__ import annotations

from ..library import Material
from ..library.cell_entries import ResolvedCell
from ..library.formula import atoms_of
from ..library.phase import Phase

__all__ = ["contradiction"]


def contradiction(role: str, material: Material, entries: ResolvedCell) -> tuple[str, str]:
    """What the cell calls the part in place of which a layer of another material stands, and in which way both differ;
    empty where they do not.

    Films are told apart by their elements, lithium aside, which comes and goes; electrolytes by their name.
    """
    if role == "electrolyte":
        one = entries.electrolyte
        called = f"{one.name} {one.title}".lower()
        return ("", "") if material.name.lower() in called else (one.name, f"the cell has {one.name} ({one.title})")
    if role == "cathode":
        name, has = entries.film.name, _of_phases(entries.matrix, entries.domain)
    elif role == "anode" and entries.anode_film is not None:
        name, has = entries.anode_film.name, _of_phases(entries.anode_phase)
    elif role == "anode":
        name, has = entries.anode.name, set(atoms_of(entries.anode.name) or ())
    else:
        return "", ""
    stated = _of_formula(material.formula or material.name)
    passing = set[str]() if role == "anode" and entries.anode_film is None else {"Li"}
    if not stated or not has or stated - passing == has - passing:
        return "", ""
    return name, f"the cell has {name} of {', '.join(sorted(has))}, the layer is of {', '.join(sorted(stated))}"


def _of_phases(*phases: Phase | None) -> set[str]:
    return {symbol for phase in phases if phase is not None for symbol, n in phase.atoms.items() if n > 0.0}


def _of_formula(formula: str) -> set[str]:
    """Elements of all formulas in a text; none where a word is no formula."""
    found = [atoms_of(word) for word in formula.split()]
    return {symbol for atoms in found for symbol in atoms or ()} if all(found) else set()
