"""The study of the paper: every row of its claims beside the model's answer, and the figure that shows it. A job."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from ....errors import SimulationError
from ....files import made_folder
from .question import Answered, Question
from .rows import rows_of

if TYPE_CHECKING:
    import polars as pl

__all__ = ["FOLDER", "Paper", "claims_answered", "paper_rows"]

FOLDER = "results/paper"
HEAD = ("Row", "Sample", "Cell", "Quantity", "Condition", "Measured", "Model", "Unit", "Off", "Verdict", "Status",
        "Figure", "Note")  # fmt: skip
SHOWN = ("id", "sample", "cell", "words", "condition", "measured", "simulated", "unit", "deviation", "verdict",
         "status", "figure", "note")  # fmt: skip


class Paper(Question):
    """The claims of the paper that comes with the package."""

    kind: Literal["paper"] = "paper"
    imports: ClassVar[tuple[str, ...]] = ("from heterofilm.app.session.questions.paper import claims_answered",)

    @property
    def long(self) -> bool:
        return True

    @property
    def words(self) -> str:
        return "The paper's claims beside the model's answers"

    @property
    def call(self) -> str:
        return f"claims_answered(here / {FOLDER!r})"

    @property
    def command(self) -> list[str]:
        return ["heterofilm", "run", "--out", FOLDER, "--members", "0"]

    def answered(self, folder: Path) -> Answered:
        table = claims_answered(folder / FOLDER)
        rows = list(table.select(SHOWN).iter_rows())
        told = [f"{n} {verdict or 'without a verdict'}" for verdict, n in table["verdict"].value_counts().iter_rows()]
        notes = [f"{table.height} rows: {', '.join(sorted(told))}."]
        return Answered(rows_of(self.kind, table), notes=notes, tables=(("Claims", HEAD, rows),))


def claims_answered(out: Path) -> pl.DataFrame:
    """Run the paper's study into a folder, as ``heterofilm run`` does, and its table of claims; runs that are there are
    not done again.

    Errors: `SimulationError` with what the command said.
    """
    import polars as pl

    made_folder(out.parent)
    command = [sys.executable, "-m", "heterofilm", "run", "--out", str(out), "--members", "0", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode not in (0, 1):  # 1: some runs failed, and the table says which rows have no answer
        raise SimulationError(done.stderr.strip()[-1000:] or "The study of the paper ended without a word.")
    return pl.read_csv(out / "claims.csv", infer_schema=False).fill_null("")


def paper_rows(table: pl.DataFrame) -> list[tuple[str, float | None, str, str]]:
    """The model's answer to each row."""
    rows: list[tuple[str, float | None, str, str]] = []
    for row in table.iter_rows(named=True):
        try:
            value = float(row["simulated"])
            said = ""
        except ValueError:
            value, said = None, row["simulated"]
        words = "; ".join(filter(None, [said, f"paper: {row['measured']}", row["verdict"], row["status"]]))
        rows.append((row["id"], value, row["unit"], words))
    return rows
