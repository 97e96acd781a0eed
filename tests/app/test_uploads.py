"""Dropped files: whatever they are called, they lie in the drop's folder, whole, under a name that means nothing."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from heterofilm.app.server import uploads
from heterofilm.app.server.uploads import drop_place, harmless, moved, received, sorted_in
from heterofilm.errors import InputError
from heterofilm.files import FORMULA


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


@given(st.text(max_size=300))
@example("../../etc/passwd")
@example("..\\..\\boot.ini")
@example("/etc/passwd")
@example("C:\\con.txt")
@example("aux")
@example("a/../../b")
@example(".bashrc")
@example("\u202egnp.exe")
@example('=HYPERLINK("http://there/","here").csv')
@example('<img src=x onerror="document.title=1">.mpt')
@example("a\x00b/c\nd")
@example("é" * 300)
def test_a_name_leads_nowhere_and_means_nothing(name: str) -> None:
    """Or it is refused in a sentence."""
    try:
        path = harmless(name)
    except InputError as error:
        assert "no name of a file" in str(error)
        return
    parts = PurePosixPath(path).parts
    assert not path.startswith("/") and ".." not in parts and path.isprintable()
    assert not re.search(r'[<>:"|?*\\\x00-\x1f]', path)
    assert all(not part.startswith((".", *FORMULA)) and len(part) <= 120 and part.strip(" .") == part for part in parts)
    assert harmless(path) == path


def test_a_file_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is too large, or empty, or breaks off leaves nothing."""
    place = asyncio.run(received(tmp_path, "raw/a.mpt", chunks(b"ab", b"c")))
    assert place == tmp_path / "raw" / "a.mpt" and place.read_bytes() == b"abc"
    monkeypatch.setattr(uploads, "MOST_BYTES", 3)
    with pytest.raises(InputError, match="larger"):
        asyncio.run(received(tmp_path, "b.mpt", chunks(b"ab", b"cd")))
    with pytest.raises(InputError, match="empty"):
        asyncio.run(received(tmp_path, "b.mpt", chunks()))

    async def broken() -> AsyncIterator[bytes]:
        yield b"a"
        raise ConnectionError

    with pytest.raises((ConnectionError, InputError)):
        asyncio.run(received(tmp_path, "b.mpt", broken()))
    assert [path.name for path in tmp_path.rglob("*")] == ["raw", "a.mpt"]


@pytest.mark.parametrize("drop", ["", "..", "../../x", "a" * 37, "A" * 36, "/" * 36])
def test_a_drop_is_one_of_the_page(drop: str, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        drop_place(tmp_path, drop)


def test_a_folder_that_is_dropped_is_a_sample(tmp_path: Path) -> None:
    """One folder alone is one; each with a sample file of its own is one; single files are of none."""

    def dropped(*names: str) -> dict[str, list[str]]:
        place = tmp_path / f"{len(list(tmp_path.iterdir()))}"
        for name in names:
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_text(name)
        return {inner: [str(path) for path in paths] for inner, paths in sorted_in(place).items()}

    assert dropped("a.mpt", "b.vms") == {"": ["a.mpt", "b.vms"]}
    assert dropped("VOC1/a.mpt", "VOC1/raw/b.vms") == {"VOC1": ["VOC1/a.mpt", "VOC1/raw/b.vms"]}
    assert dropped("VOC1/a.mpt", "b.vms") == {"": ["VOC1/a.mpt", "b.vms"]}
    assert dropped("p/one/sample.toml", "p/one/a", "p/two/sample.toml", "p/two/b", "p/c") == {
        "p": ["p/c"], "p/one": ["p/one/a", "p/one/sample.toml"], "p/two": ["p/two/b", "p/two/sample.toml"],
    }  # fmt: skip


def test_a_file_takes_the_place_of_none(tmp_path: Path) -> None:
    """The same file again is the same; another one of that name gets a number."""
    target = tmp_path / "sample"
    taken = []
    for k, text in enumerate(("one", "one", "two", "three")):
        drop = tmp_path / f"drop{k}"
        drop.mkdir()
        (drop / "a.csv").write_text(text)
        taken += moved([Path("a.csv")], drop, "", target)
    assert taken == ["a.csv", "a.csv", "a (2).csv", "a (3).csv"]
    assert [(target / name).read_text() for name in taken[1:]] == ["one", "two", "three"]


def test_a_link_does_not_lead_out(tmp_path: Path) -> None:
    """A sample's folder with a link to elsewhere in it takes no file through that link."""
    (tmp_path / "elsewhere").mkdir()
    target = tmp_path / "project" / "sample"
    target.mkdir(parents=True)
    (target / "raw").symlink_to(tmp_path / "elsewhere")
    drop = tmp_path / "drop"
    (drop / "raw").mkdir(parents=True)
    (drop / "raw" / "a.csv").write_text("x")
    with pytest.raises(InputError, match="leads out"):
        moved([Path("raw/a.csv")], drop, "", target)
    assert not list((tmp_path / "elsewhere").iterdir())
