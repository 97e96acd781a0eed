"""Energy against power: they are those of the discharge, and fall against each other."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm import Cell, simulate
from heterofilm.reports.study.profiles import discharge_figures
from heterofilm.reports.study.ragone import energy_and_power
from heterofilm.study.results import Results, Runs

CURRENTS = (5.0, 20.0, 80.0)


@pytest.fixture(scope="module")
def results() -> Results:
    cell = Cell.load("vo-half")
    records = {
        (cell.name, f"d{i:g}"): simulate(cell, f"Discharge at {i:g} uA/cm2 until 2.15 V", detail=False)
        for i in CURRENTS
    }
    return Results("", "", Runs({cell.name: cell}, records))


def test_energy_is_the_mean_voltage_times_the_capacity(results: Results) -> None:
    """And power that times the current: E = V q, P = V i with the mean over charge, in uA, uAh, cm2 and um."""
    for (_, name), record in results.main.records.items():
        energy, power = energy_and_power(record)
        frame = record.frame
        mean = np.trapezoid(frame["voltage_V"], frame["charge_C_m2"]) / frame["charge_C_m2"][-1]
        assert energy == pytest.approx(mean * record.capacity(), rel=2e-3)
        assert power == pytest.approx(mean * float(name[1:]) / 0.3, rel=2e-3)  # 300 nm


def test_the_figure_has_a_point_a_current_and_falls(results: Results) -> None:
    (figure,) = [one for one in discharge_figures(results) if one.name == "ragone-half"]
    (series,) = figure.series
    assert len(series.x) == len(CURRENTS)
    assert (np.diff(series.x) > 0).all() and (np.diff(series.y) < 0).all()
