"""Sample files on the disk: what is written is what is read, and nothing that a hand wrote is lost."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.app.session.sheets import FILE, HEAD, ORIGINAL, as_toml, found_in, remove, write

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
VALUES = st.one_of(
    TEXT, st.integers(-(2**60), 2**60), st.booleans(), st.floats(allow_nan=False), st.lists(TEXT, max_size=3)
)
TABLES = st.dictionaries(TEXT.filter(lambda key: key != "files"), VALUES, max_size=5)


@given(sheet=TABLES, files=st.lists(TABLES, max_size=3))
def test_toml_says_what_the_sheet_says(sheet: dict[str, Any], files: list[dict[str, Any]]) -> None:
    """Whatever keys and texts hold: quotes, line ends, signs of another alphabet."""
    whole = {**sheet, **({"files": files} if files else {})}
    assert tomllib.loads(as_toml(whole)) == whole


def test_the_same_is_not_written_again(tmp_path: Path) -> None:
    """A file that says it already keeps its comments, whoever wrote it."""
    place = tmp_path / "VO" / FILE
    place.parent.mkdir()
    place.write_text('# mine\nname = "VO"\n', encoding="utf-8")
    assert write(tmp_path, "VO", {"name": "VO"}) == "" and place.read_text(encoding="utf-8").startswith("# mine")


def test_what_a_hand_wrote_is_put_aside_once(tmp_path: Path) -> None:
    """The first original stays, also when the sheet changes again."""
    place = tmp_path / "VO" / FILE
    place.parent.mkdir()
    place.write_text('# mine\nname = "VO"\n', encoding="utf-8")
    assert ORIGINAL in write(tmp_path, "VO", {"name": "other"})
    assert write(tmp_path, "VO", {"name": "third"}) == ""
    assert place.with_name(ORIGINAL).read_text(encoding="utf-8").startswith("# mine")
    assert place.read_text(encoding="utf-8") == HEAD + 'name = "third"\n'


def test_a_damaged_file_is_put_aside_too(tmp_path: Path) -> None:
    place = tmp_path / "VO" / FILE
    place.parent.mkdir()
    place.write_text("name = ", encoding="utf-8")
    assert ORIGINAL in write(tmp_path, "VO", {"name": "VO"}) and tomllib.loads(place.read_text("utf-8")) == {
        "name": "VO"
    }


def test_found_are_all_and_each_that_is_none_has_its_sentence(tmp_path: Path) -> None:
    write(tmp_path, "B", {"name": "B"})
    write(tmp_path, "A", {"name": "A"})
    (tmp_path / "C").mkdir()
    (tmp_path / "C" / FILE).write_text("name = ", encoding="utf-8")
    (tmp_path / "D").mkdir()
    found, faults = found_in(tmp_path)
    assert list(found) == ["A", "B"] and len(faults) == 1 and FILE in faults[0]


@pytest.mark.parametrize("own", [True, False])
def test_only_a_file_of_the_app_is_removed(own: bool, tmp_path: Path) -> None:
    write(tmp_path, "VO", {"name": "VO"})
    place = tmp_path / "VO" / FILE
    if not own:
        place.write_text('name = "VO"\n', encoding="utf-8")
    remove(tmp_path, "VO")
    assert place.exists() != own and place.parent.exists()
