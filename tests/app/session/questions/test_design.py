"""The best cells for a target: studies to begin with, and what is no study."""

from __future__ import annotations

from pathlib import Path

import pytest

from heterofilm.app.session.questions.design import AIMS, TargetOf, content_of, template
from heterofilm.errors import HeterofilmError, InputError


@pytest.mark.parametrize("aim", AIMS)
def test_an_aim_begins_with_a_study_that_makes_sense(aim: str, tmp_path: Path) -> None:
    """Of a half cell and of a whole one, and not one that no design can meet."""
    for cell, film in (("vo-half", "VO"), ("lco-atfb", "LCO")):
        asked = TargetOf(cell=cell, study=template(aim, film).replace("most = 24", "most = 8"))
        asked.check(tmp_path)
        assert asked.answered(tmp_path).tables, "the best, or the front"


@pytest.mark.parametrize(
    ("study", "words"),
    [("most = 24 runs", "TOML"), ('cell = "other"', "leave 'cell' out"), ("most = 24", "inputs")],
)
def test_what_is_no_study_is_one_sentence(study: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(HeterofilmError, match=words):
        TargetOf(cell="vo-half", study=study).check(tmp_path)


def test_a_study_is_of_the_cell_at_hand() -> None:
    """The cell's name comes to what is written, of a file of the project its stem; nothing else changes."""
    assert content_of("most = 8", "vo-half") == {"cell": "vo-half", "most": 8}
    assert content_of("most = 8", "cells/mine.toml")["cell"] == "mine"
    with pytest.raises(InputError, match="TOML"):
        content_of("[", "vo-half")


def test_it_says_what_is_wanted() -> None:
    asked = TargetOf(cell="vo-half", values={"films.VO.thickness": "500 nm"}, study=template(AIMS[2], "VO"))
    assert "minimise film" in asked.words and "films.VO.thickness = 500 nm" in asked.words
