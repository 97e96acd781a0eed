"""Figures of a composite: the block and the laws."""

from __future__ import annotations

import json

import numpy as np
import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.figures.matplotlib import draw
from heterofilm.film.conduction import Resolved
from heterofilm.film.effective_medium import hashin_shtrikman
from heterofilm.film.microstructure import levelled_field
from heterofilm.plots.microstructure import composite_figure, microstructure_figure


@pytest.fixture(scope="module")
def structure():
    return levelled_field(0.5, 10e-9, across=4.0, voxels=12)


def test_the_block_says_what_it_shows(structure) -> None:
    figure = microstructure_figure(structure, "VOC1", ("V₂O₅", "Cu₂V₂O₇", "layer"))
    assert "50 % Cu₂V₂O₇" in figure.caption and "V₂O₅ and Cu₂V₂O₇ run through it" in figure.caption
    assert figure.title == "VOC1" and figure.voxel == pytest.approx(10.0 / 12.0)


def test_the_block_on_screen_is_light_and_whole(structure) -> None:
    """Less than 1 MB, within the box, both phases coloured, a legend of the phases that there are."""
    plot = microstructure_figure(structure).to_plotly()
    text = plot.to_json()
    assert len(text) < 1e6
    mesh = json.loads(text)["data"][0]
    x = np.asarray(plot.data[0].x, dtype=float)
    assert x.min() > -1.0 and x.max() < 41.0 and mesh["type"] == "mesh3d"
    phase = np.asarray(plot.data[0].intensity, dtype=float)
    assert (phase > 0.5).mean() > 0.3 and (phase < 0.5).mean() > 0.2
    assert [trace.name for trace in plot.data[1:]] == ["matrix", "domains"]
    layered = microstructure_figure(structure.with_layer(2e-9)).to_plotly()
    assert [trace.name for trace in layered.data[1:]] == ["matrix", "domains", "interfacial layer"]


def test_files(structure, tmp_path) -> None:
    figure = microstructure_figure(structure)
    svg, png = figure.save_static(tmp_path / "block")
    assert svg.read_text().rstrip().endswith("</svg>") and png.read_bytes()[:4] == b"\x89PNG"
    assert figure.save(tmp_path / "block.html").stat().st_size < 7e6  # with Plotly itself
    with pytest.raises(HeterofilmError, match="must end in"):
        figure.save(tmp_path / "block.gif")


def test_laws_end_where_they_no_longer_hold_and_points_carry_their_error() -> None:
    point = Resolved(4.6, 0.2, 0.1, 0.58, (4.6, 4.5, 4.7, 4.6))
    figure = composite_figure(2.0, 20.0, {"levelled field": [point]}, at=0.58)
    by_name = {series.label: series for series in figure.series}
    assert max(by_name["Maxwell-Garnett"].x) == pytest.approx(0.3)
    assert max(by_name["Torquato"].x) == pytest.approx(0.6)
    assert by_name["Bruggeman"].y[-1] == pytest.approx(10.0)
    band = by_name["Hashin–Shtrikman bounds"].bands[0]
    assert (band.y_low[100], band.y_high[100]) == pytest.approx(hashin_shtrikman(1.0, 10.0, 0.5))
    resolved = by_name["resolved: levelled field"]
    assert resolved.y[0] == pytest.approx(2.3) and resolved.y_error[0] == pytest.approx(np.hypot(0.1, 0.1) / 2.0)


def test_both_back_ends_draw_the_error_bars() -> None:
    point = Resolved(4.6, 0.2, 0.1, 0.58, (4.6, 4.5, 4.7, 4.6))
    figure = composite_figure(2.0, 20.0, {"levelled field": [point]})
    trace = next(t for t in figure.to_plotly().data if t.name == "resolved: levelled field")
    assert trace.error_y.array[0] == pytest.approx(0.0707, abs=1e-4)
    ends = [c.get_segments()[0][:, 1] for c in draw(figure).axes[0].collections if hasattr(c, "get_segments")]
    assert any(np.ptp(end) == pytest.approx(0.1414, abs=1e-3) for end in ends)
    assert composite_figure(1.0, 1000.0).log_y and not figure.log_y
