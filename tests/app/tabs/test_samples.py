"""*Samples*: what is dropped comes to its sample, and nothing that was there is lost from the list."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from heterofilm.errors import InputError

pytest.importorskip("nicegui", reason="the extra 'app' is not installed")

from heterofilm.app.session import Session, State
from heterofilm.app.session.actions import AddFiles, Analyse, RemoveFile, TakeSheet
from heterofilm.app.tabs.samples import Samples


class Project:
    """Of a project what the tab asks for; `done`: the actions in their order."""

    def __init__(self, session: Session) -> None:
        self.session, self.folder, self.done = session, session.folder, list[Any]()

    @property
    def state(self) -> State:
        return self.session.state

    def do(self, action: Any) -> bool:
        self.session.do(action)
        self.done.append(action)
        return True


@pytest.fixture
def tab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The tab of a project, without what it draws."""
    monkeypatch.setattr(Samples, "_draw", lambda self: None)
    with Session(tmp_path / "project") as session:
        made: Any = object.__new__(Samples)
        made.project = Project(session)
        made.page = SimpleNamespace(project=made.project, do=made.project.do)
        made.sample, made.done = "", made.project.done
        yield made


def dropped(tmp_path: Path, **files: str) -> tuple[list[Path], Path]:
    """Files as an upload leaves them: their paths within the place, and the place."""
    place = tmp_path / "drop"
    for name, text in files.items():
        path = place / name.replace("__", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return sorted(path.relative_to(place) for path in place.rglob("*") if path.is_file()), place


def test_a_first_drop_makes_the_sample_and_analyses_it(tab: Any, tmp_path: Path) -> None:
    files, place = dropped(tmp_path, a__csv="1,2\n", b__csv="3,4\n")
    tab._take_one("VO", ".", files, place)
    kinds = [type(action) for action in tab.done]
    assert kinds == [AddFiles, Analyse] and tab.sample == "VO"
    assert [one["path"] for one in tab.project.state.sheets["VO"]["files"]] == ["a.csv", "b.csv"]
    assert (tab.project.folder / "VO" / "a.csv").read_text() == "1,2\n"


def test_a_second_drop_keeps_what_is_listed(tab: Any, tmp_path: Path) -> None:
    tab._take_one("VO", ".", *dropped(tmp_path, a__csv="1,2\n"))
    files, place = dropped(tmp_path, c__csv="5,6\n")
    tab._take_one("VO", ".", [one for one in files if one.name == "c.csv"], place)
    assert [one["path"] for one in tab.project.state.sheets["VO"]["files"]] == ["a.csv", "c.csv"]


def test_a_sheet_that_comes_along_is_the_samples(tab: Any, tmp_path: Path) -> None:
    tab._take_one("VO", ".", *dropped(tmp_path, sample__toml='name = "VO"\narea = "2 cm2"\n', a__csv="1,2\n"))
    assert isinstance(tab.done[0], TakeSheet) and tab.project.state.sheets["VO"]["area"] == "2 cm2"


def test_nothing_new_is_said(tab: Any, tmp_path: Path) -> None:
    tab._take_one("VO", ".", *dropped(tmp_path, a__csv="1,2\n"))
    with pytest.raises(InputError, match="Nothing of what was dropped was new to 'VO'"):
        tab._take_one("VO", ".", [], tmp_path / "drop")


def test_one_file_is_taken_out_of_a_sheet_that_stood_for_all(tab: Any, tmp_path: Path) -> None:
    """All are listed first, so that only the one is gone."""
    tab._take_one("VO", ".", *dropped(tmp_path, sample__toml='name = "VO"\n', a__csv="1,2\n", b__csv="3,4\n"))
    tab.done.clear()
    assert not tab.project.state.sheets["VO"].get("files")
    tab.remove("a.csv")
    assert [type(action) for action in tab.done] == [AddFiles, RemoveFile]
    assert [one["path"] for one in tab.project.state.sheets["VO"]["files"]] == ["b.csv"]
