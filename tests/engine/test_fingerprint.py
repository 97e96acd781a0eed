"""The name of the compiled kernels changes with the code and with nothing else."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

from heterofilm.engine import fingerprint as module
from heterofilm.engine.fingerprint import code_of, fingerprint

SOURCE = '''"""A module."""

LIMIT = 0.08  # V


class Pair:
    """Two numbers."""

    a: float
    """The first."""


def law(x, p):
    """An equation."""
    return p.a * x  # linear
'''
SAID = {
    "a comment": ("# linear", "# a straight line"),
    "a comment more": ("LIMIT", "# how far\nLIMIT"),
    "a docstring of a function": ("An equation.", "Another sentence\n\n    in two lines."),
    "a docstring less": ('    """An equation."""\n', ""),
    "a docstring of a class": ("Two numbers.", "A pair."),
    "a docstring of a module": ('"""A module."""\n', ""),
    "an empty line": ("\n\n\ndef", "\n\n\n\ndef"),
    "a longer line": ("p.a * x", "(p.a * x)"),
}
DONE = {
    "a number": ("0.08", "0.09"),
    "an operator": ("p.a * x", "p.a + x"),
    "an order": ("(x, p)", "(p, x)"),
    "a name": ("LIMIT", "REACH"),
    "a type": ("a: float", "a: int"),
    "a field more": ("a: float", "a: float\n    b: float"),
    "a decorator": ("def law", "@kernel\ndef law"),
    "a call of a string": ('    """An equation."""\n', '    print("An equation.")\n'),
}


@pytest.mark.parametrize("old, new", SAID.values(), ids=SAID)
def test_words_are_not_code(old: str, new: str) -> None:
    """What is said about the code may change."""
    assert old in SOURCE
    assert code_of(SOURCE.replace(old, new, 1)) == code_of(SOURCE)


@pytest.mark.parametrize("old, new", DONE.values(), ids=DONE)
def test_code_is(old: str, new: str) -> None:
    """What the code does may not."""
    assert old in SOURCE
    assert code_of(SOURCE.replace(old, new, 1)) != code_of(SOURCE)


@pytest.fixture
def one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A single source, which is read sooner than the whole engine."""
    source = tmp_path / "source.py"
    source.write_text(SOURCE)
    monkeypatch.setattr(module, "sources", lambda: [source])


@pytest.fixture
def copies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Path]:
    """The engine's own sources, to be edited."""
    found = []
    for path in module.sources():
        found.append(tmp_path / path.name)
        found[-1].write_bytes(path.read_bytes())
    monkeypatch.setattr(module, "sources", lambda: found)
    return found


def test_every_source_counts(copies: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """A statement more in any module gives a new name, a comment more gives the old one."""
    monkeypatch.setattr(module, "code_of", cache(code_of))  # the same text is read once
    before = fingerprint()
    for path in copies:
        source = path.read_text()
        path.write_text(source + "\n# nothing\n")
        assert fingerprint() == before, path.name
        path.write_text(source + "\nMORE = 1\n")
        assert fingerprint() != before, path.name
        path.write_text(source)
    assert fingerprint() == before


@pytest.mark.usefixtures("one")
def test_versions_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another numba packs its code in another way."""
    before = fingerprint()
    monkeypatch.setattr(module.numba, "__version__", "0.0")
    assert fingerprint() != before


def test_remembered(copies: list[Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The syntax is read once for the same bytes, again for others."""
    first = fingerprint(tmp_path)
    read = []
    monkeypatch.setattr(module, "code_of", lambda source: read.append(source) or code_of(source))
    assert fingerprint(tmp_path) == first
    assert not read
    copies[0].write_text(copies[0].read_text() + "\n# nothing\n")
    assert fingerprint(tmp_path) == first
    assert len(read) == len(copies)


@pytest.mark.usefixtures("one")
@pytest.mark.parametrize("content", [b"", b"0123", b"\xff" * 16, b"x" * 16, b"0" * 17, b"\0" * 1000])
def test_a_damaged_memory_is_read_anew(content: bytes, tmp_path: Path) -> None:
    """Only a name is taken for one."""
    first = fingerprint(tmp_path)
    (memory,) = tmp_path.glob("sources-*")
    whole = memory.read_bytes()
    memory.write_bytes(content)
    assert fingerprint(tmp_path) == first
    assert memory.read_bytes() == whole


@pytest.mark.usefixtures("one")
def test_a_name_with_a_wrong_digit_is_not_taken(tmp_path: Path) -> None:
    """It could be that of the kernels of other code; so could the memory of other bytes under this name."""
    first = fingerprint(tmp_path)
    (memory,) = tmp_path.glob("sources-*")
    whole = memory.read_bytes()
    for k in range(len(whole)):
        for bit in (1, 8):
            memory.write_bytes(whole[:k] + bytes([whole[k] ^ bit]) + whole[k + 1 :])
            assert fingerprint(tmp_path) == first
    memory.rename(tmp_path / "sources-0")
    other = module._remembered(tmp_path / "sources-0", "0123456789abcdef")
    memory.write_text(other)
    assert fingerprint(tmp_path) == first


@pytest.mark.usefixtures("one")
def test_a_memory_that_cannot_be_used(tmp_path: Path) -> None:
    """A folder where the file should be, or no folder at all: the syntax is read."""
    first = fingerprint(tmp_path)
    (memory,) = tmp_path.glob("sources-*")
    memory.unlink()
    memory.mkdir()
    assert fingerprint(tmp_path) == first
    memory.rmdir()
    os.mkfifo(memory)  # nobody writes to it
    assert fingerprint(tmp_path) == first
    memory.unlink()
    memory.symlink_to("/dev/zero")
    assert fingerprint(tmp_path) == first
    assert fingerprint(tmp_path / "absent") == first
