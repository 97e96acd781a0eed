"""Where GPAW's density begins, and the steps by which it comes to spins and U.

Atoms put together are far from an oxide with localised d electrons: begun there with spins and U at once, a large cell
can swing between states without an end. Two ways round, which may be combined:

* begin with the converged density n of the state without spins and U, and let only the difference of the spins come
  from atoms: n_± = (n ± m) / 2;
* reach U in equal steps, each converged, so that the occupations of the d shells follow.

Neither changes what is converged at the end, only whether the end is reached, and which of several minima it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["alternating_moments", "magnetise", "raise_u"]


def alternating_moments(atoms: Atoms, element: str, moment: float) -> np.ndarray:
    """Moments (μ_B) of `element` with signs that alternate between nearest neighbours, the first one up; others 0.

    Pairs are taken by rising distance, and each joins two groups of sites with opposite signs unless both are in one
    group already: a spanning forest, so that a frustrated net keeps its shortest pairs.
    """
    from ase.neighborlist import neighbor_list

    sites = np.flatnonzero(atoms.symbols == element)
    group = {int(site): int(site) for site in sites}
    sign = {int(site): 1.0 for site in sites}
    # far enough that every site finds a neighbour: twice the spacing of so many sites in this volume
    reach = 2.0 * (atoms.cell.volume / max(len(sites), 1)) ** (1.0 / 3.0)
    i, j, d = neighbor_list("ijd", atoms[sites], reach) if sites.size > 1 else ([], [], [])
    for k in np.argsort(np.round(d, 3), kind="stable"):
        a, b = int(sites[i[k]]), int(sites[j[k]])
        if group[a] != group[b]:
            turn, left = -sign[a] * sign[b], group[b]  # what brings b opposite to a
            for one in (one for one, own in group.items() if own == left):
                group[one], sign[one] = group[a], sign[one] * turn
    moments = np.zeros(len(atoms))
    for site in sites:
        moments[site] = moment * sign[int(site)] * sign[int(sites[0])]
    return moments


def magnetise(dft: Any, plain: Any) -> None:
    """Give `dft` (two spins, not converged) the density of `plain` (one spin, converged) and keep its magnetisation."""
    own, other = dft.density, plain.density
    for mine, theirs in ((own.nt_sR, other.nt_sR), (own.D_asii, other.D_asii)):
        if isinstance(mine.data, np.ndarray) and mine.data.ndim > 2:
            _split(mine.data, theirs.data[0])
        else:
            for a, D_sii in mine.items():
                _split(D_sii, theirs[a][0])
    own.normalize(dft.pot_calc.charge)
    _follow(dft)


def raise_u(dft: Any, share: float, target: dict[int, list[float]]) -> None:
    """Set U to `share` of `target` (by number of the setup, in GPAW's unit) and let the potential follow."""
    for number, values in target.items():
        dft.setups[number].hubbard_u.U[:] = [share * U for U in values]
    _follow(dft)


def _split(spins: np.ndarray, total: np.ndarray) -> None:
    """n_± = (n ± m) / 2 in place, with the m of `spins`."""
    m = spins[0] - spins[1]
    spins[0], spins[1] = 0.5 * (total + m), 0.5 * (total - m)


def _follow(dft: Any) -> None:
    """The potential and the energies of the density as it stands; nothing that was converged before counts."""
    dft.potential, dft.energies, _ = dft.pot_calc.calculate(dft.density)
    dft.results = {}
