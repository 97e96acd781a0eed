"""Mutations of a file's bytes, for tests that a reader always ends in a result or in one sentence."""

import random
import re
import time
from pathlib import Path

from heterofilm.errors import HeterofilmError
from heterofilm.instruments.reading import read_all


def mutated(raw: bytes, rng: random.Random) -> bytes:
    """Cut short, bits flipped, a block doubled, a number replaced, or a block of random bytes."""
    kind = rng.randrange(5)
    if kind == 0:
        return raw[: rng.randrange(len(raw))]
    if kind == 1:
        flipped = bytearray(raw)
        for _ in range(rng.randrange(1, 20)):
            flipped[rng.randrange(len(raw))] ^= 1 << rng.randrange(8)
        return bytes(flipped)
    a, b = sorted(rng.randrange(len(raw)) for _ in range(2))
    if kind == 2:
        return raw[:b] + raw[a:b] + raw[b:]
    if kind == 3:
        numbers = list(re.finditer(rb"\d+", raw))
        if numbers:
            one = rng.choice(numbers)
            new = rng.choice([b"1e308", b"-1", b"0", b"nan", b"99999999999999999999", b"x"])
            return raw[: one.start()] + new + raw[one.end() :]
    return raw[:a] + rng.randbytes(min(b - a, 500)) + raw[b:]


def always_a_result_or_one_sentence(raw: bytes, path: Path, tries: int = 60, seed: int = 1) -> None:
    """Read `tries` mutations of `raw` under the name `path`."""
    rng = random.Random(seed)
    for _ in range(tries):
        path.write_bytes(mutated(raw, rng))
        start = time.monotonic()
        try:
            found = read_all(path)
            assert found
        except HeterofilmError as error:
            assert "\n" not in str(error) and len(str(error)) > 20
        assert time.monotonic() - start < 5.0
