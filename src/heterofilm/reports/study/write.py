"""From a study file to a folder with data, figures, the reference's rows and a page."""

from __future__ import annotations

import time
from pathlib import Path

from ...files import atomic, prepare_folder
from ...library import Library
from ...study.plan import load_plan
from ...study.results import Reference, Results, Runs
from ...study.run import run_draws, run_tests
from ..page import save_figures
from .chapters import study_chapters
from .page import write_page
from .profiles import banded, plain

__all__ = ["run_study"]


def run_study(
    path: str | Path,
    out: str | Path = "heterofilm-report",
    *,
    reference: Reference | None = None,
    progress: bool = True,
    members: int | None = None,
    calibration: str | Path | None = None,
) -> Results:
    """Run a study file and write the folder ``out``.

    ``reference``: what was measured on its cells. ``members`` limits the draws of the calibration that give bands (the
    study's own limit by default, 0 for none). ``calibration`` is a file of values to use instead of the packaged ones.
    A file that was finished before an interruption stays; none is ever half written. Runs that fail are kept as
    sentences in ``Results.failed``.

    Errors: `HeterofilmError` before any work for a study that is not sound or a folder that cannot be written to, and
    afterwards when every run failed.
    """
    from tqdm import tqdm

    library = Library(calibration=calibration) if calibration else Library()
    plan = load_plan(path, library)
    folder = prepare_folder(out)
    began = time.perf_counter()
    study = plan.study
    limit = study.options.members if members is None else members
    draws = library.ensemble()[: max(limit, 0)] if study.options.bands else ()
    results = Results(study.title, study.description, Runs({c.name: c for c in plan.cells.values()}))
    results.reference = reference or Reference()
    results.tests = {test.name: test.title or test.name for test in study.tests}
    total = len(plan.runs()) + len(draws) + 1
    with tqdm(total=total, unit="run", disable=not progress, desc="heterofilm", dynamic_ncols=True) as bar:
        run_tests(plan, results, folder, bar.update)
        bar.set_postfix_str("figures and draws of the calibration")
        with run_draws(plan, draws, results.reference) as drawing:
            later = plain(results)
            for figure in later:  # drawing holds the interpreter, the draws' kernels do not need it
                figure.save_static(folder / "figures" / figure.name)
            for runs_of_draw in drawing:
                if runs_of_draw is not None:
                    results.members.append(runs_of_draw)
                bar.update()
        bar.set_postfix_str("growth and junction")
        chapters = study_chapters(study, results.reference)
        save_figures(chapters, folder)
        bar.update()
    table = None if results.reference.table is None else results.reference.table(results)
    if table is not None:
        rows = table
        atomic(folder / "claims.csv", lambda target: rows.write_csv(target))
    first = banded(results)
    for figure in first:
        figure.save_static(folder / "figures" / figure.name)
    results.seconds = time.perf_counter() - began
    write_page(results, table, first + later, folder / "report.html", chapters)
    return results
