"""``session.json`` of a project: its actions, how many are in effect, and the log. Read as a stranger's file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..._version import __version__
from ...errors import FileFormatError
from ...files import atomic, read_file
from .actions import ACTIONS

__all__ = ["FILE", "Entry", "Stored", "read", "write"]

FILE = "session.json"
MAX_BYTES = 50_000_000
MOST_ENTRIES = 100_000  # of the log


@dataclass(frozen=True)
class Entry:
    """A line of the log: when (UTC), and what."""

    when: str
    words: str


@dataclass(frozen=True)
class Stored:
    """What the file holds; `found`: the sheets that lay in the folder before the first action."""

    actions: tuple[Any, ...] = ()
    place: int = 0
    log: tuple[Entry, ...] = ()
    found: dict[str, dict[str, Any]] | None = None


def read(folder: Path) -> Stored | None:
    """The session of a folder, None where there is none.

    Errors: `FileFormatError` in one sentence for a file that is damaged, too large, or no session.
    """
    path = folder / FILE
    if not path.exists():
        return None
    try:
        said = json.loads(read_file(path, MAX_BYTES, "session"))
        actions = tuple(ACTIONS.validate_python(said["actions"]))
        place = said["place"]
        log = tuple(Entry(str(when)[:40], str(words)[:2000]) for when, words in said["log"][-MOST_ENTRIES:])
        found = said["found"]
        if not (isinstance(place, int) and 0 <= place <= len(actions)) or not isinstance(found, dict):
            raise ValueError("its place is none among its actions")
    except ValidationError as error:
        first = error.errors()[0]
        raise _damaged(path, f"action {first['loc'][0]}: {first['msg']}" if first["loc"] else first["msg"]) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _damaged(path, f"{type(error).__name__}: {error}"[:100]) from None
    return Stored(actions, place, log, found)


def write(folder: Path, actions: Sequence[Any], place: int, log: Sequence[Entry], found: Any) -> None:
    """Write the session, whole or not at all."""
    content = {
        "version": __version__,
        "found": found,
        "place": place,
        "actions": [action.model_dump(mode="json", exclude_defaults=False) for action in actions],
        "log": [[entry.when, entry.words] for entry in log],
    }
    text = json.dumps(content, ensure_ascii=False, indent=1)
    atomic(folder / FILE, lambda target: target.write_text(text, encoding="utf-8"))


def _damaged(path: Path, why: str) -> FileFormatError:
    return FileFormatError(
        f"'{path}' is no session that can be read ({why}); move it away to begin a new one, the samples stay."
    )
