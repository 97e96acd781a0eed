"""Fits of data with a known truth: it comes back, intervals hold it, and what data cannot tell is said."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from draws import EXPLORE
from heterofilm import Cell, Data, FitResult, HeterofilmError, Record, compare_fits, fit, simulate
from heterofilm.calibration import joint
from heterofilm.calibration.search import Least

HALF = "vo-half"
D, I0, U0 = "phases.V2O5.D", "electrolytes.liquid-1M.cathode_interface.i0", "phases.V2O5.couples.delta-gamma.U0"
SIGMA = 1e-3  # V


@cache
def clean(text: str) -> Record:
    return simulate(HALF, text, detail=False, rtol=1e-6, dV=3e-2)


def noisy(text: str, seed: int, sigma: float = SIGMA) -> Record:
    """A run with independent noise on the voltage, as if it were measured."""
    record = clean(text)
    noise = np.random.default_rng(seed).normal(0.0, sigma, record.frame.height)
    frame = record.frame.with_columns(pl.col("voltage_V") + pl.Series(noise))
    return replace(record, frame=frame, meta={**record.meta, "kind": "measured"})


RATES = ("Discharge at 5 uA/cm2 until 2.15 V", "Discharge at 40 uA/cm2 until 2.15 V")
TRIALS = 100 if EXPLORE else 6


def test_the_truth_comes_back() -> None:
    """Two rates with 1 mV of noise, from starts a factor of three off: values within their intervals, misfit of 1 per
    degree of freedom, and no structure in what is left."""
    cell = Cell.load(HALF)
    data = [noisy(text, seed) for seed, text in enumerate(RATES)]
    far = {D: 3.0 * cell.entries.number(D), I0: cell.entries.number(I0) / 3.0}
    found = fit(cell, data, [D, I0, U0], noise="1 mV", start=far, searches=2)
    for path in (D, I0, U0):
        one = found[path]
        assert not one.open_low and not one.open_high
        wide = 1.5 * (one.high - one.low)
        assert one.low - wide < cell.entries.number(path) < one.high + wide  # a 95 % interval may miss, not by much
    assert 0.7 < found.misfit / (found.numbers - 3) < 1.4
    assert not found.sloppy


def test_one_optimum_from_every_start() -> None:
    """A search ends at the same values within a tenth of their uncertainty, and with the same misfit, wherever in the
    basin it begins and whatever range is stated: none, one around the start, one beside it. One that begins in the
    middle of its range, to rounding, too."""
    cell, true = Cell.load(HALF), Cell.load(HALF).entries.number(D)
    data = [Data(noisy(RATES[1], 3), noise="1 mV")]
    ranges: list[Any] = [[D, I0], {D: (0.01 * true, 100 * true), I0: None}]
    ends = []
    for factor in (0.2, 0.97, 1.0, 1.015, 5.0):
        for own in (*ranges, {D: (factor * true / 9.0, factor * true * 9.0), I0: None}):
            start = cell.replace({D: factor * true})
            ends.append(fit(start, data, own, searches=1, profiles=False))
    for path in (D, I0):
        found = np.array([one[path].value for one in ends])
        assert np.ptp(found) < 0.1 * min(one[path].sigma for one in ends)
    assert np.ptp([one.misfit for one in ends]) < 0.05  # of S, to what runs are true to


def test_a_value_that_stayed_is_told() -> None:
    """Of a value that nothing in the data moves, or that was right from the start, it is said; of others it is not."""
    said = "ended where the search began"
    away = fit(HALF, [Data(noisy(RATES[0], 7), noise="1 mV")], [D], start={D: 1e-13}, searches=1, profiles=False)
    assert said not in str(away)
    again = fit(HALF, [Data(noisy(RATES[0], 7), noise="1 mV")], [D], start=away.overrides, searches=1, profiles=False)
    assert f"{D} {said}" in str(again)


def test_noise_is_that_of_the_values_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a profile meets less misfit than the search did, noise that nothing states is renewed with the values: the
    misfit stays one per number."""
    first, stalled = joint.least, []

    def stalling(function: Any, start: Any, *more: Any) -> Any:
        if len(stalled) > 2:
            return first(function, start, *more)
        stalled.append(start)
        return Least(start, *function(start), 1, True)

    monkeypatch.setattr(joint, "least", stalling)
    found = fit(HALF, [noisy(RATES[0], 7)], [D], start={D: 1.3e-13}, searches=1)
    assert len(stalled) == 3
    assert found.misfit == pytest.approx(found.numbers, rel=0.05)
    assert not any("noise of any instrument" in said for said in found.structure)


def test_intervals_hold_the_truth() -> None:
    """Of N fits the 95 % intervals hold the truth in a binomial number: not fewer than one in 10^4 times are."""
    from scipy.stats import binom

    cell, held = Cell.load(HALF), 0
    for seed in range(TRIALS):
        found = fit(cell, [noisy(RATES[1], 100 + seed)], [D, I0], noise="1 mV", searches=1)
        held += sum(found[path].low <= cell.entries.number(path) <= found[path].high for path in (D, I0))
    assert held >= binom.ppf(1e-4, 2 * TRIALS, 0.93)  # the two of a fit are not independent, and 93 % is near enough
    assert held < 2 * TRIALS or TRIALS < 60


def test_a_pair_that_cannot_be_told_apart() -> None:
    """Only D times the transport factor enters: said in words, with intervals that have no end."""
    found = fit(HALF, [noisy(RATES[0], 1)], [D, "films.VO.transport_factor"], noise="1 mV", searches=1)
    assert found.sloppy == ("These data tell D transport_factor, not D and transport_factor by themselves.",)
    assert all(one.open_low for one in found.values)
    told = found[D].value * found["films.VO.transport_factor"].value
    assert told == pytest.approx(Cell.load(HALF).entries.number(D), rel=2e-3)


def test_spectrum_rests_and_discharge_together() -> None:
    """A spectrum and a relaxation tell what a discharge alone does not; each value says what informs it."""
    cell = Cell.load(HALF)
    spectrum = simulate(cell, "EIS from 100 kHz to 10 mHz", detail=False, start=3.3)
    rest = noisy("Discharge at 20 uA/cm2 for 10 min; Rest for 20 min", 3)
    C = "electrolytes.liquid-1M.cathode_interface.double_layer"
    data = [Data(spectrum, start=3.3, noise="1 %", name="EIS"), Data(rest, noise="1 mV", name="rest")]
    found = fit(cell, data, [D, I0, C], start={C: 30.0, I0: 1.0}, searches=1, profiles=False)
    assert found[C].data[0] == "EIS"
    assert "rest" in found[D].data
    for path in (I0, C):
        assert found[path].value == pytest.approx(cell.entries.number(path), rel=0.02)


def test_two_films() -> None:
    """Values of a film that is the anode, and of its face, come back from a discharge and the rest after it."""
    cell, thickness, face = Cell.load("lco-lto"), "films.LTO.thickness", "anodes.LTO.i0"
    record = simulate(cell, "Discharge at 5C; Rest for 10 min", detail=False, rtol=1e-6, dV=3e-2)
    noise = np.random.default_rng(1).normal(0.0, SIGMA, record.frame.height)
    frame = record.frame.with_columns(pl.col("voltage_V") + pl.Series(noise))
    data = replace(record, frame=frame, meta={**record.meta, "kind": "measured"})
    true = {path: cell.entries.number(path) for path in (thickness, face)}
    far = {thickness: 0.9 * true[thickness], face: 3.0 * true[face]}
    found = fit(cell, [data], [thickness, face], noise="1 mV", start=far, searches=1)
    for path, number in true.items():
        one = found[path]
        wide = 1.5 * (one.high - one.low)
        assert one.low - wide < number < one.high + wide  # a 95 % interval may miss, not by much
        assert not one.open_low and not one.open_high
    assert 0.7 < found.misfit / (found.numbers - 2) < 1.4


def test_noise_from_the_misfit() -> None:
    """Noise that nobody states is found to 20 %, and said."""
    found = fit(HALF, [noisy(RATES[0], 7, 2e-3)], [D], searches=1, profiles=False)
    said = next(note for note in found.notes if "noise is taken from the misfit" in note)
    number = float(said.split("misfit, ")[1].split(" mV")[0])
    assert number == pytest.approx(2.0, rel=0.2)


def test_a_wrong_model_is_seen() -> None:
    """What is missed by more than the noise that was stated is said; the right model has the smaller AICc.

    Of independent noise one draw in a hundred has a p below 0.01 by itself, so a seed whose own noise has none.
    """
    cell = Cell.load(HALF)
    data = [Data(noisy(RATES[0], 7), noise="1 mV", name="slow")]
    right = fit(cell, data, [D], searches=1, profiles=False)
    wrong = fit(cell.replace({U0: 2.40}), data, [D], searches=1, profiles=False)
    assert not right.structure and any("times the noise that was stated" in said for said in wrong.structure)
    blind = fit(cell.replace({U0: 2.40}), [Data(noisy(RATES[0], 7), name="slow")], [D], searches=1, profiles=False)
    assert "more than the noise of any instrument" in str(blind)  # 70 mV off, and no noise stated
    assert compare_fits({"wrong": wrong, "right": right})["model"].to_list() == ["right", "wrong"]


def test_stages_priors_links_and_ranges() -> None:
    """A prior narrower than the data holds its value; linked values are one; nothing leaves a range that was given."""
    data = [noisy(RATES[0], 2)]
    omega = tuple(f"phases.V2O5.couples.{name}.omega" for name in ("alpha-epsilon", "epsilon-delta"))
    values = {D: {"prior": (3e-13, 3e-16)}, omega: None, U0: (2.30, 2.36)}
    found = fit(HALF, data, values, noise="1 mV", stages=[[D]], searches=1, profiles=False)
    assert found[D].value == pytest.approx(3e-13, rel=5e-3)
    assert found[D].prior
    assert found[omega[0]].value == found[omega[1]].value
    assert found[U0].at_bound == "upper"
    assert "at its upper bound" in str(found)


def test_written_and_gone_on_with(tmp_path: Path) -> None:
    """The file says which data the values come from, a cell takes them, and a fit begins from them."""
    data = [Data(noisy(RATES[0], 4), noise="1 mV", name="slow")]
    found = fit(HALF, data, [D, U0], searches=1, profiles=False, keep=tmp_path / "kept.toml")
    place = found.write(tmp_path / "fit.toml")
    assert 'rows = ["slow"]' in place.read_text()
    assert FitResult.values_of(place) == found.overrides
    assert FitResult.values_of(tmp_path / "kept.toml")[D] == pytest.approx(found[D].value, rel=1e-6)
    assert found.fitted_cell.entries.number(D) == found[D].value
    again = fit(HALF, data, [D, U0], searches=1, profiles=False, start=place)
    assert again[D].value == pytest.approx(found[D].value, rel=1e-5)
    assert again.evaluations <= found.evaluations


def test_an_interrupt_keeps_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while profiles are made: the values are there, and it is said."""
    from heterofilm.calibration import joint

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(joint, "profile", stop)
    found = fit(HALF, [noisy(RATES[0], 4)], [D], noise="1 mV", searches=1)
    assert any("interrupted" in note for note in found.notes)
    assert found[D].value == pytest.approx(Cell.load(HALF).entries.number(D), rel=0.01)


def test_incomplete_data() -> None:
    """Rows that are missing, and a model that runs empty before the data do, are no reason to stop."""
    record = noisy(RATES[0], 6)
    holes = record.frame.with_columns(
        pl.when(pl.int_range(pl.len()) % 3 == 0).then(None).otherwise(pl.col("voltage_V")).alias("voltage_V")
    ).drop_nulls()
    start = {"phases.V2O5.utilisation": 0.45}
    found = fit(
        HALF, [replace(record, frame=holes)], ["phases.V2O5.utilisation"], noise="1 mV", start=start, searches=1
    )
    truth = Cell.load(HALF).entries.number("phases.V2O5.utilisation")
    assert found["phases.V2O5.utilisation"].value == pytest.approx(truth, rel=1e-3)


@pytest.mark.parametrize(
    ("data", "values", "word"),
    [
        ([], [D], "nothing to fit"),
        ([3.0], [D], "Data for a fit"),
        (["no.nc"], [D], "no.nc"),
        ("record", [], "no value"),
        ("record", D, "a list"),
        ("record", ["cells.vo-half.nodes"], "count"),
        ("record", {D: (1e-12, 1e-13)}, "must rise"),
        ("record", {D: {"prior": (1e-13, 0.0)}}, "standard deviation"),
        ("record", {D: {"width": 1.0}}, "not 'width'"),
        ("record", [D, (D, U0)], "cannot be one unknown"),
    ],
)
def test_what_makes_no_sense_is_refused(data: object, values: object, word: str) -> None:
    """One sentence, before any work."""
    given = [clean(RATES[0])] if data == "record" else data
    with pytest.raises(HeterofilmError, match=word):
        fit(HALF, given, values)


def test_a_protocol_with_too_few_steps() -> None:
    record = clean("Discharge at 20 uA/cm2 for 10 min; Rest for 20 min")
    with pytest.raises(HeterofilmError, match="2 steps in time"):
        fit(HALF, [(record, "Discharge at 20 uA/cm2 for 10 min")], [D])
