"""Migration paths of an ion and their barriers: climbing-image nudged elastic band between two minima.

The band follows Henkelman, Uberuaga and Jonsson (J. Chem. Phys. 113 (2000) 9901) with the improved tangent; the
climbing image ends on the saddle itself, so that the barrier does not depend on how many images there are.

A place that symmetry holds may be a saddle of its own, and no force says so. Where an image beside an end lies lower,
the hop is between the minima that those images relax into.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import InputError, SimulationError
from ..engine import Engine
from ..engines.checks import check_engine
from ..store import Provenance, Store, recall, result
from ..structures.checks import check_atoms
from ..structures.library import bare
from .interstitials import symmetry
from .relaxation import Progress, answering, asked, load_state, relax, save_state

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["Barrier", "Hop", "barrier", "hops", "largest_climb"]

FLAT = 0.02  # eV: an end may lie so far above the image beside it, as on 0.4 Å of a slope of 0.05 eV/Å


@result
@dataclass(frozen=True)
class Hop:
    """A step of one ion between two sites: where from, where to (Å; it may leave the cell), and how often."""

    start: tuple[float, float, float]
    end: tuple[float, float, float]
    length_A: float
    multiplicity: int  # such steps that lead away from one site
    along: str  # "a", "b", "c" or the direction in fractions of the cell


@result
@dataclass(frozen=True)
class Barrier:
    """A migration path, one of least energy: energies against the first image, and the images.

    `forward_eV` and `backward_eV` are the largest climb from an image to a later one: from the end, unless a deeper
    place lies on the path.
    """

    forward_eV: float
    backward_eV: float
    reaction_eV: float
    path_A: tuple[float, ...]  # length of the path up to each image, all atoms together
    energies_eV: tuple[float, ...]
    hop_A: float  # straight distance between the two places of the ion that moves most
    residual_eV_A: float  # largest force across the path, and along it at the climbing image
    images: tuple[Atoms, ...]
    steps: int
    provenance: Provenance


def hops(
    atoms: Atoms, site: Sequence[float], *, longest: float = 5.0, symprec: float = 0.05, merge: float = 0.3
) -> tuple[Hop, ...]:
    """The distinct steps between the sites that symmetry makes of one, shortest first.

    Args:
        atoms: the framework without the ion.
        site: place of the ion (Å).
        longest: steps longer than this (Å) are left out.
        symprec: tolerance of the space group (Å).

    Errors: `HeterofilmError` where no step is short enough.
    """
    check_atoms(atoms)
    cell = atoms.cell.array
    rotations, translations = symmetry(atoms, symprec)
    home = np.linalg.solve(cell.T, np.asarray(site, float))
    orbit: list[np.ndarray] = []
    for R, t in zip(rotations, translations, strict=True):
        place = (R @ home + t) % 1.0
        apart = [np.linalg.norm(((place - one) - np.round(place - one)) @ cell) for one in orbit]
        if not apart or min(apart) > merge:
            orbit.append(place)
    n = np.ceil(longest / atoms.cell.lengths()).astype(int) + 1
    steps = []
    for place in orbit:
        for shift in np.ndindex(*(2 * n + 1)):
            step = place - home + np.array(shift) - n
            step = np.where(np.abs(step) < 1e-9, 0.0, step)
            length = float(np.linalg.norm(step @ cell))
            if merge < length <= longest:
                steps.append((length, step))
    if not steps:
        raise InputError(f"No two of these sites are nearer than {longest:g} Å: allow a longer step.")
    # operations that leave the site where it is make equal steps of one; so does running a step backwards
    keep = [R for R, t in zip(rotations, translations, strict=True) if _stays(R, t, home, cell, merge)]
    distinct: list[tuple[float, np.ndarray, int]] = []
    for length, step in sorted(steps, key=lambda one: (round(one[0], 3), *(-one[1]))):
        for k, (known, first, count) in enumerate(distinct):
            same = any(np.linalg.norm((R @ first - sign * step) @ cell) < merge for R in keep for sign in (1, -1))
            if abs(known - length) < merge and same:
                distinct[k] = (known, first, count + 1)
                break
        else:
            distinct.append((length, step, 1))
    here = home @ cell
    return tuple(
        Hop(_three(here), _three(here + step @ cell), length, count, _direction(step))
        for length, step, count in distinct
    )


def barrier(
    start: Atoms,
    end: Atoms,
    engine: Engine,
    *,
    images: int = 5,
    fmax: float = 0.05,
    steps: int = 300,
    spring: float = 1.0,
    relax_ends: bool = True,
    tries: int = 3,
    path: Sequence[Atoms] | None = None,
    store: Store | None = None,
    progress: Progress | None = None,
) -> Barrier:
    """The barrier between two arrangements of the same atoms, in the same cell and order.

    Args:
        images: between the ends.
        fmax: largest force (eV/Å) across the band, and along it at the climbing image.
        steps: give up after so many (both stages together); with a store the same call goes on.
        spring: of the band (eV/Å2).
        relax_ends: relax the two ends first, cell held, and take for an end the minimum beside it where it is none.
        tries: bands until both ends are minima.
        path: images to begin with, ends included, in place of an interpolation (image-dependent pair potential).

    Errors: `HeterofilmError` for ends that do not belong together or are the same, and for a band that does not
        converge or whose ends are no minima.
    """
    _check_ends(start, end)
    check_engine(start, engine, "energy", "forces")
    if not 1 <= images <= 31:
        raise InputError(f"A band has between 1 and 31 images between its ends, not {images}.")
    if path is not None and len(path) != images + 2:
        raise InputError(f"The path begun with has {len(path)} images; {images} and two ends are expected.")
    settings = {
        "images": images, "fmax": fmax, "spring": spring, "relax_ends": relax_ends, "climb": True,
        "optimizer": "FIRE", "from": "path" if path is not None else "idpp",
    }  # fmt: skip
    inputs: dict[str, Any] = {"start": start, "end": end}
    if path is not None:
        inputs["path"] = list(path)

    def compute(folder: Path | None, provenance: Callable[[], Provenance]) -> Barrier:
        first, last = start, end
        if relax_ends:
            first, last = (
                relax(one, engine, cell=False, fmax=fmax, steps=steps, store=store, progress=progress).atoms
                for one in (start, end)
            )
            _check_ends(first, last)  # two shallow places may come to rest in one
        kept = load_state(folder, images + 2)
        begun, before, stage = kept or (tuple(path or _interpolated(first, last, images)), 0, 0)
        band = (bare(first), *(bare(one) for one in begun[1:-1]), bare(last))
        residual, done = _converge(band, engine, fmax, spring, steps, (before, stage), folder, progress)
        E = np.array([asked(image, engine)[0] for image in band])
        ends = _minima(band, E)
        if relax_ends and ends != (band[0], band[-1]):
            if tries <= 1:
                raise InputError(
                    f"An end of the hop lies {max(E[0] - E[1], E[-1] - E[-2]):.3f} eV above the image beside it: it is "
                    "no minimum, and the barrier is refused. Begin from the place that the ion falls into."
                )
            return barrier(
                *ends, engine, images=images, fmax=fmax, steps=steps, spring=spring, tries=tries - 1, store=store,
                progress=progress,
            )  # fmt: skip
        moved = np.linalg.norm(band[-1].positions - band[0].positions, axis=1)
        lengths = [np.linalg.norm(b.positions - a.positions) for a, b in pairwise(band)]
        return Barrier(
            forward_eV=largest_climb(E), backward_eV=largest_climb(E[::-1]), reaction_eV=float(E[-1] - E[0]),
            path_A=tuple(float(x) for x in np.concatenate([[0.0], np.cumsum(lengths)])),
            energies_eV=tuple(float(x) for x in E - E[0]), hop_A=float(moved.max()), residual_eV_A=residual,
            images=tuple(bare(image) for image in band), steps=before + done, provenance=provenance(),
        )  # fmt: skip

    return recall(store, "barrier", inputs, engine, settings, compute)


def largest_climb(energies: Sequence[float] | np.ndarray) -> float:
    """The most that is climbed along a path: max over j of E_j - min over i ≤ j of E_i."""
    E = np.asarray(energies, float)
    return float((E - np.minimum.accumulate(E)).max())


def _minima(band: Sequence[Atoms], E: np.ndarray) -> tuple[Atoms, Atoms]:
    """The ends of a band, or in place of one that is no minimum the image beside it."""
    return band[1 if E[1] < E[0] - FLAT else 0], band[-2 if E[-2] < E[-1] - FLAT else -1]


def _converge(
    images: Sequence[Atoms],
    engine: Engine,
    fmax: float,
    spring: float,
    steps: int,
    begun: tuple[int, int],
    folder: Path | None,
    progress: Progress | None,
) -> tuple[float, int]:
    """Relax the band in place, first as it is, then with the top image climbing; residual force and steps."""
    from ase.mep import NEB
    from ase.optimize import FIRE

    for image in images:  # each its own: a calculator remembers the last atoms it was asked about
        image.calc = engine.calculator(image)
    first = asked(images[0], engine)[0]
    asked(images[-1], engine)
    before, stage = begun
    done, residual, converged = 0, np.inf, False
    for climb, aim in ((False, 3.0 * fmax), (True, fmax)):
        if stage and not climb:
            continue
        band = NEB(list(images), k=spring, climb=climb, method="improvedtangent")
        optimizer: Any = FIRE(band, logfile=None, maxstep=0.1)
        with answering(images[0], engine):
            for k, converged in enumerate(optimizer.irun(fmax=aim, steps=max(steps - done, 0))):  # noqa: B007
                residual = float(np.linalg.norm(band.get_forces().reshape(-1, 3), axis=1).max())
                if progress is not None:
                    progress(done + k, f"band {residual:.3f} eV/Å, {max(band.energies) - first:.3f} eV")
                save_state(folder, images, before + done + k, int(climb))
        done += k
    if not converged:
        raise SimulationError(
            f"The band of {images[0].symbols.formula} with {engine.level} stopped after {done} steps at {residual:.3f} "
            f"eV/Å, above {fmax:g}: its barrier is refused; give it more steps, or a better path to begin with."
        )
    return residual, done


def _interpolated(first: Atoms, last: Atoms, images: int) -> list[Atoms]:
    """The image-dependent pair potential's path; a straight one for a single atom, which has no pairs."""
    from ase.mep import NEB

    band = [bare(first) for _ in range(images + 1)] + [bare(last)]
    NEB(band).interpolate("idpp" if len(first) > 1 else "linear", mic=False)
    return band


def _check_ends(start: Atoms, end: Atoms) -> None:
    check_atoms(start, "The start of the hop")
    check_atoms(end, "The end of the hop")
    if len(start) != len(end) or (start.numbers != end.numbers).any():
        raise InputError("Start and end of a hop must hold the same atoms in the same order.")
    if np.abs(start.cell.array - end.cell.array).max() > 1e-6:
        raise InputError("Start and end of a hop must have the same cell; relax one of them with the cell held.")
    if np.linalg.norm(end.positions - start.positions, axis=1).max() < 0.1:
        raise InputError(
            "Start and end of the hop are the same, as given or once relaxed: no atom moves by 0.1 Å. Take another."
        )


def _stays(R: np.ndarray, t: np.ndarray, home: np.ndarray, cell: np.ndarray, merge: float) -> bool:
    apart = R @ home + t - home
    return bool(np.linalg.norm((apart - np.round(apart)) @ cell) < merge)


def _direction(step: np.ndarray) -> str:
    large = np.flatnonzero(np.abs(step) > 1e-3)
    if large.size == 1:
        return "abc"[large[0]]
    return "[" + " ".join(f"{x:.2f}" for x in step) + "]"


def _three(point: np.ndarray) -> tuple[float, float, float]:
    return float(point[0]), float(point[1]), float(point[2])
