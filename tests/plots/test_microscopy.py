"""Figures of micrographs, drawn by both back ends."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from heterofilm.analysis.microscopy.cross_section import measure_cross_section
from heterofilm.analysis.microscopy.fringes import Spacing, find_fringes, match_fringes
from heterofilm.analysis.microscopy.phase_map import Domains, phase_map
from heterofilm.instruments import Measurement
from heterofilm.plots.microscopy import domain_figure, fft_figure, phase_figure, section_figure
from heterofilm.synthetic.images import CrossSectionTruth, FringeTruth, cross_section, hrtem

IMAGE = Measurement(
    "image", "i", image=hrtem(FringeTruth(pixels=256, domains=((11.0, 11.0, 10.0),))), meta={"pixel_m": 9e-11}
)
SPACINGS = (Spacing("V2O5", "(110)", 0.3405e-9), Spacing("Cu2V2O7", "(200)", 0.3606e-9))


def test_spots_are_marked_where_the_power_is_highest(tmp_path: Path) -> None:
    matches = match_fringes(find_fringes(IMAGE, d_range_m=(0.3e-9, 0.4e-9), calibration=0.01, most=2), SPACINGS)
    figure = fft_figure(IMAGE, matches)
    picture = figure.images[0]
    row, column = np.unravel_index(np.argmax(picture.values), picture.values.shape)
    kx = picture.x[0] + column / (picture.values.shape[1] - 1) * (picture.x[1] - picture.x[0])
    ky = picture.y[0] + row / (picture.values.shape[0] - 1) * (picture.y[1] - picture.y[0])
    nearest = min(np.hypot(kx - x, ky - y) for s in figure.series for x, y in zip(s.x, s.y, strict=True))
    assert nearest < 0.06
    assert {s.label for s in figure.series} == {"V2O5", "Cu2V2O7"}
    assert figure.save(tmp_path / "f.png").stat().st_size > 20_000


def test_the_phase_map_lies_over_the_image_and_leaves_amorphous_places_clear(tmp_path: Path) -> None:
    matches = match_fringes(find_fringes(IMAGE, d_range_m=(0.3e-9, 0.4e-9), calibration=0.01, most=2), SPACINGS)
    by_phase = {m.candidates[0].phase: [m.fringe] for m in matches}
    found = phase_map(IMAGE, by_phase["V2O5"], by_phase["Cu2V2O7"])
    classes = found.classes.copy()
    classes[:10] = 3
    figure = phase_figure(IMAGE, replace(found, classes=classes))
    assert np.isnan(figure.images[1].values[:10]).all() and not np.isnan(figure.images[1].values[10:]).all()
    plot = figure.to_plotly()
    assert [trace.type for trace in plot.data[:2]] == ["heatmap", "heatmap"]
    assert figure.save(tmp_path / "p.svg").stat().st_size > 10_000


def test_the_histogram_counts_every_domain() -> None:
    d = (8e-9, 9e-9, 10e-9, 10.2e-9, 12e-9)
    figure = domain_figure(Domains(d, (0.5e-9,) * 5, float(np.mean(d)), 0.5e-9, float(np.std(d)), 0, 4e-9))
    assert sum(figure.series[0].y) == 5
    assert figure.to_plotly().layout.yaxis.dtick == 1  # domains are counted: no 1.75 of them


def test_edges_are_drawn_where_they_were_found(tmp_path: Path) -> None:
    image = Measurement("image", "s", image=cross_section(CrossSectionTruth(), 0), meta={"pixel_m": 2e-9})
    found = measure_cross_section(image)
    figure = section_figure(image, found)
    gap = np.nanmean(np.asarray(figure.series[1].y) - np.asarray(figure.series[0].y))
    assert abs(gap * np.cos(np.radians(found.tilt_deg)) - found.thickness * 1e9) < 0.5
    assert figure.save(tmp_path / "s.png").stat().st_size > 20_000
