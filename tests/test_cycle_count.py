"""Cycles by their half cycles: the same in a test that is read, in a protocol, and in a loop that says them."""

import numpy as np
import polars as pl
import pytest

from heterofilm.analysis.electrochemistry.cycles import cycle_table, rate_summary
from heterofilm.cycle_count import CycleCount
from heterofilm.instruments import Measurement
from heterofilm.protocol import Protocol
from heterofilm.records.runs import cycles_of
from heterofilm.simulation.run import simulate

WORDS = {1: "Discharge at 1C for 1 min", -1: "Charge at 1C for 1 min", 0: "Rest for 1 min"}
RATES = ("C/10", "C/2", "1C")


@pytest.mark.parametrize("seed", range(40))
def test_a_protocol_is_counted_as_its_rows_are(seed):
    """The cycle of every step of a protocol without loops is that of the row which a tester would write of it."""
    ways = np.random.default_rng(seed).integers(-1, 2, 1 + seed % 17)
    protocol = Protocol.parse("; ".join(WORDS[int(way)] for way in ways))
    of_steps = [scheduled.cycle for scheduled in protocol.steps()]
    of_rows, said = cycles_of(None, ways, np.cumsum(ways).astype(float))
    assert of_steps == of_rows.tolist()
    assert protocol.count() == of_steps[-1]
    assert bool(protocol.counted()) == bool(said) == (of_steps[-1] > 1)


def test_no_cycle_discharges_again_after_it_charged():
    """Nor the other way round: what came first comes back in a cycle only next to itself."""
    rng = np.random.default_rng(1)
    for _ in range(100):
        count, cycle, seen = CycleCount(), 0, [[]]
        for way in rng.integers(-1, 2, 30).tolist():
            if count.begins(way):
                cycle += 1
                seen.append([])
            seen[-1] += [way] if way else []
        for ways in seen:
            assert np.count_nonzero(np.diff(ways)) <= 1
        assert len({ways[0] for ways in seen if ways}) == 1


def test_a_rate_test_needs_no_loops():
    """Step by step or as loops of one cycle it has the same table, and no more than the film holds."""
    steps = [f"{kind} at {rate}" for rate in RATES for kind in ("Discharge", "Charge")]
    plain = simulate("lco-atfb", "; ".join(steps))
    looped = simulate("lco-atfb", "; ".join(f"1 x ({a}; {b})" for a, b in zip(steps[::2], steps[1::2], strict=True)))
    assert cycle_table(plain).equals(cycle_table(looped))
    assert rate_summary(plain).equals(rate_summary(looped))
    assert rate_summary(plain).height == len(RATES)
    assert cycle_table(plain)["discharge_C_m2"].max() < float(plain.meta["theoretical_capacity_C_m2"])
    assert "one begins where a discharge follows a charge" in str(plain.meta["assumed"])
    assert "assumed" not in looped.meta


def test_a_loop_stays_what_it_says():
    """Two discharges and charges within one pass are one cycle; so is a tuple of a PyBaMM Experiment."""
    four = ("Discharge at 1C", "Charge at 1C", "Discharge at 2C", "Charge at 2C")
    assert Protocol.parse(f"3 x ({'; '.join(four)})").count() == 3
    assert Protocol.parse([four, four]).count() == 2
    assert not Protocol.parse([four, four]).counted()


def test_after_a_loop_the_halves_are_counted_anew():
    """A discharge, a loop of two cycles, then a discharge and a charge: four cycles, none of them counted."""
    protocol = Protocol.parse("Discharge at 1C; 2 x (Charge at 1C; Discharge at 1C); Charge at 1C; Discharge at 1C")
    assert [one.cycle for one in protocol.steps()] == [1, 2, 2, 3, 3, 4, 4]
    assert not protocol.counted()


def test_a_file_without_a_count_says_how_it_was_counted():
    """And one that has one cycle says nothing."""
    time = np.arange(40.0)
    current = np.repeat([1.0, -1.0, 1.0, -1.0], 10)
    columns = {"time_s": time, "voltage_V": 3.0 - 0.01 * time, "current_A": current}
    said = Measurement("cycling", "a", pl.DataFrame(columns)).record(area_m2=1.0).meta
    assert "The file counts no cycles" in str(said["assumed"])
    one = pl.DataFrame(columns)[:20]
    assert "assumed" not in Measurement("cycling", "a", one).record(area_m2=1.0).meta
