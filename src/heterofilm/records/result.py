"""`Result`: one number that an analysis found, with its uncertainty, unit and method, ready for a table."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from ..wording import plus_minus

__all__ = ["Result", "result_table"]


@dataclass(frozen=True)
class Result:
    """One row of a paper's table.

    - `quantity`: what, in the field's words (``work function``, ``V4+ share``); `sample`: of what;
    - `value` (a number, or a verdict in words), `uncertainty` (one standard deviation; NaN where none can be stated),
      `unit` (of the field; "" for none);
    - `method`: how, in a few words with its settings; `file`: from which file; `note`: what limits it;
    - `numbered`: the quantity is named by its place among those of its file (peak 2, R1), not by what it is.
    """

    quantity: str
    value: float | str
    uncertainty: float = math.nan
    unit: str = ""
    method: str = ""
    sample: str = ""
    file: str = ""
    note: str = ""
    numbered: bool = False

    def __str__(self) -> str:
        if isinstance(self.value, str):
            return self.value
        unit = f" {self.unit}" if self.unit not in ("", "1") else ""
        known = self.uncertainty if self.uncertainty > 0.0 else math.nan  # 0: none was stated
        return f"{plus_minus(self.value, known)}{unit}"


def result_table(results: Iterable[Result]) -> pl.DataFrame:
    """The results as a frame: sample, quantity, value, uncertainty, unit, method, file, note; one row each.

    A verdict in words has its own column and leaves the value empty, so that the column of values holds numbers only.
    """
    rows = [
        {
            "sample": r.sample,
            "quantity": r.quantity,
            "value": None if isinstance(r.value, str) else float(r.value),
            "uncertainty": r.uncertainty if math.isfinite(r.uncertainty) else None,
            "unit": r.unit,
            "verdict": r.value if isinstance(r.value, str) else "",
            "method": r.method,
            "file": r.file,
            "note": r.note,
        }
        for r in results
    ]
    text, real = pl.String(), pl.Float64()
    return pl.DataFrame(
        rows,
        schema={
            "sample": text, "quantity": text, "value": real, "uncertainty": real, "unit": text, "verdict": text,
            "method": text, "file": text, "note": text,
        },
    )  # fmt: skip
