"""The paper's numbers: the rows of ``claims.csv``, read once, and nowhere else.

A row has a role: input (given to the model), calibrate (may be fitted), validate (must come out by itself), reference
(an analysis must find it in data).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, cast

import polars as pl

__all__ = ["FILMS", "Claim", "claim", "claims", "frame"]

FILMS = ("VO", "VOC1", "VOC2")  # of the paper, as the library calls them

Role = Literal["input", "calibrate", "validate", "reference"]
_NUMBER = r"\d+\.?\d*(?:e-?\d+)?"


@dataclass(frozen=True)
class Claim:
    """One row, ``value`` as the file writes it: a number, several (``3.4;3.2``), a range (``2.15-3.8``), or words."""

    id: str
    section: str
    sample: str
    cell: str
    quantity: str
    condition: str
    value: str
    unit: str
    role: Role
    note: str

    @property
    def number(self) -> float:
        """The value, of a row that is one number."""
        return float(self.value)

    @property
    def numbers(self) -> tuple[float, ...]:
        """Several numbers, or the ends of a range."""
        return tuple(float(text) for text in re.findall(_NUMBER, self.value))

    @property
    def cell_name(self) -> str:
        """The library's cell: ``vo-half``, ``voc1-atfb``."""
        return f"{self.sample.lower()}-{'half' if self.cell == 'half-cell' else self.cell.lower()}"

    @property
    def current(self) -> float:
        """uA cm-2, of a row whose condition names one."""
        return self._stated(rf"({_NUMBER}) uA cm\^-2")

    @property
    def cycles(self) -> int:
        """Of a row whose condition counts them."""
        return int(self._stated(r"after (\d+) cycles"))

    @property
    def potential(self) -> float:
        """V vs Li+/Li, to which the sample was lithiated."""
        return self._stated(rf"lithiated to ({_NUMBER}) V")

    def _stated(self, pattern: str) -> float:
        found = re.search(pattern, self.condition)
        if found is None:
            raise ValueError(f"the row '{self.id}' does not say '{pattern}' in its condition '{self.condition}'")
        return float(found[1])


@cache
def frame() -> pl.DataFrame:
    """All rows, all columns as text."""
    return pl.read_csv((files(__package__) / "claims.csv").read_bytes(), infer_schema=False).fill_null("")


@cache
def claims() -> dict[str, Claim]:
    """All rows by id, in the order of the file."""
    return {row["id"]: Claim(**cast(dict[str, str], row)) for row in frame().iter_rows(named=True)}  # type: ignore[arg-type]


def claim(id: str) -> Claim:
    """One row."""
    return claims()[id]
