"""What a step gave, and the table of steps."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import Any, NamedTuple

import polars as pl

from ..errors import SimulationError
from ..protocol import End, EndKind, Limit
from ..records import balance

SUMMARY = (
    "step", "cycle", "kind", "end", "capacity_C_m2", "energy_J_m2", "t_start", "t_end", "label", "end_voltage_V",
    "active_share", balance.COLUMN, "leaked_C_m2",
)  # fmt: skip
"""Columns of the table of steps; what the charges and energies are says `heterofilm.records.record.Record`."""
COLUMNS = (*SUMMARY, "ended_by", "limit", "at_once", "charge_C_m2")
"""Columns of that table on disk, which has what a run must know of each step to go on."""


class StepResult(NamedTuple):
    """One step that was done: charges and energies per area, positive on discharge, magnitudes where not signed."""

    step: int
    cycle: int
    kind: str
    end: End
    capacity: float  # C/m2 moved; of a sweep or a load in both directions together
    energy: float  # J/m2, of both directions what remains
    start: float  # s
    stop: float  # s
    label: str
    voltage: float  # V, at its end
    active: float  # share of the film that still takes part
    missed: float  # C/m2, lithium of the film that its charge does not account for
    charge: float  # C/m2, signed
    leaked: float = 0.0  # C/m2 that went through the electrolyte as electrons: lithium moved, but not by the cycler

    def row(self) -> dict[str, Any]:
        """Its row in the table of steps."""
        own = (self.step, self.cycle, self.kind, self.end.words, self.capacity, self.energy, self.start, self.stop,
               self.label, self.voltage, self.active, self.missed, self.leaked)  # fmt: skip
        return dict(zip(SUMMARY, own, strict=True))

    def line(self) -> str:
        """Its row and what else must be known of it to go on from there, as text; floats read back exactly."""
        end, limit = self.end, self.end.limit
        words = f'"{end.words}"' if "," in end.words else end.words
        met = f"{limit.kind} {limit.value!r} {limit.unit}" if limit is not None else ""
        return (
            f"{self.step},{self.cycle},{self.kind},{words},{self.capacity!r},{self.energy!r},{self.start!r},"
            f"{self.stop!r},{self.label},{self.voltage!r},{self.active!r},{self.missed!r},{self.leaked!r},{end.kind.value},{met},{end.at_once:d},"
            f"{self.charge!r}"
        )

    @classmethod
    def of_line(cls, text: str) -> StepResult:
        """The result whose line it is."""
        (step, cycle, kind, words, capacity, energy, start, stop, label, voltage, active, missed, leaked, ended_by, met,
         at_once, charge), = csv.reader([text])  # fmt: skip
        limit = None
        if met:
            of, value, unit = met.split(" ", 2)
            limit = Limit(of, float(value), unit)  # type: ignore[arg-type]  # as it was written
        return cls(
            step=int(step), cycle=int(cycle), kind=kind, end=End(EndKind(ended_by), words, limit, at_once == "1"),
            label=label, capacity=float(capacity), energy=float(energy), start=float(start), stop=float(stop),
            voltage=float(voltage), active=float(active), missed=float(missed), charge=float(charge),
            leaked=float(leaked),
        )  # fmt: skip


def step_table(results: Sequence[StepResult]) -> pl.DataFrame:
    """The table of steps."""
    rows = [result.row() for result in results]
    return pl.DataFrame({name: [row[name] for row in rows] for name in SUMMARY})


def check_useful(results: Sequence[StepResult], cell: str) -> None:
    """Errors: `SimulationError` for a run of a cell in which every step was over before it began."""
    steps = [result for result in results if result.end.kind is not EndKind.TEMPERATURE]
    if steps and all(result.end.at_once for result in steps):
        first = steps[0]
        if first.end.kind is EndKind.LITHIUM:
            raise SimulationError(
                f"Step {first.step} ({first.kind}) of cell '{cell}' cannot begin, nor can any other: the "
                f"anode holds no lithium; charge first, or start at a higher potential."
            )
        if first.end.kind.cut_short:
            raise SimulationError(
                f"Step {first.step} ({first.kind}) of cell '{cell}' cannot begin, nor can any other: it "
                f"ends at once, at {first.voltage:.3f} V, by {first.end}; choose a smaller current or power."
            )
        limit = first.end.limit
        where = f": the voltage is {first.voltage:.3f} V at its start, already past {limit}"
        if limit is not None and limit.kind != "voltage":
            where = f": at its start, at {first.voltage:.3f} V, it is already past its limit of {limit}"
        raise SimulationError(
            f"Step {first.step} ({first.kind}) of cell '{cell}' is over before it begins, and so are all "
            f"others{where}; choose "
            "another limit."
        )
