"""Electrons that leak through the electrolyte: dq/dt = -G U(q), in every step, and beside it the impedance."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm.constants import F, R
from heterofilm.engine.events import DURATION, VOLTAGE_BELOW
from heterofilm.engine.impedance import spectrum
from heterofilm.engine.linear import SLIGHT
from heterofilm.engine.voltage import across
from heterofilm.engine.voltage import current as external

from .models import WIDE, Array, Cell, bare, between_films, current, film, held, leaking, lipon, one_phase, two_phase

MODELS = {
    "one phase behind LiPON": one_phase(16, 10),
    "two phases": two_phase(12, 5),
    "between films": between_films(16, 12),
}
L, C = 300e-9, 18457.0


def linear(G: float) -> Cell:
    """A film whose potential falls in proportion to what it takes up, as a capacitor does: one very wide couple."""
    straight = WIDE.replace(couples=np.zeros((0, 5)), theta_full=1.0, b=0.3, U_ref=3.0)
    return Cell(leaking(bare(straight, film(L, 6, C), 1e-13), G), U=3.0)


def test_it_decays_exponentially_where_the_potential_is_linear() -> None:
    """U = U_0 exp(-G t/C_F) with C_F = F c L b, the charge per volt; after three time constants within 0.1 %."""
    G = 1e-3
    cell = linear(G)
    C_F = F * C * L * 0.3 + cell.model.cathode.C
    tau = C_F / G
    run = cell.run(current(0.0), (DURATION, 3.0 * tau), rtol=1e-6)
    assert pytest.approx(3.0 * np.exp(-run.t / tau), rel=1e-3) == run.V
    assert run.leaked == pytest.approx(C_F * 3.0 * (1.0 - np.exp(-3.0)), rel=1e-3) and abs(run.Q[-1]) < 1e-9


@pytest.mark.parametrize("name", MODELS)
def test_a_rest_loses_the_integral_of_G_U(name: str) -> None:
    """dq/dt = -G W with W the voltage between the faces, whatever the cell: charge of the ions, and quadrature."""
    G = 2e-4
    cell = Cell(leaking(MODELS[name], G), U=3.4)
    run = cell.run(current(0.0), (DURATION, 40 * 3600.0), rtol=1e-5, dV=2e-3, keep=True)
    W = np.array([across(row[: cell.lay.size], cell.model, cell.lay) for row in run.states])
    assert run.leaked == pytest.approx(np.trapezoid(G * W, run.t), rel=2e-3)
    assert run.leaked > 10.0 and np.abs(run.i).max() < 1e-9


@pytest.mark.parametrize("i", [0.05, -0.05])
@pytest.mark.parametrize("G", [0.5 * SLIGHT, 2.0 * SLIGHT])
def test_a_slight_leak_is_as_exact_as_any(G: float, i: float) -> None:
    """Below SLIGHT it follows from iteration to iteration, above it is solved for: either way the cycler's current is
    what was asked for at every instant, and G W what leaks."""
    cell = Cell(leaking(one_phase(16, 10), G), U=3.0)
    run = cell.run(current(i), (DURATION, 600.0), rtol=1e-5, keep=True)
    ys = [row[: cell.lay.size] for row in run.states]
    assert np.array([external(y, cell.model, cell.lay) for y in ys]) == pytest.approx(i, rel=1e-6)
    W = np.array([across(y, cell.model, cell.lay) for y in ys])
    assert np.array([y[cell.lay.i] for y in ys]) == pytest.approx(i + G * W, rel=1e-6)


def test_a_hold_ends_at_the_current_of_the_leak() -> None:
    """Held at a voltage the film levels out; what goes on flowing is -G V, from outside through the electrolyte."""
    G = 1e-2
    cell = Cell(leaking(two_phase(12, 5), G), U=3.3)
    run = cell.run(held(3.2), (DURATION, 30 * 24 * 3600.0), rtol=1e-5)
    assert run.i[-1] == pytest.approx(-G * 3.2, rel=2e-3)


def test_it_shorts_the_impedance_at_low_frequency() -> None:
    """Far below all of the film's the impedance is 1/G beside nothing: a resistance of 1/G and what is in series."""
    G = 10.0
    cell = Cell(leaking(two_phase(12, 5), G), U=3.2)
    Z = spectrum(np.array([1e-12]), cell.y, cell.history, cell.model, cell.lay).sum(axis=1)[0]
    series = cell.model.R_s + cell.model.film.L / cell.model.film.sigma_e
    assert Z.real == pytest.approx(1.0 / G + series, rel=1e-2) and abs(Z.imag) < 1e-2 * Z.real


@pytest.mark.parametrize("electrolyte", ["resistance", "dissociation"])
def test_a_short_takes_no_more_than_the_electrolyte_carries(electrolyte: str) -> None:
    """A leak far below the resistance of the ions lowers the voltage between the faces, not to less than nothing; where
    the concentration has a profile, its resistance at rest counts, and the rest is within 1 % of the potential."""
    model = one_phase(12, 12) if electrolyte == "dissociation" else two_phase(10, 4)
    if electrolyte == "dissociation":
        e = lipon(12)
        model = model.replace(electrolyte=e.replace(R=R * model.T * 1e-6 / (F**2 * e.c0 * (e.D_plus + e.D_minus))))
    cell = Cell(leaking(model, 1e3), U=3.2)
    run: Array = cell.run(current(0.0), (VOLTAGE_BELOW, -1.0), (DURATION, 10.0), rtol=1e-4).V
    assert run[-1] > (-1e-3 if electrolyte == "resistance" else -0.03) and run[0] < 3.2
