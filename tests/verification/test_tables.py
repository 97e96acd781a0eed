"""Cells that run from tables: the table itself at no rate, an independent model given the same one, and any table."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from heterofilm.cell import Cell as Film
from heterofilm.engine.open_circuit import filling
from heterofilm.engine.parameters import Phase
from heterofilm.simulation.run import simulate

from .models import BRANCHES, Array, Cell, bare, film, one_phase, tabulated, two_phase

WINDOWS = {"LiCoO2-ocv": (3.6, 4.18), "LiMn2O4-ocv": (3.3, 4.3), "LiFePO4-ocv": (2.6, 3.75)}


def cell(phase: str, thickness: str = "300 nm", nodes: int = 24) -> Film:
    low, high = WINDOWS[phase]
    return Film.from_dict(
        {
            "name": "c", "title": "c", "electrolyte": "LiPON", "area": "1 cm2", "series_resistance": "5 ohm cm2",
            "nodes": nodes, "lower_voltage": f"{low} V", "upper_voltage": f"{high} V",
            "film": {"name": "f", "title": "f", "matrix": phase, "thickness": thickness},
        }
    )  # fmt: skip


@pytest.mark.parametrize("name", WINDOWS)
def test_the_table_is_met_at_no_rate(name: str) -> None:
    """At C/1000 the voltage is the table within 1 mV everywhere between the cut-offs, both ways.

    The film is thin and its D the highest of its entry's range, so that diffusion, which in LiFePO4 costs tens of mV
    where the table ends steeply, costs nothing.
    """
    low, high = WINDOWS[name]
    path = f"phases.{name}.D"
    thin = cell(name, "30 nm").replace({path: cell(name).entries.matrix.D.high})
    table = thin.entries.matrix.open_circuit
    assert table is not None
    record = simulate(thin, f"Discharge at C/1000 until {low} V; Charge at C/1000 until {high} V", rtol=1e-5)
    frame = record.frame
    V, theta = frame["voltage_V"].to_numpy(), frame[f"filling_{name}"].to_numpy()
    assert np.abs(V - table.value(theta)).max() < 1e-3
    assert theta.max() - theta.min() > 0.9 * table.theta_full


def test_branches_are_met_at_no_rate() -> None:
    """A discharge follows the discharge branch and a charge the charge branch, once h has followed."""
    run = Cell(bare(BRANCHES, film(30e-9, 8, 18457.0), 1e-15), 3.9)
    for part, h in ((run.discharge, 1.0), (run.charge, -1.0)):
        done = part(1e-4, 2.2 if h > 0.0 else 3.9, keep=True)
        theta = done.states[:, run.lay.theta_m + run.lay.nodes - 1]
        settled = np.abs(theta - theta[0]) > 0.3 * BRANCHES.theta_full
        expected = [filling(V, h, 1.0, BRANCHES)[0] for V in done.V[settled]]
        assert np.abs(theta[settled] - expected).max() < 1e-3


@pytest.mark.parametrize(
    ("name", "start", "current"), [("LiCoO2-ocv", 4.15, 0.5), ("LiMn2O4-ocv", 4.27, 0.5), ("LiFePO4-ocv", 3.55, 0.02)]
)
def test_pybamm_given_the_same_table(name: str, start: float, current: float) -> None:
    """An independent model, mesh and solver with the points of the same table: the same voltage within 1 mV.

    Li is so slow in LiFePO4 that a faster discharge only fills a skin, on which two meshes do not agree.
    """
    pytest.importorskip("pybamm", reason="PyBaMM is not installed (pip install heterofilm[pybamm])")
    from twins import pybamm_twin

    model = cell(name, nodes=120).model
    model = model.replace(film=model.film.replace(c_d=0.0))  # by which the twin knows that there are no domains
    _compare(pybamm_twin, model, start, WINDOWS[name][0] + 0.05, current)


def test_pybamm_given_the_same_branches() -> None:
    """Hysteresis between two branches, on the way from one to the other."""
    pytest.importorskip("pybamm", reason="PyBaMM is not installed (pip install heterofilm[pybamm])")
    from twins import pybamm_twin

    _compare(pybamm_twin, one_phase(80, 40, BRANCHES, stretch=3.0), 3.6, 2.3, 0.05)


def _compare(twins: object, model: object, start: float, stop: float, current: float) -> None:
    theta = float(filling(start, 0.0, 0.0, model.matrix)[0])  # type: ignore[attr-defined]
    nodes = {"nodes_film": 120, "nodes_electrolyte": 60 if model.electrolyte.x.size else 0}  # type: ignore[attr-defined]
    twin = twins.build(model, current=current, theta_m0=theta, stop=stop, **nodes)  # type: ignore[attr-defined]
    solved = twin.solve(1e7, 1e-6, 1e-8, profiles=False)
    assert solved.stopped
    run = Cell(model, start).discharge(current, stop, rtol=1e-6, dV=1e-3)  # type: ignore[arg-type]
    Q = solved.t * current  # at the twin's own points: between them it is known less well
    compared = (1e-3 * Q[-1] < Q) & (0.995 * min(run.Q[-1], Q[-1]) > Q)
    assert compared.sum() > 100
    assert np.abs(np.interp(Q, run.Q, run.V) - solved.V)[compared].max() < 1e-3
    assert run.Q[-1] == pytest.approx(solved.capacity, rel=1e-3)


def any_table(seed: int) -> Phase:
    """Points that crowd, slopes that differ by five orders of magnitude from one to the next, one branch or two."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(8, 120))
    theta = np.concatenate([[0.0], np.cumsum(10.0 ** rng.uniform(-2.0, 0.0, n))])
    theta *= rng.uniform(0.3, 3.0) / theta[-1]

    def falls() -> Array:
        steps = 10.0 ** rng.uniform(-3.0, 0.0, n)
        return 4.0 - np.concatenate([[0.0], np.cumsum(steps)]) * rng.uniform(0.2, 2.0) / steps.sum()

    U = falls()
    return tabulated(theta, U, U + 0.1 * rng.random() * (1.0 + U - U[-1]) if rng.random() < 0.5 else None)


@given(st.integers(0, 2**32 - 1))
@example(1)
def test_any_table_integrates(seed: int) -> None:
    """Discharged, rested and charged between its ends: no step fails, the film gains the charge that has passed."""
    phase = any_table(seed)
    model = two_phase(8, 4, domain=phase) if seed % 3 == 0 else one_phase(10, 6, phase)
    run = Cell(model, 3.99)
    steps = [
        lambda: run.discharge(0.1, 2.3 if run.lay.shells else low(phase), max_steps=5000),
        lambda: run.rest(3600.0, max_steps=5000),
        lambda: run.charge(0.05, 3.95, max_steps=5000),
    ]
    for step in steps:
        before, v = sum(run.lithium()), run.y[run.lay.v]
        done = step()
        gained = sum(run.lithium()) - before
        assert gained == pytest.approx(done.Q[-1] + model.cathode.C * (run.y[run.lay.v] - v), abs=1e-9 * (1.0 + before))


def low(phase: Phase) -> float:
    """A potential just above the least of a table."""
    U = phase.ocv.rows[1:, 1]
    return float(U[-1] + 0.02 * (U[0] - U[-1]))


def test_steps_and_iterations_of_a_table_are_those_of_couples() -> None:
    """A discharge from a table takes no more steps and Newton iterations than one from couples of a like curve."""
    curve = one_phase(24, 24)
    U = np.linspace(3.9, 2.1, 401)
    theta = np.array([filling(u, 0.0, 1.0, curve.matrix)[0] for u in U])
    same = tabulated(theta - theta[0], U).replace(K=0.0)
    couples = Cell(curve.replace(matrix=curve.matrix.replace(K=0.0)), 3.8).discharge(0.1, 2.2)
    table = Cell(curve.replace(matrix=same), 3.8).discharge(0.1, 2.2)
    assert table.Q[-1] == pytest.approx(couples.Q[-1], rel=1e-3)
    for k in (0, 1):  # Newton iterations, steps
        assert table.effort[k] < 1.1 * couples.effort[k]
