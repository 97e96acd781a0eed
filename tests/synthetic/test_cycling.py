"""The synthetic cycler: what it writes is read back as the truth, within what it says it adds."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from draws import even_normals
from heterofilm.analysis.electrochemistry.cycles import cycle_table, rates_of
from heterofilm.analysis.electrochemistry.normalise import Electrode, normalise
from heterofilm.analysis.electrochemistry.results import cycle_results, rate_results
from heterofilm.errors import HeterofilmError
from heterofilm.instruments import read
from heterofilm.records.record import Record
from heterofilm.synthetic.cycling import SyntheticCycler, write_arbin_csv, write_csv, write_mpt, write_neware_csv
from made_cell import AREA, THICKNESS, made_cell

PERFECT = SyntheticCycler(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
WRITERS: dict[str, tuple[Callable[..., Path], str, dict[str, object]]] = {
    "mpt": (write_mpt, "a.mpt", {}),
    "mpt with decimal commas": (write_mpt, "b.mpt", {"decimal_comma": True}),
    "arbin": (write_arbin_csv, "c.csv", {}),
    "neware": (write_neware_csv, "d.csv", {}),
    "csv": (write_csv, "e.csv", {}),
}
FORMATS = {
    "mpt": "BioLogic EC-Lab text", "mpt with decimal commas": "BioLogic EC-Lab text", "arbin": "Arbin csv",
    "neware": "Neware text", "csv": "csv of time, voltage and current",
}  # fmt: skip


@pytest.mark.parametrize("kind", WRITERS)
def test_a_perfect_tester_gives_the_truth_back(kind: str, tmp_path: Path) -> None:
    """Truth -> file -> record: time, voltage, current and the table of cycles to the digits that the file holds."""
    write, name, more = WRITERS[kind]
    truth = made_cell()
    measured = read(write(truth, tmp_path / name, PERFECT, **more))
    assert measured.format == FORMATS[kind]
    again = measured.record(AREA, THICKNESS)
    assert again.frame.height == truth.frame.height
    clock = 1e-3 if kind == "neware" else 1e-6
    for column, off in (("time_s", clock), ("voltage_V", 1e-9), ("current_A_m2", 1e-9)):
        assert np.allclose(again.frame[column], truth.frame[column], rtol=1e-9, atol=off), column
    want, have = cycle_table(truth), cycle_table(again)
    if kind == "csv":  # no cycles and no charge in the file: both found from the current
        assert have.height == want.height
    for column in ("discharge_C_m2", "charge_C_m2", "discharge_V", "charge_V", "coulombic_efficiency"):
        assert np.allclose(have[column], want[column], rtol=2e-5, equal_nan=True), (
            column
        )  # none before the first charge


def test_a_drift_a_resolution_and_lost_rows_are_in_the_file(tmp_path: Path) -> None:
    truth = made_cell()
    step = 1e-3
    tester = SyntheticCycler(0.0, step, 1.0, 0.0, 0.0, 0.0, lost=0.3, seed=4)
    seen = read(write_mpt(truth, tmp_path / "a.mpt", tester)).table
    assert 0.6 < seen.height / truth.frame.height < 0.8
    levels = seen["voltage_V"].to_numpy() / step
    assert np.abs(levels - np.round(levels)).max() < 1e-6
    wanted = np.interp(seen["time_s"], truth.frame["time_s"], truth.frame["voltage_V"])
    drift = np.polyfit(seen["time_s"].to_numpy() / 86400.0, seen["voltage_V"].to_numpy() - wanted, 1)[0]
    assert abs(drift - 1.0) < 0.05


def test_the_same_seed_gives_the_same_file(tmp_path: Path) -> None:
    files = [
        write_mpt(made_cell(), tmp_path / f"{k}.mpt", SyntheticCycler(seed=seed)) for k, seed in enumerate((1, 1, 2))
    ]
    raw = [file.read_bytes() for file in files]
    assert raw[0] == raw[1] != raw[2]


@pytest.mark.parametrize("kind", ["mpt with decimal commas", "arbin"])
def test_round_trip_within_the_stated_uncertainty(kind: str, tmp_path: Path) -> None:
    """Capacity per volume lies within 2 sd of the truth in 19 of 20 samples: area, thickness and calibration err.

    Of 100 samples drawn, between 90 and 99 must hold (binomial, 95.4 % expected), of the first 20 at least 19.
    """
    write, name, more = WRITERS[kind]
    held = []
    for seed in range(100):
        draw = np.random.default_rng(1000 + seed)
        truth = made_cell(1, capacity=float(draw.uniform(300.0, 2000.0)), points=20)
        wanted = normalise(truth, calibration=0.0).per_volume
        calibration = 2e-3
        path = write(truth, tmp_path / name, SyntheticCycler(calibration=calibration, lost=0.1, seed=seed), **more)
        area = AREA * (1.0 + 0.02 * draw.standard_normal())
        thickness = THICKNESS * (1.0 + 0.03 * draw.standard_normal())
        found = normalise(
            read(path).record(area, thickness),
            area_sigma_m2=0.02 * area, thickness_sigma_m=0.03 * thickness, calibration=calibration,
        )  # fmt: skip
        held.append(abs(found.per_volume - wanted) < 2.0 * found.per_volume_sigma)
    assert sum(held[:20]) >= 19
    assert 90 <= sum(held) <= 99


def rate_cell(capacities: list[float], currents: list[float]) -> Record:
    """Three cycles at each current, one capacity (C/m2) each."""
    frames, time, step, cycle = [], 0.0, 0, 0
    for Q, i in zip(capacities, currents, strict=True):
        frame = made_cell(3, capacity=Q, fade=0.0, points=20, rate=3600.0 * i / Q).frame
        frames.append(frame.with_columns(pl.col("time_s") + time, pl.col("step") + step, pl.col("cycle") + cycle))
        time, step, cycle = frames[-1]["time_s"][-1], frames[-1]["step"][-1], frames[-1]["cycle"][-1]
    return Record(pl.concat(frames), meta={"area_m2": AREA, "thickness_m": THICKNESS})


def test_a_rate_test_comes_back_within_the_stated_uncertainty(tmp_path: Path) -> None:
    """128 random cells through a file: the capacity at each of three currents within two deviations in 19 of 20 or
    more (one error of area and thickness rules all three); retention and efficiency do not know of the currents'
    changes."""
    held, shares = np.zeros(4, int), np.array([0.02, 0.03])
    across = np.array([[2.0, -3.0], [3.0, 2.0]]) / 13.0**0.5  # the first draw is the error of area times thickness
    for seed, errors in enumerate(even_normals(128, 2) @ across.T):
        draw = np.random.default_rng(seed)
        first = float(draw.uniform(300.0, 2000.0))
        capacities = [first, *(first * draw.uniform(0.3, 0.9, 2)), first * 0.98]
        truth = rate_cell(capacities, [0.05, 0.2, 0.8, 0.05])
        path = write_arbin_csv(truth, tmp_path / "rates.csv", SyntheticCycler(calibration=1e-3, seed=seed))
        area, thick = np.array([AREA, THICKNESS]) * (1.0 + shares * errors)
        record = read(path).record(area, thick)
        rates = rates_of(record)
        assert rates is not None and rates.height == 4
        rows = rate_results(rates, Electrode(area, 0.02 * area, thick, 0.03 * thick))
        for k, (row, Q) in enumerate(zip(rows[:3], capacities, strict=False)):
            held[k] += abs(row.value - Q / THICKNESS / 3.6e7) <= 2.0 * row.uncertainty
        found = {r.quantity: r for r in cycle_results(cycle_table(record))}
        kept, CE = found["retention, cycle 12 of cycle 1"], found["mean coulombic efficiency, cycles 2 to 12"]
        held[3] += abs(CE.value - 100.0) <= 2.0 * CE.uncertainty and abs(kept.value - 98.0) < 0.1
        assert CE.uncertainty < 0.1
    assert held.min() >= 0.95 * 128, held


def test_a_record_without_an_area_cannot_be_measured(tmp_path: Path) -> None:
    bare = Record(made_cell().frame)
    with pytest.raises(HeterofilmError, match="area_m2"):
        write_csv(bare, tmp_path / "a.csv")
    with pytest.raises(HeterofilmError, match="lost rows"):
        write_csv(made_cell(), tmp_path / "a.csv", SyntheticCycler(lost=2.0))
