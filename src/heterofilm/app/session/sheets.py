"""Sample files of a project: read when it is opened, written when an action changes them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...errors import HeterofilmError
from ...files import atomic, made_folder
from ...library.toml import read_toml
from ...library.writer import inline, quoted

__all__ = ["FILE", "as_toml", "found_in", "write"]

FILE, ORIGINAL = "sample.toml", "sample-original.toml"
HEAD = "# Written by heterofilm app; what is changed here by hand is taken over when the project is opened again.\n"


def found_in(folder: Path) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """The content of every sample file of a project by its folder's name, and a sentence for each that is none."""
    found: dict[str, dict[str, Any]] = {}
    faults: list[str] = []
    for path in sorted(folder.glob(f"*/{FILE}")):
        try:
            found[path.parent.name] = read_toml(path, "sample file")
        except HeterofilmError as error:
            faults.append(str(error))
    return found, faults


def as_toml(sheet: Mapping[str, Any]) -> str:
    """A sheet as TOML: plain keys, then a ``[[files]]`` table for each file.

    >>> print(as_toml({"name": "one", "files": [{"path": "a.mpt", "area": 1}]}), end="")
    name = "one"
    <BLANKLINE>
    [[files]]
    path = "a.mpt"
    area = 1
    """
    lines = [_line(key, value) for key, value in sheet.items() if key != "files"]
    for entry in sheet.get("files", ()):
        lines += ["", "[[files]]", *(_line(key, value) for key, value in entry.items())]
    return "\n".join(lines) + "\n"


def write(folder: Path, sample: str, sheet: Mapping[str, Any]) -> str:
    """Write a sample's file where it says something else; a sentence where one written by hand was put aside."""
    place = made_folder(folder / sample) / FILE
    said = ""
    if place.exists():
        try:
            if read_toml(place, "sample file") == sheet:
                return ""
        except HeterofilmError:
            pass  # it is put aside below
        if not place.read_bytes().startswith(HEAD.encode()):
            aside = place.with_name(ORIGINAL)
            if not aside.exists():
                place.rename(aside)
                said = f"Sample '{sample}': the sample file with its comments is kept as {ORIGINAL}."
    atomic(place, lambda target: target.write_text(HEAD + as_toml(sheet), encoding="utf-8"))
    return said


def remove(folder: Path, sample: str) -> None:
    """Take away the file of a sample that is none any more; its raw files stay."""
    place = folder / sample / FILE
    if place.exists() and place.read_bytes().startswith(HEAD.encode()):
        place.unlink()


def _line(key: str, value: Any) -> str:
    line = f"{quoted(key)} = {inline(value)}"
    tomllib.loads(line)  # what no reader would take never gets to the disk
    return line
