"""Fronts between two phases against their sharp-interface limits, and against what must hold on any mesh."""

from __future__ import annotations

import math

import numpy as np
import pytest

from heterofilm.cell.fronts import gradient_energy, nodes, open_circuit, overshoot
from heterofilm.constants import F
from heterofilm.engine.events import CHARGE, DURATION
from heterofilm.engine.parameters import Model
from verification.models import Array, Cell, bare, current, film, flat_gap, held

C = 20000.0  # mol/m3
L = 200e-9
POOR, RICH = 0.1, 0.9  # Li, of the two phases
WIDTH = 8e-9


def slab(gamma: float = 0.02, *, stiffness: float = 20.0, per_width: int = 1, width: float = WIDTH) -> Model:
    """Two phases of nearly fixed composition, dU/dtheta = -``stiffness`` V in both, mobility the same everywhere."""
    return flat_gap(L, per_width * nodes(L, width), POOR, RICH, C, gamma, width, stiffness=stiffness, M=MOBILITY)


MOBILITY = 2e-15  # m2/(V s)


def profile(cell: Cell) -> Array:
    return cell.y[cell.lay.theta_m : cell.lay.theta_m + cell.lay.nodes]


def place(cell: Cell) -> float:
    """Distance (m) of the front from the electrolyte, by the lithium that is in the film."""
    mean = float(cell.model.film.width @ profile(cell)) / L
    return L * (mean - POOR) / (RICH - POOR)


def energy(y: Array, cell: Cell, U_0: float) -> float:
    """Free energy (J/m2) above that of two phases at the plateau U_0: c F int (U_0 - U) dtheta, and of gradients."""
    lay, front, f = cell.lay, cell.model.front, cell.model.film
    theta = y[lay.theta_m : lay.theta_m + lay.nodes]
    grid = np.linspace(-0.05, 1.05, 40001)
    alone = open_circuit(cell.model.matrix, grid) + excess_of(cell.model, grid)
    g = np.concatenate([[0.0], np.cumsum(0.5 * (2 * U_0 - alone[1:] - alone[:-1]) * np.diff(grid))])
    local = np.interp(theta, grid, g - np.interp(POOR, grid, g))
    return F * C * float(f.width @ local + 0.5 * front.G * np.sum(np.diff(theta) ** 2 / np.diff(f.x)))


def excess_of(model: Model, theta: Array) -> Array:
    """What the interface adds to the potential of one phase."""
    rows = model.front.excess.rows
    k = np.searchsorted(rows[1:, 0], theta, side="right")
    t = theta - rows[k, 0]
    return rows[k, 1] + t * (rows[k, 2] + t * (rows[k, 3] + t * rows[k, 4]))


def separated(model: Model, share: float = 0.5) -> Cell:
    """A film of which so much is lithiated, at rest."""
    cell = Cell(model, U=plateau(model) + 0.1)
    cell.pass_charge(0.05, F * C * L * share * (RICH - POOR))
    cell.rest(3e5)
    return cell


def plateau(model: Model) -> float:
    return float(open_circuit(model.matrix, np.array([0.5 * (POOR + RICH)]))[0])


@pytest.mark.parametrize("gamma", [0.005, 0.05])
def test_a_front_at_rest_has_the_width_and_the_energy_that_were_asked_for(gamma: float) -> None:
    """Sine-Gordon: gamma = 2 K d^2/(pi w), w = d/max|dtheta/dx|; on a mesh the steepest slope is a mean over a cell."""
    cell = separated(slab(gamma, per_width=3))
    theta, x = profile(cell), cell.model.film.x
    steepest = np.abs(np.diff(theta) / np.diff(x)).max()
    step = theta.max() - theta.min()
    assert step / steepest == pytest.approx(WIDTH, rel=0.03)
    assert energy(cell.y, cell, plateau(cell.model)) == pytest.approx(gamma, rel=0.03)


def test_two_phases_at_rest_show_their_plateau_wherever_the_front_is() -> None:
    for share in (0.3, 0.7):
        cell = separated(slab(), share)
        U = cell.y[cell.lay.U_m : cell.lay.n_m]
        assert np.ptp(U) < 1e-6
        assert U.mean() == pytest.approx(plateau(cell.model), abs=5e-5)


def test_one_phase_overshoots_to_the_spinodal_before_two_form() -> None:
    """At a rate that leaves the film even, the lowest potential of a discharge is B below the plateau."""
    model = slab(0.03).replace(film=slab(0.03).film)
    B = overshoot(gradient_energy(0.03, WIDTH, RICH - POOR), WIDTH, RICH - POOR, C)
    cell = Cell(model, U=plateau(model) + 0.1)
    run = cell.run(current(2e-5), (CHARGE, F * C * L * 0.35), rtol=1e-4)
    assert plateau(model) - run.V.min() == pytest.approx(B, rel=0.05)
    assert run.V[-1] > plateau(model) - 0.2 * B


def test_a_held_potential_moves_a_front_as_the_root_of_time() -> None:
    """Sharp interface, phases of fixed composition: ds/dt = M dU/(d s), s = sqrt(2 M dU t/d).

    What the lithiated phase takes up beyond its edge, dU/stiffness of d, and the width w of the interface are missing
    from the limit; both fall with their numbers.
    """
    dU = 0.05
    off = []
    for width, stiffness in ((16e-9, 2.0), (4e-9, 8.0)):
        model = slab(0.01 * width / 8e-9, width=width, stiffness=stiffness)
        cell = Cell(model, U=plateau(model) + 0.3)
        cell.run(held(plateau(model) - dU), (DURATION, 1.0), rtol=1e-4)
        began, seen = 0.2 * L, []
        t = 1.0
        while place(cell) < 0.75 * L:
            cell.run(held(plateau(model) - dU), (DURATION, 2.0), rtol=1e-4)
            t += 2.0
            if place(cell) > began:
                seen.append((t, place(cell) ** 2))
        slope = np.polyfit(*np.transpose(seen), 1)[0]
        off.append(slope / (2.0 * MOBILITY * dU / (RICH - POOR)) - 1.0)
    assert abs(off[1]) < 0.03
    assert abs(off[1]) < 0.5 * abs(off[0])


def test_a_steady_current_costs_what_the_lithiated_layer_resists() -> None:
    """Quasi-steady front under a current, phases of fixed composition: U_surface = plateau - i s/(F c M)."""
    i = 0.02
    model = slab(0.01, stiffness=50.0)
    cell = Cell(model, U=plateau(model) + 0.3)
    for share in (0.3, 0.5, 0.7):
        cell.pass_charge(i, F * C * (L * share * (RICH - POOR)) - F * C * L * (place(cell) / L) * (RICH - POOR))
        s = place(cell)
        expected = i * s / (F * C * MOBILITY)
        assert plateau(model) - cell.y[cell.lay.n_m - 1] == pytest.approx(expected, rel=0.05)


def test_lithium_is_kept_and_the_free_energy_falls_at_rest() -> None:
    """From an uneven film within its gap: spinodal decomposition and coarsening, without a current."""
    model = slab(0.01)
    cell = Cell(model, U=plateau(model) + 0.3)
    own = slice(cell.lay.theta_m, cell.lay.theta_m + cell.lay.nodes)
    x = model.film.x / L
    cell.y[own] = 0.5 + 0.02 * np.cos(5.0 * math.pi * x) + 0.01 * np.cos(2.0 * math.pi * x)
    held_before = cell.lithium()[0] - model.cathode.C * cell.y[cell.lay.v]
    run = cell.run(current(0.0), (DURATION, 1e5), rtol=1e-4, keep=True)
    energies = np.array([energy(y, cell, plateau(model)) for y in run.states[1:, : cell.lay.size]])
    # the table of the energy is an integral over a grid
    assert np.all(np.diff(energies) <= 1e-7 * energies[0])
    assert energies[-1] < 0.5 * energies[0]
    held_after = cell.lithium()[0] - model.cathode.C * cell.y[cell.lay.v]
    assert held_after == pytest.approx(held_before, rel=1e-11)


def test_a_cycle_with_holds_keeps_its_lithium() -> None:
    model = slab()
    cell = Cell(model, U=plateau(model) + 0.3)
    before, passed = cell.lithium()[0] - model.cathode.C * cell.y[cell.lay.v], 0.0
    for control, stop in ((current(0.05), 40.0), (held(plateau(model) - 0.1), 500.0), (current(0.0), 1e4)):
        passed += cell.run(control, (DURATION, stop)).Q[-1]
    passed += cell.charge(0.05, plateau(model) + 0.3).Q[-1]
    after = cell.lithium()[0] - model.cathode.C * cell.y[cell.lay.v]
    assert after - before == pytest.approx(passed, abs=1e-9 * F * C * L)


def test_half_the_mesh_moves_the_voltage_by_less_than_a_millivolt() -> None:
    curves = []
    for finer in (1, 3):
        cell = Cell(slab(per_width=finer), U=plateau(slab()) + 0.3)
        run = cell.run(current(0.05), (CHARGE, F * C * L * 0.7), rtol=1e-4)
        inside = (0.25 * run.Q[-1] < run.Q) & (0.95 * run.Q[-1] > run.Q)
        curves.append((run.Q[inside], run.V[inside]))
    there = np.interp(curves[1][0], *curves[0])
    assert np.abs(there - curves[1][1]).max() < 1e-3


def test_without_energy_nothing_is_added() -> None:
    model = bare(slab().matrix, film(L, 12, C), 1e-16)
    assert model.front.G == 0.0 and Cell(model).lay.first_U == 11
