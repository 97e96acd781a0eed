"""Damaged copies of instrument files: what a disk, a mail program or malice does to them, and what readers then do."""

from __future__ import annotations

import io
import random
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl

from heterofilm.errors import HeterofilmError
from heterofilm.instruments import Measurement, read_all

SLOWEST = 5.0  # s for one file
LONGEST = 1000  # characters of a sentence
NUMBER = re.compile(rb"[-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?")
NUMBERS = (
    b"1e308", b"-1e308", b"nan", b"inf", b"-1", b"0", b"", b"-", b"x", b"0x1", b"1,5", b"1,5,5", b"2147483647",
    b"99999999999999999999", b"9" * 400,
)  # fmt: skip
COUNTS = (2**31 - 1, 2**31, 2**32 - 1, 2**30, 0, 1)  # what a header may claim instead of its own number
FOREIGN = (b"\x00", b"\r", b'"', b"\t", b",", b";", b"\xff\xfe", b"<!ENTITY", b"\xff" * 4096)
BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + k, b"&%c;" % (97 + k) * 10) for k in range(9)
)


def damaged(raw: bytes, draw: random.Random) -> bytes:
    """One damaged copy; never empty unless the damage is to be empty.

    Half of the copies of a container are packed well around a damaged member: the other half rarely gets to its reader.
    """
    if raw[:2] == b"PK" and draw.random() < 0.5:
        return repacked(raw, draw)
    return draw.choice(KINDS)(raw, draw)


def cut(raw: bytes, draw: random.Random) -> bytes:
    """Cut short, anywhere or within the head."""
    return raw[: draw.randrange(len(raw) if draw.random() < 0.7 else min(len(raw), 2000))]


def flipped(raw: bytes, draw: random.Random) -> bytes:
    """Some bytes changed."""
    data = bytearray(raw)
    for _ in range(draw.choice((1, 4, 40))):
        data[draw.randrange(len(data))] = draw.randrange(256)
    return bytes(data)


def flipped_head(raw: bytes, draw: random.Random) -> bytes:
    """Bytes changed where headers are."""
    data = bytearray(raw)
    for _ in range(draw.choice((1, 4, 16))):
        data[draw.randrange(min(len(data), 1024))] = draw.randrange(256)
    return bytes(data)


def doubled(raw: bytes, draw: random.Random) -> bytes:
    """A block written several times."""
    at, size = draw.randrange(len(raw)), draw.choice((1, 16, 256, 4096, 50_000))
    return raw[: at + size] + raw[at : at + size] * draw.choice((1, 3)) + raw[at + size :]


def lost(raw: bytes, draw: random.Random) -> bytes:
    """A block missing."""
    at = draw.randrange(len(raw))
    return raw[:at] + raw[at + draw.choice((1, 4, 16, 256, 4096, 50_000)) :]


def renumbered(raw: bytes, draw: random.Random) -> bytes:
    """One to five numbers of a text replaced, in the head or anywhere."""
    found = list(NUMBER.finditer(raw[: 2000 if draw.random() < 0.5 else 100_000]))
    for one in sorted(draw.sample(found, min(len(found), draw.choice((1, 1, 5)))), key=lambda m: -m.start()):
        raw = raw[: one.start()] + draw.choice(NUMBERS) + raw[one.end() :]
    return raw


def one_digit(raw: bytes, draw: random.Random) -> bytes:
    """One digit replaced everywhere, by worse."""
    return raw.replace(str(draw.randrange(10)).encode(), draw.choice((b"1e308", b"nan", b"-", b"9" * 30)))


def recounted(raw: bytes, draw: random.Random) -> bytes:
    """A binary number of the head replaced by a count of thousands of millions (or none)."""
    data, wide = bytearray(raw), draw.choice((2, 4, 4, 8))
    at = draw.randrange(min(len(data), 4096))
    at -= at % draw.choice((1, wide))
    number = draw.choice(COUNTS) % 256**wide
    data[at : at + wide] = number.to_bytes(wide, draw.choice(("little", "little", "big")))  # type: ignore[arg-type]
    return bytes(data)


def other_marks(raw: bytes, draw: random.Random) -> bytes:
    """Another separator, line end or decimal mark everywhere."""
    old, new = draw.choice(((b"\t", b","), (b"\t", b" "), (b"\t", b"\x00"), (b",", b";"), (b".", b","), (b"\n", b"\r"),
                            (b"\n", b""), (b",", b"\t\t"), (b" ", b"")))  # fmt: skip
    return raw.replace(old, new)


def intruded(raw: bytes, draw: random.Random) -> bytes:
    """Something put in that does not belong there."""
    at = draw.randrange(len(raw))
    return raw[:at] + draw.choice((*FOREIGN, draw.randbytes(500))) + raw[at:]


def shuffled(raw: bytes, draw: random.Random) -> bytes:
    """Two blocks exchanged."""
    a, b, c = sorted(draw.randrange(len(raw)) for _ in range(3))
    return raw[:a] + raw[b:c] + raw[a:b] + raw[c:]


def undated(name: str) -> zipfile.ZipInfo:
    """A member without the time of its writing: the same content is the same bytes, and its damage the same, always."""
    member = zipfile.ZipInfo(name)  # of 1980
    member.compress_type = zipfile.ZIP_DEFLATED
    return member


def put(archive: zipfile.ZipFile, name: str, content: bytes | str) -> None:
    """Into a zip container, see `undated`."""
    archive.writestr(undated(name), content)


def repacked(raw: bytes, draw: random.Random) -> bytes:
    """In a zip container, one member damaged and packed again with a valid checksum; others: bytes flipped."""
    if not zipfile.is_zipfile(io.BytesIO(raw)):
        return flipped(raw, draw)
    into = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as new:
            members = [name for name in old.namelist() if not name.endswith("/")]
            chosen = draw.choice(members)
            for name in members:
                content = old.read(name)
                if name == chosen and content:
                    content = draw.choice(KINDS[:-1])(content, draw)
                put(new, name, content)
    except Exception:  # damaged once before
        return flipped(raw, draw)
    return into.getvalue()


def bomb(raw: bytes, draw: random.Random) -> bytes:
    """A member of a zip container that unpacks to much; entities that expand to a thousand million letters."""
    if raw[:2] == b"PK":
        into = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as new:
            members = [name for name in old.namelist() if not name.endswith("/")]
            chosen = draw.choice(members)
            for name in members:
                if name == chosen:
                    letter = draw.choice((b"\x00", b" ", b"1 ", b"<a>", b"1\n"))
                    with new.open(undated(name), "w", force_zip64=True) as member:
                        member.write(old.read(name)[:4000] if draw.random() < 0.5 else b"")
                        for _ in range(draw.choice((40, 300))):
                            member.write(letter * (1_000_000 // len(letter)))
                else:
                    put(new, name, old.read(name))
        return into.getvalue()
    start = raw.find(b"?>") + 2 if raw.lstrip()[:2] == b"<?" else 0
    body = re.sub(rb"<([A-Za-z]\w*)([^<>]*)>", rb"<\1\2>&j;", raw[start:], count=3)
    return BOMB + b"]>" + body if b"<" in raw[:1000] else flipped_head(raw, draw)


KINDS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    cut, flipped, flipped_head, doubled, lost, renumbered, renumbered, one_digit, recounted, recounted, other_marks,
    intruded, shuffled, repacked,
)  # fmt: skip


def not_finite(one: Measurement) -> list[str]:
    """Columns that hold infinities or NaN, which no reader may give; tables of anything may."""
    floats = one.table.select(pl.selectors.float()) if one.technique != "table" else pl.DataFrame()
    return [column.name for column in floats if not column.drop_nulls().is_finite().all()]


def all_finite(one: Measurement) -> None:
    """A `check` of `assault`."""
    assert not_finite(one) == [], one.technique


def assault(
    raw: bytes, path: Path, times: int, seed: int | str = 0, check: Callable[[Measurement], object] | None = None
) -> int:
    """Read damaged copies of `raw` under the name `path`; how many were read, the others were refused with one line.

    `check` is called with every measurement; only `HeterofilmError` may leave it.
    """
    draw = random.Random(f"{path.name} {seed}")
    read = 0
    for k in range(times):
        path.write_bytes(damaged(raw, draw) or b"x")
        start = time.process_time()  # a machine with other work on it is not a slow reader
        try:
            found = read_all(path)
            assert found
            for one in found if check is not None else ():
                check(one)  # type: ignore[misc]
            read += 1
        except HeterofilmError as error:
            said = str(error)
            assert len(said) > 20 and len(said) < LONGEST and said.isprintable(), f"{k}: {said[:300]!r}"
        assert time.process_time() - start < SLOWEST, f"mutation {k}"
    return read
