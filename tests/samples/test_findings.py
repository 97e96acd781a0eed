"""What analyses found: added up without loss or doubling, signed with sample and file."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.figures.elements import Series
from heterofilm.figures.figure import Figure
from heterofilm.records.result import Result
from heterofilm.samples import Findings
from heterofilm.samples.findings import slug, slugs


def figure(name: str) -> Figure:
    return Figure(name, name, "", "x", "y", [Series("a", [0.0, 1.0], [0.0, 1.0])])


def test_rows_are_signed_by_the_sheet() -> None:
    """The sheet names sample and file, whatever an instrument calls them; what says more than the file's name stays."""
    rows = [Result("a", 1.0), Result("b", 1.0, sample="synthetic film", file="x.txt"),
            Result("c", 1.0, file="raw/x.txt, spectrum 2")]  # fmt: skip
    signed = Findings(rows).of("VOC1", "raw/x.txt").results
    assert [r.sample for r in signed] == ["VOC1"] * 3
    assert [r.file for r in signed] == ["raw/x.txt", "raw/x.txt", "raw/x.txt, spectrum 2"]
    assert [r.quantity for r in signed] == ["a", "b", "c"]


def test_a_sum_keeps_all_and_says_nothing_twice() -> None:
    one = Findings([Result("a", 1.0)], [figure("f")], {"t": pl.DataFrame({"x": [1]})}, ["done so"], ["mind"])
    two = Findings([Result("a", 1.0)], [figure("g")], {"u": pl.DataFrame({"x": [2]})}, ["done so", "and so"], ["mind"])
    both = one + two
    assert len(both.results) == 2 and [f.name for f in both.figures] == ["f", "g"] and set(both.tables) == {"t", "u"}
    assert both.methods == ["done so", "and so"] and both.notes == ["mind"]
    assert (Findings() + one) == one == (one + Findings())


def test_names_of_several_files_do_not_meet() -> None:
    found = Findings(figures=[figure("f")], tables={"t": pl.DataFrame({"x": [1]})})
    both = found.renamed("one") + found.renamed("two")
    assert [f.name for f in both.figures] == ["one-f", "two-f"] and set(both.tables) == {"one-t", "two-t"}


@given(st.text())
def test_a_slug_may_stand_in_a_file_s_name(name: str) -> None:
    made = slug(name)
    assert 0 < len(made) <= 40 and set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") and made[0] != "-"


@pytest.mark.parametrize(("name", "made"), [("VOC1-07, 2.9 V", "voc1-07-2-9-v"), ("../../x", "x"), ("µ", "file")])
def test_slugs_of_names(name: str, made: str) -> None:
    assert slug(name) == made


@given(st.lists(st.text(max_size=60), max_size=6))
def test_slugs_are_told_apart(names: list[str]) -> None:
    """On a file system that does not tell capitals apart, too: slugs have none."""
    made = slugs(names)
    assert len(set(made)) == len(names) and all(one and one == one.lower() for one in made)


def test_a_name_that_two_share_gives_way_to_the_longer_one() -> None:
    assert slugs(["cv", "CV", "eis"], ["raw/a/cv", "raw/b/CV", "raw/eis"]) == ["raw-a-cv", "raw-b-cv", "eis"]
    assert slugs(["x", "x", "x-2"]) == ["x", "x-2", "x-2-2"]
