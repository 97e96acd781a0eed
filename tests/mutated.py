"""Damaged copies of files: what a disk, a mail program or malice does to them."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

NUMBERS = (b"1e308", b"-1e308", b"nan", b"inf", b"99999999999999999999", b"-1", b"0", b"", b"1,5", b"\xff\xfe")


def mutations(raw: bytes, count: int, seed: int = 0) -> Iterator[bytes]:
    """`count` damaged copies: cut short, bytes flipped, blocks doubled or lost, counts and numbers replaced."""
    draw = random.Random(seed)
    for k in range(count):
        data = bytearray(raw)
        kind = k % 6
        at = draw.randrange(len(raw))
        if kind == 0:
            data = data[:at]
        elif kind == 1:
            for _ in range(draw.choice((1, 4, 40))):
                data[draw.randrange(len(data))] = draw.randrange(256)
        elif kind == 2:
            block = data[at : at + draw.choice((16, 256, 4096))]
            data[at:at] = block * draw.choice((1, 3))
        elif kind == 3:
            del data[at : at + draw.choice((1, 16, 1024))]
        elif kind == 4:
            start = draw.randrange(min(len(data), 512))
            data[start : start + 4] = draw.choice(
                (b"\xff\xff\xff\x7f", b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\x7f\xff\xff\xff")
            )
        else:
            places = list(re.finditer(rb"\d+(\.\d+)?", raw[:20000]))
            if places:
                place = draw.choice(places)
                data[place.start() : place.end()] = draw.choice(NUMBERS)
        yield bytes(data) or b"\n"


def damaged_files(raw: bytes, folder: Path, suffix: str, count: int, seed: int = 0) -> Iterator[Path]:
    """The damaged copies as a file, one after the other."""
    path = folder / f"damaged{suffix}"
    for data in mutations(raw, count, seed):
        path.write_bytes(data)
        yield path
