"""Several figures in one file."""

import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.figures.elements import Series
from heterofilm.figures.figure import Figure
from heterofilm.figures.panels import page, save_sheet

FIGURES = [Figure(f"f{k}", f"Title <{k}>", "x", "y", [Series("a", [1, 2], [3, 4])], "A caption.") for k in range(3)]


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf", "html"])
def test_all_figures_are_in_one_file(tmp_path, suffix):
    path = save_sheet(FIGURES, tmp_path / f"s.{suffix}")
    assert path.stat().st_size > 1000 and [p.name for p in tmp_path.iterdir()] == [path.name]
    if suffix == "svg":
        assert all(f"Title &lt;{k}&gt;" in path.read_text() for k in range(3))


def test_the_page_holds_plotly_once_and_escapes():
    text = page(FIGURES)
    assert text.count("plotly.js v") == 1
    assert all(f"<h2>Title &lt;{k}&gt;</h2>" in text for k in range(3)) and text.count("A caption.") == 3


def test_refusals(tmp_path):
    with pytest.raises(HeterofilmError, match="must end in"):
        save_sheet(FIGURES, tmp_path / "s.jpg")
