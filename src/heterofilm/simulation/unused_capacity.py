"""What limits a discharge: the theoretical capacity split into delivered and unused, by cause.

Each cause is taken away in turn and the discharge is run again. Taken away one after the other, from
the outside of the cell inwards, the gains add up exactly to what was missing; taken away alone, a gain
says what curing just this would bring. The order matters to the first figure, so both are given.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..cell import Cell
from ..engine import events
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
    """One cause of unused capacity, in C/m2 of electrode."""

    cause: str
    in_order_C_m2: float  # gain when taken away after all causes above it
    alone_C_m2: float  # gain when only this is taken away (nan where that means nothing)


def unused_capacity(cell: Cell, current: float, cut_off: float | None = None, rtol: float = 1e-3) -> list[Share]:
    """Delivered capacity and the causes of what is missing to the theoretical one, from outside inwards.

    ``current`` in A/m2. The first entry is what was delivered, the sum of ``in_order_C_m2`` is the theoretical
    capacity of the film (C/m2).
    """
    if not current > 0.0:
        raise InputError(f"The current of a discharge must be positive, got {current:g} A/m2.")
    if cell.entries.anode_film is not None or cell.entries.anode.thickness is not None:
        raise InputError(
            f"The unused capacity of cell '{cell.name}' cannot be split: causes are those of one film against lithium "
            "without end; take a cell whose anode is Li without a thickness."
        )
    lower, upper = cell.window
    stop = lower if cut_off is None else cut_off
    base = cell.model
    delivered = _discharge(base, current, stop, upper, rtol)
    shares = [Share("delivered", delivered, float("nan"))]
    removed, before = base, delivered
    for cause, remove in CAUSES:
        if remove(base) is base:  # this cell does not have it
            continue
        removed = remove(removed)
        now = _discharge(removed, current, stop, upper, rtol)
        alone = _discharge(remove(base), current, stop, upper, rtol) - delivered
        shares.append(Share(cause, now - before, alone))
        before = now
    active = cell.active_capacity
    shares.append(Share("cut-off voltage", active - before, float("nan")))
    shares.append(Share("utilisation", cell.theoretical_capacity - active, float("nan")))
    return shares


def _discharge(model: Model, current: float, stop: float, start: float, rtol: float) -> float:
    lay = layout(model)
    y, history = rest_state(start, 0.0, 0.0, model, lay)
    settings = Settings(rtol=rtol, max_steps=20_000, max_points=100_000)
    status, series, _ = integrate(
        y, history, Control(by_i=1.0, at_0=current), np.array([events.VOLTAGE_BELOW]), np.array([stop]),
        model, lay, settings,
    )  # fmt: skip
    if status < 0:
        raise SimulationError(f"A discharge at {current:g} A/m2 could not be integrated with a cause taken away.")
    return float(series.points[-1, 3])


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
