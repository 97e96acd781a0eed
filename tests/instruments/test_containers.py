"""Zip and XML from strangers: bombs, lies and entities are refused."""

import struct
import zipfile
from pathlib import Path

import pytest

from heterofilm.errors import HeterofilmError
from heterofilm.instruments import containers
from heterofilm.instruments.containers import open_zip, parse_xml, read_member


def archive(path: Path, *members: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, raw in members:
            made.writestr(name, raw)
    return path


def test_members_come_back(tmp_path: Path) -> None:
    with open_zip(archive(tmp_path / "a.zip", ("x", b"abc"), ("../y", b"no escape"))) as found:
        assert read_member(found, "x") == b"abc"
        assert read_member(found, "../y") == b"no escape"  # a name is a name: nothing is written to disk
        with pytest.raises(HeterofilmError, match="has no 'z'"):
            read_member(found, "z")
    assert [p.name for p in tmp_path.iterdir()] == ["a.zip"] and not (tmp_path.parent / "y").exists()


def test_a_bomb_is_refused_by_its_claim_and_by_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = archive(tmp_path / "a.zip", ("bomb", bytes(5_000_000)))
    with open_zip(path) as found, pytest.raises(HeterofilmError, match="larger than 1 MB"):
        read_member(found, "bomb", 1_000_000)
    monkeypatch.setattr(containers, "MAX_UNPACKED", 1_000_000)
    with pytest.raises(HeterofilmError, match="5 MB unpacked"):
        open_zip(path)
    monkeypatch.setattr(containers, "MAX_MEMBERS", 0)
    with pytest.raises(HeterofilmError, match="1 members"):
        open_zip(path)


def test_a_header_that_lies_about_its_size_gives_no_more_than_it_says(tmp_path: Path) -> None:
    """5 MB that claim to be 10 bytes: an error or ten bytes, never 5 MB."""
    path = archive(tmp_path / "a.zip", ("bomb", bytes(5_000_000)))
    raw = path.read_bytes().replace(struct.pack("<I", 5_000_000), struct.pack("<I", 10))
    path.write_bytes(raw)
    with open_zip(path) as found:
        try:
            assert len(read_member(found, "bomb")) <= 10
        except HeterofilmError as error:
            assert "damaged" in str(error)


@pytest.mark.parametrize("raw", [b"", b"PK", b"PK\x05\x06" + bytes(10), b"nonsense" * 99])
def test_damage_is_one_sentence(raw: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(raw)
    with pytest.raises(HeterofilmError, match="damaged") as caught:
        open_zip(path)
    assert "\n" not in str(caught.value)


def test_a_damaged_or_encrypted_member(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", ("x", bytes(range(256)) * 20))
    raw = bytearray(path.read_bytes())
    raw[45:60] = bytes(15)
    path.write_bytes(raw)
    with open_zip(path) as found, pytest.raises(HeterofilmError, match="damaged"):
        read_member(found, "x")


LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><l>&b;</l>'


@pytest.mark.parametrize(
    "text",
    [
        LAUGHS,
        '<!DOCTYPE l SYSTEM "file:///etc/passwd"><l/>',
        '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><l>&x;</l>',
    ],
)
def test_entities_and_document_types_are_refused(text: str) -> None:
    with pytest.raises(HeterofilmError, match="document type or entities"):
        parse_xml(text)


@pytest.mark.parametrize(
    "raw", [b"", b"<a>", b"<a></b>", b'<?xml version="1.0" encoding="nonsense"?><a/>', b"\xff\xfe<a"]
)
def test_damaged_xml_is_one_sentence(raw: bytes) -> None:
    with pytest.raises(HeterofilmError, match="XML is damaged"):
        parse_xml(raw)


def test_good_xml_is_read() -> None:
    assert parse_xml(b"<a><b c='1'/></a>")[0].get("c") == "1"
