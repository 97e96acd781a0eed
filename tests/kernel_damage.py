"""What can become of a file of a compiled kernel."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from heterofilm.engine.store import FORMAT, Store

NAME, BODY = "law.law-0123.kernel", bytes(range(256)) * 8
Damage = Callable[[Path], object]


def _cut(to: Callable[[int], int]) -> Damage:
    return lambda path: path.write_bytes(path.read_bytes()[: to(path.stat().st_size)])


def _flip(place: Callable[[int], int], bit: int = 1) -> Damage:
    def damage(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[place(len(content))] ^= bit
        path.write_bytes(content)

    return damage


def _head(**changes: object) -> Damage:
    def damage(path: Path) -> None:
        head, _, body = path.read_bytes().partition(b"\n")
        path.write_bytes(json.dumps(json.loads(head) | changes).encode() + b"\n" + body)

    return damage


def _in_its_place(make: Damage) -> Damage:
    def damage(path: Path) -> None:
        path.unlink()
        make(path)

    return damage


def _foreign(path: Path) -> None:
    """The whole file of another kernel."""
    other = Store([path.parent])
    other.write("other.kernel", b"something else")
    (path.parent / "other.kernel").replace(path)


def _of_other_code(path: Path) -> None:
    """The whole file of the same kernel, made from other sources."""
    other = Store([path.parent / "other"])
    other.write(path.name, path.read_bytes().partition(b"\n")[2])
    (path.parent / "other" / path.name).replace(path)
    (path.parent / "other").rmdir()


DAMAGES: dict[str, Damage] = {
    "emptied": _cut(lambda size: 0),
    "cut to a byte": _cut(lambda size: 1),
    "cut in the head": _cut(lambda size: 40),
    "cut in the middle": _cut(lambda size: size // 2),
    "a byte short": _cut(lambda size: size - 1),
    "a byte long": lambda path: path.write_bytes(path.read_bytes() + b"x"),
    "twice": lambda path: path.write_bytes(path.read_bytes() * 2),
    "flipped at first": _flip(lambda size: 0),
    "flipped in the head": _flip(lambda size: 60),
    "flipped at the head's end": _flip(lambda size: size - len(BODY) - 1, 64),
    "flipped at the body's beginning": _flip(lambda size: size - len(BODY), 128),
    "flipped in the middle": _flip(lambda size: size - len(BODY) // 2),
    "flipped at last": _flip(lambda size: size - 1, 16),
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "text": lambda path: path.write_text("no kernel"),
    "a number": lambda path: path.write_text("1\n"),
    "a list": lambda path: path.write_text("[]\n"),
    "deep": lambda path: path.write_text("[" * 200_000 + "\n"),
    "not UTF-8": lambda path: path.write_bytes(b"\xff\xfe\n" + BODY),
    "foreign": _foreign,
    "of other code": _of_other_code,
    "another format": _head(format=FORMAT + "0"),
    "another length": _head(bytes=1),
    "another digest": _head(sha256="0" * 64),
    "no digest": _head(sha256=None),
    "a folder": _in_its_place(lambda path: path.mkdir()),
    "a pipe": _in_its_place(os.mkfifo),
    "an endless device": _in_its_place(lambda path: path.symlink_to("/dev/zero")),
    "a link to nothing": _in_its_place(lambda path: path.symlink_to(path.with_name("absent"))),
    "a link to itself": _in_its_place(lambda path: path.symlink_to(path)),
    "absent": Path.unlink,
}
