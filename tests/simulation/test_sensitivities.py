"""The public side of sensitivities: tables, laws that hold exactly, what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm import Cell, HeterofilmError, sensitivities, simulate
from heterofilm.library.cell_entries import value_paths

FLAT = "films.VO.thickness"


def test_at_a_limit_the_time_moves_and_the_voltage_does_not() -> None:
    """A discharge ends at its limit whatever the values are: dV/dp = 0 there, and Q = i t in value and slope."""
    paths = ["phases.V2O5.D", FLAT]
    found = sensitivities("vo-half", "Discharge at 5 uA/cm2 until 2.15 V", paths)
    row = found.steps.row(0, named=True)
    for path, number in zip(paths, found.numbers, strict=True):
        assert abs(row[f"end_voltage_V by {path}"] * number) < 1e-12
        assert row[f"capacity_C_m2 by {path}"] == pytest.approx(0.05 * row[f"duration_s by {path}"], rel=1e-9)
        assert row[f"duration_s by {path}"] > 0.0


def test_an_ohmic_resistance_shifts_the_voltage() -> None:
    """R_s changes nothing but V: dV/dR_s = -i at every time of a step that ends in time."""
    path = "cells.vo-half.series_resistance"  # ohm cm2
    found = sensitivities("vo-half", "Discharge at 5 uA/cm2 for 1 h", [path])
    assert found.curves[f"voltage_V by {path}"].to_numpy() == pytest.approx(-0.05 * 1e-4, rel=1e-9)
    spectrum = sensitivities("vo-half", "EIS from 100 kHz to 0.1 Hz", [path], start=3.3).impedance
    assert spectrum[f"Z_re_ohm_m2 by {path}"].to_numpy() == pytest.approx(1e-4, rel=1e-9)
    assert np.abs(spectrum[f"Z_im_ohm_m2 by {path}"].to_numpy()).max() < 1e-12


def test_scale_of_area() -> None:
    """At a current of the whole cell, twice the area is half the current per area: A dV/dA = -i dV/di."""
    area = "cells.vo-half.area"
    found = sensitivities("vo-half", "Discharge at 5 uA for 30 min", [area], rtol=1e-6)
    number = found.numbers[0]
    V = [simulate("vo-half", f"Discharge at {i} uA/cm2 for 30 min", rtol=1e-7, detail=False).frame["voltage_V"][-1]
         for i in (5.01, 4.99)]  # fmt: skip
    by_ln_i = (V[0] - V[1]) / (0.02 / 5.0)
    assert number * found.steps[f"end_voltage_V by {area}"][0] == pytest.approx(-by_ln_i, rel=1e-3)


def test_more_values_than_lanes() -> None:
    """Ten values are followed as well as one."""
    cell = Cell.load("vo-half")
    couples = [
        f"phases.V2O5.couples.{c.name}.{key}" for c in cell.phases[0].couples for key in ("U0", "omega", "lithium")
    ]
    many = sensitivities(cell, "Discharge at 5 uA/cm2 until 2.5 V", [*couples, FLAT])
    one = sensitivities(cell, "Discharge at 5 uA/cm2 until 2.5 V", [FLAT])
    key = f"voltage_V by {FLAT}"
    assert many.curves[key].to_numpy() == pytest.approx(one.curves[key].to_numpy(), rel=1e-12)


def test_times_that_are_asked_for() -> None:
    """Between steps of time the slopes are those of the interpolated state; after the end nothing is seen."""
    when = np.array([60.0, 600.0, 3600.0, 1e9])
    found = sensitivities(
        "vo-half", "Discharge at 5 uA/cm2 until 2.15 V", ["phases.V2O5.D"], times={1: when}, rtol=1e-6
    )
    one = found.followed[0]
    assert one.asked[:, 0] == pytest.approx(when[:3])
    line = np.interp(when[:3], one.points[:, 0], one.slopes[:, 1, 0])
    assert one.asked_slopes[:, 1, 0] == pytest.approx(line, rel=2e-2)


@pytest.mark.parametrize(
    ("name", "path"),
    [("lco-atfb", "phases.LiCoO2-ocv.D_decades"), ("lco-atfb", "electrolytes.LiPON.cathode_interface.exponent"),
     ("vo-half", "electrolytes.liquid-1M.cathode_interface.exponent")],
)  # fmt: skip
def test_a_law_that_zero_leaves_out(name: str, path: str) -> None:
    """The slope at zero is the limit of those beside it; it was none at all, and D along with it is followed too."""
    D = next(own for own, _ in value_paths(Cell.load(name).entries) if own.endswith(".D"))
    at, near = (
        sensitivities(name, "Discharge at 5C", [path, D], rtol=1e-5, overrides={path: number}).steps
        for number in (0.0, 1e-6)
    )
    for one in (path, D):
        key = f"capacity_C_m2 by {one}"
        assert at[key][0] == pytest.approx(near[key][0], rel=1e-3)
    assert at[f"capacity_C_m2 by {path}"][0] != 0.0


STARTS = {"lco-lto": 2.3, "v2o5-lco": 1.1}
IMPEDANCE = {
    "lco-lto": ("anodes.LTO.i0", "anodes.LTO.double_layer", "phases.LTO.utilisation", "phases.LiCoO2-ocv.utilisation"),
    "v2o5-lco": ("phases.V2O5.sigma_e", "phases.V2O5.utilisation"),
    "vo-half": ("electrolytes.liquid-1M.cathode_interface.i0", "electrolytes.liquid-1M.cathode_interface.double_layer",
                "phases.V2O5.hysteresis_rate", "phases.V2O5.couples.epsilon-delta.omega"),
    "voc1-half": ("films.VOC1.hetero_i0", "phases.Cu2V2O7.couples.Cu2+/Cu+.omega", "phases.Cu2V2O7.utilisation"),
}  # fmt: skip


@pytest.mark.parametrize("name", IMPEDANCE)
def test_impedance(name: str) -> None:
    """Slopes of Z by values that leave its mesh alone against differences, to 3e-5 of the largest."""
    cell, text, start = Cell.load(name), "EIS from 100 kHz to 10 mHz", STARTS.get(name, 3.15)
    found = sensitivities(cell, text, IMPEDANCE[name], start=start).followed[0]
    assert found.impedance_slopes is not None
    for j, path in enumerate(IMPEDANCE[name]):
        x = cell.entries.number(path)
        h = 1e-3 * x
        Z = []
        for d in (h, -h):
            table = simulate(cell.replace({path: x + d}), text, start=start, detail=False).impedance
            assert table is not None
            Z.append(table["Z_re_ohm_m2"].to_numpy() + 1j * table["Z_im_ohm_m2"].to_numpy())
        known = (Z[0] - Z[1]) / (2.0 * h)
        assert np.abs(known - found.impedance_slopes[:, j]).max() < 3e-5 * np.abs(known).max(), path


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ([], "names no value"),
        ("phases.V2O5.D", "a list"),
        ([FLAT, FLAT], "twice"),
        (["phases.V2O5.x"], "leads nowhere"),
    ],
)
def test_values_that_make_no_sense(values: object, word: str) -> None:
    with pytest.raises(HeterofilmError, match=word):
        sensitivities("vo-half", "Rest for 1 min", values)  # type: ignore[arg-type]


def test_what_there_is_to_follow() -> None:
    """A spectrum alone has no curves; a change of temperature alone has nothing."""
    found = sensitivities("lco-atfb", "EIS from 1 kHz to 1 Hz", ["phases.LiCoO2-ocv.D"])
    assert found.curves.is_empty() and found.steps.is_empty() and not found.impedance.is_empty()
    with pytest.raises(HeterofilmError, match="add a step"):
        sensitivities("lco-atfb", "2 x (Set temperature to 40 degC)", ["phases.LiCoO2-ocv.D"])


def test_a_record_is_no_start() -> None:
    """How the end of another run depends on the values is not known."""
    record = simulate("vo-half", "Discharge at 5 uA/cm2 for 1 min", detail=False)
    with pytest.raises(HeterofilmError, match="not known"):
        sensitivities("vo-half", "Rest for 1 min", [FLAT], start=record)  # type: ignore[arg-type]
