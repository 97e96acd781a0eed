"""States at rest."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.engine.msmr import filling
from heterofilm.engine.rates import rates
from heterofilm.engine.state import new_work
from heterofilm.engine.voltage import voltage
from verification.models import (
    BRANCHES,
    CU_NUCLEATING,
    TABLE,
    V2O5,
    V2O5_NUCLEATING,
    Cell,
    current,
    one_phase,
    two_phase,
)

MODELS = [
    one_phase(9, 5),
    two_phase(9, 4),
    two_phase(9, 4, V2O5_NUCLEATING, CU_NUCLEATING),
    one_phase(9, 5, V2O5_NUCLEATING),
    two_phase(9, 4, BRANCHES, TABLE),
]


@pytest.mark.parametrize("U", [3.8, 3.0, 2.2])
@pytest.mark.parametrize("h", [-1.0, 0.0, 1.0])
@pytest.mark.parametrize("model", MODELS)
def test_nothing_moves_at_rest(model, h, U):
    """One potential of neutral Li everywhere: no flux, no exchange, no residual, and V is that potential.

    Nuclei are all there or none, as the law of their growth has it, so that they stay too.
    """
    cell = Cell(model, U, h, 1.0)
    lay, work = cell.lay, new_work(cell.lay)
    rates(cell.y, 0.0, current(0.0), model, lay, cell.history, work)
    assert np.abs(work.rate).max() < 1e-12
    assert voltage(cell.y, model, lay) == pytest.approx(U, abs=1e-15)


@pytest.mark.parametrize("U", [3.8, 2.9])
def test_the_filling_at_rest(U):
    """Every node holds what MSMR says for this potential and hysteresis."""
    cell = Cell(two_phase(6, 4), U, 0.5)
    expected = filling(U, 0.5, 1.0, V2O5.couples, V2O5.b, V2O5.U_ref)[0]
    assert cell.y[cell.lay.theta_m : cell.lay.U_m] == pytest.approx(expected, rel=1e-14)
    assert np.all(cell.history.m[1] == 0.5) and np.all(cell.history.d[1] == 0.5)


def test_no_nuclei_no_product():
    """Below the potential of the product its couple is empty in a fresh film until nuclei are there."""
    U = 2.7
    none, all_ = (Cell(two_phase(6, 4, domain=CU_NUCLEATING), U, 0.0, n).lithium()[1] for n in (0.0, 1.0))
    assert all_ > 1.1 * none


def test_a_small_current_follows_the_equilibrium():
    """Discharged a thousand times more slowly, the cell delivers what lies between two rest states."""
    model = one_phase(12, 6)
    top, bottom = (Cell(model, U, h).lithium()[0] for U, h in ((3.8, 0.0), (2.6, 1.0)))
    run = Cell(model).discharge(5e-5, 2.6)
    assert run.Q[-1] == pytest.approx(bottom - top, rel=2e-3)
