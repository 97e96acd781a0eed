"""Several guns on one substrate: the flux of formula units from each, scaled from a known rate.

    R = g (J/q) Y M/(rho N_A)

Absolute rates of this model miss by factors (the yield by two, radio-frequency power on an oxide by ten), so a
target states its rate under reference conditions, and the model only says how the rate changes from there::

    flux(P, p, d) = flux_ref  model(P, p, d)/model(P_ref, p_ref, d_ref)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..constants import E_CHARGE, N_A
from ..library.sputtering import Target
from ..library.value import Value
from .plasma import arriving, geometry, ion_current, power_for, sheath_voltage
from .sputter import Surface, formula_yield, mean_atom, threshold

Real = Any  # a float, or an array of draws of it
Pick = Callable[[str, Value, str], Real]  # (dotted path, value, unit) -> number or draws


class Gun(NamedTuple):
    """A target with its plasma, in SI (energies in eV)."""

    surface: Surface
    radius: Real
    n: Real  # V_d ~ P^n
    m: Real  # V_d ~ p^-m
    gamma_se: Real
    p0_d0: Real  # Pa m
    voltage: Real  # of the sheath at the reference
    power: float  # reference
    pressure: float  # reference
    distance: float  # reference
    molar_volume: float  # of the dense target, m3/mol
    flux_ref: Real  # mol of formula units/(m2 s) at the reference


def gun(target: Target, pick: Pick) -> Gun:
    """`target` with its numbers, or draws of them, as `pick` gives them."""
    at = f"targets.{target.name}"
    count, Z, M = mean_atom(target.atoms)
    ref = target.reference

    def own(key: str, unit: str) -> Real:
        return pick(f"{at}.{key}", getattr(target, key), unit)

    surface = Surface(
        Z, M, own("binding_energy", "eV"), own("yield_factor", "1"), own("stopping_factor", "1"),
        own("threshold_exponent", "1"), count,
    )  # fmt: skip
    molar_volume = target.molar_mass / target.density.si
    return Gun(
        surface, own("diameter", "m") / 2.0, own("power_exponent", "1"), own("pressure_exponent", "1"),
        own("secondary_emission", "1"), own("thermalisation", "Pa m"),
        pick(f"{at}.reference.sheath_voltage", ref.sheath_voltage, "V"),
        ref.power.si, ref.pressure.si, ref.distance.si, molar_volume,
        pick(f"{at}.reference.rate", ref.rate, "m/s") / molar_volume,
    )  # fmt: skip


def ion_energy(gun: Gun, power: Real, pressure: Real) -> Real:
    """E = e V_d (eV)."""
    return sheath_voltage(power, pressure, gun.voltage, gun.power, gun.pressure, gun.n, gun.m)


def threshold_power(gun: Gun, pressure: Real) -> Real:
    """The power (W) at which the ions reach the sputter threshold."""
    return power_for(threshold(gun.surface), pressure, gun.voltage, gun.power, gun.pressure, gun.n, gun.m)


def model_flux(gun: Gun, power: Real, pressure: Real, distance: Real) -> Real:
    """Flux of formula units at the substrate from the model alone, mol/(m2 s)."""
    E = ion_energy(gun, power, pressure)
    ions = ion_current(power, E, gun.gamma_se) / E_CHARGE
    through = geometry(distance, gun.radius) * arriving(pressure, distance, gun.p0_d0)
    return ions * formula_yield(E, gun.surface) * through / N_A


def flux(gun: Gun, power: Real, pressure: Real, distance: Real) -> Real:
    """Flux of formula units at the substrate, scaled from the known rate, mol/(m2 s); zero below the threshold."""
    reference = model_flux(gun, gun.power, gun.pressure, gun.distance)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = model_flux(gun, power, pressure, distance) / reference
    return gun.flux_ref * relative
