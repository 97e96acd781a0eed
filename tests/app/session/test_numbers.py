"""The table of a session: every number of a curve in the units of the field, of a sample with what it is worth."""

from __future__ import annotations

import math

import polars as pl
import pytest

from heterofilm.app.session.numbers import SCHEMA, numbers, of_curve
from heterofilm.records.record import Record
from heterofilm.records.result import Result
from heterofilm.simulation.run import simulate

RECORD = simulate(
    "vo-half", "Rest for 1 h; Discharge at 80 uA/cm2 until 2.15 V; Charge at 80 uA/cm2 until 3.8 V", detail=False
)


def test_numbers_of_a_step_follow_from_each_other() -> None:
    """Capacity is current times duration, energy is capacity times the mean voltage, per volume is over the thickness;
    a rest has none."""
    table = numbers({"c": RECORD})
    assert table["step"].unique(maintain_order=True).to_list() == [2, 3]
    for kind in ("discharge", "charge"):
        own = table.filter(pl.col("quantity").str.starts_with(kind))
        value = {(q.partition(": ")[2], u): v for q, v, u in own.select("quantity", "value", "unit").iter_rows()}
        capacity = value["capacity", "uAh/cm2"]
        assert capacity == pytest.approx(80.0 * value["duration", "h"], rel=1e-6)
        assert value["energy", "uWh/cm2"] == pytest.approx(capacity * value["mean voltage", "V"])
        per_volume = value["capacity", "uAh/cm2/um"]
        assert per_volume == pytest.approx(capacity / (1e6 * RECORD.meta["thickness_m"]))


def test_without_a_thickness_nothing_is_per_volume() -> None:
    bare = Record(RECORD.frame, None, {"name": "bare"}, RECORD.steps)
    assert not any("um" in row["unit"].split("/")[-1] for row in of_curve("c", bare))
    assert len(of_curve("c", bare)) == len(of_curve("c", RECORD)) - 2


def test_a_verdict_is_words_and_an_unknown_uncertainty_is_none() -> None:
    results = [
        Result("Kramers-Kronig test", "pass", math.nan, "", file="a.mpt"), Result("R0", 12.5, 0.5, "ohm"),
        Result("R1", 7.0, math.nan, "ohm"),
    ]  # fmt: skip
    rows = numbers({}, {"VO": results}).select("of", "value", "uncertainty", "words").rows()
    assert rows == [("VO/a.mpt", None, None, "pass"), ("VO", 12.5, 0.5, ""), ("VO", 7.0, None, "")]


def test_the_table_has_its_columns_also_of_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a script can select them; a curve of more steps than a page holds is cut, not refused."""
    assert numbers({}).schema == pl.Schema(SCHEMA)
    monkeypatch.setitem(of_curve.__globals__, "MOST_STEPS", 2)
    assert {row["step"] for row in of_curve("c", RECORD)} == {2}
