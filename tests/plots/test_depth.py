"""Figures of depth profiles, drawn by both back ends."""

from pathlib import Path

import numpy as np

from heterofilm.analysis.depth.profile import layers
from heterofilm.analysis.depth.volume import Volume
from heterofilm.instruments import read
from heterofilm.plots.depth import VolumePlot, ion_label, profile_figure, section_numbers, slice_figure
from heterofilm.synthetic.depth_profile import StackTruth, write_depth_profile


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
    assert figure.title.startswith("O₂V⁺") and len(figure.to_plotly().data) == 1
    table = section_numbers(volume)
    assert table.shape == (30, 21) and table["Depth / nm"][-1] == 300.0 and table.columns[1] == "0.25 µm"
    assert table.drop("Depth / nm").to_numpy().sum() == values[:, 6:12].sum()


def test_the_surface_of_an_ion_ends_where_half_of_its_counts_are_left(tmp_path: Path) -> None:
    """Counts down to 145 nm of 300: the closed surface reaches from 0 to there and over the whole area."""
    values = np.zeros((30, 20, 20))
    values[:15] = 10.0
    deep = np.linspace(5.0, 295.0, 30)
    plot = VolumePlot([Volume(values, deep, 500.0, "O_2V+"), Volume(values[::-1], deep, 500.0, "Pt+")])
    drawn = plot.to_plotly()
    assert [one.name for one in drawn.data] == ["O₂V⁺", "Pt⁺"] and drawn.layout.height > 300
    for one, reach in zip(drawn.data, ((0.0, 150.0), (150.0, 300.0)), strict=True):
        assert np.allclose((min(one.z), max(one.z)), reach, atol=12.0)
        assert np.allclose((min(one.x), max(one.x), min(one.y), max(one.y)), (0.0, 10.0, 0.0, 10.0), atol=0.6)
    assert plot.numbers()["O_2V+: counts"].sum() == values.sum()
    svg, pdf = plot.save_static(tmp_path / "v", ("svg", "pdf"))
    assert "Depth / nm" in svg.read_text() and pdf.stat().st_size > 5_000
