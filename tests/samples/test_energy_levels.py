"""Measured levels of several samples in one diagram."""

from dataclasses import replace
from pathlib import Path

import pytest

from heterofilm.records.result import Result
from heterofilm.samples.analyse import Analysed
from heterofilm.samples.energy_levels import diagram, measured_levels
from heterofilm.samples.findings import Findings
from heterofilm.samples.sample_file import Sample, SampleFile


def sample(name: str, work: float, edge: float, gap: float, film: str = "") -> Analysed:
    rows = [
        Result("work function", work, 0.02, "eV"),
        Result("valence band edge", edge, 0.1, "eV"),
        Result("direct gap", gap, 0.01, "eV"),
    ]
    one = Analysed(Sample(SampleFile(name=name, film=film), Path(), Path("sample.toml")))
    one.findings["ups"] = Findings(rows)
    return one


def test_electrons_go_to_the_higher_work_function() -> None:
    """5.06 and 5.81 eV, as measured on VO and VOC2: 0.75 eV, with the uncertainties of both."""
    chapter = diagram([sample("VO", 5.06, 2.05, 2.3, "VO"), sample("VOC2", 5.81, 0.9, 2.0, "VOC2")])
    assert chapter is not None and len(chapter.figures) == 1
    assert "from VO to VOC2" in chapter.sentences[0] and "0.75 ± 0.03 eV" in chapter.sentences[0]
    chapter.figures[0].to_plotly()


def test_one_sample_makes_no_diagram() -> None:
    assert diagram([sample("VO", 5.06, 2.05, 2.3)]) is None


def test_a_missing_gap_makes_no_levels() -> None:
    one = sample("VO", 5.06, 2.05, 2.3)
    one.findings["ups"] = replace(one.findings["ups"], results=one.results[:2])
    assert measured_levels(one) is None


def test_impossible_levels_are_noted_not_drawn() -> None:
    one = sample("odd", 5.0, 4.0, 2.0)
    assert measured_levels(one) is None
    assert one.failed and "energy levels" in one.failed[0][0]


@pytest.mark.parametrize("film", ["", "VOC1"])
def test_samples_without_a_library_film_borrow_a_doping(film: str) -> None:
    chapter = diagram([sample("a", 4.9, 2.0, 2.2, film), sample("b", 5.5, 0.7, 2.0, film)])
    assert chapter is not None and "Doping as in the library's" in chapter.figures[0].caption


def test_names_of_samples_make_no_paths() -> None:
    """A slash, a dot or markup in a sample's name stays out of the figure's file name."""
    chapter = diagram([sample("VOC1 / Pt", 4.9, 2.0, 2.2), sample("../<b>", 5.5, 0.7, 2.0)])
    assert chapter is not None and chapter.figures[0].name == "levels-voc1-pt-b"
