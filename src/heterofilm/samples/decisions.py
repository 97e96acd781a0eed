"""What was decided by hand about the analyses of a sample: which key of which file, since when and why.

Decisions stand in the sample file (``decided``, ``because``), go into the methods, and are listed in
``decisions.csv`` of the folder of results.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from ..library.value import Value
from .file_entry import FileEntry, LevelEntry
from .recipe import set_keys

__all__ = ["Decision", "decisions_of", "decisions_table", "sentences"]

UNSAID = "no reason is stated"


@dataclass(frozen=True)
class Decision:
    """One setting of one file (or of one core level of it), when and why; "" where that is not stated."""

    file: str
    what: str
    value: str
    decided: str
    because: str
    source: str = ""


def decisions_of(entries: Iterable[FileEntry], taken_over: Mapping[str, tuple[tuple[str, ...], str]]) -> list[Decision]:
    """The decisions in the lines of a sample file.

    `taken_over`: path -> the keys of its line that came from a recipe, and where that is from.
    """
    found = []
    for entry in entries:
        keys, source = taken_over.get(entry.path, ((), ""))
        for key, value in set_keys(entry).items():
            if key == "level":
                found += [d for name, level in value.items() for d in _of_level(entry, name, level)]
                continue
            own = key not in keys
            found.append(
                Decision(
                    entry.path, key, _shown(value), _day(entry.decided) if own else "", entry.because if own else "",
                    "" if own else source,
                )
            )  # fmt: skip
    return found


def _of_level(entry: FileEntry, name: str, level: LevelEntry) -> list[Decision]:
    keys = [key for key in type(level).model_fields if key in level.model_fields_set]
    return [
        Decision(
            entry.path, f"{key} of {name}", _shown(getattr(level, key)), _day(level.decided or entry.decided),
            level.because or entry.because,
        )
        for key in keys if key not in ("because", "decided")
    ]  # fmt: skip


def decisions_table(decisions: Iterable[Decision], sample: str) -> pl.DataFrame:
    """One row a decision: sample, file, what, value, decided, because, taken from."""
    rows = [
        (sample, d.file, d.what, d.value, d.decided, d.because or ("" if d.source else UNSAID), d.source)
        for d in decisions
    ]
    names = ("sample", "file", "what", "value", "decided", "because", "taken from")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String()), orient="row")


def sentences(decisions: Iterable[Decision]) -> list[str]:
    """The same as sentences for the methods, decisions of one file with one reason together."""
    together: dict[tuple[str, str, str, str], list[str]] = {}
    for d in decisions:
        together.setdefault((d.file, d.decided, d.because, d.source), []).append(f"{d.what} = {d.value}")
    said = []
    for (file, day, why, source), settings in together.items():
        when = f" on {day}" if day else ""
        reason = f" (reason: {why.rstrip('.')})" if why else f", {UNSAID}"
        how = f"as for {source}" if source else f"by hand{when}{reason}"
        said.append(f"For {file}, {', '.join(settings)} was set {how.rstrip('.')}.")
    return said


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _shown(value: Any) -> str:
    if isinstance(value, Value):
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_shown(one)}" for name, one in value.items()) + "}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(_shown, value)) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value)
