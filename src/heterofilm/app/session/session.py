"""`Session`: the actions of a project in order, what is in effect of them, and what follows from it on the disk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ...errors import HeterofilmError, InputError
from ...files import made_folder
from ..folder import Held
from . import sheets, store
from .actions import TakeSheet
from .state import State, sample_of
from .store import Entry

__all__ = ["Session"]

Listener = Callable[[State, State], Any]  # the state before, and after


class Session:
    """A project that is open: one at a time, in one process (`Held`); ``close`` it, or use it in a ``with`` block.

    What is done is checked first, against the library, the grammar of protocols and the schema of sample files: an
    action that makes no sense leaves everything as it was.

    Errors: `HeterofilmError` for a folder that another app holds or that cannot be written to, and a damaged session.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = made_folder(folder).resolve()
        self._held = Held(self.folder)
        try:
            found, self.faults = sheets.found_in(self.folder)
            stored = store.read(self.folder) or store.Stored(found=found)
            self.actions: list[Any] = list(stored.actions)
            self.place = stored.place
            self.log: list[Entry] = list(stored.log)
            self.found = stored.found or {}
            self.listeners: list[Listener] = []
            self.state = self._folded(self.place)
            for fault in self.faults:
                self.note(fault)
            for name, sheet in found.items():  # changed by hand since
                if sheet != self.state.sheets.get(name):
                    self._take(name, sheet)
        except BaseException:
            self._held.release()
            raise

    def _take(self, name: str, sheet: dict[str, Any]) -> None:
        try:
            self.do(TakeSheet(sample=name, sheet=sheet))
        except (HeterofilmError, ValueError) as error:
            self.note(f"{name}/{sheets.FILE} was changed and cannot be taken over: {error}")

    def _folded(self, place: int) -> State:
        """The state that the first actions make."""
        state = State(sheets=dict(self.found))
        for action in self.actions[:place]:
            state = action.apply(state)
        return state

    def do(self, action: Any) -> State:
        """Carry out an action; what was undone before it can be redone no more.

        Errors: `HeterofilmError` for one that makes no sense; everything is as it was then.
        """
        before = self.state
        after = action.apply(before)
        check(after, before, self.folder)
        if after == before:
            return before
        last = self.actions[self.place - 1] if self.place else None
        del self.actions[self.place :]
        if last is not None and action.replaces(last):
            self.actions[-1] = action
            if self.log and self.log[-1].words == last.words:
                self.log.pop()
        else:
            self.actions.append(action)
        self.place = len(self.actions)
        return self._enter(before, after, action.words)

    def undo(self) -> State:
        """Take the last action back. Errors: `InputError` where there is none."""
        if not self.place:
            raise InputError("There is nothing to undo.")
        words = self.actions[self.place - 1].words
        self.place -= 1
        return self._enter(self.state, self._folded(self.place), f"Undone: {words}")

    def redo(self) -> State:
        """Carry the last action that was undone out again. Errors: `InputError` where there is none."""
        if self.place == len(self.actions):
            raise InputError("There is nothing to redo.")
        self.place += 1
        words = self.actions[self.place - 1].words
        return self._enter(self.state, self._folded(self.place), f"Done again: {words}")

    def note(self, words: str) -> None:
        """A line of the log that is no action: a job that ended, a file that was refused."""
        self.log.append(Entry(datetime.now(UTC).isoformat(timespec="seconds"), words))

    def _enter(self, before: State, after: State, words: str) -> State:
        """What follows from another state: the log, the files, and whoever shows it."""
        self.state = after
        self.note(words)
        for name, sheet in after.sheets.items():
            if sheet != before.sheets.get(name) and (said := sheets.write(self.folder, name, sheet)):
                self.note(said)
        for name in before.sheets:
            if name not in after.sheets:
                sheets.remove(self.folder, name)
        store.write(self.folder, self.actions, self.place, self.log, self.found)
        for listener in list(self.listeners):
            listener(before, after)
        return after

    def close(self) -> None:
        """Write the log to its end, and give the folder free."""
        if self.actions or self.log:
            store.write(self.folder, self.actions, self.place, self.log, self.found)
        self._held.release()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def check(after: State, before: State, folder: Path) -> None:
    """Whether what an action changed makes sense. Errors: `HeterofilmError` in one sentence."""
    if (after.curve.cell, after.curve.values) != (before.curve.cell, before.curve.values):
        after.curve.loaded(folder)
    if after.curve.test != before.curve.test:
        after.curve.protocol(folder)
    if after.curve.start != before.curve.start and after.curve.start:
        from ...simulation.start import beginning

        beginning(after.curve.loaded(folder), after.curve.start)
    for name, sheet in after.sheets.items():
        if sheet != before.sheets.get(name):
            sample_of(name, sheet, folder)
    for kind, question in after.asked.items():
        if question != before.asked.get(kind):
            question.check(folder)
