"""The library: names, files and tables to entries, under overrides; where each comes from; refusals."""

from __future__ import annotations

from pathlib import Path

import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.library import Film, Library, Phase, load, load_cell, load_phase, names
from heterofilm.library.files import DATA, PARTS


def test_precedence_is_text_then_calibration_then_caller() -> None:
    path = "phases.V2O5.D"
    text, calibrated = Library(calibration=None).value(path), Library().value(path)
    assert text.kind != "calibrated" and calibrated.kind == "calibrated"
    assert Library({path: 1e-14}).value(path).value == 1e-14
    assert Library({path: "1e-18 m2/s"}).value(path).value == pytest.approx(1e-14)
    assert Library({path: 1e-14}).overridden == (path,)


def test_overrides_act_on_one_library_alone() -> None:
    """Entries are shared between libraries, changed ones are copies."""
    plain = Library()
    before = plain.phase("V2O5")
    assert Library({"phases.V2O5.D": 1e-14}).phase("V2O5") != before
    assert plain.phase("V2O5") is before


@pytest.mark.parametrize("name", names("cells"))
def test_every_part_of_a_cell_has_an_origin(name: str) -> None:
    cell = Library().cell(name)
    assert set(cell.origins) == set(cell.parts) and all(origin.packaged for origin in cell.origins.values())
    kinds = {path.split(".")[0] for path in cell.parts}
    assert kinds == {"cells", *PARTS["cells"].values(), "phases"}


def test_files_tables_and_entries_are_the_same_thing(tmp_path: Path) -> None:
    """By path, as a dictionary, and as the object itself; the origin says which."""
    text = (DATA / "films" / "VO.toml").read_text().replace('name = "VO"', 'name = "mine"')
    (tmp_path / "mine.toml").write_text(text)
    library = Library(calibration=None)
    by_file = library.film(tmp_path / "mine.toml")
    assert (
        by_file.name == "mine" and library.film("mine.toml", tmp_path) == by_file and library.film(by_file) == by_file
    )
    assert not library.origin(Film, tmp_path / "mine.toml").packaged and library.origin(Film, "VO").packaged
    assert str(library.origin(Film, by_file)) == "Python"
    assert load(Film, tmp_path / "mine.toml", calibration=None) == by_file


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"phases.V2O6.D": 1.0}, "names no entry of phases"),
        ({"phase.V2O5.D": 1.0}, "phases"),
        ({"D": 1.0}, "D"),
        (["phases.V2O5.D"], "pairs of a path and a value"),
        ({"phases.V2O5.D": True}, "must be a number"),
        ({"phases.V2O5.D": "1 V"}, "expected a quantity in cm2/s"),
    ],
)
def test_overrides_that_mean_nothing(overrides: object, said: str) -> None:
    """A path that names no entry of the package is of a cell of one's own, and told when the cell is made."""
    with pytest.raises(HeterofilmError, match=said):
        Library(overrides).cell("vo-half")  # type: ignore[arg-type]


def test_one_name_or_a_path() -> None:
    assert isinstance(load_phase("V2O5"), Phase) and load_cell("vo-half").spec.name == "vo-half"
    for wrong in ("no-such", "no-such.toml", Path("no-such.toml")):
        with pytest.raises(HeterofilmError, match="no-such"):
            load_phase(wrong)  # type: ignore[arg-type]
    with pytest.raises(HeterofilmError, match="does not hold a quantity"):
        Library().value("phases.V2O5.couples")


def test_a_file_that_is_not_there_is_answered_with_one_that_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a file that another one names is relative to that; a misspelt ending is met as a misspelt name is."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mycell.toml").write_text('name = "mine"\nfilm = "myfilm.toml"\n')
    for given in ("mycel.toml", "mycell.tml"):
        with pytest.raises(HeterofilmError, match=r"id you mean 'mycell.toml'\?") as caught:
            load_cell(given)
        assert "that names it" not in str(caught.value)
    with pytest.raises(HeterofilmError, match=r"relative to the file that names it\.$"):
        Library().cell({"name": "c", "title": "c", "film": "else.toml", "electrolyte": "LiPON", "area": "1 cm2",
                        "series_resistance": "0 ohm cm2", "lower_voltage": "3 V", "upper_voltage": "4 V"},
                       tmp_path)  # fmt: skip


def test_a_phase_where_a_film_is_asked_for_names_the_films_of_it() -> None:
    with pytest.raises(
        HeterofilmError, match=r"'V2O5' is a phase; the films of the library that are made of it: .*VO, VOC1"
    ):
        Library().film("V2O5")
