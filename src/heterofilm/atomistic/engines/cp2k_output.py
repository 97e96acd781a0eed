"""What CP2K says: energy, Fermi level, orbitals, charges, forces, stress; and its tables of projected states.

All that is read is text by its marks; a number that is missing is an error, never a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...constants import BOHR_A, EV_A3_IN_GPA, HARTREE_EV
from ...errors import FileFormatError, InputError, SimulationError

__all__ = ["Orbitals", "Point", "read_orbitals", "read_point", "read_projections"]

MAX_BYTES = 200_000_000
Array = NDArray[np.floating[Any]]
NUMBER = r"([-+]?\d+\.\d+(?:[eE][-+]?\d+)?)"


@dataclass(frozen=True)
class Point:
    """One converged point. Moments after Mulliken (μ_B by atom; None without spins); forces and stress as ASE's."""

    energy_eV: float
    fermi_eV: float
    iterations: int
    moments: Array | None
    forces_eV_A: Array | None
    stress_eV_A3: Array | None  # xx, yy, zz, yz, xz, xy; positive where the cell wants to shrink


@dataclass(frozen=True)
class Orbitals:
    """Energies (eV) and occupations (0 to 1), both spins x k-points x bands."""

    eigenvalues_eV: Array
    occupations: Array


def read_point(text: str) -> Point:
    """The numbers of CP2K's output.

    Errors: `HeterofilmError` for a density that did not converge and for output without an energy.
    """
    if "SCF run NOT converged" in text or "SCF run converged in" not in text:
        tried = len(re.findall(r"^\s+\d+ \S+/Diag\.", text, flags=re.MULTILINE))
        raise SimulationError(
            f"The density did not converge within {tried} iterations of CP2K: no result. Try a smaller mixing (0.05), "
            "more smearing (0.1 eV), more iterations, or a start without spins or U; with a store the next call goes "
            "on from the wave functions of this one."
        )
    energy = _last(rf"ENERGY\| Total FORCE_EVAL \( QS \) energy \[(?:a\.u\.|hartree)\]:?\s+{NUMBER}", text, "energy")
    fermi = _last(rf"Fermi energy:\s+{NUMBER}", text, "Fermi energy")
    steps = re.findall(r"SCF run converged in\s+(\d+) steps", text)
    return Point(
        energy * HARTREE_EV, fermi * HARTREE_EV, int(steps[-1]), _moments(text), _forces(text), _stress(text)
    )  # fmt: skip


def read_orbitals(text: str) -> Orbitals:
    """The last table of orbitals for every spin and k-point, as many bands as all of them hold.

    Errors: `HeterofilmError` where tables are missing or end early.
    """
    tables: dict[tuple[int, int], list[list[float]]] = {}
    whole: set[tuple[int, int]] = set()
    key: tuple[int, int] | None = None
    for line in text.splitlines():
        if not line.startswith(" MO|"):
            key = None
        elif "EIGENVALUES AND OCCUPATION NUMBERS" in line:
            k = re.search(r"FOR K POINT\s+(\d+)", line)
            key = (int(" BETA " in line), int(k.group(1)) if k else 1)
            tables[key] = []
            whole.discard(key)
        elif key is not None and (found := re.match(rf" MO\|\s+\d+\s+{NUMBER}\s+{NUMBER}\s+{NUMBER}\s*$", line)):
            tables[key].append([float(found.group(1)) * HARTREE_EV, float(found.group(3))])
        elif key is not None and "Sum:" in line:
            whole.add(key)
    spins, ks = len({s for s, _ in tables}), len({k for _, k in tables})
    bands = min((len(table) for table in tables.values()), default=0)
    if not bands or len(tables) != spins * ks or set(tables) != whole:
        raise FileFormatError(
            f"CP2K's output holds {len(whole)} whole tables of orbitals for {spins} spins and {ks} k-points: it was "
            "cut short."
        )
    # Each spin has as many empty bands as were asked for: the one with more electrons holds more bands.
    held = np.array([[tables[key][:bands] for key in sorted(tables) if key[0] == s] for s in range(spins)])
    return Orbitals(held[..., 0], held[..., 1] * (spins / 2.0))


def read_projections(path: Path) -> dict[str, Array]:
    """Shell ("s", "p", ...) to the share of each orbital on one kind of atom, from a ``.pdos`` file.

    Errors: `HeterofilmError` for a file that is missing, too large or no such table.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FileFormatError(f"'{path.name}' is larger than {MAX_BYTES // 1_000_000} MB.")
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        shells = lines[1].split("Occupation")[1].split()
        values = np.array([[float(word) for word in line.split()[3:]] for line in lines[2:]])
        if not shells or values.ndim != 2 or values.shape[1] != len(shells) or not np.isfinite(values).all():
            raise ValueError
    except OSError as error:
        raise InputError(f"CP2K's table of states '{path}' cannot be read: {error.strerror}.") from None
    except (ValueError, IndexError):
        raise InputError(f"'{path.name}' is no table of projected states; compute it again.") from None
    return dict(zip(shells, values.T, strict=True))


def _last(pattern: str, text: str, what: str) -> float:
    found = re.findall(pattern, text)
    if not found:
        raise FileFormatError(f"CP2K's output holds no {what}: it was cut short.")
    return float(found[-1])


def _moments(text: str) -> Array | None:
    blocks = re.split(r"Mulliken Population Analysis", text)
    if len(blocks) < 2 or "Spin moment" not in blocks[-1]:
        return None
    rows = re.findall(rf"^\s+\d+\s+[A-Za-z]+\s+\d+\s+{NUMBER}\s+{NUMBER}\s+{NUMBER}\s+{NUMBER}\s*$",
                      blocks[-1].split("# Total charge")[0], flags=re.MULTILINE)  # fmt: skip
    return np.array([float(row[3]) for row in rows]) if rows else None


def _forces(text: str) -> Array | None:
    """eV/Å from hartree/bohr."""
    blocks = text.split("ATOMIC FORCES in [a.u.]")
    if len(blocks) < 2:
        return None
    rows = re.findall(rf"^\s+\d+\s+\d+\s+[A-Za-z]\S*\s+{NUMBER}\s+{NUMBER}\s+{NUMBER}\s*$",
                      blocks[-1].split("SUM OF ATOMIC FORCES")[0], flags=re.MULTILINE)  # fmt: skip
    return np.array(rows, dtype=float) * HARTREE_EV / BOHR_A


def _stress(text: str) -> Array | None:
    """CP2K prints the pressure's sign: what pushes outwards is positive."""
    rows = re.findall(rf"^ STRESS\|\s+([xyz])\s+{NUMBER}\s+{NUMBER}\s+{NUMBER}\s*$", text, flags=re.MULTILINE)
    if len(rows) < 3:
        return None
    full = -np.array([row[1:] for row in rows[:3]], dtype=float) / EV_A3_IN_GPA
    return full[[0, 1, 2, 1, 0, 0], [0, 1, 2, 2, 2, 1]]
