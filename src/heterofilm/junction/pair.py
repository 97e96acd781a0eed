"""A junction of the library with everything it names: two solids, where they meet, and what follows first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..errors import InputError
from ..film.composition import composition_of
from ..library import Junction, Library, Origin, Semiconductor
from .bands import Contact, Levels, contact, levels_of
from .field import JunctionField, solve
from .geometry import Geometry, sphere, thick
from .solids import entries_of, folder_of, solid

__all__ = ["Pair", "load_pair"]


@dataclass(frozen=True)
class Pair:
    """Domains inside a matrix.

    `source`: the name or file it was loaded by; `diameter` of the domains in m, `fraction` of the volume they fill.
    """

    source: str | Path
    entry: Junction
    matrix: Semiconductor
    domain: Semiconductor
    diameter: float
    fraction: float
    origins: tuple[Origin, Origin, Origin]  # of the texts of matrix, domain and contact

    @property
    def geometry(self) -> Geometry:
        """One domain in its share of the matrix."""
        return sphere(self.diameter, self.fraction)

    @property
    def shell(self) -> float:
        """Thickness of the matrix around a domain (m)."""
        return float(self.geometry.outer - self.geometry.interface)

    @cached_property
    def contact(self) -> Contact:
        """Matrix against domain: offsets, type, direction of the electrons."""
        return contact(*self.levels)

    @property
    def levels(self) -> tuple[Levels, Levels]:
        """Of matrix and domain."""
        return levels_of(self.matrix), levels_of(self.domain)

    @cached_property
    def field(self) -> JunctionField:
        """The electrostatic field of one domain (A) in its shell of matrix (B), as made."""
        return solve(solid(self.domain), solid(self.matrix), self.geometry)

    @cached_property
    def thick_field(self) -> JunctionField:
        """The field of two thick solids, matrix (A) on domain (B): what bands are usually drawn for."""
        A, B = solid(self.matrix), solid(self.domain)
        return solve(A, B, thick(A, B))


def load_pair(name: str | Path, library: Library | None = None) -> Pair:
    """The junction called `name`, or of a TOML file.

    Errors: `HeterofilmError` for an unknown name, malformed file, or a film without domains.
    """
    library = library or Library()
    entry, matrix, domain = entries_of(name, library)
    folder = folder_of(name)
    origins = (
        library.origin(Semiconductor, entry.matrix, folder), library.origin(Semiconductor, entry.domain, folder),
        library.origin(Junction, name),
    )  # fmt: skip
    if entry.film:
        film = library.film(entry.film, folder)
        size = film.domain_size
        beside = (folder or Path()) / Path(entry.film).parent if entry.film.endswith(".toml") else None
        phases = [library.phase(phase, beside) for phase in (film.matrix, film.domain) if phase is not None]
        share = composition_of(film, *phases).domain
        if size is None or share is None:
            raise InputError(f"The film '{film.name}' has no domains; name a film of two phases.")
        return Pair(name, entry, matrix, domain, size.si, share.volume_fraction, origins)
    assert entry.domain_size is not None and entry.domain_fraction is not None  # the schema demands both
    return Pair(name, entry, matrix, domain, entry.domain_size.si, entry.domain_fraction.si, origins)
