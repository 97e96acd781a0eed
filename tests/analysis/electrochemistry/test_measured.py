"""The analyses of records on measured files, unchanged: cycles, dQ/dV, voltammetry, GITT's pulses, per volume."""

import numpy as np
import polars as pl
import pytest

from heterofilm.analysis.electrochemistry.cv import sweeps
from heterofilm.analysis.electrochemistry.cycles import cycle_table
from heterofilm.analysis.electrochemistry.dqdv import dqdv, plateaus
from heterofilm.analysis.electrochemistry.normalise import normalise
from heterofilm.instruments import read
from heterofilm.records.record import Record
from real_data import real_file

AREA, THICKNESS = 1e-4, 1e-6
GCPL = "biologic/jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr"


@pytest.fixture(scope="module")
def gcpl() -> Record:
    measured = read(real_file(GCPL))
    assert measured.table.height == 46102
    return measured.record(AREA, THICKNESS)


def test_the_published_summary_of_a_half_cell(gcpl: Record) -> None:
    """navani's means: 0.7778788 and 0.9535533 mAh, 2.7871832 and 2.97389223 V; here 1.9999 to 3.8001 V, 126.75 h."""
    table = cycle_table(gcpl)
    mAh = {k: table[f"{k}_C_m2"].drop_nulls().to_numpy() * AREA / 3.6 for k in ("discharge", "charge")}
    assert len(mAh["discharge"]) == 7 and len(mAh["charge"]) == 6
    assert mAh["discharge"].mean() == pytest.approx(0.7778788, abs=1e-6)
    assert mAh["charge"].mean() == pytest.approx(0.9535533, abs=1e-6)
    assert table["discharge_V"].mean() == pytest.approx(2.7871832, abs=2e-6)
    assert table["charge_V"].mean() == pytest.approx(2.97389223, abs=2e-6)
    frame = gcpl.frame
    assert frame["voltage_V"].min() == pytest.approx(1.9999, abs=1e-4)
    assert frame["voltage_V"].max() == pytest.approx(3.8001, abs=1e-4)
    assert frame["time_s"][-1] / 3600.0 == pytest.approx(126.75, abs=0.01)


def test_the_published_voltages_of_its_cycles(gcpl: Record) -> None:
    """navani's full cycles begin with a discharge, the rest being one of its own: means 3.638082 and 2.0633922 V."""
    steps = gcpl.frame["step"].to_numpy()
    blocks = gcpl.frame.with_columns(pl.Series("block", steps // 2))
    seen = blocks.group_by("block").agg(pl.col("voltage_V").max().alias("top"), pl.col("voltage_V").min().alias("low"))
    assert seen.height == 8
    assert seen["top"].mean() == pytest.approx(3.638082, abs=1e-6)
    assert seen["low"].mean() == pytest.approx(2.0633922, abs=1e-6)


def test_dqdv_of_a_measured_discharge_holds_its_charge(gcpl: Record) -> None:
    """The area under dQ/dV is the capacity of the step; the plateaus share it."""
    step = int(gcpl.steps.filter(pl.col("kind") == "discharge")["step"][2])
    curve = dqdv(gcpl, step)
    area = float(np.trapezoid(curve["dqdv_C_m2_V"], curve["voltage_V"]))
    whole = gcpl.steps.filter(pl.col("step") == step)["capacity_C_m2"][0]
    assert area == pytest.approx(whole, rel=2e-3)
    found = plateaus(gcpl, step)
    assert found["share"].sum() == pytest.approx(1.0, abs=1e-6)
    assert found["voltage_V"].is_between(2.0, 3.8).all()


def test_capacity_per_volume_with_its_error_bar(gcpl: Record) -> None:
    """uAh cm-2 um-1 of the file for a stated area and thickness, as the record has it; errors add in squares."""
    found = normalise(gcpl, area_sigma_m2=0.02 * AREA, thickness_sigma_m=0.05 * THICKNESS, cycles=[3], calibration=1e-3)
    step = int(gcpl.steps.filter((pl.col("cycle") == 3) & (pl.col("kind") == "discharge"))["step"][0])
    assert found.per_volume == pytest.approx(gcpl.capacity("uAh/cm2/um", step), rel=1e-9)
    assert found.per_volume_sigma / found.per_volume == pytest.approx(np.sqrt(0.02**2 + 0.05**2 + 0.001**2))


def test_sweeps_of_a_measured_voltammogram() -> None:
    """The header's 0.100 mV/s between 1.5 and 5.5 V is what the sweeps show; the record has a step each."""
    measured = read(real_file("biologic/yadg_cv.mpt"))
    found = sweeps(measured.column("time_s"), measured.column("voltage_V"), measured.column("current_A"))
    full = [s for s in found if np.ptp(s.voltage_V) > 3.9]
    assert len(full) >= 1
    for sweep in full:
        assert sweep.scan_rate_V_s == pytest.approx(1e-4, rel=2e-3)
        assert sweep.linearity > 0.9999
    record = measured.record(AREA)
    assert record.steps.height == len(found)


def test_an_oxidation_peak_of_platinum_is_where_the_current_is_lowest() -> None:
    measured = read(real_file("cv/ixdat_Pt_poly_cv_CUT.mpt"))
    found = sweeps(measured.column("time_s"), measured.column("voltage_V"), measured.column("current_A"))
    assert {s.direction for s in found} == {"anodic", "cathodic"}
    anodic = np.concatenate([s.current for s in found if s.direction == "anodic"])
    cathodic = np.concatenate([s.current for s in found if s.direction == "cathodic"])
    assert np.median(anodic) < 0.0 < np.median(cathodic)  # reduction is positive


@pytest.mark.parametrize(
    "name",
    [
        "neware/20260302_IFE_BTS85_2_9_8_1.ndax", "neware/fastnda_test_2.ndax", "neware/neware_uio.csv",
        "arbin/bs542_004_gr_li_50ua_50mv_1v_191020_Channel_11.xlsx", "cycling_csv/cellpy_maccor_002.txt",
        "biologic/yadg_gcpl.issue_211.mpt", "cycling_csv/arbin_example.bdf.csv",
    ],
)  # fmt: skip
def test_every_cycler_ends_in_the_same_table_of_cycles(name: str) -> None:
    """The charge of all steps adds up to what the current integrates to, within 2 % and the lost first rows."""
    measured = read(real_file(name))
    record = measured.record(AREA, THICKNESS)
    assert cycle_table(record).height >= 1
    frame = record.frame
    t, i, step = (frame[c].to_numpy() for c in ("time_s", "current_A_m2", "step"))
    within = np.diff(step) == 0
    integral = float(np.abs(np.where(within, np.diff(t) * (i[1:] + i[:-1]) / 2.0, 0.0)).sum())
    assert record.steps["capacity_C_m2"].sum() == pytest.approx(integral, rel=0.02)


@pytest.mark.parametrize("number", ["01", "05", "15", "20", "30", "35"])
def test_a_gitt_pulse_is_a_discharge_between_two_rests(number: str) -> None:
    """1.15 mA on a disc of 18 mm: the pulse is one step of that current, and the voltage falls."""
    record = read(real_file(f"gitt/pbparam_LGM50_gitt_pulse_{number}.csv")).record(np.pi * 9e-3**2)
    pulse = record.steps.filter(pl.col("kind") == "discharge").sort("capacity_C_m2")
    rows = record.frame.filter(pl.col("step") == int(pulse["step"][-1]))
    assert float(rows["current_A_m2"].median()) * np.pi * 9e-3**2 == pytest.approx(1.15e-3, rel=1e-3)
    assert rows["voltage_V"][-1] < rows["voltage_V"][0]
