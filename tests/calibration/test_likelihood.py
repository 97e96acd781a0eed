"""The slopes of S against differences of S."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from heterofilm import Cell, Data, simulate
from heterofilm.calibration.likelihood import FAR, Likelihood
from heterofilm.calibration.measured import measured
from heterofilm.calibration.unknown import unknowns

VALUES = {
    "phases.V2O5.D": None, "electrolytes.liquid-1M.cathode_interface.i0": {"prior": (0.4, 0.1)},
    ("phases.V2O5.couples.alpha-epsilon.hysteresis", "phases.V2O5.couples.epsilon-delta.hysteresis"): None,
}  # fmt: skip


@pytest.fixture(scope="module")
def problem() -> Likelihood:
    cell = Cell.load("vo-half")
    text = "Discharge at 20 uA/cm2 for 20 min; Rest for 5 min; Hold at 3.3 V for 5 min"
    record = simulate(cell.replace({"phases.V2O5.D": 4e-13}), text, detail=False, dV=0.05)
    spectrum = simulate(cell, "EIS from 10 kHz to 0.1 Hz", detail=False, start=3.3)
    data = [Data(replace(record, meta={**record.meta, "kind": "measured"})), Data(spectrum, start=3.3)]
    sets = [measured(one, cell, k) for k, one in enumerate(data)]
    return Likelihood(cell, sets, unknowns(cell, VALUES), 1e-7)


def test_slopes(problem: Likelihood) -> None:
    """dr/du of voltages, currents, impedances and priors, chained through logarithms and linked values.

    Differences are of runs with their own steps at a tolerance of 1e-7: to 1 % of the largest.
    """
    u = np.array([0.1, -0.2, 0.3])
    r, J, _ = problem(u)
    assert J.shape == (r.size, 3)
    for k in range(3):
        h = 1e-3 * np.eye(3)[k]
        known = (problem(u + h)[0] - problem(u - h)[0]) / 2e-3
        assert np.abs(known - J[:, k]).max() < 1e-2 * np.abs(known).max(), k


def test_noise_from_the_misfit(problem: Likelihood) -> None:
    """After it is renewed the mean square of each set's residuals is one."""
    u = np.array([0.1, -0.2, 0.3])
    *_, compared = problem(u)
    problem.renew_noise(compared)
    *_, compared = problem(u)
    for what in ("voltage", "current", "impedance"):
        own = np.concatenate([c.residual for c in compared if c.step.what == what])
        assert np.mean(own**2) == pytest.approx(1.0)


def test_what_cannot_be_simulated_is_far_off(problem: Likelihood) -> None:
    """Every number is off by as much as any may be, and the reason is kept."""
    share = Likelihood(problem.cell, problem.data, unknowns(problem.cell, {"phases.V2O5.utilisation": None}), 1e-3)
    r, J, compared = share(np.array([50.0]))
    assert (r == FAR).all() and not J.any() and compared == ()
    assert "utilisation" in share.failure
