"""Run a study: every test on every cell, a folder with data, figures, the paper's numbers and a page."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ..cell import Cell
from ..errors import HeterofilmError
from ..files import atomic
from ..library import Library
from ..paper.answers import claims_table
from ..protocol import Protocol
from ..records.record import Record
from ..simulation.run import simulate
from .plan import Plan, Test, load_plan
from .results import Results, Runs

DETAILED = ("voc1-half", 5.0)  # the discharge whose oxidation states get a band


def run_study(
    path: str | Path | None = None,
    out: str | Path = "heterofilm-report",
    *,
    progress: bool = True,
    members: int | None = None,
    calibration: str | Path | None = None,
) -> Results:
    """Run a study file (the paper's study by default) and write the folder ``out``.

    ``members`` limits the draws of the calibration that give bands (the study's own limit by default, 0 for
    none). ``calibration`` is a file of values to use instead of the packaged ones. A file that was finished
    before an interruption stays; none is ever half written. Runs that fail are kept as sentences in
    ``Results.failed``.

    Errors: `HeterofilmError` before any work for a study that is not sound or a folder that cannot be
    written to, and afterwards when every run failed.
    """
    library = Library(calibration=calibration) if calibration else Library()
    plan = load_plan(path, library)
    folder = prepare_folder(out)
    began = time.perf_counter()
    study = plan.study
    limit = study.options.members if members is None else members
    draws = library.ensemble()[: max(limit, 0)] if study.options.bands else ()
    runs = plan.runs()
    from tqdm import tqdm

    results = Results(study.title, study.description, Runs({c.name: c for c in plan.cells.values()}))
    results.tests = {test.name: test.title or test.name for test in study.tests}
    total = len(runs) + len(draws) + 1
    with tqdm(total=total, unit="run", disable=not progress, desc="heterofilm", dynamic_ncols=True) as bar:
        # the longest first, so that no core waits for one at the end
        order = sorted(runs, key=lambda run: -Protocol.load(run[1].protocol).count())
        with _threads() as pool:
            waiting = {(name, test.name): pool.submit(_run, plan.cells[name], test, folder) for name, test in order}
            for name, test in order:
                waiting[name, test.name].add_done_callback(lambda _: bar.update())
            for name, test in runs:  # the order of the study
                cell = plan.cells[name]
                try:
                    results.main.records[cell.name, test.name] = waiting[name, test.name].result()
                except HeterofilmError as error:
                    results.failed.append((cell.name, test.name, str(error)))
        if not results.main.records:
            raise HeterofilmError(f"Every run of the study failed; the first one said: {results.failed[0][2]}")
        bar.set_postfix_str("figures and draws of the calibration")
        with _threads() as pool:
            drawing = pool.map(lambda draw: _member(plan, draw), draws)
            from ..reports.study.profiles import banded, plain

            later = plain(results)
            for figure in later:  # drawing holds the interpreter, the draws' kernels do not need it
                figure.save_static(folder / "figures" / figure.name)
            for runs_of_draw in drawing:
                if runs_of_draw is not None:
                    results.members.append(runs_of_draw)
                bar.update()
        from ..reports.page import save_figures
        from ..reports.study.chapters import study_chapters

        bar.set_postfix_str("growth and junction")
        chapters = study_chapters(study)
        save_figures(chapters, folder)
        bar.update()
    from ..reports.study.page import write_page

    table = claims_table(results)
    atomic(folder / "claims.csv", lambda target: table.write_csv(target))
    first = banded(results)
    for figure in first:
        figure.save_static(folder / "figures" / figure.name)
    drawn = first + later
    results.seconds = time.perf_counter() - began
    write_page(results, table, drawn, folder / "report.html", chapters)
    return results


@contextmanager
def _threads() -> Iterator[ThreadPoolExecutor]:
    """Two threads; what has not begun when something goes wrong is not begun any more."""
    pool = ThreadPoolExecutor(min(2, os.cpu_count() or 1))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _run(cell: Cell, test: Test, folder: Path) -> Record:
    """One test on one cell, written to the folder."""
    record = replace(simulate(cell, test.protocol, keep=test.keep, detail=test.detail), profiles=None)
    for suffix in ("csv", "parquet"):
        record.write(folder / "data" / f"{cell.name}_{test.name}.{suffix}")
    steps = folder / "data" / f"{cell.name}_{test.name}.steps.csv"
    atomic(steps, lambda target: record.steps.write_csv(target))
    return record


def prepare_folder(out: str | Path) -> Path:
    """The output folder with ``data`` and ``figures`` in it, tried by writing a file."""
    folder = Path(out)
    if folder.exists() and not folder.is_dir():
        raise HeterofilmError(f"'{folder}' is a file, but the report needs a folder; name another place.")
    trial = folder / f".{secrets.token_hex(4)}.part"
    try:
        for inner in ("data", "figures"):
            (folder / inner).mkdir(parents=True, exist_ok=True)
        trial.touch()
    except OSError as error:
        raise HeterofilmError(
            f"Cannot write to the folder '{folder}': {error.strerror or error}; name another place."
        ) from None
    finally:
        if folder.is_dir():
            trial.unlink(missing_ok=True)
    return folder


def _member(plan: Plan, draw: dict[str, float]) -> Runs | None:
    """First discharges and first spectra under one draw; None where the draw cannot be run."""
    runs = Runs()
    try:
        loaded: dict[str, Cell] = {name: plan.cell(name, draw) for name in plan.cells}
        runs.cells = {cell.name: cell for cell in loaded.values()}
        for name, test in plan.runs():
            opening = test.opening
            if opening is None:
                continue
            cell = loaded[name]
            detail = cell.name == DETAILED[0] and f"at {DETAILED[1]:g} uA/cm2" in test.protocol
            record = simulate(cell, opening, detail=detail, dV=0.01)
            runs.records[cell.name, test.name] = replace(record, profiles=None)
    except HeterofilmError:
        return None
    return runs
