"""What the sample file says a sample is made of: elements, lattice spacings, reference patterns of substrates."""

from __future__ import annotations

from typing import Literal

from ..analysis.microscopy.fringes import Spacing
from ..library import Library
from ..library.formula import atoms_of
from ..library.material import material
from ..library.patterns import Pattern, load_patterns, pattern
from .sample_file import SampleFile

__all__ = ["film_elements", "film_phases", "spacings", "substrates"]

ELEMENTS = ("V", "Cu")  # of a film that the sample file does not name
EVERYWHERE = ("O", "Li")  # they tell no layer from another
WIDEST = 8  # spacings of a crystal that a micrograph may resolve
GLASS = "glass"  # amorphous: it has no lines
MEANT = {  # what substrates are called, and the pattern meant
    "glass": GLASS, "sio2": GLASS, "fused silica": GLASS, "quartz glass": GLASS, "al2o3": "corundum",
    "sapphire": "corundum", "fto": "SnO2", "ss": "austenite", "ss304": "austenite", "ss316": "austenite",
    "ss316l": "austenite", "stainless steel": "austenite", "steel": "ferrite", "sto": "SrTiO3",
}  # fmt: skip


def film_phases(sheet: SampleFile) -> list[str]:
    """The materials of the phases of the sample file's film, matrix first; none where it names no film."""
    if not sheet.film:
        return []
    film = Library().film(sheet.film)
    return [material(name) for name in (film.matrix, film.domain) if name]


def film_elements(sheet: SampleFile) -> tuple[str, ...]:
    """The elements that mark the film, the matrix's first; vanadium and copper where the sample file names no film."""
    library = Library()
    found = [element for name in film_phases(sheet) for element in library.phase(name).atoms]
    return tuple(dict.fromkeys(e for e in found if e not in EVERYWHERE)) or ELEMENTS


def spacings(sheet: SampleFile) -> list[Spacing]:
    """The lattice spacings to expect in a micrograph: of the film's phases those that films are known to show,
    else the widest of all polymorphs of its composition; and the widest of the substrates.
    """
    found = []
    for name in film_phases(sheet):
        atoms = dict(Library().phase(name).atoms)
        polymorphs = [p for p in load_patterns("xrd") if atoms_of(p.formula) == atoms]
        seen = [s for p in polymorphs for s in _seen(p, name)]
        found += seen or [s for p in polymorphs for s in _widest(p, name)]
    for name in substrates(sheet, "xrd")[0]:
        found += _widest(pattern("xrd", name), name)
    return found


def substrates(sheet: SampleFile, technique: Literal["xrd", "raman"]) -> tuple[list[str], list[str]]:
    """The patterns of the sample file's substrates, and what is to be said of those that have none.

    Glasses have no lines and are no patterns; metals have no bands.
    """
    names, notes = [], []
    known = {p.name for p in load_patterns(technique)}
    listed = [p.name for p in load_patterns("xrd") if p.role == "substrate"]
    for said in sheet.substrate:
        meant = MEANT.get(said.lower(), said)
        if meant != said and (technique == "xrd" or meant in known):
            notes.append(f"the substrate '{said}' was taken for {meant}")
        if meant in known:
            names.append(meant)
        elif meant == GLASS:
            continue
        elif technique == "xrd" or meant not in listed:
            notes.append(
                f"there is no pattern of the substrate '{said}': its lines stay unexplained, or may be taken for "
                f"another's (known: {', '.join(listed)}, glass)"
            )
    return list(dict.fromkeys(names)), notes


def _seen(p: Pattern, name: str) -> list[Spacing]:
    lines = zip(p.indices, p.labels, p.position, strict=True)
    return [Spacing(name, label, 1e-10 * d, p.source) for hkl, label, d in lines if hkl in p.fringes]


def _widest(p: Pattern, name: str) -> list[Spacing]:
    lines = zip(p.labels[:WIDEST], p.position[:WIDEST], strict=True)
    return [Spacing(name, hkl if p.name == name else f"{hkl} {p.name}", 1e-10 * d, p.source) for hkl, d in lines]
