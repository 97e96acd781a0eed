"""A session: what is done is undone and redone to the same state, refused where it makes no sense, and found again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from draws import examples
from heterofilm.app.session import Session, State, numbers
from heterofilm.app.session.actions import (
    AddFiles,
    Analyse,
    ChooseCell,
    Compare,
    Describe,
    DropCurve,
    Keep,
    RemoveFile,
    ResetValue,
    SetStart,
    SetTest,
    SetValue,
    ShowCurve,
    TakeSheet,
)
from heterofilm.app.session.script import commands, script
from heterofilm.errors import FileFormatError, HeterofilmError, InputError
from heterofilm.records.record import Record
from heterofilm.samples import analyse, load_sample
from heterofilm.simulation.run import simulate
from synthetic_files import write_files

SHORT = "Discharge at 80 uA/cm2 until 2.15 V"


def test_undo_and_redo_lead_through_the_same_states(tmp_path: Path) -> None:
    """Undoing all and redoing all passes every state in turn, backwards and forwards."""
    done: list[Any] = [
        ChooseCell(cell="vo-half"),
        SetValue(path="films.VO.thickness", value="500 nm"),
        SetTest(test=SHORT),
        SetStart(start="3.3 V"),
        ShowCurve(),
        Keep(name="thick"),
        ResetValue(path="films.VO.thickness"),
        AddFiles(sample="one", files=("a.mpt", "b.vms")),
        Describe(sample="one", key="area", value="1 cm2"),
        Describe(sample="one", file="b.vms", key="what", value="xps"),
        Analyse(sample="one"),
        Compare(curves=("thick", "one/a.mpt")),
        RemoveFile(sample="one", file="a.mpt"),
        DropCurve(name="thick"),
    ]
    with Session(tmp_path / "p") as session:
        states = [session.state, *(session.do(action) for action in done)]
        assert len({repr(state) for state in states}) == len(states)
        for state in states[-2::-1]:
            assert session.undo() == state
        with pytest.raises(InputError, match="nothing to undo"):
            session.undo()
        for state in states[1:]:
            assert session.redo() == state
        with pytest.raises(InputError, match="nothing to redo"):
            session.redo()


NAMES = st.sampled_from(["a", "b"])
ACTIONS = st.one_of(
    st.builds(SetValue, path=st.just("films.VOC1.thickness"), value=st.floats(100.0, 900.0)),
    st.builds(ResetValue, path=st.just("films.VOC1.thickness")),
    st.builds(Keep, name=NAMES),
    st.builds(DropCurve, name=NAMES),
    st.builds(ShowCurve, shown=st.booleans()),
    st.builds(AddFiles, sample=NAMES, files=st.lists(st.sampled_from(["x", "y", "z"]), min_size=1).map(tuple)),
    st.builds(RemoveFile, sample=NAMES, file=st.sampled_from(["x", "y"])),
    st.builds(Describe, sample=NAMES, key=st.just("title"), value=st.sampled_from(["t", "u", None])),
    st.just("undo"),
    st.just("redo"),
)


@examples(250)
@given(steps=st.lists(ACTIONS, max_size=14))
def test_what_is_stored_is_what_was_there(steps: list[Any], tmp_path_factory: pytest.TempPathFactory) -> None:
    """After any actions, refused ones among them, the folder that is opened again has the same state and history; every
    sheet on the disk is that of the state."""
    folder = tmp_path_factory.mktemp("p")
    with Session(folder) as session:
        for step in steps:
            before = session.state
            try:
                getattr(session, step)() if isinstance(step, str) else session.do(step)
            except HeterofilmError:
                assert session.state == before
        state, place, actions = session.state, session.place, list(session.actions)
    with Session(folder) as again:
        assert (again.state, again.place, again.actions) == (state, place, actions)
    assert {path.parent.name: load_sample(path).sheet.name for path in folder.glob("*/sample.toml")} == {
        name: name for name in state.sheets
    }


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (ChooseCell(cell="voc1-haf"), "voc1-half"),
        (ChooseCell(cell="../../elsewhere.toml"), "leads out"),
        (SetValue(path="phases.V2O5.D", value="1 V"), "cm2/s"),
        (SetValue(path="films.VO.thickness", value=3.0), "does not act|VOC1"),
        (SetTest(test="Dischage at 5 uA/cm2"), "Discharge"),
        (SetStart(start="a third"), "a third"),
        (DropCurve(name="none"), "no curve"),
        (Keep(name="a/b"), "cannot be the name"),
        (Keep(name="now"), "cannot be the name"),
        (AddFiles(sample="..", files=("a",)), "cannot be the name"),
        (AddFiles(sample="one", files=("../../etc/passwd",)), "inside the folder"),
        (Describe(sample="none", key="area", value="1 cm2"), "no sample"),
        (Analyse(sample="none"), "no sample"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(action: Any, words: str, tmp_path: Path) -> None:
    with Session(tmp_path) as session:
        before = session.state
        with pytest.raises(HeterofilmError, match=words):
            session.do(action)
        assert session.state == before and not session.actions


def test_a_load_outside_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "load.csv").write_text("Time / s,Current / A\n0,1e-6\n10,1e-6\n")
    with Session(tmp_path / "p") as session, pytest.raises(InputError, match="leads out"):
        session.do(SetTest(test='Follow "../load.csv"'))


def test_a_slider_is_one_step_back(tmp_path: Path) -> None:
    """Values on the way of a slider, and a text as it is typed, are one action each."""
    with Session(tmp_path) as session:
        for value in (300.0, 310.0, 320.0):
            session.do(SetValue(path="films.VOC1.thickness", value=value))
        for text in (SHORT, f"{SHORT}; Rest for 1 h"):
            session.do(SetTest(test=text))
        assert len(session.actions) == 2
        session.undo()
        session.undo()
        assert session.state == State()


def test_a_folder_is_open_once(tmp_path: Path) -> None:
    with Session(tmp_path), pytest.raises(InputError, match="open in another app"):
        Session(tmp_path)
    Session(tmp_path).close()


def test_a_sample_file_by_hand_is_kept_and_taken_over(tmp_path: Path) -> None:
    """Comments of a file that was written by hand stay beside it; what is changed by hand later is taken over."""
    (tmp_path / "s").mkdir()
    by_hand = '# mine\nname = "s"\n[[files]]\npath = "a.mpt"\n'
    (tmp_path / "s" / "sample.toml").write_text(by_hand)
    with Session(tmp_path) as session:
        assert session.state.sheets["s"]["files"] == [{"path": "a.mpt"}] and not session.actions
        session.do(Describe(sample="s", key="area", value="1 cm2"))
    assert (tmp_path / "s" / "sample-original.toml").read_text() == by_hand
    sheet = tmp_path / "s" / "sample.toml"
    assert load_sample(sheet).sheet.area is not None
    sheet.write_text(sheet.read_text().replace("1 cm2", "2 cm2"))
    with Session(tmp_path) as session:
        assert isinstance(session.actions[-1], TakeSheet) and session.state.sheets["s"]["area"] == "2 cm2"
        session.undo()
        assert load_sample(sheet).sheet.area.value == 1.0  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace('"keep"', '"__import__"'),
        lambda text: text.replace('"place": 2', '"place": 99'),
        lambda text: "[" * 100_000,
        lambda text: "null",
    ],
)
def test_a_damaged_session_is_one_sentence(change: Any, tmp_path: Path) -> None:
    with Session(tmp_path) as session:
        session.do(ShowCurve())
        session.do(Keep(name="a"))
    file = tmp_path / "session.json"
    file.write_text(change(file.read_text()))
    with pytest.raises(FileFormatError, match="no session that can be read"):
        Session(tmp_path)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Session, pl.DataFrame]:
    """A session with two kept curves, one at hand, and a sample; and its numbers as the app has them."""
    folder = tmp_path_factory.mktemp("project")
    write_files(folder / "glass", "l.txt")
    session = Session(folder)
    for action in (
        ChooseCell(cell="vo-half"), SetTest(test=SHORT), ShowCurve(), Keep(name="as it is"),
        SetValue(path="films.VO.thickness", value="450 nm"), SetValue(path="phases.V2O5.D", value=3e-13),
        Keep(name="thick"), SetStart(start="50 %"), Keep(name="half"), DropCurve(name="thick"),
        AddFiles(sample="glass", files=("l.txt",)), Describe(sample="glass", file="l.txt", key="what", value="uvvis"),
        Analyse(sample="glass"), Compare(curves=("as it is", "half")),
    ):  # fmt: skip
        session.do(action)
    session.close()
    state = session.state
    curves = {**state.kept, "now": state.curve}
    records = {
        name: simulate(one.cell, one.protocol(folder), overrides=one.values, start=one.start or None)
        for name, one in curves.items()
    }
    return session, numbers(records, {"glass": analyse(folder / "glass").results})


def test_the_script_makes_every_number_again(told: tuple[Session, pl.DataFrame]) -> None:
    """A fresh Python that runs the exported script writes the very table that the app shows."""
    session, table = told
    place = session.folder / "session.py"
    place.write_text(script(session.actions[: session.place], session.state, session.found, {}), encoding="utf-8")
    done = subprocess.run([sys.executable, str(place)], capture_output=True, text=True, cwd="/", check=False)
    assert done.returncode == 0, done.stderr
    again = pl.read_csv(session.folder / "numbers.csv", schema=table.schema).with_columns(
        pl.col("unit", "words").fill_null("")
    )
    assert table.height > 12 and again.equals(table)
    assert (session.folder / "comparison.svg").stat().st_size > 1000


def test_the_commands_make_the_curves_again(told: tuple[Session, pl.DataFrame]) -> None:
    """The commands write records whose numbers are those of the app, and the sample's table."""
    session, table = told
    text = commands(session.state)
    place = session.folder / "session.sh"
    place.write_text(text.replace("heterofilm ", f"{sys.executable} -m heterofilm ", text.count("\nheterofilm ")))
    lines = [line for line in text.splitlines() if line.startswith("heterofilm ")]
    assert len(lines) == 4
    body = "\n".join(
        f"{sys.executable} -m {line}" if line.startswith("heterofilm ") else line for line in text.splitlines()
    )
    place.write_text(body + "\n")
    done = subprocess.run(["sh", str(place)], capture_output=True, text=True, cwd="/", check=False)
    assert done.returncode == 0, done.stderr
    records = {name: Record.read(session.folder / "results" / f"{name}.nc") for name in ("as it is", "half", "now")}
    assert numbers(records).equals(table.filter(pl.col("of").is_in(list(records))))
    assert (session.folder / "results" / "glass" / "table.csv").is_file()


def test_a_session_holds_only_what_json_has(told: tuple[Session, pl.DataFrame]) -> None:
    session, _ = told
    said = json.loads((session.folder / "session.json").read_text())
    assert [action["kind"] for action in said["actions"]] == [action.kind for action in session.actions]
