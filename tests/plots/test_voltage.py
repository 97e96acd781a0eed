"""Between two films a voltage is against no lithium, whatever a record kept."""

from __future__ import annotations

import pytest

from heterofilm.analysis.electrochemistry.gitt import pulses_of
from heterofilm.analysis.electrochemistry.resistance import resistances
from heterofilm.plots.comparison import comparison_figure
from heterofilm.plots.gitt import diffusivity_figure, titration_figure
from heterofilm.plots.record import record_figure
from heterofilm.plots.resistance import resistance_figure
from heterofilm.plots.voltage import volts
from heterofilm.records.record import Record
from heterofilm.simulation.run import simulate


@pytest.fixture(scope="module", params=[("lco-lto", ""), ("lco-atfb", " vs Li⁺/Li")], ids=["two films", "lithium"])
def given(request: pytest.FixtureRequest) -> tuple[Record, str]:
    cell, against = request.param
    text = "Discharge at 10 uA/cm2 for 10 min; Rest for 10 min; Discharge at 20 uA/cm2 for 5 min; Rest for 10 min"
    return simulate(cell, text, detail=False), against


def test_figures_of_records_without_detail(given: tuple[Record, str]) -> None:
    record, against = given
    unit, pulses = volts(record), pulses_of(record)
    for label in (
        record_figure(record).y_label, comparison_figure({"a": record}, "time").y_label,
        titration_figure(record, pulses).y_label, diffusivity_figure(pulses, unit=unit).x_label,
        resistance_figure(resistances(record), unit=unit).x_label,
    ):  # fmt: skip
        assert label.endswith(f"/ V{against}"), label


def test_one_of_two_films_among_others_is_against_no_lithium() -> None:
    text = "Discharge at 10 uA/cm2 for 1 min"
    records = {name: simulate(name, text, detail=False) for name in ("lco-lto", "lco-atfb")}
    assert comparison_figure(records, "time").y_label == "Voltage / V"


def test_voltammograms_too() -> None:
    record = simulate("lco-lto", "CV between 2 V and 2.7 V at 1 mV/s for 1 cycles", detail=False)
    assert record_figure(record).x_label == "Potential / V"
