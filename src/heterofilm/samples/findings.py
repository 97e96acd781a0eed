"""What was found in the files of one technique: numbers, figures, tables, and how it was done."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any

import polars as pl

from ..records.result import Result
from ..reports.page import Drawable

__all__ = ["Findings", "slug", "slugs"]


@dataclass(frozen=True)
class Findings:
    """Everything one analysis gives.

    - `results`: rows for the sample's table; `figures`: with both back ends;
    - `tables`: numbers behind the figures by name, for Origin and the like;
    - `methods`: sentences that say what was done with which settings; `notes`: what the reader assumed, what to mind;
    - `failed`: what could not be analysed (a file of the sample file, or a kind of measurement), and why.
    """

    results: list[Result] = field(default_factory=list)
    figures: list[Drawable] = field(default_factory=list)
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    methods: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)

    def of(self, sample: str, file: str) -> Findings:
        """The same, its rows signed with the sample file's names of sample and file, whatever the file calls them.

        Rows that say more of a file than its name, such as one of its spectra, keep that.
        """
        bare = {"", PurePath(file).name}
        signed = [replace(r, sample=sample, file=file if r.file in bare else r.file) for r in self.results]
        return replace(self, results=signed)

    def noted(self, note: str) -> Findings:
        """The same, with `note` beside every number."""
        rows = [replace(r, note="; ".join(one for one in (r.note, note) if one)) for r in self.results]
        return replace(self, results=rows)

    def of_file(self, sample: str, file: str, label: str) -> Findings:
        """The same, signed, its figures and tables under a name of their own (one of `slugs`)."""
        return self.of(sample, file).renamed(label)

    def __add__(self, other: Findings) -> Findings:
        return Findings(
            self.results + other.results,
            self.figures + other.figures,
            self.tables | other.tables,
            self.methods + [m for m in other.methods if m not in self.methods],
            self.notes + [n for n in other.notes if n not in self.notes],
            self.failed + other.failed,
        )

    def renamed(self, prefix: str) -> Findings:
        """Figures and tables under names of their own, so that those of several files do not meet."""
        figures: list[Any] = [replace(f, name=f"{prefix}-{f.name}") for f in self.figures]  # type: ignore[type-var]
        return replace(self, figures=figures, tables={f"{prefix}-{name}": t for name, t in self.tables.items()})


def slug(name: str) -> str:
    """A name as it may stand in a file's name."""
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower()[:40] or "file"


def slugs(names: Sequence[str], longer: Sequence[str] = ()) -> list[str]:
    """A slug for each name, no two alike: from `longer` where names share one, with a number where that is not enough.

    >>> slugs(["cv", "CV", "eis"], ["raw/a/cv", "raw/b/CV", "raw/eis"])
    ['raw-a-cv', 'raw-b-cv', 'eis']
    """
    made = [slug(name) for name in names]
    shared = Counter(made)
    made = [slug(more) if shared[short] > 1 else short for short, more in zip(made, longer or names, strict=True)]
    given: set[str] = set()
    for k, short in enumerate(made):
        number = 2
        while made[k] in given:
            made[k], number = f"{short}-{number}", number + 1
        given.add(made[k])
    return made
