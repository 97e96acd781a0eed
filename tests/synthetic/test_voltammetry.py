"""Virtual voltammograms: the analytic peak, and the round trip through a file."""

import numpy as np
import pytest

from heterofilm.analysis.electrochemistry.cv import peaks
from heterofilm.analysis.electrochemistry.cv_results import b_value_results, voltammogram_results
from heterofilm.analysis.electrochemistry.cv_tracks import follow, last_at_each_rate, of_record
from heterofilm.analysis.electrochemistry.normalise import Electrode
from heterofilm.constants import F, R
from heterofilm.errors import HeterofilmError
from heterofilm.instruments import read
from heterofilm.synthetic.voltammetry import Film, Scan, voltammogram, write_gamry_cv

AREA = 1e-4


def test_peak_and_charge_of_one_couple():
    """i_p = Q F v/(4RT), and the current of one sweep adds up to Q (Bard and Faulkner)."""
    Q, v = 1e-3, 1e-3
    t, E, i, cycle = voltammogram(Film(((3.0, Q),)), Scan(2.5, 3.5, v, cycles=1))
    assert i.max() == pytest.approx(Q * F * v / (4 * R * 298.15), rel=1e-4)
    assert E[np.argmax(i)] == pytest.approx(3.0, abs=1e-3) and set(cycle) == {1}
    down = t <= t[-1] / 2
    assert np.trapezoid(i[down], t[down]) == pytest.approx(Q, rel=2e-3)


def test_the_ohmic_drop_parts_the_peaks():
    """A resistance moves the cathodic peak down and the anodic one up, by i_p R each."""
    Q, v, resistance = 1e-3, 1e-3, 500.0
    _, E, i, _ = voltammogram(Film(((3.0, Q),), resistance_ohm=resistance), Scan(2.5, 3.5, v, cycles=1, step_V=2e-4))
    parted = E[np.argmin(i)] - E[np.argmax(i)]
    assert parted == pytest.approx(2.0 * i.max() * resistance, abs=1e-3)


def test_round_trip_within_the_stated_uncertainty_in_19_of_20(tmp_path):
    """Potential and charge of the cathodic peak, through a Gamry file, with noise and an area known to 2 %."""
    rng = np.random.default_rng(3)
    potential, charge = [], []
    for k in range(20):
        E0, Q = rng.uniform(2.9, 3.3), 10 ** rng.uniform(-3.5, -2.5)
        v = 1e-3
        area = AREA * (1.0 + 0.02 * rng.standard_normal())
        total = Q * area / AREA
        noise = 0.002 * total * F * v / (4 * R * 298.15)
        film = Film(((E0, total),), capacitance_F=0.3 * total)
        path = write_gamry_cv(tmp_path / f"cv{k}.DTA", film, Scan(2.5, 3.7, v, noise_A=noise, seed=k))
        record = read(path).record(AREA)
        found = voltammogram_results(last_at_each_rate(of_record(record)), Electrode(AREA, 0.02 * AREA))
        rows = {r.quantity: r for r in found}
        at = rows["peak 1 (cathodic, 1 mV/s), potential"]
        moved = rows["peak 1 (cathodic, 1 mV/s), charge"]
        assert at.uncertainty < 0.01 and moved.uncertainty < 0.1 * moved.value
        potential.append((at.value - E0) / at.uncertainty)
        charge.append((moved.value - Q / AREA / 36.0) / moved.uncertainty)
    assert np.sum(np.abs(potential) <= 2.0) >= 19, potential
    assert np.sum(np.abs(charge) <= 2.0) >= 19, charge


def test_a_thin_film_has_b_of_one(tmp_path):
    """Peak currents grow with v where the film has no diffusion, so b = 1 within its uncertainty."""
    film = Film(((3.0, 1e-3),))
    every = []
    for k, v in enumerate((1e-4, 2e-4, 5e-4, 1e-3)):
        noise = 2e-3 * 1e-3 * F * v / (4 * R * 298.15)
        path = write_gamry_cv(tmp_path / f"b{k}.DTA", film, Scan(2.5, 3.5, v, noise_A=noise, seed=k))
        every += of_record(read(path).record(AREA))
    tracks = follow([(s, peaks(s)) for s in last_at_each_rate(every)])
    found = b_value_results(tracks)
    assert len(found) == 2
    for row in found:
        assert row.value == pytest.approx(1.0, abs=max(3.0 * row.uncertainty, 0.01)) and row.uncertainty < 0.02


@pytest.mark.parametrize("scan", [Scan(3.5, 2.5, 1e-3), Scan(2.5, 3.5, 0.0), Scan(2.5, 3.5, 1e-3, cycles=0)])
def test_impossible_scans_are_refused(scan):
    with pytest.raises(HeterofilmError, match="above zero"):
        voltammogram(Film(((3.0, 1e-3),)), scan)


def test_a_film_without_couples_is_refused():
    with pytest.raises(HeterofilmError, match="at least one couple"):
        Film(())
