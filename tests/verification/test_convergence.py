"""Orders of convergence on a smooth problem: second in space, second in time."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.engine.bdf import accept, new_trail, step
from heterofilm.engine.events import DURATION
from heterofilm.engine.factors import Factors, new_factors
from heterofilm.engine.integrate import start_slopes
from heterofilm.engine.parameters import Model
from heterofilm.engine.settle import consistent
from heterofilm.engine.state import new_work
from heterofilm.engine.voltage import voltage

from .models import WIDE, Cell, bare, current, film, one_phase, phase, two_phase

SMOOTH_DOMAIN = phase([2.0], [3.0], [8.0])
TWO = two_phase(8, 5, WIDE, SMOOTH_DOMAIN)
MODELS = {"one": one_phase(12, 8, WIDE), "two": TWO.replace(D_d=TWO.D_d.replace(D=TWO.D_d.D * 10.0))}
CURRENT = 0.05  # A/m2


def in_space(nodes: int, shape: str) -> float:
    """Voltage after a given charge on a mesh of ``nodes``."""
    if shape == "film":
        model = bare(WIDE, film(300e-9, nodes, 1e4), 3e-17)
    elif shape == "stretched film":
        model = bare(WIDE, film(300e-9, nodes, 1e4, stretch=5.0), 3e-17)
    elif shape == "electrolyte":
        model = one_phase(5, nodes, WIDE)
    else:
        model = two_phase(5, nodes, WIDE, SMOOTH_DOMAIN)
        model = model.replace(D_d=model.D_d.replace(D=model.D_d.D * 0.1))
    return float(Cell(model, U=3.3).run(current(0.2), (DURATION, 400.0), rtol=1e-8).V[-1])


@pytest.mark.parametrize("shape", ["film", "stretched film", "electrolyte", "domain"])
def test_second_order_in_space(shape):
    """Half the cell width leaves a quarter of the error."""
    V = np.array([in_space(nodes, shape) for nodes in (11, 21, 41, 81)])
    change = np.abs(np.diff(V))
    assert change[-1] > 1e-9
    assert np.log2(change[:-1] / change[1:]) == pytest.approx(2.0, abs=0.3)


def in_time(model: Model, steps: int) -> np.ndarray:
    """State after 600 s in steps of one length, from a state in which the start has died away."""
    cell = Cell(model, U=3.3)
    control = current(CURRENT)
    cell.run(control, (DURATION, 300.0), rtol=1e-9)
    lay, y = cell.lay, cell.y
    work, factors, trail, new = new_work(lay), new_factors(lay, Factors), new_trail(lay), np.zeros(lay.size)
    consistent(y, 0.0, control, model, lay, cell.history, trail.b)
    start_slopes(y, 0.0, control, model, lay, cell.history, work, trail.slopes[0])
    h = 600.0 / steps
    for k in range(steps):
        done = step(y, new, k * h, h, k, trail, 1e-11, control, model, lay, cell.history, work, factors)
        assert done > 0
        accept(y, new, h, trail)
    return np.concatenate([y[lay.theta_m : lay.U_m], [voltage(y, model, lay)]])


@pytest.mark.parametrize("name", MODELS)
def test_second_order_in_time(name):
    """Half the step leaves a quarter of the error, in the fillings as in the voltage."""
    reference = in_time(MODELS[name], 512)
    errors = np.array([np.abs(in_time(MODELS[name], steps) - reference) for steps in (8, 16, 32)])
    for error in (errors[:, :-1].max(axis=1), errors[:, -1]):
        assert error[-1] > 1e-12
        assert np.all(np.log2(error[:-1] / error[1:]) > 1.7)


@pytest.mark.parametrize("name", MODELS)
def test_the_error_follows_the_tolerance(name):
    """A tolerance a hundred times smaller leaves an error at least ten times smaller, and never one far above it."""
    V = {
        r: Cell(MODELS[name], U=3.3).run(current(CURRENT), (DURATION, 900.0), rtol=r).V[-1] for r in (1e-3, 1e-5, 1e-9)
    }
    assert abs(V[1e-3] - V[1e-9]) < 5e-3
    assert abs(V[1e-5] - V[1e-9]) < max(0.1 * abs(V[1e-3] - V[1e-9]), 2e-6)
