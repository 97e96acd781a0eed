"""Entries as TOML that the loader reads: quantities as inline tables, what is left at its default left out."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel

from .value import Entry, Value


def to_toml(entry: Entry) -> str:
    """The text of an entry's file."""
    plain, tables = _split(_content(entry))
    lines = [f"{quoted(key)} = {inline(value)}" for key, value in plain.items()]
    for name, table in tables.items():
        lines += [
            "",
            f"[{quoted(name)}]",
            *(f"{quoted(key)} = {inline(value)}" for key, value in _content(table).items()),
        ]
    return "\n".join(lines) + "\n"


def _content(node: Any) -> dict[str, Any]:
    """Keys that were given, in the order of the schema; a table of points is written with its columns."""
    if isinstance(node, BaseModel):
        fields = type(node).model_fields
        return {
            key: getattr(node, key)
            for key in fields
            if not fields[key].exclude and getattr(node, key) is not None and getattr(node, key) != fields[key].default
        }
    return dict(node)


def _split(content: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    tables = {
        key: value
        for key, value in content.items()
        if (isinstance(value, BaseModel) and not isinstance(value, Value)) or (isinstance(value, dict) and value)
    }
    return {key: value for key, value in content.items() if key not in tables and value != {}}, tables


def inline(value: Any) -> str:
    """A value as it stands behind its key."""
    if isinstance(value, BaseModel | dict):
        return "{ " + ", ".join(f"{quoted(key)} = {inline(item)}" for key, item in _content(value).items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(inline, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def quoted(key: str) -> str:
    """A key, in quotes where TOML asks for them."""
    return key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else inline(key)
