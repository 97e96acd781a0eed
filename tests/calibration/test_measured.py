"""What a record says of its protocol, and which of its numbers are compared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from heterofilm import Cell, Data, HeterofilmError, Record, simulate
from heterofilm.calibration.measured import BEYOND, MOST, excess, measured
from heterofilm.records.columns import COLUMNS

CELL = Cell.load("vo-half")


def as_measured(text: str, dV: float = 2e-3) -> Record:
    record = simulate(CELL, text, detail=False, dV=dV)
    return replace(record, meta={**record.meta, "kind": "measured"})


def test_steps_are_read_from_the_record() -> None:
    """Discharge, rest and hold with currents, voltages and lengths; a model may go 0.3 V further before it stops."""
    record = as_measured("Discharge at 5 uA/cm2 for 10 min; Rest for 5 min; Hold at 3.4 V for 3 min")
    found = measured(record, CELL, 1)
    lowest = record.step(1).frame["voltage_V"].min()
    steps = [scheduled.step for scheduled in found.protocol.steps()]
    assert [step.kind for step in steps] == ["discharge", "rest", "hold"]
    assert {(limit.kind, round(limit.value, 6)) for limit in steps[0].limits} == {
        ("time", 600.0), ("voltage", round(lowest - BEYOND, 6)),
    }  # fmt: skip
    assert [step.what for step in found.steps] == ["voltage", "voltage", "current"]
    assert found.start is None  # not at rest at first: the cut-off, and that is said
    assert any("upper cut-off" in note for note in found.notes)


def test_a_step_down_to_the_limit_of_safety_is_read() -> None:
    """What no protocol may ask for (-1.3 V) is not asked for: the step lasts as long as it did."""
    record = as_measured("Discharge at 5 uA/cm2 for 10 min")
    frame = record.frame.with_columns(voltage_V=pl.lit(-0.95))
    limits = next(iter(measured(replace(record, frame=frame), CELL, 1).protocol.steps())).step.limits
    assert [(limit.kind, limit.value) for limit in limits] == [("time", pytest.approx(600.0))]


def test_a_simulated_record_brings_its_protocol() -> None:
    record = simulate(CELL, "CV between 3 V and 3.8 V at 1 mV/s for 1 cycles", detail=False)
    found = measured(record, CELL, 1)
    assert {step.what for step in found.steps} == {"current"}


def test_a_sweep_without_protocol_is_refused() -> None:
    with pytest.raises(HeterofilmError, match="give its protocol"):
        measured(as_measured("CV between 3 V and 3.8 V at 1 mV/s for 1 cycles"), CELL, 1)


def test_many_rows_are_thinned_and_it_is_said() -> None:
    found = measured(as_measured("Discharge at 5 uA/cm2 until 2.15 V", dV=5e-4), CELL, 1)
    assert found.steps[0].at.size <= MOST
    assert any("rows are left out" in note for note in found.notes)


def test_a_record_that_begins_at_rest_starts_there() -> None:
    """The potential at rest is the first voltage."""
    record = as_measured("Rest for 1 min; Discharge at 5 uA/cm2 for 10 min")
    found = measured(record, CELL, 1)
    assert found.start == pytest.approx(3.8, abs=1e-3)


def test_a_spectrum_alone() -> None:
    """Frequencies and impedances of a record without rows in time."""
    f = np.geomspace(1e5, 1.0, 6)
    table = pl.DataFrame({"frequency_Hz": f, "Z_re_ohm_m2": f**0.0, "Z_im_ohm_m2": -1.0 / f})
    record = Record(pl.DataFrame(schema=COLUMNS), meta={"kind": "measured"}, impedance=table)
    found = measured(Data(record, noise="2 %", start=3.3, name="EIS"), CELL, 1)
    assert found.noise == {"impedance": pytest.approx(0.02)}
    assert found.steps[0].values[0] == pytest.approx(1.0 - 1e-5j)
    assert found.start == 3.3


@pytest.mark.parametrize("noise", ["0 mV", -1.0])
def test_noise_must_be_positive(noise: object) -> None:
    record = as_measured("Discharge at 5 uA/cm2 for 1 min")
    with pytest.raises(HeterofilmError, match="must be positive"):
        measured(Data(record, noise=noise), CELL, 1)  # type: ignore[arg-type]


def test_a_record_that_begins_with_a_charge_starts_where_it_does() -> None:
    """A charge begins with an empty film, so its first voltage is nearer to the rest than the upper cut-off is."""
    record = as_measured("Discharge at 5 uA/cm2 until 2.15 V; Charge at 5 uA/cm2 until 3.8 V")
    second = Record(record.frame.filter(pl.col("step") == 2), meta={"kind": "measured"})
    found = measured(second, CELL, 1)
    assert found.start == pytest.approx(second.frame["voltage_V"][0])
    assert any("begins with a charge" in note for note in found.notes)
    assert measured(record, CELL, 1).start is None  # a discharge from the upper cut-off


def test_more_charge_than_the_film_holds_is_said() -> None:
    """Ten times the charge that was taken is more than the film has; the charge itself is not."""
    record = as_measured("Discharge at 5 uA/cm2 until 2.15 V; Charge at 5 uA/cm2 until 3.8 V")
    found = measured(record, CELL, 1)
    first = record.frame.filter(pl.col("step") == 1)
    taken = float(first["current_A_m2"][-1]) * float(first["time_s"][-1] - first["time_s"][0])
    assert found.passed == pytest.approx(taken, rel=0.01)  # not the sum of both ways
    assert not excess(found, CELL)
    assert "is not that of the data" in excess(replace(found, passed=10.0 * found.passed), CELL)
