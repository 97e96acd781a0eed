"""TOML of anyone: bounded, and every fault one sentence that names the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from heterofilm.errors import FileFormatError
from heterofilm.library import Film
from heterofilm.library.toml import DEEPEST, MAX_BYTES, MOST, read_toml, sentence, stamp_of


def test_a_sound_file_is_read_with_or_without_a_mark(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    for head in (b"", b"\xef\xbb\xbf"):
        file.write_bytes(head + 'name = "Wärme"\n'.encode())
        assert read_toml(file) == {"name": "Wärme"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a = ", "not valid TOML"),
        (b"\xff\xfe", "not UTF-8 text .byte 0"),
        (b"a = " + b"[" * 100_000, "nest too deeply"),
        (b"a." * (DEEPEST + 1) + b"a = 1", f"more than {DEEPEST} parts"),
        (b"x = 1\n" + b"'a' . " * (DEEPEST + 1) + b"a = 1", f"more than {DEEPEST} parts"),
        (b"#" * (MAX_BYTES + 1), "1"),
        (b"a = " + b"9" * 5000, "not usable TOML"),
        (b"a = 2026-13-01", "TOML"),
    ],
)
def test_an_unsound_one_is_a_sentence(content: bytes, said: str, tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_bytes(content)
    with pytest.raises(FileFormatError, match=said) as told:
        read_toml(file)
    assert "bad.toml" in str(told.value) and len(str(told.value)) < 1000


def test_keys_as_deep_as_allowed_and_dots_in_texts_pass(tmp_path: Path) -> None:
    """The bound is on parts of a key, not on dots: a text may have any number."""
    file = tmp_path / "a.toml"
    file.write_text("a." * (DEEPEST - 1) + f'a = "{"b." * 500}"\n')
    found = read_toml(file)
    for _ in range(DEEPEST):
        found = found["a"]
    assert found == "b." * 500


def test_stamps_tell_a_changed_file(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text("a = 1\n")
    first = stamp_of(file)
    file.write_text("a = 12\n")
    assert stamp_of(file) != first
    for wrong in (tmp_path / "none.toml", Path("a\0b")):
        with pytest.raises(FileFormatError, match="cannot be read"):
            stamp_of(wrong)


def test_faults_are_counted_and_at_most_a_dozen_told() -> None:
    """One fault is a sentence of its own; many are one sentence with the rest as a number."""

    def told(content: dict[str, object]) -> str:
        with pytest.raises(ValidationError) as error:
            Film.model_validate(content)
        return sentence(error.value, "File a.toml")

    whole = {"name": "a", "title": "t", "matrix": "V2O5", "thickness": "300 nm"}
    assert told({**whole, "thickness": "300 V"}).startswith("File a.toml, key 'thickness': expected a quantity in nm")
    assert told({k: v for k, v in whole.items() if k != "matrix"}) == "File a.toml, key 'matrix': is missing; add it."
    assert told({**whole, "name": "a b"}).endswith("got 'a b'.")
    many = told({**whole, **{f"key{k}": 1 for k in range(MOST + 5)}})
    assert f"has {MOST + 5} faults" in many and many.endswith("; and 5 more.")
