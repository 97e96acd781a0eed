"""What limits a discharge: the theoretical capacity split into delivered and unused, by cause.

Each cause is taken away in turn and the discharge is run again. Taken away one after the other, from
the outside of the cell inwards, the gains add up exactly to what was missing; taken away alone, a gain
says what curing just this would bring. The order matters to the first figure, so both are given.

Ageing comes first. What a charge leaves out counts under the causes that end it early; "incomplete charge" is what is
left of it without them, and alone what a full charge would give. Last comes what no slower discharge gives: the cut-off
voltage, the part of the film that a solid electrolyte does not reach, and utilisation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..cell import Cell
from ..engine import events
from ..engine.ageing import aged
from ..engine.equilibrium import rest_state
from ..engine.integrate import Settings
from ..engine.parameters import DU, Electrolyte, H, Model
from ..engine.programme import integrate
from ..engine.state import layout
from ..engine.table import merged
from ..engine.voltage import Control
from ..errors import InputError, SimulationError

FREE = 1e4  # a transport coefficient taken away is multiplied by this


@dataclass(frozen=True)
class Share:
    """One cause of unused capacity (C/m2)."""

    cause: str
    in_order: float  # gain when taken away after all causes above it
    alone: float  # gain when only this is taken away (nan where that means nothing)


def unused_capacity(
    cell: Cell,
    current: float,
    cut_off: float | None = None,
    rtol: float = 1e-3,
    *,
    charged_at: float | None = None,
    health: NDArray[np.float64] | None = None,
) -> list[Share]:
    """Delivered capacity and the causes of what is missing to the theoretical one, from outside inwards.

    ``current`` in A/m2. The first entry is what was delivered, the sum of ``in_order`` is the theoretical
    capacity of the film (C/m2).

    The discharge begins at rest at the upper cut-off, or with ``charged_at`` (A/m2) where a charge after a discharge
    at ``current`` ends there. With ``health`` (active shares of matrix and
    domains, cycles done) the cell is as aged, and "ageing" a cause.
    """
    for one in (current, charged_at):
        if one is not None and not one > 0.0:
            raise InputError(f"The current of a discharge must be positive, got {one:g} A/m2.")
    if cell.entries.anode_film is not None or cell.entries.anode.thickness is not None:
        raise InputError(
            f"The unused capacity of cell '{cell.name}' cannot be split: causes are those of one film against lithium "
            "without end; take a cell whose anode is Li without a thickness."
        )
    stop = cell.window[0] if cut_off is None else cut_off

    def delivered(model: Model, charge: float | None = charged_at) -> float:
        return _discharge(model, current, stop, cell.window[1], rtol, charge)

    fresh = cell.model
    base = fresh if health is None else aged(fresh, health, cell.ageing())
    first = before = delivered(base)
    shares = [Share("delivered", first, float("nan"))]
    if base is not fresh:
        before = delivered(fresh)
        shares.append(Share("ageing", before - first, before - first))
    removed = fresh
    for cause, remove in CAUSES:
        if remove(fresh) is fresh:  # this cell does not have it
            continue
        removed = remove(removed)
        now = delivered(removed)
        shares.append(Share(cause, now - before, delivered(remove(base)) - first))
        before = now
    if charged_at is not None:
        now = delivered(removed, None)
        shares.append(Share("incomplete charge", now - before, delivered(base, None) - first))
        before = now
    active = cell.active_capacity
    shares.append(Share("cut-off voltage", active - before, float("nan")))
    film, liquid = cell.entries.film, cell.entries.electrolyte.kind == "liquid"
    within = active if liquid else active / film.reached_share.si  # were all of the film reached
    if within > active:
        shares.append(Share("film not reached", within - active, float("nan")))
    shares.append(Share("utilisation", cell.theoretical_capacity - within, float("nan")))
    return shares


def _discharge(model: Model, current: float, stop: float, start: float, rtol: float, charge: float | None) -> float:
    """Capacity (C/m2) of a discharge from rest, or of one after that and a charge."""
    lay = layout(model)
    y, history = rest_state(start, 0.0, 0.0, model, lay)
    settings = Settings(rtol=rtol, max_steps=20_000, max_points=100_000)
    steps = [(current, events.VOLTAGE_BELOW, stop)]
    if charge is not None:
        steps += [(-charge, events.VOLTAGE_ABOVE, start), steps[0]]
    passed = 0.0
    for i, kind, limit in steps:
        status, series, _ = integrate(
            y, history, Control(by_i=1.0, at_0=i), np.array([kind]), np.array([limit]), model, lay, settings
        )
        if status < 0:
            way = "discharge" if i > 0.0 else "charge"
            raise SimulationError(f"A {way} at {abs(i):g} A/m2 could not be integrated with a cause taken away.")
        passed = float(series.points[-1, 3])
    return passed


def _no_electrolyte(m: Model) -> Model:
    return m.replace(R_s=0.0, electrolyte=Electrolyte.resistance(0.0))


def _no_anode(m: Model) -> Model:
    return m.replace(anode=m.anode.replace(i0=m.anode.i0 * FREE))


def _no_transfer(m: Model) -> Model:
    return m.replace(cathode=m.cathode.replace(i0=m.cathode.i0 * FREE))


def _no_ohmic(m: Model) -> Model:
    return m.replace(film=m.film.replace(sigma_e=np.inf))


def _no_matrix_diffusion(m: Model) -> Model:
    return m.replace(film=m.film.replace(tau=m.film.tau * FREE, link=m.film.link * FREE))


def _no_exchange(m: Model) -> Model:
    return m.replace(film=m.film.replace(i0_h=m.film.i0_h * FREE)) if m.film.r.size else m


def _no_domain_diffusion(m: Model) -> Model:
    return m.replace(D_d=m.D_d.replace(D=m.D_d.D * FREE, Phi=m.D_d.Phi * FREE)) if m.film.r.size else m


def _no_barrier(m: Model) -> Model:
    return _without_column(m, DU)


def _no_hysteresis(m: Model) -> Model:
    found = _without_column(m, H)
    for name, phase in (("matrix", found.matrix), ("domain", found.domain)):
        if merged(phase.ocv) is not phase.ocv:
            found = found.replace(**{name: phase.replace(ocv=merged(phase.ocv))})
    return found


def _without_column(m: Model, column: int) -> Model:
    """The model with one property of all couples at zero; the same model where it is zero already."""
    if not (m.matrix.couples[:, column].any() or m.domain.couples[:, column].any()):
        return m
    phases = []
    for phase in (m.matrix, m.domain):
        couples = phase.couples.copy()
        couples[:, column] = 0.0
        phases.append(phase.replace(couples=couples))
    return m.replace(matrix=phases[0], domain=phases[1])


CAUSES = (
    ("electrolyte and series resistance", _no_electrolyte),
    ("anode charge transfer", _no_anode),
    ("cathode charge transfer", _no_transfer),
    ("electrons in the film", _no_ohmic),
    ("diffusion in the matrix", _no_matrix_diffusion),
    ("exchange between the phases", _no_exchange),
    ("diffusion in the domains", _no_domain_diffusion),
    ("nucleation of copper", _no_barrier),
    ("hysteresis", _no_hysteresis),
)
