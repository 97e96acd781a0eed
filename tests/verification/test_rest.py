"""Rest: where the voltage ends, and that the free energy falls on the way."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm import Cell as LibraryCell
from heterofilm import simulate
from heterofilm.constants import F
from heterofilm.engine.events import DURATION
from heterofilm.engine.msmr import potential
from heterofilm.engine.parameters import DU, U0, Model, Phase, W, X

from .models import CU_NUCLEATING, V2O5_NUCLEATING, Array, Cell, current, one_phase, two_phase

WAYS = {
    "vo-half": ("Discharge at 5 uA/cm2 until 2.3 V", "Charge at 5 uA/cm2 until 2.6 V"),
    "voc1-half": ("Discharge at 5 uA/cm2 until 2.4 V", "Charge at 5 uA/cm2 until 2.95 V"),
    "voc2-half": ("Discharge at 3 uA/cm2 until 2.15 V", "Charge at 3 uA/cm2 until 2.95 V"),
    "lco-atfb": ("Discharge at 20 uA/cm2 until 3.85 V", "Charge at 20 uA/cm2 until 4.0 V"),
    "lmo-atfb": ("Discharge at 20 uA/cm2 until 4.0 V", "Charge at 20 uA/cm2 until 4.1 V"),
    "lfp-atfb": ("Discharge at 5 uA/cm2 until 3.3 V", "Charge at 5 uA/cm2 until 3.5 V"),
}


@pytest.mark.parametrize("name", WAYS)
def test_a_rest_ends_at_the_equilibrium(name: str) -> None:
    """After 300 h, V and `equilibrium_V` agree within 0.1 mV, after discharge and after charge."""
    discharge, charge = WAYS[name]
    record = simulate(LibraryCell.load(name), f"{discharge}; Rest for 300 h; {charge}; Rest for 300 h")
    for step in (2, 4):
        last = record.step(step).frame.row(-1, named=True)
        assert last["voltage_V"] == pytest.approx(last["equilibrium_V"], abs=1e-4)
    assert record.step(1).frame["equilibrium_V"][-1] - record.step(1).frame["voltage_V"][-1] > 1e-3


@pytest.mark.parametrize(("gamma", "off"), [(1.0, 1e-4), (10.0, 1e-4), (50.0, 1e-3)])
def test_a_front_rests_at_its_equilibrium(gamma: float, off: float) -> None:
    """With the hysteresis that is left within a front, and, charged, that of one phase, uneven along the film.

    Equal areas are those of the plateau without hysteresis, which bends what an interface of much energy meets.
    """
    cell = LibraryCell.load("vo-half").replace({"phases.V2O5.front.interface_energy": gamma})
    discharge, charge = "Discharge at 5 uA/cm2 until 2.15 V", "Charge at 5 uA/cm2 until 2.6 V"
    record = simulate(cell, f"{discharge}; Rest for 300 h; {charge}; Rest for 300 h")
    for step, within in ((2, off), (4, 1e-5)):
        last = record.step(step).frame.row(-1, named=True)
        assert last["voltage_V"] == pytest.approx(last["equilibrium_V"], abs=within)


def test_copper_keeps_its_nuclei() -> None:
    """VOC2 charged to 2.95 V still holds copper; a rest leaves its nuclei, and the potential that they give it."""
    record = simulate(
        LibraryCell.load("voc2-half"),
        "Discharge at 3 uA/cm2 until 2.15 V; Charge at 3 uA/cm2 until 2.95 V; Rest for 300 h",
    )
    assert record.frame["loss_nucleation_V"].to_numpy()[-50:] == pytest.approx(0.0, abs=1e-3)


def phase_energy(theta: Array, n: Array, p: Phase) -> Array:
    """Free energy (V per formula unit) without hysteresis; -dG/dtheta = U, -dG/dn = X dU (s - s_0)."""
    U = np.array([potential(t, 0.0, m, 3.0, p.couples, p.b, p.U_ref) for t, m in zip(theta, n, strict=True)])
    grand = -0.5 * p.b * (p.U_ref - U) ** 2 - U * theta
    for j in range(len(p.couples)):
        X_j, w, dU = p.couples[j, [X, W, DU]]
        grand -= X_j * w * np.logaddexp(0.0, (p.couples[j, U0] - (1.0 - n) * dU - U) / w)
        grand += X_j * dU * p.s_0 * n
    return grand


def energy(cell: Cell, y: Array) -> float:
    """Free energy of the film (J/m2)."""
    lay, film, N = cell.lay, cell.model.film, cell.lay.nodes
    ones = np.ones(N)
    n_m = y[lay.n_m : lay.y_e] if lay.has_n_m else ones
    G = film.c_m * film.width @ phase_energy(y[lay.theta_m : lay.theta_m + N], n_m, cell.model.matrix)
    if lay.shells:
        n_d = y[lay.n_d : lay.theta_m] if lay.has_n_d else ones
        for k in range(lay.shells):
            of_shell = phase_energy(y[k * N : (k + 1) * N], n_d, cell.model.domain)
            G += film.share[k] * film.c_d * film.width @ of_shell
    return float(F * G)


@pytest.mark.parametrize(
    "model",
    [one_phase(12, 6), one_phase(12, 6, V2O5_NUCLEATING), two_phase(8, 4), two_phase(8, 4, domain=CU_NUCLEATING)],
    ids=["one phase", "one phase nucleating", "two phases", "two phases nucleating"],
)
def test_the_free_energy_falls_at_rest(model: Model) -> None:
    """At a fixed hysteresis (K = 0): diffusion, exchange and nucleation together lower it all the way.

    The double layer gives the film what it holds, C dv^2/2 at most: some 1e-2 J/m2 as it relaxes at first.
    """
    fixed = model.replace(matrix=model.matrix.replace(K=0.0), domain=model.domain.replace(K=0.0))
    cell = Cell(fixed, 3.3)
    cell.discharge(0.3, 2.3)
    cell.run(current(0.0), (DURATION, 100.0))
    states = cell.run(current(0.0), (DURATION, 1e6), rtol=1e-6, keep=True).states
    G = np.array([energy(cell, row[: cell.lay.size]) for row in states])
    scale = G[0] - G[-1]
    assert scale > 0.0
    v = states[:, cell.lay.v]
    layer = cell.model.cathode.C * np.abs(np.diff(v)) * v[:-1]  # charge into the film times its potential
    assert np.all(np.diff(G) <= layer + 1e-5 * scale)


def test_a_closed_loop_yields_no_work() -> None:
    """A nucleating film goes down, up and back to the Li it had, at rest at both ends: work goes in, none comes out."""
    cell = Cell(one_phase(10, 6, V2O5_NUCLEATING), 3.3)
    for _ in range(2):
        down = cell.pass_charge(0.05, 40.0, 1e-5)
        cell.rest(1e6)
        up = cell.pass_charge(-0.05, 40.0, 1e-5)
        cell.rest(1e6)
        assert abs(np.trapezoid(down.V, down.Q)) < abs(np.trapezoid(up.V, up.Q))
