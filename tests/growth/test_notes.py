"""Every number of a grown film with kind, range and source, and the sentences that follow from them."""

from __future__ import annotations

import pytest

from heterofilm.growth.grow import Grown, grow
from heterofilm.growth.notes import notes, remarks


@pytest.fixture(scope="module")
def film() -> Grown:
    return grow("VOC1")


def test_results_come_first_and_are_those_of_the_film(film: Grown) -> None:
    found = notes(film)
    by_name = {note.quantity: note for note in found}
    assert found[0].quantity == "thickness" and found[0].value == pytest.approx(1e9 * film.thickness)
    assert by_name["Cu/V"].value == film.ratio
    assert {n for n in by_name if n.startswith("volume fraction")} == {f"volume fraction of {p}" for p in film.phases}


def test_every_number_has_a_unit_a_kind_and_a_source(film: Grown) -> None:
    """Computed ones lie with their range of draws in order; each number of the recipe and targets is listed once."""
    found = notes(film)
    assert len({note.quantity for note in found}) == len(found)
    for note in found:
        assert note.unit and note.source and note.kind in ("measured", "calibrated", "computed", "assumed"), note
        if note.low is not None and note.high is not None:
            assert note.low <= note.high
    assert {path for path in (n.quantity for n in found) if path.startswith("recipes.VOC1.power.")}


def test_what_adds_nothing_is_said() -> None:
    """A target whose power is below its threshold is named; without it the film is of the other alone."""
    film = grow("VOC1", {"power.Cu": "0.001 W"})
    assert film.ratio == pytest.approx(0.0, abs=1e-6)
    assert any(sentence.startswith("Cu adds nothing") for sentence in remarks(film))
    assert not any("larger per vanadium" in sentence for sentence in remarks(film))


def test_copper_in_excess_is_said() -> None:
    """Above one Cu per V the third phase appears, and the sentence with it."""
    film = grow("VOC1", {"power.Cu": "20 W"})
    assert film.ratio is not None and film.ratio > 1.0 and len(film.phases) == 2
    assert any("in excess" in sentence for sentence in remarks(film))


def test_open_questions_and_assumptions_are_said(film: Grown) -> None:
    said = " ".join(remarks(film))
    share = film.likelihood if film.crystalline else 1.0 - film.likelihood
    assert f"in {100 * share:.0f} % of the draws" in said and ("this is open" in said) == (share < 0.9)
    assert ("lent by the film" in said) == (film.recipe.like is not None)
    assert ("which is assumed" in said) == (film.recipe.time.kind == "assumed")
