"""Which of some protocols would tell most about values of a cell, were it run next. A job."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ..act import Short
from ..state import Curve
from .question import Answered, Question, in_script, own_or_named, set_options, settings_in_words
from .rows import rows_of

if TYPE_CHECKING:
    from ....designs.experiment import Experiments

__all__ = ["Experiment", "experiment_rows"]

Line = Annotated[str, Field(min_length=1, max_length=2000)]


class Experiment(Question):
    """A cell with values set, the paths of the values that are asked about, and protocols to choose from."""

    kind: Literal["experiment"] = "experiment"
    cell: Short
    values: dict[Short, float | Short] = Field(default_factory=dict, max_length=500)
    free: Annotated[tuple[Short, ...], Field(min_length=1, max_length=20)]
    protocols: Annotated[tuple[Line, ...], Field(min_length=1, max_length=30)]
    noise: Short = "1 mV"

    @property
    def long(self) -> bool:
        return True

    @property
    def words(self) -> str:
        return (
            f"What to measure next: {', '.join(self.free)} of {self.cell}{settings_in_words(self.values)}, "
            f"{len(self.protocols)} protocols, noise {self.noise}"
        )

    @property
    def call(self) -> str:
        return (
            f"hf.next_experiment({in_script(self.cell)}, {list(self.free)!r}, {list(self.protocols)!r}, "
            f"noise={self.noise!r}, overrides={dict(self.values)!r})"
        )

    @property
    def command(self) -> list[str]:
        return ["heterofilm", "experiment", self.cell, "--values", *self.free, "--protocol", *self.protocols,
                "--noise", self.noise, *set_options(self.values)]  # fmt: skip

    def check(self, folder: Path) -> None:
        from ....calibration.unknown import unknowns

        unknowns(Curve(self.cell, dict(self.values)).loaded(folder), list(self.free))
        for text in self.protocols:
            Curve(self.cell, test=text).protocol(folder)

    def answered(self, folder: Path) -> Answered:
        from ....designs.experiment import next_experiment

        found = next_experiment(
            own_or_named(self.cell, folder), list(self.free), list(self.protocols), noise=self.noise,
            overrides=dict(self.values),
        )  # fmt: skip
        head = ("Protocol", "Information / bit", "Takes / h", *found.values)
        rows = [
            (
                row["protocol"], f"{row['information_bit']:.1f}",
                "" if row["duration_h"] is None else f"{row['duration_h']:.2g}",
                *(f"{row[f'{path} before']:.3g} → {row[f'{path} after']:.2g}" for path in found.values),
            )
            for row in found.table.iter_rows(named=True)
        ]  # fmt: skip
        notes = [
            "Of each value the standard deviation before and after, in per cent of it; of a potential in mV.",
            *found.notes, *(f"'{name}' cannot be run: {why}" for name, why in found.failed.items()),
        ]  # fmt: skip
        return Answered(rows_of(self.kind, found), notes=notes, tables=(("Best first", head, rows),))


def experiment_rows(found: Experiments) -> list[tuple[str, float | None, str, str]]:
    """The information of each protocol, the best first."""
    return [
        (f"information of {row['protocol']}", row["information_bit"], "bit", "; ".join(
            f"{path}: {row[f'{path} before']:.5g} to {row[f'{path} after']:.5g}" for path in found.values))
        for row in found.table.iter_rows(named=True)
    ]  # fmt: skip
