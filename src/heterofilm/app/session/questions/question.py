"""What all questions have, and what is answered to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from ..act import Act
from ..state import State, within

__all__ = ["Answered", "Question", "in_script", "own_or_named", "set_options", "settings_in_words", "texts",
           "values_in_words"]  # fmt: skip


@dataclass(frozen=True)
class Answered:
    """An answer as a page shows it: rows of numbers, figures, sentences, further tables (head and rows, by title)."""

    rows: Sequence[Mapping[str, Any]]
    figures: Sequence[Any] = ()
    notes: Sequence[str] = ()
    tables: Sequence[tuple[str, Sequence[str], Sequence[Sequence[str]]]] = ()


class Question(Act):
    """A question; of each kind the last one counts. Those that are `long` are answered by a job."""

    kind: Any
    imports: ClassVar[tuple[str, ...]] = ()  # lines of the script that its call needs

    @property
    def long(self) -> bool:
        return False

    def apply(self, state: State) -> State:
        return replace(state, asked={**state.asked, self.kind: self})

    @property
    def call(self) -> str:
        """The call of the library that answers it, as the script has it."""
        raise NotImplementedError

    @property
    def command(self) -> list[str]:
        """The command that answers it, as words; none where there is no such command."""
        return []

    def python(self, before: State) -> str:
        return f"asked[{self.kind!r}] = lambda: {self.call}"

    def replaces(self, last: Act) -> bool:
        return type(last) is type(self)

    def settable(self, folder: Path) -> dict[str, str]:
        """What may be set in it, by path, as its entries have it. Errors: `HeterofilmError` for an unknown entry."""
        return {}

    def check(self, folder: Path) -> None:
        """Whether it makes sense, in no time. Errors: `HeterofilmError` in one sentence."""

    def answered(self, folder: Path) -> Answered:
        """The answer, with its figures. Errors: `HeterofilmError`."""
        raise NotImplementedError


def values_in_words(*entries: Any, without: int = 0) -> dict[str, str]:
    """The values of entries by their paths, the first parts of which are left out, as lines of settings have them."""
    from ....library import value_paths

    return {
        ".".join(path.split(".")[without:]): f"{value.value:g} {'' if value.unit == '1' else value.unit}".rstrip()
        for entry in entries
        for path, value in value_paths(entry)
    }


def texts(rows: Any) -> list[tuple[str, ...]]:
    """The rows of a report's table as texts alone."""
    return [tuple(cell if isinstance(cell, str) else cell.text for cell in row) for row in rows]


def own_or_named(name: str, folder: Path) -> str | Path:
    """An entry of the library by its name, or a file of the project. Errors: `InputError` for one outside of it."""
    return within(folder, name) if name.endswith(".toml") else name


def in_script(name: str) -> str:
    """A name or a file of the project, as the script has it."""
    return f"here / {name!r}" if name.endswith(".toml") else repr(name)


def set_options(settings: Mapping[str, Any]) -> list[str]:
    """Settings as options of a command."""
    return [word for path, value in settings.items() for word in ("--set", f"{path}={value}")]


def settings_in_words(settings: Mapping[str, Any]) -> str:
    """What is set, for the log."""
    return f" with {', '.join(f'{path} = {value}' for path, value in settings.items())}" if settings else ""
