"""A film's capacity as its maker knows it, in place of a utilisation."""

from __future__ import annotations

from typing import Any

import pytest

from heterofilm.cell import Cell
from heterofilm.errors import HeterofilmError
from heterofilm.simulation.run import simulate
from heterofilm.units import from_si


def cell(**film: Any) -> Cell:
    own = {"name": "f", "title": "f", "matrix": "LiCoO2", "thickness": "200 nm"} | film
    return Cell.from_dict(
        {"name": "mine", "title": "mine", "electrolyte": "LiPON", "area": "2 cm2", "series_resistance": "5 ohm cm2",
         "lower_voltage": "3 V", "upper_voltage": "4.2 V", "film": own}
    )  # fmt: skip


@pytest.mark.parametrize("text", ["50 uAh/cm2/um", "99.0099 mAh/g", "10 uAh/cm2", "20 uAh", "0.072 C"])
def test_every_way_to_say_the_same(text: str) -> None:
    """200 nm of 5.05 g/cm3 on 2 cm2: 50 uAh/cm2/um are 99.01 mAh/g, 10 uAh/cm2, 20 uAh or 72 mC."""
    assert cell(capacity=text).entries.matrix.utilisation.value == pytest.approx(
        cell(capacity="50 uAh/cm2/um").entries.matrix.utilisation.value, rel=1e-6
    )


def test_a_slow_discharge_gives_the_capacity_that_was_stated() -> None:
    """After a charge, from cut-off to cut-off at C/1000, with an interface that costs next to nothing."""
    slow = "Discharge at C/1000 until 3 V; Charge at C/1000 until 4.2 V; Discharge at C/1000 until 3 V"
    found = simulate(cell(capacity="50 uAh/cm2/um").replace(cathode_i0=1.0), slow, ageing=False)
    leaked = from_si(found.steps["leaked_C_m2"][2] / found.meta["thickness_m"], "uAh/cm2/um")  # 0.2 % in six weeks
    assert found.capacity("uAh/cm2/um", step=3) + leaked == pytest.approx(50.0, rel=1e-3)
    assert "utilisation of 0.76" in str(found.meta["remarks"])


def test_two_phases_are_used_alike() -> None:
    film = {"name": "f", "title": "f", "matrix": "V2O5", "domain": "Cu2V2O7", "cu_to_v": 0.46, "domain_size": "10 nm",
            "hetero_i0": "1e-3 mA/cm2", "thickness": "300 nm", "capacity": "70 uAh/cm2/um"}  # fmt: skip
    found = Cell.from_dict(
        {"name": "c", "title": "c", "electrolyte": "liquid-1M", "area": "1 cm2", "series_resistance": "0 ohm cm2",
         "lower_voltage": "2.15 V", "upper_voltage": "3.8 V", "film": film}
    )  # fmt: skip
    matrix, domain = found.phases
    assert matrix.utilisation.value == domain.utilisation.value
    assert "over that of the dense film" in matrix.utilisation.source
    with pytest.raises(HeterofilmError, match="themselves; change it there"):
        found.replace({"phases.V2O5.utilisation": 0.5})


def test_it_holds_at_25_degrees_whatever_the_temperature_of_the_test() -> None:
    """The amount of active material is the film's, not the test's."""
    one = cell(capacity="50 uAh/cm2/um")
    assert one.at(350.0).entries.matrix.utilisation == one.entries.matrix.utilisation


def test_more_than_the_composition_holds_is_refused() -> None:
    with pytest.raises(HeterofilmError, match="can give at most 65"):
        cell(capacity="90 uAh/cm2/um")


def test_capacity_and_utilisation_exclude_each_other() -> None:
    with pytest.raises(HeterofilmError, match="say the same; give one of the two"):
        cell(capacity="50 uAh/cm2/um", utilisation={"LiCoO2": 0.7})
    with pytest.raises(HeterofilmError, match="a quantity in uAh/cm2/um, in mAh/g"):
        cell(capacity="50 nm")


def test_a_table_gives_its_own_span() -> None:
    """Between 4.1 and 3.0 V: the filling at either end by the inverse of the table."""
    found = cell(capacity="40 uAh/cm2/um", matrix="LiCoO2-ocv")
    table = found.entries.matrix.open_circuit
    assert table is not None
    span = float(table.inverse(3.0) - table.inverse(4.2))
    dense = 96485.33212 * span * found.composition.matrix.molar_density / 3.6e7
    assert found.entries.matrix.utilisation.value == pytest.approx(40.0 / dense)
