"""Kernels ready for the tests: those of the package, and the larger laws that tests and pages call by themselves.

``python tests/engine_laws.py``, which ``make pytest`` and ``make docs`` do. Each worker of the tests would translate
the whole engine for the first of these laws that it calls; here it is translated once for all.
"""

from __future__ import annotations

import numpy as np

from heterofilm.engine.build import EVERYTHING, prepare
from heterofilm.engine.factors import Factors, new_factors
from heterofilm.engine.linear import factor, solve
from heterofilm.engine.newton import newton
from heterofilm.engine.rates import rates
from heterofilm.engine.state import new_work
from verification.models import Cell, current
from verification.test_convergence import MODELS, in_time


def compile_all() -> None:
    """Call each once: a step of time, what it is made of, and how it begins."""
    prepare(*EVERYTHING)
    model, control = MODELS["one"], current(0.05)
    in_time(model, 1)
    cell = Cell(model, U=3.3)
    lay, y, history = cell.lay, cell.y, cell.history
    work, factors, known, rest = new_work(lay), new_factors(lay, Factors), np.zeros(lay.size), np.zeros(lay.size)
    rates(y, 0.0, control, model, lay, history, work)
    factor(1.0, y, control, model, lay, work, factors)
    solve(rest, control, model, lay, work, factors)
    newton(y, y.copy(), known, 1.0, 1.0, 1e-6, control, model, lay, history, work, factors, rest)


if __name__ == "__main__":
    compile_all()
