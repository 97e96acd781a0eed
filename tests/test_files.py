"""A file appears whole or not at all."""

import math
import re
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.errors import HeterofilmError
from heterofilm.files import FORMULA, NUMBER, atomic, file_stem, inert, real, write_table


def test_whole(tmp_path: Path) -> None:
    atomic(tmp_path / "a.txt", lambda target: target.write_text("whole"))
    assert (tmp_path / "a.txt").read_text() == "whole"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")

    def fails(target: Path) -> None:
        target.write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(HeterofilmError, match="No space left"):
        atomic(tmp_path / "a.txt", fails)
    assert (tmp_path / "a.txt").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


@given(st.text())
def test_every_name_has_a_stem_of_its_own_that_any_system_takes(name: str) -> None:
    stem = file_stem(name)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_+-]{0,79}", stem) and stem not in (file_stem(name + "/"), "..")
    assert file_stem(stem) == stem or name == stem


@given(st.text(), st.floats(allow_nan=False))
def test_a_text_never_begins_a_formula_and_a_number_is_left_alone(text: str, number: float) -> None:
    safe = inert(text)
    assert safe in (text, f"'{text}") and (not safe.startswith(FORMULA) or NUMBER.fullmatch(safe))
    assert inert(f"{number:.6g}") == f"{number:.6g}" or not math.isfinite(number)


def test_tables_are_written_inert_with_their_numbers_as_they_are(tmp_path: Path) -> None:
    table = pl.DataFrame({"=x": ["=1+1", "@a", "-2.5", None], "y": [-1.5, 2.0, float("nan"), None]})
    path = write_table(table, tmp_path / "t.csv")
    assert path.read_text() == "'=x,y\n'=1+1,-1.5\n'@a,2.0\n-2.5,NaN\n,\n"
    assert table.columns == ["=x", "y"]


def test_a_link_to_itself_has_a_place_like_others(tmp_path: Path) -> None:
    """It is told when it is opened; asking where it leads is no error."""
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "out").symlink_to(tmp_path.parent)
    assert real(tmp_path / "loop").parent == tmp_path.resolve()
    assert not real(tmp_path / "out" / "file").is_relative_to(tmp_path.resolve())
