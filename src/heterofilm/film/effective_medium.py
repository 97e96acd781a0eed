"""Effective transport of a composite from the transport of its phases and their volume fraction.

Symbols: s_m, s_d of matrix and domains, s of the composite, phi volume fraction of the domains, and
beta = (s_d - s_m)/(s_d + 2 s_m). Any unit, and anything that flows down a gradient: for electrons conductivities (S/m),
for ions permeabilities (`permeability`). Arrays broadcast: ten thousand samples are one call of milliseconds.

Geometry decides which law holds. Below, 100 (law - resolved)/resolved against volumes solved voxel by voxel
(film.conduction; four seeds, errors of the reference itself in benchmarks/effective_medium.md):

    s_d/s_m   law              phi 0.1    0.2    0.3    0.4    0.5   0.58    0.7
    equal spheres that do not overlap ("packed spheres")
    10        Maxwell-Garnett     -0.6   -1.7   -2.9   -4.3   -5.6   -9.3
    10        Torquato            -0.1   -0.2   -0.0   +0.0   -0.0   -3.1
    100       Maxwell-Garnett     -1.6   -3.3   -4.5   -3.0   -0.5    -37   (reference +-10, 26, 31 from 0.4 on)
    100       Torquato            -0.7   -0.0   +2.0   +7.5    +15    -25
    0.1       Maxwell-Garnett     +0.1   +0.4   +0.9   +1.5   +2.5   +4.8
    0.1       Torquato            +0.0   +0.1   +0.2   +0.4   +0.8   +2.7
    interpenetrating ("levelled field")
    10        Bruggeman           -4.3   -6.9   -6.8   -4.3   -1.4   +0.5   +2.2
    100       Bruggeman            -27    -51    -51    -26   -6.8   +0.6   +4.7
    0.1       Bruggeman           +0.6   +1.2   +1.3   +0.7   -1.2   -3.4   -6.7

Hence: separated domains, Maxwell-Garnett to 0.3 and Torquato to 0.6 (at a contrast of 100 to 0.3); interpenetrating
ones, Bruggeman, at a contrast of 100 only from 0.5 on: a levelled field percolates below 0.2, Bruggeman at 1/3. With
the wrong geometry the laws miss by a third at 0.58 and a contrast of 10: a film of unknown geometry lies between
Torquato and Bruggeman, and that is its uncertainty.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..constants import R
from ..errors import InputError

__all__ = [
    "DILUTE", "LAYERED", "PACKED", "bruggeman", "bruggeman_phases", "coated_sphere", "core_shell",
    "effective_diffusivity", "hashin_shtrikman", "maxwell_garnett", "permeability", "resistive_interface",
    "thermodynamic_derivative", "torquato", "wiener",
]  # fmt: skip

Array = NDArray[np.float64]
Law = Callable[[Any, Any, Any], Array]

DILUTE = 0.3  # fraction up to which Maxwell-Garnett holds: see the table above
LAYERED = 0.18  # fraction of domains with their layers up to which core-shell holds within 10 %: see `core_shell`
PACKED = 0.6  # up to which Torquato's expression for packed spheres holds


def maxwell_garnett(matrix: ArrayLike, domain: ArrayLike, fraction: ArrayLike, *, extrapolate: bool = False) -> Array:
    """Separated spheres in a matrix (J. C. Maxwell, A Treatise on Electricity and Magnetism, 1873, art. 314).

        s = s_m (1 + 2 phi beta)/(1 - phi beta)

    Exact to first order in phi, and at every phi for Hashin's assemblage of coated spheres, in which no two domains
    come close: so it is also one of the bounds of `hashin_shtrikman`. `extrapolate` allows fractions above 0.3.

    Errors: `HeterofilmError` for a conductivity that is not positive, a fraction outside 0 to 1, or above 0.3 without
    `extrapolate`.
    """
    s_m, s_d, phi = _two(matrix, domain, fraction)
    if not extrapolate and (phi > DILUTE).any():
        raise InputError(
            f"Maxwell-Garnett holds up to a fraction of {DILUTE:g}, got {phi.max():.3g}; use torquato for separated "
            "domains, bruggeman for interpenetrating ones, or extrapolate=True for the bound that it is."
        )
    # beta written out, so that no difference of nearly equal numbers is left
    above = s_d * (1.0 + 2.0 * phi) + 2.0 * s_m * (1.0 - phi)
    return np.asarray(s_m * above / (s_d * (1.0 - phi) + s_m * (2.0 + phi)))


def torquato(matrix: ArrayLike, domain: ArrayLike, fraction: ArrayLike) -> Array:
    """Equal spheres that do not overlap, at any packing up to 0.6 (S. Torquato, J. Appl. Phys. 58 (1985) 3790).

        s = s_m (1 + 2 phi beta - 2 (1 - phi) zeta beta^2)/(1 - phi beta - 2 (1 - phi) zeta beta^2)
        zeta = 0.21068 phi - 0.04693 phi^2

    zeta, the three-point parameter of packed spheres, is that of C. A. Miller, S. Torquato, J. Appl. Phys. 68 (1990)
    5486. Spheres that nearly touch conduct more at high contrast (see the table).

    Errors: `HeterofilmError` for a conductivity that is not positive, or a fraction outside 0 to 0.6.
    """
    s_m, s_d, phi = _two(matrix, domain, fraction)
    if (phi > PACKED).any():
        raise InputError(
            f"Torquato's expression for packed spheres holds up to a fraction of {PACKED:g}, got {phi.max():.3g}; "
            "use bruggeman."
        )
    beta = (s_d - s_m) / (s_d + 2.0 * s_m)
    third = 2.0 * (1.0 - phi) * (0.21068 * phi - 0.04693 * phi**2) * beta**2
    return np.asarray(s_m * (1.0 + 2.0 * phi * beta - third) / (1.0 - phi * beta - third))


def bruggeman(matrix: ArrayLike, domain: ArrayLike, fraction: ArrayLike) -> Array:
    """Two phases on equal terms, interpenetrating: `bruggeman_phases` of matrix and domains. Percolates at 1/3.

    Errors: `HeterofilmError` for a conductivity that is not positive or a fraction outside 0 to 1.
    """
    s_m, s_d, phi = _two(matrix, domain, fraction)
    return bruggeman_phases(np.stack([s_m, s_d]), np.stack([1.0 - phi, phi]))


def bruggeman_phases(conductivities: ArrayLike, fractions: ArrayLike) -> Array:
    """Any number of phases on equal terms (D. A. G. Bruggeman, Ann. Phys. 416 (1935) 636).

        sum_i phi_i (s_i - s)/(s_i + 2 s) = 0

    Shape (phases, ...) for both, broadcast against each other. The sum falls and is convex in s, so that Newton's
    method from the harmonic mean (a lower bound) rises to the root without overshooting.

    Errors: `HeterofilmError` for conductivities that are not positive, fractions outside 0 to 1 or not adding up to 1.
    """
    s_i, phi = np.broadcast_arrays(_positive(conductivities, "conductivity"), _share(fractions))
    if s_i.ndim < 1 or s_i.shape[0] < 2:
        raise InputError("Bruggeman's law needs at least two phases along the first axis.")
    if not np.allclose(phi.sum(axis=0), 1.0, rtol=0.0, atol=1e-9):
        raise InputError(f"The volume fractions of all phases must add up to 1, got {_odd(phi.sum(axis=0)):g}.")
    s = 1.0 / (phi / s_i).sum(axis=0)
    for _ in range(200):  # each step at least doubles s far from the root: 40 at a contrast of 1e12
        value = (phi * (s_i - s) / (s_i + 2.0 * s)).sum(axis=0)
        step = value / (3.0 * phi * s_i / (s_i + 2.0 * s) ** 2).sum(axis=0)
        s = s + step
        if (np.abs(step) <= 1e-14 * s).all():
            break
    return np.asarray(s)


def hashin_shtrikman(matrix: ArrayLike, domain: ArrayLike, fraction: ArrayLike) -> tuple[Array, Array]:
    """Lowest and highest conductivity of any isotropic mixture of two phases: no geometry leaves this interval.

        s_1 + phi_2/(1/(s_2 - s_1) + phi_1/(3 s_1)),   with each phase as phase 1
        (Z. Hashin, S. Shtrikman, J. Appl. Phys. 33 (1962) 3125)

    Each is Maxwell-Garnett with one of the phases as the matrix.

    Errors: `HeterofilmError` for a conductivity that is not positive or a fraction outside 0 to 1.
    """
    s_m, s_d, phi = _two(matrix, domain, fraction)
    one = maxwell_garnett(s_m, s_d, phi, extrapolate=True)
    other = maxwell_garnett(s_d, s_m, 1.0 - phi, extrapolate=True)
    return np.minimum(one, other), np.maximum(one, other)


def wiener(matrix: ArrayLike, domain: ArrayLike, fraction: ArrayLike) -> tuple[Array, Array]:
    """Layers in series and in parallel: the bounds for any mixture, isotropic or not (O. Wiener, 1912).

        1/(phi_m/s_m + phi_d/s_d)  and  phi_m s_m + phi_d s_d

    Errors: `HeterofilmError` for a conductivity that is not positive or a fraction outside 0 to 1.
    """
    s_m, s_d, phi = _two(matrix, domain, fraction)
    return np.asarray(1.0 / ((1.0 - phi) / s_m + phi / s_d)), np.asarray((1.0 - phi) * s_m + phi * s_d)


def coated_sphere(core: ArrayLike, layer: ArrayLike, diameter: ArrayLike, thickness: ArrayLike) -> tuple[Array, Array]:
    """Conductivity of the uniform sphere that replaces a sphere with a layer, and its volume over that of the core.

        s_c = Maxwell-Garnett of the core in the layer at phi = nu,   nu = (d/(d + 2t))^3

    Exact in a field uniform at infinity, whatever s_core, s_layer and t are (Z. Hashin, J. Appl. Mech. 29 (1962)
    143). `diameter` d of the core, `thickness` t of the layer, both in m or both in nm.

    Errors: `HeterofilmError` for a value that is not positive, or a thickness below 0.
    """
    d, t = _positive(diameter, "domain diameter"), _positive(thickness, "layer thickness", zero=True)
    nu = (d / (d + 2.0 * t)) ** 3
    return maxwell_garnett(layer, core, nu, extrapolate=True), 1.0 / nu


def core_shell(
    matrix: ArrayLike,
    domain: ArrayLike,
    layer: ArrayLike,
    fraction: ArrayLike,
    diameter: ArrayLike,
    thickness: ArrayLike,
    *,
    inward: bool = False,
    extrapolate: bool = False,
) -> Array:
    """Maxwell-Garnett for domains with an interfacial layer of its own conductivity: electrons delocalised there, say.

    Domains of `diameter` d and volume `fraction`; the layer of `thickness` t lies in the matrix around them, or with
    `inward` in the domains' outermost t. The equivalent spheres of `coated_sphere` fill phi (1 + 2t/d)^3 (or phi) of
    the volume.

    Layers of neighbours overlap and make paths, which no equivalent sphere knows of. Against resolved packed spheres
    with t = d/10 and a layer 20 times as good as domains of 10 or 100 times the matrix, this is off by -0.2 % where
    layers and domains fill 0.09, -10 % at 0.17, -30 to -40 % at 0.29, and by a factor of 3 to 18 at 0.52: so 0.18 is
    the limit outward, 0.3 inward, and beyond them film.conduction.resolved is the answer.

    Errors: `HeterofilmError` as for `maxwell_garnett`; for layers that would fill more than the matrix, with
    `extrapolate` or without; or thicker than the domain's radius.
    """
    d, phi = _positive(diameter, "domain diameter"), _share(fraction)
    t = _positive(thickness, "layer thickness", zero=True)
    if inward and (2.0 * t >= d).any():
        raise InputError("A layer inside the domains must be thinner than their radius.")
    sphere, growth = coated_sphere(domain, layer, d - 2.0 * t if inward else d, t)
    outer = phi if inward else phi * growth
    if (outer > 1.0 + 1e-12).any():
        raise InputError(
            f"Domains with their layers would fill {outer.max():.3g} of the volume; use a thinner layer, a smaller "
            "fraction, or inward=True for a layer inside the domains."
        )
    if not (extrapolate or inward) and ((outer > LAYERED) & (t > 0.0)).any():
        raise InputError(
            f"The core-shell law holds while domains with their layers fill up to {LAYERED:g}, got {outer.max():.3g}: "
            "above it layers touch; resolve the microstructure, or use extrapolate=True."
        )
    return maxwell_garnett(matrix, sphere, np.minimum(outer, 1.0), extrapolate=extrapolate)


def resistive_interface(domain: ArrayLike, resistance: ArrayLike, diameter: ArrayLike) -> Array:
    """Conductivity of the uniform sphere that replaces a domain with a resistance (ohm m2) on its surface.

        s_d/(1 + 2 R s_d/d)

    (D. P. H. Hasselman, L. F. Johnson, J. Compos. Mater. 21 (1987) 508), exact like `coated_sphere` and to be passed to
    any law in place of s_d. For permeabilities the resistance of an interface is F R T/i0, J m2 s/mol2, with its
    exchange current density i0 in A/m2.

    Errors: `HeterofilmError` for a value that is not positive, or a resistance below 0.
    """
    s_d, d = _positive(domain, "conductivity"), _positive(diameter, "domain diameter")
    return np.asarray(s_d / (1.0 + 2.0 * _positive(resistance, "interface resistance", zero=True) * s_d / d))


def thermodynamic_derivative(concentration: ArrayLike, factor: ArrayLike, temperature: ArrayLike = 298.15) -> Array:
    """dc/dmu = c/(R T Gamma), mol2/J/m3, from c (mol/m3) and the thermodynamic factor Gamma = dln a/dln c.

    With a titration curve instead, mu = -F U: dc/dmu = -(1/F) dc/dU.

    Errors: `HeterofilmError` for a value that is not positive (a negative factor means unmixing, and no diffusion).
    """
    c, gamma = _positive(concentration, "concentration"), _positive(factor, "thermodynamic factor")
    return np.asarray(c / (R * _positive(temperature, "temperature") * gamma))


def permeability(diffusivity: ArrayLike, dc_dmu: ArrayLike) -> Array:
    """K = D dc/dmu, mol2/J/m/s: the flux of neutral Li per gradient of its chemical potential, N = -K grad mu.

    Two phases in contact share mu and not c, so it is K that composes by these laws, as conductivity does; F^2 K is a
    conductivity in S/m.

    Errors: `HeterofilmError` for a value that is not positive.
    """
    return np.asarray(_positive(diffusivity, "diffusivity") * _positive(dc_dmu, "dc/dmu"))


def effective_diffusivity(
    law: Law,
    matrix: tuple[ArrayLike, ArrayLike],
    domain: tuple[ArrayLike, ArrayLike],
    fraction: ArrayLike,
) -> Array:
    """D of the composite from D (m2/s) and dc/dmu of matrix and domain, each a pair, by a `law` for permeabilities.

        D = K/(dc/dmu),   K = law(K_m, K_d, phi),   dc/dmu = (1 - phi) (dc/dmu)_m + phi (dc/dmu)_d

    It holds while the phases stay in equilibrium with each other, slower processes than diffusion into a domain.

    Errors: `HeterofilmError` for a value that is not positive, and those of the law.
    """
    phi = _share(fraction)
    storage = (1.0 - phi) * _positive(matrix[1], "dc/dmu") + phi * _positive(domain[1], "dc/dmu")
    return np.asarray(law(permeability(*matrix), permeability(*domain), phi) / storage)


def _two(matrix: ArrayLike, domain: ArrayLike, fraction: ArrayLike) -> tuple[Array, Array, Array]:
    s_m, s_d = _positive(matrix, "conductivity"), _positive(domain, "conductivity")
    return tuple(np.broadcast_arrays(s_m, s_d, _share(fraction)))  # type: ignore[return-value]


def _positive(values: ArrayLike, name: str, *, zero: bool = False) -> Array:
    array = np.asarray(values, dtype=float)
    good = np.isfinite(array) & ((array >= 0.0) if zero else (array > 0.0))
    if not good.all():
        raise InputError(f"The {name} must be {'at least zero' if zero else 'positive'}, got {array[~good].flat[0]:g}.")
    return array


def _share(values: ArrayLike) -> Array:
    array = np.asarray(values, dtype=float)
    good = (array >= 0.0) & (array <= 1.0)
    if not good.all():
        raise InputError(f"A volume fraction must lie between 0 and 1, got {array[~good].flat[0]:g}.")
    return array


def _odd(total: Array) -> float:
    """The sum that is furthest from 1."""
    return float(total.flat[np.abs(total - 1.0).argmax()])
