"""From a study file to a folder with data, figures, the reference's rows and a page."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ...bars import progress_bar
from ...files import atomic, prepare_folder, write_table
from ...library import Library
from ...study.folder import StudyFolder
from ...study.plan import Plan, load_plan
from ...study.results import Reference, Results, Runs
from ...study.run import run_draws, run_tests
from ...wording import counted
from ..page import Chapter, page, save_figures
from .chapters import (
    closing_chapters,
    discharge_chapters,
    first_chapter,
    model_chapters,
    reference_chapters,
    run_chapters,
)
from .growing import GrowingPage

__all__ = ["run_study", "study_page"]


def run_study(
    path: str | Path,
    out: str | Path = "heterofilm-report",
    *,
    reference: Callable[[str], Reference] | None = None,
    progress: bool = True,
    members: int | None = None,
    calibration: str | Path | None = None,
    fresh: bool = False,
    named: str | None = None,
) -> Results:
    """Run a study file and write the folder ``out``.

    ``reference``: gives what was measured on its cells, by the name in the study file. ``members`` limits the draws of
    the calibration that give bands (the study's own limit by default, 0 for none). ``calibration`` is a file of values
    to use instead of the packaged ones. A run that the folder holds whole is not done again; the others are, and the
    draws of the calibration. No file is ever half written. A folder of another study is refused, unless it is to be
    made ``fresh``. ``named``: how the page's command names the study, "" for the default one; its path otherwise. Runs
    that fail are kept as sentences in ``Results.failed``.

    Errors: `HeterofilmError` before any work for a study that is not sound or a folder that cannot be written to, and
    afterwards when every run failed.
    """
    library = Library(calibration=calibration) if calibration else Library()
    plan = load_plan(path, library)
    study = plan.study
    beside = Reference() if reference is None or not study.reference else reference(study.reference)
    limit = study.options.members if members is None else members
    draws = library.ensemble()[: max(limit, 0)] if study.options.bands else ()
    with StudyFolder(out, plan, len(draws), fresh) as place:
        prepare_folder(out)
        command = ["heterofilm", "run", *filter(None, [plan.source if named is None else named]), "--out", str(out)]
        command += [] if members is None else ["--members", str(members)]
        command += [] if calibration is None else ["--calibration", str(calibration)]
        results = _written(plan, draws, beside, place, progress, shlex.join(command))
        place.finish()
    return results


def _written(
    plan: Plan,
    draws: Sequence[dict[str, float]],
    reference: Reference,
    place: StudyFolder,
    progress: bool,
    command: str,
) -> Results:
    """Run everything and write everything."""
    began, folder = time.perf_counter(), place.path
    study = plan.study
    results = Results(study.title, study.description, Runs({c.name: c for c in plan.cells.values()}))
    results.reference = reference
    results.tests = {test.name: test.title or test.name for test in study.tests}
    results.places = {cell.name: plan.place(name) for name, cell in plan.cells.items()}
    total = len(plan.runs()) + len(draws) + 1
    with progress_bar(total=total, unit="run", progress=progress, desc="heterofilm") as bar:
        growing = GrowingPage(results, folder / "report.html", len(plan.runs()))

        def done() -> None:
            bar.update()
            growing.update()

        run_tests(plan, results, place, done)
        bar.set_postfix_str("figures and draws of the calibration")
        with run_draws(plan, draws, results.reference) as drawing:
            runs = run_chapters(results)
            save_figures(runs, folder)  # drawing holds the interpreter, the draws' kernels do not need it
            for runs_of_draw in drawing:
                if runs_of_draw is not None:
                    results.members.append(runs_of_draw)
                bar.update()
        bar.set_postfix_str("growth, junction, device")
        models = model_chapters(study, results)
        save_figures(models, folder)
        bar.update()
    table = None if results.reference.table is None else results.reference.table(results)
    if table is not None:
        write_table(table, folder / "claims.csv")
    first = [first_chapter(results, table), *discharge_chapters(results)]
    compared = reference_chapters(results, table)
    save_figures([*first, *compared], folder)
    chapters = [*first, *runs, *compared, *models, *closing_chapters(results)]
    results.seconds = time.perf_counter() - began
    text = study_page(results, chapters, command)
    atomic(folder / "report.html", lambda target: target.write_text(text, encoding="utf-8"))
    return results


def study_page(results: Results, chapters: Sequence[Chapter], command: str = "") -> str:
    """The page of a study as HTML; ``command`` runs it again."""
    bands = f", {counted(len(results.members), 'draw')} of the calibration for the bands" if results.members else ""
    runs = counted(len(results.main.records), "run")
    about = f"{counted(len(results.main.cells), 'cell')}, {runs}{bands}, {results.seconds:.0f} s."
    return page(results.title, chapters, description=results.description, about=about, command=command)
