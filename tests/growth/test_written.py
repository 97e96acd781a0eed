"""A grown film as files: the cell that is written runs with the film; without one the table alone is written."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from heterofilm.cell import Cell
from heterofilm.growth.grow import grow
from heterofilm.growth.written import written
from heterofilm.library import Library


def test_the_cell_has_the_film(tmp_path: Path) -> None:
    grown = grow("VO")
    table, film, cell = written(grown, grown.film, tmp_path, Library().cell("vo-atfb").spec)
    assert Cell.load(cell).thickness == pytest.approx(grown.thickness)
    assert Library().film(str(film)).title == grown.film.title
    assert pl.read_csv(table, infer_schema_length=None).height == len(grown.notes)


def test_without_a_film_there_is_a_table(tmp_path: Path) -> None:
    assert [path.name for path in written(grow("VO"), None, tmp_path, Library().cell("vo-atfb").spec)] == ["growth.csv"]
