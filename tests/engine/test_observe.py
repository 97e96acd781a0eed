"""What is seen of a state: losses that add up, and couples that add up."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.engine import observe as columns
from heterofilm.engine.observe import film_potential, observe
from verification.models import CU_NUCLEATING, V2O5_NUCLEATING, Cell, lipon, one_phase, two_phase

MODELS = {
    "one": one_phase(12, 8),
    "one nucleating": one_phase(12, 8, V2O5_NUCLEATING),
    "two": two_phase(10, 5),
    "two nucleating": two_phase(10, 5, domain=CU_NUCLEATING, electrolyte=lipon(8)),
}


@pytest.fixture(scope="module", params=MODELS)
def history(request):
    """A discharge, a rest and a charge with all states: (cell, runs)."""
    cell = Cell(MODELS[request.param])
    return cell, [
        cell.discharge(0.2, 2.2, keep=True),
        cell.rest(600.0, keep=True),
        cell.charge(0.1, 3.6, keep=True),
    ]


def test_losses_add_up(history):
    """Equilibrium minus every loss is the terminal voltage, at every point, to round-off."""
    cell, runs = history
    for run in runs:
        losses, _, _ = observe(run.states, cell.model, cell.lay)
        assert losses[:, 0] - losses[:, 1 : columns.EQUILIBRIUM].sum(axis=1) == pytest.approx(run.V, abs=1e-10)


def test_losses_cost_voltage_on_discharge(history):
    """While current flows outwards every kinetic loss is positive; none is idle."""
    cell, runs = history
    losses, _, _ = observe(runs[0].states, cell.model, cell.lay)
    later = losses[len(losses) // 3 :]
    for column in (columns.TRANSFER, columns.ELECTROLYTE, columns.ANODE, columns.OHMIC, columns.SERIES):
        assert np.all(later[:, column] > 0.0)
    for column in (columns.MATRIX, columns.HYSTERESIS):
        assert later[:, column].mean() > 1e-4


def test_losses_at_rest():
    """Nothing flows, nothing is lost, and the equilibrium is the rest potential."""
    for model in (MODELS["one"], MODELS["two"]):
        for U in (3.6, 3.0, 2.4):
            cell = Cell(model, U)
            row = np.concatenate([cell.y, cell.history.m[1], cell.history.d[1]])
            losses, _, _ = observe(row[None], model, cell.lay)
            assert losses[0, 0] == pytest.approx(U, abs=1e-9)
            assert np.abs(losses[0, 1 : columns.EQUILIBRIUM]).max() < 1e-9
            assert losses[0, columns.EQUILIBRIUM] == pytest.approx(U, abs=1e-9)


def test_hysteresis_at_rest():
    """At rest on the lithiated branch all that is missing is hysteresis."""
    cell = Cell(MODELS["two"], 2.9, 1.0)
    row = np.concatenate([cell.y, cell.history.m[1], cell.history.d[1]])
    losses, _, _ = observe(row[None], cell.model, cell.lay)
    assert losses[0, columns.HYSTERESIS] > 5e-3
    assert losses[0, 0] - losses[0, columns.HYSTERESIS] == pytest.approx(2.9, abs=1e-9)
    assert losses[0, columns.EQUILIBRIUM] == pytest.approx(2.9, abs=1e-9)


def test_couples_add_up_to_the_filling(history):
    """What the couples hold is the filling, but for the background of less than 0.1 %."""
    cell, runs = history
    m, d = cell.model.matrix, cell.model.domain
    J = len(m.couples)
    _, mean, surface = observe(runs[0].states, cell.model, cell.lay)
    for found in (mean, surface):
        assert found[:, 1 : 1 + J].sum(axis=1) == pytest.approx(found[:, 0], abs=1e-3 * m.theta_full)
        if cell.lay.shells:
            assert found[:, 2 + J :].sum(axis=1) == pytest.approx(found[:, 1 + J], abs=1e-3 * d.theta_full)


def test_the_mean_filling_is_the_charge(history):
    """Li seen in the film is Li in the state."""
    cell, runs = history
    _, mean, _ = observe(runs[2].states[-1:], cell.model, cell.lay)
    film, J = cell.model.film, len(cell.model.matrix.couples)
    in_matrix, in_domains = cell.lithium()
    assert 96485.33212 * film.c_m * film.L * mean[0, 0] == pytest.approx(in_matrix, rel=1e-12)
    assert 96485.33212 * film.c_d * film.L * mean[0, 1 + J] == pytest.approx(in_domains, rel=1e-12, abs=1e-12)


def test_the_surface_leads_on_discharge(history):
    """Li comes from the electrolyte: the surface holds more of it than the mean."""
    cell, runs = history
    _, mean, surface = observe(runs[0].states[1:], cell.model, cell.lay)
    assert np.all(surface[:, 0] >= mean[:, 0] - 1e-12)


def test_film_potential():
    """The potential at which the film holds a charge, from any guess."""
    model = MODELS["two"]
    for U in (3.7, 3.0, 2.3):
        cell = Cell(model, U)
        charge = sum(cell.lithium()) / 96485.33212 / model.film.L
        none, all_ = np.zeros(cell.lay.nodes), np.ones(cell.lay.nodes)
        for guess in (1.0, 3.0, 4.5):
            assert film_potential(charge, none, all_, none, all_, guess, model) == pytest.approx(U, abs=1e-9)
