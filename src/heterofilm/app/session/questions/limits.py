"""What limits a discharge of a cell: what is delivered, and the causes of what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ....units import from_si
from ..act import Short
from ..state import Curve
from .question import Answered, Question, in_script, settings_in_words
from .rows import rows_of

if TYPE_CHECKING:
    from ....simulation.unused_capacity import Share

__all__ = ["Limits", "limits_rows"]


class Limits(Question):
    """The theoretical capacity of a cell at a current, split by cause."""

    kind: Literal["limits"] = "limits"
    cell: Short
    values: dict[Short, float | Short] = Field(default_factory=dict, max_length=500)
    uA_cm2: Annotated[float, Field(gt=0.0, lt=1e9)] = 80.0

    @property
    def words(self) -> str:
        return f"What limits {self.cell} at {self.uA_cm2:g} uA/cm2{settings_in_words(self.values)}"

    @property
    def call(self) -> str:
        return f"hf.unused_capacity(hf.Cell.load({in_script(self.cell)}, {self.values!r}), {self.uA_cm2 / 100.0!r})"

    def check(self, folder: Path) -> None:
        Curve(self.cell, dict(self.values)).loaded(folder)

    def answered(self, folder: Path) -> Answered:
        from ....figures.elements import Series
        from ....figures.figure import Figure
        from ....simulation.unused_capacity import unused_capacity

        cell = Curve(self.cell, dict(self.values)).loaded(folder)
        shares = unused_capacity(cell, self.uA_cm2 / 100.0)
        heights = [from_si(one.in_order, "uAh/cm2") for one in shares]
        figure = Figure(
            "limits", f"{cell.name} at {self.uA_cm2:g} µA cm⁻²", "", "Capacity / µAh cm⁻²",
            [Series("in order", [one.cause for one in shares], heights, "bar", "#0072B2")],
            caption="Each cause is taken away after all to its left; the bars add up to the theoretical capacity.",
        )  # fmt: skip
        return Answered(rows_of(self.kind, shares), (figure,), (cell.values, *cell.remarks))


def limits_rows(shares: Sequence[Share]) -> list[tuple[str, float | None, str, str]]:
    """What was delivered, and each cause."""
    rows: list[tuple[str, float | None, str, str]] = []
    for one in shares:
        alone = "" if one.alone != one.alone else f"taken away alone: {from_si(one.alone, 'uAh/cm2'):.5g}"
        rows.append((one.cause, from_si(one.in_order, "uAh/cm2"), "uAh/cm2", alone))
    return rows
