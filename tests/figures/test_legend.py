"""A legend lies on nothing that is read: not the title, not the names under bars, and never beyond a printed edge."""

import matplotlib
import pytest

from heterofilm.figures.elements import Series
from heterofilm.figures.figure import Figure
from heterofilm.figures.legend import folded
from heterofilm.figures.matplotlib import LOOK, on_paper, styled
from heterofilm.figures.style import PRESETS

BARS = ["a sputtered film without words to spare", "a composite of two, 20 % (annealed)"]


def bars(*names: str, **changes: object) -> Figure:
    series = [Series(name, BARS, [k, 2.0], "bar") for k, name in enumerate(names)]
    return Figure("f", "Contributions to the gain", "", "Capacity / µAh cm⁻² µm⁻¹", series, **changes)  # type: ignore[arg-type]


LONG = bars("the film without the other phase, model", "composition", "junction, at most", "left: transport")


def test_a_long_legend_of_bars_leaves_the_title_alone_and_a_short_one_stands_beside_it() -> None:
    above = []
    for figure in (LONG, bars("k₁v", "k₂√v")):
        canvas = styled(figure)
        with matplotlib.rc_context(LOOK):
            canvas.draw_without_rendering()
        axes = canvas.axes[0]
        legend = axes.get_legend().get_window_extent()
        title = max((axes.title, axes._left_title), key=lambda text: len(text.get_text())).get_window_extent()
        assert title.width > 0.0 and not legend.overlaps(title)
        above.append(legend.y0 > axes.bbox.y1 - 1.0)
    assert above == [False, True]


@pytest.mark.parametrize("columns", ["single", "double"])
@pytest.mark.parametrize("figure", [LONG, bars("a", "b"), bars(*"abcdefg")], ids=["long", "short", "many"])
def test_on_paper_all_words_stand_within_the_edges_and_apart(columns: str, figure: Figure) -> None:
    canvas = on_paper(figure, PRESETS["acs"], columns)  # type: ignore[arg-type]
    axes = canvas.axes[0]
    names = [tick.get_window_extent() for tick in axes.get_xticklabels()]
    boxes = [axes.get_legend().get_window_extent(), axes.yaxis.label.get_window_extent(), *names]
    width, height = canvas.bbox.size
    assert all(min(b.x0, b.y0) > -1.0 and b.x1 < width + 1.0 and b.y1 < height + 1.0 for b in boxes)
    assert not any(a.overlaps(b) for k, a in enumerate(boxes) for b in boxes[:k])


@pytest.mark.parametrize("columns", ["single", "double"])
@pytest.mark.parametrize("rates", [2, 10])
def test_names_under_many_bars_stand_apart(rates: int, columns: str) -> None:
    """A word wider than its bar is turned; all are there."""
    names = [f"{rate}\n{half}" for half in ("cathodic", "anodic") for rate in range(rates)]
    figure = Figure("f", "Split", "Scan rate", "Share", [Series("k₁v", names, [1.0] * len(names), "bar")])
    axes = on_paper(figure, PRESETS["acs"], columns).axes[0]  # type: ignore[arg-type]
    ticks = axes.get_xticklabels()
    boxes = [tick.get_window_extent() for tick in ticks]
    assert [tick.get_text().replace(", ", "\n") for tick in ticks] == names
    assert not any(a.overlaps(b) for k, a in enumerate(boxes) for b in boxes[:k])


def test_words_are_folded_between_words_only_and_none_is_lost() -> None:
    text = "sputtered films\nof vanadium pentoxide"
    assert folded(text, 10.0) == text
    narrow = folded(text, 0.1)
    assert narrow.split("\n") == text.split() and folded("pentoxide", 0.1) == "pentoxide"


@pytest.mark.parametrize("full", [True, False])
def test_a_legend_stands_inside_only_where_it_lies_on_no_curve(full: bool) -> None:
    x = [float(k) for k in range(60)]
    waves = [
        Series(f"film {k}", x, [(9.0 if j % 2 else 0.0) if full else 0.0 + k for j in range(60)]) for k in range(4)
    ]
    canvas = on_paper(Figure("f", "", "Cycle", "Capacity", waves), PRESETS["acs"], "single")
    axes = canvas.axes[0]
    box = axes.get_legend().get_window_extent()
    curves = [line.get_transform().transform_path(line.get_path()) for line in axes.lines]
    assert not any(curve.intersects_bbox(box, filled=False) for curve in curves)
    assert box.overlaps(axes.bbox) is not full
