"""dQ/dV of several cycles: each is told from every other."""

import numpy as np

from heterofilm.plots.dqdv import SHADES, dqdv_figure
from heterofilm.plots.record import voltage_figure
from heterofilm.simulation.run import simulate
from heterofilm.units import si

RECORD = simulate("vo-half", "10 x (Discharge at 5C; Charge at 5C)", detail=False)


def test_a_cycle_has_one_colour_and_no_other_has_it() -> None:
    """A few are named in a legend, once each; ten by a bar of colours (the tenth had the colour of the first)."""
    for cycles, listed in ((range(1, 5), 4), (range(1, 11), 0)):
        figure = dqdv_figure(RECORD, cycles, "t")
        colours = {s.label: s.colour for s in figure.series}
        assert all(s.colour == colours[s.label] for s in figure.series)
        assert len(set(colours.values())) == len(colours) == len(cycles)
        assert sum(s.in_legend for s in figure.series) == listed and (figure.scale is None) == (listed > 0)
    assert len(set(SHADES)) == len(SHADES)


def test_discharge_lies_above_zero_and_its_area_is_the_capacity() -> None:
    """Integral of dQ/dV over the potential, in the units of the axis; charge the other way, below zero."""
    figure = dqdv_figure(RECORD, [5], "t")
    step = RECORD.steps.filter((RECORD.steps["cycle"] == 5) & (RECORD.steps["kind"] == "discharge"))["step"][0]
    charge = np.abs(RECORD.step(int(step)).frame["charge_C_m2"].to_numpy())
    capacity = charge[-1] / (si("uAh/cm2/um") * RECORD.meta["thickness_m"])
    sides = {np.sign(np.nanmean(s.y)): abs(np.trapezoid(np.nan_to_num(s.y), s.x)) for s in figure.series}
    assert set(sides) == {1.0, -1.0}
    assert abs(sides[1.0] / capacity - 1.0) < 0.03, "three points of 1 mV and a Gaussian of some mV"


def test_a_voltage_between_two_films_is_no_potential_against_lithium() -> None:
    record = simulate("lco-lto", "Discharge at 1C until 1.5 V")
    assert dqdv_figure(record, [1], "t").x_label == voltage_figure(record).y_label == "Voltage / V"
    assert dqdv_figure(RECORD, [1], "t").x_label == "Voltage / V vs Li⁺/Li"
