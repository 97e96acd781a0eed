"""Cells at rest: lithium is where it was made, or has moved to the other side; what cannot be is one sentence."""

from __future__ import annotations

import numpy as np
import pytest

from heterofilm import Cell, simulate
from heterofilm.cell.rest import at_rest, balance, film_lithium, made
from heterofilm.engine.balance import stored, stored_below
from heterofilm.engine.state import layout
from heterofilm.errors import HeterofilmError

CELLS = ("lco-lto", "lco-si", "v2o5-lco")


@pytest.mark.parametrize("name", CELLS)
def test_between_two_films_lithium_is_that_of_both_as_made(name: str) -> None:
    """At every voltage of the window: Q_c + Q_a is what the cathode was made with, to 1e-9; V = U_c - U_a."""
    cell = Cell.load(name)
    model, lay = cell.model, layout(cell.model)
    for V in np.linspace(*cell.window, 5):
        y, history = at_rest(cell, float(V))
        double = model.cathode.C * y[lay.v] + model.anode.C * y[lay.v_a]
        held = stored(y, model, lay) + stored_below(y, model, lay) + double
        assert held == pytest.approx(made(cell), rel=1e-9)
        assert y[lay.v] - y[lay.v_a] == pytest.approx(V, abs=1e-6) and np.isinf(history.lithium[0])


def test_on_bare_copper_there_is_what_the_film_gave() -> None:
    """An anode-free cell: lithium of the metal and of the film is that of the film as made, at every potential."""
    cell = Cell.load("lco-cu")
    for V in (3.5, 3.9, 4.2):
        _, history = at_rest(cell, V)
        assert history.lithium[0] == pytest.approx(made(cell) - film_lithium(cell, V), rel=1e-12)
    assert made(cell) == pytest.approx(cell.active_capacity, rel=1e-12)  # LiCoO2 is made full


def test_a_film_made_empty_is_as_it_stands_at_the_upper_cut_off() -> None:
    """V2O5 with metal: the fresh charged cell has all the lithium that was evaporated."""
    cell = Cell.load("vo-atfb", {"anodes.Li.thickness": "100 nm"})
    _, history = at_rest(cell, cell.window[1])
    assert cell.lithium_thickness(history.lithium[0]) == pytest.approx(100e-9, rel=1e-12)


def test_a_discharge_of_a_thin_anode_ends_with_its_lithium() -> None:
    """10 nm of lithium are 2.06 uAh/cm2, whatever the film could take; the end has its own kind."""
    record = simulate(Cell.load("vo-atfb", {"anodes.Li.thickness": "10 nm"}), "Discharge at 5 uA/cm2 until 2.2 V")
    step = record.steps.row(0, named=True)
    assert step["end"] == "the anode is out of lithium" and "out of lithium" in record.meta["notes"]
    moved = step["capacity_C_m2"] + step["leaked_C_m2"]
    assert moved == pytest.approx(10e-9 / 13e-6 * 96485.33, rel=2e-5)  # and what the double layer holds


def test_both_potentials_are_in_the_record() -> None:
    record = simulate("lco-lto", "Discharge at 10 uA/cm2 until 1.5 V")
    frame = record.frame
    difference = (frame["cathode_V"] - frame["anode_V"]).to_numpy()
    assert difference == pytest.approx(frame["voltage_V"].to_numpy(), abs=1e-12)
    Q, anode = frame["charge_C_m2"].to_numpy(), frame["anode_V"].to_numpy()
    assert np.interp(0.5 * Q[-1], Q, anode) == pytest.approx(1.57, abs=0.02)  # on its plateau, which it leaves empty
    assert frame["anode_V"][-1] > 2.0 > frame["anode_V"][0]
    assert "limits" in str(record.meta["balance"])
    profile = record.profiles["filling_anode"]
    assert profile.shape[1] == Cell.load("lco-lto").model.negative.film.x.size


def test_the_balance_says_what_limits() -> None:
    assert balance(Cell.load("vo-atfb")) == ""
    assert balance(Cell.load("lco-lto")).endswith("the cathode is what limits.")
    assert balance(Cell.load("v2o5-lco")).endswith("the anode is what limits.")
    assert balance(Cell.load("vo-atfb", {"anodes.Li.thickness": "10 nm"})).endswith("the lithium is what limits.")


def made_of(**values: object) -> dict[str, object]:
    """A cell as a dictionary."""
    return {
        "name": "mine", "title": "mine", "film": "LCO", "electrolyte": "LiPON", "area": "1 cm2",
        "series_resistance": "5 ohm cm2", "lower_voltage": "1 V", "upper_voltage": "2 V",
    } | values  # fmt: skip


def anode(**values: object) -> dict[str, object]:
    return {"name": "below", "title": "below", "i0": "0.2 mA/cm2", "double_layer": "10 uF/cm2",
            "activation_energy": "0.5 eV"} | values  # fmt: skip


IMPOSSIBLE = {
    "neither metal nor film": (made_of(anode=anode()), "needs molar_volume"),
    "metal and film": (made_of(anode=anode(film="LTO", molar_volume="13 cm3/mol")), "drop one of the two"),
    "a thick film of its own": (made_of(anode=anode(film="LTO", thickness="1 um")), "thickness is of a metal"),
    "prelithiated metal": (made_of(anode=anode(molar_volume="13 cm3/mol", prelithiated=0.5)), "prelithiated is of"),
    "two phases": (made_of(anode=anode(film="VOC1")), "of two phases"),
    "a nucleating film": (made_of(anode=anode(film="VOC2")), "nucleates"),
    "less than nothing": (made_of(anode=anode(molar_volume="13 cm3/mol", thickness="-1 um")), "thickness"),
    "too full at first": (made_of(anode=anode(film="LTO", prelithiated=1.5)), "prelithiated"),
    "an unknown film": (made_of(anode=anode(film="LTX")), "LTX"),
    "a liquid that leaks": (
        made_of(electrolyte={
            "name": "wet", "title": "wet", "kind": "liquid", "area_resistance": "10 ohm cm2", "window": "4 V",
            "activation_energy": "0.1 eV", "electronic_conductivity": "1e-9 S/cm",
            "cathode_interface": {"i0": "1 mA/cm2"},
        }),
        "only a solid leaks",
    ),
    "a capacity between other cut-offs": (
        made_of(anode=anode(film="LTO"), film={
            "name": "mine", "title": "mine", "matrix": "LiCoO2", "thickness": "300 nm", "capacity": "50 uAh/cm2/um",
        }),
        "voltages against the film of its anode",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_impossible_anodes_are_refused_in_a_sentence(name: str) -> None:
    content, said = IMPOSSIBLE[name]
    with pytest.raises(HeterofilmError, match=said) as error:
        Cell.from_dict(content)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "change", "voltage", "said"),
    [
        ("v2o5-lco", {"anodes.V2O5.prelithiated": 1.0}, 1.9, "the anode would stand at 1.+ V, more than full"),
        ("lco-lto", {}, 4.0, "the cathode would stand at 5"),
        ("vo-atfb", {"anodes.Li.thickness": "1 nm"}, 2.3, "more than as made"),
    ],
)
def test_a_rest_that_its_lithium_does_not_allow(name: str, change: dict, voltage: float, said: str) -> None:
    with pytest.raises(HeterofilmError, match=said):
        at_rest(Cell.load(name, change), voltage)


def test_a_cell_of_two_films_without_lithium_cannot_begin() -> None:
    """V2O5 against titanate, both made without lithium that moves."""
    content = made_of(film="VO", anode="LTO", lower_voltage="0.5 V", upper_voltage="1.7 V")
    with pytest.raises(HeterofilmError, match="made without lithium"):
        at_rest(Cell.from_dict(content), 1.2)
    charged = content | {"anode": anode(film="LTO", prelithiated=1.0)}
    y, _ = at_rest(Cell.from_dict(charged), 1.6)
    assert y.size
