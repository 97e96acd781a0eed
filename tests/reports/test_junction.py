"""The page of a junction states its bounds, computed from the library."""

import pytest

from heterofilm.cell import Cell
from heterofilm.junction.pair import load_pair
from heterofilm.reports.junction import (
    bound_sentences,
    bounds,
    contribution_chapter,
    junction_chapter,
    microstructure_chapter,
    transport_sentence,
)
from heterofilm.study.contributions import contribution_analysis

PAIR = load_pair("V2O5-Cu2V2O7")


def test_bounds_of_the_papers_junction() -> None:
    """0.75 V over 10 nm: hopping gain about 1.05, storage 0.7 to 3 uAh cm-2 um-1, doping 1.2e20 cm-3."""
    found = bounds(PAIR)
    assert found.hopping == pytest.approx(1.05, abs=0.01)
    assert found.storage[0] == pytest.approx(0.7, abs=0.15) and found.storage[1] == pytest.approx(3.0, abs=0.2)
    assert found.doping_m3 == pytest.approx(1.2e26, rel=0.05)
    assert found.supported_V < 0.01


def test_the_chapter_says_the_bounds_and_the_direction() -> None:
    chapter = junction_chapter(PAIR)
    said = " ".join(chapter.sentences)
    for words in ("from V2O5 to Cu2V2O7", "0.75 V", "factor of 1.05", "µAh cm⁻² µm⁻¹", "1.2e+20", "open-circuit"):
        assert words in said
    assert {figure.name for figure in chapter.figures} >= {"junction-bands"} or len(chapter.figures) >= 5
    for table in chapter.tables:
        assert all(len(row) == len(table.head) for row in table.rows)


def test_another_pair_has_the_same_chapter() -> None:
    pair = load_pair("LiCoO2-LiNbO3")
    assert "LiNbO3" in junction_chapter(pair).title
    assert any("fixed charges per cm³" in sentence for sentence in bound_sentences(pair))


def test_the_contributions_in_words_figures_and_a_table() -> None:
    contributions = contribution_analysis(samples=200, members=1, measured=(53.3, 76.4))
    cell, reference = Cell.load("voc1-half"), Cell.load("vo-half")
    chapter = contribution_chapter(contributions, cell, reference, PAIR)
    said = " ".join(chapter.sentences)
    assert "a gain of 23.1 (43 %)" in said and "The junction can add" in said and "is left" in said
    assert "computed from the junction at its library values" in said and "measured 76.4" in said
    assert len(chapter.figures) == 2 and len(chapter.tables[0].rows) == 3
    for figure in chapter.figures:
        figure.to_plotly()


def test_the_calibrated_transport_is_held_against_the_bounds() -> None:
    """VOC1 conducts Li better than V2O5 around blocking domains can, whatever the arrangement."""
    assert "more than any arrangement" in transport_sentence(Cell.load("voc1-half"))
    assert "within what its matrix" in transport_sentence(Cell.load("voc1-half", {"films.VOC1.transport_factor": 0.9}))


def test_microstructures_beside_the_laws() -> None:
    chapter = microstructure_chapter(PAIR)
    assert len(chapter.figures) == 2 and "58 %" in chapter.lead
    assert any("levelled field: resolved" in said for said in chapter.sentences)
    none = microstructure_chapter(load_pair("LiCoO2-LiNbO3"))
    assert not none.figures and "No random volume is drawn" in none.sentences[0]
