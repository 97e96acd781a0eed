"""What limits a film: the bars reach its theoretical capacity, and the values that are named act as it is said."""

import numpy as np
import pytest

from heterofilm.cell import Cell
from heterofilm.reports.study.limits import ACTS, COLOURS, acting, answer, limits, limits_figure, limits_table
from heterofilm.simulation.run import simulate
from heterofilm.simulation.unused_capacity import CAUSES, unused_capacity
from heterofilm.study.results import Results, Runs

CURRENT = 0.2  # A/m2
LESS = {"electrolytes.", "cells."}


@pytest.fixture(scope="module")
def results() -> Results:
    cells = {name: Cell.load(name) for name in ("voc1-half", "vo-atfb")}
    protocol = "Discharge at 5 uA/cm2 until 2.15 V"
    return Results("t", "d", Runs(cells, {(n, "d5"): simulate(c, protocol) for n, c in cells.items()}))


def test_bars_reach_the_theoretical_capacity(results: Results) -> None:
    found = limits(results)
    assert found is not None and found.current == 5.0 and not found.failed
    figure = limits_figure(results, found)
    for k, cell in enumerate(results.main.cells.values()):
        whole = cell.theoretical_capacity / cell.thickness / 3.6e7
        assert sum(s.y[k] for s in figure.series) == pytest.approx(whole, abs=0.5)


def test_every_cause_has_a_colour_and_values(results: Results) -> None:
    names = {cause for cause, _ in CAUSES} | {"cut-off voltage", "utilisation"}
    assert names == set(ACTS) == set(COLOURS) - {"delivered"}


@pytest.mark.parametrize("name", ["voc1-half", "vo-atfb"])
def test_values_that_are_said_to_act_do(name: str) -> None:
    """Where a cause holds back more than 2 % of the film, a change of the first value named by 30 % towards less of it
    gives more capacity."""
    cell = Cell.load(name)
    shares = unused_capacity(cell, CURRENT)
    large = [s for s in shares[1:] if s.alone_C_m2 > 0.02 * cell.theoretical_capacity]
    assert large
    for share in large:
        path, value = next(acting(cell, share.cause))
        factor = 1 / 1.3 if path.endswith(("resistance", "thickness", "hysteresis", "undercooling")) else 1.3
        changed = Cell.load(name, {path: value.value * factor})
        assert unused_capacity(changed, CURRENT)[0].in_order_C_m2 > shares[0].in_order_C_m2, (share.cause, path)


def test_the_answer_names_the_largest_cause_first(results: Results) -> None:
    found = limits(results)
    said = answer(results, found)
    assert len(said) == 2 and all("delivers" in one and "What acts on the first: " in one for one in said)
    for name, shares in found.shares.items():
        largest = max(shares[1:], key=lambda s: s.in_order_C_m2)
        rows = [row for row in limits_table(results, found).rows if row[1] == largest.cause]
        scaled = largest.in_order_C_m2 / results.main.cells[name].thickness / 3.6e7
        assert any(row[2].startswith(f"{scaled:.1f} (") for row in rows)
    assert np.isfinite(found.shares["voc1-half"][0].in_order_C_m2)
