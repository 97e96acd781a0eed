"""Charges of steps that do not get beyond the surface: how far off on the default mesh, and that it is said."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from heterofilm import Cell, simulate, simulate_many
from heterofilm.simulation.shallow import COLUMN, MOST, TOLD, charge_errors, crossing_time, said

FINER = {"nodes": 240, "shells": 60, "anode_nodes": 240}
THICK = {"films.LCO.thickness": "10 um"}
SLOW = {"phases.LTO.D": 1e-14}


def meshed(cell: Cell, **mesh: int) -> Cell:
    """The cell on another mesh."""
    return replace(cell, entries=replace(cell.entries, spec=cell.entries.spec.model_copy(update=mesh)))


def charge(cell: Cell, protocol: str) -> tuple[float, str]:
    """Charge (C/m2) of the last step, and what is said beside it."""
    record = simulate(cell, protocol, detail=False, rtol=1e-4)
    return float(record.steps["capacity_C_m2"][-1]), str(record.meta.get("notes", ""))


@pytest.mark.parametrize(
    ("name", "values", "test", "least", "most"),
    [
        ("vo-half", {}, "Discharge at 80 uA/cm2", 0.0, 0.005),
        ("vo-half", {}, "Discharge at 400 uA/cm2", 0.0, 0.005),
        ("voc1-half", {}, "Discharge at 80 uA/cm2", 0.0, 0.005),
        ("voc1-half", {}, "Discharge at 800 uA/cm2", 0.0, 0.015),
        ("voc2-half", {}, "Discharge at 5 uA/cm2", 0.0, 0.005),
        ("voc2-half", {}, "Discharge at 80 uA/cm2", 0.0, 0.01),
        ("lco-atfb", {}, "Discharge at 1C", 0.0, 0.005),
        ("lco-atfb", THICK, "Discharge at 1 mA/cm2", 0.0, 0.015),
        ("lco-atfb", THICK, "Discharge at 4 mA/cm2", 0.02, 0.1),
        ("voc2-half", {}, "Discharge at 1 mA/cm2", 0.2, 0.7),
        ("voc2-half", {}, "Hold at 2.9 V for 0.1 s", 0.2, 0.9),
        ("voc2-atfb", {}, "Discharge at C/5 for 30 min; Charge at 50C for 30 min", 0.2, 1.0),
        ("lco-lto", SLOW, "Charge at C/2 for 1 h; Discharge at 10C until 1.5 V", 0.1, 0.4),
    ],
)
def test_charges_on_the_default_mesh(
    name: str, values: dict[str, str | float], test: str, least: float, most: float
) -> None:  # fmt: skip
    """Against a mesh ten times as fine: within 0.5 %, within 1.5 % where Li gets through a twentieth of the film. What
    is off by more says so, by how much within a factor of three, and the nodes that it asks for are enough."""
    cell = Cell.load(name, values)
    found, told = charge(cell, test)
    fine, _ = charge(meshed(cell, **FINER), test)
    assert least <= abs(found / fine - 1.0) < most
    percent = re.search(r"may be too large by (\d+) %( or more)?", told)
    assert (percent is not None) == (least > 0.0), told
    if percent is None:
        return
    ratio = 100.0 * (found / fine - 1.0) / float(percent[1])
    assert ratio > 0.5 if percent[2] else 1.0 / 3.0 < ratio < 3.0
    if asked := re.search(r"give the cell (\w+) = (\d+)", told):
        enough, _ = charge(meshed(cell, **{asked[1]: int(asked[2])}), test)
        assert abs(enough / fine - 1.0) < 0.04
    else:
        assert "2000 nodes" in told


def test_what_a_time_or_a_charge_ends_is_not_off() -> None:
    """Nor what is over at once; the law is capped where it no longer holds."""
    ends = ("10 s", "4 uAh/cm2", "2.15 V (window)", "5.5 V (safety limit): the surface is empty", "100 mV")
    off = charge_errors(4.0, ["discharge"] * 5, ends, np.array([1.0, 1.0, 400.0, 1e-3, 0.0]))
    np.testing.assert_allclose(off, [np.nan, np.nan, 0.06 * 0.1 + 0.1 * 0.01, MOST, np.nan])
    assert charge_errors(4.0, ["hold", "rest"], ["10 s", "10 s"], np.array([4.0, 4.0]))[0] == pytest.approx(0.16)


def test_a_table_has_it_beside_each_charge() -> None:
    """One way or the other of running a point; and a sentence for the whole."""
    thick = Cell.load("lco-atfb", THICK)
    for test in (
        "Discharge at 4 mA/cm2; Charge at 1C for 1 s",
        "Discharge at 4 mA/cm2; Charge at 1C for 1 s; EIS from 1 kHz to 1 Hz",
    ):
        table = simulate_many([thick, Cell.load("lco-atfb"), Cell.load("vo-half")], test)
        off = table.filter(table["step"] == 1)[COLUMN].to_numpy()
        assert off[0] > TOLD > off[1] and np.isnan(table.filter(table["step"] == 2)[COLUMN].to_numpy()).all()
        steps = simulate(thick, test).steps.row(0, named=True)
        lasts = np.array([steps["t_end"] - steps["t_start"]])
        own = charge_errors(crossing_time(thick), ["discharge"], [steps["end"]], lasts)
        assert off[0] == pytest.approx(own[0], rel=1e-3)
        assert "Charges of 1 of 3 points may be too large" in said(off, 3) and said(off[1:], 2) == ""
