"""Many cells under one protocol, on all cores: the kernels run without the GIL.

>>> from heterofilm import Cell, simulate_many
>>> points = {"phases.V2O5.D": [1e-13, 3e-13, 1e-12]}
>>> table = simulate_many(Cell.vary("vo-half", points), "Discharge at 20 uA/cm2 until 2.15 V")
>>> table["capacity_uAh_cm2_um"].is_sorted()
True
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from ..cell import Cell
from ..engine.build import STEPS, prepare
from ..errors import HeterofilmError
from ..files import atomic
from ..protocol import Protocol
from ..units import from_si
from .run import RTOL, steps_of

PART = 500  # points per task and per file

Point = Cell | str | tuple[Mapping[str, float], Cell]


def simulate_many(
    cells: Iterable[Point],
    protocol: Protocol | str,
    *,
    rtol: float = RTOL,
    ageing: Iterable[str] | bool = True,
    workers: int | None = None,
    folder: str | Path | None = None,
    total: int | None = None,
    progress: bool = False,
) -> pl.DataFrame:
    """Run one protocol on many cells; a row per cell and step.

    Args:
        cells: cells, their names, or pairs of the values that make a cell (dotted path: number) and the cell, as
            :meth:`Cell.vary` gives them. Taken as they are needed, so that there may be more than fit in memory.
        protocol: as for :func:`simulate`.
        rtol, ageing: as for :func:`simulate`.
        workers: threads; all cores by default.
        folder: write the table to this folder in parts; the same call goes on where it was stopped.
        total, progress: show a bar, of that many cells.

    Returns columns ``point`` (from 0), the values of the point, those of the table of steps of a Record,
    ``capacity_uAh_cm2_um``, and ``error``: a sentence for a cell that could not be run to its end, whose row holds
    nothing else.
    """
    if isinstance(protocol, str):
        protocol = Protocol.load(protocol)
    prepare(*STEPS)
    place = None if folder is None else _prepared(Path(folder), str(protocol))
    workers = workers or os.cpu_count() or 1
    from tqdm import tqdm

    def part(number: int, points: list[tuple[int, Point]]) -> pl.DataFrame:
        rows = [row for index, point in points for row in _rows(index, point, protocol, rtol, ageing)]
        table = pl.DataFrame(rows, infer_schema_length=None)
        if place is not None:
            atomic(place / f"part-{number:06d}.parquet", lambda target: table.write_parquet(target))
        return table

    tables: dict[int, pl.DataFrame] = {}
    pending: dict[int, Any] = {}
    with (
        ThreadPoolExecutor(workers) as pool,
        tqdm(total=total, unit="cell", disable=not progress, delay=2.0, dynamic_ncols=True) as bar,
    ):
        size = PART if place is not None or total is None or total > 2 * PART * workers else 16
        for number, points in enumerate(_batched(enumerate(cells), size)):
            finished = place / f"part-{number:06d}.parquet" if place is not None else None
            if finished is not None and finished.exists():
                tables[number] = pl.read_parquet(finished)
                bar.update(len(points))
                continue
            pending[number] = pool.submit(part, number, points)
            while len(pending) > 2 * workers:
                first = next(iter(pending))
                tables[first] = pending.pop(first).result()
                bar.update(tables[first]["point"].n_unique())
        for number in list(pending):
            tables[number] = pending.pop(number).result()
            bar.update(tables[number]["point"].n_unique())
    if not tables:
        raise HeterofilmError("There are no cells to simulate; give at least one.")
    return pl.concat([tables[number] for number in sorted(tables)], how="diagonal_relaxed")


def _rows(
    index: int, point: Point, protocol: Protocol, rtol: float, ageing: Iterable[str] | bool
) -> Iterator[dict[str, Any]]:
    """The table of steps of one cell."""
    values, cell = point if isinstance(point, tuple) else ({}, point)
    named: dict[str, Any] = {"point": index, **values}
    try:
        if not isinstance(cell, Cell):
            cell = Cell.load(cell)
        named["cell"] = cell.name
        scale = from_si(1.0, "uAh/cm2/um") / cell.thickness
        for row in steps_of(cell, protocol, rtol=rtol, ageing=ageing):
            yield named | row | {"capacity_uAh_cm2_um": row["capacity_C_m2"] * scale, "error": None}
    except HeterofilmError as error:
        yield named | {"error": str(error).partition("\n")[0]}


def _batched(items: Iterator[tuple[int, Point]], size: int) -> Iterator[list[tuple[int, Point]]]:
    """Lists of ``size`` items (itertools.batched, which Python 3.11 lacks)."""
    while chunk := list(islice(items, size)):
        yield chunk


def _prepared(folder: Path, protocol: str) -> Path:
    """The folder, made or found to hold the same protocol."""
    note = folder / "protocol.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not note.exists():
            atomic(note, lambda target: target.write_text(protocol))
        elif note.read_text() != protocol:
            raise HeterofilmError(
                f"The folder '{folder}' holds another batch: its protocol differs; name another folder."
            )
    except OSError as error:
        raise HeterofilmError(f"Cannot write to '{folder}': {error.strerror or error}; name another folder.") from None
    return folder
