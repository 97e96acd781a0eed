"""What limits a cell: causes add up, the one that was made to limit is found first, bands come from somewhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

import heterofilm as hf
from heterofilm import Cell, HeterofilmError, diagnose, simulate

HALF, AT = "vo-half", "20 uA/cm2"
D, I0 = "phases.V2O5.D", "electrolytes.liquid-1M.cathode_interface.i0"
USED = {"phases.V2O5.utilisation": 0.95, D: 1e-11}


def test_causes_add_up_to_what_is_missing() -> None:
    """Capacity to that of every site, voltage to the potential without losses, with ageing and with domains too."""
    found = diagnose("voc1-half", current=AT, cycles=3, draws=0)
    cell = Cell.load("voc1-half")
    whole = cell.theoretical_capacity / cell.thickness / 3.6e7
    assert found.capacity["capacity_uAh_cm2_um"].sum() == pytest.approx(whole, rel=1e-9)
    assert found.voltage["loss_V"].sum() == pytest.approx(found.reversible_V - found.mean_V, abs=1e-6)
    assert {"ageing", "incomplete charge"} <= set(found.capacity["cause"])
    assert found.capacity["cause"][0] == "delivered"
    assert found.capacity["capacity_uAh_cm2_um"][1:].is_sorted(descending=True)


def test_delivered_is_the_last_discharge_of_what_was_run() -> None:
    found = diagnose(HALF, current=AT, draws=0)
    record = simulate(HALF, f"Discharge at {AT}; Charge at {AT}; Discharge at {AT}", ageing=False, detail=False)
    assert found.shares[0].in_order == pytest.approx(record.capacity("C/m2", step=3), rel=2e-3)
    first = {s.cause: s.alone for s in found.shares}["incomplete charge"]
    lost = record.capacity("C/m2", step=1) - record.capacity("C/m2", step=3)
    assert first == pytest.approx(lost, abs=2e-3 * record.capacity("C/m2", step=1))


@pytest.mark.parametrize(
    ("made", "cause"),
    [
        ({D: 3e-14}, "diffusion in the matrix"),
        ({"cells.vo-half.series_resistance": "20 kohm cm2"}, "electrolyte and series resistance"),
        ({I0: 1e-7}, "cathode charge transfer"),
        ({"phases.V2O5.sigma_e": 2e-9}, "electrons in the film"),
        ({"phases.V2O5.utilisation": 0.2}, "utilisation"),
        ({"cells.vo-half.lower_voltage": 2.4, "phases.V2O5.couples.delta-gamma.hysteresis": 0.02}, "cut-off voltage"),
    ],
)
def test_what_was_made_to_limit_comes_first(made: dict[str, float | str], cause: str) -> None:
    """In the causes, and what helps most is a value that acts on it."""
    found = diagnose(HALF, overrides=USED | made, current=AT, draws=0)
    assert found.first == cause
    assert found.levers[0].cause == cause


@pytest.mark.parametrize(
    ("made", "cause"),
    [({D: 1e-13}, "diffusion in the matrix"), ({"phases.V2O5.sigma_e": 1e-9}, "electrons in the film")],
)
def test_a_lever_stands_under_the_loss_that_it_lessens(made: dict[str, float | str], cause: str) -> None:
    """A thinner film lessens diffusion and the path of electrons: it counts under the one that costs more, and never
    under one that costs nothing."""
    found = diagnose(HALF, overrides=USED | {"phases.V2O5.sigma_e": 10.0} | made, current=AT, draws=0)
    (thin,) = [one for one in found.levers if one.path.endswith(".thickness") and one.path.startswith("films.")]
    assert thin.cause == cause
    share = {s.cause: s.in_order for s in found.shares}
    assert share[cause] == max(share["diffusion in the matrix"], share["electrons in the film"])


def test_bands_from_entries_hold_the_value_and_say_where_they_come_from() -> None:
    found = diagnose(HALF, current=AT, draws=12)
    row = found.capacity.row(1, named=True)
    assert row["low"] < row["high"]
    assert any("ranges or standard deviations" in note for note in found.notes)
    assert any(note.startswith("Utilisation is the share") for note in found.notes)
    with pytest.raises(HeterofilmError, match="whole number"):
        diagnose(HALF, draws=-1)


def test_data_narrow_the_bands(tmp_path) -> None:
    """A fit of 1 mV tells utilisation better than its entry; its values are those of the diagnosis."""
    truth = {"phases.V2O5.utilisation": 0.7}
    record = simulate(HALF, f"Discharge at {AT}", overrides=truth, detail=False, rtol=1e-6, dV=0.05)
    noise = pl.Series(np.random.default_rng(1).normal(0.0, 1e-3, record.frame.height))
    seen = replace(record, frame=record.frame.with_columns(pl.col("voltage_V") + noise))
    found = diagnose(HALF, [seen], noise="1 mV", draws=12)
    assert found.fit is not None and found.current == pytest.approx(0.2)
    assert found.cell.entries.number("phases.V2O5.utilisation") == pytest.approx(0.7, abs=0.01)
    wide, narrow = (
        one.capacity.filter(pl.col("cause") == "utilisation").select(pl.col("high") - pl.col("low")).item()
        for one in (diagnose(HALF, current=AT, draws=12), found)
    )
    assert narrow < 0.2 * wide
    place = found.fit.write(tmp_path / "fit.toml")
    again = diagnose(HALF, fit=place, current=AT, draws=3)
    assert again.shares[0].in_order == pytest.approx(found.shares[0].in_order, rel=1e-6)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"current": "3 V"}, "no current"),
        ({"current": AT, "noise": "1 mV"}, "about a fit"),
        ({"data": ["a.nc"], "fit": "b.toml"}, "not both"),
        ({"current": AT, "cycles": -1}, "cycles"),
    ],
)
def test_refused(given: dict, word: str) -> None:
    with pytest.raises(HeterofilmError, match=word):
        diagnose(HALF, **given)


def test_a_cell_whose_anode_ends_is_refused() -> None:
    with pytest.raises(HeterofilmError, match="cannot be split"):
        diagnose("lco-cu", current=AT, draws=0)


def test_figures_show_all_that_counts() -> None:
    """The first bar of the waterfall is the theoretical capacity, the last what is delivered."""
    found = hf.diagnose(HALF, current=AT, draws=0)
    capacity, voltage, levers = found.figures()
    assert capacity.x_names[0] == "theoretical" and capacity.x_names[-1] == "delivered"
    assert capacity.series[0].y[0] == pytest.approx(found.capacity["capacity_uAh_cm2_um"].sum())
    assert voltage.series and len(levers.x_names) <= 6
