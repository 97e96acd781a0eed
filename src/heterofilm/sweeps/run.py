"""A sweep from its study to its table.

>>> from heterofilm import run_sweep
>>> study = {
...     "cell": "vo-half",
...     "protocol": "Discharge at 20 uA/cm2 until 2.15 V",
...     "values": {"phases.V2O5.D": {"low": 1e-13, "high": 1e-12, "scale": "log", "count": 8}},
... }
>>> import tempfile
>>> with tempfile.TemporaryDirectory() as folder:
...     sweep = run_sweep(study, folder, workers=1)
...     capacity = sweep.table()["capacity_uAh_cm2_um"]
>>> capacity.is_sorted(), sweep.count
(True, 8)
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from ..cell import Cell
from ..engine.build import TOGETHER, prepare
from ..errors import InputError, did_you_mean
from ..simulation.arguments import count as whole
from ..simulation.arguments import flag
from ..units import from_si
from . import dask, local, slurm
from .runs import rows_of
from .store import Batch, base_cell, submit
from .study import Study, study_of

ENGINES = ("local", "dask", "slurm")
PILOT = 256  # runs that tell how long the others will take


class Sweep:
    """The runs of a study in their folder."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch

    @property
    def study(self) -> Study:
        return self.batch.job.study

    @property
    def count(self) -> int:
        """Runs of the study that are its own; others were in the folder before."""
        return self.batch.count

    @property
    def missing(self) -> int:
        """Of these, how many are still to be done."""
        return sum(stop - start for start, stop in self.batch.missing())

    def scan(self) -> pl.LazyFrame:
        """All rows as a query of polars, of which no more is read than is asked for."""
        return self.batch.scan()

    def table(self, curves: bool = False) -> pl.DataFrame:
        """A row per run in the order of their numbers: values, ten numbers, and ``error`` where there are none.

        ``curves``: with the lists ``curve_V`` and ``curve_C_m2``, at times that are even from 0 to ``duration_h``.
        """
        rows = self.scan()
        names = [name for name in rows.collect_schema().names() if name != "run"]
        if not curves:
            names = [name for name in names if not name.startswith("curve_")]
        return rows.select(names).sort("number").collect()

    def plot(self, number: str = "capacity_uAh_cm2_um") -> list[Any]:
        """A figure for each value that was varied: what a number does over it."""
        from ..plots.sweep import sweep_figures

        return sweep_figures(self.table(), self.batch.points.units, number)

    def __repr__(self) -> str:
        title = f" '{self.study.title}'" if self.study.title else ""
        return f"<Sweep{title}: {self.count - self.missing} of {self.count} runs in '{self.batch.folder}'>"


def run_sweep(
    study: Study | Mapping[str, Any] | str | Path,
    folder: str | os.PathLike[str],
    *,
    cell: Cell | None = None,
    on: str = "local",
    workers: int | None = None,
    ask: slurm.Ask | None = None,
    dry: bool = False,
    progress: bool = False,
    say: Callable[[str], None] | None = None,
) -> Sweep:
    """Do what is missing of a study's runs in a folder; the same call goes on where it was stopped.

    Args:
        study: a TOML file, a dictionary of the same content, or a :class:`Study`.
        folder: where the rows are kept. Further studies of the same cell, protocol and settings add to it, and runs
            that it has are not done again.
        cell: a Cell in place of the one that the study names; not for SLURM, whose tasks find it by name.
        on: ``"local"``, processes of this machine; ``"dask"``, or ``"dask:tcp://ADDRESS"`` for a cluster that there is;
            ``"slurm"``, an array of jobs, which is submitted and not waited for.
        workers: processes; all cores by default.
        ask: what is asked of SLURM; dry: write its script and submit nothing.
        progress: show a bar over the runs; say: what is told on the way, to standard error by default.

    Errors: `HeterofilmError` in one sentence for a study that makes no sense, a folder of another one, a full disk.
    """
    engine, _, address = on.partition(":") if isinstance(on, str) else (on, "", "")
    if engine not in ENGINES:
        hint = did_you_mean(str(engine), ENGINES)
        raise InputError(f"A sweep runs on {', '.join(ENGINES)}, not on {on!r:.60}.{hint}")
    if address and engine != "dask":
        raise InputError(f"Only dask has an address, not {engine}; write --on {engine}.")
    workers = whole(workers, "workers")
    if engine == "slurm" and workers is not None:
        raise InputError("The tasks of SLURM are one process each; say how many by ask=Ask(tasks=...), --tasks.")
    if engine != "slurm" and (ask is not None or flag(dry, "dry")):
        raise InputError("A dry run and what is asked of SLURM are about SLURM; run on it (on='slurm', --on slurm).")
    flag(progress, "progress")
    tell = say or (lambda words: print(words, file=sys.stderr))
    found, near = study_of(study)
    batch = submit(folder, found, cell or base_cell(found.cell, near), near, named=cell is None)
    if removed := batch.sound():
        tell(f"Removed as damaged, and run again: {', '.join(removed[:5])}{' ...' if len(removed) > 5 else ''}.")
    sweep = Sweep(batch)
    if sweep.count < batch.points.count:
        known = batch.points.count - sweep.count
        tell(f"{known} of {batch.points.count} runs are in the folder already, or repeat others.")
    runs = found.sample.runs or 1
    if found.sample.kind == "sobol" and runs & (runs - 1):
        tell("A Sobol sequence covers its ranges evenly where its runs are a power of 2.")
    if not sweep.missing:
        return sweep
    prepare(*TOGETHER)
    if engine == "slurm":
        seconds = pilot(batch)
        hours = from_si(sweep.missing * seconds, "h")
        tell(f"One core does {1.0 / seconds:.0f} runs per second here: {hours:.2g} core hours.")
        words, text = slurm.submit(batch, 1.0 / seconds, ask or slurm.Ask(), dry)
        tell(words)
        if dry and text:
            print(text)
        return sweep
    with _bar(sweep, progress) as bar:
        if engine == "dask":
            dask.run(batch, address, workers, bar.update)
        else:
            local.run(batch, workers, bar.update)
    return sweep


def pilot(batch: Batch) -> float:
    """Seconds of a run, by some spread over those that are missing."""
    gaps = np.concatenate([np.arange(start, stop) for start, stop in batch.missing()[:1000]])
    places = np.unique(gaps[np.linspace(0, gaps.size - 1, min(gaps.size, PILOT)).astype(int)])
    numbers = places if batch.todo is None else batch.todo[places]
    if batch.points.kind == "sobol":  # drawn from the first to the last: others would cost more than their runs
        numbers = np.arange(numbers[0], numbers[0] + numbers.size)
    rows_of(batch.job, batch.points, numbers[:2])
    began = time.perf_counter()
    rows_of(batch.job, batch.points, numbers)
    return (time.perf_counter() - began) / numbers.size


def _bar(sweep: Sweep, progress: bool) -> Any:
    from tqdm import tqdm

    return tqdm(
        total=sweep.count, initial=sweep.count - sweep.missing, unit="run", disable=not progress, delay=2.0,
        dynamic_ncols=True, smoothing=0.1,
    )  # fmt: skip
