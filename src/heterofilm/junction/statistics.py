"""How the charge in a solid answers its potential: carriers and ions on a limited number of sites.

Every mobile species k sits on N_k sites per volume, at most one on each. At equilibrium its electrochemical potential
is the same everywhere, so that with v, the potential above that of the neutral bulk in units of kT/q,

    c_k(v) = N_k / (1 + (N_k/c_k0 - 1) exp(z_k v))          site-limited (Fermi-Dirac of one level, lattice gas)
           -> c_k0 exp(-z_k v)                              Boltzmann, for N_k -> infinity

One law serves electrons (z = -1), holes (+1), Li+ (+1) and the ionised part of donors (+1, whose neutral state is
the empty one). What does not move makes the bulk neutral: rho/q = sum_k z_k (c_k(v) - c_k0), zero at v = 0.

Integrated once, p(v) = -kT * integral of rho/q over v is the work stored by the charge, and in a planar half space

    eps E^2/2 = p(v_surface)                                  (first integral of Poisson's equation)

Sources: J. Maier, Physical Chemistry of Ionic Materials (2004), ch. 5; S. M. Sze, Physics of Semiconductor Devices,
ch. 2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..constants import E_CHARGE as Q
from ..constants import EPSILON_0 as EPS0
from ..constants import F, R
from ..errors import InputError

__all__ = ["UNLIMITED", "Solid", "Species", "debye_length", "doped", "thermal_voltage"]

Array = NDArray[Any]

UNLIMITED = 1e60  # sites per m3 that no density reaches: Boltzmann statistics


def thermal_voltage(temperature: float = 298.15) -> float:
    """kT/q in V, temperature in K. Errors: `HeterofilmError` unless it is positive."""
    if not 0.0 < temperature < 1e5:
        raise InputError(f"The temperature must be positive and in K, got {temperature:g}.")
    return R * temperature / F


@dataclass(frozen=True)
class Species:
    """What can move or change its charge: number `z`, density `bulk` where the solid is neutral, `sites`; 1/m3."""

    z: int
    bulk: Any
    sites: Any = UNLIMITED

    @property
    def logit(self) -> Array:
        """ln(c0/(N - c0))."""
        return np.asarray(np.log(self.bulk) - np.log(np.asarray(self.sites) - self.bulk))

    def density(self, v: Any) -> Array:
        """c(v) in 1/m3, v in kT/q above the neutral bulk: any shape that fits `bulk`."""
        return np.asarray(self.sites * _expit(self.logit - self.z * v))

    def work(self, v: Any) -> Array:
        """The part of p(v)/kT of this species (1/m3): N ln[1 + (c0/N)(e^(-z v) - 1)]."""
        return np.asarray(self.sites * np.log1p(self.bulk / np.asarray(self.sites) * np.expm1(-self.z * v)))


@dataclass(frozen=True)
class Solid:
    """One side of a junction, SI. Numbers may be arrays of shape (samples,), all of one length.

    `work_function` in eV; `electrons`, `holes`, `lithium` and the partly ionised `donors` may be absent.
    """

    name: str
    permittivity: Any  # relative
    work_function: Any  # eV
    electrons: Species | None = None
    holes: Species | None = None
    lithium: Species | None = None
    donors: Species | None = None

    @property
    def species(self) -> tuple[Species, ...]:
        """Those that are there."""
        return tuple(s for s in (self.electrons, self.holes, self.lithium, self.donors) if s is not None)

    def charge(self, v: Any) -> tuple[Array, Array]:
        """rho/q and its derivative over v (1/m3, never positive) at v in kT/q above the neutral bulk."""
        rho, slope = np.zeros(()), np.zeros(())
        for s in self.species:
            c = s.density(v)
            rho = rho + s.z * (c - s.bulk)
            slope = slope - s.z**2 * c * (1.0 - c / s.sites)
        return rho, slope

    def work(self, v: Any) -> Array:
        """p(v)/kT in 1/m3: zero at v = 0 and positive elsewhere."""
        return np.asarray(sum(s.work(v) + s.z * s.bulk * v for s in self.species))

    def column(self) -> Solid:
        """The same with every number as a column (samples, 1), to stand beside rows of nodes."""
        return self._each(lambda x: np.atleast_1d(np.asarray(x, float))[:, None])

    def rows(self, chosen: Array) -> Solid:
        """Some samples of a :meth:`column`; a number that all samples share stays."""
        return self._each(lambda x: x if x.shape[0] == 1 else x[chosen])

    def _each(self, change: Callable[[Any], Array]) -> Solid:
        def of(s: Species | None) -> Species | None:
            return None if s is None else Species(s.z, change(s.bulk), change(s.sites))

        mobile = map(of, (self.electrons, self.holes, self.lithium, self.donors))
        return Solid(self.name, change(self.permittivity), change(self.work_function), *mobile)


def doped(
    name: str,
    permittivity: Any,
    work_function: Any,
    *,
    donors: Any = 0.0,
    acceptors: Any = 0.0,
    lithium: Any = 0.0,
    electron_sites: Any = UNLIMITED,
    hole_sites: Any = UNLIMITED,
    lithium_sites: Any = UNLIMITED,
    ionised: float = 1.0,
    intrinsic: Any = 0.0,
) -> Solid:
    """A solid with `donors`, `acceptors` and mobile Li+ (`lithium`), all per m3, neutral at its own work function (eV).

    The carriers follow from n - p = N_D+ - N_A + Li and n p = `intrinsic`^2. `ionised` is the ionised share of the
    donors in the neutral bulk; acceptors are ionised. Numbers or arrays of shape (samples,).

    Errors: `HeterofilmError` for a number out of its range, no carriers at all, or more of a species than sites.
    """
    for what, value, zero in (
        ("The permittivity", permittivity, False), ("The donor density", donors, True),
        ("The acceptor density", acceptors, True), ("The density of mobile Li+", lithium, True),
        ("The density of electron sites", electron_sites, False), ("The density of hole sites", hole_sites, False),
        ("The density of Li sites", lithium_sites, False), ("The intrinsic density", intrinsic, True),
    ):  # fmt: skip
        if not np.all(np.isfinite(value)) or np.any(np.asarray(value) < 0.0) or (not zero and not np.all(value)):
            rule = "zero or positive" if zero else "positive"
            raise InputError(f"{what} of {name} must be {rule}, got {float(np.min(value)):g}.")
    if not 0.0 < ionised <= 1.0:
        raise InputError(f"The ionised share of the donors of {name} must lie in (0, 1], got {ionised:g}.")
    positive = np.asarray(donors) * ionised + lithium
    half = (positive - np.asarray(acceptors)) / 2.0
    root = np.sqrt(half**2 + np.asarray(intrinsic) ** 2)
    n = np.where(half >= 0.0, half + root, np.asarray(intrinsic) ** 2 / np.where(half < 0.0, root - half, 1.0))
    p = np.where(
        half < 0.0,
        root - half,
        np.asarray(intrinsic) ** 2 / np.where(half >= 0.0, np.maximum(half + root, 1e-300), 1.0),
    )
    if np.any(n + p + lithium <= 0.0):
        raise InputError(f"{name} has no charge that could move: give it donors, acceptors or mobile Li+.")
    for what, c, sites in (("electrons", n, electron_sites), ("holes", p, hole_sites), ("Li+", lithium, lithium_sites)):
        if np.any(c >= np.asarray(sites)):
            most, fewest = float(np.max(c)) / 1e6, float(np.min(sites)) / 1e6
            raise InputError(
                f"{name} would hold {most:.3g} cm-3 {what} on {fewest:.3g} cm-3 sites: lower the doping or raise "
                f"the sites."
            )

    def there(z: int, c: Any, sites: Any) -> Species | None:
        return Species(z, np.maximum(c, 1e-200), sites) if np.any(np.asarray(c) > 0.0) else None

    partly = Species(+1, np.asarray(donors) * ionised, donors) if ionised < 1.0 and np.all(donors) else None
    return Solid(name, permittivity, work_function, there(-1, n, electron_sites), there(+1, p, hole_sites),
                 there(+1, lithium, lithium_sites), partly)  # fmt: skip


def debye_length(solid: Solid, temperature: float = 298.15) -> Array:
    """sqrt(eps kT/(q^2 sum z^2 c (1 - c/N))) of the neutral solid in m: how far a small charge is felt."""
    return np.asarray(np.sqrt(EPS0 * solid.permittivity * thermal_voltage(temperature) / (Q * -solid.charge(0.0)[1])))


def _expit(x: Any) -> Array:
    """1/(1 + e^-x) without overflow, exact in relative terms for very negative x."""
    e = np.exp(-np.abs(x))
    return np.asarray(np.where(np.asarray(x) >= 0.0, 1.0, e) / (1.0 + e))
