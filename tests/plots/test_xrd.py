"""Figures of diffraction and Raman: what stands in them, and that both back ends draw them."""

from pathlib import Path

import numpy as np

from heterofilm.analysis.structure.raman import analyse_raman, mode_series
from heterofilm.analysis.structure.xrd import analyse_xrd
from heterofilm.instruments.reading import read
from heterofilm.plots.raman import mode_figure, raman_figure, series_figure
from heterofilm.plots.xrd import diffraction_figure
from heterofilm.synthetic.raman import RamanTruth, write_labspec, write_series
from heterofilm.synthetic.xrd import XrdTruth, write_xrdml


def test_ticks_of_a_phase_stand_under_its_lines(tmp_path: Path) -> None:
    truth = XrdTruth({"V2O5": 2000.0}, {"Pt": 9000.0}, strain={"V2O5": 0.004})
    result = analyse_xrd(read(write_xrdml(tmp_path / "a.xrdml", truth, "VO")), substrates=("Pt",))
    figure = diffraction_figure(result)
    ticks = {s.label: s for s in figure.series}["V2O5"]
    at = np.unique(np.asarray(ticks.x))
    first = next(p for p in result.identification.phases if p.name == "V2O5")
    for one in first.lines[:4]:
        assert np.abs(at - one.position).min() < 0.15
    assert np.nanmax(np.asarray(ticks.y)) < min(np.asarray(figure.series[0].y))  # below the curve
    figure.save(tmp_path / "a.png")
    assert "VO" in figure.title and "V2O5" in figure.to_html()


def test_raman_figures(tmp_path: Path) -> None:
    result = analyse_raman(read(write_labspec(tmp_path / "a.txt", RamanTruth({"V2O5": 2000.0}))))
    assert [s.label for s in raman_figure(result).series][:3] == ["measured", "baseline", "fit"]
    path = write_series(tmp_path / "b.txt", RamanTruth({"V2O5": 2000.0}), [3.4, 2.2, 3.6], 145.0, [1.0, 0.3, 0.9])
    mode = mode_figure(mode_series(read(path), 145.0))
    assert {s.label for s in mode.series} == {"until the minimum", "after it"} and "recovers" in mode.caption
    stacked = series_figure(read(path))
    assert [s.label for s in stacked.series] == ["3.60 V", "2.20 V", "3.40 V"]  # the legend as the stack, from above
    heights = [float(np.mean(s.y)) for s in stacked.series]
    assert heights == sorted(heights, reverse=True)
    for k, figure in enumerate((raman_figure(result), mode, stacked)):
        figure.save(tmp_path / f"{k}.svg")
        assert figure.to_plotly().data
