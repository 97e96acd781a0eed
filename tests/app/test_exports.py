"""Exports: every suffix is written, numbers come back as they are, texts that would run do not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PIL import Image

from heterofilm.app.exports import DPI, SUFFIXES, write
from heterofilm.errors import InputError
from heterofilm.figures.elements import Series
from heterofilm.figures.figure import Figure

FIGURE = Figure("f", "A figure", "x", "y", [Series("=1+1", np.linspace(0.0, 1.0, 50), np.linspace(0.0, 3.0, 50) ** 2)])


@pytest.mark.parametrize("suffix", [one for one in SUFFIXES if one != "xlsx"])
def test_every_suffix_is_written(suffix: str, tmp_path: Path) -> None:
    assert write(FIGURE, tmp_path / f"f.{suffix}").stat().st_size > 100


def test_numbers_come_back(tmp_path: Path) -> None:
    table = FIGURE.numbers()
    assert pl.read_parquet(write(FIGURE, tmp_path / "f.parquet")).equals(table)
    pytest.importorskip("xlsxwriter", reason="the extra 'app' is not installed")
    back = pl.read_excel(write(FIGURE, tmp_path / "f.xlsx"), engine="calamine")
    texts = [name for name, kind in table.schema.items() if kind == pl.String]
    assert back.height == table.height and all(value.startswith("'=") for name in texts for value in back[name])


def test_a_picture_has_the_dots_that_journals_ask_for(tmp_path: Path) -> None:
    width, _ = Image.open(write(FIGURE, tmp_path / "f.png")).size
    assert width > 3.0 * DPI


def test_a_style_is_the_width_of_a_column(tmp_path: Path) -> None:
    """For a journal a figure is as wide as its column, in points of an inch; numbers are the same for all."""
    for columns, mm in (("single", 82.55), ("double", 177.8)):
        text = write(FIGURE, tmp_path / "f.svg", "acs", columns).read_text()  # type: ignore[arg-type]
        assert float(text.partition('width="')[2].partition("pt")[0]) / 72.0 * 25.4 == pytest.approx(mm, abs=0.5)
    assert pl.read_csv(write(FIGURE, tmp_path / "f.csv", "acs")).equals(pl.read_csv(write(FIGURE, tmp_path / "g.csv")))


def test_another_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="exported as"):
        write(FIGURE, tmp_path / "f.exe")
