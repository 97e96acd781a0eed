"""What to measure next: what its question holds, and its line as a command."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest

from heterofilm.app.session.questions.experiment import Experiment
from heterofilm.commands import experiment
from heterofilm.errors import HeterofilmError

ASKED: dict[str, Any] = {
    "cell": "vo-half", "free": ("phases.V2O5.D",), "protocols": ("Discharge at 20 uA/cm2 for 10 min",),
    "values": {"films.VO.thickness": "500 nm"}, "noise": "2 mV",
}  # fmt: skip


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"protocols": ("Dischage at 20 uA/cm2",)}, "[Dd]id you mean"), ({"free": ("phases.V2O5.DD",)}, "DD"),
        ({"cell": "../x.toml"}, "leads out"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_one_sentence(other: dict[str, Any], words: str, tmp_path: Path) -> None:
    with pytest.raises(HeterofilmError, match=words):
        Experiment(**{**ASKED, **other}).check(tmp_path)


def test_its_command_says_the_same() -> None:
    """Values, protocols, noise and what is set are those that the command line reads."""
    parser = argparse.ArgumentParser()
    experiment.options(parser)
    given = parser.parse_args(Experiment(**ASKED).command[2:])
    assert (given.cell, given.values, given.protocol) == ("vo-half", list(ASKED["free"]), list(ASKED["protocols"]))
    assert given.noise == "2 mV" and given.set == ["films.VO.thickness=500 nm"]
