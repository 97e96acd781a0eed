"""Small instrument files of photoelectrons and UV-vis, made here, and damaged copies of any file."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from heterofilm.errors import HeterofilmError
from heterofilm.instruments.reading import read_all

DAMAGES = ("cut", "flip", "repeat", "number", "delete")


def damaged(raw: bytes, rng: np.random.Generator) -> bytes:
    """The file cut short, with flipped bytes, a block repeated or lost, or one line replaced."""
    kind, n = rng.choice(DAMAGES), len(raw)
    a, b = sorted(int(x) for x in rng.integers(0, max(n, 2), 2))
    if kind == "cut":
        return raw[:a]
    if kind == "repeat":
        return raw[:b] + raw[a:b] * 2 + raw[b:]
    if kind == "delete":
        return raw[:a] + raw[b:]
    if kind == "flip":
        changed = bytearray(raw)
        for k in rng.integers(0, n, 8):
            changed[k] ^= int(rng.integers(1, 256))
        return bytes(changed)
    lines = raw.split(b"\n")
    k = int(rng.integers(0, len(lines)))
    lines[k] = bytes(rng.choice([b"1e308", b"-1", b"2147483647", b"nan", b"word", b"", b"-1e308\t1e308"]))
    return b"\n".join(lines)


def read_or_refuse(path: Path) -> bool:
    """Whether the file was read; otherwise it was refused with one line. Anything else fails the test."""
    try:
        measurements = read_all(path)
    except HeterofilmError as error:
        assert str(error) and "\n" not in str(error), repr(str(error))
        return False
    for m in measurements:
        for name in m.table.columns:
            if m.table[name].dtype.is_numeric():
                assert np.isfinite(m.table[name].drop_nulls().to_numpy()).all()
    return True


def assault(raw: bytes, path: Path, times: int = 120, seed: int = 0) -> None:
    """Read damaged copies of `raw` under the name `path`: each gives measurements or one line."""
    rng = np.random.default_rng(seed)
    for _ in range(times):
        path.write_bytes(damaged(raw, rng) or b"x")
        read_or_refuse(path)
