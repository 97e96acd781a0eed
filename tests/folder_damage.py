"""What happens to a file of a folder that something ran into."""

from __future__ import annotations

import random
from pathlib import Path

HOW = ("flip", "truncate", "zero", "append", "digit", "delete", "lose", "swap", "empty")


def damage(path: Path, how: str, draw: random.Random) -> None:
    """One thing that happens to files."""
    data = bytearray(path.read_bytes())
    at = draw.randrange(len(data)) if data else 0
    if how == "flip" and data:
        data[at] ^= 1 << draw.randrange(8)
    elif how == "truncate":
        data = data[:at]
    elif how == "zero":
        data[at : at + 40] = bytes(len(data[at : at + 40]))
    elif how == "append":
        data += draw.randbytes(50)
    elif how == "digit":
        digits = [k for k, byte in enumerate(data) if 48 <= byte <= 57]
        if digits:
            at = draw.choice(digits)
            data[at] = ord(str((int(chr(data[at])) + 1) % 10))
    elif how == "lose":  # a block, as a file system may
        data = data[:at] + data[at + draw.choice((1, 16, 300)) :]
    elif how == "swap":  # two blocks, or lines
        lines = bytes(data).splitlines(keepends=True)
        if len(lines) > 2:
            a, b = draw.sample(range(len(lines)), 2)
            lines[a], lines[b] = lines[b], lines[a]
            data = bytearray(b"".join(lines))
    elif how == "empty":
        data = bytearray()
    path.unlink()
    if how != "delete":
        path.write_bytes(bytes(data))
