"""The runs of a design: values to rows of numbers, kept in a folder as a sweep keeps its rows.

Of every run of the design (a protocol) the folder has its own sweep; each set of values that is asked for is a list of
runs there. What the folder has is not run again, so the same call goes on where it was stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..cell import Cell
from ..engine.build import TOGETHER, prepare
from ..sweeps.points import Points
from ..sweeps.runs import NUMBERS, Job, keys, rows_of
from ..sweeps.store import Batch, family_of, fingerprint, manifests, submit
from ..sweeps.study import Keep, Sample, Study, protocol_of
from ..sweeps.work import do
from .study import Design

__all__ = ["Runs"]

Array = NDArray[np.float64]
COLUMNS = list(NUMBERS)


class Runs:
    """Numbers of the runs of a cell by its values; ``told(n)`` hears of n more that are done."""

    def __init__(
        self, design: Design, cell: Cell, paths: list[str], folder: Path | None, near: Path, named: bool,
        told: Callable[[int], None] = lambda n: None,
    ) -> None:  # fmt: skip
        self.design, self.cell, self.paths, self.folder, self.near, self.named = (
            design, cell, paths, folder, near, named,
        )  # fmt: skip
        self.told = told
        self.reasons: dict[str, int] = {}
        self._known: dict[str, dict[bytes, tuple[Array, str | None]]] = {name: {} for name in design.protocols}
        self._families: dict[str, bytes] = {}
        prepare(*TOGETHER)

    def __call__(self, values: Array) -> dict[str, Array]:
        """By ``run.number``, a number for each row of values (n, paths); nan of what could not be run."""
        found: dict[str, Array] = {}
        if not len(values):
            return {f"{name}.{number}": np.empty(0) for name in self.design.protocols for number in COLUMNS}
        for name, text in self.design.protocols.items():
            rows = self._rows(name, text, values)
            found |= {f"{name}.{number}": rows[:, k] for k, number in enumerate(COLUMNS)}
        return found

    def _rows(self, name: str, text: str, values: Array) -> Array:
        known = self._known[name]
        study = self._study(text, values)
        protocol = protocol_of(study, self.near)
        if name not in self._families:
            from json import dumps, loads

            self._families[name] = fingerprint(loads(dumps(family_of(self.cell, study, protocol))), 16)
            if self.folder is not None and (self.folder / name).is_dir():
                self._read(name, study)
        own = keys(self._families[name], values)
        left = {key: k for k, key in enumerate(own) if key not in known}  # each set of values once
        if left:
            self._run(name, self._study(text, values[list(left.values())]))
        for key in own:
            if (error := known[key][1]) is not None:
                self.reasons[error] = self.reasons.get(error, 0) + 1
        return np.stack([known[key][0] for key in own])

    def _study(self, text: str, values: Array) -> Study:
        return Study(
            cell=self.design.cell, protocol=text, sample=Sample(kind="list"), keep=Keep(points=0),
            values={path: tuple(values[:, k].tolist()) for k, path in enumerate(self.paths)},
            settings=self.design.settings,
        )  # fmt: skip

    def _run(self, name: str, study: Study) -> None:
        """What is not known yet."""

        before = 0

        def heard(done: int) -> bool:
            nonlocal before
            self.told(done - before)
            before = done
            return True

        if self.folder is None:
            points = Points(study, self.cell)
            job = Job(self.cell, study, protocol_of(study, self.near), self._families[name])
            table = rows_of(job, points, np.arange(points.count), heard)
            heard(table.height)
            self._take(name, table)
            return
        batch = submit(self.folder / name, study, self.cell, self.near, self.named)
        for start, stop in batch.missing():
            before = 0
            do(batch, (start, stop), heard)
            heard(stop - start)
        self._take(name, batch.scan().collect())

    def _read(self, name: str, study: Study) -> None:
        """Everything that the folder has."""
        assert self.folder is not None
        place = self.folder / name
        job = Job(self.cell, study, protocol_of(study, self.near), self._families[name])
        for one in manifests(place):
            batch = Batch(place, one, job, Points(study, self.cell))
            if batch.shards():
                self._take(name, batch.scan().collect())

    def _take(self, name: str, table: pl.DataFrame) -> None:
        numbers = table.select(pl.col(COLUMNS).fill_null(float("nan"))).to_numpy()
        for key, row, error in zip(table["run"], numbers, table["error"], strict=True):
            self._known[name][key] = (row, error)
