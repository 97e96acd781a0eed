"""Chapters that a study adds: growth, junction, contributions, microstructure."""

from pathlib import Path

import pytest

from heterofilm.cell import Cell
from heterofilm.errors import HeterofilmError
from heterofilm.paper.claims import claim
from heterofilm.paper.reference import STUDY, reference
from heterofilm.reports.study.chapters import growth_chapter, measured_pair, model_chapters
from heterofilm.study.plan import ContributionPlan, Study, load_plan

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
    plain = load_plan(STUDY).study
    assert (
        model_chapters(
            plain.model_copy(update={"recipes": (), "contributions": None, "first_principles": False}), reference()
        )
        == []
    )
    contributions = ContributionPlan(
        junction="V2O5-Cu2V2O7", cell="voc1-half", reference="vo-half", samples=100, members=1
    )
    titles = [c.title for c in model_chapters(plain.model_copy(update={"contributions": contributions}), reference())]
    assert titles[0] == "Film growth" and titles[1].startswith("The junction") and len(titles) == 5
    assert titles[-1] == "From first principles"


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
