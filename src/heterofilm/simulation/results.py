"""What a step gave, and the table of steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from ..protocol import End, EndKind, Limit

SUMMARY = (
    "step", "cycle", "kind", "end", "capacity_C_m2", "energy_J_m2", "t_start", "t_end", "label", "end_voltage_V",
    "active_share",
)  # fmt: skip
"""Columns of the table of steps."""


class StepResult(NamedTuple):
    """One step that was done: charges and energies per area, positive on discharge, magnitudes where not signed."""

    step: int
    cycle: int
    kind: str
    end: End
    capacity: float  # C/m2 moved
    energy: float  # J/m2
    start: float  # s
    stop: float  # s
    label: str
    voltage: float  # V, at its end
    active: float  # share of the film that still takes part
    charge: float  # C/m2, signed

    def row(self) -> dict[str, Any]:
        """Its row in the table of steps."""
        own = (self.step, self.cycle, self.kind, self.end.words, self.capacity, self.energy, self.start, self.stop,
               self.label, self.voltage, self.active)  # fmt: skip
        return dict(zip(SUMMARY, own, strict=True))


    def told(self) -> dict[str, Any]:
        """Its row, and what else must be known of it to go on from there."""
        limit = self.end.limit
        return self.row() | {
            "ended_by": self.end.kind.value,
            "limit": f"{limit.kind} {limit.value!r} {limit.unit}" if limit is not None else "",
            "at_once": int(self.end.at_once),
            "charge_C_m2": self.charge,
        }

    @classmethod
    def of_told(cls, row: Mapping[str, str]) -> StepResult:
        """The result that was told so."""
        limit = None
        if row["limit"]:
            kind, value, unit = row["limit"].split(" ", 2)
            limit = Limit(kind, float(value), unit)  # type: ignore[arg-type]  # as it was written
        end = End(EndKind(row["ended_by"]), row["end"], limit, row["at_once"] == "1")
        return cls(
            step=int(row["step"]), cycle=int(row["cycle"]), kind=row["kind"], end=end, label=row["label"],
            capacity=float(row["capacity_C_m2"]), energy=float(row["energy_J_m2"]), start=float(row["t_start"]),
            stop=float(row["t_end"]), voltage=float(row["end_voltage_V"]), active=float(row["active_share"]),
            charge=float(row["charge_C_m2"]),
        )  # fmt: skip


def step_table(results: Sequence[StepResult]) -> pl.DataFrame:
    """The table of steps."""
    rows = [result.row() for result in results]
    return pl.DataFrame({name: [row[name] for row in rows] for name in SUMMARY})
