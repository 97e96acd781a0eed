"""Inputs of CP2K: PBE or PBE+U with GTH pseudopotentials and MOLOPT bases, diagonalised, mixed after Broyden.

One input is one point: energy, forces and stress, or energy and the fields on the whole grid (stride 1: every second
point loses 1 % of the electrons). Elements become kinds, and an element with several moments several kinds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...constants import EV_IN_K
from ...errors import InputError

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["BASES", "POTENTIALS", "PROJECT", "Kind", "input_text", "k_points", "kinds"]

PROJECT = "film"
BASES, POTENTIALS = "BASIS_MOLOPT", "GTH_POTENTIALS"
Array = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Kind:
    """An element, or those of its atoms that start with one moment: its basis, potential and place in the input."""

    label: str
    element: str
    valence: int  # electrons
    basis: str
    potential: str
    moment: float
    u_eV: float


def kinds(atoms: Atoms, chosen: Mapping[str, Any], data: Path) -> tuple[tuple[Kind, ...], tuple[int, ...]]:
    """The kinds of `atoms`, and the number of its kind for each atom.

    `chosen["moments"]` gives one moment (μ_B) for all atoms of an element, or one for each of them in their order.

    Errors: `HeterofilmError` for elements without a basis or potential, and moments that do not fit the atoms.
    """
    moments = _moments(atoms, chosen["moments"])
    found: dict[tuple[str, float], int] = {}
    numbers = tuple(found.setdefault((s, m), len(found)) for s, m in zip(atoms.symbols, moments, strict=True))
    several = {s for s, _ in found if sum(s == other for other, _ in found) > 1}
    bases, potentials = _valences(data / BASES, chosen["basis"]), _valences(data / POTENTIALS, "GTH-PBE")
    valence = {s: q for s, _ in found for q in bases.get(s, ()) if q in potentials.get(s, ())}
    missing = sorted({s for s, _ in found} - set(valence))
    if missing:
        raise InputError(
            f"CP2K's data in '{data}' hold no basis {chosen['basis']} with a GTH-PBE potential for "
            f"{', '.join(missing)}; take another basis (for example SZV-MOLOPT-SR-GTH) or the engine gpaw."
        )
    made = []
    for (s, m), k in found.items():
        q = valence[s]
        label = f"{s}{k + 1}" if s in several else s
        u = float(chosen["u"].get(s, 0.0))
        made.append(Kind(label, s, q, chosen["basis"], f"GTH-PBE-q{q}", m, u))
    return tuple(made), numbers


def k_points(atoms: Atoms, density: float) -> tuple[Array, Array]:
    """Fractions and weights of a mesh through Γ (points per Å⁻¹ and 2π as in ASE), k and -k counted as one; 0: Γ."""
    from ase.calculators.calculator import kpts2sizeandoffsets
    from ase.dft.kpoints import monkhorst_pack

    if density == 0.0:
        return np.zeros((1, 3)), np.ones(1)
    size, offsets = kpts2sizeandoffsets(density=density, gamma=True, atoms=atoms)
    mesh = monkhorst_pack(size) + offsets
    counted: dict[tuple[float, ...], int] = {}
    for k in mesh:
        one, turned = (tuple(float(x) for x in np.round((0.5 - s * k) % 1.0, 12) % 1.0) for s in (1.0, -1.0))
        name = min(one, turned)  # 0.5 - k within [0, 1), the same for k and -k
        counted[name] = counted.get(name, 0) + 1
    points = 0.5 - np.array(list(counted))
    return points, np.array(list(counted.values()), dtype=float) / len(mesh)


def input_text(
    atoms: Atoms,
    made: Sequence[Kind],
    numbers: Sequence[int],
    chosen: Mapping[str, Any],
    *,
    fields: bool,
    elf: bool = False,
    forces: bool = False,
    restart: bool = False,
) -> str:
    """The input of one point; `restart` begins from the wave functions that lie beside it.

    Errors: `HeterofilmError` for an odd number of electrons without spins, and U with more k-points than Γ.
    """
    points, weights = k_points(atoms, chosen["k_density"])
    spins, with_u = bool(chosen["moments"]), any(kind.u_eV for kind in made)
    gamma = len(points) == 1 and not points.any()
    electrons = sum(made[k].valence for k in numbers)
    if electrons % 2 and not spins:
        raise InputError(
            f"The structure has {electrons} electrons, an odd number: give the setting moments, so that spins differ."
        )
    if with_u and not gamma:
        raise InputError(
            f"CP2K adds U at Γ alone, and this cell asks for {len(points)} k-points: take a cell of at least 10 Å each "
            "way and k_density 0."
        )
    dft: list[Any] = [
        f"BASIS_SET_FILE_NAME {BASES}", f"POTENTIAL_FILE_NAME {POTENTIALS}", *_spins(spins, electrons, made, numbers),
        *(["PLUS_U_METHOD MULLIKEN"] if with_u else []),
        *(["SURFACE_DIPOLE_CORRECTION T", "SURF_DIP_DIR Z"] if chosen["dipole"] else []),
        ("MGRID", [f"CUTOFF [Ry] {chosen['cutoff_Ry']:g}", f"REL_CUTOFF [Ry] {chosen['relative_cutoff_Ry']:g}"]),
        ("QS", ["METHOD GPW", "EPS_DEFAULT 1.0E-12"]),
        ("POISSON", ["PERIODIC XYZ"]),
        ("XC", [("XC_FUNCTIONAL PBE", [])]),
        ("SCF", _scf(chosen, spins, restart)),
        *([] if gamma else [("KPOINTS", _mesh(points, weights))]),
        ("PRINT", _prints(fields, elf, gamma)),
    ]  # fmt: skip
    wanted: list[Any] = [("PRINT", [("FORCES ON", []), ("STRESS_TENSOR ON", [])])] if forces else []
    force_eval = [
        "METHOD QUICKSTEP", *(["STRESS_TENSOR ANALYTICAL"] if forces else []), ("DFT", dft), *wanted,
        ("SUBSYS", _subsystem(atoms, made, numbers)),
    ]  # fmt: skip
    about = [f"PROJECT {PROJECT}", f"RUN_TYPE {'ENERGY_FORCE' if forces else 'ENERGY'}", "PRINT_LEVEL MEDIUM"]
    return "\n".join(_lines([("GLOBAL", about), ("FORCE_EVAL", force_eval)])) + "\n"


def _scf(chosen: Mapping[str, Any], spins: bool, restart: bool) -> list[Any]:
    empty = int(chosen["empty_bands"])
    return [
        f"SCF_GUESS {'RESTART' if restart else 'ATOMIC'}", f"MAX_SCF {int(chosen['max_iterations'])}",
        f"EPS_SCF {chosen['convergence']:.1E}", f"ADDED_MOS {f'{empty} {empty}' if spins else empty}",
        ("DIAGONALIZATION", ["ALGORITHM STANDARD"]),
        ("SMEAR", ["METHOD FERMI_DIRAC", f"ELECTRONIC_TEMPERATURE [K] {chosen['smearing_eV'] * EV_IN_K:.4f}"]),
        ("MIXING", ["METHOD BROYDEN_MIXING", f"ALPHA {chosen['mixing']:g}", "NBROYDEN 8"]),
        ("PRINT", [("RESTART", ["BACKUP_COPIES 0", ("EACH", ["QS_SCF 5"])])]),
    ]  # fmt: skip


def _spins(spins: bool, electrons: int, made: Sequence[Kind], numbers: Sequence[int]) -> list[str]:
    """UKS, begun from the nearest multiplicity that the electrons allow; smearing lets it go where it wants."""
    if not spins:
        return []
    total = abs(sum(made[k].moment for k in numbers))
    unpaired = round((total - electrons % 2) / 2.0) * 2 + electrons % 2
    return ["UKS T", f"MULTIPLICITY {min(unpaired, electrons) + 1}"]


def _mesh(points: Array, weights: Array) -> list[Any]:
    rows = [f"KPOINT {k[0]:.10f} {k[1]:.10f} {k[2]:.10f} {w:.12f}" for k, w in zip(points, weights, strict=True)]
    return ["SCHEME GENERAL", "UNITS B_VECTOR", "SYMMETRY F", "FULL_GRID T", "PARALLEL_GROUP_SIZE -1", *rows]


def _prints(fields: bool, elf: bool, gamma: bool) -> list[Any]:
    """One block for each cube; projections on shells are known at Γ alone."""
    orbitals = ("MO", ["EIGENVALUES T", "OCCUPATION_NUMBERS T", "NDIGITS 12", ("EACH", ["QS_SCF 0"])])
    cubes = ["E_DENSITY_CUBE", "V_HARTREE_CUBE", *(["ELF_CUBE"] if elf else [])] if fields else []
    shells: list[Any] = [("PDOS", [])] if fields and gamma else []
    return [orbitals, ("MULLIKEN", []), *shells, *((name, ["STRIDE 1 1 1"]) for name in cubes)]


def _subsystem(atoms: Atoms, made: Sequence[Kind], numbers: Sequence[int]) -> list[Any]:
    cell = [f"{name} {v[0]:.10f} {v[1]:.10f} {v[2]:.10f}" for name, v in zip("ABC", atoms.cell.array, strict=True)]
    places = [
        f"{made[k].label} {p[0]:.10f} {p[1]:.10f} {p[2]:.10f}" for k, p in zip(numbers, atoms.positions, strict=True)
    ]
    blocks: list[Any] = [("CELL", [*cell, "PERIODIC XYZ"]), ("COORD", places)]
    for kind in made:
        u = [("DFT_PLUS_U", ["L 2", f"U_MINUS_J [eV] {kind.u_eV:g}"])] if kind.u_eV else []
        moment = [f"MAGNETIZATION {kind.moment:g}"] if kind.moment else []
        rows = [f"ELEMENT {kind.element}", f"BASIS_SET {kind.basis}", f"POTENTIAL {kind.potential}", *moment, *u]
        blocks.append((f"KIND {kind.label}", rows))
    return blocks


def _lines(entries: Sequence[Any], depth: int = 0) -> list[str]:
    """Nested sections as CP2K writes them."""
    rows: list[str] = []
    for entry in entries:
        if isinstance(entry, str):
            rows.append("  " * depth + entry)
            continue
        head, inside = entry
        rows += ["  " * depth + f"&{head}", *_lines(inside, depth + 1), "  " * depth + f"&END {head.split()[0]}"]
    return rows


def _moments(atoms: Atoms, asked: Mapping[str, Any]) -> list[float]:
    held: dict[str, list[float]] = {}
    for s, value in asked.items():
        count = sum(s == other for other in atoms.symbols)
        many = [float(x) for x in value] if isinstance(value, list | tuple) else [float(value)] * count
        if count and len(many) != count:
            raise InputError(f"{len(many)} moments are given for {count} atoms of {s}; give one, or one for each.")
        held[s] = many
    return [held[s].pop(0) if s in held else 0.0 for s in atoms.symbols]


def _valences(path: Path, name: str) -> dict[str, list[int]]:
    """Element to the numbers of valence electrons N of its entries `name`-qN in a file of CP2K's data."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise InputError(
            f"CP2K's data file '{path}' cannot be read ({error.strerror}): set CP2K_DATA_DIR to its folder."
        ) from None
    found: dict[str, list[int]] = {}
    for line in text.splitlines():
        words = line.split()
        for word in words[1:]:
            head, mark, count = word.rpartition("-q")
            if mark and head == name and count.isdigit():
                found.setdefault(words[0], []).append(int(count))
    return found
