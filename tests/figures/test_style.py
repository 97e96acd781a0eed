"""Figures for print: exactly as wide as a column, letters of the size that is asked for, embedded as TrueType."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from heterofilm.errors import HeterofilmError
from heterofilm.figures.elements import Image as Map
from heterofilm.figures.elements import Note, Series
from heterofilm.figures.figure import Figure
from heterofilm.figures.matplotlib import on_paper
from heterofilm.figures.style import PRESETS, load_style

X = np.linspace(0.0, 1.0, 30)
FIGURE = Figure(
    "gap", "A title", "Potential / V vs Li⁺/Li", "Current / µA cm⁻²",
    [Series(f"a curve with a long name, {k}", X, X**k) for k in range(1, 8)], filled=True,
)  # fmt: skip


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("columns", ["single", "double"])
def test_a_figure_is_as_wide_as_its_columns(name: str, columns: str, tmp_path: Path) -> None:
    """To a pixel of 600 dpi, whatever its legend and labels need; nothing is cut off."""
    path = FIGURE.save(tmp_path / "a.png", style=name, columns=columns)  # type: ignore[arg-type]
    style = PRESETS[name]
    with Image.open(path) as image:
        width = image.width
        pixels = np.asarray(image.convert("L"))
    assert abs(width - 600 * style.width_mm(columns) / 25.4) <= 1.0  # type: ignore[arg-type]
    for side in (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]):
        assert side.min() == 255


@pytest.mark.parametrize("columns", ["single", "double"])
def test_notes_stand_apart_and_off_the_edges(columns: str) -> None:
    """Five peaks in a twentieth of the width and one at each end: no two labels overlap, none crosses an edge."""
    places = [0.0, 0.5, 0.51, 0.52, 0.53, 0.55, 1.0]
    notes = tuple(Note(x, 0.5, f"{k}00 mHz") for k, x in enumerate(places))
    figure = Figure("a", "", "x / s", "y", [Series("s", X, X)], notes=notes, x_range=(0.0, 1.0), y_range=(0.0, 1.0))
    axes = on_paper(figure, PRESETS["nature"], columns).axes[0]  # type: ignore[arg-type]
    boxes = [note.get_window_extent() for note in axes.texts]
    assert not any(a.overlaps(b) for k, a in enumerate(boxes) for b in boxes[:k])
    assert all(axes.bbox.x0 < box.x0 and box.x1 < axes.bbox.x1 and box.y0 > axes.bbox.y0 for box in boxes)


def test_a_map_stands_beside_its_bar_in_the_middle_of_two_columns() -> None:
    side = (0.0, 1.0)
    square = Figure("a", "", "x / um", "y / um", [], x_range=side, y_range=side, equal=True,
                    images=(Map(np.eye(4), side, side, "viridis", label="Counts"),))  # fmt: skip
    canvas = on_paper(square, PRESETS["nature"], "double")
    map_, bar = (axes.get_position() for axes in canvas.axes)
    assert 0.0 < bar.x0 - map_.x1 < 0.05 and abs((map_.x0 + bar.x1) / 2.0 - 0.5) < 0.05


def test_letters_are_truetype_of_the_size_that_is_asked_for(tmp_path: Path) -> None:
    data = FIGURE.save(tmp_path / "a.pdf", style="nature").read_bytes()
    assert b"/Type3" not in data and (b"/CIDFontType2" in data or b"/TrueType" in data)
    svg = FIGURE.save(tmp_path / "a.svg", style="nature").read_text(encoding="utf-8")
    sizes = {float(found) for found in re.findall(r"font(?:-size)?:\s*([\d.]+)px", svg)}
    assert sizes and min(sizes) >= 6.0 and max(sizes) == 7.0 and "A title" not in svg and "⁻²" in svg


def test_a_style_file_overrides_a_preset(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('base = "rsc"\nsingle = "8 cm"\nsize = 9\ntitle = true\nfont = "No such font"\n')
    style = load_style(own)
    assert (style.single_mm, style.double_mm, style.size, style.title) == (80.0, 171.0, 9.0, True)
    assert "'No such font' is not installed" in style.said
    assert "A title" in FIGURE.save(tmp_path / "a.svg", style=style).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "word"),
    [('singel = "8 cm"', r"unknown key 'singel'.*Did you mean"), ('single = "8 kg"', "for example \"85 mm\""),
     ("size = 90", "from 4 to 20"), ('base = "cell"', "no preset 'cell'"), ("title = 1", "true or false"),
     ("font = 3", "the name of a font"), ('double = "9 km"', "between 20 and 500 mm")],
)  # fmt: skip
def test_a_style_that_makes_no_sense_is_one_sentence(text: str, word: str, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(text)
    with pytest.raises(HeterofilmError, match=word):
        load_style(tmp_path / "own.toml")


def test_an_unknown_style_and_one_for_a_page_are_refused(tmp_path: Path) -> None:
    with pytest.raises(HeterofilmError, match="acs, aps"):
        load_style("natur")
    with pytest.raises(HeterofilmError, match=r"has no effect on 'a\.html'"):
        FIGURE.save(tmp_path / "a.html", style="acs")
