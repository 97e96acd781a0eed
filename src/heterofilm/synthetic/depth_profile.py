"""A ToF-SIMS depth profile of a film on platinum on silicon, as SurfaceLab exports it, from a stated truth.

The beam eats into the stack: with c_k(z) the share of layer k at depth z and v_k its sputter rate,

    c_k(z) = Phi((z - z_k)/s_k) - Phi((z - z_k+1)/s_k+1)        dz/dt = sum_k v_k c_k(z)

and each ion counts, per point, a Poisson number about its yield times the share of its layer. In the film, copper's
share falls towards the surface over a stated depth and vanadium takes its place. The drift of the primary current is
one factor for all ions of a point.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..files import atomic

__all__ = ["StackTruth", "random_stack", "write_depth_profile"]

IONS = (  # name, mass (u), layer (0 film, 1 platinum, 2 silicon), counts per point in its layer
    ("H_2Cu+", 64.9452, 0, 2600.0),
    ("O_2V+", 82.9338, 0, 4200.0),
    ("Pt+", 194.9648, 1, 900.0),
    ("Si+", 27.9769, 2, 6500.0),
)
BACKGROUND = 2.0  # counts per point


@dataclass(frozen=True)
class StackTruth:
    """What the profile is made from: thicknesses, rates, blur (16-84 %), and the film's surface.

    `depletion`: share of the copper signal that lacks at the very surface; `enrichment`: of vanadium's that is gained;
    both fall off over `depletion_nm`; `drift`: of the primary current over the whole run, relative.
    """

    film_nm: float = 300.0
    platinum_nm: float = 100.0
    rates_nm_s: tuple[float, float, float] = (0.6, 0.45, 0.5)
    widths_nm: tuple[float, float] = (14.0, 10.0)
    depletion: float = 0.5
    enrichment: float = 0.2
    depletion_nm: float = 12.0
    drift: float = 0.03
    cycle_s: float = 4.0

    def interfaces_nm(self) -> tuple[float, float]:
        return self.film_nm, self.film_nm + self.platinum_nm

    def shares(self, z: NDArray[np.float64]) -> NDArray[np.float64]:
        """Share of each layer at the depths z (nm), shape (3, n)."""
        from scipy.special import ndtr

        below = [ndtr((z - at) / (width / 2)) for at, width in zip(self.interfaces_nm(), self.widths_nm, strict=True)]
        return np.array([1 - below[0], below[0] - below[1], below[1]]).clip(0.0)

    def time(self, z: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sputter time (s) at which the depths z (nm, rising from 0) are reached."""
        fine = np.linspace(0.0, float(z[-1]) + 1e-9, 8001)
        slowness = 1.0 / (np.array(self.rates_nm_s) @ self.shares(fine))
        passed = np.concatenate([[0.0], np.cumsum(np.diff(fine) * (slowness[1:] + slowness[:-1]) / 2)])
        return np.asarray(np.interp(z, fine, passed))


def random_stack(seed: int) -> StackTruth:
    """A stack like the paper's films, its numbers drawn around theirs."""
    draw = np.random.default_rng(seed).uniform
    return StackTruth(
        film_nm=draw(250, 420), platinum_nm=draw(80, 140),
        rates_nm_s=(draw(0.5, 0.8), draw(0.35, 0.55), draw(0.4, 0.6)), widths_nm=(draw(10, 25), draw(8, 20)),
        depletion=draw(0.3, 0.7), enrichment=draw(0.1, 0.3), depletion_nm=draw(8, 18), drift=draw(-0.05, 0.05),
    )  # fmt: skip


def write_depth_profile(path: Path, truth: StackTruth, seed: int = 0) -> Path:
    """Write the profile; the same truth and seed give the same bytes."""
    random = np.random.default_rng(seed)
    depth = np.linspace(0.0, truth.film_nm + truth.platinum_nm + 120.0, 4001)
    elapsed = truth.time(depth)
    times = np.arange(0.0, elapsed[-1], truth.cycle_s)
    z = np.interp(times, elapsed, depth)
    shares = truth.shares(z)
    near = np.exp(-z / truth.depletion_nm)
    current = 1.0 + truth.drift * times / times[-1]
    change = {"H_2Cu+": 1.0 - truth.depletion * near, "O_2V+": 1.0 + truth.enrichment * near}
    counts = []
    for name, _, layer, height in IONS:
        mean = height * shares[layer] * change.get(name, 1.0) * current + BACKGROUND
        counts.append(random.poisson(mean).astype(float))
    total = np.sum(counts, axis=0) * 3.0
    dose = times * 1.2e10
    head = [
        "# Profile Smoothing is Disabled",
        "#\t\t\t\ttotal\t" + "\t".join(name for name, *_ in IONS) + "\t",
        "#\t\t\t\tN/A\t" + "\t".join(f"{mass:.4f}" for _, mass, *_ in IONS) + "\t",
        "#Data Point #\tSputter Time (s)\tDose (ions)\tFluence (ions/cm^2)" + "\tIntensity" * (len(IONS) + 1) + "\t",
    ]
    rows = [
        f"{k + 1}\t{times[k]:g}\t{dose[k]:g}\t{dose[k] / 9e-4:g}\t{total[k]:g}\t"
        + "\t".join(f"{c[k]:g}" for c in counts)
        + "\t"
        for k in range(times.size)
    ]
    stopped = f"{times.size + 1}\t{times[-1] + truth.cycle_s:g}\t0\t0" + "\t0" * (len(IONS) + 1) + "\t"
    text = "\r\n".join([*head, *rows, stopped, ""])
    atomic(path, lambda target: target.write_text(text, encoding="utf-8", newline=""))
    return path
