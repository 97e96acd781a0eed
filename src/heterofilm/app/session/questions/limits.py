"""What limits a discharge of a cell: causes of what is missing in capacity and voltage, and what would help most."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ..act import Short
from ..state import Curve
from .question import Answered, Question, in_script, own_or_named, set_options, settings_in_words
from .rows import rows_of

if TYPE_CHECKING:
    from ....designs.diagnose import Diagnosis

__all__ = ["Limits", "limits_rows"]

LEVERS = 12  # that are shown
HEAD = ("Cause", "Value", "Unit", "Now", "Then", "Capacity / %", "Energy / %", "Mean voltage / mV")


class Limits(Question):
    """The diagnosis of a cell at a current, without draws: those take the command line a minute."""

    kind: Literal["limits"] = "limits"
    cell: Short
    values: dict[Short, float | Short] = Field(default_factory=dict, max_length=500)
    uA_cm2: Annotated[float, Field(gt=0.0, lt=1e9)] = 80.0

    @property
    def words(self) -> str:
        return f"What limits {self.cell} at {self.uA_cm2:g} uA/cm2{settings_in_words(self.values)}"

    @property
    def _current(self) -> str:
        return f"{self.uA_cm2!r} uA/cm2"

    @property
    def call(self) -> str:
        return (
            f"hf.diagnose({in_script(self.cell)}, current={self._current!r}, overrides={dict(self.values)!r}, draws=0)"
        )

    @property
    def command(self) -> list[str]:
        return ["heterofilm", "diagnose", self.cell, "--current", self._current, *set_options(self.values)]

    def check(self, folder: Path) -> None:
        Curve(self.cell, dict(self.values)).loaded(folder)

    def answered(self, folder: Path) -> Answered:
        from ....designs.diagnose import diagnose

        found = diagnose(
            own_or_named(self.cell, folder), current=self._current, overrides=dict(self.values), draws=0
        )  # fmt: skip
        notes = [
            *found.notes, "Without draws of the values there is no uncertainty here; 'heterofilm diagnose' gives it.",
            found.cell.values, *found.cell.remarks,
        ]  # fmt: skip
        levers = [
            (one.cause, one.path, one.unit, f"{one.now:.4g}", f"{one.then:.4g}", f"{100.0 * one.capacity:+.3g}",
             f"{100.0 * one.energy:+.3g}", f"{1e3 * one.voltage:+.3g}")
            for one in found.levers[:LEVERS]
        ]  # fmt: skip
        return Answered(
            rows_of(self.kind, found), found.figures(), notes, (("What a step on each value would give", HEAD, levers),)
        )


def limits_rows(found: Diagnosis) -> list[tuple[str, float | None, str, str]]:
    """Capacity by cause, what was delivered first; mean voltage by cause."""
    rows: list[tuple[str, float | None, str, str]] = []
    for one in found.capacity.iter_rows(named=True):
        alone = "" if one["alone"] is None else f"taken away alone: {one['alone']:.5g}"
        rows.append((one["cause"], one["capacity_uAh_cm2_um"], "uAh cm-2 um-1", alone))
    rows.append(("mean voltage", found.mean_V, "V", f"{found.reversible_V:.5g} V without losses"))
    for one in found.voltage.iter_rows(named=True):
        rows.append((f"voltage lost to {one['cause']}", 1e3 * one["loss_V"], "mV", ""))
    return rows
