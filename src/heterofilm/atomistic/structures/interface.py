"""Interfaces of two crystals: cells that fit together (Zur and McGill), terminations, gap and registry.

Built on pymatgen. Its matches are kept if they differ in area, strain or cells, its terminations are numbered so that
two with one label stay apart, and the strain is shared between the sides as asked for (pymatgen gives it all to the
film).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import InputError, require
from ..store import result
from .checks import check_atoms
from .library import bare

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["Interface", "InterfaceBuilder", "Match", "check_build"]


@result
@dataclass(frozen=True)
class Match:
    """Two surface cells that fit: how large, how well, and with how many atoms."""

    number: int  # for `InterfaceBuilder.build`
    area_A2: float  # of the film's supercell
    strains: tuple[float, float]  # principal strains of the film if it takes it all; larger one first
    film_cells: int
    substrate_cells: int
    atoms: int  # with the builder's layers
    best: bool  # no other match has both a smaller strain and a smaller area

    @property
    def strain(self) -> float:
        """Worst principal strain of a side that takes it all, as a share."""
        return max(max(abs(e), abs(1.0 / (1.0 + e) - 1.0)) for e in self.strains)


@result
@dataclass(frozen=True)
class Interface:
    """A film on a substrate, ready for an engine; `film` and `substrate` are the atoms' numbers."""

    atoms: Atoms
    film: tuple[int, ...]
    substrate: tuple[int, ...]
    match: Match
    termination: tuple[str, str]  # of film and substrate
    gap_A: float
    shift: tuple[float, float]  # of the film along the two vectors of the cell, as shares of them
    share: float  # of the misfit that the film takes
    vacuum_A: float | None  # None: a superlattice, with a second interface of the same gap

    @property
    def plane_A(self) -> float:
        """Height halfway between the two sides (Å)."""
        z = self.atoms.positions[:, 2]
        return float(0.5 * (z[list(self.substrate)].max() + z[list(self.film)].min()))


class InterfaceBuilder:
    """All ways to put `film` on `substrate` with given planes.

    Args:
        film, substrate: conventional cells.
        film_plane, substrate_plane: Miller indices in those cells; (200) is the plane (100).
        layers: unit planes of film and substrate.
        max_area: largest area of a match (Å2).
        max_length, max_angle: how far vectors (as a share) and angle (rad) of the two cells may differ. 0.15 for the
            angle finds oblique cells that fit well once strained.

    Errors: `HeterofilmError` where nothing matches.
    """

    def __init__(
        self,
        film: Atoms,
        substrate: Atoms,
        film_plane: tuple[int, int, int],
        substrate_plane: tuple[int, int, int],
        *,
        layers: tuple[int, int] = (2, 1),
        max_area: float = 200.0,
        max_length: float = 0.09,
        max_angle: float = 0.15,
        max_area_ratio: float = 0.09,
    ) -> None:
        require("pymatgen", "atoms", "The interface builder")
        check_atoms(film, "The film")
        check_atoms(substrate, "The substrate")
        if not (film.pbc.all() and substrate.pbc.all()):
            raise InputError("An interface is built from two crystals that repeat in all three directions.")
        if min(layers) < 1 or not 10.0 <= max_area <= 2000.0:
            raise InputError("An interface needs at least one layer a side and an area between 10 and 2000 Å2.")
        from pymatgen.analysis.interfaces.coherent_interfaces import CoherentInterfaceBuilder
        from pymatgen.analysis.interfaces.zsl import ZSLGenerator
        from pymatgen.io.ase import AseAtomsAdaptor

        self.layers = layers
        self._planes = (_reduced(film_plane), _reduced(substrate_plane))
        cells = ZSLGenerator(
            max_area_ratio_tol=max_area_ratio, max_area=max_area, max_length_tol=max_length, max_angle_tol=max_angle,
            bidirectional=True,
        )  # fmt: skip
        sides = [AseAtomsAdaptor.get_structure(bare(one)) for one in (film, substrate)]
        self._builder = CoherentInterfaceBuilder(
            sides[1], sides[0], film_miller=self._planes[0], substrate_miller=self._planes[1], zslgen=cells,
            label_index=True,
        )  # fmt: skip
        per_cell = tuple(self._atoms_per_cell(side, plane, n) for side, plane, n in zip(sides, self._planes, layers))  # noqa: B905
        self._zsl, self.matches = _ranked(self._builder.zsl_matches, per_cell)
        if not self.matches:
            raise InputError(
                f"No cells of ({_text(film_plane)}) and ({_text(substrate_plane)}) fit within {max_area:g} Å2: allow a "
                "larger area, or a larger difference of lengths."
            )

    @property
    def terminations(self) -> tuple[tuple[str, str], ...]:
        """Pairs of labels, of film and substrate; numbered, so that two alike stay apart."""
        return tuple((str(a), str(b)) for a, b in self._builder.terminations)

    def build(
        self,
        match: Match | None = None,
        termination: int | tuple[str, str] = 0,
        *,
        gap: float = 2.0,
        shift: tuple[float, float] = (0.0, 0.0),
        share: float = 0.5,
        vacuum: float | None = 15.0,
    ) -> Interface:
        """One interface: by default the first match, the misfit halved, under 15 Å of vacuum.

        Args:
            match: one of `matches`.
            termination: one of `terminations`, or its number.
            gap: height (Å) between the last atom of the substrate and the first of the film.
            shift: of the film along the cell, as shares of its vectors.
            share: of the misfit that the film takes: 1 all, 0 none.
            vacuum: over the film (Å); None makes a superlattice.

        Errors: `HeterofilmError` for an unknown termination and values out of range.
        """
        chosen = self.matches[0] if match is None else match
        check_build(gap, share, vacuum)
        known = self.terminations
        number = known.index(termination) if termination in known else termination
        if not isinstance(number, int) or not 0 <= number < len(known):
            raise InputError(f"There is no termination {termination}; there are {len(known)}, numbered from 0.")
        from pymatgen.io.ase import AseAtomsAdaptor

        pair = self._zsl[chosen.number]
        everything, self._builder.zsl_matches = self._builder.zsl_matches, [pair]
        try:
            film, substrate = self.layers
            made: Any = next(
                self._builder.get_interfaces(
                    self._builder.terminations[number], gap=gap, vacuum_over_film=gap if vacuum is None else vacuum,
                    film_thickness=film, substrate_thickness=substrate, in_layers=True,
                )
            )  # fmt: skip
        finally:
            self._builder.zsl_matches = everything
        made.in_plane_offset = tuple(float(x) % 1.0 for x in shift)
        atoms = bare(AseAtomsAdaptor.get_atoms(made))
        labels = [site.properties["interface_label"] for site in made]
        atoms = _shared(atoms, pair, share)
        sides = [tuple(k for k, label in enumerate(labels) if label == name) for name in ("film", "substrate")]
        check_atoms(atoms, "The interface")
        one = replace(chosen, atoms=len(atoms))
        return Interface(atoms, sides[0], sides[1], one, known[number], gap, shift, share, vacuum)

    @staticmethod
    def _atoms_per_cell(side: Any, plane: tuple[int, int, int], layers: int) -> int:
        from pymatgen.core.surface import SlabGenerator

        slab = SlabGenerator(side, plane, layers, 3, in_unit_planes=True, primitive=True, reorient_lattice=False)
        return len(slab.get_slab(shift=0))


def check_build(gap: float, share: float, vacuum: float | None = None) -> None:
    """What can be said of a gap (Å), a share of the misfit and a vacuum (Å) before any cells are matched.

    Errors: `HeterofilmError` for values out of range.
    """
    for value, low, high, words in (
        (gap, 0.5, 10.0, "a gap of 0.5 to 10 Å"), (share, 0.0, 1.0, "a share of the misfit from 0 to 1"),
        (vacuum, 5.0, 60.0, "5 to 60 Å of vacuum"),
    ):  # fmt: skip
        if value is not None and not low <= value <= high:
            raise InputError(f"An interface takes {words}, not {value:g}.")


def _ranked(zsl: Sequence[Any], per_cell: Sequence[int]) -> tuple[list[Any], tuple[Match, ...]]:
    """Distinct matches: first those that no other beats in both strain and area, then the rest; each by area."""
    seen: dict[tuple[float, ...], tuple[Any, Match]] = {}
    for pair in zsl:
        stretch = np.linalg.svd(_flat(pair.substrate_sl_vectors).T @ np.linalg.inv(_flat(pair.film_sl_vectors).T))[1]
        e1, e2 = sorted((float(s) - 1.0 for s in stretch), key=lambda e: -abs(e))
        cells = [round(abs(float(np.linalg.det(t)))) for t in (pair.film_transformation, pair.substrate_transformation)]
        atoms = cells[0] * per_cell[0] + cells[1] * per_cell[1]
        made = Match(0, float(pair.match_area), (e1, e2), cells[0], cells[1], atoms, False)
        seen.setdefault((*cells, round(e1, 4), round(e2, 4)), (pair, made))
    rows = sorted(seen.values(), key=lambda row: (row[1].area_A2, row[1].strain))
    lowest = np.inf
    marked = []
    for pair, made in rows:
        best = made.strain < lowest - 1e-6
        lowest = min(lowest, made.strain)
        marked.append((pair, replace(made, best=best)))
    marked.sort(key=lambda row: not row[1].best)  # stable: by area within
    return [pair for pair, _ in marked], tuple(replace(made, number=k) for k, (_, made) in enumerate(marked))


def _shared(atoms: Atoms, pair: Any, share: float) -> Atoms:
    """Strain the whole cell in its plane, from the substrate's (`share` 1) towards the film's (0)."""
    film, substrate = _flat(pair.film_sl_vectors), _flat(pair.substrate_sl_vectors)
    # in the frame of the substrate: a along x
    stretch = np.eye(3)
    stretch[:2, :2] = np.linalg.inv(substrate) @ (share * substrate + (1.0 - share) * film)
    a, b = np.asarray(atoms.cell[0]), np.asarray(atoms.cell[1])
    x = a / np.linalg.norm(a)
    normal = np.cross(a, b) / np.linalg.norm(np.cross(a, b))
    frame = np.array([x, np.cross(normal, x), normal])
    turned = bare(atoms)
    turned.set_cell(atoms.cell.array @ frame.T, scale_atoms=True)
    turned.set_cell(turned.cell.array @ stretch, scale_atoms=True)
    cell = turned.cell.array.copy()
    upright = np.array([cell[0], cell[1], [0.0, 0.0, cell[2, 2]]])  # c along the normal; the slab keeps its shape
    turned.set_cell(upright, scale_atoms=False)
    turned.wrap()
    return turned


def _flat(vectors: Any) -> np.ndarray:
    """Two vectors in space as rows in their plane, the first along x."""
    a, b = (np.asarray(v, float) for v in vectors)
    x = a / np.linalg.norm(a)
    along = float(b @ x)
    return np.array([[float(np.linalg.norm(a)), 0.0], [along, float(np.linalg.norm(b - along * x))]])


def _reduced(plane: tuple[int, int, int]) -> tuple[int, int, int]:
    divisor = int(np.gcd.reduce(np.abs(plane)))
    if divisor == 0:
        raise InputError("A crystal plane needs at least one index that is not zero.")
    h, k, l = (int(index) // divisor for index in plane)  # noqa: E741 - Miller indices
    return h, k, l


def _text(plane: tuple[int, int, int]) -> str:
    return "".join(str(index) for index in plane)
