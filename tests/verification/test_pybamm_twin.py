"""The engine against an independent implementation of the same equations, with PyBaMM's operators and solver."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from heterofilm.engine.msmr import filling
from heterofilm.engine.parameters import Model, Phase

from .models import Cell, Run, one_phase, phase, two_phase

pytest.importorskip("pybamm", reason="PyBaMM is not installed (pip install heterofilm[pybamm])")
from twins import pybamm_twin

U_START = 3.8  # V, both at rest here
CURRENT = 0.05  # A/m2
GENTLE = phase([0.5, 0.5, 1.0], [3.41, 3.21, 2.36], [4.0, 4.0, 4.0], [0.03, 0.03, 0.12])


def at_rest(p: Phase) -> float:
    """Filling of a phase at the start, without hysteresis and nuclei."""
    return float(filling(U_START, 0.0, 0.0, p.couples, p.b, p.U_ref)[0])


def both(model: Model, **mesh: Any) -> tuple[Run, Any]:
    """The same discharge by the engine and by the twin on its own mesh, in tight tolerances."""
    twin = pybamm_twin.build(
        model,
        current=CURRENT,
        theta_m0=at_rest(model.matrix),
        theta_d0=at_rest(model.domain),
        stop=2.15,
        **mesh,
    )
    solved = twin.solve(20_000.0, 1e-6, 1e-8, profiles=False)
    assert solved.stopped
    return Cell(model, U_START).discharge(CURRENT, 2.15, rtol=1e-6, dV=1e-3), solved


def difference(run: Run, twin: Any) -> np.ndarray[Any, Any]:
    """Difference of the voltages (V) at equal charge, from the first to 97 % of the last."""
    Q = np.linspace(1e-3, 0.97, 500) * min(run.Q[-1], twin.capacity)
    return np.abs(np.interp(Q, run.Q, run.V) - np.interp(Q, twin.t * CURRENT, twin.V))


def test_one_phase():
    """V2O5 behind dissociating LiPON: the same voltage within 1 mV at every charge, the same capacity within 0.02 %."""
    run, twin = both(one_phase(120, 80, stretch=3.0), nodes_film=160, nodes_electrolyte=80)
    assert difference(run, twin).max() < 1e-3
    assert run.Q[-1] == pytest.approx(twin.capacity, rel=2e-4)


def test_two_phases():
    """A matrix with domains, all fluxes at work: extrapolated to cells of no width, the same voltage within 1 mV.

    Both are of second order in the width of the cells, on different meshes (nodes on the faces here, cells
    between them there): at 120 nodes they still differ by 3 mV where V falls steeply.
    """
    runs = []
    for nodes, shell_nodes in ((90, 19), (120, 25)):
        model = two_phase(nodes, shell_nodes, matrix=GENTLE, stretch=2.0)
        runs.append(both(model, nodes_film=nodes, shells=shell_nodes - 1))
    Q = np.linspace(1e-3, 0.97, 500) * min(min(run.Q[-1], twin.capacity) for run, twin in runs)
    coarse, fine = (np.interp(Q, run.Q, run.V) - np.interp(Q, twin.t * CURRENT, twin.V) for run, twin in runs)
    assert np.abs(fine).max() < 0.75 * np.abs(coarse).max()  # (90/120)^2 = 0.56
    assert np.abs(fine + (fine - coarse) / ((120 / 90) ** 2 - 1.0)).max() < 1e-3
    run, twin = runs[-1]
    assert np.median(difference(run, twin)) < 3e-4
    assert run.Q[-1] == pytest.approx(twin.capacity, rel=5e-4)


def test_two_phases_with_sharp_fronts():
    """Where the matrix fills in sharp fronts the steep parts lie within 0.1 % of the charge, the rest within mV."""
    run, twin = both(two_phase(120, 13, stretch=5.0), nodes_film=80, shells=16)
    assert run.Q[-1] == pytest.approx(twin.capacity, rel=1e-3)
    assert np.median(difference(run, twin)) < 1e-3
