"""A cell from the library: capacities, window, overrides."""

import pytest

from heterofilm.cell import Cell
from heterofilm.errors import HeterofilmError
from heterofilm.library import Library


def test_theoretical_capacity_of_vo() -> None:
    """Two Li in dense V2O5: 98.9 uAh cm-2 um-1 over 300 nm."""
    cell = Cell.load("vo-half")
    assert cell.theoretical_capacity / cell.thickness / 3.6e7 == pytest.approx(98.9, abs=0.1)
    assert cell.active_capacity == pytest.approx(cell.theoretical_capacity * cell.entries.matrix.utilisation.si)


def test_composite() -> None:
    """Cu/V = 0.46: volume fraction 0.58 of Cu2V2O7, about 148 uAh cm-2 um-1 with six electrons."""
    cell = Cell.load("voc1-half")
    assert cell.composition.domain is not None
    assert cell.composition.domain.volume_fraction == pytest.approx(0.58, abs=0.005)
    assert cell.theoretical_capacity / cell.thickness / 3.6e7 == pytest.approx(148, abs=1)
    assert [phase.name for phase in cell.phases] == ["V2O5", "Cu2V2O7"]


def test_the_same_v2o5_in_both_films() -> None:
    """V2O5 has one set of values."""
    assert Cell.load("vo-half").entries.matrix == Cell.load("voc1-half").entries.matrix


def test_overrides() -> None:
    assert Cell.load("vo-half", {"films.VO.thickness": 150.0}).thickness == pytest.approx(150e-9)
    with pytest.raises(HeterofilmError, match="did you mean"):
        Cell(Library({"films.VO.thicknes": 150.0}).cell("vo-half"))


def test_window() -> None:
    assert Cell.load("vo-half").window == (2.15, 3.8)
