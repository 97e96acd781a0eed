"""Figures of a titration: believed diffusivities apart from others, and the curve over all charge."""

import numpy as np
import pytest

from heterofilm.analysis.electrochemistry.gitt import gitt
from heterofilm.plots.gitt import diffusivity_figure, titration_figure
from heterofilm.simulation.run import simulate


@pytest.fixture(scope="module")
def record():
    return simulate("vo-half", "GITT discharge at 5 uA/cm2 for 10 min, rest for 1 h, until 3.1 V")


@pytest.fixture(scope="module")
def pulses(record):
    return gitt(record.frame["time_s"], record.frame["voltage_V"], record.frame["current_A_m2"], 3e-7)


def test_valid_ones_are_filled(pulses):
    figure = diffusivity_figure(pulses)
    shown = {s.marker: len(s.x) for s in figure.series}
    assert shown.get("circle", 0) == sum(p.valid for p in pulses)
    known = [p for p in pulses if np.isfinite(p.D_m2_s)]
    assert sum(shown.values()) == len(known) and figure.log_y
    assert figure.series[-1].y[0] == pytest.approx(
        1e4 * next(p.D_m2_s for p in known if not p.valid or len(shown) == 1)
    )


def test_charge_runs_on_from_pulse_to_pulse(record, pulses):
    """10 min at 5 uA/cm2 in 300 nm: 2.78 uAh/cm2/um per pulse; the rests add nothing."""
    curve, rest = titration_figure(record, pulses).series
    discharged = record.steps["capacity_C_m2"].sum() / 3e-7 / 3.6e7
    assert curve.x[-1] == pytest.approx(discharged, rel=1e-3)
    assert rest.x[1] - rest.x[0] == pytest.approx(5 / 6 / 0.3, rel=1e-3)
