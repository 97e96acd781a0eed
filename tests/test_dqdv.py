"""dQ/dV keeps the charge and finds the plateaus that were put in."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.ndimage import gaussian_filter1d
from scipy.signal import find_peaks

from heterofilm.analysis.electrochemistry.dqdv import _gaussian, _peaks, dqdv, held, plateaus
from heterofilm.errors import HeterofilmError
from heterofilm.records.record import Record


def record(V, Q):
    """A record of one step from voltage and charge."""
    n = len(V)
    return Record(
        pl.DataFrame(
            {
                "time_s": np.asarray(Q, float) / 0.1,
                "voltage_V": np.asarray(V, float),
                "current_A_m2": np.full(n, 0.1),
                "charge_C_m2": np.asarray(Q, float),
                "step": np.ones(n, int),
                "cycle": np.ones(n, int),
            }
        )
    )


def two_plateaus():
    """300 C/m2 around 3.3 V and 100 C/m2 around 2.5 V, each a logistic of 20 mV."""
    V = np.linspace(3.8, 2.1, 3000)
    Q = 300.0 / (1 + np.exp((V - 3.3) / 0.02)) + 100.0 / (1 + np.exp((V - 2.5) / 0.02))
    return record(V, Q)


@pytest.mark.parametrize("smoothing", [5e-3, 10e-3, 40e-3])
def test_the_integral_is_the_charge(smoothing):
    """Whatever the smoothing, the area below dQ/dV is the charge of the step."""
    curve = dqdv(two_plateaus(), smoothing=smoothing)
    area = np.trapezoid(curve["dqdv_C_m2_V"], curve["voltage_V"])
    assert area == pytest.approx(400.0, rel=1e-3)
    assert curve["dqdv_C_m2_V"].min() >= 0.0


def test_a_straight_line_has_one_height():
    """Q falls linearly with V: dQ/dV is the slope, away from the ends."""
    curve = dqdv(record(np.linspace(3.5, 2.5, 400), np.linspace(0.0, 200.0, 400)))
    inner = curve.filter((pl.col("voltage_V") > 2.6) & (pl.col("voltage_V") < 3.4))
    assert inner["dqdv_C_m2_V"].to_numpy() == pytest.approx(200.0, rel=2e-2)


def test_a_dip_counts_its_charge():
    """A voltage that dips and recovers passes a place twice: the charge of both ways lies there."""
    curve = dqdv(record([3.0, 2.5, 2.7, 2.2], [0.0, 50.0, 70.0, 120.0]))
    assert np.trapezoid(curve["dqdv_C_m2_V"], curve["voltage_V"]) == pytest.approx(120.0, rel=1e-3)


def test_plateaus_put_in_are_found():
    """Their potentials, their charges, their shares; highest first."""
    found = plateaus(two_plateaus())
    assert found["voltage_V"].to_numpy() == pytest.approx([3.3, 2.5], abs=2e-3)
    assert found["charge_C_m2"].to_numpy() == pytest.approx([300.0, 100.0], rel=1e-2)
    assert found["share"].sum() == pytest.approx(1.0)


def test_prominence_decides():
    """The smaller plateau, a third as high, is none where more is asked for."""
    assert plateaus(two_plateaus(), prominence=0.5).height == 1


def test_what_makes_no_sense_is_said():
    """Too few points, or no smoothing."""
    with pytest.raises(HeterofilmError, match="at least three points"):
        dqdv(record([3.0, 2.5], [0.0, 1.0]))
    with pytest.raises(HeterofilmError, match="must be positive"):
        dqdv(two_plateaus(), smoothing=0.0)


@pytest.mark.parametrize("seed", range(20))
def test_peaks_are_those_of_scipy(seed):
    """Rough curves with flat tops, ties and maxima at the ends: the same maxima as scipy's."""
    random = np.random.default_rng(seed)
    values = np.round(np.cumsum(random.normal(size=300)), seed % 3)
    for prominence in (1e-9, 1.0, 5.0):
        assert _peaks(values, prominence).tolist() == find_peaks(values, prominence=prominence)[0].tolist()


def test_a_curve_without_maximum_has_no_peak():
    """Flat, rising, or too short."""
    for values in (np.zeros(5), np.arange(5.0), np.zeros(1)):
        assert _peaks(values, 0.1).size == 0


@pytest.mark.parametrize("width", [0.7, 10.0, 40.0])
def test_smoothing_is_that_of_scipy(width):
    """To rounding, with zeros beyond the ends."""
    values = np.random.default_rng(1).random(500)
    assert _gaussian(values, width) == pytest.approx(gaussian_filter1d(values, width, mode="constant"), rel=1e-12)


def test_a_hold_is_no_plateau(tmp_path):
    """Constant current to 3.7 V, then constant voltage while the current decays: what moved there is left out and
    told, and no plateau lies at 3.7 V."""
    t = np.arange(0.0, 7200.0, 60.0)
    i = np.where(t < 3600.0, -1.0, -np.exp(-(t - 3600.0) / 900.0))
    Q = np.concatenate([[0.0], np.cumsum((i[1:] + i[:-1]) / 2.0 * 60.0)])
    # a plateau at 3.0 V, then up to the limit
    V = np.minimum(3.7, 3.0 + 0.7 * np.clip((t - 1800.0) / 1800.0, 0.0, 1.0) + 1e-6 * t)
    frame = {"time_s": t, "voltage_V": V, "current_A_m2": i, "charge_C_m2": Q}
    record = Record(pl.DataFrame(frame | {"step": np.ones(t.size, int), "cycle": np.ones(t.size, int)}))
    found = plateaus(record, 1)
    assert found["voltage_V"].to_list() == pytest.approx([3.0], abs=0.01)
    at, moved = held(record, 1)
    assert at == pytest.approx(3.7, abs=1e-3) and moved == pytest.approx(-Q[-1] + Q[60], rel=0.1)


def test_a_plateau_at_a_limit_is_no_hold():
    """At constant current the charge at one voltage is the film's own."""
    t = np.arange(0.0, 3600.0, 60.0)
    V = np.minimum(3.7, 3.0 + 0.7 * t / 1800.0)
    frame = {"time_s": t, "voltage_V": V, "current_A_m2": -np.ones(t.size), "charge_C_m2": -t}
    record = Record(pl.DataFrame(frame | {"step": np.ones(t.size, int), "cycle": np.ones(t.size, int)}))
    assert held(record, 1)[1] == 0.0 and plateaus(record, 1)["voltage_V"][0] == pytest.approx(3.7, abs=0.01)


@pytest.mark.parametrize("spacing", [0.7e-3, 3.3e-3, 15e-3])
def test_an_even_curve_has_no_bumps(spacing):
    """Voltage in proportion to charge, rows however far apart: dQ/dV is flat but for its ends."""
    V = np.arange(3.0, 3.6, spacing)
    t = np.arange(V.size, dtype=float)
    frame = {"time_s": t, "voltage_V": V, "current_A_m2": -np.ones(V.size), "charge_C_m2": -t}
    record = Record(pl.DataFrame(frame | {"step": np.ones(V.size, int), "cycle": np.ones(V.size, int)}))
    curve = dqdv(record, 1)
    inside = curve.filter((curve["voltage_V"] > 3.06) & (curve["voltage_V"] < 3.52))["dqdv_C_m2_V"]
    assert inside.to_numpy() == pytest.approx(np.full(inside.len(), 1.0 / spacing), rel=1e-3)
