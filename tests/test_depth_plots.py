"""Figures of depth profiles, drawn by both back ends."""

from pathlib import Path

import numpy as np

from heterofilm.analysis.depth_profile import layers
from heterofilm.analysis.depth_volume import Volume
from heterofilm.instruments import read
from heterofilm.report.depth_plots import ion_label, profile_figure, slice_figure, volume_plot
from heterofilm.virtual.depth_profile import StackTruth, write_depth_profile


def test_ions_are_written_as_the_field_writes_them() -> None:
    assert ion_label("H_2Cu+") == "H₂Cu⁺" and ion_label("^118SnO_2-") == "¹¹⁸SnO₂⁻"


def test_a_profile_shows_each_ion_and_the_interfaces(tmp_path: Path) -> None:
    profile = read(write_depth_profile(tmp_path / "p.txt", StackTruth(), 0))
    figure = profile_figure(profile, ["O_2V+", "Pt+", "Si+"], found=layers(profile, ["O_2V+", "Pt+", "Si+"]))
    assert [s.label for s in figure.series] == ["O₂V⁺", "Pt⁺", "Si⁺", "interface", "interface"]
    assert max(map(max, (s.y for s in figure.series[:3]))) < figure.y_range[1]  # type: ignore[index]
    assert figure.save(tmp_path / "p.png").stat().st_size > 10_000
    assert len(figure.to_plotly().data) == 5


def test_a_volume_is_drawn_as_a_section_and_as_surfaces(tmp_path: Path) -> None:
    values = np.zeros((30, 20, 20))
    values[:15] = 10.0
    volume = Volume(values, np.linspace(0, 300, 30), 500.0, "O_2V+")
    figure = slice_figure(volume)
    assert figure.images[0].values.shape == (30, 20) and figure.save(tmp_path / "s.png").stat().st_size > 5_000
    plot = volume_plot([volume], voxels=3000)
    assert plot.data[0].type == "isosurface" and len(plot.data[0].value) <= 3000
    assert len(figure.to_plotly().data) == 1
