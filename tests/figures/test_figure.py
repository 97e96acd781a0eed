"""One description, two back ends."""

import numpy as np
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.figures.colours import BLUE
from heterofilm.figures.elements import Band, Note, Series
from heterofilm.figures.figure import Figure
from heterofilm.figures.matplotlib import draw as draw_static
from heterofilm.figures.plotly import draw as draw_plotly

X = np.linspace(0.0, 50.0, 11)
Y = 3.8 - 0.03 * X


def figure(**changes):
    band = Band(X - 2, Y, X + 2, Y)
    series = [
        Series("VO", X, Y, colour=BLUE, bands=(band,)),
        Series("measured", [53.3], [2.15], "points", BLUE, marker="diamond"),
    ]
    options = {"notes": (Note(10.0, 3.0, "a word"),), **changes}
    return Figure("f", "Discharge", "Capacity / µAh", "Voltage / V", series, **options)


def test_static_files_are_whole_and_named(tmp_path):
    svg, png = figure().save_static(tmp_path / "a.b")
    assert (svg.name, png.name) == ("a.b.svg", "a.b.png")
    text = svg.read_text()
    assert text.rstrip().endswith("</svg>") and "Capacity / µAh" in text and "a word" in text
    assert png.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.b.png", "a.b.svg"]


def test_svg_is_reproducible(tmp_path):
    one, _ = figure().save_static(tmp_path / "one")
    two, _ = figure().save_static(tmp_path / "two")
    assert one.read_text() == two.read_text()


def test_both_back_ends_show_the_same_numbers():
    described = figure(x_range=(60.0, 0.0))
    plotly, static = draw_plotly(described), draw_static(described)
    line = next(t for t in plotly.data if t.name == "VO" and t.fill is None)
    drawn = next(k for k in static.axes[0].lines if k.get_label() == "VO")
    assert np.allclose(line.x, drawn.get_xdata()) and np.allclose(line.y, drawn.get_ydata())
    assert line.line.color == drawn.get_color() == BLUE
    assert tuple(plotly.layout.xaxis.range) == static.axes[0].get_xlim() == (60.0, 0.0)
    assert plotly.layout.xaxis.title.text == static.axes[0].get_xlabel()


def test_log_axis_ticks():
    described = figure(log_x=True, x_range=(1.0, 100.0), x_ticks=(3.0, 80.0), notes=())
    plotly = draw_plotly(described)
    assert plotly.layout.xaxis.type == "log" and tuple(plotly.layout.xaxis.range) == (0.0, 2.0)
    assert [t.get_text() for t in draw_static(described).axes[0].get_xticklabels()] == ["3", "80"]


def test_bars_stack_with_negative_parts():
    bars = [Series("a", ["p", "q"], [3.0, 2.0], "bar"), Series("b", ["p", "q"], [-1.0, 4.0], "bar")]
    axes = draw_static(Figure("f", "t", "", "y", bars)).axes[0]
    spans = {(round(p.get_y(), 6), round(p.get_y() + p.get_height(), 6)) for p in axes.patches}
    assert spans == {(0.0, 3.0), (0.0, 2.0), (0.0, -1.0), (2.0, 6.0)}
    assert draw_plotly(Figure("f", "t", "", "y", bars)).layout.barmode == "relative"


def test_areas_stack():
    layers = [Series("a", X, np.ones(11), "area"), Series("b", X, 2 * np.ones(11), "area")]
    axes = draw_static(Figure("f", "t", "x", "y", layers)).axes[0]
    tops = [c.get_paths()[0].vertices[:, 1].max() for c in axes.collections]
    assert tops == [1.0, 3.0]


def test_the_numbers_of_a_figure_are_columns_with_headings():
    """One x where neighbours share it, breaks as empty rows, no two headings alike."""
    x, y = np.array([1.0, 2.0]), np.array([3.0, np.nan])
    drawn = [Series("a", x, y), Series("a", x, 2 * x, y_error=[0.1, 0.2]), Series("b", [5.0], [6.0], right=True)]
    table = Figure("f", "t", "E / V", "i / A", drawn, right_label="CE / %").numbers()
    assert table.columns == ["a: E / V", "a: i / A", "a: i / A (2)", "a: ±", "b: E / V", "b: CE / %"]
    assert table.rows() == [(1.0, 3.0, 2.0, 0.1, 5.0, 6.0), (2.0, None, 4.0, 0.2, None, None)]
    assert Figure("f", "t", "", "y", [Series("a", ["p", "q"], [1.0, 2.0], "bar")]).numbers().rows()[1] == ("q", 2.0)


def test_a_legend_entry_without_points_is_shown():
    trace = draw_plotly(Figure("f", "t", "x", "y", [Series("a", [], [], "points")])).data[0]
    assert len(trace.x) == 1 and trace.x[0] is None


def test_gaps_stay_gaps():
    trace = draw_plotly(Figure("f", "t", "x", "y", [Series("a", [1, 2], [np.nan, 1.0])])).data[0]
    assert trace.y[0] is None or np.isnan(trace.y[0])


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf", "html"])
def test_single_files(tmp_path, suffix):
    path = figure().save(tmp_path / f"f.{suffix}")
    assert path.stat().st_size > 1000


def test_refusals(tmp_path):
    with pytest.raises(HeterofilmError, match="must end in"):
        figure().save(tmp_path / "f.jpg")
    with pytest.raises(HeterofilmError, match="There is no folder"):
        figure().save(tmp_path / "none" / "f.png")


def test_a_band_lies_on_the_axis_of_its_series():
    """The ticks on the right are round numbers of their own."""
    band = Band(X, Y - 1.0, X, Y + 1.0)
    series = [Series("left", X, Y), Series("right", X, Y, bands=(band,), right=True)]
    plotly = draw_plotly(Figure("f", "t", "x", "y", series, right_label="z"))
    assert [t.yaxis for t in plotly.data] == ["y2", None, "y2"] and plotly.layout.yaxis2.tickmode == "auto"
