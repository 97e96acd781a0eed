"""Derivatives of what the engine is given by the values of a cell."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm import Cell, HeterofilmError
from heterofilm.cell.slopes import Slopes, followed, switched_on
from heterofilm.engine.structs import Struct
from heterofilm.library import names
from heterofilm.library.cell_entries import value_paths

WIDTHS = (1e-6, 3e-8)  # of a value; the smaller one for what has corners, of which differences see those within it
ALLOWED = 1e-5, 5e-5  # of the largest slope of a field, with either width: rounding grows as it shrinks
KINKED = ("D_m.D", "D_m.Phi", "D_d.D", "D_d.Phi")  # made from a table between whose points D is straight


def fields(struct: Struct, before: str = "") -> list[str]:
    found = []
    for name in type(struct).members:
        value = getattr(struct, name)
        found += fields(value, f"{before}{name}.") if isinstance(value, Struct) else [f"{before}{name}"]
    return found


def at(struct: object, path: str) -> np.ndarray:
    for key in path.split("."):
        struct = getattr(struct, key)
    return np.asarray(struct)


@pytest.mark.parametrize("name", ["lco-atfb", "lfp-atfb", "vo-half", "voc1-atfb"])
def test_every_value_of_a_cell(name: str) -> None:
    """The imaginary part of the assembled model is the extrapolated difference of two models, field by field."""
    cell = Cell.load(name)
    compared = 0
    for path, value in value_paths(cell.entries):
        steps = [width * abs(value.value) or 1e-4 for width in WIDTHS]
        try:
            slopes = followed(cell, path)
            models = [[cell.replace({path: value.value + d * h}).model for d in (1.0, -1.0, 0.5, -0.5)] for h in steps]
        except HeterofilmError:  # a value at the end of what it can be, or what makes another film
            continue
        for field in fields(cell.model):
            here = at(cell.model, field)
            if here.dtype.kind != "f" or not here.size or not np.isfinite(here).all():
                continue
            h = steps[field in KINKED]
            up, down, up_2, down_2 = (at(model, field) for model in models[field in KINKED])
            known = (4.0 * (up_2 - down_2) / h - (up - down) / (2.0 * h)) / 3.0
            off = np.abs(known - at(Slopes(slopes.model), field)).max()
            noise = 1e-14 * np.abs(here).max() / h
            assert off <= ALLOWED[field in KINKED] * np.abs(known).max() + 10.0 * noise, (path, field)
            compared += 1
    assert compared > 1000


def test_every_cell_can_be_followed() -> None:
    """D, thickness, i0 and area of every cell of the library have derivatives."""
    for name in names("cells"):
        cell = Cell.load(name)
        paths = [f"phases.{phase.name}.D" for phase in cell.phases]
        for path in [*paths, f"films.{cell.entries.film.name}.thickness", f"cells.{name}.area"]:
            followed(cell, path)


def test_a_stated_capacity_is_followed() -> None:
    """The utilisation of a film of stated capacity Q is Q over that of the dense film: d ln(c_m)/d ln(Q) = 1."""
    cell = Cell.from_dict({
        "name": "mine", "title": "mine", "electrolyte": "LiPON", "area": "1 cm2", "series_resistance": "5 ohm cm2",
        "lower_voltage": "3 V", "upper_voltage": "4.2 V",
        "film": {"name": "own", "title": "own", "matrix": "LiCoO2", "thickness": "1 um", "capacity": "40 uAh/cm2/um"},
    })  # fmt: skip
    slopes = Slopes(followed(cell, "films.own.capacity").model)
    assert slopes.film.c_m * 40.0 == pytest.approx(cell.model.film.c_m, rel=1e-12)


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("cells.vo-half.nodes", "count"),
        ("phases.V2O5.K", "leads nowhere"),
        ("phases.Cu2V2O7.D", "does not act"),
        ("films.VO.domain_size", "not set"),
    ],
)
def test_what_has_no_derivative_is_refused(path: str, word: str) -> None:
    """A count, an unknown path, a value of another cell, one that is not set: a sentence each."""
    with pytest.raises(HeterofilmError, match=word):
        followed(Cell.load("vo-half"), path)


def test_a_cell_does_not_depend_on_which_was_followed_before() -> None:
    """What is followed is complex, also where it follows nothing: no cell may be given that for its own numbers."""
    cell = Cell.load("voc2-half", {"phases.a-CuVO.D_decades": -1.234})  # that no other test has laid out
    followed(cell, "phases.a-CuVO.couples.V5+/V4+.U0")
    for field in fields(cell.model):
        assert not np.iscomplexobj(at(cell.model, field)), field


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("lfp-atfb", "phases.LiFePO4-ocv.front.interface_energy"),
        ("voc2-half", "phases.a-CuVO.couples.Cu2+/Cu+.barrier"),
    ],
)
def test_what_brings_states_with_it_has_no_derivative_at_zero(name: str, path: str) -> None:
    with pytest.raises(HeterofilmError, match="no derivative at 0"):
        followed(Cell.load(name), path)


def test_laws_that_zero_leaves_out() -> None:
    """Switched on, they are next to nothing; a cell that leaves none out stays what it is."""
    paths = ["phases.LiCoO2-ocv.D_decades", "phases.LiCoO2-ocv.D"]
    cell = Cell.load("lco-atfb")
    on = switched_on(cell, paths)
    assert cell.model.D_m.D.size == 1 < on.model.D_m.D.size
    before, after = float(cell.model.D_m.D[0]), on.model.D_m.D
    assert after == pytest.approx(before, rel=1e-14)
    assert on.model.D_m.Phi[-1] == pytest.approx(before * cell.model.D_m.theta_max, rel=1e-12)
    assert switched_on(cell, paths[1:]) is cell is switched_on(cell, [])
    assert switched_on(on, paths) is on
