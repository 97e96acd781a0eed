"""The transposed solution against the structured one, for every shape a cell can have but a front."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.engine.factors import Factors, new_factors
from heterofilm.engine.linear import factor, solve
from heterofilm.engine.rates import rates
from heterofilm.engine.state import new_work
from heterofilm.engine.transposed import solve_transposed
from verification.models import (
    CU_NUCLEATING,
    V2O5_NUCLEATING,
    between_films,
    current,
    lipon,
    one_phase,
    rough_state,
    two_phase,
)

MODELS = {
    "one phase": one_phase(7, 5),
    "one phase nucleating": one_phase(7, 5, V2O5_NUCLEATING),
    "two phases and LiPON": two_phase(5, 3, electrolyte=lipon(6)),
    "both nucleating": two_phase(7, 4, V2O5_NUCLEATING, CU_NUCLEATING),
    "a film as the anode behind LiPON": between_films(7, 6, electrolyte=lipon(6)),
}


@pytest.mark.parametrize("name", MODELS)
def test_it_weighs_a_right_hand_side_as_the_weights_weigh_the_solution(name: str) -> None:
    """c . (A^-1 b) = (A^-T c) . b for any b and c, to what rounding in sums of such terms leaves."""
    model, control = MODELS[name], current(0.05)
    lay, y, history = rough_state(model)
    work, f = new_work(lay), new_factors(lay, Factors)
    rates(y, 0.0, control, model, lay, history, work)
    factor(3.7, y, control, model, lay, work, f)
    rng = np.random.default_rng(5)
    b, c = rng.standard_normal((2, lay.size))
    b[lay.i] = c[lay.i] = 0.0
    x, w = b.copy(), c.copy()
    solve(x, control, model, lay, work, f)
    solve_transposed(w, model, lay, work, f)
    assert abs(c @ x - w @ b) < 1e-10 * max(np.abs(c * x).sum(), np.abs(w * b).sum())
