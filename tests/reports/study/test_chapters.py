"""Chapters that a study adds: growth, junction, contributions, microstructure."""

from pathlib import Path

import pytest

from heterofilm.cell import Cell
from heterofilm.errors import HeterofilmError
from heterofilm.paper.claims import claim
from heterofilm.paper.reference import STUDY, reference
from heterofilm.reports.study.chapters import (
    device_chapters,
    growth_chapter,
    measured_pair,
    model_chapters,
    panels_chapter,
)
from heterofilm.simulation.run import simulate
from heterofilm.study.plan import ContributionPlan, Study, load_plan
from heterofilm.study.results import Results, Runs

DISCHARGE = "Discharge at 5 uA/cm2 until 2.15 V"
SMALL = """
title = "t"
cells = ["vo-half"]
[[tests]]
name = "a"
protocol = "Discharge at 5 uA/cm2 until 2.15 V"
"""


def test_films_come_from_their_recipes() -> None:
    """300, 300 and 420 nm at 0, 1 and 2 W: they set the constants, and the chapter says so."""
    chapter = growth_chapter(("VO", "VOC1", "VOC2"))
    rows = chapter.tables[0].rows
    assert [row[2].split()[0] for row in rows] == ["300", "300", "420"]
    assert [row[4] for row in rows] == ["crystalline", "crystalline", "amorphous"]
    assert any("no evidence" in said for said in chapter.sentences)


def test_a_study_gets_what_it_asks_for() -> None:
    plain = load_plan(STUDY).study.model_copy(update={"device": ""})
    results = Results("t", "", Runs(), reference=reference())
    nothing = {"recipes": (), "contributions": None, "first_principles": False}
    assert model_chapters(plain.model_copy(update=nothing), results) == []
    contributions = ContributionPlan(
        junction="V2O5-Cu2V2O7", cell="voc1-half", reference="vo-half", samples=100, members=1
    )
    titles = [c.title for c in model_chapters(plain.model_copy(update={"contributions": contributions}), results)]
    assert titles[0] == "Film growth" and titles[1].startswith("The junction") and len(titles) == 5
    assert titles[-1] == "From first principles"


def test_a_device_is_drawn_from_the_runs_of_its_cell() -> None:
    cell = Cell.load("vo-atfb")
    low = cell.window[0]
    records = {(cell.name, f"d{i}"): simulate(cell, f"Discharge at {i} uA/cm2 until {low} V") for i in (10, 40, 160)}
    results = Results("t", "", Runs({cell.name: cell}, records))
    chapters = device_chapters(results, "vo-polyimide")
    assert [c.title for c in chapters] == ["The stack", "How it is made", "Bending", "A light"]
    assert all(figure.series for c in chapters for figure in c.figures)
    assert device_chapters(Results("t", "", Runs()), "vo-polyimide") == []


def test_every_figure_of_the_paper_is_on_the_page_or_says_why_not() -> None:
    (chapter,) = panels_chapter(Results("t", "", Runs(), reference=reference()))
    rows = chapter.tables[0].rows
    assert {str(row[0])[0] for row in rows} >= set("12345") and all(str(row[2]).strip() for row in rows)
    assert panels_chapter(Results("t", "", Runs())) == []


def test_measured_capacities_are_those_of_the_papers_cells() -> None:
    cells = [Cell.load(name) for name in ("voc1-half", "vo-half", "lco-atfb")]
    assert measured_pair(cells[0], cells[1], DISCHARGE, reference()) == (
        claim("cap-vo-5").number,
        claim("cap-voc1-5").number,
    )
    assert measured_pair(cells[2], cells[1], DISCHARGE, reference()) is None
    assert measured_pair(cells[0], cells[1], "Discharge at 7 uA/cm2 until 2.15 V", reference()) is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('recipes = ["VOC9"]', "VOC9"),
        ('[contributions]\njunction = "nonsense"\ncell = "voc1-half"\nreference = "vo-half"', "nonsense"),
        ('[contributions]\njunction = "V2O5-Cu2V2O7"\ncell = "voc9"\nreference = "vo-half"', "voc9"),
        (
            '[contributions]\njunction = "V2O5-Cu2V2O7"\ncell = "voc1-half"\nreference = "vo-half"\nsamples = 3',
            "samples",
        ),
    ],
)
def test_a_study_is_checked_before_any_work(line: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    first, rest = SMALL.split("[[tests]]")
    file.write_text(
        first
        + (line if line.startswith("recipes") else "")
        + "\n[[tests]]"
        + rest
        + "\n"
        + ("" if line.startswith("recipes") else line)
    )
    with pytest.raises(HeterofilmError, match=said):
        load_plan(file)


def test_the_papers_study_has_both() -> None:
    study: Study = load_plan(STUDY).study
    assert study.recipes == ("VO", "VOC1", "VOC2") and study.contributions is not None
