"""The film that a recipe makes, as an entry: its phases by copper, its thickness with its range, its lender named."""

from __future__ import annotations

import pytest

from heterofilm import grow
from heterofilm.growth.film_entry import film_entry


@pytest.mark.parametrize(("name", "matrix", "domain"), [("VO", "V2O5", None), ("VOC1", "V2O5", "Cu2V2O7")])
def test_copper_decides_the_phases(name: str, matrix: str, domain: str | None) -> None:
    film = film_entry(grow(name))
    assert (film.matrix, film.domain) == (matrix, domain)
    assert (film.cu_to_v is None) == (domain is None)


@pytest.mark.parametrize("name", ["VO", "VOC1", "VOC2"])
def test_thickness_is_that_of_growth_with_its_range(name: str) -> None:
    grown = grow(name)
    film, (low, high) = film_entry(grown), grown.interval("thickness")
    assert film.thickness.si == pytest.approx(grown.thickness)
    assert film.thickness.kind == "computed" and film.thickness.span == pytest.approx((1e9 * low, 1e9 * high))


def test_what_growth_does_not_tell_says_who_lent_it() -> None:
    film = film_entry(grow("VOC1"))
    assert film.hetero_i0 is not None and film.hetero_i0.source.startswith("lent by the film VOC1")


def test_shares_of_the_phases_fill_the_film_and_half_the_draws_and_more_are_crystalline() -> None:
    grown = grow("VOC1")
    assert sum(grown.phases.values()) == pytest.approx(1.0)
    assert 0.0 <= grown.likelihood <= 1.0 and grown.crystalline
    low, high = grown.interval("ratio")
    assert grown.ratio is not None and low <= grown.ratio <= high
