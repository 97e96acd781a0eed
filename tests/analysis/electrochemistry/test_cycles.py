"""Cycle tables: sums, ratios with their definitions, end of life, rates."""

import numpy as np
import polars as pl
import pytest

from heterofilm.analysis.electrochemistry.cycles import (
    at_the_current_of,
    cycle_table,
    end_of_life,
    rate_summary,
    reference_note,
    settled,
)
from heterofilm.analysis.electrochemistry.normalise import Electrode
from heterofilm.analysis.electrochemistry.results import cycle_results, rate_results
from heterofilm.commands.cycles import printed
from heterofilm.errors import HeterofilmError
from heterofilm.instruments import Measurement
from heterofilm.records.record import Record
from heterofilm.simulation.run import simulate

META = {"thickness_m": 3e-7, "area_m2": 1e-4}


def steps(*rows):
    """A table of steps from (cycle, kind, capacity, energy, seconds, label)."""
    end = np.cumsum([row[4] for row in rows]).astype(float)
    return pl.DataFrame(
        {
            "step": list(range(1, len(rows) + 1)),
            "cycle": [row[0] for row in rows],
            "kind": [row[1] for row in rows],
            "end": [""] * len(rows),
            "capacity_C_m2": [float(row[2]) for row in rows],
            "energy_J_m2": [float(row[3]) for row in rows],
            "t_start": end - [row[4] for row in rows],
            "t_end": end,
            "label": [row[5] if len(row) > 5 else "" for row in rows],
        }
    )


def record(*rows, frame=None, **meta):
    empty = {"time_s": [], "voltage_V": [], "current_A_m2": [], "charge_C_m2": [], "step": [], "cycle": []}
    if frame is None:
        frame = pl.DataFrame(empty, schema_overrides={"step": pl.Int64, "cycle": pl.Int64})
    return Record(frame, None, {**META, **meta}, steps(*rows))


def fading(*capacities):
    return cycle_table(record(*((k, "discharge", Q, 3 * Q, Q) for k, Q in enumerate(capacities, 1))))


def test_the_definitions():
    """Efficiencies: discharge over the charge before it, of charge and of energy; mean voltage: energy over charge."""
    halves = (1, "discharge", 100, 270, 10), (1, "charge", 95, 285, 10), (2, "discharge", 90, 240, 10)
    table = cycle_table(record(*halves))
    row = table.row(0, named=True)
    assert row["first"] == "discharge"
    assert table["coulombic_efficiency"].to_list() == [None, pytest.approx(90 / 95)]
    assert table["energy_efficiency"].to_list() == [None, pytest.approx(240 / 285)]
    assert (row["discharge_V"], row["charge_V"], row["polarisation_V"]) == pytest.approx((2.7, 3.0, 0.3))
    assert row["discharge_uAh_cm2_um"] == pytest.approx(100 / 3e-7 / 3.6e7)


def test_a_charge_of_the_same_cycle_comes_before():
    row = cycle_table(record((1, "charge", 100, 300, 10), (1, "discharge", 95, 260, 10))).row(0, named=True)
    assert row["first"] == "charge" and row["coulombic_efficiency"] == pytest.approx(0.95)


def test_steps_of_one_direction_add_up():
    """Two discharges in a cycle are one of the sum; rests and spectra are none."""
    more = (1, "rest", 0, 0, 5), (1, "discharge", 40, 100, 10), (2, "impedance", 0, 0, 0)
    table = cycle_table(record((1, "discharge", 60, 180, 10), *more))
    assert table["discharge_C_m2"].to_list() == [100.0] and table["discharge_V"].to_list() == [2.8]
    assert table["coulombic_efficiency"].to_list() == [None]


def test_a_hold_counts_with_its_curve_or_else_with_the_step_before():
    """A hold after a charge goes on charging; where the curve is known its current decides."""
    rows = ((1, "discharge", 100, 300, 10), (1, "charge", 80, 280, 10), (1, "hold", 20, 76, 10))
    assert cycle_table(record(*rows))["charge_C_m2"].to_list() == [100.0]
    frame = pl.DataFrame(
        {"time_s": [20.0, 30.0], "voltage_V": [3.8, 3.8], "current_A_m2": [2.0, 2.0], "charge_C_m2": [0.0, 20.0],
         "step": [3, 3], "cycle": [1, 1]}
    )  # fmt: skip
    table = cycle_table(record(*rows, frame=frame))
    assert (table["charge_C_m2"][0], table["discharge_C_m2"][0]) == (80.0, 120.0)


def test_sweeps_are_split_by_the_sign_of_their_current():
    """Q = integral of i dt for either sign: 10 s at 2 A/m2, then 10 s at -1 A/m2, at 3 V."""
    time, current = [0.0, 10.0, 10.0, 20.0], [2.0, 2.0, -1.0, -1.0]
    frame = pl.DataFrame(
        {"time_s": time, "voltage_V": [3.0] * 4, "current_A_m2": current, "charge_C_m2": [0.0, 20.0, 20.0, 10.0],
         "step": [1] * 4, "cycle": [1] * 4}
    )  # fmt: skip
    row = cycle_table(record((1, "sweep", 30, 0, 20), frame=frame)).row(0, named=True)
    assert (row["discharge_C_m2"], row["charge_C_m2"]) == pytest.approx((20.0, 10.0))
    assert row["discharge_V"] == pytest.approx(3.0)


def test_retention_of_the_first_and_of_the_largest():
    table = fading(80.0, 100.0, 60.0)
    assert table["retention_first"].to_list() == pytest.approx([1.0, 1.25, 0.75])
    assert table["retention_maximum"].to_list() == pytest.approx([0.8, 1.0, 0.6])


def test_a_discharge_alone_at_the_beginning_is_no_reference():
    """The test began within it: 20 of what the film holds. It has no retention, and no life is counted from it."""
    whole = [((k, "charge", Q + 1, 3 * Q, Q), (k, "discharge", Q, 3 * Q, Q)) for k, Q in ((1, 100), (2, 90), (3, 70))]
    table = cycle_table(record((0, "discharge", 20, 60, 20), *(half for cycle in whole for half in cycle)))
    assert table["retention_first"].to_list() == [None, *(pytest.approx(share) for share in (1.0, 0.9, 0.7))]
    end = end_of_life(table)
    assert end.reference_cycle == 1 and end.cycle == 3
    assert "Retention is of cycle 1: cycle 0 gives 20 % of the next discharge" in printed(table)
    (row,) = (one for one in cycle_results(table) if one.quantity.startswith("retention"))
    assert row.quantity == "retention, cycle 3 of cycle 1" and "cycle 0 gives 20 %" in row.note


def test_without_a_thickness_there_is_no_capacity_per_volume():
    bare = Record(record((1, "discharge", 1, 3, 1)).frame, None, {}, steps((1, "discharge", 1, 3, 1)))
    assert "discharge_uAh_cm2_um" not in cycle_table(bare).columns


def test_simulated_and_read_back_are_the_same(tmp_path):
    """A record that went through the Battery Data Format has the same cycles (the energy to its trapezoids)."""
    run = simulate("vo-half", "2 x (Discharge at 20 uA/cm2 until 2.15 V; Charge at 20 uA/cm2 until 3.8 V)")
    path = run.write(tmp_path / "r.csv")
    one, other = cycle_table(run), cycle_table(Record.read(path, area_m2=1e-4, thickness_m=3e-7))
    shared = [c for c in other.columns if c in one.columns and one.schema[c].is_numeric()]
    assert one.select(shared).to_numpy() == pytest.approx(other.select(shared).to_numpy(), rel=1e-6, nan_ok=True)
    assert one["active_share"][-1] <= 1.0


def test_end_of_life_is_interpolated():
    """From 90 to 70 % between cycles 2 and 3, the line crosses 80 % half-way."""
    end = end_of_life(fading(100.0, 90.0, 70.0))
    assert end.cycle == 3 and end.interpolated == pytest.approx(2.5) and end.limit_C_m2 == pytest.approx(80.0)


def test_end_of_life_not_reached_says_so():
    end = end_of_life(fading(100.0, 95.0, 85.0))
    assert end.cycle is None and end.interpolated is None and "85 %" in end.reason


def test_only_cycles_after_the_reference_count():
    """A capacity that still rises has not come to its end of life."""
    table = fading(50.0, 100.0, 90.0, 75.0)
    assert end_of_life(table).cycle is None
    assert end_of_life(table, reference="maximum").cycle == 4
    assert end_of_life(table, 0.95, reference=3).cycle == 4


@pytest.mark.parametrize(("share", "reference"), [(0.0, "first"), (1.2, "first"), (0.8, 9)])
def test_end_of_life_refuses(share, reference):
    with pytest.raises(HeterofilmError):
        end_of_life(fading(100.0, 50.0), share, reference)


def test_rates_by_current():
    """Blocks end where the current changes; a current that comes back is a block of its own."""
    rows = [(k, "discharge", Q, 3 * Q, Q / i) for k, (Q, i) in enumerate([(10, 1), (12, 1), (6, 4), (11, 1.01)], 1)]
    summary = rate_summary(record(*rows))
    assert summary["n"].to_list() == [2, 1, 1]
    assert summary["mean_C_m2"].to_list() == pytest.approx([11.0, 6.0, 11.0])
    assert summary["sd_C_m2"].to_list() == [pytest.approx(2**0.5), None, None]
    assert summary["share"].to_list() == pytest.approx([1.0, 6 / 11, 1.0])
    assert summary["last_C_m2"].to_list() == [12.0, 6.0, 11.0]


def test_rates_by_label():
    rows = [(k, "discharge", 10, 30, 10, label) for k, label in enumerate(("a", "a", "b"), 1)]
    assert rate_summary(record(*rows))["label"].to_list() == ["a", "b"]


def test_nothing_moved():
    with pytest.raises(HeterofilmError, match="moved any charge"):
        cycle_table(record((1, "rest", 0, 0, 10)))
    with pytest.raises(HeterofilmError, match="no discharge"):
        rate_summary(record((1, "charge", 1, 3, 10)))
    with pytest.raises(HeterofilmError, match="No cycle has a discharge"):
        end_of_life(cycle_table(record((1, "charge", 1, 3, 10))))


def rate_test():
    """Three cycles each at 1, 4 and again 1 A/m2; the first discharge at a new current is not yet of that current."""
    rows, number, start = [], 0, 0.0
    for cycle, (i, out, back) in enumerate(
        [(1.0, 100.0, 98.0), (1.0, 98.0, 98.0), (1.0, 98.0, 98.0), (4.0, 80.0, 60.0), (4.0, 60.0, 60.0),
         (4.0, 60.0, 60.0), (1.0, 70.0, 97.0), (1.0, 97.0, 97.0), (1.0, 97.0, 97.0)], 1
    ):  # fmt: skip
        for kind, Q in (("discharge", out), ("charge", back)):
            number += 1
            sign = 1.0 if kind == "discharge" else -1.0
            for share in (0.0, 1.0):
                rows.append((start + share * Q / i, 3.0, sign * i, sign * share * Q, number, cycle))
            start += Q / i
    names = ("time_s", "voltage_V", "current_A_m2", "charge_C_m2", "step", "cycle")
    return Record(pl.DataFrame(rows, schema=dict.fromkeys(names[:4], pl.Float64) | {"step": int, "cycle": int},
                               orient="row"))  # fmt: skip


def test_a_faster_discharge_is_no_ageing():
    """End of life looks at settled cycles of one current: neither 60 % at the fast one nor 70 % just after it."""
    table = cycle_table(rate_test())
    assert settled(table).tolist() == [False, True, True, False, True, True, False, True, True]
    assert at_the_current_of(table, 0).tolist() == [True] * 3 + [False] * 3 + [True] * 3
    end = end_of_life(table)
    assert end.cycle is None and "among the 5 cycles at its current" in end.reason and "lowest 97 %" in end.reason
    assert end_of_life(table, 0.975).cycle == 8


def test_the_efficiency_of_a_rate_test_leaves_out_the_cycles_after_a_change():
    rows = {r.quantity: r for r in cycle_results(cycle_table(rate_test()))}
    mean = rows["mean coulombic efficiency, cycles 2 to 9"]
    assert mean.value == pytest.approx(100.0) and mean.uncertainty < 0.05 and "without 2 after" in mean.method
    kept = rows["retention, cycle 9 of cycle 1"]
    assert kept.value == pytest.approx(97.0) and kept.uncertainty < 0.05
    by_rate = rate_results(rate_summary(rate_test()), Electrode(1e-4, 2e-6))
    assert [r.value * 36.0 for r in by_rate] == pytest.approx([98.0, 60.0, 97.0])
    assert by_rate[1].quantity == "discharge capacity at 400 uA/cm2, cycle 6"


def test_all_that_was_charged_since_the_last_discharge_counts():
    """A cycle that begins with its charge, between two that do not: 10 come out of 9 and 8, then 10 of nothing."""
    rows = [(1, "discharge", 10, 1, 9, ""), (1, "charge", 9, 1, 9, ""), (2, "charge", 8, 1, 9, ""),
            (2, "discharge", 10, 1, 9, ""), (3, "discharge", 10, 1, 9, ""), (3, "charge", 9, 1, 9, "")]  # fmt: skip
    table = cycle_table(Record(record(*rows).frame, None, META, steps(*rows)))
    assert table["coulombic_efficiency"].to_list() == [None, pytest.approx(10 / 17), None]
    assert table["first"].to_list() == ["discharge", "charge", "discharge"]


def test_a_first_discharge_of_less_than_half_is_no_reference():
    """0.9 of 100 at the same current: the test began within a cycle; half at twice the current is a whole one."""
    begun = fading(0.9, 100, 98)
    assert begun["retention_first"].to_list() == [None, 1.0, 0.98] and "0.9 % of the next" in reference_note(begun)
    at_twice = record((1, "discharge", 40, 100, 1), (2, "discharge", 100, 300, 10), (3, "discharge", 100, 300, 10))
    assert cycle_table(at_twice)["retention_first"].to_list() == [1.0, 2.5, 2.5]


def test_units_go_by_what_the_record_knows():
    """360 C/m2 are 10 uAh/cm2, on 300 nm 33.3 uAh/cm2/um, at 3 g/cm3 111 mAh/g, on 2 cm2 20 uAh."""
    halves = [(1, "discharge", 360, 900, 10)]
    row = cycle_table(record(*halves, loading_kg_m2=3000 * 3e-7, area_m2=2e-4)).row(0, named=True)
    shown = [row[f"discharge_{unit}"] for unit in ("uAh_cm2", "uAh_cm2_um", "mAh_g", "uAh")]
    assert shown == pytest.approx([10.0, 100 / 3, 1000 / 9, 20.0])


def test_a_step_in_which_the_current_turns_counts_with_both_directions():
    """Four units one way and three the other, in one step: 4 and 3, not 1."""
    frame = pl.DataFrame(
        {
            "time_s": np.arange(9.0), "voltage_V": [3.0] * 9, "current_A_m2": [1.0] * 5 + [-1.0] * 4,
            "charge_C_m2": [0.0, 1.0, 2.0, 3.0, 4.0, 4.0, 3.0, 2.0, 1.0], "step": [1] * 9, "cycle": [1] * 9,
        }
    )  # fmt: skip
    row = cycle_table(Record(frame)).row(0, named=True)
    assert (row["discharge_C_m2"], row["charge_C_m2"]) == (4.0, 3.0) and row["first"] == "discharge"


def test_what_is_in_doubt_stands_beside_its_number():
    """Of a measured record with a gap in its second discharge only the numbers of that cycle are doubted."""
    time = np.concatenate([np.arange(55) * 60.0 + 3300.0 * k for k in range(4)])
    time[140:] += 1e5
    way = np.repeat([1.0, -1.0, 1.0, -1.0], 55)
    volts = 3.5 - 0.01 * np.tile(np.r_[np.arange(55), np.arange(55)[::-1]], 2)
    table = pl.DataFrame({"time_s": time, "voltage_V": volts, "current_A": 1e-3 * way})
    one = cycle_table(Measurement("cycling", "a", table).record(1e-4))
    assert one["doubt"].to_list() == ["", "rows are missing for a time that was not counted"]
    rows = {r.quantity: r.note for r in cycle_results(one)}
    assert (
        "rows are missing" not in rows["discharge capacity, cycle 1"]
        and "cycle 2: rows are missing" in rows["discharge capacity, cycle 2"]
    )
