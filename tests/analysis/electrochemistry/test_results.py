"""Rows of a paper's table: units per area, uncertainties added in quadrature, verdicts where there is no number."""

import math

import numpy as np
import polars as pl
import pytest

from heterofilm.analysis.electrochemistry.cycles import cycle_table
from heterofilm.analysis.electrochemistry.gitt import gitt
from heterofilm.analysis.electrochemistry.normalise import CALIBRATION
from heterofilm.analysis.electrochemistry.results import (
    COUNTING,
    Electrode,
    cycle_results,
    gitt_results,
    plateau_results,
)
from heterofilm.errors import HeterofilmError
from heterofilm.records.record import Record


def by_name(rows):
    return {row.quantity: row for row in rows}


def test_a_titration_gives_the_diffusivity_of_its_slab():
    """Pulses made from D = 4 L^2/(pi tau) (dE_s/dE_t)^2; the thickness adds twice its share to what rows leave."""
    L, D, tau = 300e-9, 1e-17, 600.0
    t, E, i, E0 = [], [], [], 3.4
    for k in range(4):
        s = np.linspace(0.0, tau, 61)
        step = -0.010
        swing = step / np.sqrt(np.pi * tau * D / 4.0 / L**2)
        begin = k * 8000.0
        t += [*(begin + s), *(begin + tau + np.linspace(1.0, 7000.0, 50))]
        E += [*(E0 - 0.005 + swing * np.sqrt(s / tau)), *np.full(50, E0 + step)]
        i += [*np.ones(61), *np.zeros(50)]
        E0 += step
    t, E, i = np.array([-10.0, -5.0, *t]), np.array([3.4, 3.4, *E]), np.array([0.0, 0.0, *i])
    pulses = gitt(t, E, i, L)
    count, row = gitt_results(pulses, Electrode(thickness_m=L, thickness_sigma_m=0.05 * L))
    assert count.value == f"{len(pulses)} of {len(pulses)}" and row.unit == "cm2/s"
    assert row.value == pytest.approx(1e4 * D, rel=0.1)
    rows = np.mean([p.D_error_m2_s / p.D_m2_s for p in pulses])  # 10 s of begin and 1 s of end left open
    assert rows < 0.05 and row.uncertainty / row.value == pytest.approx(math.hypot(0.1, rows), rel=0.02)
    low, high = (f"{row.value * math.exp(s * row.uncertainty / row.value):.3g}" for s in (-1.0, 1.0))
    assert f"{low} to {high}" in row.note  # the range of one standard deviation is that of the column
    _, none = gitt_results([])
    assert none.value == "not determined"


def cycling(capacities, area=1e-4):
    """A record of charges 1 % larger than the discharges before them, at 1 A/m2."""
    rows, step, time = [], 0, 0.0
    for cycle, Q in enumerate(capacities, 1):
        for sign, share in ((1.0, 1.0), (-1.0, 0.99)):
            step += 1
            for x in np.linspace(0.0, 1.0, 5):
                rows.append((time + x * Q * share, 3.0, sign, sign * x * Q * share, step, cycle))
            time = rows[-1][0]
    names = ("time_s", "voltage_V", "current_A_m2", "charge_C_m2", "step", "cycle")
    return Record(pl.DataFrame(rows, schema=names, orient="row"), meta={"area_m2": area})


def test_cycles_with_the_error_bar_of_thickness_and_area():
    """36 C/m2 in 1 um is 1 uAh/cm2/um; 3 and 4 % make 5 %, the tester's calibration adds; ratios are free of these."""
    Q = 36.0 * 0.99 ** np.arange(10)
    rows = by_name(cycle_results(cycle_table(cycling(Q)), Electrode(1e-4, 3e-6, 1e-6, 4e-8)))
    first = rows["discharge capacity, cycle 1"]
    assert first.value == pytest.approx(1.0) and first.unit == "uAh/cm2/um"
    assert first.uncertainty == pytest.approx(np.hypot(0.05, CALIBRATION))
    assert rows["retention, cycle 10 of cycle 1"].value == pytest.approx(100 * 0.99**9)
    assert rows["retention, cycle 10 of cycle 1"].uncertainty < 0.1
    assert rows["coulombic efficiency, cycle 2"].value == pytest.approx(100.0)  # 0.99 of the first over its charge
    assert by_name(cycle_results(cycle_table(cycling(Q))))["discharge capacity, cycle 1"].unit == "uAh/cm2"


def test_no_retention_is_known_better_than_a_cycler_counts():
    """Capacities without any scatter leave 0.02 % of counting, as in the efficiency."""
    rows = by_name(cycle_results(cycle_table(cycling(np.full(10, 36.0)))))
    assert rows["retention, cycle 10 of cycle 1"].uncertainty == pytest.approx(COUNTING, rel=1e-3)
    assert str(rows["retention, cycle 10 of cycle 1"]) == "100.000 ± 0.020 %"


def test_the_scatter_of_capacities_is_the_error_of_the_retention():
    Q = 36.0 * (1.0 + 0.01 * np.random.default_rng(0).standard_normal(400))
    row = by_name(cycle_results(cycle_table(cycling(Q))))["retention, cycle 400 of cycle 1"]
    assert row.uncertainty == pytest.approx(1.0 * 2**0.5, rel=0.15)


@pytest.mark.parametrize("sizes", [(0.0, 0.0), (-1.0, 0.0), (1e-4, -1.0), (math.nan, 0.0)])
def test_impossible_electrodes_are_refused(sizes):
    with pytest.raises(HeterofilmError, match="must be positive"):
        Electrode(*sizes)


def test_plateaus_of_two_steps_in_the_potential():
    """A discharge that spends 2/3 of its charge at 3.2 V and 1/3 at 2.4 V has these two plateaus, on this area."""
    x = np.linspace(0.0, 1.0, 400)
    V = 2.4 + 0.8 / (1.0 + np.exp((x - 2.0 / 3.0) / 0.005)) - 0.02 * (x - 0.5)
    frame = {"time_s": 3600.0 * x, "voltage_V": V, "current_A_m2": np.ones(400), "charge_C_m2": 36.0 * x,
             "step": np.ones(400, int), "cycle": np.ones(400, int)}  # fmt: skip
    record = Record(pl.DataFrame(frame), meta={"area_m2": 1e-4})
    rows = by_name(plateau_results(record, [(1, 1, "discharge")], Electrode(1e-4, 2e-6)))
    for number, at, share in ((1, 3.2, 2.0 / 3.0), (2, 2.4, 1.0 / 3.0)):
        potential = rows[f"plateau {number} (discharge, cycle 1), potential"]
        charge = rows[f"plateau {number} (discharge, cycle 1), charge"]
        assert potential.value == pytest.approx(at, abs=0.01) and 0.0 < potential.uncertainty < 0.01
        assert charge.value == pytest.approx(share, rel=0.05) and charge.unit == "uAh/cm2"
        assert charge.uncertainty / charge.value >= 0.02  # that of the area
