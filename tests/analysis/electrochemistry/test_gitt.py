"""Titration pulses made from the exact response of a slab: D comes back where it can, and is refused where not."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from case_data import case_file
from draws import even_normals, examples
from heterofilm.analysis.electrochemistry.gitt import (
    LOOSE,
    GittPulse,
    gitt,
    gitt_table,
    hysteresis_doubt,
    pulses_of,
)
from heterofilm.analysis.electrochemistry.normalise import Electrode
from heterofilm.analysis.electrochemistry.results import gitt_results
from heterofilm.errors import HeterofilmError
from heterofilm.instruments import read
from heterofilm.records.record import Record
from heterofilm.synthetic.cycling import SyntheticCycler, write_mpt
from real_data import real_file

L = 300e-9
N = np.arange(1, 200) * np.pi


def response(y):
    """Surface of a slab of thickness 1 after a constant flux for the time y = D t/L^2, back blocked.

    u = y + 1/3 - 2 sum exp(-n^2 pi^2 y)/(n^2 pi^2): Carslaw and Jaeger, section 3.8; 2 sqrt(y/pi) for small y.
    """
    y = np.asarray(y, float)
    series = y + 1.0 / 3.0 - 2.0 * np.sum(np.exp(-np.maximum(y, 0.0)[:, None] * N**2) / N**2, axis=1)
    return np.where(y <= 0.0, 0.0, np.where(y < 1e-3, 2.0 * np.sqrt(np.maximum(y, 0.0) / np.pi), series))


def titration(D=1e-16, tau=60.0, rest=None, pulses=3, dE=-0.02, drop=-0.05, current=0.1, points=200, noise=0.0):
    """Record of `pulses` pulses; each moves the rest potential by `dE` (V): a linear titration curve, constant D."""
    rest = 5.0 * L**2 / D if rest is None else rest
    t, on, base = [np.linspace(0.0, 100.0, 10)], [np.zeros(10)], 100.0
    starts = []
    for _ in range(pulses):
        starts.append(base)
        t.append(base + tau * np.linspace(0.0, 1.0, points) ** 2)
        t.append(t[-1][-1] + rest * np.linspace(0.0, 1.0, points) ** 2)
        on += [np.ones(points), np.zeros(points)]
        base = t[-1][-1]
    t, on = np.concatenate(t), np.concatenate(on)
    y_tau = D * tau / L**2
    E = np.full(t.size, 3.5)
    for start in starts:
        y = D * (t - start) / L**2
        E += dE / y_tau * (response(y) - response(y - y_tau))
    E += on * drop + noise * np.random.default_rng(0).normal(size=t.size)
    return t, E, on * current


def test_round_trip_through_a_cycler_s_file(tmp_path):
    """128 random films, from .mpt to a row, their thickness known to 3 %: D within two standard deviations in at least
    19 of 20, those of ln D.

    D goes with L^2, so that 3 % of L are 6 % of D; the stated uncertainty must not exceed that by much.
    """
    within, shares = 0, []
    for seed, (error,) in enumerate(even_normals(128, 1)):
        rng = np.random.default_rng(seed)
        D = 10.0 ** rng.uniform(-17.0, -16.0)
        t, E, i = titration(D, rng.uniform(0.02, 0.15) * L**2 / D, pulses=5, dE=-rng.uniform(0.02, 0.04), drop=-0.03)
        number = np.concatenate([[1], 1 + np.cumsum(np.diff(i != 0.0))])
        begin = np.array([t[number == k][0] for k in number])
        frame = {"time_s": t, "voltage_V": E, "current_A_m2": i, "charge_C_m2": i * (t - begin), "step": number,
                 "cycle": np.ones_like(number)}  # fmt: skip
        truth = Record(pl.DataFrame(frame), meta={"area_m2": 1e-4, "thickness_m": L})
        path = write_mpt(truth, tmp_path / "gitt.mpt", SyntheticCycler(seed=seed))
        told = L * (1.0 + 0.03 * error)
        rows = {r.quantity: r for r in gitt_results(
            pulses_of(read(path).record(1e-4, told)), Electrode(1e-4, 0.0, told, 0.03 * told))}  # fmt: skip
        found = rows["diffusivity (geometric mean)"]
        within += abs(math.log(found.value / (1e4 * D))) <= 2.0 * found.uncertainty / found.value
        shares.append(found.uncertainty / found.value)
    assert within >= 0.95 * 128
    assert 0.06 <= np.median(shares) < 0.12, shares


@examples(150)
@given(st.floats(-17.5, -15.5), st.floats(0.002, 0.2), st.sampled_from([-1.0, 1.0]), st.floats(0.0, 0.2))
def test_the_diffusivity_put_in(power, fourier, sign, drop):
    """Within 1 % for every pulse shorter than L^2/(4 D), charge or discharge, whatever the ohmic drop."""
    D = 10.0**power
    tau = fourier * L**2 / D
    for pulse in gitt(*titration(D, tau, dE=sign * 0.01, drop=sign * drop, current=-sign), L):
        assert pulse.D_m2_s == pytest.approx(D, rel=0.01)
        assert pulse.valid and pulse.relaxed and pulse.reasons == ()
        assert pulse.tau_s == pytest.approx(tau) and pulse.current == -sign
        assert pulse.dE_s_V == pytest.approx(sign * 0.01, rel=1e-3)
        assert pulse.drop_V == pytest.approx(-sign * drop, abs=2e-4)
        assert pulse.fourier == pytest.approx(fourier, rel=0.01)


def test_millivolts_of_noise():
    """0.1 mV of noise on 20 mV: a few per cent."""
    found = gitt(*titration(1e-16, 60.0, noise=1e-4), L)
    assert len(found) == 3
    for pulse in found:
        assert pulse.D_m2_s == pytest.approx(1e-16, rel=0.06) and pulse.valid


@pytest.mark.parametrize("fourier", [0.5, 2.0, 20.0])
def test_a_long_pulse_is_flagged(fourier):
    """tau beyond L^2/D: too small a D, the same for any true D in the end, and said."""
    tau = fourier * L**2 / 1e-16
    for pulse in gitt(*titration(1e-16, tau), L):
        assert not pulse.valid and "too long" in pulse.reasons[0]
        assert pulse.D_m2_s < 0.95e-16
        assert pulse.fourier < 0.9


def test_a_short_rest_is_flagged():
    """A rest of a tenth of L^2/D."""
    pulse = gitt(*titration(1e-16, 60.0, rest=90.0, pulses=1), L)[0]
    assert not pulse.relaxed and not pulse.valid
    assert any("rest was cut short" in text for text in pulse.reasons)


def test_a_plateau_is_flagged():
    """Two phases: the rest potential stays, and D means nothing."""
    t, E, i = titration(1e-16, 60.0, pulses=1)
    flat = np.where(t > 160.0, 3.5 + (E - E[-1]), E)
    pulse = gitt(t, flat, i, L)[0]
    assert not pulse.valid and any("plateau" in text for text in pulse.reasons)


def test_what_is_no_line_is_flagged():
    """A potential that bends over sqrt(t)."""
    t, E, i = titration(1e-16, 60.0, pulses=1)
    bent = E - np.where(i > 0.0, 0.05 * ((t - 100.0) / 60.0) ** 3, 0.0)
    pulse = gitt(t, bent, i, L)[0]
    assert pulse.r2 < 0.995 and any("no line" in text for text in pulse.reasons)


def test_the_area_does_not_matter_but_the_thickness_does():
    """Only the length enters: D goes with L^2, not with the current."""
    t, E, i = titration()
    one, scaled, thick = gitt(t, E, i, L)[0], gitt(t, E, 1e-6 * i, L)[0], gitt(t, E, i, 2 * L)[0]
    assert scaled.D_m2_s == one.D_m2_s and thick.D_m2_s == pytest.approx(4.0 * one.D_m2_s)


def test_the_table():
    """A row per pulse."""
    table = gitt_table(gitt(*titration(), L))
    assert table["number"].to_list() == [1, 2, 3] and table["valid"].all()


@pytest.mark.parametrize("pulse", ["01", "05", "15", "20", "30", "35"])
def test_measured_pulses_of_nmc(pulse):
    """LG M50, positive electrode against the reference, particles of 5.22 um radius (L = r/3): the published D is
    4e-15 m2/s (Chen et al., J. Electrochem. Soc. 167 (2020) 080534), good for the order of magnitude. The 15 min pulses
    are too long for these particles, which is said."""
    rows = np.loadtxt(real_file(f"gitt/pbparam_LGM50_gitt_pulse_{pulse}.csv"), delimiter=",", skiprows=1)
    (found,) = gitt(rows[:, 0], rows[:, 4], rows[:, 2], 5.22e-6 / 3.0)
    assert found.tau_s == pytest.approx(900.0, abs=0.1)
    assert found.current == pytest.approx(-1.15e-3, rel=0.03)
    assert abs(np.log10(found.D_m2_s / 4e-15)) < 1.0
    assert not found.valid and "too long" in found.reasons[0]


def test_what_makes_no_sense_is_said():
    """No current, no rest, no thickness, time that falls."""
    t, E, i = titration()
    with pytest.raises(HeterofilmError, match="no current"):
        gitt(t, E, 0.0 * i, L)
    with pytest.raises(HeterofilmError, match="between two rests"):
        gitt(t, E, np.ones_like(i), L)
    with pytest.raises(HeterofilmError, match="thickness must be positive"):
        gitt(t, E, i, 0.0)
    with pytest.raises(HeterofilmError, match="falls"):
        gitt(t[::-1], E, i, L)
    with pytest.raises(HeterofilmError, match="one share of the pulse to a later"):
        gitt(t, E, i, L, fit_from=0.5, fit_to=0.2)


@pytest.mark.parametrize("faster", [3.0, 30.0, 300.0])
@pytest.mark.parametrize("noise", [0.0, 1e-3])
def test_pulses_below_a_charge_before_them_are_found(faster, noise):
    """A charge of up to three hundred times the current, then three pulses: they alone, with their diffusivity."""
    t, E, i = titration()
    n = 50
    before = np.linspace(0.0, 600.0, n)
    t = np.concatenate([before, t + 700.0])
    E = np.concatenate([np.linspace(3.0, 3.5, n), E])
    i = np.concatenate([np.full(n, -faster * np.abs(i).max()), i])
    i = i + noise * np.abs(i[n:]).max() * np.random.default_rng(0).standard_normal(i.size)
    found = gitt(t, E, i, L)
    assert [p.D_m2_s for p in found] == pytest.approx([1e-16] * 3, rel=0.02)


def test_case_of_pulses_after_a_fast_charge():
    """g01: six pulses of 1e-13 cm2/s."""
    found = pulses_of(read(case_file("g01_fast_charge_before.csv")).record(1e-4, 300e-9))
    assert len(found) == 6 and [1e4 * p.D_m2_s for p in found] == pytest.approx([1e-13] * 6, rel=0.01)


def both_ways(gap: float) -> tuple[GittPulse, ...]:
    """Ten pulses down and ten up again along U = 3.5 V - 10 mV a pulse, the branches `gap` (V) apart."""
    down = [(1.0, 3.5 - 0.01 * k) for k in range(1, 11)]
    up = [(-1.0, 3.5 - 0.01 * k + gap) for k in range(9, -1, -1)]
    return tuple(
        GittPulse(
            k, 0.0, 60.0, current, E + 0.01 * current, E, -0.01 * current, 0.0, 0.0, 0.0, 1.0, (0.0, 60.0), 1e-17, 0.1,
            0.0, True, True, (),
        )
        for k, (current, E) in enumerate(down + up, 1)
    )  # fmt: skip


def test_hysteresis_is_measured_where_there_are_two_directions():
    """Branches 50 mV apart are said with their distance, branches 2 mV apart, less than a pulse moves, are not."""
    assert "rest 50 mV apart" in hysteresis_doubt(both_ways(0.05))
    assert hysteresis_doubt(both_ways(0.002)) == ""


def test_one_direction_cannot_tell():
    """Half a titration says so."""
    assert "All pulses go one way" in hysteresis_doubt(both_ways(0.0)[:10])


def by_a_clock(step: float, offset: float, tau: float = 60.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`titration` as a recorder writes it that knows of no steps: a row each `step` s."""
    t, E, i = titration(1e-16, tau, pulses=4)
    rows = np.arange(offset, t[-1], step)
    on = i[np.clip(np.searchsorted(t, rows, side="right") - 1, 0, t.size - 1)]
    ohmic = -0.05 * (i > 0.0)
    return rows, np.interp(rows, t, E - ohmic) - 0.05 * (on > 0.0), on


@pytest.mark.parametrize("step", [0.5, 2.0, 5.0, 8.0, 13.0, 17.0])
@pytest.mark.parametrize("phase", [0.05, 0.3, 0.55, 0.8])
def test_rows_of_a_clock_leave_d_open_by_what_is_said(step, phase):
    """D within two of its standard deviations (of ln D) of the truth, or no valid one; all four pulses are listed.

    Begin and end lie anywhere between two rows, so that two deviations are more than any of them may be off.
    """
    found = gitt(*by_a_clock(step, phase * step), L)
    assert len(found) == 4
    for pulse in found:
        share = pulse.D_error_m2_s / pulse.D_m2_s
        assert abs(math.log(pulse.D_m2_s / 1e-16)) <= 2.0 * share + 0.01
        assert pulse.valid == (share <= LOOSE and pulse.r2 >= 0.995), pulse.reasons
        assert pulse.valid or any("too far apart" in reason for reason in pulse.reasons)


def test_no_pulse_goes_without_a_word():
    """Pulses of two rows are listed with the reason, and the rest before the next ends where they begin."""
    t, E, i = titration(pulses=4)
    second = np.flatnonzero((t >= 0.0) & (i > 0.0))[200:400]
    keep = np.setdiff1d(np.arange(t.size), second[1:-1])
    found, whole = gitt(t[keep], E[keep], i[keep], L), gitt(t, E, i, L)
    assert [p.valid for p in found] == [True, False, True, True]
    assert "too few rows in the pulse: 2" in found[1].reasons[0]
    assert [p.dE_s_V for p in found] == pytest.approx([p.dE_s_V for p in whole])
    cut = gitt(t[10:], E[10:], i[10:], L)  # the record begins with a pulse
    assert len(cut) == 4 and not cut[0].valid and "no rest before" in cut[0].reasons[0]
    (row, *_) = gitt_results(cut[:1])
    assert row.value == "0 of 1"
    few = np.setdiff1d(np.arange(t.size), np.flatnonzero(i > 0.0).reshape(4, 200)[:, 1:-1])
    with pytest.raises(HeterofilmError, match=r"The 4 pulses between two rests .* fewer than 3 rows"):
        gitt(t[few], E[few], i[few], L)
