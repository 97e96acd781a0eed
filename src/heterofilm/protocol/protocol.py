"""`Protocol`: the whole treatment of a cell, from text, from files, or from steps built in Python."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ..errors import FileFormatError, InputError, did_you_mean
from ..files import read_file
from .build import flat
from .load import Load
from .loops import Action, Item, Loop, Progress, ScheduledStep, count, counted, cycles, every
from .text import MOST_TEXT, parse, without_effect

READY = Path(__file__).parent / "ready"
REMEMBERED = 1000  # texts, and letters of one
_READ: dict[str, Protocol] = {}


@dataclass(frozen=True)
class Protocol:
    """The whole treatment of a cell: steps and loops in order. ``str(protocol)`` is its text form.

    ``said``: what was read and has no effect, in sentences.
    """

    items: tuple[Item, ...]
    said: tuple[str, ...] = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        if isinstance(self.items, str) or not isinstance(self.items, Sequence):
            raise InputError(f"A protocol is made of steps and loops, not {self.items!r:.60}; see Protocol.parse.")
        object.__setattr__(self, "items", flat(self.items))
        for item in self.items:
            if not isinstance(item, Action | Loop):
                raise InputError(f"A protocol is made of steps and loops, not {item!r:.60}; see Protocol.parse.")
        if not self.items:
            raise InputError("The protocol is empty: write for example 'Discharge at 5 uA/cm2 until 2.15 V'.")

    @classmethod
    def of(cls, given: Any) -> Protocol:
        """A Protocol, whatever it is given as: one, a text (see `load`), a step, a list of steps, a list of texts.

        Errors: `HeterofilmError` for anything else.
        """
        if isinstance(given, Protocol):
            return given
        if isinstance(given, str | Path):
            return cls.load(str(given))
        if isinstance(given, Action | Loop):
            return cls((given,))
        if isinstance(given, list | tuple):
            texts = [isinstance(entry, str) or _is_texts(entry) for entry in given]
            if given and all(texts):
                return cls.parse(given)
            if not any(texts):
                return cls(tuple(given))
            raise InputError("A protocol is a list of texts or a list of steps, not a mixture; make all of them one.")
        raise InputError(
            f"A protocol is text, a list of texts or steps, or a Protocol, not {given!r:.60}; write for example "
            "'Discharge at 5 uA/cm2 until 2.15 V'."
        )

    @classmethod
    def parse(cls, text: str | Sequence[str | Sequence[str]], folder: Path | None = None) -> Protocol:
        """Read the text form (see `heterofilm.protocol`), or the list given to a PyBaMM ``Experiment``.

        In such a list each string is a cycle of its own, and each tuple of strings is one cycle.
        Errors: `HeterofilmError` with line and column, what was expected, and a caret under the place.
        """
        if isinstance(text, str):
            return cls(parse(text, folder), without_effect(text))
        lines = [(entry,) if isinstance(entry, str) else tuple(entry) for entry in text]
        if sum(len(line) for lines_ in lines for line in lines_) > MOST_TEXT:
            raise InputError(f"The protocol has more than {MOST_TEXT} characters: write what returns as a loop.")
        said = without_effect("\n".join(one for entry in lines for one in entry))
        return cls(tuple(Loop(1, parse("\n".join(entry), folder)) for entry in lines), said)

    @classmethod
    def load(cls, name: str, folder: Path | None = None) -> Protocol:
        """A ready-made protocol by its name, a text file by its path (``.txt``), or the text itself."""
        if name in _READ and folder is None:
            return _READ[name]
        found = cls._loaded(name, folder)
        if len(name) <= REMEMBERED and not name.strip().lower().endswith(".txt") and not found.loads():
            # what reads no file means the same next time: in a fit or a batch it takes as long as half a discharge
            if len(_READ) >= REMEMBERED:
                _READ.clear()
            _READ[name] = found
        return found

    @classmethod
    def _loaded(cls, name: str, folder: Path | None) -> Protocol:
        plain = name.strip() if len(name) <= MOST_TEXT else ""
        if plain in ready_made():
            return cls.parse((READY / f"{plain}.txt").read_text("utf-8"))
        if plain.lower().endswith(".txt") and "\n" not in plain:
            path = Path(plain)
            return cls.parse(_text_of(path), path.parent)
        if re.fullmatch(r"\w{1,40}-[\w-]{1,40}", plain) and (hint := did_you_mean(plain, ready_made())):
            raise InputError(f"There is no ready-made protocol '{plain}'.{hint}")
        return cls.parse(name, folder)

    def cycles(self, progress: Progress | None = None) -> Iterator[list[ScheduledStep]]:
        """The actions of one cycle after the other, loops unrolled, each with its cycle number and label.

        Cycles count from 1; a new one begins with every pass through a loop and the first action after it, and outside
        of loops where the direction of the first discharge or charge comes back (`counted` says so).
        Loops end early as far as ``progress`` is kept up to date by the runner.
        """
        return cycles(self.items, progress or Progress())

    def steps(self) -> Iterator[ScheduledStep]:
        """Every action in the order it is run where no loop ends early."""
        return (scheduled for cycle in self.cycles() for scheduled in cycle)

    def count(self) -> int:
        """How many cycles there are where no loop ends early."""
        return count(self.items)

    def counted(self) -> str:
        """How the cycles outside of loops are counted, in words; "" where there is no more than one."""
        return counted(self.items)

    def every(self) -> Iterator[Item]:
        """Every item as it is written, loops and what is inside them."""
        return every(self.items)

    def loads(self) -> tuple[Load, ...]:
        """The loads that it follows, each once."""
        return tuple(dict.fromkeys(item for item in self.every() if isinstance(item, Load)))

    def __str__(self) -> str:
        return "\n".join(map(str, self.items))


@cache
def ready_made() -> tuple[str, ...]:
    """Names of the protocols that come with the package."""
    return tuple(sorted(path.stem for path in READY.glob("*.txt")))


def _is_texts(entry: Any) -> bool:
    return isinstance(entry, list | tuple) and bool(entry) and all(isinstance(text, str) for text in entry)


def _text_of(path: Path) -> str:
    """The text of a protocol's file. Errors: `HeterofilmError` for one that is no plain file, no text, or too large."""
    raw = read_file(path, 4 * MOST_TEXT, "protocol")  # no character has more bytes
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileFormatError(f"Cannot read the protocol '{path}': it is not text; save it as UTF-8.") from None
