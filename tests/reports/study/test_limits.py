"""What limits a film: the bars reach its theoretical capacity, and the values that are named act as it is said."""

import numpy as np
import pytest

from heterofilm.cell import Cell
from heterofilm.reports.study.limits import answer, limits, limits_figure, limits_table
from heterofilm.simulation.run import simulate
from heterofilm.study.results import Results, Runs


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


def test_the_answer_names_the_largest_cause_first(results: Results) -> None:
    found = limits(results)
    said = answer(results, found)
    assert len(said) == 3 and all("delivers" in one and "What would help most: " in one for one in said[:2])
    assert said[2].startswith("Utilisation is the share")
    for name, shares in found.shares.items():
        largest = max(shares[1:], key=lambda s: s.in_order)
        rows = [row for row in limits_table(results, found).rows if row[1] == largest.cause]
        scaled = largest.in_order / results.main.cells[name].thickness / 3.6e7
        assert any(row[2].startswith(f"{scaled:.1f} (") for row in rows)
    assert np.isfinite(found.shares["voc1-half"][0].in_order)
