"""A range of the runs of a sweep, from their values to the rows that are kept of them.

A row holds the number of the run and what identifies it (`run`, a fingerprint of the sweep's cell, protocol and
settings and of its own values), its values, ``error`` (why there is nothing else), ten numbers, and a curve.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..cell import Cell
from ..engine.ageing import active_share
from ..engine.programme import CHARGE, DURATION, ENERGY, MISSED, VOLTAGE
from ..engine.together import PASSED, VOLTS
from ..errors import HeterofilmError, InputError, SimulationError
from ..protocol import Protocol
from ..records.record import Record
from ..simulation.arguments import mechanisms_of
from ..simulation.run import simulate
from ..simulation.runner import charges_only
from ..simulation.state import CellState
from ..simulation.together import Course, Together, run_cells
from ..units import from_si
from .points import Points
from .study import Study

Array = NDArray[np.float64]
AT_ONCE = 256  # runs in one call of the engine; between two a worker may stop
LINE = 5e-3  # V between recorded points at most: the curve is straight lines between them

NUMBERS = {
    "capacity_uAh_cm2": "moved in the step, a magnitude",
    "capacity_uAh_cm2_um": "the same per volume of film",
    "energy_uWh_cm2": "of the step, a magnitude",
    "mean_voltage_V": "of the step, over its charge",
    "end_voltage_V": "of the step",
    "duration_h": "of the step",
    "utilisation": "capacity over the theoretical one of the dense film",
    "run_h": "of the whole run",
    "active_share": "of the film, that takes part at the end of the run",
    "lithium_missed": "what the charge does not explain of the film's lithium, over its theoretical charge",
}
"""The ten numbers of a run, and what they are."""
CURVE = ("curve_V", "curve_C_m2")  # lists: voltage, and charge since the step began


@dataclass(frozen=True)
class Job:
    """A sweep as a worker needs it: its base cell, study and protocol, and the fingerprint of all but the values."""

    cell: Cell
    study: Study
    protocol: Protocol
    family: bytes


def step_kept(study: Study, protocol: Protocol) -> int:
    """Number of the step (from 1) whose numbers and curve are kept. Errors: `HeterofilmError` for one there is not."""
    kinds = [one.step.kind for one in protocol.steps()]
    if (step := study.keep.step) is None:
        return max((k + 1 for k, kind in enumerate(kinds) if kind == "discharge"), default=len(kinds))
    if step > len(kinds):
        raise InputError(f"The study keeps step {step}, but its protocol has {len(kinds)} steps; keep one of them.")
    return step


def keys(family: bytes, values: Array) -> list[bytes]:
    """What identifies runs: 16 bytes each, equal where all that decides the result is."""
    return [hashlib.blake2b(row.tobytes(), key=family, digest_size=16).digest() for row in np.ascontiguousarray(values)]


def rows_of(
    job: Job, points: Points, numbers: NDArray[np.int64], goes_on: Callable[[int], bool] = lambda done: True
) -> pl.DataFrame:
    """Rows of runs by their numbers; fewer, the first of them, where ``goes_on(done)`` says that it is time to stop."""
    tables = []
    done, values = 0, points.of(numbers)
    while done < numbers.size and goes_on(done):
        some = slice(done, done + AT_ONCE)
        tables.append(_rows(job, points, numbers[some], values[some]))
        done += tables[-1].height
    return pl.concat(tables) if tables else pl.DataFrame(schema=schema(points.paths, job.study.keep.points))


def schema(paths: Sequence[str], points: int) -> dict[str, Any]:
    """Columns of the rows."""
    own: dict[str, Any] = {"number": pl.Int64(), "run": pl.Binary()}
    own |= {path: pl.Float64() for path in paths} | {"error": pl.String()}
    own |= {name: pl.Float64() for name in NUMBERS}
    return own | ({name: pl.List(pl.Float32()) for name in CURVE} if points else {})


def _rows(job: Job, points: Points, numbers: NDArray[np.int64], values: Array) -> pl.DataFrame:
    """Rows of a few runs."""
    study = job.study
    protocol, course = job.protocol, Course(step_kept(study, job.protocol), study.keep.points)
    mechanisms, runs = mechanisms_of(study.settings.ageing), numbers.size
    found = np.full((runs, len(NUMBERS)), np.nan)
    curves = np.full((len(CURVE), runs, course.points), np.nan, np.float32)
    errors: list[str | None] = [None] * runs
    cells: list[tuple[int, Cell]] = []
    for k, row in enumerate(values.tolist()):
        try:
            cell = job.cell.replace(dict(zip(points.paths, row, strict=True)))
            _ = cell.model
            cells.append((k, cell))
        except HeterofilmError as error:
            errors[k] = _line(error)
    settings = charges_only(study.settings.rtol).replace(dV=LINE, volts=1.0)
    alone = dict(cells)
    for one in run_cells([cell for _, cell in cells], protocol, settings, mechanisms, study.settings.start, course):
        places = [cells[k][0] for k in one.which]
        found[places] = _numbers(one, [cells[k][1] for k in one.which], course.step)
        if course.points:
            curves[0, places], curves[1, places] = one.curves[:, :, VOLTS], one.curves[:, :, PASSED]
        for k in places:
            del alone[k]
    for k, cell in alone.items():
        try:
            record = simulate(
                cell, protocol, rtol=study.settings.rtol, dV=LINE, detail=False, ageing=mechanisms,
                start=study.settings.start,
            )  # fmt: skip
            found[k] = _numbers_of_record(record, cell, course.step)
            if course.points:
                curves[:, k] = _curve_of_record(record, course)
        except HeterofilmError as error:
            errors[k] = _line(error)
    columns: dict[str, Any] = {"number": numbers, "run": keys(job.family, values)}
    columns |= {path: values[:, j] for j, path in enumerate(points.paths)} | {"error": errors}
    columns |= {name: found[:, j] for j, name in enumerate(NUMBERS)}
    if course.points:
        columns |= {name: _lists(curve, errors) for name, curve in zip(CURVE, curves, strict=True)}
    return pl.DataFrame(columns, schema=schema(points.paths, course.points)).with_columns(
        pl.col(list(NUMBERS)).fill_nan(None)
    )


def _line(error: HeterofilmError) -> str:
    return str(error).partition("\n")[0]


def _lists(curve: NDArray[np.float32], errors: Sequence[str | None]) -> pl.Series:
    """A column of lists, none of runs that failed."""
    made = pl.Series(values=curve, dtype=pl.Array(pl.Float32, curve.shape[1])).cast(pl.List(pl.Float32))
    failed = pl.Series(values=[error is not None for error in errors])
    return pl.select(pl.when(~failed).then(made)).to_series()


def _numbers(one: Together, cells: Sequence[Cell], step: int) -> Array:
    """The numbers of runs from what the engine says of their steps."""
    own = one.results[:, step - 1]
    missed = np.abs(np.cumsum(one.results[:, :, MISSED], axis=1)).max(axis=1)
    whole = one.results[:, :, DURATION].sum(axis=1)
    found = (
        np.abs(own[:, CHARGE]),
        np.abs(own[:, ENERGY]),
        own[:, VOLTAGE],
        own[:, DURATION],
        whole,
        one.active,
        missed,
    )
    return _put(np.array(found), cells)


def _numbers_of_record(record: Record, cell: Cell, step: int) -> Array:
    """The same of one run from its record."""
    rows = record.steps.filter(record.steps["step"] == step)
    if not rows.height:
        raise SimulationError(f"The run ended after {record.steps.height} steps, before step {step}, which is kept.")
    own = rows.row(0, named=True)
    missed = np.abs(np.cumsum(record.steps["lithium_missed_C_m2"].to_numpy())).max()
    found = (
        own["capacity_C_m2"], own["energy_J_m2"], own["end_voltage_V"], own["t_end"] - own["t_start"],
        record.steps["t_end"][-1], _active(record, cell), missed,
    )  # fmt: skip
    return np.asarray(_put(np.array(found, np.float64)[:, None], [cell])[0])


def _active(record: Record, cell: Cell) -> float:
    """The active share once the last cycle has worn the film; the table of steps has that before."""
    state = CellState.at_rest(cell, cell.window[1])
    assert record.states is not None
    state.restore(record.states.at())
    return active_share(cell.model, state.health)


def _put(found: Array, cells: Sequence[Cell]) -> Array:
    """The numbers in the units of their names, shape (runs, 10), from rows in SI."""
    charge, energy, V, lasted, whole, active, missed = found
    thickness = np.array([cell.thickness for cell in cells])
    theoretical = np.array([cell.theoretical_capacity for cell in cells])
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(charge > 0.0, energy / charge, np.nan)
    hour = from_si(1.0, "h")
    return np.stack(
        [
            charge * from_si(1.0, "uAh/cm2"), charge / thickness * from_si(1.0, "uAh/cm2/um"),
            energy * from_si(1.0, "uWh/cm2"), mean, V, lasted * hour, charge / theoretical, whole * hour, active,
            missed / theoretical,
        ],
        axis=1,
    )  # fmt: skip


def _curve_of_record(record: Record, course: Course) -> Array:
    """Voltage and charge at times that are even over the step."""
    rows = record.frame.filter(record.frame["step"] == course.step)
    t = rows["time_s"].to_numpy()
    even = np.linspace(t[0], t[-1], course.points)
    return np.stack([np.interp(even, t, rows[name].to_numpy()) for name in ("voltage_V", "charge_C_m2")])
