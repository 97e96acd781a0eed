"""Voltammograms with a known truth under everything that real files do: right, or said not to be."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from case_data import case_file
from draws import examples
from heterofilm.analysis.electrochemistry.cv import peaks
from heterofilm.analysis.electrochemistry.cv_couples import one_kind
from heterofilm.analysis.electrochemistry.cv_errors import peak_errors
from heterofilm.analysis.electrochemistry.cv_sweeps import clocked, whole
from heterofilm.analysis.electrochemistry.cv_tracks import follow, last_at_each_rate, of_record, splits
from heterofilm.constants import F, R
from heterofilm.instruments import read
from heterofilm.synthetic.voltammetry import Film, Scan, voltammogram

AREA = 1e-4  # m2
KT = R * 298.15 / F  # V
LOW, HIGH = 2.3, 3.7


@st.composite
def disturbed(draw):
    """A film, a rate, and what happens to the file: where it begins, rest, noise, digits, sign, time."""
    count = draw(st.integers(0, 2))
    places = draw(st.sampled_from([(2.8, 3.3), (2.7, 3.2), (2.9, 3.4)]))[:count]
    couples = tuple((E, draw(st.floats(2e-4, 2e-3))) for E in places) or ((9.0, 1e-9),)
    return {
        "film": Film(couples, capacitance_F=draw(st.floats(0.0, 3e-3))), "couples": couples if count else (),
        "rate": draw(st.sampled_from([1e-4, 5e-4, 2e-3])), "cycles": draw(st.integers(1, 3)),
        "begin": draw(st.floats(0.0, 0.95)), "rest": draw(st.sampled_from([0.0, 300.0, 2e4])),
        "noise": draw(st.sampled_from([0.0, 1e-3, 1e-2, 0.1, 0.5])), "turned": draw(st.booleans()),
        "timed": draw(st.booleans()), "spikes": draw(st.integers(0, 3)),
        "hum": draw(st.sampled_from([0.0, 0.0, 0.02, 0.1])),
        "staircase": draw(st.booleans()), "pause": draw(st.booleans()), "seed": draw(st.integers(0, 1000)),
    }  # fmt: skip


def written(folder, case):
    """The file of a case; the noise is in units of the smallest peak."""
    v = case["rate"]
    size = min((Q for _, Q in case["couples"]), default=1e-3) * v / (4.0 * KT)
    t, E, i, _ = voltammogram(case["film"], Scan(LOW, HIGH, v, cycles=case["cycles"] + 1, step_V=2e-3))
    n = round((HIGH - LOW) / 2e-3)  # rows of a sweep
    # the current of a cycle that has gone on for ever
    rows = slice(round(case["begin"] * 2 * n), round(case["begin"] * 2 * n) + 2 * n * case["cycles"] + 1)
    t, E, i = t[rows] - t[rows][0], E[rows], i[rows]
    if case["rest"] and case["timed"]:
        before = np.linspace(0.0, case["rest"], 60)[:-1]
        t = np.concatenate([before, t + case["rest"]])
        E, i = np.concatenate([np.full(59, E[0]), E]), np.concatenate([np.zeros(59), i])
    if case["pause"] and case["timed"]:
        t = t + np.where(np.arange(t.size) > t.size // 3, 5e3, 0.0)
    rng = np.random.default_rng(case["seed"])
    i = i + case["noise"] * size * rng.standard_normal(i.size)
    # mains, folded back by the sampling to some period of rows
    i = i + case["hum"] * size * np.sin(2.0 * np.pi * np.arange(i.size) / rng.uniform(2.2, 9.0))
    i[rng.integers(0, i.size, case["spikes"])] += 5.0 * size * rng.choice([-1.0, 1.0])
    if case["staircase"]:
        E = np.round(E / 5e-3) * 5e-3
    columns = {"Potential (V)": E, "Current (A)": i if case["turned"] else -i}
    frame = pl.DataFrame(({"Time (s)": t} if case["timed"] else {}) | columns)
    path = folder / "cv.csv"
    frame.write_csv(path, float_scientific=True, float_precision=9)
    return path


@examples(500)
@given(case=disturbed())
def test_peaks_are_right_or_not_there(tmp_path_factory, case):
    """Every peak that is told is one of the film's, at its potential, with its charge within three standard errors
    (or 4 %), and never more charge than flowed; one that is missing has less than eight times the noise."""
    path = written(tmp_path_factory.mktemp("cv"), case)
    m = clocked(read(path), None if case["timed"] else case["rate"])
    last = last_at_each_rate(whole(of_record(m.record(AREA))))
    size = min((Q for _, Q in case["couples"]), default=1e-3) * case["rate"] / (4.0 * KT) / AREA
    whole_range = [s for s in last if s.span_V > 0.95 * (HIGH - LOW)]
    assert len(whole_range) == 2
    for sweep in whole_range:
        assert sweep.scan_rate_V_s == pytest.approx(case["rate"], rel=0.02)
        found = peaks(sweep)
        for peak, error in zip(found, peak_errors(sweep, found), strict=True):
            E, Q = min(case["couples"], key=lambda couple: abs(couple[0] - peak.potential_V), default=(9.0, 0.0))
            assert abs(peak.potential_V - E) <= 3.0 * error.potential_V + 4e-3, (peak, error)
            assert abs(peak.charge - Q / AREA) <= 3.0 * error.charge + 0.04 * Q / AREA, (peak, error, Q / AREA)
            own = np.maximum(sweep.current if sweep.direction == "cathodic" else -sweep.current, 0.0)
            flowed = float(np.trapezoid(own, sweep.time_s))
            assert peak.charge <= flowed * (1.0 + 1e-9) or case["spikes"]  # which are no charge
        missing = len(case["couples"]) - len(found)
        assert missing == 0 or case["noise"] > 0.1, (found, size)


@pytest.mark.parametrize("offset", [0.0, -0.3, 0.3, -1.5, 1.5])
def test_a_constant_current_makes_no_charge(offset):
    """A leak of some share of the peak: the charge above the chord, or above zero with the word, never more than
    what flowed; a peak whose current never has the sign of the sweep is none."""
    t, E, i, _ = voltammogram(Film(((3.0, 1e-3),)), Scan(LOW, HIGH, 1e-3, cycles=1, step_V=2e-3))
    i = i + offset * i.max()
    from heterofilm.analysis.electrochemistry.cv import sweeps

    for sweep in sweeps(t, E, i):
        for peak in peaks(sweep):
            own = np.maximum(sweep.current if sweep.direction == "cathodic" else -sweep.current, 0.0)
            assert peak.charge <= float(np.trapezoid(own, sweep.time_s)) * (1.0 + 1e-9)
            if peak.kind == "chord":
                assert peak.charge == pytest.approx(1e-3, rel=0.03)
            else:
                assert "zero current" in peak.baseline and peak.charge < 1e-3


def of_files(*names):
    found = []
    for name in names:
        found += whole(of_record(read(case_file(name)).record(AREA)))
    return found


def test_case_of_a_record_from_mid_sweep():
    """v01: the cathodic peak at 2.90 V and k1 v of 31 to 59 % both ways, from one cycle that begins at 3.3 V."""
    cycles = of_files(*(f"v01_mid_one_cycle_{rate}.csv" for rate in ("0.1", "0.2", "0.5", "1.0")))
    for sweep in cycles:
        (peak,) = peaks(sweep)
        assert peak.potential_V == pytest.approx(2.9 if sweep.direction == "cathodic" else 3.1, abs=2e-3)
    for split in splits(cycles).values():
        assert split.share[[0, -1]] == pytest.approx([0.31, 0.59], abs=0.01)


def test_case_without_time():
    found = of_record(clocked(read(case_file("v04_notime_0.2.csv")), 2e-4).record(AREA))
    assert [len(peaks(s)) for s in found] == [1, 1, 1, 1]


def test_case_of_a_baseline_through_the_other_sign():
    """v10: 64.2 uAh and 134 uA at 0.2 mV/s, and b = 1/2."""
    found = one_kind([(s, peaks(s)) for s in of_files(*(f"v10_chord_{rate}.csv" for rate in ("0.2", "0.5", "1.0")))])
    first = next(ps[0] for _, ps in found if ps)
    assert first.charge / 3600.0 * 1e6 * AREA == pytest.approx(64.2, abs=0.1)
    assert first.height * 1e6 * AREA == pytest.approx(134.2, abs=0.5) and first.kind == "zero"
    (track,) = follow(found).values()
    assert track[2].b == pytest.approx(0.5, abs=0.01)


def test_case_with_noise():
    """v09: one peak each way at every rate, 9.34 uAh at 0.1 mV/s."""
    cycles = of_files(*(f"v09_noise0.3_{rate}.csv" for rate in ("0.1", "0.2", "0.5", "1.0")))
    assert [len(peaks(s)) for s in cycles] == [1] * 16
    for sweep in last_at_each_rate(cycles)[:2]:
        (peak,) = peaks(sweep)
        assert peak.charge / 3600.0 * 1e6 * AREA == pytest.approx(9.34, rel=0.01)
