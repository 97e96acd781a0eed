"""What somebody states of computed results, each answered from what is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Answer", "Statements", "Verdict"]

Verdict = Literal["agrees", "disagrees", "not decidable", "not yet computed"]


@dataclass(frozen=True)
class Answer:
    """A statement, the verdict, why, and the numbers behind it as (what, number, level)."""

    id: str
    statement: str
    verdict: Verdict
    why: str
    numbers: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Statements:
    """Answered statements of one source. `title` in words, for example "what the paper says of its DFT"."""

    title: str
    by: str  # who states them, as the head of a column
    answers: tuple[Answer, ...]
