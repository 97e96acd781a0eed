"""A file of lines with checksums: whatever happens to it, what is read is what was written, up to where it happened."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from draws import examples
from heterofilm.errors import HeterofilmError
from heterofilm.simulation import ledger
from heterofilm.simulation.ledger import Ledger

TEXTS = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=20), min_size=1, max_size=8
)


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("ledger") / "a.csv"


def written(path: Path, texts: list[str]) -> bytes:
    path.unlink(missing_ok=True)
    book = Ledger(path, "text")
    book.start()
    book.append(texts[:2])
    book.append(texts[2:])
    book.close()
    return path.read_bytes()


def read(path: Path) -> tuple[list[str], str]:
    book = Ledger(path, "text")
    lines, damage = book.read()
    book.close()
    return [line.text for line in lines], damage


@given(texts=TEXTS)
@examples(500)
def test_lines_come_back(place, texts):
    written(place, texts)
    assert read(place) == (texts, "")


@given(texts=TEXTS, seed=st.integers(0, 2**32))
def test_a_changed_byte_is_found_in_its_line(place, texts, seed):
    """All lines before it come back, it and all after it do not: each checksum stands on those before."""
    raw = bytearray(written(place, texts))
    draw = random.Random(seed)
    at = draw.randrange(len(raw))
    raw[at] ^= draw.randrange(1, 256)
    place.write_bytes(raw)
    found, damage = read(place)
    line = bytes(raw[:at]).count(b"\n")
    assert damage and found == texts[: max(line - 1, 0)]


@given(texts=TEXTS, seed=st.integers(0, 2**32))
def test_a_file_cut_short_keeps_the_lines_that_are_whole(place, texts, seed):
    raw = written(place, texts)
    head = raw.index(b"\n") + 1
    at = random.Random(seed).randrange(head, len(raw) + 1)
    place.write_bytes(raw[:at])
    found, _ = read(place)
    assert found == texts[: raw[:at].count(b"\n") - 1]


def test_a_write_that_is_cut_short_is_an_error_and_nothing_of_it_counts(place, monkeypatch):
    written(place, ["a"])
    book = Ledger(place, "text")
    lines, _ = book.read()
    book.cut(lines[-1].end)
    write = ledger.os.write
    monkeypatch.setattr(ledger.os, "write", lambda file, data: write(file, data[:3]) if len(data) > 5 else 0)
    with pytest.raises(OSError, match="No space left"):
        book.append(["much more than three bytes"])
    monkeypatch.setattr(ledger.os, "write", write)
    book.append(["b"])
    book.cut(book.end)
    book.close()
    assert read(place) == (["a", "b"], "")


def test_a_line_break_is_no_line(place):
    book = Ledger(place, "text")
    book.start()
    with pytest.raises(HeterofilmError, match="cannot hold a line break"):
        book.append(["a\nb"])
    book.close()
