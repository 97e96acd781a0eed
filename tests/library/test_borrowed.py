"""A changed number that keeps its source is told: the source speaks of another one."""

from __future__ import annotations

import re
from pathlib import Path

from heterofilm.cell import Cell
from heterofilm.library.beginning import new


def told(file: Path, **options: dict[str, str]) -> list[str]:
    return [said for said in Cell.load(file, **options).remarks if "keeps the source" in said]


def test_a_changed_number_that_keeps_its_source_is_told(tmp_path: Path) -> None:
    """In a file of one's own, begun as one of the library: the source speaks of 300 nm. Untouched, with a source of its
    own, or set from outside, there is nothing to tell."""
    (file,) = new("cell", tmp_path / "mine.toml", like="lmo-atfb", short=True)
    text = file.read_text(encoding="utf-8")
    assert not told(file)
    assert not told(file, overrides={"films.mine-film.thickness": "310 nm"})
    file.write_text(text.replace('value = 300.0, unit = "nm"', 'value = 310.0, unit = "nm"'), encoding="utf-8")
    (said,) = told(file)
    assert said.startswith("films.mine-film.thickness = 310 nm keeps the source of 300 nm (")
    file.write_text(re.sub("^thickness = .*", 'thickness = "310 nm"', text, flags=re.M), encoding="utf-8")
    assert not told(file)


def test_calibrated_values_have_the_source_that_they_were_written_with(tmp_path: Path) -> None:
    """A short file of a calibrated cell holds them with what they were calibrated on."""
    (file,) = new("cell", tmp_path / "mine.toml", like="voc1-half", short=True)
    assert "calibrated on" in file.read_text(encoding="utf-8") and not told(file)
