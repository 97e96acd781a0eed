"""Voltammetry on the film model: Randles-Sevcik where diffusion has no end, a thin layer where it has none."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.constants import F
from heterofilm.engine.events import DURATION
from heterofilm.engine.voltage import Control

from .models import LATTICE_GAS, RT_F, Array, Cell, bare, film

C_LI = 1e6 / 54.18  # mol/m3, one Li per V2O5


def sweep(cell: Cell, start: float, end: float, rate: float) -> tuple[Array, Array]:
    """Voltage and current (A/m2) of one sweep."""
    slope = rate if end > start else -rate
    done = cell.run(Control(by_V=1.0, at_0=start, slope=slope), (DURATION, abs(end - start) / rate), rtol=1e-6)
    return done.V, done.i


def test_b10_randles_sevcik() -> None:
    """i_p = 0.4463 F c sqrt(F v D/RT) into a film far thicker than the diffusion layer: 0.1568 mA/cm2 at 1 mV/s."""
    D, v = 1e-16, 1e-3
    cell = Cell(bare(LATTICE_GAS, film(4e-6, 300, C_LI, stretch=6.0), D), U=3.45)
    V, i = sweep(cell, 3.45, 2.75, v)
    assert i.max() == pytest.approx(0.4463 * F * C_LI * np.sqrt(v * D / RT_F), rel=2e-3)
    assert i.max() == pytest.approx(1.568, rel=3e-3)  # A/m2
    # the peak lies 1.109 RT/F beyond U0 (R. S. Nicholson, I. Shain, Anal. Chem. 36, 706 (1964))
    assert V[i.argmax()] == pytest.approx(3.0 - 1.109 * RT_F, abs=2e-3)


def test_b11_thin_layer() -> None:
    """i_p = F v Q/4RT at U0, 3.53 RT/F wide, where diffusion keeps pace: 0.5605 mA/cm2 for 57.6 mC/cm2."""
    Q, L, v = 576.0, 300e-9, 1e-3
    cell = Cell(bare(LATTICE_GAS, film(L, 20, Q / (F * L)), 1e-11), U=3.45)
    V, i = sweep(cell, 3.45, 2.55, v)
    assert i.max() == pytest.approx(v * Q / (4.0 * RT_F), rel=1e-3)
    assert i.max() == pytest.approx(5.605, rel=1e-3)
    peak = i.argmax()
    half = 0.5 * i.max()
    left, right = np.interp(half, i[:peak], V[:peak]), np.interp(half, i[peak:][::-1], V[peak:][::-1])
    assert left - right == pytest.approx(3.53 * RT_F, rel=0.01)
    assert V[i.argmax()] == pytest.approx(3.0, abs=2e-3)


@pytest.mark.parametrize(("D", "b"), [(1e-11, 1.0), (1e-17, 0.5)])
def test_the_exponent_b_tells_a_thin_layer_from_a_thick_one(D: float, b: float) -> None:
    """ln i_p rises with ln v by 1 where L^2/D << RT/Fv, by 1/2 where it is far longer."""
    rates = np.array([1e-4, 3e-4, 1e-3])
    peaks = []
    for v in rates:
        cell = Cell(bare(LATTICE_GAS, film(2e-6 if b < 1 else 3e-7, 200, C_LI, stretch=6.0), D), U=3.45)
        peaks.append(sweep(cell, 3.45, 2.55, v)[1].max())
    slope = np.polyfit(np.log(rates), np.log(peaks), 1)[0]
    assert slope == pytest.approx(b, abs=0.01)


def test_a_full_cycle_returns_the_charge() -> None:
    """A sweep down and back up to rest at the same potential moves as much Li in as out."""
    cell = Cell(bare(LATTICE_GAS, film(3e-7, 20, C_LI), 1e-13), U=3.6)
    before = sum(cell.lithium())
    sweep(cell, 3.6, 2.4, 1e-3)
    sweep(cell, 2.4, 3.6, 1e-3)
    assert sum(cell.lithium()) == pytest.approx(before, abs=1e-3 * F * C_LI * 3e-7)
