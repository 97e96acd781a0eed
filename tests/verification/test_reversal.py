"""Cycles at constant current in a film that Li does not cross, against the closed solution of reversed currents."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from heterofilm.constants import F
from heterofilm.engine.parameters import Diffusion

from .models import LATTICE_GAS, Cell, bare, film

L = 3e-6  # m, tens of times the depth that Li reaches
Q_FULL = 5760.0  # C/m2
CURRENT, D = 1.6, 3e-17  # A/m2, m2/s
TIMES = 6


def transition_times(count: int) -> list[float]:
    """Times of alternating currents over the first, each until the surface of an endless body is full or empty again.

    With the fluxes +1, -1, +1 ... from t_0, t_1, t_2 ... the surface is at the sum of +-2 sqrt(t - t_k): a root for
    every reversal (cyclic chronopotentiometry): 1, 1/3, 0.588, 0.355, 0.546 ...
    """
    ends = [0.0, 1.0]
    for n in range(1, count):
        jumps = [1.0, *(2.0 * (-1.0) ** k for k in range(1, n + 1))]
        low, high = ends[-1], ends[-1] + 1.0
        for _ in range(80):
            t = 0.5 * (low + high)
            surface = sum(s * np.sqrt(t - start) for s, start in zip(jumps, ends[: n + 1], strict=True))
            early = surface > 0.0 if n % 2 else surface < 1.0
            low, high = (t, high) if early else (low, t)
        ends.append(0.5 * (low + high))
    return list(np.diff(ends))


def charges(law: Diffusion | None = None) -> np.ndarray[Any, Any]:
    """Charge of a discharge, a charge, a discharge ... over that of the first; one ideal couple, far cut-offs."""
    model = bare(LATTICE_GAS, film(L, 160, Q_FULL / (F * L), stretch=30.0), D)
    cell = Cell(model if law is None else model.replace(D_m=law), U=3.5)
    found = [
        (cell.charge(CURRENT, 3.5, rtol=1e-5) if k % 2 else cell.discharge(CURRENT, 2.3, rtol=1e-5)).Q[-1]
        for k in range(TIMES)
    ]
    return np.abs(found) / found[0]


def test_a_charge_at_constant_current_brings_back_a_third():
    """Where the surface alone ends a step, a charge takes 1/3 of a first discharge, the next discharge gives 0.588."""
    known = transition_times(TIMES)
    assert known[1:3] == pytest.approx([1 / 3, 0.588], abs=1e-3)
    assert charges() == pytest.approx(known, rel=5e-3)


@pytest.mark.parametrize("decades", [-2.0, 2.0])
def test_no_trend_of_D_brings_back_the_rest(decades):
    """A D that falls or rises a hundredfold with Li moves the second discharge: below 0.75 of the first it stays."""
    z = np.linspace(0.0, 1.0, 1001)
    values = D * 10.0 ** (decades * (z - 0.5))
    integral = np.concatenate([[0.0], np.cumsum(0.5 * (values[1:] + values[:-1]) * 1e-3)])
    second = charges(Diffusion(D=values, Phi=integral, theta_max=1.0))[2]
    assert second < 0.75
