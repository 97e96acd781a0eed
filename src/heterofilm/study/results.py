"""What a study gave: records by cell and test, for the library's values and for draws of the calibration."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..atomistic.results.statements import Statements
from ..cell import Cell
from ..files import file_stem
from ..library import value_paths
from ..records.record import Record
from ..units import si

CURRENT = 100.0  # uA/cm2 per A/m2
CAPACITY = "uAh/cm2/um"
FEW = 20  # cycles above which a run counts as cycling, not as a profile


@dataclass
class Runs:
    """Cells and their records under one set of values."""

    cells: dict[str, Cell] = field(default_factory=dict)  # by cell name
    records: dict[tuple[str, str], Record] = field(default_factory=dict)  # by cell and test name

    def discharges(self, cell: str) -> dict[float, Record]:
        """First discharges of a cell by current (uA/cm2), slowest first, from tests that begin with one.

        The shortest test of a current counts: draws keep no curves of the longer ones.
        """
        found: dict[float, Record] = {}
        for (name, _), record in self.records.items():
            if name != cell or record.steps["kind"][0] != "discharge" or record.impedance is not None:
                continue
            current = current_of(record, record.steps["cycle"][0])
            if current not in found or record.steps.height < found[current].steps.height:
                found[current] = record
        return {i: found[i] for i in sorted(found)}

    def discharge(self, cell: str, current: float) -> Record | None:
        """The first discharge of a cell at a current (uA/cm2), if the study has it; its first step counts."""
        return self.discharges(cell).get(current)

    def lives(self) -> Iterator[tuple[str, Record, float]]:
        """Cells, records and currents (uA/cm2) of runs of many like cycles."""
        for (name, _), record in self.records.items():
            alike = record.steps["kind"][0] == "discharge" and not (record.steps["label"] != "").any()
            if alike and record.steps["cycle"].n_unique() > FEW:
                yield name, record, current_of(record)

    def life(self, cell: str, current: float, least: int = 0) -> NDArray[np.float64] | None:
        """Discharge capacity (uAh cm-2 um-1) of every cycle of such a run of at least so many, or None."""
        for name, record, found in self.lives():
            if name == cell and found == current and record.steps["cycle"].n_unique() >= least:
                return discharge_capacities(record)[1]
        return None

    def capacity(self, cell: str, current: float) -> float | None:
        """Capacity (uAh cm-2 um-1) of that first discharge."""
        record = self.discharge(cell, current)
        return None if record is None else record.capacity(CAPACITY, 1)


class MeasuredCapacity(NamedTuple):
    """A first discharge: row of the reference, cell, current (uA/cm2), capacity (uAh cm-2 um-1)."""

    row: str
    cell: str
    current: float
    capacity: float


class MeasuredRetention(NamedTuple):
    """Capacity after some cycles at a current (uA/cm2) over the first or the largest one."""

    row: str
    cell: str
    current: float
    cycles: int
    retention: float
    of: Literal["first", "largest"]


@dataclass(frozen=True)
class Reference:
    """What was measured on the cells of a study, to stand beside the model; nothing by default.

    - `name`: what the pages call it (``paper``);
    - `rates`: means of the cycles at a current of a rate test;
    - `table`: its rows with what the model says to each, in the columns of the page's table of rows;
    - `fitted`: the rows that values of the cells were fitted to;
    - `detailed`: cell and current of first discharges whose states every draw of the calibration keeps;
    - `figures`: further figures of a study;
    - `comparison`: mechanisms that were fitted to it, alone and in company (:func:`calibration.selection.table`);
    - `panels`: its own figures, each with what it shows and where that is on the page, or why it is not;
    - `statements`: what it says of results from first principles, answered; none by default.
    """

    name: str = ""
    capacities: tuple[MeasuredCapacity, ...] = ()
    rates: tuple[MeasuredCapacity, ...] = ()
    retentions: tuple[MeasuredRetention, ...] = ()
    detailed: tuple[tuple[str, float], ...] = ()
    table: Callable[[Results], pl.DataFrame] | None = None
    fitted: Callable[[Results], frozenset[str]] = lambda results: frozenset()
    figures: Callable[[Results], list[Any]] = lambda results: []
    statements: Callable[[], Statements | None] = lambda: None
    comparison: Callable[[], pl.DataFrame | None] = lambda: None
    panels: tuple[tuple[str, str, str], ...] = ()


@dataclass
class Results:
    """All of a study: the main runs, the same for the draws of the calibration, and what failed."""

    title: str
    description: str
    main: Runs
    tests: dict[str, str] = field(default_factory=dict)  # titles by test name
    members: list[Runs] = field(default_factory=list)
    failed: list[tuple[str, str, str]] = field(default_factory=list)  # cell, test, sentence
    places: dict[str, str] = field(default_factory=dict)  # by cell: its name in the library, or its file
    seconds: float = 0.0
    served: int = 0  # runs that were in the folder, and were not done again
    reference: Reference = Reference()

    @staticmethod
    def stem(cell: str, test: str) -> str:
        """The names of the files of a run begin with this."""
        return file_stem(f"{cell}_{test}")

    def calibrated_rows(self) -> frozenset[str]:
        """Ids of the claims that some value of the cells was calibrated on."""
        return frozenset(
            row
            for cell in self.main.cells.values()
            for _, value in value_paths(cell.entries)
            if value.kind == "calibrated"
            for row in value.rows
        )


def discharge_capacities(record: Record) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Cycle numbers and discharge capacities (uAh cm-2 um-1)."""
    chosen = record.steps.filter(pl.col("kind") == "discharge").group_by("cycle", maintain_order=True)
    table = chosen.agg(pl.col("capacity_C_m2").sum())
    return table["cycle"].to_numpy(), in_field_units(record, table["capacity_C_m2"].to_numpy())


def current_of(record: Record, cycle: int = 1) -> float:
    """Mean current of the first discharge of a cycle (uA/cm2)."""
    step = record.steps.filter((pl.col("cycle") == cycle) & (pl.col("kind") == "discharge"))
    lasted = step["t_end"][0] - step["t_start"][0]
    return float(f"{CURRENT * step['capacity_C_m2'][0] / max(lasted, 1e-9):.3g}")


def group(cell: Cell) -> str:
    """Half-cell (liquid electrolyte) or ATFB (all-solid-state thin-film battery)."""
    return "half-cell" if cell.entries.electrolyte.kind == "liquid" else "ATFB"


def charge_at(record: Record, potentials: NDArray[np.float64]) -> NDArray[np.float64]:
    """Charge (C/m2) of the first step when the voltage first falls to each potential (falling list)."""
    frame = record.step(1).frame
    V = frame["voltage_V"].to_numpy()
    new = np.diff(np.minimum.accumulate(V), prepend=np.inf) < 0.0  # of a dip and recovery only the way down
    return np.interp(-potentials, -V[new], frame["charge_C_m2"].to_numpy()[new])


def in_field_units(record: Record, charge: NDArray[np.float64]) -> NDArray[np.float64]:
    """C/m2 to uAh cm-2 um-1."""
    thickness = float(record.meta["thickness_m"])
    return charge / thickness / si("uAh/cm2/um")
