"""A random two-phase volume: domains of a given size and volume fraction in a matrix, on a periodic voxel grid.

Two families bracket what a film may look like; both have the interface area per volume 6 phi/d of spheres of
diameter d, so that "domain size" means the same in either:

- `packed_spheres`: equal spheres that do not overlap. Placed one after the other they jam at phi = 0.38 (random
  sequential addition); here they are placed at once and pushed apart until none overlaps, which works up to random
  close packing at 0.64 (O'Hern, Silbert, Liu, Nagel, Phys. Rev. E 68 (2003) 011306). The matrix stays connected.
- `levelled_field`: a Gaussian random field g with <g(0) g(r)> = exp(-r^2/l^2), domains where g exceeds a level
  alpha. Both phases percolate between about phi = 0.2 and 0.8: interpenetrating, as after a common crystallisation.
  Exact, with the normal distribution's tail Q: phi = Q(alpha), and by Rice's formula for crossings on a line
      s = (2/pi) exp(-alpha^2/2) sqrt(-g''(0)),   -g''(0) = 2/l^2
  (Berk, Phys. Rev. Lett. 58 (1987) 2718; Teubner, Europhys. Lett. 14 (1991) 403), which sets l from s = 6 phi/d.

SI units; the volume repeats in all three directions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, did_you_mean

__all__ = ["FAMILIES", "Family", "Microstructure", "grow", "levelled_field", "packed_spheres"]

Array = NDArray[Any]
Family = Literal["packed spheres", "levelled field"]

PACKED = 0.60  # largest fraction of packed spheres: close packing is at 0.64, and pushing apart slows down before
DENSE = 0.61  # fraction up to which they are pushed apart as larger spheres
PUSHES = 20_000  # until spheres count as jammed; at 0.60 some hundred are needed
SHAKES = 300  # Monte Carlo moves of every sphere after that; 1000 change the conductivity by 0.5 %
LARGEST = 40_000_000  # voxels: 342 cubed, 1 GB at work


@dataclass(frozen=True)
class Microstructure:
    """A periodic volume of two phases, with or without a layer around the domains.

    - `phases`: shape (n, n, n), 0 matrix, 1 domain, 2 interfacial layer;
    - `voxel`: edge of a voxel, m; `domain_size`: d, m; `family` and `seed`: how to make it again.
    """

    phases: NDArray[np.int8]
    voxel: float
    domain_size: float
    family: str
    seed: int

    @property
    def domains(self) -> NDArray[np.bool_]:
        """Where the domains are, shape (n, n, n)."""
        return np.asarray(self.phases == 1)

    @property
    def edge(self) -> float:
        """Length of the volume, m."""
        return self.voxel * self.phases.shape[0]

    def fraction(self, phase: int = 1) -> float:
        """Volume fraction of a phase: 0 matrix, 1 domains, 2 layer."""
        return float((self.phases == phase).mean())

    def conductivity(self, matrix: float, domain: float, layer: float | None = None) -> NDArray[np.float64]:
        """A property of the phases (S/m, say) in every voxel, shape (n, n, n); the layer is matrix without `layer`."""
        return np.array([matrix, domain, matrix if layer is None else layer], dtype=float)[self.phases]

    def coarser(self, factor: int = 2) -> Microstructure:
        """The same geometry sampled at every `factor`-th voxel, for a study of the resolution.

        Errors: `HeterofilmError` if the factor does not divide the number of voxels along an edge.
        """
        if factor < 1 or self.phases.shape[0] % factor:
            raise InputError(f"A grid of {self.phases.shape[0]} voxels cannot be made coarser {factor} times.")
        return replace(self, phases=self.phases[::factor, ::factor, ::factor].copy(), voxel=self.voxel * factor)

    def with_layer(self, thickness: float) -> Microstructure:
        """The same with an interfacial layer of `thickness` (m) in the matrix around every domain, as phase 2.

        Errors: `HeterofilmError` for a layer thinner than a voxel and a half (which the grid cannot show), or wider
        than half the volume.
        """
        from scipy.ndimage import distance_transform_edt

        voxels = thickness / self.voxel
        if not 1.5 <= voxels <= self.phases.shape[0] / 2:
            raise InputError(
                f"An interfacial layer of {1e9 * thickness:g} nm must be between 1.5 voxels "
                f"({1.5e9 * self.voxel:.3g} nm) and half the volume; refine the grid or choose another thickness."
            )
        pad = int(np.ceil(voxels)) + 1
        away = distance_transform_edt(np.pad(self.phases != 1, pad, mode="wrap"))
        # The surface lies before the nearest centre inside, by a quarter of a voxel on average over its orientations.
        away = away[pad:-pad, pad:-pad, pad:-pad] - 0.25
        return replace(self, phases=np.where(self.phases == 1, 1, 2 * (away <= voxels)).astype(np.int8))


def packed_spheres(
    fraction: float, domain_size: float, *, across: float = 6.0, voxels: int = 10, seed: int = 0
) -> Microstructure:
    """Equal spheres of diameter `domain_size` (m) that do not overlap.

    `across`: edge of the volume in domain sizes (about: a whole number of spheres must fill it to `fraction`);
    `voxels`: along a diameter. Spheres closer than a voxel touch on the grid.

    Errors: `HeterofilmError` for a fraction outside 0 to 0.60, a size that is not positive, or a grid too small or
    too large.
    """
    n = _grid(fraction, domain_size, across, voxels)
    if fraction > PACKED:
        raise InputError(
            f"Equal spheres fill at most {PACKED:g} of a volume at random, got a fraction of {fraction:g}; "
            "use the family 'levelled field' or exchange the phases."
        )
    count = max(1, round(across**3 * fraction * 6.0 / np.pi))
    edge = (count * np.pi / 6.0 / fraction) ** (1.0 / 3.0)  # in diameters
    places = _push_apart(count, edge, np.random.default_rng(seed))
    phases = np.zeros((n, n, n), dtype=np.int8)
    reach = int(np.ceil(0.5 * n / edge)) + 1
    window = np.arange(-reach, reach + 1)
    for place in places * n / edge:
        near = [window + int(x) for x in place]
        x, y, z = ((index + 0.5 - centre) ** 2 for index, centre in zip(near, place, strict=True))
        inside = x[:, None, None] + y[:, None] + z <= (0.5 * n / edge) ** 2
        phases[np.ix_(*(index % n for index in near))] |= inside.astype(np.int8)
    return Microstructure(phases, edge * domain_size / n, domain_size, "packed spheres", seed)


def levelled_field(
    fraction: float, domain_size: float, *, across: float = 6.0, voxels: int = 10, seed: int = 0
) -> Microstructure:
    """Domains where a Gaussian random field exceeds a level, with interface area 6 phi/d for d = `domain_size` (m).

    `across`: edge of the volume in domain sizes; `voxels`: per domain size. The level is set so that the grid holds
    `fraction` to within a voxel.

    Errors: `HeterofilmError` for a fraction outside 0 to 1, a size that is not positive, or a grid too coarse for the
    field or too large.
    """
    from scipy.fft import irfftn, rfftn

    n = _grid(fraction, domain_size, across, voxels)
    length = correlation_length(fraction, 1.0) * n / across  # in voxels
    if length < 1.5:
        raise InputError(
            f"{voxels} voxels per domain are too few for a levelled field at a fraction of {fraction:g}: "
            f"use at least {int(np.ceil(1.5 / length * voxels))}."
        )
    k = 2.0 * np.pi * np.fft.fftfreq(n)
    k2 = k[:, None, None] ** 2 + k[:, None] ** 2 + k[: n // 2 + 1] ** 2
    # the transform of exp(-r^2/l^2) is exp(-k^2 l^2/4), and its root filters white noise
    noise = rfftn(np.random.default_rng(seed).standard_normal((n, n, n)))
    field = irfftn(noise * np.exp(-k2 * length**2 / 8.0), s=(n, n, n))
    kept = round(fraction * n**3)
    level = np.partition(field, n**3 - kept, axis=None)[n**3 - kept]
    return Microstructure(
        (field >= level).astype(np.int8), across * domain_size / n, domain_size, "levelled field", seed
    )


FAMILIES = {"packed spheres": packed_spheres, "levelled field": levelled_field}


def grow(family: str, fraction: float, domain_size: float, **options: Any) -> Microstructure:
    """A microstructure of a family by its name; the rest as in `packed_spheres` and `levelled_field`.

    Errors: `HeterofilmError` for an unknown family, and those of the family.
    """
    if family not in FAMILIES:
        raise InputError(
            f"A microstructure '{family}' is not known.{did_you_mean(family, FAMILIES)} Known are "
            f"{' and '.join(repr(name) for name in FAMILIES)}."
        )
    return FAMILIES[family](fraction, domain_size, **options)


def correlation_length(fraction: float, domain_size: float) -> float:
    """l of the field (same unit as `domain_size`) whose level set at `fraction` has the interface area 6 phi/d."""
    from scipy.special import ndtri

    alpha = -ndtri(fraction)
    return float(2.0 / np.pi * np.exp(-(alpha**2) / 2.0) * np.sqrt(2.0) * domain_size / (6.0 * fraction))


def _grid(fraction: float, domain_size: float, across: float, voxels: int) -> int:
    """Voxels along the edge, even."""
    if not 0.0 < fraction < 1.0:
        raise InputError(f"The volume fraction of the domains must lie between 0 and 1, got {fraction:g}.")
    if not 0.0 < domain_size < float("inf"):
        raise InputError(f"The domain size must be positive, got {domain_size:g} m.")
    if not 2.0 <= across < float("inf"):
        raise InputError(f"The volume must be at least two domains across, got {across:g}.")
    if voxels < 4:
        raise InputError(f"A domain needs at least 4 voxels across, got {voxels}.")
    n = 2 * round(across * voxels / 2)
    if n**3 > LARGEST:
        raise InputError(
            f"{n} voxels along an edge are too many: at most {int(LARGEST ** (1 / 3))}; use fewer voxels per domain or "
            "a smaller volume."
        )
    return n


def _push_apart(count: int, edge: float, random: np.random.Generator) -> Array:
    """Centres of `count` spheres of diameter 1 in a periodic box, none overlapping: shape (count, 3).

    Every pair that overlaps moves apart by its overlap, half each, over and over: steepest descent on the sum of the
    squared overlaps.
    """
    from scipy.spatial import cKDTree

    places = random.uniform(0.0, edge, (count, 3))
    # Apart as far as pushing goes, because spheres that touch hardly move when shaken.
    wanted = min((DENSE * edge**3 / (count * np.pi / 6.0)) ** (1.0 / 3.0), 1.2)
    for _ in range(PUSHES):
        pairs = cKDTree(places, boxsize=edge).query_pairs(wanted, output_type="ndarray")
        apart = places[pairs[:, 0]] - places[pairs[:, 1]]
        apart -= edge * np.round(apart / edge)
        distance = np.linalg.norm(apart, axis=1)
        if not distance.size or distance.min() >= max(1.0, 0.995 * wanted):
            return _shaken(places, edge, random)
        push = apart * (0.5 * (wanted - distance) / np.maximum(distance, 1e-9))[:, None]
        for axis in range(3):
            places[:, axis] += np.bincount(pairs[:, 0], push[:, axis], count)
            places[:, axis] -= np.bincount(pairs[:, 1], push[:, axis], count)
        places %= edge
        places[places >= edge] = 0.0  # -1e-17 % edge is edge
    raise InputError(f"{count} spheres jammed before they came apart; use another seed or a smaller fraction.")


def _shaken(places: Array, edge: float, random: np.random.Generator) -> Array:
    """The same after Monte Carlo moves: pushing apart leaves spheres in contact that at equilibrium are not.

    All spheres try a step at once, and those stay behind that would overlap another before or after its own step.
    """
    from scipy.spatial import cKDTree

    count, step = len(places), 0.1
    for _ in range(SHAKES):
        tried = (places + random.uniform(-step, step, places.shape)) % edge
        tried[tried >= edge] = 0.0
        pairs = cKDTree(np.concatenate([places, tried]), boxsize=edge).query_pairs(1.0, output_type="ndarray")
        clash = pairs[(pairs[:, 1] >= count) & (pairs[:, 1] - pairs[:, 0] != count)]  # not of a sphere with itself
        stays = np.zeros(count, dtype=bool)
        stays[clash[:, 1] - count] = True
        stays[clash[:, 0][clash[:, 0] >= count] - count] = True
        places = np.where(stays[:, None], places, tried)
        step = float(np.clip(step * (1.05 if stays.mean() < 0.5 else 0.95), 1e-4, 0.3))
    return places
