"""What the figures of a study have in common: labels, colours, which current is shown."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...cell import Cell
from ...figures.colours import PALETTE, film_colour
from ...files import file_stem
from ...records.record import Record
from ...study.results import Results, group

CAPACITY = "Capacity / µAh cm⁻² µm⁻¹"
# the groups of cells (`runs.group`) in the order of a page: in words, and in the names of files
WORDS = {"half-cell": "half-cells", "ATFB": "all-solid-state cells"}
SLUG = {"half-cell": "half", "ATFB": "atfb"}


def main_current(results: Results, cells: Sequence[Cell]) -> float | None:
    """The current (uA/cm2) shown in profiles: 5 where it was run, otherwise the smallest one."""
    currents = {i for cell in cells for i in results.main.discharges(cell.name)}
    return 5.0 if 5.0 in currents else min(currents, default=None)


def colour(results: Results, cell: Cell) -> str:
    """The colour that the library gives the film, the palette in order for others."""
    film = cell.entries.film.name
    others = sorted({name for c in results.main.cells.values() if not film_colour(name := c.entries.film.name)})
    return film_colour(film) or PALETTE[others.index(film) % len(PALETTE)]


def label(results: Results, cell: Cell) -> str:
    """The film's name, or the cell's where several cells of the group share a film."""
    film = cell.entries.film.name
    same = [c for c in results.main.cells.values() if c.entries.film.name == film and group(c) == group(cell)]
    return film if len(same) == 1 else cell.name


def simulated(results: Results, cell: Cell, record: Record) -> str:
    """The command that makes a run of a study again, with its figure."""
    return f"{_run(results, cell, record)} --plot {file_stem(cell.name)}.svg"


def spectra_again(results: Results, cell: Cell, test: str) -> str:
    """The commands that take the spectra of a run again and read them; tables of spectra do not keep the parts."""
    name = f"{results.stem(cell.name, test)}.nc"
    return f"{_run(results, cell, results.main.records[cell.name, test])} --out {name} && heterofilm eis {name}"


def _run(results: Results, cell: Cell, record: Record) -> str:
    protocol = "; ".join(line.strip() for line in str(record.meta["protocol"]).strip().splitlines())
    return f"heterofilm simulate {shlex.quote(results.places.get(cell.name, cell.name))} {shlex.quote(protocol)}"


def analysed(results: Results, command: str, cell: Cell, test: str, options: str = "") -> str:
    """The command that makes a figure again from the data of a run, in the folder of the page."""
    return f"heterofilm {command} data/{results.stem(cell.name, test)}.parquet {options}--plot {command}.svg"


def thin(record: Record, *columns: str, points: int = 400) -> list[NDArray[np.float64]]:
    """Columns of the first step at about ``points`` of its rows."""
    frame = record.step(1).frame
    keep = np.unique(np.linspace(0, frame.height - 1, min(points, frame.height)).astype(int))
    return [frame[c].to_numpy()[keep] for c in columns]
