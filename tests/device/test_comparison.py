"""Scores and tables of cells on equal terms, and energies counted."""

import math

import pytest

from heterofilm.device.bending import bend
from heterofilm.device.budget import budget_table
from heterofilm.device.comparison import Counted, comparison_table, published_table, scores
from heterofilm.device.energy import energy_table, ragone_table
from heterofilm.device.stack import Stack
from heterofilm.errors import HeterofilmError
from heterofilm.plots.device import (
    budget_figure,
    masks_figure,
    radar_figure,
    ragone_figure,
    stack_figure,
    strain_figure,
)
from made_cell import made_cell

A = Counted("a", "A", 60.0, 3.0, 180.0, 0.5, math.nan, 573.0)
B = Counted("b", "B", 30.0, 4.0, 120.0, 1.0, 0.9, 873.0)


def test_the_best_is_one_and_a_lower_anneal_is_better() -> None:
    found = scores([A, B])
    assert found["a"]["capacity"] == 1.0 and found["b"]["capacity"] == 0.5
    assert found["a"]["anneal"] == 1.0 and found["b"]["anneal"] == pytest.approx(573 / 873)
    assert math.isnan(found["a"]["life"]) and found["b"]["life"] == 1.0
    assert comparison_table([A, B])["life"].to_list() == ["not modelled", "0.90"]
    with pytest.raises(HeterofilmError, match="at least two"):
        scores([A])


def test_published_cells_have_their_sources() -> None:
    table = published_table()
    assert table.height >= 4 and all(len(source) > 20 for source in table["source"])


def test_energies_are_one_energy_counted_in_ways() -> None:
    stack, record = Stack.load("voc1-polyimide"), made_cell(1)
    discharge = int(record.steps.filter(record.steps["kind"] == "discharge")["step"][0])
    table = energy_table(stack, record, discharge)
    by = dict(zip(table["basis"], table["energy"], strict=True))
    area = 1e4 * stack.active_area
    assert by["device"] == pytest.approx(by["active area"] * area)
    assert by["mass with substrate"] == pytest.approx(1e-3 * by["device"] / (1e3 * stack.mass()))
    assert by["volume with substrate"] == pytest.approx(1e-3 * by["device"] / (1e6 * stack.volume()))
    row = record.steps.filter(record.steps["step"] == discharge).row(0, named=True)
    hours = (row["t_end"] - row["t_start"]) / 3600.0
    assert list(table["power"] * hours) == pytest.approx(list(table["energy"]))
    assert all(e.replace("Wh", "W") == p for e, p in zip(table["energy_unit"], table["power_unit"], strict=True))
    with pytest.raises(HeterofilmError, match="no discharge"):
        energy_table(stack, record, 1)


def test_figures_show_their_data() -> None:
    stack = Stack.load("voc1-silicon")
    figure = stack_figure(stack)
    assert len(figure.series) == len(stack.layers) and "only the upper" in figure.caption
    for one in figure.series:  # no layer is drawn below the cut, and each as thick as it is
        assert min(one.y) >= -1e-9
    film = next(s for s in figure.series if s.label.startswith("cathode"))
    assert max(film.y) - min(film.y) == pytest.approx(0.3)
    assert masks_figure(stack).equal
    bents = [bend(stack), bend(stack, 1.0)]
    strain = strain_figure(stack, bents)
    assert strain.series[1].y[-1] == pytest.approx(1e6 * stack.thickness)
    radar = radar_figure(scores([A, B]))
    rim = next(s for s in radar.series if s.label == "a")
    assert (rim.x[0] ** 2 + rim.y[0] ** 2) == pytest.approx(1.0)
    assert budget_figure(budget_table(stack)).x_names[2] == "anneal"


def test_a_ragone_curve_has_a_point_a_discharge() -> None:
    stack = Stack.load("voc1-polyimide")
    fast, slow = (made_cell(1, rate=r).step(2) for r in (1.0, 0.1))
    slow, fast = (type(r)(r.frame.with_columns(step=1 + 0 * r.frame["step"]), meta=r.meta) for r in (slow, fast))
    table = ragone_table(stack, [fast, slow])
    assert table["power_uW_cm2"].is_sorted() and table.height == 2
    assert ragone_figure({"x": table}).log_x and ragone_figure({"x": table}, "mass").name == "device-ragone-mass"
