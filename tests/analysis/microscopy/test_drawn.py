"""What is drawn into a micrograph is left out and said; what the sample itself shows never is."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from heterofilm.analysis.microscopy.cracks import find_cracks
from heterofilm.analysis.microscopy.cross_section import measure_cross_section
from heterofilm.analysis.microscopy.drawn import without_drawn
from heterofilm.errors import HeterofilmError
from heterofilm.records.measurement import Measurement
from heterofilm.synthetic.images import CrossSectionTruth, cross_section

TRUTH = CrossSectionTruth(tilt_deg=0.0)


def seen(image: np.ndarray) -> Measurement:
    return Measurement("image", "i", image=image, meta={"pixel_m": 2e-9})


def grey(seed: int = 0, tilt: float = 0.0) -> np.ndarray:
    return np.clip(cross_section(replace(TRUTH, tilt_deg=tilt), seed), 0, 255).astype(np.uint8)


def data_bar(columns: int, rows: int = 36, ground: int = 0, ink: int = 255, rim: bool = False) -> np.ndarray:
    """Two lines of letters of strokes two pixels wide, and a scale bar."""
    bar = np.full((rows, columns), ground, np.uint8)
    draw = np.random.default_rng(5)
    for top in (5, rows - 14):
        for left in range(6, int(0.7 * columns), 9):
            bar[top : top + 9, left + int(draw.integers(0, 4)) :][:, :2] = ink
            bar[top + int(draw.integers(0, 8)) :, left : left + 6][:2] = ink
    bar[rows - 12 : rows - 8, int(0.8 * columns) : int(0.97 * columns)] = ink
    if rim:
        bar[0] = ink
    return bar


@pytest.mark.parametrize("top", [False, True])
@pytest.mark.parametrize(
    "kind",
    [{}, {"ground": 255, "ink": 0}, {"ground": 30, "ink": 90}, {"rows": 90}, {"ground": 128, "rim": True}],
    ids=str,
)
@pytest.mark.parametrize("tilt", [0.0, 4.0])
def test_a_data_bar_changes_nothing(tilt: float, kind: dict, top: bool) -> None:
    """Same film, same edges (in rows of the whole image) with and without it, and a word of how many rows went."""
    image = grey(tilt=tilt)
    bar = data_bar(image.shape[1], **kind)
    bare, found = (measure_cross_section(seen(i)) for i in (image, np.vstack([bar, image] if top else [image, bar])))
    assert found.thickness == bare.thickness
    assert np.nanmax(np.abs(found.top.rows - bare.top.rows - top * len(bar))) < 1e-9
    assert bare.notes == ()
    assert found.notes[0].startswith(f"a data bar at the {'top' if top else 'bottom'} was left out ({len(bar)} of")


@pytest.mark.parametrize("place", [(345, 300), (20, 40), (170, 200), (350, 20)])
def test_a_scale_bar_drawn_into_the_picture_moves_no_edge(place: tuple[int, int]) -> None:
    image = grey(3)
    row, column = place
    bare = measure_cross_section(seen(image))
    image[row : row + 8, column : column + 150] = 255
    image[row + 14 : row + 26, column + 20 : column + 110 : 5] = 255
    found = measure_cross_section(seen(image))
    assert found.thickness == pytest.approx(bare.thickness, abs=1e-9)
    assert found.bottom.rms == pytest.approx(bare.bottom.rms, rel=0.05)
    assert "a scale bar or a label" in found.notes[0]


def test_where_a_label_covers_an_edge_the_edge_is_lost_not_drawn() -> None:
    """The columns of the label tell no interface; the others tell the thickness within its error."""
    image = grey(1)
    bare = measure_cross_section(seen(image))
    row = int(np.nanmedian(bare.top.rows))
    image[row - 20 : row + 20, 200:330] = 0
    image[row - 6 : row + 6, 210:320:6] = 255
    found = measure_cross_section(seen(image))
    assert np.isnan(found.top.rows[202:328]).all() and np.isfinite(found.top.rows).mean() > 0.7
    assert abs(found.thickness - bare.thickness) < found.thickness_error


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "scene", ["clipped black", "clipped white", "smooth", "upside down", "without noise", "16 bit"]
)
def test_nothing_of_the_sample_is_taken_for_drawn(scene: str, seed: int) -> None:
    image = cross_section(replace(TRUTH, tilt_deg=3.0 * (seed - 1)), seed).astype(float)
    made = {
        "clipped black": lambda: np.clip(image - 30.0, 0, 255), "clipped white": lambda: np.clip(2.0 * image, 0, 255),
        "smooth": lambda: gaussian_filter(image, 2.0), "upside down": lambda: np.clip(image - 30.0, 0, 255)[::-1],
        "without noise": lambda: np.repeat([20.0, 130.0, 75.0], 120)[:, None] * np.ones(300),
        "16 bit": lambda: 200 * image,
    }[scene]()  # fmt: skip
    assert without_drawn(made.round()).notes == ()


def test_cracks_are_shares_of_the_surface_without_the_bar() -> None:
    rng = np.random.default_rng(2)
    image = 120.0 + 5.0 * rng.standard_normal((400, 400))
    image[100:106, 20:380] -= 90.0
    image = np.clip(gaussian_filter(image, 0.8), 0, 255).round().astype(np.uint8)
    bare, found = (find_cracks(seen(i)) for i in (image, np.vstack([image, data_bar(400, 60)])))
    assert found.share == bare.share and found.number == bare.number
    assert found.where.shape == (460, 400) and not found.where[400:].any()
    assert "data bar" in found.notes[0]


def screen(tilt: float) -> Measurement:
    """A picture taken off a screen: its bar has noise of its own, and is not known as drawn."""
    image = np.vstack([grey(0, tilt), np.zeros((40, TRUTH.shape[1]), np.uint8)]).astype(float)
    image[-25:-10, 50:200] = 182.0
    return seen(image + np.random.default_rng(0).normal(0.0, 3.0, image.shape))


def test_interfaces_that_cross_are_none_of_one_film() -> None:
    """Where one edge is found twice there is no film of a thickness below its roughness."""
    with pytest.raises(HeterofilmError, match=r"they cross.*range = "):
        measure_cross_section(screen(4.0))


def test_a_third_step_as_strong_is_told() -> None:
    """The film's lower interface is at 270 rows of 2 nm from above."""
    (note,) = measure_cross_section(screen(1.0)).notes
    assert "a third step of grey" in note and measure_cross_section(seen(grey())).notes == ()
