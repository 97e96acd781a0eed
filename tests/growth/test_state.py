"""What the atoms of targets make: systems of one's own grow films whose atoms are those that arrived."""

from __future__ import annotations

from pathlib import Path

import pytest

from heterofilm.cell import Cell
from heterofilm.errors import HeterofilmError
from heterofilm.growth.ensemble import nominal
from heterofilm.growth.grow import grow
from heterofilm.growth.state import phase_volumes
from heterofilm.library import Library
from heterofilm.library.files import DATA
from heterofilm.simulation.run import simulate
from own_system import write_system


def changed(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_a_system_of_ones_own_grows_a_film_of_two_phases_whose_atoms_are_those_that_arrived(tmp_path: Path) -> None:
    """Molybdenum oxide with copper, which the package does not know: Cu and Mo of both phases over their volumes."""
    grown = grow(write_system(tmp_path))
    assert grown.of == "Cu/Mo" and grown.crystalline and list(grown.phases) == ["MoO3", "CuMoO4"]
    atoms = {"Cu": 0.0, "Mo": 0.0}
    dense = grown.thickness * float(grown.state.packing)
    for name, share in grown.phases.items():
        phase = grown.entries.phases[name]
        for element in atoms:
            atoms[element] += dense * share * phase.density.si / phase.molar_mass.si * phase.atoms.get(element, 0.0)
    assert atoms["Mo"] == pytest.approx(7200.0 * float(grown.state.flux["target.toml"]), rel=1e-9)
    assert atoms["Cu"] == pytest.approx(7200.0 * float(grown.state.flux["Cu"]), rel=1e-9)
    assert "Oxygen suffices." in grown.remarks and any("per molybdenum" in said for said in grown.remarks)
    assert {"Cu/Mo", "rate of MoO3"} <= {note.quantity for note in grown.notes}
    low, high = grown.interval("ratio")
    assert grown.film.atomic_ratio["Cu/Mo"].span == pytest.approx((low, high))


def test_its_film_is_one_for_a_cell(tmp_path: Path) -> None:
    """By the phases beside the recipe; the cell counts the sites of both."""
    grown = grow(write_system(tmp_path))
    spec = Library().cell("vo-half").spec.model_dump(exclude={"film", "nominal_capacity"}, exclude_none=True)
    cell = Cell.from_dict(spec | {"film": grown.film}, folder=tmp_path)
    assert cell.composition.domain is not None
    assert cell.composition.domain.volume_fraction == pytest.approx(grown.phases["CuMoO4"], rel=1e-9)
    assert cell.composition.ratio("Cu/Mo") == pytest.approx(grown.ratio, rel=1e-9)
    record = simulate(cell, "Discharge at C/10 until 2.15 V")
    assert 0.5 * cell.active_capacity < record.steps["capacity_C_m2"][0] < 1.01 * cell.active_capacity


def test_an_inert_phase_takes_no_part_and_is_said(tmp_path: Path) -> None:
    """Beyond Cu/Mo = 1 there is CuO, which only fills volume; the film is of CuMoO4, used by its share."""
    grown = grow(write_system(tmp_path), {"power.Cu": "6 W"})
    assert grown.ratio is not None and grown.ratio > 1.0
    film = grown.film
    assert (film.matrix, film.domain) == ("CuMoO4.toml", None) and film.atomic_ratio["Cu/Mo"].value == 1.0
    used = grown.entries.phases["CuMoO4"].utilisation.value * grown.phases["CuMoO4"]
    assert film.utilisation["CuMoO4.toml"].value == pytest.approx(used)
    assert any("Copper is in excess of CuMoO4" in said for said in grown.remarks)


def test_a_system_in_a_folder_of_its_own_names_what_lies_beside_it(tmp_path: Path) -> None:
    """Phases and kinetics are relative to the system's file, and the film's phases to the recipe's."""
    recipe = write_system(tmp_path)
    known = grow(recipe)
    (tmp_path / "below").mkdir()
    for name in ("system", "MoO3", "CuMoO4", "poor", "rich"):
        (tmp_path / f"{name}.toml").rename(tmp_path / "below" / f"{name}.toml")
    changed(recipe, '"system.toml"', '"below/system.toml"')
    moved = grow(recipe)
    assert moved.thickness == known.thickness and moved.phases == known.phases
    assert moved.film.matrix == "below/MoO3.toml"


def test_settings_reach_a_target_that_is_a_file(tmp_path: Path) -> None:
    recipe = write_system(tmp_path)
    more = grow(recipe, {"power.target.toml": "120 W"})
    assert float(more.state.flux["target.toml"]) > float(grow(recipe).state.flux["target.toml"])


def test_a_measured_outcome_of_ones_own_narrows_the_draws(tmp_path: Path) -> None:
    """Draws that contradict it are dropped, unless the recipe is another one than was measured."""
    recipe = write_system(tmp_path)
    low, high = grow(recipe).interval("ratio")
    middle = 0.5 * (low + high)
    ends = f"low = {0.97 * middle!r}, high = {1.03 * middle!r}"
    outcome = f'ratio = {{ value = {middle!r}, unit = "1", kind = "measured", source = "EDS", {ends} }}'
    recipe.write_text(f"{recipe.read_text()}\n[outcome]\n{outcome}\n")
    narrow = grow(recipe).interval("ratio")
    assert 0.97 * middle <= narrow[0] < narrow[1] <= 1.03 * middle
    other = grow(recipe, {"time": "120 min"}).interval("ratio")
    assert other == pytest.approx((low, high), rel=1e-12)


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (
            "recipe.toml",
            'system = "system.toml"',
            "",
            "knows no phases for a film of Cu, Mo, O from target.toml and Cu",
        ),
        ("recipe.toml", '"target.toml" = "100 W", Cu', 'V2O5 = "100 W", Cu', "system Mo-Cu-O is of Cu, Mo, O"),
        ("recipe.toml", '"target.toml" = "100 W"', '"target.toml" = "0 W"', "holds no molybdenum"),
        ("system.toml", 'inert = ["CuO"]', 'inert = ["MoO3"]', "inert names 'MoO3', but the phases are MoO3.toml"),
        ("system.toml", 'added = "Cu"', 'added = "Mo"', "host, added and sufficient are different elements"),
        ("system.toml", '"MoO3.toml", "CuMoO4.toml", "CuO"', '"MoO3.toml"', "at least 2"),
        (
            "system.toml",
            '"poor.toml", "rich.toml"',
            '"rich.toml", "poor.toml"',
            "each but the last states the ratio_li",
        ),
        ("system.toml", ', "CuO"]\ninert = ["CuO"]', "]", "Cu/Mo = 3.7.* is impossible for MoO3 with CuMoO4"),
        ("poor.toml", "ratio_limit", "copper_limit", "no key 'copper_limit' here; it is called 'ratio_limit' now"),
    ],
)
def test_what_makes_no_film_is_refused_in_one_sentence(
    tmp_path: Path, file: str, old: str, new: str, says: str
) -> None:
    recipe = write_system(tmp_path)
    changed(tmp_path / file, old, new)
    settings = {"power.Cu": "4 W"} if "impossible" in says else {}
    with pytest.raises(HeterofilmError, match=says) as caught:
        grow(recipe, settings)
    assert "\n" not in str(caught.value)


def test_an_old_recipe_is_told_the_new_word(tmp_path: Path) -> None:
    text = (DATA / "recipes" / "VOC1.toml").read_text(encoding="utf-8")
    (tmp_path / "old.toml").write_text(text.replace("\nratio =", "\ncu_to_v ="), encoding="utf-8")
    with pytest.raises(HeterofilmError, match="no key 'cu_to_v' here; it is called 'ratio' now"):
        grow(tmp_path / "old.toml")
    with pytest.raises(AttributeError, match="is called ratio now"):
        _ = grow("VOC1").cu_to_v


def test_volumes_are_asked_of_films_of_systems() -> None:
    """V2O5 half a formula unit per V, as the phases' own densities have it."""
    grown = grow("VOC1")
    phase = grown.entries.phases["V2O5"]
    assert phase_volumes(grown.entries, nominal).per_host(0.0, False) == pytest.approx(
        0.5 * phase.molar_mass.si / phase.density.si
    )
