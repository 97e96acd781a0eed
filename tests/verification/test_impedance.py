"""Impedance: closed forms of diffusion, the same model driven by a small signal in time, and sums."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from heterofilm import Cell as LibraryCell
from heterofilm import simulate
from heterofilm.constants import F
from heterofilm.engine.impedance import ANODE as ANODE_PART
from heterofilm.engine.impedance import DOMAIN, ELECTROLYTE, EXCHANGE, MATRIX, STORAGE, TRANSFER, spectrum
from heterofilm.engine.msmr import filling
from heterofilm.engine.parameters import Model
from heterofilm.engine.state import layout
from heterofilm.engine.voltage import Control
from heterofilm.simulation.state import CellState

from .models import (
    ANODE,
    BRANCHES,
    CATHODE,
    CU2V2O7,
    CU_NUCLEATING,
    DURATION,
    LATTICE_GAS,
    OF_FILLING,
    RT_F,
    TABLE,
    V2O5,
    Array,
    Cell,
    bare,
    between_films,
    film,
    leaking,
    lipon,
    one_phase,
    two_phase,
)

VARYING = CATHODE.replace(i0_z=OF_FILLING)
CONDUCTING = one_phase(12, 12).film.replace(sigma_e=1e-8, sigma_theta=OF_FILLING)


def at(model: Model, omega: Array | list[float], U: float = 3.8, prepare: float = 0.0) -> Array:
    """Parts of Z (ohm m2) of a cell at rest at U, or after a discharge down to ``prepare`` (V) and a rest."""
    cell = Cell(model, U)
    if prepare:
        cell.discharge(0.05, prepare)
        cell.rest(20 * 3600.0)
    return spectrum(np.asarray(omega, float), cell.y, cell.history, model, cell.lay)


@pytest.mark.parametrize(("w_tau", "answer"), [(1.0, 0.33124 - 1.02201j), (10.0, 0.22727 - 0.21741j)])
def test_b7_blocking_warburg(w_tau: float, answer: complex) -> None:
    """Diffusion into a film closed at its back: Z/Rd = coth(sqrt(jw tau))/sqrt(jw tau)."""
    L, D, c = 300e-9, 1e-16, 18457.0
    model = bare(LATTICE_GAS, film(L, 400, c), D)
    tau = L**2 / D
    parts = at(model, [w_tau / tau], U=3.0)[0]
    _, by_U, _, _ = filling(3.0, 0.0, 1.0, LATTICE_GAS.couples, LATTICE_GAS.b, LATTICE_GAS.U_ref)
    R_d = L / (F * D * c * -by_U)
    assert (parts[MATRIX] + parts[STORAGE]) / R_d == pytest.approx(answer, rel=1e-4)


def test_b8_transmissive_warburg() -> None:
    """Salt diffusion between two electrodes that block the anion: tanh(sqrt(jw tau))/sqrt(jw tau), tau = (L/2)^2/D.

    The electrolyte is symmetric, so that its middle keeps its concentration and each half is a layer with
    a fixed far side. What does not depend on frequency is the ohmic part.
    """
    electrolyte = lipon(801, react=False)
    e = electrolyte
    model = one_phase(5, 5).replace(electrolyte=electrolyte)
    D = 2.0 * e.D_plus * e.D_minus / (e.D_plus + e.D_minus)
    tau = (0.5 * e.x[-1]) ** 2 / D
    low, one, high = at(model, [1e-9, 1.0 / tau, 1e9 / tau])[:, ELECTROLYTE]
    assert (one - high) / (low - high) == pytest.approx(0.88545 - 0.28698j, rel=1e-3)


STATES = {
    "VO on its last plateau": ("vo-half", "Discharge at 5 uA/cm2 until 2.3 V; Rest for 300 h"),
    "VO between plateaus": ("vo-half", "Discharge at 5 uA/cm2 until 2.9 V; Rest for 300 h"),
    "VO charged": ("vo-half", "Discharge at 5 uA/cm2 until 2.15 V; Charge at 5 uA/cm2 until 2.6 V; Rest for 300 h"),
    "VOC1 on the plateau of copper": ("voc1-half", "Discharge at 5 uA/cm2 until 2.5 V; Rest for 300 h"),
    "VOC1 between plateaus": ("voc1-half", "Discharge at 5 uA/cm2 until 2.9 V; Rest for 300 h"),
    "VOC2 converted": ("voc2-half", "Discharge at 3 uA/cm2 until 2.3 V; Rest for 300 h"),
    "VOC2 before conversion": ("voc2-half", "Discharge at 3 uA/cm2 until 3 V; Rest for 300 h"),
}
# the start dies away as slowly as Li diffuses in the domains, or in the glass
PERIODS = {"VOC1 on the plateau of copper": 32, "VOC2 converted": 32}
HANDMADE = {
    "nucleating domains": (two_phase(12, 5, domain=CU_NUCLEATING), 2.7),
    "one phase behind LiPON": (one_phase(12, 12), 3.1),
    "tables of U, i0 and sigma_e": (one_phase(12, 12, BRANCHES).replace(cathode=VARYING, film=CONDUCTING), 3.0),
    "a film as the anode": (between_films(14, 14), 2.0),
    "a leak": (leaking(one_phase(12, 12), 1.0), 2.0),
    "two phases by tables": (two_phase(12, 5, TABLE, BRANCHES), 3.0),
}


def prepared(name: str) -> Cell:
    """A cell of the library after a protocol, with all that the library switches on; or one by hand at rest."""
    if name in HANDMADE:
        model, voltage = HANDMADE[name]
        cell = Cell(model)
        cell.discharge(0.05, voltage, rtol=1e-5)
        cell.rest(300 * 3600.0, rtol=1e-6)
        return cell
    of_library, protocol = STATES[name]
    loaded = LibraryCell.load(of_library)
    end = CellState.at_rest(loaded, loaded.window[1])
    end.restore(simulate(loaded, protocol, rtol=1e-5).states.at())
    cell = Cell(loaded.model)
    cell.y[:], cell.history.m[:], cell.history.d[:] = end.y, end.history.m, end.history.d
    return cell


@pytest.mark.parametrize("name", [*STATES, *HANDMADE])
def test_the_linearisation_is_what_a_small_signal_sees_in_time(name: str) -> None:
    """A triangular current at ten frequencies, hysteresis and nuclei moving, equals the spectrum within 1 %; at five of
    them, and within 1.5 %, where the start dies away slowly (1.3 % after 32 periods, 0.9 % after 128).

    The fundamental of the voltage over that of the current, a linear drift taken out. Told apart: what the base
    state does without any current (error of the base state), and by how much half the amplitude changes Z
    (error of the linearisation); amplitudes shrink until that is small.
    """
    start = prepared(name)
    frequencies = np.geomspace(1e-4, 1e3, 10)[:: 2 if name in PERIODS else 1]
    exact = spectrum(2.0 * np.pi * frequencies, start.y, start.history, start.model, start.lay).sum(axis=1)
    for f, Z in zip(frequencies, exact, strict=True):
        amplitude = 5e-4  # V: far below RT/F
        Z_before = complex(np.inf)
        for _ in range(6):
            found, alone = small_signal(start, f, amplitude / abs(Z), PERIODS.get(name, 6))
            linear, Z_before = abs(found / Z_before - 1.0), found
            if linear < 3e-3:
                break
            amplitude *= 0.5
        assert alone / abs(Z) < 2e-3, "the base state moves by itself"
        assert linear < 1e-2, "the amplitude is too large"
        assert abs(found / Z - 1.0) < (1.5e-2 if name in PERIODS else 1e-2), f


def small_signal(start: Cell, f: float, amplitude: float, periods: int) -> tuple[complex, float]:
    """Z (ohm m2) by a current of this amplitude (A/m2), and the |Z| that the same time without current feigns."""
    t, V, i = _triangle(start, amplitude, 1.0 / f, periods)
    wave = np.exp(-2j * np.pi * f * t)
    current_1 = np.trapezoid(wave * i, t)
    found = complex(-np.trapezoid(wave * (V - V.mean()), t) / current_1)
    still, V, _ = _triangle(start, 0.0, 1.0 / f, periods)
    return found, float(abs(np.trapezoid(np.exp(-2j * np.pi * f * still) * (V - V.mean()), still) / current_1))


def _triangle(start: Cell, amplitude: float, period: float, periods: int) -> tuple[Array, Array, Array]:
    """Time, voltage and current of the last of some periods of a triangular current, a drift taken out."""
    cell = Cell(start.model)
    cell.y[:], cell.history.m[:], cell.history.d[:] = start.y, start.history.m, start.history.d
    cell.history.a[:] = start.history.a
    pieces = 96
    corner = np.linspace(0.0, 1.0, pieces + 1)
    wave = amplitude * np.interp(corner, [0.0, 0.25, 0.75, 1.0], [0.0, 1.0, -1.0, 0.0])
    out = []
    now = 0.0
    for p in range(periods):
        for a, b in pairwise(wave):
            step = period / pieces
            done = cell.run(Control(by_i=1.0, at_0=a, slope=(b - a) / step), (DURATION, step), rtol=1e-9)
            if p >= periods - 2:
                out.append(np.column_stack([now + done.t, done.V, done.i])[:-1])
            now += step
    t, V, i = np.concatenate(out).T
    # a cell that stores charge drifts by what the first half wave left in it: the same at the same phase
    first = t < t[0] + period * (1.0 - 1e-9)
    drift = (V[~first][0] - V[first][0]) / period
    t, V, i = t[~first], V[~first], i[~first]
    return np.append(t, t[0] + period), np.append(V - drift * (t - t[0]), V[0]), np.append(i, i[0])


@pytest.mark.parametrize(
    ("name", "f", "ratio"), [("VO on its last plateau", 1e-2, 4.0), ("VO between plateaus", 1e-2, 1.0)]
)
def test_hysteresis_stiffens_a_plateau(name: str, f: float, ratio: float) -> None:
    """K dU/dh belongs to the spectrum: on a hysteretic plateau |Z| is a multiple of what h held would give."""
    cell = prepared(name)
    whole = abs(spectrum(np.array([2.0 * np.pi * f]), cell.y, cell.history, cell.model, cell.lay).sum())
    model = cell.model.replace(matrix=cell.model.matrix.replace(K=0.0))
    held = abs(spectrum(np.array([2.0 * np.pi * f]), cell.y, cell.history, model, cell.lay).sum())
    assert whole / held >= ratio


@pytest.mark.parametrize("model", [two_phase(20, 6), one_phase(20, 20)], ids=["two phases", "one phase"])
def test_resistances_of_the_interfaces_are_those_of_butler_volmer(model: Model) -> None:
    """Far below its relaxation each interface is RT/(F i0); far above, its double layer shorts it."""
    low, high = at(model, [1e-4, 1e9], U=3.3)
    assert low[TRANSFER].real == pytest.approx(RT_F / CATHODE.i0, rel=5e-3)
    assert low[ANODE_PART].real == pytest.approx(RT_F / ANODE.i0, rel=1e-3)
    assert abs(high[TRANSFER]) + abs(high[ANODE_PART]) < 1e-5


def test_the_storage_is_the_slope_of_the_equilibrium_curve() -> None:
    """-Im Z_storage = 1/(omega C) with C = -F (c_m dtheta_m/dU + c_d dtheta_d/dU) L, h following; no real part."""
    model = two_phase(20, 6)
    U = 3.2
    omega = np.geomspace(1e-5, 1e-3, 3)
    Z = at(model, omega, U=U)[:, STORAGE]
    C = 0.0
    for c, p in ((model.film.c_m, V2O5), (model.film.c_d, CU2V2O7)):
        _, by_U, by_h, _ = filling(U, 0.0, 1.0, p.couples, p.b, p.U_ref)
        C -= F * c * model.film.L * by_U / (1.0 - by_h * p.K / p.theta_full)
    # the double layers take a little of the current
    assert Z.imag * omega * C == pytest.approx(-1.0, rel=2e-3)
    assert np.abs(Z.real / Z.imag).max() < 1e-2


def test_a_film_of_one_phase_has_neither_exchange_nor_domains() -> None:
    parts = at(one_phase(10, 10), [1e-2, 1.0, 100.0])
    assert np.abs(parts[:, [EXCHANGE, DOMAIN]]).max() == 0.0


def test_every_part_dissipates() -> None:
    """The real part of the whole is positive at every frequency: a cell at rest is passive."""
    Z = at(two_phase(20, 6), np.geomspace(1e-5, 1e7, 60), prepare=2.8).sum(axis=1)
    assert Z.real.min() > 0.0
    assert Z.imag.max() <= 0.0


def test_the_layout_stays_the_same() -> None:
    """Taking a spectrum leaves the state alone."""
    model = two_phase(8, 4)
    cell = Cell(model, 3.0)
    before = cell.y.copy()
    spectrum(np.array([1.0]), cell.y, cell.history, model, layout(model))
    assert (cell.y == before).all()
