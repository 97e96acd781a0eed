"""How recorded electrons were made: level, program, settings, command and cost, and what they cannot say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from ..level import NOT_STATED, Level

__all__ = ["About", "AboutInterface"]


@dataclass(frozen=True, kw_only=True)
class About:
    """What is said of a recorded ground state. `more`: further words that a record holds, by name."""

    level: Level = NOT_STATED
    version: str = ""  # of the program and its setups
    settings: str = ""
    command: str = ""  # that makes it again
    limits: str = ""  # what it cannot say
    structure: str = ""  # a name of the library
    wall_s: float = 0.0
    iterations: int = 0
    more: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def parse(cls, words: Mapping[str, Any]) -> Self:
        """From words by name, as records hold them.

        Errors: `HeterofilmError` for a level in no form; `TypeError` where a word that must be there is missing.
        """
        known = {one.name for one in fields(cls)} - {"more"}
        own = {name: value for name, value in words.items() if name in known}
        for name in {"level", "elf_level"} & set(own):
            own[name] = Level.parse(own[name])
        return cls(**own, more={name: value for name, value in words.items() if name not in known})

    @property
    def words(self) -> dict[str, Any]:
        """What `parse` takes: plain words and numbers, those that are there."""
        own = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "more"}
        own = {name: str(value) if isinstance(value, Level) else value for name, value in own.items()}
        return {name: value for name, value in own.items() if value not in ("", None)} | dict(self.more)


@dataclass(frozen=True, kw_only=True)
class AboutInterface(About):
    """What is said of a recorded interface."""

    film: str
    substrate: str
    elf_level: Level | None = None  # of its ELF, where that is another's

    @property
    def pair(self) -> tuple[str, str]:
        """Film and substrate."""
        return self.film, self.substrate
