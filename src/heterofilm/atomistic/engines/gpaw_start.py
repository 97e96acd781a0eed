"""Where GPAW's density begins, and the steps by which it comes to spins and U.

Atoms put together are far from an oxide with localised d electrons: begun there with spins and U at once, a large cell
can swing between states without an end. Three ways round, which may be combined:

* begin with the converged density n of the state without spins and U, and let only the difference of the spins come
  from atoms: n_± = (n ± m) / 2;
* reach U in equal steps, each converged, so that the occupations of the d shells follow.

* converge the two sides of an interface by themselves, and begin with the sum of their densities.

None changes what is converged at the end, only whether the end is reached, and which of several minima it is: mixed
slowly from atoms, copper's moments can die before U holds them.

While it runs, the density is saved every few iterations: a run that was stopped, or gave up, goes on from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np

from ...files import atomic

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["alternating_moments", "converge", "join_densities", "load_density", "magnetise", "raise_u"]

EVERY = 5  # iterations between two savings: of a large cell a few minutes, against a second to write it


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
    if (own.ndensities, other.ndensities) != (2, 1):
        raise ValueError(f"spins are given to {own.ndensities} densities from {other.ndensities}, not to 2 from 1")
    for mine, theirs in ((own.nt_sR, other.nt_sR), (own.D_asii, other.D_asii)):
        if isinstance(mine.data, np.ndarray) and mine.data.ndim > 2:
            _split(mine.data, theirs.data[0])
        else:
            for a, D_sii in mine.items():
                _split(D_sii, theirs[a][0])
    own.normalize(dft.pot_calc.charge)
    _follow(dft)


def converge(dft: Any, path: Path | None = None, step: int = 1, done: int = 0) -> int:
    """Iterate to self-consistency, saving to `path`; how many iterations there are now, after `done` before.

    Errors: GPAW's own, for a density that does not converge; what was reached is saved.
    """
    start = done
    try:
        for _ in dft.iconverge():
            done += 1
            if path is not None and done % EVERY == 0:
                _save_density(dft, path, step, done)
    except Exception:
        if path is not None and done > start:
            _save_density(dft, path, step, done)
        raise
    return done


def load_density(dft: Any, path: Path) -> tuple[int, int] | None:
    """Give `dft` a saved density: step of U and iterations done then; None where there is none that fits."""
    density = dft.density
    try:
        with np.load(path, allow_pickle=False) as held:
            grid, step, done = held["grid"], int(held["step"]), int(held["done"])
            matrices = {a: held[f"D{a}"] for a, _ in density.D_asii.items()}
    except (OSError, ValueError, KeyError, BadZipFile):
        return None
    fits = grid.shape == density.nt_sR.data.shape and all(
        D.shape == density.D_asii[a].shape for a, D in matrices.items()
    )
    if not fits or not all(np.isfinite(values).all() for values in (grid, *matrices.values())):
        return None
    density.nt_sR.data[:] = grid
    for a, D in matrices.items():
        density.D_asii[a][:] = D
    density.normalize(dft.pot_calc.charge)
    _follow(dft)
    return step, done


def join_densities(path: Path, sides: Sequence[tuple[Path, Sequence[int]]]) -> None:
    """Write to `path` the sum of saved densities on one grid: for each its file, and the numbers of its atoms in the
    whole. A run that saves there begins with it.

    Errors: `ValueError` for different grids, and for atoms that are not each in one side.
    """
    grid: Any = 0.0
    matrices: dict[str, Any] = {}
    for file, numbers in sides:
        with np.load(file, allow_pickle=False) as held:
            if np.ndim(grid) and np.shape(grid) != held["grid"].shape:
                raise ValueError(f"the grid of {file} is {held['grid'].shape}, not {np.shape(grid)}")
            grid = grid + held["grid"]
            matrices |= {f"D{whole}": held[f"D{own}"] for own, whole in enumerate(numbers)}
    count = sum(len(numbers) for _, numbers in sides)
    if set(matrices) != {f"D{k}" for k in range(count)}:
        raise ValueError(f"the sides do not hold each of {count} atoms once")
    atomic(path, lambda target: np.savez(target, step=1, done=0, grid=grid, **matrices))


def _save_density(dft: Any, path: Path, step: int, done: int) -> None:
    density = dft.density
    arrays = {"grid": density.nt_sR.data, **{f"D{a}": D for a, D in density.D_asii.items()}}
    atomic(path, lambda target: np.savez(target, step=step, done=done, **arrays))


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
