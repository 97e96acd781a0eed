"""The Jacobian times a vector, from the same slopes as its factors."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.engine.equilibrium import rest_state
from heterofilm.engine.factors import Factors, new_factors
from heterofilm.engine.impedance import spectrum
from heterofilm.engine.linear import factor, solve
from heterofilm.engine.rates import rates
from heterofilm.engine.refine import Base
from heterofilm.engine.respond import spectrum_slopes, times
from heterofilm.engine.state import layout, new_work
from heterofilm.engine.twin import Twin, dual
from heterofilm.engine.voltage import Control
from verification.models import one_phase, two_phase

MODELS = {"one phase": one_phase(12, 6), "two phases": two_phase(8, 4)}


@pytest.mark.parametrize("name", MODELS)
def test_the_matrix_that_is_factored_is_the_one_that_multiplies(name: str) -> None:
    """(g M - J) (g M - J)^-1 b = b, row by row, at a state away from equilibrium."""
    model = MODELS[name]
    lay = layout(model)
    y, history = rest_state(3.1, 0.2, 1.0, model, lay)
    rng = np.random.default_rng(3)
    y[: lay.U_d] += 1e-3 * rng.random(lay.U_d)
    y[lay.theta_m : lay.U_m] += 1e-3 * rng.random(lay.nodes)
    work, f, g = new_work(lay), new_factors(lay, Factors), 3.7
    control = Control(by_i=1.0)
    rates(y, 0.0, control, model, lay, history, work)
    factor(g, y, control, model, lay, work, f)
    b = rng.standard_normal(lay.size)
    b[lay.i] = 0.0
    x = b.copy()
    solve(x, control, model, lay, work, f)
    out = np.empty(lay.size)
    times(x, y, model, lay, work, out)
    M = np.ones(lay.size)
    M[lay.U_d : lay.n_d] = M[lay.U_m : lay.n_m] = M[lay.i] = 0.0
    M[lay.v], M[lay.v_a] = model.cathode.C, model.anode.C
    assert g * M * x - out == pytest.approx(b, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", MODELS)
def test_the_impedance_is_that_of_the_contributions(name: str) -> None:
    """Z from the gradient of the voltage is the sum of its parts; without slopes there are none."""
    model = MODELS[name]
    lay = layout(model)
    y, history = rest_state(3.1, 0.0, 1.0, model, lay)
    omega = np.geomspace(1e-2, 1e5, 15)
    Z, by = spectrum_slopes(
        omega, Base(y, history, model, lay), Twin.of_struct(model), dual(y), Twin.of_struct(history)
    )
    assert pytest.approx(spectrum(omega, y, history, model, lay).sum(axis=1), rel=1e-9) == Z
    assert not by.any()
