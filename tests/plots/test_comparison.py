"""Curves over each other: each keeps its points, its style says what it is, and no two look alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from heterofilm.errors import InputError
from heterofilm.plots.comparison import MOST, comparison_figure
from heterofilm.records.record import Record
from heterofilm.simulation.run import simulate
from heterofilm.units import si


@pytest.fixture(scope="module")
def record() -> Record:
    return simulate("voc1-half", "Discharge at 80 uA/cm2 until 2.15 V; Rest for 1 h; Charge at 80 uA/cm2 until 3.8 V")


def measured(record: Record) -> Record:
    return replace(record, meta=record.meta | {"kind": "measured"})


@pytest.mark.parametrize("x", ["capacity", "filling"])
def test_a_curve_keeps_its_charge_and_voltage(record: Record, x: str) -> None:
    """Of every step that moves charge, with a gap between; a rest has no place over the charge."""
    (series,) = comparison_figure({"a": record}, x).series  # type: ignore[arg-type]
    across, volts = np.asarray(series.x), np.asarray(series.y)
    assert np.isnan(across).sum() == 1
    moving = [record.step(n).frame for n in (1, 3)]
    assert np.array_equal(volts[~np.isnan(volts)], np.concatenate([f["voltage_V"].to_numpy() for f in moving]))
    ends = across[: moving[0].height].max()
    whole = moving[0]["charge_C_m2"].abs().max() / (si("uAh/cm2/um") * record.meta["thickness_m"])  # type: ignore[operator]
    assert ends == pytest.approx(whole if x == "capacity" else 1.0, rel=1e-12)


def test_what_was_measured_is_solid(record: Record) -> None:
    found = comparison_figure({"m": measured(record), "s": record}, "time")
    assert [one.style for one in found.series] == ["solid", "dash"] and "dashed: simulated" in found.caption
    assert comparison_figure({"s": record}).caption == ""


def test_without_a_thickness_all_are_per_area(record: Record) -> None:
    bare = replace(record, meta={key: value for key, value in record.meta.items() if key != "thickness_m"})
    assert "cm⁻²" in comparison_figure({"a": record, "b": bare}).x_label
    assert (
        "µm" in comparison_figure({"a": record}).x_label
        and "µm" not in comparison_figure({"a": record, "b": bare}).x_label
    )


@pytest.mark.parametrize("count", [2, MOST, MOST + 1, 40])
def test_no_two_look_alike(record: Record, count: int) -> None:
    found = comparison_figure({str(k): record for k in range(count)})
    assert len({one.colour for one in found.series}) == count


def test_a_waterfall_says_how_far_apart(record: Record) -> None:
    found = comparison_figure({"a": record, "b": record, "c": record}, "time", offset_V=0.5)
    first = [np.asarray(one.y) for one in found.series]
    assert np.allclose(first[2] - first[0], 1.0, atol=1e-12) and "0.5 V apart" in found.y_label


def test_nothing_to_show_is_a_sentence(record: Record) -> None:
    rest = simulate("vo-half", "Rest for 1 min")
    for records, x in (({}, "time"), ({"a": record}, "wavelength"), ({"r": rest}, "capacity")):
        with pytest.raises(InputError):
            comparison_figure(records, x)  # type: ignore[arg-type]
