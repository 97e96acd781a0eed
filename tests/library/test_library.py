"""The library: what it holds, how it is changed, and what a wrong file is told."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from heterofilm.errors import FileFormatError, HeterofilmError, InputError
from heterofilm.library import (
    Film,
    Library,
    Phase,
    Value,
    load_anode,
    load_cell,
    load_electrolyte,
    load_film,
    load_phase,
    names,
    value_paths,
)
from heterofilm.library.files import DATA, MODELS

GOOD_CELL = """
name = "mine"
title = "my cell"
film = "VO"
electrolyte = "LiPON"
area = "1 cm2"
series_resistance = "5 ohm cm2"
lower_voltage = "2.15 V"
upper_voltage = "3.8 V"
"""
GOOD_FILM = 'name = "f"\ntitle = "my film"\nmatrix = "V2O5"\nthickness = "300 nm"\n'


def written(folder: Path, text: str, name: str = "mine.toml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


# ---- what the library holds ----


@pytest.mark.parametrize("kind", list(MODELS))
def test_every_entry_is_named_like_its_file_and_gives_sources(kind: str) -> None:
    library = Library(calibration=None)
    for name in names(kind):
        entry: Any = library.cell(name).spec if kind == "cells" else library.entry(MODELS[kind], name)
        assert entry.name == name
        for path, value in value_paths(entry):
            assert value.source.strip(), path
            assert value.source != "given without source", path
            if value.kind == "assumed" and "optional" not in value.source and not path.endswith(".barrier"):
                assert (
                    value.low is not None
                    or path == "films.VOC2.cu_to_v"
                    or "window" in value.source
                    or ("set point" in value.source)
                ), path


def test_discharge_plateaus_are_those_of_the_paper() -> None:
    phase = load_phase("V2O5", calibration=None)
    assert [c.U0.value - c.hysteresis.value / 2 for c in phase.couples] == pytest.approx([3.4, 3.2, 2.3])
    copper = load_phase("Cu2V2O7", calibration=None).couples[1]
    assert copper.U0.value - copper.hysteresis.value / 2 == pytest.approx(2.5)


@pytest.mark.parametrize(
    ("name", "lithium"),
    [
        ("V2O5", 2.0), ("Cu2V2O7", 6.0), ("a-CuVO", 6.0), ("CuO", 2.0), ("LiCoO2", 0.5), ("LiMn2O4", 1.0),
        ("LiFePO4", 1.0), ("LNMO", 1.0), ("LiCoO2-ocv", 0.47), ("LiMn2O4-ocv", 0.8279), ("LiFePO4-ocv", 0.996),
    ],
)  # fmt: skip
def test_lithium_counts(name: str, lithium: float) -> None:
    assert load_phase(name, calibration=None).lithium == pytest.approx(lithium)


def test_nickel_spinel_has_its_capacity_and_two_plateaus_of_nickel() -> None:
    """F/M of one lithium is 146.7 mAh/g, and Ni goes from 2+ to 4+ above 4.6 V."""
    phase = load_phase("LNMO", calibration=None)
    assert 96485.33212 * phase.lithium / phase.molar_mass.si / 3600.0 == pytest.approx(146.7, abs=0.1)
    assert [(c.element, c.oxidised, c.reduced) for c in phase.couples] == [("Ni", 4, 3), ("Ni", 3, 2)]
    assert all(4.6 < couple.U0.si < 4.8 for couple in phase.couples)


def test_dissociation_set_has_the_measured_conductivity() -> None:
    table = load_electrolyte("LiPON-dissociation", calibration=None).dissociation
    assert table is not None
    carriers = table.a0.si * table.delta.si
    sigma = 96485.33212**2 * carriers * (table.D_plus.si + table.D_minus.si) / (8.314462618 * 298.15)
    assert sigma == pytest.approx(1.6e-4, rel=0.01)


def test_exchange_current_of_the_liquid_cell_is_the_measured_resistance() -> None:
    i0 = load_electrolyte("liquid-1M", calibration=None).cathode_interface.i0
    assert 8.314462618 * 298.15 / 96485.33212 / i0.si * 1e4 == pytest.approx(62.45, rel=0.01)


def test_lithium_metal_thickness_per_charge() -> None:
    anode = load_anode(calibration=None)
    assert 0.36e4 / 96485.33212 * anode.molar_volume.si == pytest.approx(0.485e-6, rel=2e-3)


def test_units_and_short_form() -> None:
    assert Value.model_validate("300 nm").si == pytest.approx(3e-7)
    assert Value.model_validate("300 nm").source == "given without source"
    assert Value.model_validate(0.6).unit == "1"
    assert load_cell("vo-half", calibration=None).spec.temperature.si == pytest.approx(298.15)
    assert load_phase("V2O5", calibration=None).D.si == pytest.approx(3e-17)


# ---- calibration and overrides ----


def test_override_by_position_and_by_name() -> None:
    for path in ("phases.V2O5.couples.2.U0", "phases.V2O5.couples.delta-gamma.U0"):
        cell = load_cell("vo-half", overrides={path: 2.36}, calibration=None)
        assert cell.matrix.couples[2].U0.value == 2.36
        assert cell.matrix.couples[2].U0.unit == "V"
    assert load_phase("V2O5", calibration=None).couples[2].U0.value == 2.375


def test_override_outside_its_range_drops_the_range() -> None:
    value = load_phase("V2O5", overrides={"phases.V2O5.D": 1e-9}, calibration=None).D
    assert (value.value, value.low, value.high) == (1e-9, None, None)


def test_override_of_whole_numbers_and_of_optional_values() -> None:
    cell = load_cell("voc2-half", overrides={"cells.voc2-half.nodes": 40, "films.VOC2.sigma_e": 1e-5})
    assert cell.spec.nodes == 40
    assert cell.matrix.sigma_e.to("S/cm") == 1e-5


def test_calibration_overlay_keeps_range_and_converts() -> None:
    table = {"phases.V2O5.D": {"value": 5e-17, "unit": "m2/s", "sigma": 1e-17, "rows": ["cap-vo-5"]}}
    value = load_phase("V2O5", calibration={"values": table}).D
    assert value.kind == "calibrated"
    assert (value.value, value.unit, value.low) == (pytest.approx(5e-13), "cm2/s", 1e-13)
    assert value.sigma == pytest.approx(1e-13)
    assert value.rows == ("cap-vo-5",)


def test_calibration_file_and_ensemble(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        '[values."phases.V2O5.utilisation"]\nvalue = 0.6\nunit = "1"\nrows = ["cap-vo-5"]\nensemble = [0.5, 0.7]\n'
        '[values."films.VO.thickness"]\nvalue = 0.31\nunit = "um"\nensemble = [0.3, 0.32]\n',
    )
    library = Library(calibration=file)
    assert library.phase("V2O5").utilisation.value == 0.6
    # no row informs it: it is drawn in the ensemble, and keeps its own value and kind
    assert library.film("VO").thickness.value == pytest.approx(300)
    assert library.film("VO").thickness.kind == "measured"
    draws = library.ensemble()
    assert [d["phases.V2O5.utilisation"] for d in draws] == [0.5, 0.7]
    assert [d["films.VO.thickness"] for d in draws] == pytest.approx([300, 320])
    assert Library(draws[1], calibration=file).phase("V2O5").utilisation.value == 0.7


def test_film_values_replace_those_of_the_phase(tmp_path: Path) -> None:
    written(tmp_path, GOOD_FILM + 'sigma_e = "1e-5 S/cm"\n[utilisation]\nV2O5 = 0.7\n', "f.toml")
    cell = load_cell(written(tmp_path, GOOD_CELL.replace('"VO"', '"f.toml"')), calibration=None)
    assert cell.matrix.utilisation.value == 0.7
    assert cell.matrix.sigma_e.to("S/cm") == 1e-5
    paths = [path for path, _ in value_paths(cell)]
    assert "films.f.utilisation.V2O5" in paths
    assert "phases.V2O5.utilisation" not in paths


def test_cell_interfaces_replace_those_of_electrolyte_and_anode(tmp_path: Path) -> None:
    text = GOOD_CELL + '[interfaces]\ncathode_i0 = "0.1 mA/cm2"\nanode_i0 = "2 mA/cm2"\n'
    cell = load_cell(written(tmp_path, text))
    assert cell.electrolyte.cathode_interface.i0.si == pytest.approx(1.0)
    assert cell.anode.i0.si == pytest.approx(20.0)


def test_every_path_can_be_overridden_with_its_own_value() -> None:
    cell = load_cell("voc1-atfb")
    library = Library({path: value.value for path, value in value_paths(cell)})
    again = {path: value.value for path, value in value_paths(library.cell("voc1-atfb"))}
    assert again == {path: value.value for path, value in value_paths(cell)}


def test_overrides_read_no_file_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A study of 100,000 points loads as many cells."""
    load_cell("voc1-atfb")

    def forbidden(text: str) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(tomllib, "loads", forbidden)
    overrides = {"phases.V2O5.D": 3.1e-13, "phases.Cu2V2O7.utilisation": 0.6}
    cell = load_cell("voc1-atfb", overrides=overrides)
    assert {path: value.value for path, value in value_paths(cell)}["phases.V2O5.D"] == 3.1e-13


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    file = written(tmp_path, GOOD_CELL)
    assert load_cell(file).spec.nodes == 24
    written(tmp_path, GOOD_CELL + "nodes = 30\n")
    assert load_cell(file).spec.nodes == 30


# ---- wrong input: one sentence, which says where and what ----


def told(action: Callable[[], object], *expected: str) -> None:
    with pytest.raises(HeterofilmError) as caught:
        action()
    message = str(caught.value)
    assert "\n" not in message
    assert "pydantic" not in message.lower() and "type=" not in message
    assert message.endswith((".", "?"))
    for words in expected:
        assert words in message, message


BAD_CELLS = {
    "wrong dimension": (('"1 cm2"', '"1 um"'), ("mine.toml", "'area'", "cm2", "1 um")),
    "no unit": (('"1 cm2"', "1"), ("'area'", "no unit")),
    "negative": (('"1 cm2"', '"-1 cm2"'), ("'area'", "positive", "-1 cm2")),
    "unknown unit": (('"1 cm2"', '"1 furlong"'), ("'area'", "furlong")),
    "no number": (('"1 cm2"', '"big"'), ("'area'", "big")),
    "truth value": (('"1 cm2"', "true"), ("'area'", "truth value")),
    "list": (('"1 cm2"', "[1, 2]"), ("'area'", "expected a table")),
    "not finite": (
        ('"1 cm2"', '{value = nan, unit = "cm2", kind = "assumed", source = ""}'),
        ("'area.value'",),
    ),
    "infinite": (('"1 cm2"', '{value = 1e999, unit = "cm2", kind = "assumed", source = ""}'), ("finite",)),
    "no kind": (
        ('"1 cm2"', '{value = 1, unit = "cm2", source = "x"}'),
        ("'area.kind'", "is missing; add it"),
    ),
    "bad kind": (
        ('"1 cm2"', '{value = 1, unit = "cm2", kind = "felt", source = ""}'),
        ("'area.kind'", "felt"),
    ),
    "typo in table": (
        ('"1 cm2"', '{value = 1, units = "cm2", kind = "assumed", source = ""}'),
        ("'area'", "'units'", "did you mean 'unit'?"),
    ),
    "outside own range": (
        ('"1 cm2"', '{value = 9, low = 1, high = 2, unit = "cm2", kind = "assumed", source = ""}'),
        ("'area'", "outside its own range"),
    ),
    "range reversed": (
        ('"1 cm2"', '{value = 9, low = 10, high = 2, unit = "cm2", kind = "assumed", source = ""}'),
        ("'area'", "swap"),
    ),
    "log of zero": (
        (
            '"1 cm2"',
            '{value = 1, low = 0, high = 2, unit = "cm2", kind = "assumed", source = "", method = "log"}',
        ),
        ("method 'log'",),
    ),
    "typo in key": (("area", "aera"), ("'aera'", "did you mean 'area'?")),
    "missing key": (('area = "1 cm2"', ""), ("'area'", "is missing; add it")),
    "window reversed": (('"3.8 V"', '"2 V"'), ("lower_voltage", "upper_voltage")),
    "unknown film": (('"VO"', '"VOC3"'), ("'VOC3'", "did you mean 'VOC")),
    "unknown electrolyte": (('"LiPON"', '"Lipon"'), ("'Lipon'", "did you mean 'LiPON'?")),
    "missing film file": (('"VO"', '"no.toml"'), ("no.toml", "check the path")),
    "empty film": (('"VO"', '""'), ("'film'", "empty")),
    "too many nodes": (('"my cell"', '"my cell"\nnodes = 1000000'), ("'nodes'", "1000000")),
    "dotted name": (('name = "mine"', 'name = "my.cell"'), ("'name'", "without dots")),
    "malformed": (('film = "VO"', 'film = "VO'), ("mine.toml", "line 4", "column")),
    "twice": (('film = "VO"', 'film = "VO"\nfilm = "VO"'), ("mine.toml", "line 5")),
    "cold": (('"my cell"', '"my cell"\ntemperature = "-200 degC"'), ("'temperature'", "150 K")),
    "huge whole number": (('"1 cm2"', "1" + "0" * 400), ("mine.toml",)),
}


@pytest.mark.parametrize("case", list(BAD_CELLS))
def test_a_wrong_cell_file_is_told_in_one_sentence(case: str, tmp_path: Path) -> None:
    (old, new), expected = BAD_CELLS[case]
    assert old in GOOD_CELL
    file = written(tmp_path, GOOD_CELL.replace(old, new))
    told(lambda: load_cell(file), *expected)


BAD_FILMS = {
    "thickness in A": (GOOD_FILM.replace("300 nm", "300 A"), ("f.toml", "'thickness'", "nm", "300 A")),
    "thickness in uA": (GOOD_FILM.replace("300 nm", "300 uA"), ("'thickness'", "300 uA")),
    "thickness negative": (GOOD_FILM.replace("300 nm", "-3 nm"), ("'thickness'", "positive")),
    "domains without ratio": (GOOD_FILM + 'domain = "Cu2V2O7"\n', ("needs cu_to_v",)),
    "size without domain": (GOOD_FILM + 'domain_size = "10 nm"\n', ("domain_size", "no domain")),
    "domain is the matrix": (
        GOOD_FILM + 'domain = "V2O5"\ncu_to_v = 0.4\ndomain_size = "9 nm"\nhetero_i0 = "1 mA/cm2"\n',
        ("both 'V2O5'",),
    ),
    "utilisation of a stranger": (GOOD_FILM + "[utilisation]\nLiCoO2 = 0.5\n", ("'LiCoO2'", "V2O5")),
    "utilisation above one": (GOOD_FILM + "[utilisation]\nV2O5 = 1.5\n", ("'utilisation.V2O5'", "at most 1")),
    "share above one": (GOOD_FILM + "surface_domain_share = 2\n", ("'surface_domain_share'", "at most 1")),
}


@pytest.mark.parametrize("case", list(BAD_FILMS))
def test_a_wrong_film_file_is_told_in_one_sentence(case: str, tmp_path: Path) -> None:
    text, expected = BAD_FILMS[case]
    file = written(tmp_path, text, "f.toml")
    told(lambda: Library().film(str(file)), *expected)


def phase_file(name: str, old: str, new: str, folder: Path) -> str:
    text = (DATA / "phases" / f"{name}.toml").read_text(encoding="utf-8")
    assert old in text
    return str(written(folder, text.replace(old, new, 1), "p.toml"))


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("V2O5", "oxidised = 5", "oxidised = 4", ("must go to a lower state",)),
        ("V2O5", "oxidised = 5", "oxidised = 50", ("couples.0.oxidised",)),
        ("V2O5", "reduced = 4", "reduced = 4\nlithum = 1", ("'couples.0'", "did you mean 'lithium'?")),
        ("V2O5", "atoms = { V = 2", "atoms = { V = 1", ("formula 'V2O5'", "differ in V;")),
        ("LiCoO2", "value = 97.87,", "value = 79.87,", ("g/mol",)),
        ("V2O5", "atoms = { V = 2", "atoms = { Xx = 2", ("'Xx'",)),
        ("V2O5", 'name = "epsilon-delta"', 'name = "delta-gamma"', ("two couples",)),
        ("V2O5", 'element = "V"', 'element = "Vv"', ("couples.0.element", "did you mean 'V'?")),
        ("V2O5", 'element = "V"', 'element = "U"', ("a formula unit has only 0",)),
        ("Cu2V2O7", "D = {", "D_of_filling = { log10 = [30.0] }\nD = {", ("20 orders",)),
        ("a-CuVO", "[nucleation]\nrate", "[nucleation]\nrat", ("nucleation", "did you mean 'rate'?")),
    ],
)
def test_a_wrong_phase_file_is_told_in_one_sentence(
    name: str, old: str, new: str, expected: tuple[str, ...], tmp_path: Path
) -> None:
    file = phase_file(name, old, new, tmp_path)
    told(lambda: Library().phase(file), *expected)


def test_a_barrier_needs_nucleation() -> None:
    told(
        lambda: load_phase("V2O5", overrides={"phases.V2O5.couples.2.barrier": 0.3}),
        "phases.V2O5.couples.2.barrier",
        "[nucleation]",
    )


def test_only_one_couple_may_nucleate() -> None:
    overrides = {"phases.a-CuVO.couples.0.barrier": 0.3}
    told(lambda: load_phase("a-CuVO", overrides=overrides), "at most one couple")


def test_more_electrons_than_atoms_are_refused() -> None:
    told(lambda: load_phase("V2O5", overrides={"phases.V2O5.couples.2.lithium": 1.5}), "2.5 V", "only 2")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("phases.V2O5.couples.9.U0", ("'9'", "alpha-epsilon")),
        ("phases.V2O5.couples.delta-gama.U0", ("did you mean 'delta-gamma'?",)),
        ("phases.V2O5.utilization", ("did you mean 'utilisation'?",)),
        ("phases.V2O5.D.value.more", ("leads nowhere",)),
        ("phases.V2O5.title", ("not a number",)),
        ("phases.V2O", ("is no path",)),
        ("phase.V2O5.D", ("did you mean 'phases'?",)),
        ("films.VOC1.hetero_io", ("did you mean 'hetero_i0'?",)),
        ("phases.V2O6.D", ("did you mean 'V2O5'?",)),
    ],
)
def test_wrong_paths_are_told(path: str, expected: tuple[str, ...]) -> None:
    told(lambda: load_cell("voc1-half", overrides={path: 1.0}), path, *expected)


@pytest.mark.parametrize("number", [True, "0.5", float("nan"), float("inf"), None])
def test_an_override_must_be_a_finite_number(number: Any) -> None:
    told(lambda: load_phase("V2O5", overrides={"phases.V2O5.D": number}), "phases.V2O5.D")


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ({"valeus": {}}, ("did you mean 'values'?",)),
        ({"values": {"phases.V2O5.D": {"value": 1.0}}}, ("unit", "is missing")),
        ({"values": {"phases.V2O6.D": {"value": 1.0, "unit": "1"}}}, ("V2O6",)),
    ],
)
def test_a_wrong_calibration_is_told(table: dict[str, Any], expected: tuple[str, ...]) -> None:
    told(lambda: Library(calibration=table), *expected)


def test_a_calibration_in_a_wrong_unit_is_told() -> None:
    table = {"values": {"phases.V2O5.D": {"value": 1.0, "unit": "V"}}}
    told(lambda: Library(calibration=table).phase("V2O5"), "'V'", "phases.V2O5.D")


def test_ensembles_of_different_length_are_told() -> None:
    table = {
        "phases.V2O5.D": {"value": 1e-13, "unit": "cm2/s", "ensemble": [1e-13]},
        "phases.V2O5.utilisation": {"value": 0.5, "unit": "1", "ensemble": [0.5, 0.6]},
    }
    told(Library(calibration={"values": table}).ensemble, "[1, 2]")


def test_electrolytes_take_the_fields_of_their_kind(tmp_path: Path) -> None:
    text = (DATA / "electrolytes" / "liquid-1M.toml").read_text(encoding="utf-8")
    file = written(tmp_path, text.replace('kind = "liquid"', 'kind = "liquid"\nthickness = "1 um"'))
    told(lambda: Library().electrolyte(str(file)), "does not take thickness")
    file = written(tmp_path, text.replace('kind = "liquid"', 'kind = "single-ion"'))
    told(lambda: Library().electrolyte(str(file)), "needs")


def test_files_that_are_no_entry(tmp_path: Path) -> None:
    big = written(tmp_path, "#" * 1_000_001, "big.toml")
    told(lambda: load_cell(big), "larger than 1 MB")
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    told(lambda: load_cell(binary), "UTF-8")
    told(lambda: load_cell(tmp_path), "no file")
    told(lambda: load_cell(written(tmp_path, "a = " + "[" * 20_000, "deep.toml")), "deep.toml")
    told(lambda: load_cell(written(tmp_path, ".".join(["a"] * 5000) + " = 1", "nested.toml")), "more than 40 parts")
    told(lambda: load_cell(written(tmp_path, "", "empty.toml")), "empty.toml", "is missing")
    told(lambda: names("cels"), "did you mean 'cells'?")
    told(lambda: load_film("VO1"), "did you mean 'VO")


def test_entries_are_frozen() -> None:
    film: Film = load_film("VO")
    with pytest.raises(ValueError, match="frozen"):
        film.title = "other"  # type: ignore[misc]
    assert isinstance(load_phase("V2O5"), Phase)


def test_a_caller_can_tell_what_went_wrong(tmp_path: Path) -> None:
    """A file that is none is a FileFormatError, what makes no sense an InputError."""
    with pytest.raises(FileFormatError):
        load_cell(written(tmp_path, "film = [", "broken.toml"))
    with pytest.raises(FileFormatError):
        load_cell(tmp_path / "missing.toml")
    with pytest.raises(InputError):
        load_cell(written(tmp_path, GOOD_CELL.replace("1 cm2", "1 um")))
    with pytest.raises(InputError):
        load_cell("vo-half", overrides={"phases.V2O5.D": "1 V"})
