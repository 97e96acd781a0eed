"""A cell from the library: capacities, window, overrides."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from heterofilm.cell import Cell
from heterofilm.constants import F
from heterofilm.errors import HeterofilmError
from heterofilm.library import Film, Library, value_paths
from heterofilm.protocol import Protocol
from heterofilm.simulation.control import per_area
from heterofilm.simulation.run import simulate


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


def told_by(cell: Cell, **stated: Any) -> Cell:
    """The cell with its film told otherwise: by a volume fraction, or by the ratio of other elements."""
    content = cell.entries.film.model_dump(exclude_none=True, exclude={"cu_to_v", "atomic_ratio", "domain_fraction"})
    return Cell(replace(cell.entries, film=Film.model_validate(content | stated)))


def test_a_film_told_by_volume_is_the_same_cell() -> None:
    """By the fraction that Cu/V = 0.46 makes, and by V/O of that film: the parts are the same to the last bits, which
    the steps of the integration make 1e-11 of."""
    cell = Cell.load("voc1-half")
    assert cell.composition.domain is not None
    fraction, oxygen = cell.composition.domain.volume_fraction, cell.composition.ratio("V/O")
    protocol = "Discharge at 20 uA/cm2 until 2.15 V"
    known = simulate(cell, protocol).frame
    for stated in ({"domain_fraction": fraction}, {"atomic_ratio": {"V/O": oxygen}}):
        other = told_by(cell, **stated)
        for name in ("c_m", "c_d", "tau", "area_per_volume", "link"):
            np.testing.assert_allclose(getattr(other.model.film, name), getattr(cell.model.film, name), rtol=1e-14)
        assert other.theoretical_capacity == pytest.approx(cell.theoretical_capacity, rel=1e-14)
        found = simulate(other, protocol).frame
        assert found.columns == known.columns and found.height == known.height
        for column in known.columns:
            if known[column].dtype.is_numeric():
                np.testing.assert_allclose(found[column].to_numpy(), known[column].to_numpy(), rtol=1e-10, atol=1e-12)


MIXED = {
    "name": "mixed", "title": "LiCoO2 with domains of LiMn2O4", "electrolyte": "LiPON", "area": "1 cm2",
    "series_resistance": "5 ohm cm2", "lower_voltage": "3 V", "upper_voltage": "4.2 V",
    "film": {"name": "mixed-film", "title": "LiCoO2 with LiMn2O4", "matrix": "LiCoO2", "domain": "LiMn2O4",
             "thickness": "300 nm", "domain_fraction": "0.3 +- 0.02", "domain_size": "20 nm",
             "hetero_i0": "1 mA/cm2"},
}  # fmt: skip


def test_a_cell_of_two_phases_without_vanadium_runs() -> None:
    """At no great rate it gives what the active phases hold between the cut-offs; its fraction is a value like others.

    The sites are counted by hand: share of the volume times density over molar mass, for each phase.
    """
    cell = Cell.from_dict(MIXED)
    sites = 0.0
    for phase, share in zip(cell.phases, (0.7, 0.3), strict=True):
        sites += share * phase.density.si / phase.molar_mass.si * phase.lithium
    assert cell.theoretical_capacity == pytest.approx(F * sites * cell.thickness, rel=1e-12)
    record = simulate(cell, "Discharge at C/20 until 3 V")
    given = record.steps["capacity_C_m2"][0]
    assert 0.85 * cell.active_capacity < given < cell.active_capacity
    assert cell.replace(domain_fraction=0.4).composition.domain.volume_fraction == pytest.approx(0.4)  # type: ignore[union-attr]
    assert "films.mixed-film.domain_fraction" in dict(value_paths(cell.entries))
    with pytest.raises(HeterofilmError, match="say the same"):
        Cell.load("voc1-half").replace(domain_fraction=0.5)
    ratio = {key: value for key, value in MIXED["film"].items() if key != "domain_fraction"}  # type: ignore[attr-defined]
    with pytest.raises(HeterofilmError, match="which tells no shares"):
        _ = Cell.from_dict(MIXED | {"film": ratio | {"cu_to_v": 0.3}}).composition


def test_the_same_v2o5_in_both_films() -> None:
    """V2O5 has one set of values."""
    assert Cell.load("vo-half").entries.matrix == Cell.load("voc1-half").entries.matrix


def test_overrides() -> None:
    assert Cell.load("vo-half", {"films.VO.thickness": 150.0}).thickness == pytest.approx(150e-9)
    with pytest.raises(HeterofilmError, match="did you mean"):
        Cell(Library({"films.VO.thicknes": 150.0}).cell("vo-half"))


OWN = {
    "name": "mine", "title": "mine", "electrolyte": "LiPON", "area": "2 cm2", "series_resistance": "5 ohm cm2",
    "lower_voltage": "3 V", "upper_voltage": "4.2 V",
    "film": {"name": "f", "title": "f", "matrix": "LiCoO2", "thickness": "300 +- 10 nm"},
}  # fmt: skip


def test_a_cell_from_a_dictionary_is_the_one_from_its_file(tmp_path: Path) -> None:
    """Nested dictionaries, nested TOML tables and files beside each other say the same."""
    cell = Cell.from_dict(OWN)
    assert cell.entries.film.thickness.sigma == 10.0
    head = "\n".join(f'{key} = "{value}"' for key, value in OWN.items() if key != "film")
    film = "\n".join(f'{key} = "{value}"' for key, value in OWN["film"].items())  # type: ignore[attr-defined]
    (tmp_path / "nested.toml").write_text(f"{head}\n[film]\n{film}\n")
    (tmp_path / "film.toml").write_text(film)
    (tmp_path / "apart.toml").write_text(f'{head}\nfilm = "film.toml"\n')
    for file in ("nested.toml", "apart.toml"):
        other = Cell.load(tmp_path / file).entries
        assert (other.film, other.matrix, other.electrolyte) == (
            cell.entries.film, cell.entries.matrix, cell.entries.electrolyte,
        )  # fmt: skip
        assert dict(value_paths(other)) == dict(value_paths(cell.entries))
    assert str(cell.entries.origins["films.f"]) == "Python"
    assert str(Cell.load(tmp_path / "apart.toml").entries.origins["films.f"]) == "film.toml"
    with pytest.raises(HeterofilmError, match="dictionary"):
        Cell.from_dict("mine.toml")  # type: ignore[arg-type]


def test_an_entry_may_stand_in_a_dictionary() -> None:
    """A film as grown goes into a cell as it is."""
    film = Library().film("LCO").model_copy(update={"name": "grown"})
    cell = Cell.from_dict({**OWN, "film": film})
    assert cell.entries.film == film and str(cell.entries.origins["films.grown"]) == "Python"


def test_all_faults_of_a_dictionary_are_told_at_once() -> None:
    """A missing key, two misspelt ones and a wrong unit in one sentence; what is misspelt is not also missing."""
    wrong = {key: value for key, value in OWN.items() if key not in ("area", "title", "series_resistance")}
    wrong |= {"aera": "2 cm2", "lower_voltage": "3 nm", "nodez": 3}
    with pytest.raises(HeterofilmError) as caught:
        Cell.from_dict(wrong)
    said = str(caught.value)
    for words in ("5 faults", "'aera' here; did you mean 'area'", "'nodez' here; did you mean 'nodes'",
                  "key 'lower_voltage': expected", "key 'title': is missing",
                  "key 'series_resistance': is missing"):  # fmt: skip
        assert words in said, said
    assert "'area': is missing" not in said and "\n" not in said


def test_replace_by_path_and_by_name() -> None:
    cell = Cell.load("voc1-half")
    other = cell.replace({"phases.V2O5.couples.delta-gamma.U0": "2400 mV"}, thickness="0.5 um", temperature="35 degC",
                         cathode_i0=0.1, nodes=30)  # fmt: skip
    assert other.entries.matrix.couples[2].U0.to("V") == pytest.approx(2.4)
    assert other.thickness == pytest.approx(500e-9)
    assert other.entries.spec.temperature.si == pytest.approx(308.15)
    assert other.entries.electrolyte.cathode_interface.i0.si == pytest.approx(1.0)
    assert other.entries.spec.nodes == 30
    assert cell.thickness == pytest.approx(300e-9), "the first is as it was"
    assert other.replace(cathode_i0="1 uA/cm2").entries.electrolyte.cathode_interface.i0.si == pytest.approx(0.01)


def test_replacing_with_what_is_there_changes_nothing() -> None:
    """Every value of a cell can be replaced by itself; the same entries come out, but for who set them."""
    cell = Cell.load("voc1-atfb")
    again = cell.replace({path: value.value for path, value in value_paths(cell.entries)})
    assert {p: v.value for p, v in value_paths(again.entries)} == {p: v.value for p, v in value_paths(cell.entries)}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"cathode_exponent": 2.0}, "at most 1, got 2"),
        ({"cathode_alpha": 0.0}, "at least 0.01"),
        ({"thickness": "300 uA"}, "a quantity in nm"),
        ({"thickness": -1.0}, "positive"),
        ({"thicknes": 1.0}, "Did you mean 'thickness'"),
        ({"film": "VO"}, "Cell.from_dict"),
        ({"area": True}, "must be a number in its own unit or a text with its unit"),
        ({"nodes": 2.5}, "nodes"),
        ({"nodes": "40"}, "without unit"),
        ({"lower_voltage": 3.9}, "must lie below"),
    ],
)
def test_a_replacement_is_checked_like_the_entry(values: dict[str, Any], words: str) -> None:
    with pytest.raises(HeterofilmError) as caught:
        Cell.load("voc1-half").replace(**values)
    assert words in str(caught.value)


def test_replacing_what_does_not_act_is_refused() -> None:
    cell = Cell.load("voc1-half").replace(cathode_i0=0.1)
    with pytest.raises(HeterofilmError, match="themselves; change it there"):
        cell.replace({"electrolytes.liquid-1M.cathode_interface.i0": 1.0})
    with pytest.raises(HeterofilmError, match="is made of"):
        cell.replace({"phases.LiCoO2.D": 1e-12})


def test_the_exponent_of_the_exchange_current_acts() -> None:
    """i0 [4z(1-z)]^p: a cell's own exponent reaches the kernels."""
    assert Cell.load("voc1-half", {"cells.voc1-half.interfaces.cathode_exponent": 0.5}).model.cathode.p == 0.5


def test_what_c_means() -> None:
    """Theoretical capacity of the dense film unless the cell states its nominal capacity, in any way."""
    cell = Cell.from_dict(OWN)
    assert cell.nominal_capacity == cell.theoretical_capacity
    assert "0.95 of it active" in cell.active
    density = cell.composition.density
    for text, expected in (
        ("50 uAh/cm2/um", 50 * 3.6e7 * cell.thickness),
        ("100 mAh/g", 100 * 3600.0 * density * cell.thickness),
        ("15 uAh/cm2", 15 * 36.0),
        ("30 uAh", 15 * 36.0),
    ):
        other = cell.replace(nominal_capacity=text)
        assert other.nominal_capacity == pytest.approx(expected)
        assert text in other.nominal
        step = Protocol.load("Discharge at C/10 until 3 V").items[0]
        assert per_area(step.setpoint, other, step) == pytest.approx(expected / 36000.0)  # type: ignore[union-attr, arg-type]


def test_potentials_follow_their_entropy_coefficient() -> None:
    """U0(T) = U0 + dU0/dT (T - 25 degC)."""
    path = "phases.LiCoO2.couples.plateau"
    cell = Cell.from_dict(OWN).replace({f"{path}.dU0_dT": "-0.5 mV/K"})
    at = [cell.at(T).model.matrix.couples[2, 1] for T in (298.15, 318.15)]
    assert at[1] - at[0] == pytest.approx(-0.01, abs=1e-12)


def test_lithium_that_a_charge_plates() -> None:
    """0.485 um of lithium per 100 uAh/cm2 (13 cm3/mol over F)."""
    assert Cell.load("lco-atfb").lithium_thickness(3600.0) == pytest.approx(0.485e-6, rel=2e-3)


def test_window() -> None:
    assert Cell.load("vo-half").window == (2.15, 3.8)


@pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0])
def test_transfer_resistance_is_the_arc_that_a_spectrum_shows(exponent: float) -> None:
    """R_ct of the state is the real part that charge transfer adds to Z far below its own frequency."""
    cell = Cell.load("vo-half").replace(cathode_exponent=exponent)
    protocol = Protocol.parse("EIS from 1 Hz to 10 mHz")
    table = simulate(cell, protocol, start=3.2).impedance
    assert table is not None
    lowest = table.sort("frequency_Hz")[0]
    assert cell.transfer_resistance(3.2) == pytest.approx(lowest["charge_transfer_re_ohm_m2"][0], rel=1e-3)


def test_values_are_varied_as_overrides_are_given() -> None:
    """A number in the unit of the entry and a text with its unit are the same point; a Cell is varied like its name."""
    points = {"films.VO.thickness": [500, "0.5 um"], "phases.V2O5.D": ["1e-17 m2/s"]}
    for cell in ("vo-half", Cell.load("vo-half")):
        found = list(Cell.vary(cell, points))
        assert [values["phases.V2O5.D"] for values, _ in found] == pytest.approx([1e-13, 1e-13])
        assert [values["films.VO.thickness"] for values, _ in found] == [500.0, 500.0]
        assert {one.thickness for _, one in found} == {5e-7}
    for wrong in (True, None, [1.0], "1 V", "five"):
        with pytest.raises(HeterofilmError):
            list(Cell.vary("vo-half", {"films.VO.thickness": [wrong]}))  # type: ignore[list-item]


def test_a_cell_shows_itself_in_a_notebook_with_every_text_escaped() -> None:
    text = Cell.load("lco-atfb")._repr_html_()
    assert "LiCoO2" in text and "Values:" in text and text.count("<tr>") == text.count("</tr>") == 6
    assert "&amp;&lt;" in Cell.from_dict(MINE | {"title": "&<b>"})._repr_html_()


@pytest.mark.parametrize(
    "make",
    [lambda: Cell("vo-half"), lambda: Library("x"), lambda: Cell.load("vo-half", "x")],  # type: ignore[arg-type]
)
def test_arguments_of_a_wrong_kind_are_one_sentence(make: Any) -> None:
    with pytest.raises(HeterofilmError):
        make()


MINE = {
    "name": "mine", "title": "mine", "electrolyte": "LiPON", "area": "1 cm2", "series_resistance": "5 ohm cm2",
    "lower_voltage": "3 V", "upper_voltage": "4.2 V", "film": "LCO",
}  # fmt: skip
