"""Many cells under one protocol, on all cores: the kernels run without the GIL.

>>> from heterofilm import Cell, simulate_many
>>> points = {"phases.V2O5.D": [1e-13, 3e-13, 1e-12]}
>>> table = simulate_many(Cell.vary("vo-half", points), "Discharge at 20 uA/cm2 until 2.15 V")
>>> table["capacity_uAh_cm2_um"].is_sorted()
True
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal, overload

import numpy as np
import polars as pl

from ..bars import progress_bar
from ..cell import Cell
from ..engine.build import STEPS, TOGETHER, prepare
from ..errors import HeterofilmError, InputError, SimulationError, did_you_mean
from ..protocol import Protocol
from ..records.many import Records
from ..records.record import Record
from ..units import from_si
from .arguments import count, flag, folder_of, options_of, protocol_of
from .results import SUMMARY
from .run import ProtocolLike, simulate, steps_of
from .runner import RTOL, Options, charges_only
from .shallow import COLUMN, charge_errors, crossing_time
from .sweep_folder import SweepFolder, sweep_identity
from .together import Together, run_cells

PART = 500  # points per task and per file
RETURNS = ("table", "records", "dataset")

Point = Cell | str | Path | tuple[Mapping[str, float], Cell]


@dataclass(frozen=True)
class _Sweep:
    """What is done with every point; ``whole``: records are kept, not the table of steps alone."""

    protocol: Protocol
    options: Options
    start: Any
    whole: bool


@overload
def simulate_many(
    cells: Iterable[Point], protocol: ProtocolLike, *, returns: Literal["table"] = "table", **how: Any
) -> pl.DataFrame: ...
@overload
def simulate_many(
    cells: Iterable[Point], protocol: ProtocolLike, *, returns: Literal["records"], **how: Any
) -> Records: ...
@overload
def simulate_many(
    cells: Iterable[Point], protocol: ProtocolLike, *, returns: Literal["dataset"], **how: Any
) -> Any: ...
def simulate_many(  # type: ignore[misc]  # what is in **how above is known here
    cells: Iterable[Point],
    protocol: ProtocolLike,
    *,
    returns: str = "table",
    rtol: float = RTOL,
    dV: float = 2e-3,
    detail: bool = True,
    start: float | str | Path | Record | None = None,
    keep: Iterable[int] | None = None,
    ageing: Iterable[str] | bool = True,
    workers: int | None = None,
    folder: str | Path | None = None,
    fresh: bool = False,
    repair: bool = False,
    total: int | None = None,
    progress: bool = False,
) -> Any:
    """Run one protocol on many cells.

    Args:
        cells: cells, their names, or pairs of the values that make a cell (dotted path: number) and the cell, as
            :meth:`Cell.vary` gives them. Taken as they are needed, so that there may be more than fit in memory.
        protocol: as for :func:`simulate`.
        returns: ``"table"``, a row per cell and step; ``"records"``, all that a run returns for each of them
            (:class:`Records`); ``"dataset"``, that as one ``xarray.Dataset``.
        rtol, ageing, start: as for :func:`simulate`.
        dV, detail, keep: as for :func:`simulate`; of records only.
        workers: threads; all cores by default.
        folder: write the table to this folder in parts (and records as .nc files); the same call goes on where it was
            stopped. A folder of another sweep is refused.
        fresh: run anew, whatever the folder holds; repair: run those parts again that are damaged.
        total, progress: show a bar, of that many cells.

    A table has the columns ``point`` (from 0), the values of the point, those of the table of steps of a Record,
    ``capacity_uAh_cm2_um``, ``mesh_error``: the share by which a charge may be too large since Li gets through few
    cells of the mesh (0.25 for that and more), and ``error``: a sentence for a cell that could not be run to its end,
    whose row holds nothing else.
    """
    if isinstance(cells, str | Path | Cell | Mapping) or not isinstance(cells, Iterable):
        raise InputError(
            f"cells are several, such as Cell.vary('vo-half', ...) or ['vo-half', 'voc1-half'], not {cells!r:.60}; one "
            "is run by simulate()."
        )
    if returns not in RETURNS:
        hint = did_you_mean(str(returns), RETURNS)
        raise InputError(f"returns is one of {', '.join(RETURNS)}, not {returns!r:.60}.{hint}")
    whole = returns != "table"
    sweep = _Sweep(protocol_of(protocol), options_of(rtol, dV, detail, ageing, keep), start, whole)
    if not whole and (keep is not None or dV != 2e-3):
        raise InputError("A table holds no curves, so keep and dV do nothing; ask for records or a dataset.")
    place = folder_of(folder, fresh=fresh, repair=repair)
    workers, total = count(workers, "workers") or os.cpu_count() or 1, count(total, "total")
    flag(progress, "progress")
    prepare(*(STEPS if whole else TOGETHER))
    if place is None:
        found = _run(sweep, cells, workers, total, progress, None)
    else:
        own = sweep_identity(sweep.protocol, sweep.options, start, whole)
        with SweepFolder(place, own, fresh, repair) as files:
            found = _run(sweep, cells, workers, total, progress, files)
    if returns == "table":
        return pl.concat([table for table, _ in found], how="diagonal_relaxed")
    records = _records(found, place)
    return records if returns == "records" else records.dataset()


_Part = tuple[pl.DataFrame, dict[int, Record | None]]
"""The table of some points, and the records of those where they are kept in memory."""


def _run(
    sweep: _Sweep, cells: Iterable[Point], workers: int, total: int | None, progress: bool, files: SweepFolder | None
) -> list[_Part]:
    """All parts, in the order of the points."""

    def part(number: int, points: list[tuple[int, Point]]) -> _Part:
        table, records = _points(points, sweep)
        if files is not None:
            files.write(number, table, points, records)
            records = {}
        return table, records

    parts: dict[int, _Part] = {}
    pending: dict[int, Future[_Part]] = {}
    with (
        ThreadPoolExecutor(workers) as pool,
        progress_bar(total=total, unit="cell", progress=progress) as bar,
    ):
        size = PART if files is not None or total is None or total > 2 * PART * workers else 16
        if sweep.whole:
            size = 1

        def take(number: int) -> None:
            parts[number] = pending.pop(number).result()
            bar.update(parts[number][0]["point"].n_unique())

        try:
            for number, points in enumerate(_batched(enumerate(cells), size)):
                there = files.read(number, points) if files is not None else None
                if there is not None:
                    parts[number] = there, {}
                    bar.update(len(points))
                    continue
                pending[number] = pool.submit(part, number, points)
                while len(pending) > 2 * workers:
                    take(next(iter(pending)))
            for number in list(pending):
                take(number)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    if not parts:
        raise InputError("There are no cells to simulate; give at least one.")
    if files is not None:
        files.finish(len(parts))
    return [parts[number] for number in sorted(parts)]


def _points(points: list[tuple[int, Point]], sweep: _Sweep) -> _Part:
    """The table of some points: of those that can be in one call of the engine, of the others one by one."""
    options, tables = sweep.options, list[pl.DataFrame]()
    left = dict(points)
    if not sweep.whole and len(points) > 1:
        known = [(k, *_pair(point)) for k, point in points if isinstance(_pair(point)[1], Cell)]
        alike: dict[tuple[str, ...], list[tuple[int, Mapping[str, float], Cell]]] = {}
        for k, values, cell in known:
            alike.setdefault(tuple(values), []).append((k, values, cell))
        settings = charges_only(options.rtol)
        for names, group in alike.items():
            cells = [cell for *_, cell in group]
            for found in run_cells(cells, sweep.protocol, settings, options.mechanisms, sweep.start):
                tables.append(_table(names, [group[k] for k in found.which], found))
                for k in found.which:
                    del left[group[k][0]]
    rows: list[dict[str, Any]] = []
    records: dict[int, Record | None] = {}
    for index, point in left.items():
        own, record = _point(index, point, sweep)
        rows += own
        if sweep.whole:
            records[index] = record
    if rows or not tables:
        tables.append(pl.DataFrame(rows, infer_schema_length=None))
    table = (
        pl.concat(tables, how="diagonal_relaxed").sort("point", maintain_order=True) if len(tables) > 1 else tables[0]
    )
    return table, records


def _pair(point: Point) -> tuple[Mapping[str, float], Any]:
    return point if isinstance(point, tuple) else ({}, point)


def _table(
    names: Sequence[str], group: Sequence[tuple[int, Mapping[str, float], Cell]], found: Together
) -> pl.DataFrame:
    """The rows of points that were run in one call."""
    steps = len(found.steps)

    def of_points(numbers: Any) -> Any:
        return np.repeat(numbers, steps)

    own = {"point": of_points([k for k, *_ in group])}
    own |= {name: of_points([values[name] for _, values, _ in group]) for name in names}
    own |= {"cell": [cell.name for *_, cell in group for _ in range(steps)]} | found.columns()
    scale = of_points([from_si(1.0, "uAh/cm2/um") / cell.thickness for *_, cell in group])
    own |= {"capacity_uAh_cm2_um": own["capacity_C_m2"] * scale}
    lasted = (own["t_end"] - own["t_start"]).reshape(len(group), steps)
    kinds = [one.step.kind for one in found.steps]
    ends = [[end.words for end in row] for row in found.ends]
    off = [np.empty(0)] + [
        charge_errors(crossing_time(cell), kinds, words, times)
        for (*_, cell), words, times in zip(group, ends, lasted, strict=True)
    ]
    own |= {COLUMN: np.concatenate(off)}
    return pl.DataFrame(own).with_columns(pl.lit(None).alias("error"))


def _point(index: int, point: Point, sweep: _Sweep) -> tuple[list[dict[str, Any]], Record | None]:
    """The table of steps of one cell, and its record where that is asked for."""
    values, cell = _pair(point)
    named: dict[str, Any] = {"point": index, **values}
    record: Record | None = None
    try:
        if not isinstance(cell, Cell):
            cell = Cell.load(cell)
        named["cell"] = cell.name
        scale = from_si(1.0, "uAh/cm2/um") / cell.thickness
        options = sweep.options
        if sweep.whole:
            record = simulate(
                cell, sweep.protocol, rtol=options.rtol, dV=options.dV, detail=options.detail, start=sweep.start,
                ageing=options.mechanisms, keep=options.keep,
            )  # fmt: skip
            rows = record.steps.to_dicts()
        else:
            rows = steps_of(cell, sweep.protocol, rtol=options.rtol, ageing=options.mechanisms, start=sweep.start)
        lasted = np.array([row["t_end"] - row["t_start"] for row in rows])
        off = charge_errors(crossing_time(cell), [row["kind"] for row in rows], [row["end"] for row in rows], lasted)
        return [
            named | row | {"capacity_uAh_cm2_um": row["capacity_C_m2"] * scale, COLUMN: float(share), "error": None}
            for row, share in zip(rows, off, strict=True)
        ], record
    except HeterofilmError as error:
        partial = error.record if isinstance(error, SimulationError) else None
        return [named | {"error": str(error).partition("\n")[0]}], partial if sweep.whole else None


def _records(parts: list[_Part], place: Path | None) -> Records:
    table = pl.concat([table for table, _ in parts], how="diagonal_relaxed")
    known = {"point", "error", *_columns(table)}
    rows = table.unique("point", keep="first", maintain_order=True)
    values = rows.select(name for name in rows.columns if name not in known).to_dicts()
    held = {index: record for _, records in parts for index, record in records.items()}
    if place is None:
        return Records(values, rows["error"].to_list(), held.__getitem__)
    return Records(values, rows["error"].to_list(), lambda k: SweepFolder.record(place, k))


def _columns(table: pl.DataFrame) -> list[str]:
    """Columns of a table that are of its steps, not of its points."""
    return [name for name in table.columns if name in (*SUMMARY, "capacity_uAh_cm2_um", COLUMN)]


def _batched(items: Iterator[tuple[int, Point]], size: int) -> Iterator[list[tuple[int, Point]]]:
    """Lists of ``size`` items (itertools.batched, which Python 3.11 lacks)."""
    while chunk := list(islice(items, size)):
        yield chunk
