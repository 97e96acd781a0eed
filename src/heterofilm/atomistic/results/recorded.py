"""Results that come with heterofilm: computed once by its own commands, with level, cost and what they are worth.

>>> print(load("V2O5-voltage").level)
CHGNet 0.3.0
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from ...errors import InputError, did_you_mean
from ...library import Value
from ...library.files import DATA
from ..level import Level

__all__ = ["Recorded", "load", "results"]

FOLDER = DATA / "atomistic"


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """One number with its level, the command that made it, and what it cannot say."""

    name: str
    words: str
    value: float
    unit: str
    low: float
    high: float
    level: Level
    version: str
    settings: str
    wall_s: float
    command: str
    limits: str
    more: dict[str, Any]  # further numbers, by name with unit
    beside: dict[str, Any] = field(default_factory=dict)  # what of the library it stands beside; see ``values``

    @property
    def as_value(self) -> Value:
        """The number as a value of the library."""
        return Value(
            value=self.value, unit=self.unit, kind="computed", low=self.low, high=self.high,
            source=f"computed ({self.level}, {self.words}; {self.version})",
        )  # fmt: skip


def load(name: str) -> Recorded:
    """The recorded result of that name.

    Errors: `HeterofilmError` for an unknown name, with the nearest.
    """
    known = _all()
    if name not in known:
        raise InputError(f"There is no recorded result '{name}'; known: {', '.join(known)}.{did_you_mean(name, known)}")
    return known[name]


def results() -> tuple[Recorded, ...]:
    """All recorded results."""
    return tuple(_all().values())


@cache
def _all() -> dict[str, Recorded]:
    found: dict[str, Recorded] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        held = tomllib.loads(path.read_text(encoding="utf-8"))
        common = {key: value for key, value in held.items() if not isinstance(value, dict)}
        for name, table in held.items():
            if isinstance(table, dict):
                words = {"more": {}, **common, **table}
                found[name] = Recorded(name=name, **{**words, "level": Level.parse(words["level"])})
    return found
