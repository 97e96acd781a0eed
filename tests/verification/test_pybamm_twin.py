"""The engine against an independent implementation of the same equations, with PyBaMM's operators and solver."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from heterofilm.cell import Cell as Film
from heterofilm.engine.msmr import filling
from heterofilm.engine.parameters import Model, Phase

from .models import Cell, Run, between_films, one_phase, phase, two_phase

pytest.importorskip("pybamm", reason="PyBaMM is not installed (pip install heterofilm[pybamm])")
from twins import pybamm_twin

U_START = 3.8  # V, both at rest here
U_BELOW = 0.75  # V, of a film that is the anode
CURRENT = 0.05  # A/m2
GENTLE = phase([0.5, 0.5, 1.0], [3.41, 3.21, 2.36], [4.0, 4.0, 4.0], [0.03, 0.03, 0.12])


def at_rest(p: Phase) -> float:
    """Filling of a phase at the start, without hysteresis and nuclei."""
    return float(filling(U_START, 0.0, 0.0, p.couples, p.b, p.U_ref)[0])


def both(model: Model, stop: float = 2.15, **mesh: Any) -> tuple[Run, Any]:
    """The same discharge by the engine and by the twin on its own mesh, in tight tolerances."""
    twin = pybamm_twin.build(
        model,
        current=CURRENT,
        theta_m0=at_rest(model.matrix),
        theta_d0=at_rest(model.domain),
        theta_a0=_filled(model.negative.phase) if model.negative.film.x.size else 0.0,
        stop=stop,
        **mesh,
    )
    solved = twin.solve(20_000.0, 1e-6, 1e-8, profiles=False)
    assert solved.stopped
    return Cell(model, U_START, U_a=U_BELOW).discharge(CURRENT, stop, rtol=1e-6, dV=1e-3), solved


def _filled(p: Phase) -> float:
    return float(filling(U_BELOW, 0.0, 1.0, p.couples, p.b, p.U_ref)[0])


def difference(run: Run, twin: Any) -> np.ndarray[Any, Any]:
    """Difference of the voltages (V) at equal charge, from the first to 97 % of the last."""
    Q = np.linspace(1e-3, 0.97, 500) * min(run.Q[-1], twin.capacity)
    return np.abs(np.interp(Q, run.Q, run.V) - np.interp(Q, twin.t * CURRENT, twin.V))


def test_one_phase():
    """V2O5 behind dissociating LiPON: the same voltage within 1 mV at every charge, the same capacity within 0.02 %."""
    run, twin = both(one_phase(120, 80, stretch=3.0), nodes_film=160, nodes_electrolyte=80)
    assert difference(run, twin).max() < 1e-3
    assert run.Q[-1] == pytest.approx(twin.capacity, rel=2e-4)


def test_between_two_films():
    """V2O5 against a second film, without hysteresis there, whose diffusion limits: the same voltage within 1 mV."""
    plain = phase([1.0, 1.0], [1.3, 0.7], [3.0, 2.0], b=2e-4)
    model = between_films(120, 120, plain, D_a=5e-18)
    run, twin = both(model, 0.8, nodes_film=120)
    assert difference(run, twin).max() < 1e-3
    assert run.Q[-1] == pytest.approx(twin.capacity, rel=3e-4)
    assert run.V[0] - run.V[-1] > 2.0


def test_the_papers_heterostructure():
    """VOC1 as the library has it, calibrated, in its half-cell: the same voltage within 1 mV at every charge."""
    mesh = {"cells.voc1-half.nodes": 120, "cells.voc1-half.shells": 60}
    run, twin = both(Film.load("voc1-half", mesh).model, nodes_film=60, shells=40, stretch=1.0)
    off = difference(run, twin)
    assert off.max() < 1e-3
    assert np.median(off) < 1e-4
    assert run.Q[-1] == pytest.approx(twin.capacity, rel=3e-4)


def test_two_phases():
    """A matrix with domains, all fluxes at work: the same voltage within 1 mV at every charge.

    Each on a mesh of its own (nodes on the faces here, cells between them there) that is fine where Li enters: the
    matrix next to the electrolyte, the domains under their surface. Either is within 0.4 mV of its own limit of cells
    of no width; without the fine shells it is 3 mV where V falls steeply.
    """
    run, twin = both(
        two_phase(160, 61, matrix=GENTLE, stretch=2.0, shell_stretch=3.0), nodes_film=120, shells=48, stretch=True
    )
    off = difference(run, twin)
    assert off.max() < 1e-3
    assert np.median(off) < 1e-4
    assert run.Q[-1] == pytest.approx(twin.capacity, rel=3e-4)


def test_the_mesh_of_two_phases_converges():
    """A third of the width of its cells, a ninth of the error: what is left on the mesh above is known."""
    runs = []
    for nodes, shell_nodes in ((54, 21), (160, 61), (478, 181)):
        model = two_phase(nodes, shell_nodes, matrix=GENTLE, stretch=2.0, shell_stretch=3.0)
        runs.append(Cell(model, U_START).discharge(CURRENT, 2.15, rtol=1e-6, dV=1e-3))
    Q = np.linspace(1e-3, 0.97, 500) * min(run.Q[-1] for run in runs)
    coarse, fine, finest = (np.interp(Q, run.Q, run.V) for run in runs)
    assert np.abs(fine - finest).max() < 4e-4
    assert np.abs(fine - finest).max() < 0.2 * np.abs(coarse - finest).max()


def test_two_phases_with_sharp_fronts():
    """Where the matrix fills in sharp fronts the steep parts lie within 0.1 % of the charge, the rest within mV."""
    run, twin = both(two_phase(120, 13, stretch=5.0), nodes_film=80, shells=16)
    assert run.Q[-1] == pytest.approx(twin.capacity, rel=1e-3)
    assert np.median(difference(run, twin)) < 1e-3
