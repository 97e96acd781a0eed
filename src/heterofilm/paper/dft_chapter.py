"""The chapter of the paper's first-principles statements, each with its verdict: for the page of recorded results, and
for the report of a study."""

from __future__ import annotations

import polars as pl

from ..atomistic.results.evidence import Evidence, evidence
from ..reports.atoms import lithium_figures
from ..reports.page import Chapter, Table
from .dft_answers import Verdict, answers

__all__ = ["short_chapter", "statements_chapter", "statements_table"]

ONE: dict[Verdict, str] = {
    "agrees": "agrees", "disagrees": "disagrees", "not decidable": "is not decidable",
    "not yet computed": "is not yet computed",
}  # fmt: skip
MANY: dict[Verdict, str] = {
    "agrees": "agree", "disagrees": "disagree", "not decidable": "are not decidable",
    "not yet computed": "are not yet computed",
}  # fmt: skip


def statements_chapter(found: Evidence) -> Chapter:
    """The paper's statements, each with verdict, reason and numbers."""
    asked = answers(found)
    counts = {word: sum(one.verdict == word for one in asked) for word in dict.fromkeys(a.verdict for a in asked)}
    said = ", ".join(f"{n} {(ONE if n == 1 else MANY)[word]}" for word, n in counts.items())
    rows = [
        (one.statement, one.verdict, one.why, "; ".join(f"{what}: {x} ({level})" for what, x, level in one.numbers))
        for one in asked
    ]  # fmt: skip
    return Chapter(
        "What the paper says of its DFT",
        "Where a difference is below what the level of theory misses, it is not decidable.",
        [f"Of {len(asked)} statements: {said}."],
        (),
        [Table("Statements", ("Paper", "Verdict", "Why", "Numbers (level)"), rows)],
    )  # fmt: skip


def statements_table(found: Evidence) -> pl.DataFrame:
    """The statements as a table: id, statement, verdict, why, numbers."""
    return pl.DataFrame(
        [(a.id, a.statement, a.verdict, a.why, "; ".join(": ".join(n) for n in a.numbers)) for a in answers(found)],
        schema=["id", "statement", "verdict", "why", "numbers"], orient="row",
    )  # fmt: skip


def short_chapter(found: Evidence | None = None) -> Chapter:
    """For the report of a study: the statements with their verdicts, bars and migration paths."""
    known = evidence() if found is None else found
    full = statements_chapter(known)
    return Chapter(
        "From first principles",
        "Recorded results from first principles against what the paper says of its DFT; `heterofilm atoms figures` "
        "writes all of them.",
        full.sentences, lithium_figures(known), full.tables,
    )  # fmt: skip
