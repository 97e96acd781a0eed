"""Mass balance of a film of two phases: how much of each an atomic ratio of the film implies, or a volume fraction.

With n formula units per atom of the second element of a ratio A/B, matrix m and domains d::

    n_m B_m + n_d B_d = 1          every B atom is in one of the phases
    n_m A_m + n_d A_d = A/B        and so is every A atom

Cu/V = 0.46 with V2O5 and Cu2V2O7 gives 0.27 V2O5 and 0.23 Cu2V2O7, and a volume fraction of domains of 0.58:
the composite is not dilute. A volume fraction f of domains gives n_m : n_d = (1 - f)/V_m : f/V_d, V the molar volumes.
All numbers are theoretical, for dense phases; utilisation is not applied here.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..constants import F
from ..elements import ELEMENTS
from ..errors import InputError
from ..library.schema import Film, Phase
from ..library.shares import CU_TO_V, two_elements
from ..units import from_si


@dataclass(frozen=True)
class Share:
    """One phase in the film, SI units."""

    phase: str
    formula_units: float  # per atom of the ratio's second element; told by volume or alone, per formula unit
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
    atoms: tuple[tuple[str, float], ...]  # mol per m3 of film, by element

    @property
    def capacity(self) -> float:
        """Theoretical capacity, C per m3 of film (1 uAh cm-2 um-1 = 3.6e7 C/m3)."""
        return self.matrix.capacity + (self.domain.capacity if self.domain else 0.0)

    @property
    def specific_capacity(self) -> float:
        """Theoretical capacity per mass of film, mAh/g."""
        return from_si(self.capacity / self.density, "mAh/g")

    def ratio(self, of: str) -> float | None:
        """An atomic ratio of it, ``"Cu/V"``; None without any of the second element."""
        over, under = two_elements(of)
        atoms = dict(self.atoms)
        return atoms.get(over, 0.0) / atoms[under] if atoms.get(under) else None


def composition_of(film: Film, matrix: Phase, domain: Phase | None = None) -> Composition:
    """What a film of these phases consists of, by what it states of them: a ratio, a volume fraction, or nothing.

    Errors: those of `phase_fractions` and `by_volume`.
    """
    if film.domain_fraction is not None and domain is not None:
        return by_volume(film.domain_fraction.si, matrix, domain)
    if film.ratio is None:
        return phase_fractions(None, matrix, domain)
    of, value = film.ratio
    return phase_fractions(value.si, matrix, domain, of)


def phase_fractions(
    ratio: float | None, matrix: Phase, domain: Phase | None = None, of: str = CU_TO_V
) -> Composition:  # fmt: skip
    """Shares of matrix and domains from an atomic ratio ``of`` two elements, Cu/V unless named.

    Without ``domain`` the ratio may be None, or the one of the matrix itself. Raises HeterofilmError for
    a ratio that the phases cannot make, and for two phases of one ratio, which it cannot tell apart.
    """
    if ratio is not None and not 0.0 <= ratio.real < float("inf"):
        raise InputError(f"{of} must be a number of at least 0, got {ratio:g}.")
    over, under = two_elements(of)
    b, a = matrix.atoms.get(under, 0.0), matrix.atoms.get(over, 0.0)
    if domain is None:
        own = a / b if b else None
        if ratio is not None and (own is None or abs(ratio - own) > 1e-6 * max(own, 1.0)):
            holds = f"has {of} = {own:g}" if own is not None else f"holds no {ELEMENTS[under].name}"
            raise InputError(
                f"{of} = {ratio:g} cannot be made of {matrix.name} alone, which {holds}; "
                "name a second phase as the film's domain or change the ratio."
            )
        return _compose(matrix, 1.0, None, 0.0)
    if ratio is None:
        raise InputError(
            f"A film of {matrix.name} and {domain.name} needs cu_to_v, atomic_ratio or domain_fraction to tell their "
            "shares."
        )
    b_d, a_d = domain.atoms.get(under, 0.0), domain.atoms.get(over, 0.0)
    determinant = b * a_d - b_d * a
    if abs(determinant) < 1e-9:
        raise InputError(
            f"{matrix.name} and {domain.name} have the same {of} (or no {under}), which tells no shares; "
            "use a ratio, or phases, that differ in it, or state domain_fraction."
        )
    n_d = (b * ratio - a) / determinant
    n_m = (a_d - b_d * ratio) / determinant
    if n_d.real < -1e-9 or n_m.real < -1e-9:
        ends = sorted(x / y if y else float("inf") for x, y in ((a, b), (a_d, b_d)))
        raise InputError(
            f"{of} = {ratio:g} is impossible for {matrix.name} with {domain.name}: "
            f"it must lie between {ends[0]:g} and {ends[1]:g}."
        )
    return _compose(matrix, n_m if n_m.real > 0.0 else 0.0, domain, n_d if n_d.real > 0.0 else 0.0)


def by_volume(fraction: float, matrix: Phase, domain: Phase) -> Composition:
    """Shares of matrix and domains from the volume ``fraction`` of the domains in the dense film.

    Raises HeterofilmError for a fraction that is none.
    """
    if not 0.0 <= fraction.real <= 1.0:
        raise InputError(f"A volume fraction lies between 0 and 1, got {fraction:g}.")
    n_m, n_d = (1.0 - fraction) / molar_volume(matrix), fraction / molar_volume(domain)
    return _compose(matrix, n_m / (n_m + n_d), domain, n_d / (n_m + n_d))


def molar_volume(phase: Phase) -> float:
    """Volume of one mole of formula units of the dense phase, m3/mol: M/rho."""
    return phase.molar_mass.si / phase.density.si


def specific_capacity(phase: Phase, lithium: float | None = None) -> float:
    """Capacity per mass for ``lithium`` Li per formula unit (default: all couples of the phase), mAh/g."""
    x = phase.lithium if lithium is None else lithium
    return from_si(x * F / phase.molar_mass.si, "mAh/g")


def _compose(matrix: Phase, n_m: float, domain: Phase | None, n_d: float) -> Composition:
    volume = n_m * molar_volume(matrix) + (n_d * molar_volume(domain) if domain else 0.0)

    def share(phase: Phase, n: float) -> Share:
        each = molar_volume(phase)
        return Share(phase.name, n, n * each / volume, each, n / volume, F * phase.lithium * n / volume)

    mass = n_m * matrix.molar_mass.si + (n_d * domain.molar_mass.si if domain else 0.0)
    atoms: dict[str, float] = {}
    for phase, n in ((matrix, n_m), (domain, n_d)):
        for element, count in phase.atoms.items() if phase else ():
            atoms[element] = atoms.get(element, 0.0) + count * n / volume
    return Composition(
        share(matrix, n_m), share(domain, n_d) if domain else None, density=mass / volume, atoms=tuple(atoms.items())
    )
