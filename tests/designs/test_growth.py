"""Settings of a recipe as inputs of a design: the film of every design is the one that they grow."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import heterofilm as hf
from heterofilm.cell import Cell
from heterofilm.designs.growth import Growth
from heterofilm.errors import HeterofilmError
from heterofilm.sweeps.study import Range

TIME, POWER = "recipe.time", "recipe.power.Cu"
MINUTES: dict[str, Any] = {"low": "30 min", "high": "5 h", "scale": "log"}
STUDY: dict[str, Any] = {
    "cell": "vo-half", "recipe": "VO", "runs": {"fast": "Discharge at 40 uA/cm2"}, "inputs": {TIME: MINUTES},
    "outputs": {"capacity": "fast.capacity_uAh_cm2", "minutes": "time", "film": "grown.thickness_nm"},
    "goal": {"minimise": "minutes", "where": {"capacity": {"at_least": 8.0}}}, "most": 14,
}  # fmt: skip


def growth(**inputs: Range) -> Growth:
    ranges = {path.replace("__", "."): one for path, one in inputs.items()}
    return Growth("VOC1", Path(), Cell.load("voc1-half"), ranges)


def test_the_film_is_the_one_that_the_recipe_grows() -> None:
    """Thickness and Cu/V are those of `grow` with the same settings; the size of domains is the recipe's."""
    own = growth(recipe__power__Cu=Range(low=0.2, high=0.8), recipe__time=Range(low="1 h", high="3 h"))
    assert own.ranges[TIME] == (60.0, 180.0, False)
    film, numbers = own(np.array([[0.5, 90.0]]))
    grown = hf.grow("VOC1", {"power.Cu": "0.5 W", "time": "90 min"})
    assert own.paths == ("films.VOC1.thickness", "films.VOC1.cu_to_v", "films.VOC1.domain_size")
    assert film[0, :2] == pytest.approx([1e9 * grown.thickness, grown.ratio])
    assert numbers["grown.thickness_nm"] == pytest.approx(film[:, 0])


def test_a_film_of_other_phases_is_a_design_that_cannot_be_run() -> None:
    """Much copper makes a glass: nothing in place of a number, and the reason."""
    own = growth(recipe__power__Cu=Range(low=0.2, high=4.0))
    film, numbers = own(np.array([[0.5], [2.0]]))
    assert np.isfinite(film[0]).all() and np.isnan(film[1]).all()
    assert numbers["grown.ratio"][1] > 1.0
    ((reason, count),) = own.reasons.items()
    assert "a-CuVO" in reason and count == 1


def test_the_shortest_deposition_that_serves() -> None:
    """The best meets its limit and no shorter one that was tried does; its cell has the film that its line grows."""
    found = hf.design(STUDY)
    best, tried = found.best.row(0, named=True), found.runs
    assert best["capacity"] >= 8.0
    assert tried.filter(tried[TIME] < 0.98 * best[TIME])["capacity"].max() < 8.0  # type: ignore[operator]
    line = next(note for note in found.notes if note.startswith("Grow it: heterofilm grow VO "))
    setting = line.partition('--set time="')[2].rstrip('"')
    thickness = hf.grow("VO", {"time": setting}).thickness
    assert found.best_cell().thickness == pytest.approx(thickness)
    assert best["film"] == pytest.approx(1e9 * thickness)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"recipe": ""}, "name it, for example recipe"),
        ({"inputs": {"films.VO.thickness": {"low": 100, "high": 900}}}, "no setting is an input"),
        ({"recipe": "LCO"}, "grows a film of LiCoO2.*is of V2O5"),
        ({"inputs": {"recipe.powers.Cu": {"low": 0, "high": 1}}}, "leads nowhere at 'powers'"),
        ({"inputs": {"recipe.title": {"low": 0, "high": 1}}}, "is not a quantity"),
        (
            {"inputs": {TIME: MINUTES, "films.VO.thickness": {"low": 100, "high": 900}}},
            "'films.VO.thickness' is what recipe 'VO' makes",
        ),
        ({"runs": {"grown": "Discharge at 40 uA/cm2"}}, "no run is called 'grown'"),
    ],
)
def test_what_makes_no_sense_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(HeterofilmError, match=words):
        hf.design(STUDY | changes)
