"""Every row of the paper appears, answered or with its reason."""

import numpy as np
import polars as pl
import pytest

from heterofilm.cell import Cell
from heterofilm.paper.answers import ANSWERS, measured_capacities, states_at
from heterofilm.paper.claims import claim, claims
from heterofilm.paper.table import claims_table
from heterofilm.records.record import Record
from heterofilm.simulation.run import simulate
from heterofilm.study.results import Results, Runs, charge_at


@pytest.fixture(scope="module")
def results():
    cells = {name: Cell.load(name) for name in ("vo-half", "vo-atfb", "voc1-half")}
    records = {(name, "d5"): simulate(cell, "Discharge at 5 uA/cm2 until 2.15 V") for name, cell in cells.items()}
    return Results("t", "", Runs(cells, records), {"d5": "d5"})


@pytest.fixture(scope="module")
def table(results):
    return claims_table(results)


def row(table, name):
    return table.filter(pl.col("id") == name).row(0, named=True)


def test_every_row_appears_once(table):
    assert table["id"].to_list() == list(claims())
    assert set(ANSWERS) == set(table["id"])  # none is left without one
    assert set(table["status"]) <= {
        "calibrated", "predicted", "input", "computed", "not in this study",
    }  # fmt: skip


def test_the_papers_lines_and_fringes_are_found_in_the_librarys_crystals(table):
    for name in ("raman-vo", "raman-voc1-new", "raman-vo1-redshift", "xrd-vo", "xrd-voc1-new", "fringe-v2o5",
                 "fringe-cu2v2o7"):  # fmt: skip
        assert row(table, name)["verdict"] == "agrees", name
    assert row(table, "tofsims-surface")["status"] == "input"


def test_a_device_needs_its_cell(table):
    """The solid cell of VOC1 is not among these."""
    for name in ("bend", "led", "iot-need"):
        assert row(table, name)["status"] == "not in this study"


def test_capacity_row(results, table):
    found = row(table, "cap-vo-5")
    capacity = results.main.capacity("vo-half", 5.0)
    assert float(found["simulated"]) == pytest.approx(capacity, abs=0.05)
    assert found["deviation"] == f"{round(100 * (capacity / 53.3 - 1), 1) + 0.0:+.1f} %"


def test_rows_without_a_run(table):
    assert row(table, "cap-voc2-3")["status"] == "not in this study"
    assert row(table, "max-voc1-20")["status"] == "not in this study"


@pytest.mark.parametrize(
    ("name", "value"),
    [("theoretical-2v-4v", 294.7), ("theoretical-full", 442.1), ("li-metal-capacity", 3862)],
)
def test_constants(table, name, value):
    found = row(table, name)
    assert float(found["simulated"]) == pytest.approx(value, rel=1e-3)
    assert (found["status"], found["verdict"]) == ("computed", "agrees")


def test_inputs_are_those_of_the_paper(table):
    for given in table.filter(pl.col("status") == "input").iter_rows(named=True):
        if given["id"].startswith(("film-", "cu-v", "domain", "lipon")):
            assert float(given["simulated"]) == float(given["measured"])


def test_resistance_is_that_of_butler_volmer(results, table):
    cell = results.main.cells["voc1-half"]
    expected = 8.314462618 * 298.15 / (96485.33212 * cell.model.cathode.i0 * cell.area)
    assert float(row(table, "rct-voc1")["simulated"]) == pytest.approx(expected, rel=1e-3)


def test_states_add_up(results):
    shares = states_at(results.main, 2.5)
    assert shares is not None
    assert sum(v for k, v in shares.items() if k.startswith("V")) == pytest.approx(1.0, abs=1e-6)
    assert row_states(results, 10.0)["Cu2+"] > 0.9


def row_states(results, potential):
    shares = states_at(results.main, potential)
    assert shares is not None
    return shares


def test_measured_capacities_agree_with_the_file():
    assert len(measured_capacities()) == 8
    for name, _, _, value in measured_capacities():
        assert float(claim(name).value) == value


def test_charge_at_takes_the_first_crossing():
    V = np.array([3.8, 3.0, 2.6, 2.7, 2.5, 2.2])
    frame = pl.DataFrame(
        {
            "time_s": np.arange(6.0),
            "voltage_V": V,
            "current_A_m2": np.ones(6),
            "charge_C_m2": np.arange(6.0),
            "step": np.ones(6, dtype=int),
            "cycle": np.ones(6, dtype=int),
        }
    )
    found = charge_at(Record(frame), np.array([3.0, 2.6, 2.2]))
    assert found == pytest.approx([1.0, 2.0, 5.0])


def test_first_discharges_are_no_band_around_a_maximum_of_cycles(results):
    """A draw without cycles answers with its first discharge, and without a number that a band could be made of."""
    cell = results.main.cells["voc1-half"]
    record = simulate(cell, "Discharge at 20 uA/cm2 until 2.15 V")
    answer = ANSWERS["max-voc1-20"](Runs({"voc1-half": cell}, {("voc1-half", "d20"): record}), claim("max-voc1-20"))
    assert answer is not None and answer.number is None and "first discharge" in answer.note
