"""Texts to begin with: what is the user's stands there as stated, and what is another material's says so.

What the files do once they are written is checked in `test_beginning.py`.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from heterofilm.library.template import EXAMPLES, KINDS, short_cell, template

TABLE = "measured.csv"
BEGUN = {"cell": "vo-half", "film": "VO", "phase": "V2O5", "electrolyte": "liquid-1M"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_is_toml_with_the_keys_that_were_given(kind: str) -> None:
    """Under the name that it is given, and with the command that tries the file it is written to."""
    text = template(kind, {"name": "mine"}, file=Path("own.toml"))
    assert tomllib.loads(text)["name"] == "mine"
    assert "own.toml" in text.split("Try it:")[1].splitlines()[0]


def test_with_a_table_of_its_own_a_phase_borrows_nothing_in_silence() -> None:
    """The potential is the table's; each value that an entry must have and the user did not state is a placeholder that
    names the example, and what can be left out is."""
    text = template("phase", {"name": "mine", "formula": "MoO3"}, ocv=TABLE)
    found = tomllib.loads(text)
    assert found["ocv"]["file"] == TABLE and "couples" not in found
    assert found["formula"] == "MoO3" and "# placeholder" not in next(
        line for line in text.splitlines() if line.startswith("formula = ")
    )
    example = EXAMPLES["phase"][1]
    borrowed = [value for value in found.values() if isinstance(value, dict) and "source" in value and "value" in value]
    assert borrowed and all(one["source"] == f"placeholder: that of {example}, replace it" for one in borrowed)
    assert all(one["kind"] == "assumed" for one in borrowed)


def test_a_short_cell_holds_its_film_in_one_file() -> None:
    """Without a table the film is that of the example; with one the phase stands in it too, around the table."""
    given = {"name": "mine", "title": "Mine"}
    plain = tomllib.loads(short_cell(Path("mine.toml"), given, BEGUN, None))
    assert plain["name"] == "mine" and plain["film"]["matrix"] == "V2O5"
    own = tomllib.loads(short_cell(Path("mine.toml"), given, BEGUN, TABLE))
    assert own["film"]["matrix"]["ocv"]["file"] == TABLE and own["film"]["matrix"]["name"] == "mine-phase"
