"""Mean voltage of an intercalation: n M (metal) + host -> M_n host.

    V = -[E(M_n host) - E(host) - n E(M)] / (n z e)

Energies at 0 K stand for Gibbs energies: volume work and vibrations are left out, 0.01 to 0.1 V.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import InputError
from ..engine import Engine
from ..engines.by_element import for_part
from ..engines.checks import check_engine
from ..store import Provenance, Store, recall, result
from ..structures.checks import check_atoms
from ..structures.library import bare, load
from .relaxation import Progress, Relaxed, relax

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["CHARGES", "Voltage", "check_ion", "intercalation_voltage", "metal"]

CHARGES = {"Li": 1, "Na": 1, "K": 1, "Mg": 2, "Zn": 2}


@result
@dataclass(frozen=True)
class Voltage:
    """Mean voltage against the metal, and the three minima it is made of."""

    voltage_V: float
    ion: str
    ions_per_unit: float  # per formula unit of the framework
    framework: str  # formula unit, without the ion
    volume_change: float  # of the host, through the intercalation
    host: Relaxed
    filled: Relaxed
    metal: Relaxed
    provenance: Provenance


def intercalation_voltage(
    host: Atoms,
    filled: Atoms,
    engine: Engine,
    *,
    ion: str = "Li",
    cell: bool = True,
    fmax: float = 0.05,
    steps: int = 500,
    store: Store | None = None,
    progress: Progress | None = None,
) -> Voltage:
    """Relax host, filled host and metal with one engine, and take the mean voltage between the two fillings.

    Args:
        host, filled: the same framework with fewer and with more ions; the cells may hold different numbers of formula
            units.
        cell, fmax, steps: as for `relax`.

    Errors: `HeterofilmError` when the frameworks differ, `filled` holds no more ions, or something does not converge.
    """
    share, n = _gained(host, filled, ion)
    check_engine(filled, engine, "energy", "forces")
    settings = {"ion": ion, "cell": cell, "fmax": fmax}

    def compute(_: Path | None, provenance: Callable[[], Provenance]) -> Voltage:
        low = relax(host, for_part(engine, host), cell=cell, fmax=fmax, steps=steps, store=store, progress=progress)
        high = relax(filled, engine, cell=cell, fmax=fmax, steps=steps, store=store, progress=progress)
        pure = metal(ion, engine, store=store)
        V = -(high.energy_eV - share * low.energy_eV - n * pure.energy_per_atom_eV) / (n * CHARGES[ion])
        framework = bare(host)[[symbol != ion for symbol in host.symbols]]
        unit, units = framework.symbols.formula.reduce()
        return Voltage(
            voltage_V=V, ion=ion, ions_per_unit=n / (share * units), framework=f"{unit:metal}",
            volume_change=high.atoms.cell.volume / (share * low.atoms.cell.volume) - 1.0,
            host=low, filled=high, metal=pure, provenance=provenance(),
        )  # fmt: skip

    return recall(store, "voltage", {"host": host, "filled": filled}, engine, settings, compute)


def check_ion(ion: str) -> None:
    """Errors: `HeterofilmError` for an ion without a known charge."""
    if ion not in CHARGES:
        raise InputError(f"No charge is known for the ion '{ion}'; known: {', '.join(CHARGES)}.")


def metal(ion: str, engine: Engine, *, store: Store | None = None) -> Relaxed:
    """The bulk metal of an ion, relaxed with its cell: what voltages and insertion energies are counted from.

    Errors: `HeterofilmError` for an ion without a known charge.
    """
    check_ion(ion)
    if ion == "Li":
        atoms = load("Li").atoms
    else:
        from ase.build import bulk

        atoms = bulk(ion)
    return relax(atoms, for_part(engine, atoms), cell=True, fmax=0.01, store=store)


def _gained(host: Atoms, filled: Atoms, ion: str) -> tuple[float, float]:
    """Frameworks of the host in `filled`, and ions gained over as many hosts."""
    check_atoms(host, "The host")
    check_atoms(filled, "The filled host")
    check_ion(ion)
    empty, full = Counter(s for s in host.symbols if s != ion), Counter(s for s in filled.symbols if s != ion)
    if not empty:
        raise InputError(f"The host holds nothing but {ion}: it has no framework to put {ion} into.")
    share = full.total() / empty.total()
    if any(abs(full[s] - share * empty[s]) > 1e-9 for s in empty | full):
        raise InputError(
            f"Without {ion}, host {host.symbols.formula} and filled host {filled.symbols.formula} differ in "
            "composition: a voltage needs one framework with two fillings."
        )
    n = _count(filled, ion) - share * _count(host, ion)
    if n <= 1e-9:
        raise InputError(f"The filled host holds no more {ion} than the host: give the emptier one first.")
    return share, n


def _count(atoms: Atoms, ion: str) -> int:
    return sum(s == ion for s in atoms.symbols)
