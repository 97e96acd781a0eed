"""Comparisons of cells in words, on records made up so that the answer is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from heterofilm.analysis.impedance.features import tail_angle
from heterofilm.cell import Cell
from heterofilm.paper.claims import claim
from heterofilm.paper.directions import solid_lower, steepest
from heterofilm.paper.table import claims_table
from heterofilm.records.record import Record
from heterofilm.records.spectrum import Spectrum
from heterofilm.study.results import Results, Runs, discharge_capacities

HALF = {"VO": "vo-half", "VOC1": "voc1-half", "VOC2": "voc2-half"}
F = np.geomspace(1e4, 1e-3, 57)


def spectrum(share, step=1):
    """A resistance and a constant-phase element: a tail at 90 degrees times its share."""
    Z = 1.0 + 10.0 / (2j * np.pi * F) ** share
    columns = {"frequency_Hz": F, "Z_re_ohm_m2": Z.real, "Z_im_ohm_m2": Z.imag}
    return pl.DataFrame(columns).with_columns(pl.lit(step).alias("step"))


def with_spectrum(table):
    return replace(cycled([1.0]), impedance=table)


def test_the_tail_is_that_of_the_range_a_measurement_has():
    """A capacitor that shows below 10 mHz only does not move the angle of a spectrum that stops there."""
    table = spectrum(0.6)
    late = np.where(F < 0.99e-2, -1e6j / F, 0.0)
    both = Spectrum(F, table["Z_re_ohm_m2"].to_numpy() + 1j * table["Z_im_ohm_m2"].to_numpy() + late)
    assert tail_angle(both, 1e-2) == pytest.approx(54.0, abs=0.1) and tail_angle(both, 1e-3) > 85.0


@pytest.mark.parametrize(("shares", "agrees"), [((0.8, 0.9, 0.5), True), ((0.9, 0.8, 0.5), False)])
def test_the_steepest_spectrum(shares, agrees):
    records = {(c, "eis"): with_spectrum(spectrum(s)) for c, s in zip(HALF.values(), shares, strict=True)}
    answer = steepest(Runs(records=records), claim("eis-slope"))
    assert answer is not None and answer.agrees is agrees and answer.by_draws
    assert f"VOC1 {90 * shares[1]:.1f}°" in answer.text


def test_only_a_spectrum_of_the_film_as_made_counts():
    records = {(c, "eis"): with_spectrum(spectrum(0.7, step=3)) for c in HALF.values()}
    assert steepest(Runs(records=records), claim("eis-slope")) is None


def test_the_draws_decide_a_slope():
    def runs(*shares):
        return Runs(records={(c, "e"): with_spectrum(spectrum(s)) for c, s in zip(HALF.values(), shares, strict=True)})

    yes, no = runs(0.8, 0.9, 0.5), runs(0.9, 0.8, 0.5)
    for members, said, counted in (([yes] * 9 + [no], "agrees", "9 of 10"), ([yes, no], "undecided", "1 of 2")):
        row = claims_table(Results("", "", yes, members=members)).filter(pl.col("id") == "eis-slope")
        assert row["verdict"][0] == said and f"holds in {counted} draws" in row["note"][0]


def cycled(capacities, labels=None, currents=None):
    """A record of discharges at 5 uA/cm2 (or as said) that give these capacities (C/m2), each charged back."""
    rows, steps, time = [], [], 0.0
    for k, Q in enumerate(capacities):
        i = 0.05 if currents is None else currents[k]
        for sign, kind in ((1.0, "discharge"), (-1.0, "charge")):
            number = len(steps) + 1
            for s in (0.0, 0.5, 1.0):
                rows.append((time + s * Q / i, 3.0 - sign * (s - 0.5), sign * i, sign * s * Q, number, k + 1))
            label = "" if labels is None else labels[k]
            steps.append((number, k + 1, kind, "", Q, 3.0 * Q, time, time + Q / i, label))
            time += Q / i
    names = ("time_s", "voltage_V", "current_A_m2", "charge_C_m2", "step", "cycle")
    of_step = ("step", "cycle", "kind", "end", "capacity_C_m2", "energy_J_m2", "t_start", "t_end", "label")
    return Record(
        pl.DataFrame(rows, schema=names, orient="row"), meta={"thickness_m": 3e-7},
        steps=pl.DataFrame(steps, schema=of_step, orient="row"),
    )  # fmt: skip


def rate_test(*capacities):
    return cycled(capacities, labels=["a", "b", "c"], currents=[0.05, 0.2, 0.8])


@pytest.mark.parametrize(
    ("solid_rate", "solid_last", "agrees"), [((8.0, 5.0, 2.0), 5.0, True), ((8.0, 5.0, 6.0), 5.0, False),
                                             ((8.0, 5.0, 2.0), 7.9, False)]
)  # fmt: skip
def test_capacity_rate_and_stability_all_count(solid_rate, solid_last, agrees):
    """Liquid: 10, of which 8 are left after 25 cycles and 5 at 16 times the current; solid: 8 at first."""
    cells = {name: Cell.load(name) for name in ("vo-half", "vo-atfb")}
    records = {
        ("vo-half", "life"): cycled(np.linspace(10.0, 8.0, 25)),
        ("vo-atfb", "life"): cycled(np.linspace(8.0, solid_last, 25)),
        ("vo-half", "rate"): rate_test(10.0, 8.0, 5.0),
        ("vo-atfb", "rate"): rate_test(*solid_rate),
    }
    answer = solid_lower(Runs(cells, records), claim("atfb-lower"))
    assert answer is not None and answer.agrees is agrees
    assert f"VO {solid_rate[-1] / 8.0:.2f} against 0.50" in answer.note
    assert ("more stable than the liquid cell: VO at 5" in answer.note) == (solid_last / 8.0 > 0.8)
    assert discharge_capacities(records["vo-half", "life"])[1][0] == pytest.approx(10.0 / 3e-7 / 3.6e7)
