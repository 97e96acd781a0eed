"""A sample with all that was found."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from ..records.result import Result, result_table
from .curves import Curve
from .decisions import Decision, sentences
from .findings import Findings
from .methods import methods_text
from .sample_file import Sample

__all__ = ["Analysed"]


@dataclass
class Analysed:
    """A sample with all that was found; `failed`: file or kind, and why."""

    sample: Sample
    findings: dict[str, Findings] = field(default_factory=dict)
    failed: list[tuple[str, str]] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)  # path -> what it was taken for
    hashes: dict[str, str] = field(default_factory=dict)  # path -> sha256
    formats: dict[str, list[str]] = field(default_factory=dict)  # kind -> formats that its files were read as
    decisions: list[Decision] = field(default_factory=list)  # what the sample file, or a recipe, set by hand
    curves: list[Curve] = field(default_factory=list)  # as measured, to be laid over those of other samples

    @property
    def results(self) -> list[Result]:
        """Every row, in the order of the kinds."""
        return [row for found in self.findings.values() for row in found.results]

    def table(self) -> pl.DataFrame:
        """The sample's table: quantity, value, uncertainty, unit, method, file."""
        return result_table(self.results)

    def decided(self) -> list[str]:
        """What was set by hand, a sentence for each file."""
        return list(dict.fromkeys(sentences(self.decisions)))

    def methods(self) -> str:
        """The methods section: what is known of the sample, its cell and instruments, and how it was analysed."""
        return methods_text(self.sample.sheet, self.findings, self.decided(), self.formats)
