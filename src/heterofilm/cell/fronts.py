"""The interface between two phases of a film, from its energy and width to the law of the engine.

Of a double well that is a sine, W = (B F / 2 pi) d (1 - cos 2 pi s), s = (theta - a)/d over a miscibility gap from a to
b = a + d, the interface is known in closed form (sine-Gordon): with K the energy of a gradient,

    s = (2/pi) atan exp(pi x/w),     gamma = 2 K d^2/(pi w),     B = pi K d/(2 c F w^2)

where w = d/max|dtheta/dx| is its width. So gamma and w give K and B, the potential by which one phase overshoots.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..constants import F
from ..engine.msmr import filling_curve
from ..engine.parameters import U0, Front, Phase
from ..engine.table import BEGIN, FIRST_CURVE, Table, merged
from ..errors import InputError
from ..library import ResolvedCell
from ..library.idle import hinders_front
from .tables import interpolated

PER_WIDTH = 4.0  # nodes over the width of an interface: fewer hold it fast between them
MOST = 2000  # nodes of a film
STRETCH = 30.0  # of its mesh without an interface, and of a domain's: finer where Li enters
POINTS = 401  # of the table over the gap
EDGE = 0.1  # of the gap on both sides, over which the slope of the open-circuit potential dies out
Array = np.ndarray[Any, np.dtype[np.float64]]


def gradient_energy(gamma: float, width: float, step: float) -> float:
    """K (J/m) of an interface of energy ``gamma`` (J/m2) and ``width`` (m) over a ``step`` of the filling."""
    return math.pi * gamma * width / (2.0 * step**2)


def overshoot(K: float, width: float, step: float, c: float) -> float:
    """B (V): the spinodal lies so far from the plateau; ``c`` in formula units (mol/m3)."""
    return math.pi * K * step / (2.0 * c * F * width**2)


def nodes(length: float, width: float) -> int:
    """Nodes of a film that resolve an interface."""
    return math.ceil(PER_WIDTH * length / width) + 1


def excess(phase: Phase, between: tuple[float, float], B: float) -> tuple[Table, float, float]:
    """What the gap adds to the open-circuit potential of the phase, over its filling: to that of one phase alone, and
    to that of two in contact; and the fillings of these two.

    One alone keeps the mean of the phase within the gap and overshoots it by B sin(2 pi s). Two in contact are where
    areas on both sides are equal (Maxwell), from where one reaches that potential to where it leaves it.
    """
    a, b = between
    s = np.linspace(0.0, 1.0, POINTS)
    theta = a + (b - a) * s
    U = open_circuit(phase, theta)
    inside = np.clip(np.minimum(s, 1.0 - s) / EDGE, 0.0, 1.0)
    flat = inside**2 * (3.0 - 2.0 * inside)
    mean = np.average(U, weights=flat)
    one = -flat * (U - mean) - B * np.sin(2.0 * np.pi * s)
    level, reached, left = _level((U + one).real, s)  # told of a front, which it does not move: without slopes
    both = level - U
    table = Table.through(theta, *((E, np.gradient(E, theta, edge_order=2)) for E in (one, both)), ends=False)
    return table, float(theta[reached].real), float(theta[left].real)


def _level(U: Array, s: Array) -> tuple[Array, int, int]:
    """The potential with the level at which areas above and below it are equal, and where it reaches and leaves it."""
    low, high = float(U[s <= 0.5].min()), float(U[s >= 0.5].max())
    found = U
    for _ in range(60):
        level = 0.5 * (low + high)
        reached, left = np.argmax(level >= U), s.size - np.argmax(level <= U[::-1]) - 1
        found = U.copy()
        found[reached : left + 1] = level
        low, high = (level, high) if np.sum(U - found) > 0.0 else (low, level)
    return found, int(reached), int(left)


def open_circuit(phase: Phase, theta: Array) -> Array:
    """Open-circuit potential (V) without hysteresis at fillings (n,)."""
    table = phase.ocv
    if table.rows.size:
        rows = merged(table).rows
        k = np.searchsorted(rows[1:, BEGIN], theta, side="right")
        t, c = theta - rows[k, BEGIN], rows[k, FIRST_CURVE:]
        return np.asarray(c[:, 0] + t * (c[:, 1] + t * (c[:, 2] + t * c[:, 3])))
    own = phase.couples[:, U0]
    U = np.linspace(own.max() + 1.5, own.min() - 1.5, 40001)
    held, _ = filling_curve(U, np.ascontiguousarray(phase.couples), phase.b, phase.U_ref)
    return np.asarray(interpolated(theta, held, U))


def front(phase: Phase, between: tuple[float, float], gamma: float, width: float, c: float, M: Table) -> Front:
    """The law of the engine; ``c`` formula units of the dense phase (mol/m3), ``M`` the mobility over the filling."""
    step = between[1] - between[0]
    K = gradient_energy(gamma, width, step)
    table, poor, rich = excess(phase, between, overshoot(K, width, step, c))
    return Front(G=K / (c * F), excess=table, M=M, poor=poor, rich=rich)


def acting(cell: ResolvedCell) -> bool:
    """Whether the matrix has an interface with an energy; `InputError` where it, or another phase, cannot have one."""
    for phase in (cell.matrix, cell.domain, cell.anode_phase):
        if phase is not None and phase.front is not None and phase.front.acts and (why := hinders_front(cell, phase)):
            raise InputError(
                f"A front in phase '{phase.name}' of cell '{cell.spec.name}' is not modelled, for {why}; set "
                f"phases.{phase.name}.front.interface_energy to 0."
            )
    return cell.matrix.front is not None and cell.matrix.front.acts


def mesh_of(cell: ResolvedCell) -> tuple[int, float]:
    """Nodes of the film, and how much finer they are at the electrolyte: as the cell says, or as an interface needs.

    Errors: `InputError` where an interface is too thin for its film.
    """
    given = cell.spec.nodes
    if not acting(cell):
        return given, STRETCH
    assert cell.matrix.front is not None
    length, width = cell.film.thickness.si.real / _wetted(cell), cell.matrix.front.interface_width
    needed = nodes(length, width.si.real)
    if needed > MOST:
        raise InputError(
            f"An interface of {width} in a film of {cell.film.thickness} needs {needed} nodes, more than {MOST}; "
            f"state a wider one, phases.{cell.matrix.name}.front.interface_width, at the same energy."
        )
    return max(given, needed), 1.0


def of_entry(cell: ResolvedCell, phase: Phase, M: Array) -> Front:
    """The law of the engine for the front that the entry of the matrix states; ``M`` on an even grid of the filling."""
    entry = cell.matrix
    stated = entry.front
    assert stated is not None
    theta = np.linspace(0.0, phase.theta_full, M.size)
    between = stated.lithium_poor.si, stated.lithium_rich.si
    mobility = Table.through(theta, (M, np.gradient(M, theta, edge_order=2)), ends=False)
    c = entry.density.si / entry.molar_mass.si
    found = front(phase, between, stated.interface_energy.si, stated.interface_width.si, c, mobility)
    return found.replace(G=found.G * _wetted(cell) ** 2)  # the slab is so much thinner than the film


def said(cell: ResolvedCell) -> Iterator[str]:
    """What a front means for every result of the cell, in a sentence."""
    if not acting(cell):
        return
    phase, front = cell.matrix, cell.matrix.front
    assert front is not None
    step = front.lithium_rich.si - front.lithium_poor.si
    K = gradient_energy(front.interface_energy.si, front.interface_width.si, step)
    B = overshoot(K, front.interface_width.si, step, phase.density.si / phase.molar_mass.si)
    count, _ = mesh_of(cell)
    law = "" if phase.diffusion_law == "thermodynamic" else ", so that its D is multiplied by the thermodynamic factor"
    yield (
        f"Between {front.lithium_poor.value:g} and {front.lithium_rich.value:g} Li {phase.name} is two phases with an "
        f"interface of {front.interface_energy} and {front.interface_width}, on {count} nodes: one phase alone "
        f"overshoots the plateau by {1e3 * B:.3g} mV, the plateau is flat, and Li moves down its chemical "
        f"potential{law}. Strain between the phases and nuclei are not modelled: a front begins at the electrolyte."
    )


def _wetted(cell: ResolvedCell) -> float:
    return float(cell.film.wetted_area.si.real) if cell.electrolyte.kind == "liquid" else 1.0
