"""The first look at a file: size, kind and encoding."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heterofilm.errors import HeterofilmError
from heterofilm.instruments.head import Head, decode, text_of


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_encoding_of_text(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "a.TXT"
    path.write_bytes("Zeit/µs\n1,5\n".encode(encoding))
    head = Head.of(path)
    assert head.lines == ["Zeit/µs", "1,5"] and head.suffix == ".txt"
    assert text_of(path).splitlines() == ["Zeit/µs", "1,5"]


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_not(raw: bytes) -> None:
    assert decode(raw) is None or isinstance(decode(raw), str)


@given(st.text(min_size=1, max_size=40), st.integers(0, 200))
def test_text_that_is_cut_within_a_character_is_still_text(text: str, cut: int) -> None:
    raw = ("µ" + text.replace("\x00", "")).encode()
    found = decode(raw[: max(2, len(raw) - cut % 4)])
    assert found is not None and found.startswith("µ")


def test_binary_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(bytes(range(256)))
    assert Head.of(path).text == ""
    with pytest.raises(HeterofilmError, match="not text"):
        text_of(path)


def test_no_file_a_folder_an_empty_and_a_huge_file(tmp_path: Path) -> None:
    with pytest.raises(HeterofilmError, match="there is no such file"):
        Head.of(tmp_path / "none")
    with pytest.raises(HeterofilmError, match="no plain file"):
        Head.of(tmp_path)
    (tmp_path / "empty").touch()
    with pytest.raises(HeterofilmError, match="is empty"):
        Head.of(tmp_path / "empty")
    with pytest.raises(HeterofilmError, match="no name of a file"):
        Head.of(Path("a\0b"))
    huge = tmp_path / "huge"
    with huge.open("wb") as file:
        file.truncate(600_000_000)  # sparse: takes no room
    with pytest.raises(HeterofilmError, match="larger than 500 MB"):
        Head.of(huge)
