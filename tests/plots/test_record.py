"""The figure of a record is chosen by what it holds."""

import pytest

from heterofilm.plots.record import record_figure, voltage_figure
from heterofilm.records.record import Record
from heterofilm.simulation.run import simulate


@pytest.mark.parametrize(
    ("protocol", "name"),
    [
        ("EIS from 10 kHz to 1 Hz", "nyquist"),
        ("Rest for 1 min; EIS from 10 kHz to 1 Hz", "nyquist"),
        ("CV between 2.15 V and 3.8 V at 5 mV/s", "voltammogram"),
        ("GITT discharge at 5 uA/cm2 for 10 min, rest for 10 min, until 3.3 V", "titration"),
        ("25 x (Discharge at 80 uA/cm2 until 3 V; Charge at 80 uA/cm2 until 3.6 V)", "capacity-cycles"),
        ("2 x (Discharge at 80 uA/cm2 until 3 V; Charge at 80 uA/cm2 until 3.6 V)", "voltage"),
        ("Discharge at 80 uA/cm2 until 3 V; EIS from 10 kHz to 1 Hz", "voltage"),
        ("Rest for 1 h", "voltage"),
    ],
)
def test_the_figure_fits_the_record(protocol, name):
    assert record_figure(simulate("vo-half", protocol, detail=False)).name == name


def test_without_a_thickness_the_capacity_is_per_area():
    record = simulate("vo-half", "Discharge at 20 uA/cm2 until 3 V", detail=False)
    bare = Record(record.frame, None, {"name": "bare"}, record.steps)
    figure = voltage_figure(bare)
    assert figure.x_label == "Capacity / µAh cm⁻²"
    assert figure.series[0].x[-1] == pytest.approx(record.capacity("uAh/cm2"))


def test_rates_have_a_colour_and_a_label_each():
    """Three currents, each twice: three labels in their order, a discharge and its charge of one colour."""
    test = "2 x (Discharge at C/2; Charge at C/2); Discharge at 2C; Charge at 2C; Discharge at 10C; Charge at 10C"
    figure = voltage_figure(simulate("vo-half", test, detail=False))
    told = [one for one in figure.series if one.in_legend]
    assert [one.label.split("(")[1] for one in told] == ["0.5C)", "2C)", "10C)"]
    assert len({one.colour for one in told}) == 3
    for one in told:
        assert {s.style for s in figure.series if s.colour == one.colour} == {"solid", "dash"}


def test_many_cycles_have_a_bar_of_colours() -> None:
    """Ten of them: none in a legend, every one of its colour, charge and discharge alike."""
    figure = voltage_figure(simulate("vo-half", "10 x (Discharge at 30C; Charge at 30C)", detail=False))
    assert figure.scale is not None and figure.scale.names == tuple(str(k) for k in range(1, 11))
    assert not any(one.in_legend for one in figure.series)
    assert len({one.colour for one in figure.series}) == 10
    assert all(one.colour == figure.series[2 * (k // 2)].colour for k, one in enumerate(figure.series))


def test_cycles_at_one_current_are_told_apart():
    figure = voltage_figure(simulate("vo-half", "3 x (Discharge at 5C; Charge at 5C)", detail=False))
    assert [one.label for one in figure.series if one.in_legend] == ["cycle 1", "cycle 2", "cycle 3"]


def test_currents_drawn_as_one_are_both_named() -> None:
    """97.5 beside 95 is not 95; what a cycler sets for one current is one."""
    test = "Discharge at {} uA/cm2 until 3 V; Charge at 95 uA/cm2 until 3.6 V; Discharge at 40 uA/cm2 until 3 V"
    for own, label in (("97.5", "95 to 97.5 µA"), ("95.5", "95.2 µA")):
        figure = voltage_figure(simulate("vo-half", test.format(own), detail=False))
        assert {one.label.split(" cm")[0] for one in figure.series if one.in_legend} == {"40 µA", label}
