"""A stack that is bent: strain of every layer, cracks, the smallest safe radius, and what becomes of the cell.

The layers lie outside (tension) or inside (compression) of the bend. Free strains are

    e* = alpha (T - T_0) + beta theta - sigma_res/M

expansion from the temperature T_0 at which the layers fit, lithiation by the share theta of the discharge, and residual
stress as made (M = E/(1 - nu), biaxial). They are the same in both directions; bending is along one.

What a cell feels of it, through values that it has already:

- its potential moves by dU = (sigma_x + sigma_y) beta/Q_v, the work of stress on the strain of lithiation per charge
  Q_v of the film's volume; the cut-offs are moved by the opposite, which is the same;
- its area is stretched by the strain, its film thinned by as much (no lithium site is made), and both lose the share
  2 w h/s that cracks at a spacing s cut off (w: ``crack_lost_width``);
- its series resistance grows by 1/(1 - c min(1, 2 l/s)) where the collector is torn (c: ``cracked_contact``);
- cracks through the electrolyte leak: G = g/s per area (g: ``crack_leak``).

Fatigue, delamination and buckling under compression are not modelled.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from ..errors import InputError
from ..library.value import Value
from ..units import to_si
from .beam import Beam
from .cracks import channel_onset, flaw_onset, spacing
from .stack import PlacedLayer, Stack

__all__ = ["Bent", "SafeRadius", "bend", "radius_of", "safe_radius", "strain_table"]

Draw = Mapping[str, float]  # SI values in place of those of the library, by "role.key"
WORKING = ("collector", "cathode", "electrolyte")  # layers whose cracks change the cell


@dataclass(frozen=True)
class Strained:
    """One layer in a bent stack; strains are elastic, tension positive."""

    role: str
    low: float  # of its two faces
    high: float
    bending: float  # what bending alone adds, in its middle
    onset: float  # strain at which it cracks or tears; infinite where it does neither
    stress: float  # Pa, in its middle, along the bend
    spacing: float  # m, of cracks; infinite where there are none

    @property
    def cracked(self) -> bool:
        """Whether its largest strain lies beyond its onset."""
        return self.high > self.onset


@dataclass(frozen=True)
class Bent:
    """A stack at one curvature, and what the cell becomes."""

    radius: float  # m; infinite when flat
    outward: bool
    neutral_axis: float  # m above the lower face
    layers: tuple[Strained, ...]
    potential_shift: float  # V
    stretch: float  # of the area, and the inverse of the film's thickness
    lost: float  # share of the active area that cracks cut off
    series_factor: float  # of the series resistance
    leak: float  # S/m2

    def layer(self, role: str) -> Strained:
        """The layer of a role."""
        return next(layer for layer in self.layers if layer.role == role)

    @property
    def broken(self) -> bool:
        """Whether the substrate itself gives way, or no area is left."""
        return self.layers[0].cracked or self.lost >= 1.0


def radius_of(stack: Stack, angle: float) -> float:
    """Radius (m) of the stack's span bent by an angle (rad); infinite at 0.

    Errors: `HeterofilmError` for an angle outside 0 to 2 pi.
    """
    if not 0.0 <= angle <= 2.0 * math.pi:
        raise InputError(f"An angle of bending lies between 0 and 360 degrees, not {math.degrees(angle):g}.")
    return math.inf if angle == 0.0 else stack.entry.span.si / angle


def bend(stack: Stack, radius: float = math.inf, *, outward: bool = True, lithiation: float = 0.0) -> Bent:
    """The stack bent to a radius (m), its layers outside by default, at a share of the discharge.

    Errors: `HeterofilmError` for a radius that is not positive or below the stack's own thickness.
    """
    if not radius > 0.0:
        raise InputError(f"A radius of bending is positive, not {radius:g} m.")
    if radius < stack.thickness:
        raise InputError(
            f"A radius of {1e6 * radius:.3g} um is less than the stack is thick, {1e6 * stack.thickness:.3g} um; beam "
            "theory ends far above it."
        )
    if not 0.0 <= lithiation <= 1.0:
        raise InputError(f"The share of the discharge lies between 0 and 1, not {lithiation:g}.")
    pick = Picker(None)
    beam = _beam(stack, lithiation, pick)
    curvature = (1.0 if outward else -1.0) / radius
    low, high = beam.elastic(curvature)
    stress = beam.stress(curvature)
    flat = beam.strain(beam.middles, 0.0)
    added = beam.strain(beam.middles, curvature) - flat
    Z = stack.entry.crack_driving_force.si
    layers = []
    for k, layer in enumerate(stack.layers):
        onset = _onset(stack, layer, Z, pick)
        largest = float(max(low[k], high[k]))
        layers.append(
            Strained(
                layer.role,
                float(min(low[k], high[k])),
                largest,
                float(added[k]),
                onset,
                float(stress[k]),
                spacing(largest, onset, Z, layer.thickness.si),
            )
        )
    return Bent(radius, outward, beam.neutral_axis, tuple(layers), *_effects(stack, layers, Z))


def _effects(stack: Stack, layers: list[Strained], Z: float) -> tuple[float, float, float, float, float]:
    """Shift of the potential (V), stretch, lost share of the area, factor of the series resistance, leak (S/m2)."""
    by_role = {layer.role: layer for layer in layers}
    film = stack.layer("cathode")
    beta, nu = film.material.lithiation_strain.si, film.material.poisson.si
    bending = film.modulus * by_role["cathode"].bending  # residual stress is in the potential as it was measured
    charge = stack.cell.active_capacity / stack.cell.thickness
    shift = bending * (1.0 + nu) * beta / charge

    lost = 0.0
    width = stack.entry.crack_lost_width.si
    for role in ("cathode", "electrolyte"):
        one = by_role[role]
        if one.cracked:
            lost = max(lost, 2.0 * width * stack.layer(role).thickness.si / one.spacing)

    collector = by_role["collector"]
    series = 1.0
    if collector.cracked:
        near = min(1.0, 2.0 * Z * stack.layer("collector").thickness.si / collector.spacing)
        kept = 1.0 - stack.entry.cracked_contact.si * near
        series = math.inf if kept <= 0.0 else 1.0 / kept
    electrolyte = by_role["electrolyte"]
    leak = stack.entry.crack_leak.si / electrolyte.spacing if electrolyte.cracked else 0.0
    return shift, 1.0 + by_role["cathode"].bending, min(lost, 1.0), series, leak


@dataclass(frozen=True)
class SafeRadius:
    """Smallest radius at which no working layer cracks: at the library's values, and over all ranges (5 to 95 %).

    Draws that are cracked when flat say nothing of bending: their share is ``flat``, and the quantiles are those of
    the others.
    """

    radius: float  # m; infinite where a layer is cracked already when flat
    first: str  # the layer that cracks first
    low: float  # m
    median: float
    high: float
    firsts: Mapping[str, float]  # share of the draws in which a layer is first
    draws: int
    flat: float  # share of the draws that are cracked when flat


def safe_radius(
    stack: Stack, *, outward: bool = True, lithiation: float = 0.0, draws: int = 1000, seed: int = 1
) -> SafeRadius:
    """Smallest safe radius with its uncertainty.

    Every value with a range is drawn, evenly in its number or logarithm, and independently of the others.
    """
    if draws < 2:
        raise InputError(f"An uncertainty needs at least 2 draws, not {draws}.")
    best, first = _critical(stack, outward, lithiation, None)
    rng = np.random.default_rng(seed)
    values = dict(_ranged(stack))
    drawn = {key: value.draw(rng, draws, value.unit) for key, value in values.items()}
    radii, names = np.empty(draws), []
    for n in range(draws):
        draw = {key: to_si(float(numbers[n]), values[key].unit) for key, numbers in drawn.items()}
        radii[n], name = _critical(stack, outward, lithiation, draw)
        names.append(name)
    whole = np.isfinite(radii)
    low, median, high = np.quantile(radii[whole], (0.05, 0.5, 0.95)) if whole.any() else (math.inf,) * 3
    kept = [name for name, ok in zip(names, whole, strict=True) if ok]
    shares = {name: kept.count(name) / len(kept) for name in sorted(set(kept), key=kept.count, reverse=True)}
    return SafeRadius(
        best, first, float(low), float(median), float(high), shares, draws, 1.0 - float(whole.mean())
    )  # fmt: skip


def _critical(stack: Stack, outward: bool, lithiation: float, draw: Draw | None) -> tuple[float, str]:
    """The radius (m) at which the first layer cracks, and that layer; strains are linear in the curvature."""
    pick = Picker(draw)
    beam = _beam(stack, lithiation, pick)
    Z = pick("device.crack_driving_force", stack.entry.crack_driving_force)
    sign = 1.0 if outward else -1.0
    at_rest, by_one = beam.elastic(0.0), beam.elastic(sign)
    worst, name = 0.0, "none"
    for k, layer in enumerate(stack.layers):
        if layer.role not in (*WORKING, "substrate"):
            continue
        onset = _onset(stack, layer, Z, pick)
        for face in (0, 1):
            offset, slope = at_rest[face][k], by_one[face][k] - at_rest[face][k]
            if offset >= onset:
                return math.inf, layer.role
            if slope > 0.0 and slope / (onset - offset) > worst:
                worst, name = float(slope / (onset - offset)), layer.role
    return worst, name


def strain_table(bent: Bent) -> pl.DataFrame:
    """A row per layer: role, strains and onset in %, stress in MPa, spacing of cracks in um, and whether it cracks."""
    return pl.DataFrame(
        [
            {
                "layer": one.role,
                "strain_low_percent": 100.0 * one.low,
                "strain_high_percent": 100.0 * one.high,
                "by_bending_percent": 100.0 * one.bending,
                "onset_percent": 100.0 * one.onset,
                "stress_MPa": 1e-6 * one.stress,
                "crack_spacing_um": 1e6 * one.spacing,
                "cracked": one.cracked,
            }
            for one in bent.layers
        ]
    )


class Picker:
    """A value of the library in SI, or what a draw has in its place."""

    def __init__(self, draw: Draw | None) -> None:
        self._draw = draw or {}

    def __call__(self, key: str, value: Value) -> float:
        return self._draw.get(key, value.si)


def _beam(stack: Stack, lithiation: float, pick: Picker) -> Beam:
    T, T0 = (
        stack.cell.entries.spec.temperature.si,
        pick("device.stress_free_temperature", stack.entry.stress_free_temperature),
    )
    moduli, thicknesses, free = [], [], []
    for layer in stack.layers:
        m, role = layer.material, layer.role
        E, nu = pick(f"{role}.youngs_modulus", m.youngs_modulus), pick(f"{role}.poisson", m.poisson)
        strain = pick(f"{role}.thermal_expansion", m.thermal_expansion) * (T - T0)
        strain -= pick(f"{role}.residual_stress", m.residual_stress) * (1.0 - nu) / E
        if role == "cathode":
            strain += lithiation * pick("cathode.lithiation_strain", m.lithiation_strain)
        moduli.append(E / (1.0 - nu * nu))
        thicknesses.append(pick(f"{role}.thickness", layer.thickness))
        free.append(strain)
    return Beam(np.array(moduli), np.array(thicknesses), np.array(free))


def _onset(stack: Stack, layer: PlacedLayer, Z: float, pick: Picker) -> float:
    m, role = layer.material, layer.role
    if m.toughness is None:
        assert m.failure_strain is not None  # the schema demands one of them
        return pick(f"{role}.failure_strain", m.failure_strain)
    nu = pick(f"{role}.poisson", m.poisson)
    E = pick(f"{role}.youngs_modulus", m.youngs_modulus) / (1.0 - nu * nu)
    K = pick(f"{role}.toughness", m.toughness)
    if role == "substrate":
        return flaw_onset(K, E, pick("device.substrate_flaw", stack.entry.substrate_flaw))
    return channel_onset(K, E, Z, pick(f"{role}.thickness", layer.thickness))


_NOT_OF = {"substrate": ("lithiation_strain", "residual_stress"), "cathode": ()}
"""What is no question of a layer: a substrate is free when the stack is, and only the film takes lithium up."""
_OF_MATERIAL = ("youngs_modulus", "toughness", "failure_strain", "residual_stress", "lithiation_strain")


def _ranged(stack: Stack) -> list[tuple[str, Value]]:
    """What is drawn: values of the layers and the device that have a range."""
    found: list[tuple[str, Value]] = []
    for layer in stack.layers:
        own = [key for key in _OF_MATERIAL if key not in _NOT_OF.get(layer.role, ("lithiation_strain",))]
        keys = [(f"{layer.role}.{key}", getattr(layer.material, key)) for key in own]
        found += [(key, value) for key, value in [*keys, (f"{layer.role}.thickness", layer.thickness)] if value]
    for key in ("crack_driving_force", "substrate_flaw"):
        found.append((f"device.{key}", getattr(stack.entry, key)))
    return [(key, value) for key, value in found if value.low is not None and value.high is not None]
