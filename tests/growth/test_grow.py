"""From recipe to film: the paper's films, properties that hold for every recipe, and recipes that are refused."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from draws import examples
from heterofilm.cell import Cell
from heterofilm.errors import HeterofilmError
from heterofilm.growth.deposition import gun
from heterofilm.growth.ensemble import Draws, nominal
from heterofilm.growth.grow import grow
from heterofilm.growth.state import entries, phase_volumes, state
from heterofilm.library import Film, Library, Recipe, Target, names, value_paths, with_settings
from heterofilm.library.files import DATA
from heterofilm.library.writer import to_toml
from heterofilm.paper.growth_constants import constants

LIBRARY = Library()
VOC1 = entries(LIBRARY.entry(Recipe, "VOC1"), LIBRARY)


def at(**changes: str) -> object:
    """Nominal state of VOC1 with changes, ``power_Cu`` for ``power.Cu``."""
    recipe = with_settings(
        LIBRARY.entry(Recipe, "VOC1"), {key.replace("_", ".", 1): value for key, value in changes.items()}
    )
    return state(entries(recipe, LIBRARY), nominal)


# ---- the films of the paper ----


@pytest.mark.parametrize(
    ("name", "nm", "cu_to_v", "crystalline"),
    [("VO", 300, 0.0, True), ("VOC1", 300, 0.46, True), ("VOC2", 420, 1.351, False)],
)
def test_the_measured_films_come_out(name: str, nm: float, cu_to_v: float, crystalline: bool) -> None:
    """What the constants were set on (Cu/V of VOC2 excepted, which no row gives) must come back."""
    grown = grow(name)
    assert 1e9 * grown.thickness == pytest.approx(nm, rel=1e-4)
    assert grown.ratio == pytest.approx(cu_to_v, rel=1e-3)
    assert grown.crystalline is crystalline
    low, high = grown.interval("thickness")
    assert low < grown.thickness < high and high - low < 0.12 * grown.thickness


def test_the_constants_in_the_library_are_those_the_films_tell() -> None:
    """Rate of V2O5 and Cu, packing, sheath voltage: solved again from the rows, the same as stored."""
    copper, oxide = LIBRARY.entry(Target, "Cu"), LIBRARY.entry(Target, "V2O5")
    found = constants(
        (300e-9, 300e-9, 420e-9), 0.46, (1.0, 2.0), 7200.0, 0.7, 0.08, oxide.packing.mixed.si,
        phase_volumes(VOC1, nominal), gun(copper, nominal),
    )  # fmt: skip
    assert found.vanadium_flux / 2 == pytest.approx(gun(oxide, nominal).flux_ref, rel=1e-4)
    assert found.copper_flux == pytest.approx(gun(copper, nominal).flux_ref, rel=1e-4)
    assert found.packing_alone == pytest.approx(oxide.packing.alone.si, rel=1e-4)
    assert found.sheath_voltage == pytest.approx(copper.reference.sheath_voltage.si, rel=1e-3)


def test_copper_needs_room() -> None:
    """Mass balance: Cu/V 0.46 makes the dense film 28 % larger per vanadium, 58 % of it Cu2V2O7."""
    v = phase_volumes(VOC1, nominal)
    assert v.per_host(0.46, False) / v.per_host(0.0, False) == pytest.approx(1.284, abs=0.002)
    assert grow("VOC1").phases["Cu2V2O7"] == pytest.approx(0.58, abs=0.005)
    assert any("28 %" in remark and "385 nm" in remark for remark in grow("VOC1").remarks)


def test_copper_in_excess_is_found_without_being_put_in() -> None:
    """Row anneal-cu2v2o7 says that VOC2 has copper in excess: most draws agree, and it was not used."""
    grown = grow("VOC2", {"anneal.temperature": "773 K"})
    assert grown.crystalline and "CuO" in grown.phases
    assert np.mean(np.asarray(grown.draws.ratio) > 1.0) > 0.6


# ---- properties ----


@examples(250)
@given(st.floats(1.0, 1000.0), st.floats(0.1, 3.0))
def test_thickness_is_linear_in_time(minutes: float, power: float) -> None:
    one, two = at(time=f"{minutes} min", power_Cu=f"{power} W"), at(time=f"{2 * minutes} min", power_Cu=f"{power} W")
    assert float(two.thickness) == pytest.approx(2 * float(one.thickness), rel=1e-12)
    assert float(two.ratio) == float(one.ratio)


@examples(250)
@given(st.floats(0.15, 20.0), st.floats(1.01, 3.0))
def test_more_power_more_copper(power: float, factor: float) -> None:
    assert float(at(power_Cu=f"{factor * power} W").ratio) > float(at(power_Cu=f"{power} W").ratio)


def test_copper_has_a_threshold_power() -> None:
    """V_d = 43.8 V (P/1 W)^(1/2) reaches 16.9 eV at 0.148 W."""
    assert float(at(power_Cu="0.148 W").ratio) == 0.0 < float(at(power_Cu="0.15 W").ratio)
    assert any("Cu adds nothing" in remark for remark in grow("VOC1", {"power.Cu": "0.1 W"}).remarks)


@examples(250)
@given(st.floats(0.1, 5.0), st.floats(2.0, 20.0))
def test_atoms_are_conserved(power: float, distance: float) -> None:
    """Vanadium and copper in the film are those that arrived: thickness times packing over the volume per V."""
    grown = at(power_Cu=f"{power} W", distance=f"{distance} cm")
    glass = float(grown.crystallised) < 0.5
    dense = float(grown.thickness) * float(grown.packing)
    vanadium = dense / float(phase_volumes(VOC1, nominal).per_host(grown.ratio, glass))
    assert vanadium == pytest.approx(7200.0 * 2 * float(grown.flux["V2O5"]), rel=1e-9)
    assert vanadium * float(grown.ratio) == pytest.approx(7200.0 * float(grown.flux["Cu"]), rel=1e-9)


def test_more_distance_or_gas_less_film() -> None:
    assert float(at(distance="10 cm").thickness) < float(at().thickness)
    assert float(at(pressure="3 Pa").thickness) < float(at().thickness)


def test_ranges_widen_away_from_the_measured_films() -> None:
    def width(power: str) -> float:
        low, high = grow("VOC1", {"power.Cu": power}).interval("thickness")
        return high - low

    assert width("1 W") < 0.7 * width("0.5 W") and width("2 W") < 0.7 * width("3 W")


def test_the_same_path_gives_the_same_draws_within_the_range() -> None:
    draws, value = Draws(1000), LIBRARY.entry(Target, "Cu").reference.sheath_voltage
    drawn = draws("a", value, "V")
    assert (drawn == draws("a", value, "V")).all() and not (drawn == draws("b", value, "V")).any()
    assert drawn.min() >= 30.0 and drawn.max() <= 120.0
    assert np.median(drawn) == pytest.approx((30 * 120) ** 0.5, rel=0.1)  # even in the logarithm
    assert draws("c", LIBRARY.entry(Recipe, "VOC1").time, "s") == 7200.0


# ---- films for cells ----


@pytest.mark.parametrize("name", sorted(set(names("recipes"))))
def test_every_film_survives_the_way_through_a_file(name: str, tmp_path: Path) -> None:
    film = grow(name).film
    file = tmp_path / "film.toml"
    file.write_text(to_toml(film), encoding="utf-8")
    again = Library(calibration=None).film("film.toml", tmp_path)
    assert again == film
    assert to_toml(again) == file.read_text(encoding="utf-8")


def test_films_have_the_structure_of_the_library() -> None:
    """Same matrix, domain and lent values; the glass loses what its copper oxide takes up."""
    for name in ("VO", "VOC1"):
        grown, known = grow(name).film, LIBRARY.film(name)
        assert (grown.matrix, grown.domain) == (known.matrix, known.domain)
        lent = {path.split(".", 2)[2]: value for path, value in value_paths(grown)}
        for path, value in value_paths(known):
            key = path.split(".", 2)[2]
            if key.startswith(("hetero_i0", "activation", "transport_factor", "utilisation")):
                assert lent[key].value == value.value
                assert lent[key].source == f"lent by the film {name}: {value.source}"
        assert getattr(grown.domain_size, "si", None) == getattr(known.domain_size, "si", None)
    glass = grow("VOC2")
    assert glass.film.matrix == "a-CuVO" and glass.film.cu_to_v.value == 1.0
    own = LIBRARY.phase("a-CuVO").utilisation.value
    assert glass.film.utilisation["a-CuVO"].value == pytest.approx(own * glass.phases["Cu2V2O7"])


def test_a_recipe_without_a_lender_takes_nothing_from_any_film() -> None:
    """Not from VOC1 either: the exchange current is assumed and has its range, transport is Bruggeman's."""
    recipe = LIBRARY.entry(Recipe, "VOC1").model_copy(update={"like": None, "name": "own"})
    found = grow(recipe)
    film = found.film
    assert film.hetero_i0 is not None and film.hetero_i0.kind == "assumed"
    assert film.hetero_i0.span == (1e-5, 0.1) and "no film to lend one" in film.hetero_i0.source
    assert (film.transport_factor.value, film.activation, film.utilisation) == (1.0, None, {})
    assert any("hetero-interface is assumed (0.001 mA/cm2, 1e-05 to 0.1)" in said for said in found.remarks)
    assert any("lent by the film VOC1" in said for said in grow("VOC1").remarks)


def test_a_cell_takes_the_film(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(to_toml(grow("VOC1").film))
    spec = LIBRARY.cell("vo-half").spec.model_copy(update={"name": "mine", "film": "mine.toml"})
    (tmp_path / "cell.toml").write_text(to_toml(spec))
    cell = Cell.load(tmp_path / "cell.toml")
    assert cell.composition.domain is not None
    assert cell.composition.domain.volume_fraction == pytest.approx(0.58, abs=0.005)


def test_a_film_of_the_library_is_written_whole() -> None:
    for name in names("films"):
        film = LIBRARY.film(name)
        assert Film.model_validate(tomllib.loads(to_toml(film))) == film


def test_crystallised_copper_poor_glass_has_no_entry() -> None:
    with pytest.raises(HeterofilmError, match="stays amorphous with Cu/V 0"):
        _ = grow("VOC1", {"anneal.temperature": "400 K"}).film
    with pytest.raises(HeterofilmError, match="no amorphous LiCoO2"):
        _ = grow("LCO", {"anneal.temperature": "500 K"}).film


# ---- what is refused ----


@pytest.mark.parametrize(
    ("recipe", "changes", "says"),
    [
        ("VO1", {}, "did you mean 'VO"),
        ("VOC1", {"pressure": "0 Pa"}, "expected a positive value in Pa"),
        ("VOC1", {"pressure": "-1 Pa"}, "expected a positive value in Pa"),
        ("VOC1", {"pressure": "300 Pa"}, "at most 100 Pa"),
        ("VOC1", {"power.Cu": "1.5 V"}, "expected a quantity in W"),
        ("VOC1", {"power.Cu": "1.5"}, "no unit"),
        ("VOC1", {"power.Cu": "-1 W"}, "at least 0 W"),
        ("VOC1", {"power.Cv": "1 W"}, "no 'Cv' among the targets"),
        ("VOC1", {"power.LiCo02": "1 W"}, "did you mean 'LiCoO2'"),
        ("VOC1", {"powr.Cu": "1 W"}, "did you mean 'power'"),
        ("VOC1", {"anneal.temperature": "-10 K"}, "expected a positive value in K"),
        ("VOC1", {"anneal.temperature": "-300 degC"}, "expected a positive value in K"),
        ("VOC1", {"anneal.temperature": "9000 K"}, "at most 2000 K"),
        ("VOC1", {"anneal.time": "-1 h"}, "at least 0 h"),
        ("VOC1", {"time": "0 min"}, "expected a positive value in min"),
        ("VOC1", {"time": "1e9 min"}, "at most"),
        ("VOC1", {"time": "120 nm"}, "expected a quantity in min"),
        ("VOC1", {"distance": "0 cm"}, "expected a positive value in cm"),
        ("VOC1", {"time": "long"}, "'long' is not a quantity"),
        ("VOC1", {"power.V2O5": "0 W"}, "holds no vanadium"),
        ("VO", {"power.V2O5": "0 W"}, "has no power on any target; set for example power.V2O5"),
        ("VO", {"power.V2O5": "1 W"}, "reach 25 eV on V2O5, below its sputter threshold of 39.7 eV"),
        ("LCO", {"power.V2O5": "100 W"}, "knows no phases for a film of Co, Li, O, V from LiCoO2 and V2O5"),
        ("VOC1", {"title": "5 W"}, "not a quantity that can be set"),
    ],
)
def test_impossible_recipes_are_refused_in_one_sentence(recipe: str, changes: dict[str, str], says: str) -> None:
    with pytest.raises(HeterofilmError) as caught:
        grow(recipe, changes)
    assert says in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[power]", "[powers]", "did you mean 'power'"),
        ("pressure =", "presure =", "did you mean 'pressure'"),
        ('like = "VOC1"', 'like = "VOC11"', "did you mean 'VOC1'"),
        ("low = 285.0, high = 315.0", "low = 285.0", "needs low and high"),
        ("domain_size =", "# domain_size =", "whose size growth does not predict"),
    ],
)
def test_bad_files_are_refused_in_one_sentence(old: str, new: str, says: str, tmp_path: Path) -> None:
    text = (DATA / "recipes" / "VOC1.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "mine.toml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(HeterofilmError) as caught:
        _ = grow(tmp_path / "mine.toml").film
    assert says in str(caught.value) and "\n" not in str(caught.value)


def test_a_target_of_ones_own(tmp_path: Path) -> None:
    """Beside the recipe; one whose stated rate cannot be is refused."""
    target = (DATA / "targets" / "LiCoO2.toml").read_text(encoding="utf-8")
    recipe = (DATA / "recipes" / "LCO.toml").read_text(encoding="utf-8")
    (tmp_path / "own.toml").write_text(recipe.replace("[power]\nLiCoO2", '[power]\n"target.toml"'), encoding="utf-8")
    (tmp_path / "target.toml").write_text(target.replace('name = "LiCoO2"', 'name = "mine"'), encoding="utf-8")
    assert grow(tmp_path / "own.toml").thickness == pytest.approx(grow("LCO").thickness)
    (tmp_path / "target.toml").write_text(
        target.replace(
            'sheath_voltage = { value = 250.0, unit = "V"', 'sheath_voltage = { value = 20.0, unit = "V"'
        ).replace("low = 100.0, high = 450.0", "low = 10.0, high = 450.0"),
        encoding="utf-8",
    )
    with pytest.raises(HeterofilmError, match="states a rate at a sheath voltage of 20 V, below"):
        grow(tmp_path / "own.toml")


def test_the_model_alone_is_far_from_the_films() -> None:
    """Uncalibrated rates give five times less copper than measured; the note says so."""
    alone = next(note.value for note in grow("VOC1").notes if note.quantity == "Cu/V, model alone")
    assert 0.05 < alone < 0.2


def test_a_recipe_without_anneal_stays_amorphous(tmp_path: Path) -> None:
    text = (DATA / "recipes" / "VO.toml").read_text(encoding="utf-8")
    before, after = text.split("[anneal]")
    (tmp_path / "cold.toml").write_text(before, encoding="utf-8")
    grown = grow(tmp_path / "cold.toml")
    assert not grown.crystalline and float(grown.state.crystallised) == 0.0
    with pytest.raises(HeterofilmError, match=r"has no \[anneal\]"):
        grow(tmp_path / "cold.toml", {"anneal.temperature": "573 K"})
    (tmp_path / "odd.toml").write_text(before + after[after.index("[outcome]") :], encoding="utf-8")
    with pytest.raises(HeterofilmError, match="Only 0 of 40000 draws"):  # which says that it came out crystalline
        grow(tmp_path / "odd.toml")


def test_every_number_has_a_kind_and_a_source() -> None:
    for note in grow("VOC1").notes:
        assert note.kind in ("measured", "calibrated", "computed", "assumed") and note.source, note.quantity
