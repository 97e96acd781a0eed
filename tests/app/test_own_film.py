"""A grown film in a cell and a device: files that load, with the film's thickness; others are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from heterofilm.app.own_film import cells_of, device_with_film, devices_of
from heterofilm.app.session import Session
from heterofilm.app.session.actions import ChooseCell
from heterofilm.app.session.questions.device import ServiceOf
from heterofilm.app.session.questions.film import Film
from heterofilm.cell import Cell
from heterofilm.device import Stack
from heterofilm.errors import InputError

FILM = Film(recipe="VOC1", settings={"power.Cu": "1.1 W"})


def test_cell_and_device_have_the_film(tmp_path: Path) -> None:
    """Of the recipe's thickness, all else as in the device; the session takes both by their names, twice as two."""
    grown = FILM.made(tmp_path)
    cell, device = device_with_film(tmp_path, FILM, "voc1-polyimide")
    assert Cell.load(tmp_path / cell).thickness == pytest.approx(grown.thickness)
    stack, like = Stack.load(tmp_path / device), Stack.load("voc1-polyimide")
    assert stack.layer("cathode").thickness.si == pytest.approx(grown.thickness)
    others = [[x.thickness.si for x in one.layers if x.role != "cathode"] for one in (stack, like)]
    assert others[0] == others[1] and stack.active_area == like.active_area
    with Session(tmp_path) as session:
        session.do(ChooseCell(cell=cell))
        session.do(ServiceOf(name=device))
    assert device_with_film(tmp_path, FILM, "voc1-polyimide")[0] != cell
    assert cell in cells_of(tmp_path) and len(cells_of(tmp_path)) == 2, "films and devices are no cells"
    assert devices_of(tmp_path)[-1] == device and len(devices_of(tmp_path)) == 2, "the newest first"


def test_a_device_of_other_phases_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="choose a device with a film of these"):
        device_with_film(tmp_path, FILM, "lco-polyimide")
    with pytest.raises(InputError, match="leads out"):
        device_with_film(tmp_path, FILM, "../x.toml")
    assert cells_of(tmp_path) == devices_of(tmp_path) == [] and not list(tmp_path.rglob("*.toml"))
