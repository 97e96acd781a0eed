"""Rows of the paper about high rates, from made records."""

from __future__ import annotations

import pytest

from heterofilm.cell import Cell
from heterofilm.paper.claims import claim
from heterofilm.paper.rates import average_in_rate_test, order_in_rate_test, similar_peaks, stable
from heterofilm.simulation.run import simulate
from heterofilm.study.results import Runs

CYCLE = "(Discharge at {0} uA/cm2 until 2.15 V; Charge at {0} uA/cm2 until 3.8 V)"
RATES = "\n".join(f"{name}: 2 x {CYCLE.format(i)}" for name, i in zip("abc", (20, 40, 80), strict=True))


@pytest.fixture(scope="module")
def runs() -> Runs:
    cells = {name: Cell.load(name) for name in ("vo-half", "voc1-half", "voc2-half", "vo-atfb")}
    found = Runs(cells)
    for name in ("vo-half", "voc1-half", "voc2-half"):
        found.records[name, "rate"] = simulate(cells[name], RATES, detail=False)
    found.records["voc1-half", "long"] = simulate(cells["voc1-half"], f"21 x {CYCLE.format(80)}", detail=False)
    for name in ("vo-half", "vo-atfb"):
        found.records[name, "slow"] = simulate(cells[name], "Discharge at 5 uA/cm2 until 2.15 V")
    return found


def test_the_average_is_that_of_the_cycles_at_the_current(runs: Runs) -> None:
    record = runs.records["vo-half", "rate"]
    both = [record.capacity(step=int(step)) for step in record.steps.filter(record.steps["label"] == "c")["step"][::2]]
    found = average_in_rate_test(runs, claim("rate-vo-80"))
    assert found is not None and found.number == pytest.approx(sum(both) / 2, rel=1e-9)
    assert found.off == pytest.approx(100 * (found.number / claim("rate-vo-80").number - 1))


def test_the_order_names_every_film_once(runs: Runs) -> None:
    found = order_in_rate_test(runs, claim("rate-order-80"))
    assert found is not None
    order = [part.split()[0] for part in found.text.split(" > ")]
    assert sorted(order) == ["VO", "VOC1", "VOC2"] and found.agrees == (order == ["VOC1", "VO", "VOC2"])


def test_rapid_fading_is_what_the_first_cycles_lose(runs: Runs) -> None:
    found = stable(runs, claim("long-80"))
    steps = runs.records["voc1-half", "long"].steps
    q = steps.filter(steps["kind"] == "discharge")["capacity_C_m2"]
    assert found is not None and found.agrees == bool(q[9] >= 0.9 * q[0])


def test_a_solid_cell_is_compared_with_its_half_cell(runs: Runs) -> None:
    found = similar_peaks(runs, claim("atfb-features"))
    assert found is not None and found.text.startswith("VO ") and "VOC1" not in found.text


def test_peaks_of_the_solid_cells_are_those_of_the_half_cells() -> None:
    """At 5 uA/cm2 within 0.1 V of each other, for every film as calibrated."""
    names = [f"{film}-{kind}" for film in ("vo", "voc1", "voc2") for kind in ("half", "atfb")]
    both = Runs({name: Cell.load(name) for name in names})
    for name in names:
        both.records[name, "slow"] = simulate(both.cells[name], "Discharge at 5 uA/cm2 until 2.15 V")
    found = similar_peaks(both, claim("atfb-features"))
    assert found is not None and found.agrees, found
    assert found.text.count("; ") == 2


def test_without_runs_nothing_is_said() -> None:
    empty = Runs({})
    for ask, row in ((average_in_rate_test, "rate-vo-80"), (order_in_rate_test, "rate-order-80"),
                     (stable, "long-80"), (similar_peaks, "atfb-features")):  # fmt: skip
        assert ask(empty, claim(row)) is None
