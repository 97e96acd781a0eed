"""Curves in an order: a legend lists few of them, a bar of colours tells many, the same in both back ends."""

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_hex

from heterofilm.app.look import dressed
from heterofilm.figures.elements import LISTED, Scale, Series, in_order
from heterofilm.figures.figure import Figure
from heterofilm.figures.matplotlib import LOOK, styled
from heterofilm.figures.plotly import description

X = np.linspace(0.0, 1.0, 5)


def many(count: int) -> Figure:
    names = [str(3 * k + 1) for k in range(count)]
    colours, scale = in_order("Cycle", names)
    drawn = [Series(f"cycle {name}", X, X * k, colour=colours[k], in_legend=False) for k, name in enumerate(names)]
    return Figure("f", "t", "x", "y", drawn, scale=scale)


@pytest.mark.parametrize("count", [1, 2, LISTED, LISTED + 1, 17, 400])
def test_colours_differ_and_more_than_a_legend_lists_have_a_bar(count: int) -> None:
    colours, scale = in_order("Cycle", [str(k) for k in range(count)])
    assert len(colours) == count and (count > 100 or len(set(colours)) == count)
    assert (scale is not None) == (count > LISTED)


@pytest.mark.parametrize("count", range(9, 60))
def test_ticks_name_the_ends_and_few_between(count: int) -> None:
    """In their order, each with its own name, and no two less than half as far apart as others."""
    ticks = Scale("Cycle", tuple(f"n{k}" for k in range(count))).ticks()
    places = [place for place, _ in ticks]
    assert places[0] == 0 and places[-1] == count - 1 and len(ticks) <= 7
    assert all(name == f"n{place}" for place, name in ticks)
    gaps = np.diff(places)
    assert gaps.min() > 0 and gaps.max() <= 2 * gaps.min()


def test_both_back_ends_draw_the_bar_with_the_colours_of_the_curves() -> None:
    figure = many(11)
    assert figure.scale is not None
    *_, trace = description(figure)["data"]
    bar = trace["marker"]["colorbar"]
    canvas = styled(figure)
    with matplotlib.rc_context(LOOK):
        canvas.draw_without_rendering()
    axes = canvas.axes[1]
    names = [name for _, name in figure.scale.ticks()]
    assert bar["title"]["text"] == axes.get_ylabel() == "Cycle" and bar["ticktext"] == names
    assert [tick.get_text() for tick in axes.get_yticklabels()] == names
    assert tuple(axes.get_ylim()) == (trace["marker"]["cmin"], trace["marker"]["cmax"]) == (0, 10)
    assert not trace["showlegend"] and trace["x"] == [None]
    colours = canvas.axes[1].collections[-1].cmap
    for k, series in enumerate(figure.series):
        drawn, own = (
            np.array([int(c[n : n + 2], 16) for n in (1, 3, 5)]) for c in (to_hex(colours(k / 10)), series.colour)
        )
        assert np.abs(drawn - own).max() <= 6, "of 256, between two stops of the bar"


def test_on_dark_ground_the_bar_is_lightened_as_its_curves_are() -> None:
    figure = many(33)  # a curve on every stop
    for dark in (False, True):
        *curves, bar = dressed(description(figure), dark)["data"]
        assert [colour for _, colour in bar["marker"]["colorscale"]] == [one["line"]["color"] for one in curves]
