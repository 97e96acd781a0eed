"""Energies of two materials, or of a slab and the vacuum, on one scale.

Band offset by way of the potential (Van de Walle and Martin, Phys. Rev. B 35 (1987) 8154):

    ΔE_v = (E_v - V̿)_B - (E_v - V̿)_A + ΔV̿,    ΔV̿ = V̿_B - V̿_A at the interface

and work function φ = V(vacuum) - E_F on each side of a slab; their difference is the step of its dipole.
All potentials are the energy of an electron (eV): the vacuum is high.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...errors import InputError
from ..store import result
from .averages import Plateau, Profile, macroscopic_average, plateau
from .grid import Grid
from .states import Edges

__all__ = ["BulkLevels", "Offsets", "WorkFunction", "band_offsets", "bulk_levels", "check_vacuum", "work_function"]

FLAT_EV = 0.05  # what a plateau may deviate from its mean


@result
@dataclass(frozen=True)
class BulkLevels:
    """Band edges of a bulk above its own mean electrostatic potential (eV)."""

    valence_eV: float
    conduction_eV: float

    @property
    def gap_eV(self) -> float:
        """Conduction minus valence."""
        return self.conduction_eV - self.valence_eV


@result
@dataclass(frozen=True)
class Offsets:
    """Offsets of B against A (eV, positive: B lies higher) with the error that the plateaus leave, and words."""

    potential_eV: float
    valence_eV: float
    conduction_eV: float
    error_eV: float
    kind: str  # "straddling", "staggered" or "broken"


@result
@dataclass(frozen=True)
class WorkFunction:
    """Work functions of the two faces of a slab (eV), and the step between the vacuum above and below (eV)."""

    lower_eV: float
    upper_eV: float
    dipole_step_eV: float
    flatness_eV: float


def bulk_levels(edges: Edges, potential: Grid) -> BulkLevels:
    """Edges of a bulk against the mean of its potential (eV): the mean over a cell is the macroscopic average.

    Errors: `HeterofilmError` for a metal, which has no edges.
    """
    if edges.gap_eV <= 0.0:
        raise InputError("This bulk is a metal at this level of theory: it has no band edges to align.")
    mean = float(potential.values.mean())
    return BulkLevels(edges.valence_eV - mean, edges.conduction_eV - mean)


def band_offsets(
    potential: Profile,
    periods_A: tuple[float, float],
    window_A: tuple[float, float],
    window_B: tuple[float, float],
    bulk_A: BulkLevels,
    bulk_B: BulkLevels,
    *,
    flat_eV: float = FLAT_EV,
) -> Offsets:
    """Offsets from the planar average of the interface's potential; windows (Å) lie inside each material.

    The windows belong away from the interface by a period or more, because the average itself reaches that far.

    Errors: `HeterofilmError` where the macroscopic average is no plateau (within `flat_eV`) in a window.
    """
    smooth = macroscopic_average(potential, *periods_A)
    A: Plateau = plateau(smooth, *window_A, tolerance=flat_eV)
    B: Plateau = plateau(smooth, *window_B, tolerance=flat_eV)
    step = B.value - A.value
    valence = bulk_B.valence_eV - bulk_A.valence_eV + step
    conduction = bulk_B.conduction_eV - bulk_A.conduction_eV + step
    # On A's scale, B's valence edge lies at `valence` and its conduction edge at gap_A + `conduction`.
    top, bottom = valence, bulk_A.gap_eV + conduction
    if top >= bulk_A.gap_eV or bottom <= 0.0:
        kind = "broken"
    else:
        kind = "straddling" if valence * conduction <= 0.0 else "staggered"
    return Offsets(step, valence, conduction, A.spread + B.spread, kind)


def check_vacuum(height_A: float, slab_A: tuple[float, float], margin_A: float = 3.0) -> None:
    """Whether a cell of this height leaves its slab the vacuum that `work_function` reads; to be asked before a run.

    Errors: `HeterofilmError` for less vacuum than two margins and 2 Å.
    """
    low, high = slab_A
    vacuum = height_A - (high - low)
    if not 0.0 <= margin_A < height_A:
        raise InputError(f"The margin to the vacuum lies within the cell's {height_A:.1f} Å, not at {margin_A:g} Å.")
    if not high >= low or vacuum < 2.0 * margin_A + 2.0:
        raise InputError(
            f"The slab leaves {vacuum:.1f} Å of vacuum along c; a work function needs {2.0 * margin_A + 2.0:.1f} Å at "
            "least: take a slab with more vacuum, or a smaller margin."
        )


def work_function(
    potential: Profile, fermi_eV: float, slab_A: tuple[float, float], *, margin_A: float = 3.0, flat_eV: float = FLAT_EV
) -> WorkFunction:
    """Work functions from the planar average of a slab's potential along its normal.

    `slab_A`: lowest and highest atom (Å). The levels are read over 1 Å, `margin_A` away from them, where the density
    has gone; a dipole correction puts its step in between, in the middle of the vacuum.

    Errors: `HeterofilmError` for less vacuum than two margins and 2 Å, and a potential that is not flat there.
    """
    check_vacuum(potential.height_A, slab_A, margin_A)
    low, high = slab_A
    below = plateau(potential, low - margin_A - 1.0, low - margin_A, tolerance=flat_eV)
    above = plateau(potential, high + margin_A, high + margin_A + 1.0, tolerance=flat_eV)
    return WorkFunction(
        below.value - fermi_eV, above.value - fermi_eV, above.value - below.value, max(below.spread, above.spread)
    )
