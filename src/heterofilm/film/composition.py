"""Mass balance of a film of two phases: how much of each the measured Cu/V ratio implies.

With n formula units per vanadium atom of the film, matrix m and domains d::

    n_m V_m  + n_d V_d  = 1          every V atom is in one of the phases
    n_m Cu_m + n_d Cu_d = Cu/V       and so is every Cu atom

Cu/V = 0.46 with V2O5 and Cu2V2O7 gives 0.27 V2O5 and 0.23 Cu2V2O7, and a volume fraction of domains of 0.58:
the composite is not dilute. All numbers are theoretical, for dense phases; utilisation is not applied here.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..constants import F
from ..errors import InputError
from ..library.schema import Phase
from ..units import from_si


@dataclass(frozen=True)
class Share:
    """One phase in the film, SI units."""

    phase: str
    formula_units: float  # per V atom of the film; 1 in a film of one phase
    volume_fraction: float
    molar_volume: float  # m3/mol of the dense phase
    molar_density: float  # mol of formula units per m3 of film
    capacity: float  # C per m3 of film, every couple filled


@dataclass(frozen=True)
class Composition:
    """What a film consists of, SI units; ``domain`` is None in a film of one phase."""

    matrix: Share
    domain: Share | None
    density: float  # kg per m3 of film
    cu_to_v: float | None  # None without vanadium

    @property
    def capacity(self) -> float:
        """Theoretical capacity, C per m3 of film (1 uAh cm-2 um-1 = 3.6e7 C/m3)."""
        return self.matrix.capacity + (self.domain.capacity if self.domain else 0.0)

    @property
    def specific_capacity(self) -> float:
        """Theoretical capacity per mass of film, mAh/g."""
        return from_si(self.capacity / self.density, "mAh/g")


def phase_fractions(cu_to_v: float | None, matrix: Phase, domain: Phase | None = None) -> Composition:
    """Shares of matrix and domains from the atomic ratio ``cu_to_v``.

    Without ``domain`` the ratio may be None, or the one of the matrix itself. Raises HeterofilmError for
    a ratio that the phases cannot make, and for two phases of one Cu/V, which no ratio can tell apart.
    """
    if cu_to_v is not None and not 0.0 <= cu_to_v.real < float("inf"):
        raise InputError(f"Cu/V must be a number of at least 0, got {cu_to_v:g}.")
    v, cu = matrix.atoms.get("V", 0.0), matrix.atoms.get("Cu", 0.0)
    own = cu / v if v else None
    if domain is None:
        if cu_to_v is not None and (own is None or abs(cu_to_v - own) > 1e-6 * max(own, 1.0)):
            holds = f"has Cu/V = {own:g}" if own is not None else "holds no vanadium"
            raise InputError(
                f"Cu/V = {cu_to_v:g} cannot be made of {matrix.name} alone, which {holds}; "
                "name a second phase as the film's domain or change cu_to_v."
            )
        return _compose(own, matrix, 1.0, None, 0.0)
    if cu_to_v is None:
        raise InputError(f"A film of {matrix.name} and {domain.name} needs cu_to_v to tell their shares.")
    v_d, cu_d = domain.atoms.get("V", 0.0), domain.atoms.get("Cu", 0.0)
    determinant = v * cu_d - v_d * cu
    if abs(determinant) < 1e-9:
        raise InputError(
            f"{matrix.name} and {domain.name} have the same Cu/V (or no V), which tells no shares; "
            "use phases that differ in it."
        )
    n_d = (v * cu_to_v - cu) / determinant
    n_m = (cu_d - v_d * cu_to_v) / determinant
    if n_d.real < -1e-9 or n_m.real < -1e-9:
        ends = sorted(a / b if b else float("inf") for a, b in ((cu, v), (cu_d, v_d)))
        raise InputError(
            f"Cu/V = {cu_to_v:g} is impossible for {matrix.name} with {domain.name}: "
            f"it must lie between {ends[0]:g} and {ends[1]:g}."
        )
    return _compose(cu_to_v, matrix, n_m if n_m.real > 0.0 else 0.0, domain, n_d if n_d.real > 0.0 else 0.0)


def molar_volume(phase: Phase) -> float:
    """Volume of one mole of formula units of the dense phase, m3/mol: M/rho."""
    return phase.molar_mass.si / phase.density.si


def specific_capacity(phase: Phase, lithium: float | None = None) -> float:
    """Capacity per mass for ``lithium`` Li per formula unit (default: all couples of the phase), mAh/g."""
    x = phase.lithium if lithium is None else lithium
    return from_si(x * F / phase.molar_mass.si, "mAh/g")


def _compose(cu_to_v: float | None, matrix: Phase, n_m: float, domain: Phase | None, n_d: float) -> Composition:
    volume = n_m * molar_volume(matrix) + (n_d * molar_volume(domain) if domain else 0.0)

    def share(phase: Phase, n: float) -> Share:
        each = molar_volume(phase)
        return Share(phase.name, n, n * each / volume, each, n / volume, F * phase.lithium * n / volume)

    mass = n_m * matrix.molar_mass.si + (n_d * domain.molar_mass.si if domain else 0.0)
    return Composition(
        share(matrix, n_m), share(domain, n_d) if domain else None, density=mass / volume, cu_to_v=cu_to_v
    )
