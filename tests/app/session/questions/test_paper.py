"""The paper's claims as a question: one row of the session for each, what is no number in words, failures told."""

from __future__ import annotations

import argparse
import subprocess
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from heterofilm.app.session.questions import paper
from heterofilm.app.session.questions.paper import FOLDER, SHOWN, Paper, claims_answered, paper_rows
from heterofilm.commands import run
from heterofilm.errors import SimulationError

CLAIMS = pl.DataFrame(
    {
        **{name: ["", "", ""] for name in SHOWN}, "id": ["a", "b", "c"], "simulated": ["1.5", "not reached", ""],
        "measured": ["1.4", "2", "3"], "verdict": ["agrees", "", ""], "unit": ["V", "V", "V"],
    }
)  # fmt: skip


def ended(code: int, said: str = "") -> Any:
    """A study that ends with a code after it has written its claims."""

    def act(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        out = Path(command[command.index("--out") + 1])
        out.mkdir(parents=True, exist_ok=True)
        CLAIMS.write_csv(out / "claims.csv")
        return subprocess.CompletedProcess(command, code, "", said)

    return act


def test_an_answer_without_a_number_stays_in_words() -> None:
    rows = paper_rows(CLAIMS)
    assert [(name, value) for name, value, _, _ in rows] == [("a", 1.5), ("b", None), ("c", None)]
    assert rows[0][3] == "paper: 1.4; agrees" and rows[1][3] == "not reached; paper: 2"


@pytest.mark.parametrize("code", [0, 1])
def test_every_claim_is_on_the_page_and_none_without_a_verdict_is_hidden(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where some runs failed (1): the table says which have no answer."""
    monkeypatch.setattr(paper.subprocess, "run", ended(code))
    answered = Paper().answered(tmp_path)
    assert answered.notes == ["3 rows: 1 agrees, 2 without a verdict."]
    ((name, head, rows),) = answered.tables
    assert name == "Claims" and len(head) == len(SHOWN) and [row[0] for row in rows] == ["a", "b", "c"]
    assert len(answered.rows) == 3


@pytest.mark.parametrize(("said", "told"), [("no such cell", "no such cell"), ("", "without a word")])
def test_a_study_that_fails_says_why(said: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper.subprocess, "run", ended(2, said))
    with pytest.raises(SimulationError, match=told):
        claims_answered(tmp_path / "out")


def test_its_command_is_one_of_the_command_line() -> None:
    """Into the folder that its script reads; it is a job, for it takes minutes."""
    parser = argparse.ArgumentParser()
    run.options(parser)
    given = parser.parse_args(Paper().command[2:])
    assert str(given.out) == FOLDER and given.members == 0 and Paper().long and repr(FOLDER) in Paper().call
