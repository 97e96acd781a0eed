"""Energy levels of solids before and after contact.

Apart, every solid is drawn against one vacuum level. In contact the Fermi level is common: electrons go from the
lower to the higher work function Phi until the contact potential balances it,

    V_bi = (Phi_B - Phi_A)/q,        A left positive for V_bi > 0
    dE_c = chi_A - chi_B,            dE_v = dE_c - (E_g,B - E_g,A)         (Anderson's rule; of B above A)

Type I: both edges of one gap lie inside the other; II: staggered; III: no common gap.

Limits: Anderson's rule takes the vacuum levels of the surfaces for those at the interface. Dipoles of the interface
shift offsets and contact potential by tenths of an eV, and work functions of surfaces depend on their history.

Source: R. L. Anderson, Solid-State Electronics 5 (1962) 341.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from ..errors import InputError
from ..library.semiconductor import Semiconductor, level_problem
from .field import JunctionField
from .statistics import Array

__all__ = ["BentBands", "Contact", "Levels", "band_edges", "contact", "contacts", "levels"]

EQUAL = 1e-6  # eV: closer work functions exchange no electrons worth a word


@dataclass(frozen=True)
class Levels:
    """Levels of a neutral solid in eV: distances from the vacuum level, all positive downwards.

    `degenerate`: the Fermi level lies inside a band.
    """

    name: str
    work_function: float
    electron_affinity: float  # vacuum to conduction band
    gap: float
    carrier: Literal["n", "p"]

    @property
    def ionisation_energy(self) -> float:
        """Vacuum level to valence band."""
        return self.electron_affinity + self.gap

    @property
    def valence_band_edge(self) -> float:
        """Fermi level to valence band."""
        return self.ionisation_energy - self.work_function

    @property
    def degenerate(self) -> bool:
        """Whether the Fermi level lies in a band."""
        return not 0.0 <= self.valence_band_edge <= self.gap


def levels(
    name: str,
    work_function: float,
    valence_band_edge: float,
    gap: float,
    *,
    electron_affinity: float | None = None,
    carrier: Literal["n", "p", ""] = "",
) -> Levels:
    """Levels from UPS (work function, valence band edge below the Fermi level) and UV-vis (gap), eV.

    `carrier` is taken from the half of the gap in which the Fermi level lies unless stated.

    Errors: `HeterofilmError` when the levels cannot be those of one solid.
    """
    given = {"work function": work_function, "valence band edge": valence_band_edge, "gap": gap}
    if electron_affinity is not None:
        given["electron affinity"] = electron_affinity
    for what, value in given.items():
        if not np.isfinite(value):
            raise InputError(f"The {what} of {name} must be a number in eV, got {value}.")
    problem = level_problem(work_function, valence_band_edge, gap, electron_affinity)
    if problem:
        raise InputError(f"The levels of {name} cannot be: {problem}.")
    if carrier not in ("n", "p", ""):
        raise InputError(f"The carrier of {name} must be 'n' or 'p', got '{carrier}'.")
    kind: Literal["n", "p"] = carrier or ("n" if valence_band_edge > gap / 2.0 else "p")
    affinity = work_function + valence_band_edge - gap
    return Levels(name, work_function, affinity, gap, kind)


def levels_of(entry: Semiconductor, carrier: Literal["n", "p", ""] = "") -> Levels:
    """Levels of a library entry; `carrier` in place of its own where stated."""
    return levels(
        entry.name,
        entry.work_function.to("eV"),
        entry.valence_band_edge.to("eV"),
        entry.gap.to("eV"),
        electron_affinity=None if entry.electron_affinity is None else entry.electron_affinity.to("eV"),
        carrier=carrier or entry.carrier,
    )


@dataclass(frozen=True)
class Contact:
    """Two solids in contact, eV and V.

    - `built_in_V`: contact potential, positive when A is left positive;
    - `offset_c_eV`, `offset_v_eV`: band edges of B above those of A at the interface;
    - `kind`: straddling "I", staggered "II" or broken "III"; `carriers`: "n-n", "n-p", "p-n" or "p-p";
    - `donor`, `acceptor`: the names of the solid that gives electrons and the one that takes them; both empty when
      none flow.
    """

    A: Levels
    B: Levels
    built_in_V: float
    offset_c_eV: float
    offset_v_eV: float
    kind: Literal["I", "II", "III"]
    carriers: str
    donor: str
    acceptor: str

    @property
    def electron_flow(self) -> str:
        """The direction in words."""
        if not self.donor:
            return f"no electrons flow between {self.A.name} and {self.B.name}: their work functions are equal"
        return f"from {self.donor} to {self.acceptor}"

    @property
    def positive_side(self) -> str:
        """The solid that is left positive; empty when no electrons flow."""
        return self.donor

    @property
    def words(self) -> str:
        """The junction in a sentence."""
        if not self.donor:
            return f"{self.electron_flow[:1].upper()}{self.electron_flow[1:]}."
        article = "an" if self.carriers[0] == "n" else "a"
        return (
            f"Electrons flow {self.electron_flow}, which leaves {self.positive_side} positive by up to "
            f"{abs(self.built_in_V):.2f} V: {article} {self.carriers} junction of type {self.kind}, with offsets of "
            f"{self.offset_c_eV:+.2f} eV (conduction band) and {self.offset_v_eV:+.2f} eV (valence band) "
            f"from {self.A.name} to {self.B.name}."
        )


def contact(A: Levels, B: Levels) -> Contact:
    """The contact of two solids by Anderson's rule."""
    V = B.work_function - A.work_function
    offset_c = A.electron_affinity - B.electron_affinity
    offset_v = A.ionisation_energy - B.ionisation_energy
    common = min(-A.electron_affinity, -B.electron_affinity) - max(-A.ionisation_energy, -B.ionisation_energy)
    kind: Literal["I", "II", "III"] = "III" if common <= 0.0 else "I" if offset_c * offset_v <= 0.0 else "II"
    donor, acceptor = ("", "") if abs(V) < EQUAL else (A.name, B.name) if V > 0.0 else (B.name, A.name)
    return Contact(A, B, V, offset_c, offset_v, kind, f"{A.carrier}-{B.carrier}", donor, acceptor)


def contacts(solids: Sequence[Levels]) -> tuple[Contact, ...]:
    """Each contact of a row of solids; the potential over the whole row is the sum of the steps.

    Errors: `HeterofilmError` for fewer than two.
    """
    if len(solids) < 2:
        raise InputError(f"A junction needs at least two solids, got {len(solids)}.")
    return tuple(contact(a, b) for a, b in pairwise(solids))


@dataclass(frozen=True)
class BentBands:
    """Bands of a junction in eV above the common Fermi level, shape of the field's profile."""

    r_m: Array
    vacuum_eV: Array
    conduction_eV: Array
    valence_eV: Array


def band_edges(A: Levels, B: Levels, field: JunctionField) -> BentBands:
    """The bands along a solved junction of the two: they follow the potential, and step at the interface.

    Errors: `HeterofilmError` when the field is of solids with other work functions.
    """
    if abs(field.built_in_V - (B.work_function - A.work_function)) > 1e-6:
        raise InputError(
            f"The field was solved for a contact potential of {field.built_in_V:.3f} V, but {A.name} and {B.name} have "
            f"{B.work_function - A.work_function:.3f} V; solve it with the same solids in the same order."
        )
    m, vacuum = field.interface + 1, -field.potential_V
    affinity = np.concatenate([np.full(m, A.electron_affinity), np.full(vacuum.size - m, B.electron_affinity)])
    gap = np.concatenate([np.full(m, A.gap), np.full(vacuum.size - m, B.gap)])
    return BentBands(field.r_m, vacuum, vacuum - affinity, vacuum - affinity - gap)
