"""Crystal structures of the library's phases, each with its source and what its positions are worth.

>>> v2o5 = load("V2O5")
>>> v2o5.source
'Enjalbert and Galy, Acta Cryst. C 42 (1986) 1467'
>>> plane("V2O5", "101", setting="paper")
(1, 1, 0)
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from math import pi, radians, sin
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import FileFormatError, HeterofilmError, InputError, did_you_mean, require
from ...library.files import DATA
from .checks import MAX_ATOMS, check_atoms
from .cif import read_cif

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["Line", "Structure", "load", "names", "plane", "primitive", "read_atoms", "read_sides", "xrd"]

FOLDER = DATA / "structures"
MAX_BYTES = 5_000_000
MAX_REFLECTIONS = 100_000  # of a powder pattern: half a minute
EXPECTED = {
    "cif": ("CIF", "a cell (_cell_length_a, ...) and a loop of sites (_atom_site_label, _atom_site_fract_x, ...)"),
    "extxyz": ("xyz file", "the number of atoms, a line with the Lattice (or a comment), and a line for each atom"),
    "vasp": (
        "POSCAR",
        "title, scale, three vectors, elements, their numbers, Direct or Cartesian, a line for each atom",
    ),
}
FORMATS = {".cif": "cif", ".xyz": "extxyz", ".extxyz": "extxyz", ".vasp": "vasp", ".poscar": "vasp"}


@dataclass(frozen=True)
class Structure:
    """A published or computed structure: the conventional cell, and what it is worth."""

    name: str
    title: str
    formula: str
    space_group: str
    atoms: Atoms
    source: str
    quality: str
    setting: str  # which axes are which
    settings: Mapping[str, tuple[tuple[int, int, int], str]]  # other settings: order of their indices, and words
    xrd_lines: tuple[float, ...] = ()  # published 2 theta / deg, Cu K-alpha
    xrd_source: str = ""


@dataclass(frozen=True)
class Line:
    """One powder line: position, intensity in percent of the strongest, indices in the structure's setting."""

    two_theta_deg: float
    d_A: float
    intensity: float
    hkl: tuple[tuple[int, ...], ...]


def names() -> tuple[str, ...]:
    """The names of all structures of the library."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def load(name: str) -> Structure:
    """The structure of that name, or of an alias.

    Errors: `HeterofilmError` for an unknown name, with the nearest.
    """
    notes = {known: tomllib.loads((FOLDER / f"{known}.toml").read_text(encoding="utf-8")) for known in names()}
    for known, note in notes.items():
        if name in note.get("aliases", ()):
            name = known
    if name not in notes:
        raise InputError(f"There is no structure '{name}'; known: {', '.join(notes)}.{did_you_mean(name, notes)}")
    note = notes[name]
    settings = {k: (_order(v["order"]), str(v["words"])) for k, v in note.get("settings", {}).items()}
    return Structure(
        name=name, title=note["title"], formula=note["formula"], space_group=note["space_group"],
        atoms=read_atoms(FOLDER / f"{name}.cif"), source=note["source"], quality=note["quality"],
        setting=note["setting"], settings=settings,
        xrd_lines=tuple(note.get("xrd_lines", ())), xrd_source=note.get("xrd_source", ""),
    )  # fmt: skip


def read_atoms(path: str | Path) -> Atoms:
    """The atoms in a file: ``.cif``, ``.xyz`` / ``.extxyz`` or ``.vasp``; of several images the last.

    Errors: `HeterofilmError` for a missing, too large (5 MB) or unreadable file, and one whose atoms overlap.
    """
    return bare(_read(Path(path)))


def read_sides(path: str | Path) -> tuple[Atoms, tuple[int, ...]]:
    """The atoms in an ``.xyz`` file and the numbers of those with the tag 0: the substrate of an interface.

    Errors: as `read_atoms`; and for a file whose atoms are not tagged 0 (substrate) and 1 (film).
    """
    atoms = _read(Path(path))
    tags = atoms.get_tags()
    if set(tags.tolist()) != {0, 1}:
        raise InputError(
            f"'{Path(path).name}' does not say which atoms are whose (tags 0 and 1, as `heterofilm atoms interface "
            "--out x.xyz` writes them): give the height between the sides with --at."
        )
    return bare(atoms), tuple(k for k, tag in enumerate(tags) if tag == 0)


def _read(path: Path) -> Atoms:
    require("ase", "atoms", "Reading a structure")
    from ase.io import read

    if not path.is_file():
        raise InputError(f"There is no structure file '{path}'; name one, or a structure of the library.")
    if path.suffix.lower() not in FORMATS:
        raise InputError(f"'{path.name}' is no structure file: it must end in {', '.join(FORMATS)}.")
    if path.stat().st_size > MAX_BYTES:
        raise FileFormatError(f"The structure file '{path}' is larger than {MAX_BYTES // 1_000_000} MB.")
    _check_count(path)
    kind = FORMATS[path.suffix.lower()]
    try:
        atoms: Any = read_cif(path) if kind == "cif" else read(path, format=kind)
    except HeterofilmError:
        raise
    except Exception as error:
        name, parts = EXPECTED[kind]
        raise InputError(f"'{path.name}' is no complete {name} ({_reason(error)}); {parts} are expected.") from None
    check_atoms(atoms, f"The structure in '{path.name}'")
    one: Atoms = atoms
    return one


def _reason(error: Exception) -> str:
    """A reader's own words, or those it has none for."""
    if isinstance(error, IndexError | StopIteration | EOFError) or not str(error).strip():
        return "it ends too early"
    if isinstance(error, KeyError):
        return f"{error} is not known"
    return " ".join(str(error).split()).split(". ")[0][:120]


def _check_count(path: Path) -> None:
    """Refuse a file whose head promises more atoms than may be: a reader would make room for them all."""
    head = path.read_text(encoding="utf-8", errors="replace").lstrip()
    if path.suffix.lower() in (".xyz", ".extxyz"):
        count = head.split(maxsplit=1)[0] if head else ""
        if not count.isdigit() or not 0 < int(count[:9]) <= MAX_ATOMS or len(count) > 9:
            raise InputError(f"'{path.name}' does not begin with a number of atoms from 1 to {MAX_ATOMS}.")
    elif path.suffix.lower() == ".cif" and "data_" not in head:
        raise FileFormatError(f"'{path.name}' is no CIF: it holds no line that begins with data_.")
    elif path.suffix.lower() in (".vasp", ".poscar"):
        counts = [word for line in head.splitlines()[5:7] for word in line.split() if word.isdigit()]
        if sum(int(word[:9]) for word in counts) > MAX_ATOMS:
            raise InputError(f"'{path.name}' speaks of more than {MAX_ATOMS} atoms.")


def bare(atoms: Atoms) -> Atoms:
    """Elements, positions, cell and periodicity alone: no tags, results or constraints of a file."""
    from ase import Atoms as New

    return New(atoms.numbers, positions=atoms.positions, cell=atoms.cell, pbc=atoms.pbc)


def primitive(atoms: Atoms) -> Atoms:
    """The smallest cell that repeats, with its axes near right angles; a cell that is one keeps its axes as they are.

    A centred cell holds two or four of them, and a calculation of electrons takes many times as long.

    >>> len(load("Cu2V2O7").atoms), len(primitive(load("Cu2V2O7").atoms))
    (44, 22)
    """
    require("spglib", "atoms", "A primitive cell")
    import spglib
    from ase import Atoms as New
    from ase.build import niggli_reduce

    check_atoms(atoms)
    found = spglib.find_primitive((atoms.cell.array, atoms.get_scaled_positions(), atoms.numbers), symprec=1e-3)
    if found is None or len(found[2]) == len(atoms):
        return bare(atoms)
    cell, positions, numbers = found
    small = New(numbers, scaled_positions=positions, cell=cell, pbc=True)
    niggli_reduce(small)
    return small


def plane(structure: str | Structure, hkl: str, setting: str | None = None) -> tuple[int, int, int]:
    """Miller indices in the setting of the library, from indices in a named other setting.

    `hkl` is "110", "1-10" or "1 -1 0"; `setting` for example "paper".

    Errors: `HeterofilmError` for bad indices and an unknown setting.
    """
    found = re.fullmatch(r"\s*\(?\s*(-?\d)[ ,]*(-?\d)[ ,]*(-?\d)\s*\)?\s*", hkl)
    if found is None or not any(int(k) for k in found.groups()):
        raise InputError(f"'{hkl}' is no crystal plane: write three indices, for example 110 or '1 -1 0'.")
    indices = tuple(int(k) for k in found.groups())
    if setting is None:
        return indices[0], indices[1], indices[2]
    structure = load(structure) if isinstance(structure, str) else structure
    if setting not in structure.settings:
        known = ", ".join(structure.settings) or "none"
        raise InputError(
            f"{structure.name} has no setting '{setting}'; known: {known}.{did_you_mean(setting, structure.settings)}"
        )
    order, _ = structure.settings[setting]
    return indices[order[0]], indices[order[1]], indices[order[2]]


def xrd(atoms: Atoms, *, two_theta: tuple[float, float] = (5.0, 90.0), weakest: float = 0.5) -> tuple[Line, ...]:
    """Powder lines for Cu K-alpha (mean of K-alpha1 and 2), from kinematic structure factors without temperature.

    Lines below `weakest` percent of the strongest are left out.

    Errors: `HeterofilmError` for atoms without a cell, an element without scattering factors, and a cell with too many
    reflections or none.
    """
    require("pymatgen", "atoms", "A powder pattern")
    from pymatgen.analysis.diffraction.xrd import ATOMIC_SCATTERING_PARAMS, XRDCalculator
    from pymatgen.io.ase import AseAtomsAdaptor

    check_atoms(atoms)
    if atoms.cell.rank < 3:
        raise InputError("Powder lines need a crystal: the structure has no cell of three vectors.")
    unknown = sorted(set(atoms.symbols) - set(ATOMIC_SCATTERING_PARAMS))
    if unknown:
        raise InputError(f"No scattering factors are known of {', '.join(unknown)}: its powder lines are not known.")
    calculator = XRDCalculator(wavelength="CuKa")
    low, high = (2.0 * sin(radians(angle / 2.0)) / calculator.wavelength for angle in two_theta)
    count = atoms.cell.volume * 4.0 / 3.0 * pi * (high**3 - low**3)  # points of the reciprocal lattice in a shell
    if count > MAX_REFLECTIONS:
        raise InputError(
            f"A cell of {atoms.cell.volume:.3g} Å3 has about {count:.1g} reflections from {two_theta[0]:g} to "
            f"{two_theta[1]:g} deg, more than {MAX_REFLECTIONS}: take the crystal's own cell, without vacuum."
        )
    try:
        pattern = calculator.get_pattern(AseAtomsAdaptor.get_structure(bare(atoms)), two_theta_range=two_theta)
    except ValueError:  # the strongest of no lines
        raise InputError(
            f"The cell has no reflection from {two_theta[0]:g} to {two_theta[1]:g} deg: it is too small for Cu K-alpha."
        ) from None
    rows = zip(pattern.x, pattern.d_hkls, pattern.y, pattern.hkls, strict=True)
    return tuple(
        Line(float(x), float(d), float(y), tuple(tuple(int(k) for k in one["hkl"]) for one in hkls))
        for x, d, y, hkls in rows
        if y >= weakest
    )


def _order(values: list[int]) -> tuple[int, int, int]:
    h, k, l = values  # noqa: E741 - Miller indices
    return h, k, l
