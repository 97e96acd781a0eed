"""Questions: kept as JSON and back, refused in a sentence where they make no sense or lead out of the project; their
line in the script gives the rows that the page shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

import heterofilm as hf
from heterofilm.app.session import Session
from heterofilm.app.session.actions import ACTIONS, Unask
from heterofilm.app.session.questions import rows_of
from heterofilm.app.session.questions.atoms import Atoms
from heterofilm.app.session.questions.design import AIMS, TargetOf, template
from heterofilm.app.session.questions.device import Device, ServiceOf
from heterofilm.app.session.questions.experiment import Experiment
from heterofilm.app.session.questions.film import Block, Film
from heterofilm.app.session.questions.fit import Fit
from heterofilm.app.session.questions.junction import Junction
from heterofilm.app.session.questions.limits import Limits
from heterofilm.app.session.questions.paper import Paper
from heterofilm.app.session.questions.question import Question
from heterofilm.errors import HeterofilmError

FIT = {"cell": "vo-half", "data": ("s/a.csv",), "sheets": {"s": {"name": "s"}}, "free": ("phases.V2O5.D",)}
ASKED = {"cell": "vo-half", "free": ("phases.V2O5.D",), "protocols": ("Discharge at 20 uA/cm2 for 10 min",)}
STUDY = template(AIMS[1], "VO").replace("most = 24", "most = 8")
TARGET = TargetOf(cell="vo-half", values={"phases.V2O5.D": 1e-13}, study=STUDY)
ALL = [
    Film(), Film(recipe="", cu_to_v=0.4), Block(), Junction(settings={"semiconductors.V2O5.gap": 2.2}), Device(mm=4.0),
    ServiceOf(harvester="indoor-light"), Atoms(), Limits(cell="vo-half"), Paper(), Fit(**FIT), Experiment(**ASKED),
    TARGET,
]  # fmt: skip
QUICK = [
    Film(recipe="", cu_to_v=0.4), Block(fraction=0.3, nm=8.0), Junction(settings={"semiconductors.V2O5.gap": 2.2}),
    Experiment(**ASKED), TARGET,
]  # fmt: skip
SENSELESS: list[tuple[Any, str]] = [
    (lambda: Film(recipe="VOC9"), "did you mean"), (lambda: Film(settings={"power.Xx": "1 W"}), "Xx"),
    (lambda: Film(recipe="", cu_to_v=50.0), "Cu"), (lambda: Film(recipe="../x.toml"), "leads out"),
    (lambda: Film(recipe=""), "Cu : V"), (lambda: Junction(name="/etc/x.toml"), "leads out"),
    (lambda: Device(name="../../x.toml"), "leads out"), (lambda: Device(mm=1e-3), "less than the stack"),
    (lambda: ServiceOf(node="none"), "none"), (lambda: Limits(cell="../x.toml"), "leads out"),
    (lambda: Fit(**{**FIT, "data": ("other/a.csv",)}), "no measured curve"),
    (lambda: Fit(**{**FIT, "free": ("phases.V2O5.DD",)}), "DD"),
    (lambda: Unask(question="film"), "no question"),
]  # fmt: skip


@pytest.mark.parametrize("question", ALL, ids=lambda one: one.words[:20])
def test_it_is_kept_as_json_and_undone(question: Question, tmp_path: Path) -> None:
    assert ACTIONS.validate_python([question.model_dump(mode="json")]) == [question]
    with Session(tmp_path) as session:
        session.do(question)
        assert session.state.asked == {question.kind: question}
        session.do(Unask(question=question.kind))
        assert not session.state.asked
        session.undo()
        session.undo()
        assert not session.state.asked


@pytest.mark.parametrize(("made", "words"), SENSELESS)
def test_what_makes_no_sense_is_one_sentence(made: Any, words: str, tmp_path: Path) -> None:
    with Session(tmp_path) as session, pytest.raises(HeterofilmError, match=words):
        session.do(made())
    assert not session.actions


@pytest.mark.parametrize(
    "made", [lambda: Block(fraction=1.5), lambda: Device(mm=-1.0), lambda: Limits(cell="x", uA_cm2=0)]
)
def test_what_no_question_can_hold_is_not_made(made: Any) -> None:
    with pytest.raises(ValidationError):
        made()


@pytest.mark.parametrize("question", QUICK, ids=lambda one: one.kind)
def test_the_line_of_the_script_gives_the_rows_of_the_page(question: Question, tmp_path: Path) -> None:
    names: dict[str, Any] = {"hf": hf, "here": tmp_path}
    for line in question.imports:
        exec(line, names)
    shown = question.answered(tmp_path)
    assert rows_of(question.kind, eval(question.call, names)) == shown.rows
    assert all(row["of"] == question.kind for row in shown.rows)


@pytest.mark.parametrize("kind", [Film, Junction, Device])
def test_what_is_offered_can_be_set(kind: type[Any], tmp_path: Path) -> None:
    """Every tenth path that a question offers is taken with the value beside it; a composition has none."""
    offered = kind().settable(tmp_path)
    assert len(offered) > 5
    for path, value in list(offered.items())[::10]:
        kind(settings={path: value}).check(tmp_path)
    assert Film(recipe="", cu_to_v=0.4).settable(tmp_path) == {} == Limits(cell="vo-half").settable(tmp_path)
