"""Stacks of ToF-SIMS images, one for each depth, from a stated truth: a film in which copper stands in columns.

The film is eaten through at one rate. Vanadium is everywhere; copper is richer in round columns by `contrast` of its
mean, and lacks near the surface as in the depth profile (`depth_profile.StackTruth`). Each voxel counts a Poisson
number. The files are TIFF with ImageJ's scale, one for an ion.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..files import atomic
from .depth_profile import StackTruth

__all__ = ["IonMapTruth", "random_ion_maps", "write_ion_maps"]

Array = NDArray[Any]
IONS = ("V+", "Cu+")


@dataclass(frozen=True)
class IonMapTruth:
    """What the images show; lengths in nm, `counts` per voxel, `columns` of copper in the picture."""

    stack: StackTruth = field(default_factory=StackTruth)
    depths: int = 24
    pixels: int = 48
    pixel_nm: float = 100.0
    columns: int = 6
    column_nm: float = 800.0
    contrast: float = 0.8
    counts: float = 12.0

    def profile(self, ion: str, z: Array) -> Array:
        """Counts of `ion` over the depths z (nm) within the film, relative to its inside."""
        near = np.exp(-z / self.stack.depletion_nm)
        return np.asarray(1.0 - self.stack.depletion * near if ion == "Cu+" else 1.0 + self.stack.enrichment * near)

    def half_nm(self, ion: str) -> float:
        """The depth above which half of the counts lie."""
        z = np.linspace(0.0, self.stack.film_nm, 20_001)
        passed = np.concatenate([[0.0], np.cumsum(self.profile(ion, 0.5 * (z[1:] + z[:-1])))])
        return float(np.interp(0.5 * passed[-1], passed, z))


def random_ion_maps(seed: int) -> IonMapTruth:
    """Images of a film like the paper's, its numbers drawn around theirs."""
    rng = np.random.default_rng(seed)
    stack = StackTruth(
        film_nm=rng.uniform(250, 420), depletion=rng.uniform(0.3, 0.9), enrichment=rng.uniform(0.1, 0.4),
        depletion_nm=rng.uniform(10, 60),
    )  # fmt: skip
    return IonMapTruth(stack, depths=int(rng.integers(12, 30)), counts=rng.uniform(5, 30))


def write_ion_maps(folder: Path, truth: IonMapTruth, seed: int = 0) -> tuple[tuple[str, Path], ...]:
    """Write one stack for each ion into `folder`; ions and paths. The same truth and seed give the same pictures."""
    import tifffile

    rng = np.random.default_rng(seed)
    n, size = truth.pixels, truth.pixels * truth.pixel_nm
    x, y = np.meshgrid(*(2 * [(np.arange(n) + 0.5) * truth.pixel_nm]))
    columns = np.zeros((n, n))
    for cx, cy in rng.uniform(0.0, size, (truth.columns, 2)):
        columns = np.maximum(columns, np.hypot(x - cx, y - cy) < 0.5 * truth.column_nm)
    sideways = {"V+": np.ones((n, n)), "Cu+": 1.0 + truth.contrast * (columns - columns.mean())}
    per_um = 1e3 / truth.pixel_nm
    written = []
    fine = (np.arange(truth.depths * 20) + 0.5) / (truth.depths * 20) * truth.stack.film_nm
    for ion in IONS:
        downwards = truth.profile(ion, fine).reshape(truth.depths, 20).mean(axis=1)
        counted = rng.poisson(truth.counts * downwards[:, None, None] * sideways[ion]).astype(np.uint16)
        path = folder / f"ions_{ion.removesuffix('+')}.tif"

        def save(target: Path, counted: Array = counted) -> None:
            tifffile.imwrite(target, counted, imagej=True, resolution=(per_um, per_um), metadata={"unit": "um"})

        written.append((ion, atomic(path, save)))
    return tuple(written)
