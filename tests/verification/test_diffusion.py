"""Diffusion into the film against closed formulas: constant flux, its limits, a potential step."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.constants import F
from heterofilm.engine.events import DURATION

from .models import LATTICE_GAS, Cell, bare, film, held

L = 300e-9  # m
Q_FULL = 576.0  # C/m2


def utilisation(D: float, i: float, nodes: int = 100, stretch: float = 10.0) -> float:
    """Share of the film filled when its surface is full: one ideal couple, discharged far below it."""
    geometry = film(L, nodes, Q_FULL / (F * L), stretch=stretch)
    return float(Cell(bare(LATTICE_GAS, geometry, D), U=3.5).discharge(i, 2.3, rtol=1e-5).Q[-1]) / Q_FULL


def formula(D: float, i: float) -> float:
    """Root of it/Q + (i L^2/(D Q)) [1/3 - (2/pi^2) sum k^-2 exp(-k^2 pi^2 D t/L^2)] = 1, as it/Q."""
    k = np.arange(1.0, 4000.0)
    low, high = 0.0, 1.0
    for _ in range(60):
        u = 0.5 * (low + high)
        tau = u * Q_FULL / i * D / L**2
        series = 1 / 3 - 2 / np.pi**2 * (np.exp(-(k**2) * np.pi**2 * tau) / k**2).sum()
        low, high = (u, high) if u + i * L**2 / (D * Q_FULL) * series < 1.0 else (low, u)
    return 0.5 * (low + high)


@pytest.mark.parametrize(
    ("D", "i", "known"),
    [
        (3e-17, 0.05, 0.9132),
        (3e-17, 0.2, 0.6532),
        (3e-17, 0.8, 0.1885),
        (1e-16, 0.05, 0.97396),
        (1e-16, 0.2, 0.89583),
        (1e-16, 0.8, 0.58582),
    ],
)
def test_b1_utilisation(D, i, known):
    """B1: constant flux into a slab fills its surface when the series says so; six table values."""
    assert formula(D, i) == pytest.approx(known, rel=2e-4)  # the table itself
    assert utilisation(D, i) == pytest.approx(known, rel=1e-3)


def test_b2_slow_limit():
    """B2: as i -> 0 the unused share is i L^2/(3 D Q)."""
    unused = 0.02 * L**2 / (3 * 1e-16 * Q_FULL)
    assert 1.0 - utilisation(1e-16, 0.02) == pytest.approx(unused, rel=1e-3)


def test_b2_fast_limit():
    """B2: as i grows the share used is pi D Q/(4 i L^2), as in a film without end."""
    assert utilisation(3e-17, 1.6, 200) == pytest.approx(np.pi * 3e-17 * Q_FULL / (4 * 1.6 * L**2), rel=1e-3)


def test_b9_cottrell():
    """B9: after a potential step i = F c sqrt(D/(pi t)), 0.1005 mA/cm2 at 100 s."""
    geometry = film(1.5e-6, 100, 1e6 / 54.18, stretch=30.0)
    run = Cell(bare(LATTICE_GAS, geometry, 1e-16), U=3.6).run(held(2.4), (DURATION, 100.0), rtol=1e-5)
    assert run.i[-1] == pytest.approx(1.005, rel=1e-3)
    for t in (1.0, 10.0):
        expected = F * 1e6 / 54.18 * np.sqrt(1e-16 / (np.pi * t))
        assert np.exp(np.interp(np.log(t), np.log(run.t[1:]), np.log(run.i[1:]))) == pytest.approx(expected, rel=1e-2)
