"""Figures of a search."""

import numpy as np
import polars as pl

from heterofilm.plots.design import indices_figure, search_figure

RUNS = pl.DataFrame({"a": [3.0, 1.0, 2.0, np.nan], "b": [1.0, 3.0, 2.0, 1.0], "met": [True, False, True, False]})


def test_the_best_so_far_counts_what_meets_the_limits() -> None:
    figure = search_figure(RUNS, RUNS[2:3], [("a", 1.0)], "")
    best = next(s for s in figure.series if s.label == "best so far")
    assert best.y.tolist() == [3.0, 3.0, 2.0, 2.0]
    most = search_figure(RUNS, RUNS[0:1], [("b", -1.0)], "")
    assert most.series[-1].y.tolist() == [1.0, 1.0, 2.0, 2.0]


def test_a_front_stands_among_all() -> None:
    figure = search_figure(RUNS, RUNS[[0, 2]], [("a", 1.0), ("b", 1.0)], "mine")
    assert [s.label for s in figure.series] == ["misses a limit", "meets all limits", "best"]
    assert list(figure.series[-1].x) == [2.0, 3.0]


def test_indices_stand_by_output() -> None:
    rows = [{"output": o, "input": i, "first": 0.1, "first_half": 0.0, "total": 0.5, "total_half": 0.1}
            for o in ("x", "y") for i in ("films.A.thickness", "phases.B.D")]  # fmt: skip
    figure = indices_figure(pl.DataFrame(rows))
    assert figure.x_names == ("x", "y") and [s.label for s in figure.series] == ["A.thickness", "B.D"]
