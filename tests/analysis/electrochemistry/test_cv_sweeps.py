"""Sweeps found in records that do not begin at a vertex, rest, pause, change their rate or have no time."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.analysis.electrochemistry.cv_sweeps import at_each_rate, clocked, sweeps, timed, whole
from heterofilm.errors import HeterofilmError
from heterofilm.records.measurement import Measurement

LOW, HIGH = 2.2, 3.8


def ramp(points, rate, start=0.0, step=2e-3):
    """Time and potential through the given potentials at one rate, a row every `step` (V)."""
    t, V = [np.array([start])], [np.array([points[0]])]
    for a, b in pairwise(points):
        n = max(2, round(abs(b - a) / step))
        V.append(np.linspace(a, b, n + 1)[1:])
        t.append(t[-1][-1] + np.abs(V[-1] - a) / rate)
    return np.concatenate(t), np.concatenate(V)


def rest(t, V, seconds, rows=40):
    return np.append(t, t[-1] + np.linspace(0.0, seconds, rows + 1)[1:]), np.append(V, np.full(rows, V[-1]))


def current(t, V):
    """Positive on the way down, with the sign of the sweep: what a film's capacitance gives."""
    return -np.sign(np.gradient(V, np.arange(V.size)))


@given(st.floats(1.0, 2e4), st.floats(1e-4, 1e-2), st.floats(0.1, 0.9))
def test_a_rest_before_the_sweep_is_no_part_of_it(seconds, rate, start):
    """Whatever its length, and wherever it stands, the rates are those of the ramps."""
    E0 = LOW + start * (HIGH - LOW)
    t, V = rest(np.array([0.0]), np.array([E0]), seconds)
    more_t, more_V = ramp([E0, LOW, HIGH, E0], rate, t[-1])
    t, V = np.append(t, more_t[1:]), np.append(V, more_V[1:])
    found = sweeps(t, V, current(t, V))
    assert [s.direction for s in found] == ["cathodic", "anodic", "cathodic"]
    for sweep in found:
        assert sweep.scan_rate_V_s == pytest.approx(rate, rel=1e-3)
        assert sweep.time_s[0] >= seconds * (1.0 - 1e-9) - 0.02 * (HIGH - LOW) / rate


@pytest.mark.parametrize("where", [2.6, 3.0, 3.5])
def test_a_pause_in_mid_sweep_parts_it_and_is_left_out(where):
    """The two parts are joined again, without the pause."""
    t, V = ramp([HIGH, where], 1e-3)
    t, V = rest(t, V, 3000.0)
    more_t, more_V = ramp([where, LOW, HIGH], 1e-3, t[-1])
    t, V = np.append(t, more_t[1:]), np.append(V, more_V[1:])
    (down,) = [s for s in whole(sweeps(t, V, current(t, V))) if s.direction == "cathodic"]
    assert down.span_V == pytest.approx(HIGH - LOW, abs=0.03) and "joined of 2 parts" in down.note
    assert np.ptp(down.time_s) == pytest.approx((HIGH - LOW) / 1e-3, rel=0.03)


def test_rates_that_change_in_mid_sweep_are_two_sweeps():
    """Each rate begins and ends at 3.3 V, so that one way down holds two rates: every rate is found, whole."""
    rates, t, V = (1e-4, 3e-4, 1e-3), np.array([0.0]), np.array([3.3])
    for rate in rates:
        more_t, more_V = ramp([3.3, LOW, HIGH, 3.3], rate, t[-1])
        t, V = np.append(t, more_t[1:]), np.append(V, more_V[1:])
    groups = at_each_rate(sweeps(t, V, current(t, V)))
    assert [group[0].scan_rate_V_s for group in groups] == pytest.approx(rates, rel=5e-3)
    made = whole(sweeps(t, V, current(t, V)))
    assert [s.span_V for s in made] == pytest.approx([HIGH - LOW] * 6, abs=0.03)
    assert sum("joined" in s.note for s in made) == 3


def test_a_clock_that_starts_again_begins_a_new_experiment():
    """Files of several rates, one below the other."""
    blocks = [ramp([HIGH, LOW, HIGH], rate) for rate in (1e-4, 1e-3)]
    t, V = (np.concatenate([block[k] for block in blocks]) for k in (0, 1))
    found = sweeps(t, V, current(t, V))
    assert [s.scan_rate_V_s for s in found] == pytest.approx([1e-4, 1e-4, 1e-3, 1e-3], rel=1e-3)


def test_a_part_that_cannot_be_made_whole_says_so():
    """Down from 3.3 V only: the widest part is kept, with what it covers."""
    t, V = ramp([3.3, LOW, HIGH], 1e-3)
    (down,) = [s for s in whole(sweeps(t, V, current(t, V))) if s.direction == "cathodic"]
    assert "only a part" in down.note and "2.2 to 3.3 V" in down.note


def test_whole_sweeps_stay_as_they_are():
    t, V = ramp([HIGH, LOW, HIGH, LOW, HIGH], 1e-3)
    found = sweeps(t, V, current(t, V))
    assert [id(s) for s in sorted(whole(found), key=lambda s: s.number)] == [id(s) for s in found]


@pytest.mark.parametrize("noise", [0.0, 5e-4])
def test_time_of_a_potential_and_a_rate(noise):
    """Within the noise over the rate, the clock that swept it."""
    t, V = ramp([3.3, LOW, HIGH, LOW], 2e-4)
    noisy = V + noise * np.random.default_rng(0).standard_normal(V.size)
    assert timed(noisy, 2e-4) == pytest.approx(t, abs=1e-6 + 40.0 * noise / 2e-4)
    with pytest.raises(HeterofilmError, match="stands still"):
        timed(np.full(9, 3.0), 1e-3)
    with pytest.raises(HeterofilmError, match="must be positive"):
        timed(V, 0.0)


def measurement(**columns):
    import polars as pl

    return Measurement("voltammetry", "cv", pl.DataFrame(columns))


def test_a_rate_is_needed_without_time_and_checked_with_it():
    t, V = ramp([HIGH, LOW, HIGH], 1e-3)
    bare = measurement(voltage_V=V, current_A=current(t, V))
    with pytest.raises(HeterofilmError, match="--scan-rate"):
        clocked(bare)
    made = clocked(bare, 1e-3)
    assert made.column("time_s") == pytest.approx(t, abs=1e-6) and "no time" in made.notes[-1]
    assert clocked(bare.with_meta(scan_rate_V_s=1e-3)).column("time_s") == pytest.approx(t, abs=1e-6)
    known = measurement(time_s=t, voltage_V=V, current_A=current(t, V))
    assert clocked(known, 1.01e-3) is known
    with pytest.raises(HeterofilmError, match="swept at 1 mV/s"):
        clocked(known, 2e-3)
