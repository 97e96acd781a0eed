"""Values belong to entries: a calibration acts on packaged entries alone, an entry of one's own means what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from heterofilm.cell import Cell
from heterofilm.errors import HeterofilmError
from heterofilm.library import MODELS, Layer, Library, Value, names, value_paths
from heterofilm.library.cell_entries import told, words_of
from heterofilm.library.change import change_path, override
from heterofilm.library.files import DATA
from heterofilm.library.value import Entry
from heterofilm.library.writer import to_toml
from heterofilm.simulation.run import simulate

PLAIN = Library(calibration=None)
ALL = [(kind, name) for kind in MODELS for name in names(kind)]


def changed(entry: Entry, path: str, value: Value) -> Entry | None:
    """The entry with another number at ``path``: the first of some that it takes."""
    keys = tuple(path.split(".")[2:])
    near = (value.value * 1.03, value.value * 0.97, value.value + 0.01, value.value * 0.5, value.value - 0.01)
    for number in near:
        try:
            if number != value.value:
                return change_path(entry, path, keys, override(path, number))
        except HeterofilmError:
            continue
    return None


@pytest.mark.parametrize(("kind", "name"), ALL, ids=["/".join(one) for one in ALL])
def test_a_copy_under_the_same_name_means_what_it_says(kind: str, name: str, tmp_path: Path) -> None:
    """With any one value changed, the copy has that value and every other as its own text says."""
    entry = PLAIN.entry(MODELS[kind], name)
    fixed = {"targets", "recipes"}  # some of whose numbers are bound to each other by equalities
    file = tmp_path / f"{name}.toml"
    for path, value in value_paths(entry):
        new = changed(entry, path, value)
        if new is None:
            assert kind in fixed or value.low == value.high == value.value or path.endswith("molar_mass"), path
            continue
        file.write_text(to_toml(new), encoding="utf-8")
        loaded = Library().entry(MODELS[kind], file)
        found, stated = dict(value_paths(loaded)), dict(value_paths(new))
        assert found[path].value == stated[path].value != value.value, path
        assert {p: (v.value, v.unit, v.kind) for p, v in found.items()} == {
            p: (v.value, v.unit, v.kind) for p, v in stated.items()
        }
        assert all(v.layer in (Layer.FILE, Layer.DEFAULT) for v in found.values())


def in_a_cell(kind: str, name: str, file: Path) -> dict[str, Any]:
    """A cell of the library with a file of one's own in place of one of its entries."""
    own = {"films": "film", "electrolytes": "electrolyte", "anodes": "anode"}
    cell = {"name": "c", "title": "c", "film": "VO", "electrolyte": "LiPON", "area": "1 cm2",
            "series_resistance": "1 ohm cm2", "lower_voltage": "2.15 V", "upper_voltage": "3.8 V"}  # fmt: skip
    if kind == "phases":
        cell["film"] = {"name": "f", "title": "f", "matrix": str(file), "thickness": "300 nm"}  # type: ignore[assignment]
        return cell
    return cell | {own[kind]: str(file)}


@pytest.mark.parametrize(
    ("kind", "name"), [one for one in ALL if one[0] in ("phases", "films", "electrolytes", "anodes")]
)
def test_a_copy_in_a_cell_acts_as_it_says(kind: str, name: str, tmp_path: Path) -> None:
    """The effective entries of the cell hold the file's values, though the calibration knows the name."""
    entry = PLAIN.entry(MODELS[kind], name)
    file = tmp_path / f"{name}.toml"
    file.write_text(to_toml(entry), encoding="utf-8")
    cell = Library().cell(in_a_cell(kind, name, file), tmp_path)
    found = dict(value_paths(cell))
    for path, value in value_paths(entry):
        assert path in cell.shadowed | cell.idle.keys() or found[path].value == value.value, path


def test_an_own_electrolyte_under_the_name_of_a_calibrated_one_runs_with_its_own_value(tmp_path: Path) -> None:
    """LiPON.toml with i0 = 0.1 mA/cm2 gives the voltages of the library's LiPON with i0 set to 0.1 mA/cm2."""
    text = (DATA / "electrolytes" / "LiPON.toml").read_text(encoding="utf-8")
    (tmp_path / "LiPON.toml").write_text(text.replace("i0 = { value = 0.257,", "i0 = { value = 0.1,"), encoding="utf-8")
    cell = (DATA / "cells" / "vo-atfb.toml").read_text(encoding="utf-8")
    (tmp_path / "mine.toml").write_text(cell.replace('"LiPON"', '"LiPON.toml"'), encoding="utf-8")
    test = "Discharge at 20 uA/cm2 until 3.0 V"
    own = simulate(Cell.load(tmp_path / "mine.toml"), test)
    set_ = simulate("vo-atfb", test, overrides={"electrolytes.LiPON.cathode_interface.i0": 0.1})
    assert own.frame["voltage_V"].to_list() == set_.frame["voltage_V"].to_list()
    assert "from LiPON.toml" in str(own.meta["values"])
    assert "set: electrolytes.LiPON.cathode_interface.i0 = 0.1 mA/cm2 (was" in str(set_.meta["values"])


def test_a_path_to_a_packaged_file_is_the_packaged_entry() -> None:
    assert Library().phase(str(DATA / "phases" / "V2O5.toml")) == Library().phase("V2O5")


def test_a_draw_of_the_calibration_acts_on_packaged_entries_only(tmp_path: Path) -> None:
    library = Library()
    draw = library.ensemble()[0]
    assert Library(draw=draw).phase("V2O5").utilisation.value == draw["phases.V2O5.utilisation"]
    assert Library(draw=draw).phase("V2O5").utilisation.layer is Layer.CALIBRATION
    text = (DATA / "phases" / "V2O5.toml").read_text(encoding="utf-8")
    (tmp_path / "V2O5.toml").write_text(text, encoding="utf-8")
    own = Library(draw=draw).phase("V2O5.toml", tmp_path)
    assert own.utilisation == PLAIN.phase("V2O5").utilisation


def test_overrides_act_whatever_the_origin(tmp_path: Path) -> None:
    text = (DATA / "phases" / "V2O5.toml").read_text(encoding="utf-8")
    (tmp_path / "V2O5.toml").write_text(text, encoding="utf-8")
    own = Library({"phases.V2O5.D": "2e-17 m2/s"}).phase("V2O5.toml", tmp_path)
    assert own.D.to("cm2/s") == pytest.approx(2e-13)
    assert own.D.layer is Layer.SET and own.D.before is not None and own.D.before.value == 3e-13


def test_every_value_says_what_gave_it_its_number() -> None:
    cell = Library({"films.VOC1.thickness": 310.0}).cell("voc1-atfb")
    words = {
        path: words_of(value, cell.origins.get(".".join(path.split(".")[:2]))) for path, value in value_paths(cell)
    }
    assert words["films.VOC1.thickness"] == "set by the caller"
    assert words["films.VOC1.cu_to_v"] == "library"
    assert words["phases.V2O5.utilisation"] == "calibration"
    assert words["phases.V2O5.background"] == "default"
    line = told(cell)
    assert "films.VOC1.thickness = 310 nm (was 300 nm)" in line and "measured rows" in line


def test_a_utilisation_may_be_given_by_the_file_of_a_phase(tmp_path: Path) -> None:
    """A film that names the file of its phase may name it so in its utilisation too; overrides use the name."""
    text = (DATA / "phases" / "LiCoO2.toml").read_text(encoding="utf-8").replace('name = "LiCoO2"', 'name = "mine"')
    (tmp_path / "p.toml").write_text(text, encoding="utf-8")
    film = 'name = "f"\ntitle = "f"\nmatrix = "p.toml"\nthickness = "300 nm"\n[utilisation]\n"p.toml" = 0.7\n'
    (tmp_path / "f.toml").write_text(film, encoding="utf-8")
    content = in_a_cell("films", "f", Path("f.toml"))
    cell = Library().cell(content, tmp_path)
    assert cell.matrix.utilisation.value == 0.7
    assert "films.f.utilisation.mine" in dict(value_paths(cell))
    assert Library({"films.f.utilisation.mine": 0.6}).cell(content, tmp_path).matrix.utilisation.value == 0.6
    (tmp_path / "f.toml").write_text(film.replace('"p.toml" = 0.7', "other = 0.7"), encoding="utf-8")
    with pytest.raises(HeterofilmError, match="utilisation names 'other', but the film is of mine"):
        Library().cell(content, tmp_path)


def test_two_phases_of_one_name_are_refused(tmp_path: Path) -> None:
    """Values go by the name of their entry, so two entries of a film cannot share one."""
    (tmp_path / "p.toml").write_text((DATA / "phases" / "V2O5.toml").read_text(encoding="utf-8"), encoding="utf-8")
    film = {"name": "f", "title": "f", "matrix": "V2O5", "domain": "p.toml", "thickness": "300 nm", "cu_to_v": 0.4,
            "domain_size": "10 nm", "hetero_i0": "1 mA/cm2"}  # fmt: skip
    with pytest.raises(HeterofilmError, match="both called 'V2O5'"):
        Library().cell(in_a_cell("phases", "", Path()) | {"film": film}, tmp_path)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("D", "no path to a number of the cell 'lmo-atfb'; did you mean 'phases.LiMn2O4-ocv.D'?"),
        ("thicknes", "did you mean 'films.LMO.thickness' or 'electrolytes.LiPON.thickness'?"),
        ("phases.LiCoO2.D", "does not act .*; did you mean 'phases.LiMn2O4-ocv.D'?"),
        ("C", "one is 'films.LMO.thickness', all are listed by 'heterofilm library cells CELL'"),
    ],
)
def test_a_path_that_is_none_is_answered_with_one_of_this_cell(path: str, words: str) -> None:
    cell = Cell.load("lmo-atfb")
    with pytest.raises(HeterofilmError, match=words):
        cell.entries.check_acts(path)
    with pytest.raises(HeterofilmError, match=words if path.count(".") < 2 else "phases.LiMn2O4-ocv.D"):
        cell.replace({path: 1.0})
    if path.count(".") < 2:
        with pytest.raises(HeterofilmError, match=words):
            Cell.load("lmo-atfb", {path: 1.0})
