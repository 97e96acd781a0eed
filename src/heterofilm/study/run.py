"""Run a study: every test on every cell, and first discharges and spectra again for draws of the calibration."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import replace

from ..cell import Cell
from ..errors import HeterofilmError, InputError
from ..files import write_table
from ..protocol import Protocol
from ..records.record import Record
from ..simulation.run import simulate
from .folder import StudyFolder
from .plan import Plan, Test
from .results import Reference, Results, Runs

__all__ = ["run_draws", "run_tests"]

THREADS = 2  # the kernels run without the interpreter's lock; figures are drawn beside them


def run_tests(plan: Plan, results: Results, folder: StudyFolder, done: Callable[[], object]) -> None:
    """Put the record of every test of the plan into ``results``, and its data into ``folder``.

    A run whose record the folder holds is not done again; ``results.served`` counts them.

    A run that fails is kept as a sentence in ``results.failed``; ``done`` is called after each, when ``results`` holds
    what there is so far. In the end the order is that of the study.

    Errors: `HeterofilmError` when every run failed, and where the folder cannot be written to.
    """
    runs = plan.runs()
    # one that is short first, to have something to show; then the longest, so that no core waits for one at the end
    cycles = {test.name: Protocol.load(test.protocol).count() for test in plan.study.tests}
    short = min(runs, key=lambda run: cycles[run[1].name])
    longest = sorted((run for run in runs if run != short), key=lambda run: cycles[run[1].name], reverse=True)
    order = [(plan.cells[name].name, test.name) for name, test in runs]
    failed: dict[tuple[str, str], str] = {}
    found: dict[tuple[str, str], Record] = {}
    with _threads() as pool:
        waiting = {pool.submit(_run, plan.cells[name], test, folder): (name, test) for name, test in (short, *longest)}
        for ended in as_completed(waiting):
            name, test = waiting[ended]
            key = plan.cells[name].name, test.name
            record, served = ended.result()
            results.served += served
            if isinstance(record, Record):
                found[key] = record
            else:
                failed[key] = record
            results.main.records = {key: found[key] for key in order if key in found}
            results.failed = [(*key, failed[key]) for key in order if key in failed]
            done()
    if not results.main.records:
        raise InputError(f"Every run of the study failed; the first one said: {results.failed[0][2]}")


@contextmanager
def run_draws(plan: Plan, draws: Sequence[dict[str, float]], reference: Reference) -> Iterator[Iterator[Runs | None]]:
    """First discharges and first spectra under each draw, running beside what is done in the block; None where a draw
    cannot be run."""
    with _threads() as pool:
        yield pool.map(lambda draw: _member(plan, draw, reference), draws)


@contextmanager
def _threads() -> Iterator[ThreadPoolExecutor]:
    """Two threads; what has not begun when something goes wrong is not begun any more."""
    pool = ThreadPoolExecutor(min(THREADS, os.cpu_count() or 1))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _run(cell: Cell, test: Test, folder: StudyFolder) -> tuple[Record | str, bool]:
    """One test on one cell, from the folder or written to it, or why it failed; and whether it was there."""
    stem, place = Results.stem(cell.name, test.name), folder.path / "data"
    kept = folder.kept(stem)
    if kept is None:
        try:
            record = replace(simulate(cell, test.protocol, keep=test.keep, detail=test.detail), profiles=None)
        except HeterofilmError as error:
            return str(error), False
        folder.keep_record(stem, record)
    else:
        record = kept
    for suffix in ("csv", "parquet"):
        record.write(place / f"{stem}.{suffix}")
    write_table(record.steps, place / f"{stem}.steps.csv")
    return record, kept is not None


def _member(plan: Plan, draw: dict[str, float], reference: Reference) -> Runs | None:
    runs = Runs()
    try:
        loaded: dict[str, Cell] = {name: plan.cell(name, draw) for name in plan.cells}
        runs.cells = {cell.name: cell for cell in loaded.values()}
        for name, test in plan.runs():
            opening = test.opening
            if opening is None:
                continue
            cell = loaded[name]
            detail = any(
                cell.name == detailed and f"at {current:g} uA/cm2" in test.protocol
                for detailed, current in reference.detailed
            )
            record = simulate(
                cell, opening, detail=detail, dV=0.01, ageing=False, keep=() if opening.count() > 1 else None
            )
            runs.records[cell.name, test.name] = replace(record, profiles=None)
    except HeterofilmError:
        return None
    return runs
