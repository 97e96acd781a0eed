"""Comments and values as they stand in a file to begin with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from .described import Key
from .value import Value

__all__ = ["WIDTH", "comment", "short_form"]

WIDTH = 118


def comment(words: str) -> Iterator[str]:
    """Words as lines of a comment."""
    line = "#"
    for word in words.replace("``", "").split():
        if len(line) + 1 + len(word) > WIDTH:
            yield line
            line = "#  "
        line = f"{line} {word}"
    if line != "#":
        yield line


def short_form(value: Any, key: Key) -> str:
    """A value in short form; for one that is not given, an example of its form."""
    if isinstance(value, Value):
        return json.dumps(str(value)) if value.unit != "1" else f"{value.value:g}"
    if isinstance(value, str) and value:
        return f'"""\n{value.strip()}\n"""' if "\n" in value.strip() else json.dumps(value.strip(), ensure_ascii=False)
    if isinstance(value, dict) and value:
        inner = (f"{json.dumps(k) if not k.isalnum() else k} = {_inner(v)}" for k, v in value.items())
        return "{ " + ", ".join(inner) + " }"
    if isinstance(value, tuple) and value:
        return json.dumps(list(value))
    if isinstance(value, int | float):
        return repr(value).lower()
    unit = key.expects.split(";")[0].split(",")[0]
    if unit == "by name":
        return "{ }"
    if "table" in unit or "list" in unit:
        return "{ }" if "table" in unit else "[]"
    return '""' if unit == "a text" else "0" if unit in ("a number", "a whole number") else f'"... {unit}"'


def _inner(value: Any) -> str:
    """A value within a table in one line."""
    return f"{value:g}" if isinstance(value, int | float) else json.dumps(str(value), ensure_ascii=False)
