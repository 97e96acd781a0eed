"""``heterofilm grow``: what it prints and writes agrees with the film; figures show it."""

from __future__ import annotations

import shutil

import polars as pl
import pytest

from heterofilm.cell import Cell
from heterofilm.cli import main
from heterofilm.growth.grow import grow
from heterofilm.growth.sweeps import over_power, over_temperature, powers, swept_target
from heterofilm.plots.growth import crystallisation_figure, thickness_figure
from own_system import write_system


def run(capsys, *arguments) -> str:
    assert main(["grow", *(str(a) for a in arguments)]) == 0
    return capsys.readouterr().out


def test_it_prints_and_writes_the_film(tmp_path, capsys) -> None:
    said = run(capsys, "VOC1", "--out", tmp_path / "new" / "film", "--cell", "vo-atfb")
    folder = tmp_path / "new" / "film"
    assert "300 nm, crystalline; 42 % V2O5, 58 % Cu2V2O7" in said
    assert {p.name for p in folder.iterdir()} == {
        "growth.csv", "VOC1-grown.toml", "VOC1-grown-vo-atfb.toml", "growth.html", "growth.svg", "growth.png",
    }  # fmt: skip
    cell = Cell.load(folder / "VOC1-grown-vo-atfb.toml")
    assert cell.thickness == pytest.approx(grow("VOC1").thickness)
    table = pl.read_csv(folder / "growth.csv")
    row = table.filter(pl.col("quantity") == "thickness").row(0, named=True)
    assert (
        row["value"] == pytest.approx(300.0, rel=1e-4) and row["low"] < 300 < row["high"] and row["kind"] == "computed"
    )
    assert set(table["kind"]) == {"measured", "calibrated", "computed", "assumed"}
    assert "targets.Cu.reference.sheath_voltage" in set(table["quantity"])
    text = (folder / "growth.svg").read_text()
    assert "Thickness over power" in text and "Crystallised share" in text


def test_phases_of_ones_own_are_written_beside_the_film(tmp_path, capsys) -> None:
    """A system of one's own: what is written loads where it lies, whatever becomes of the recipe's folder."""
    (tmp_path / "mine").mkdir()
    said = run(capsys, write_system(tmp_path / "mine"), "--out", tmp_path / "out", "--cell", "vo-half")
    assert "% MoO3" in said and "Cu/Mo" in said and "rate of MoO3" in said
    shutil.rmtree(tmp_path / "mine")
    cell = Cell.load(tmp_path / "out" / "mine-grown-vo-half.toml")
    assert [phase.name for phase in cell.phases] == ["MoO3", "CuMoO4"]


def test_settings_change_the_film(capsys) -> None:
    said = run(capsys, "VOC2", "--set", "power.Cu=1.5 W", "--set", "anneal.temperature=500degC")
    grown = grow("VOC2", {"power.Cu": "1.5 W", "anneal.temperature": "500degC"})
    assert f"{1e9 * grown.thickness:.0f} nm, crystalline" in said and "(power.Cu 1.5 W" in said


def test_a_film_without_a_phase_is_said_and_not_written(tmp_path, capsys) -> None:
    said = run(capsys, "VOC2", "--set", "power.Cu=1.5W", "--out", tmp_path)
    assert "No film is written" in said and "this is open" in said
    assert not list(tmp_path.glob("*.toml")) and (tmp_path / "growth.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["VOC3"], "did you mean 'VOC"),
        (["VOC1", "--set", "power.Cu"], "NAME=VALUE"),
        (["VOC1", "--set", "power.Cu=one"], "not a quantity"),
        (["VOC1", "--plot", "growth.bmp"], "must end in"),
        (["VO", "--set", "power.V2O5=1W"], "Nothing is deposited"),
        (["VO", "--out", "/dev/null/here"], "is a file, but a folder is needed"),
        (["missing.toml"], "There is no file missing.toml"),
    ],
)
def test_bad_input_is_one_sentence(arguments, says, capsys) -> None:
    assert main(["grow", *arguments]) == 2
    error = capsys.readouterr().err
    assert says in error and error.count("\n") == 1


def test_a_bad_cell_is_found_before_anything_is_written(tmp_path, capsys) -> None:
    assert main(["grow", "VO", "--out", str(tmp_path / "x"), "--cell", "vo-hlaf"]) == 2
    assert "did you mean 'vo-half'" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_the_library_lists_them(capsys) -> None:
    assert main(["library", "recipes"]) == 0 and "VOC1" in capsys.readouterr().out
    assert main(["library", "targets", "Cu"]) == 0 and "targets.Cu.reference.rate" in capsys.readouterr().out


def test_curves_pass_through_the_recipe() -> None:
    grown = grow("VOC1")
    name = swept_target(grown)
    assert name == "Cu" and powers(grown, name)[0] == 0.0
    thickness, ratio = over_power(grown, name, [0.0, 1.0, 2.0])
    assert ratio is not None
    assert 1e9 * thickness.value == pytest.approx([300, 300, 420], rel=1e-4)
    assert (thickness.low < thickness.value).all() and (thickness.value < thickness.high).all()
    assert (ratio.value[1:] > ratio.value[:-1]).all()
    curves = over_temperature(grown, [300.0, 573.0, 973.0])
    assert curves["V2O5"].value[1] > 0.99 and curves["a-CuVO"].value[1] < 0.01 and curves["a-CuVO"].value[2] > 0.99


@pytest.mark.parametrize("recipe", ["VOC2", "VO", "LCO"])
def test_figures(recipe, tmp_path) -> None:
    grown = grow(recipe)
    thickness, anneal = thickness_figure(grown), crystallisation_figure(grown)
    known = [s for s in thickness.series if s.label == "thickness of measured films"]
    assert [sorted(s.y) for s in known] == ([] if recipe == "LCO" else [[300.0, 300.0, 420.0]])
    assert bool(thickness.right_label) == (recipe != "LCO")
    assert anneal.series[-1].label == "this recipe"
    for figure in (thickness, anneal):
        assert figure.save(tmp_path / f"{figure.name}.png").stat().st_size > 10_000
        assert "plotly" in figure.to_html()
