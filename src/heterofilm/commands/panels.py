"""The measurements that the paper shows of its film, on a synthetic sample: made, analysed, drawn panel by panel."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from ..files import atomic, prepare_folder
from ..paper import panels
from ..reports.page import Chapter, page, save_figures
from ..samples.analyse import analyse
from ..samples.analysed import Analysed
from ..samples.page import chapter
from ..synthetic.project import write_sample

__all__ = ["panel_chapters", "write_panels"]

ABOUT = (
    "No data of the paper: files of a synthetic film, with noise, artefacts and a truth that is known, read and "
    "analysed as measured ones would be. Oxidation states are those of the simulated cell; structure, levels and "
    "composition are stated truths of the example."
)


def panel_chapters(done: Analysed) -> list[Chapter]:
    """A chapter a panel, in the order of the paper; what the sample has no figure of is left out."""
    found = []
    for kind, (where, what) in panels.OF_KIND.items():
        if kind in done.findings and done.findings[kind].figures:
            one = chapter(done.sample.name, kind, done.findings[kind], several=False)
            found.append(Chapter(f"Fig. {where}: {what}", "", one.sentences, one.figures, one.tables))
    return found


def write_panels(out: str | Path, seed: int = 0, progress: Callable[[str], None] | None = None) -> Path:
    """Make the sample, analyse it, and write ``report.html`` with its figures into the folder ``out``; the page.

    Errors: `HeterofilmError` for a folder that cannot be written to.
    """
    folder = prepare_folder(out)
    with tempfile.TemporaryDirectory() as place:
        if progress is not None:
            progress("a synthetic sample")
        write_sample(Path(place) / panels.FILM, panels.FILM, seed=seed, cycling=False)
        done = analyse(Path(place) / panels.FILM, progress)
    chapters = panel_chapters(done)
    save_figures(chapters, folder, ("svg",))
    title = f"The measurements of the paper, on a synthetic {panels.FILM}"
    text = page(title, chapters, description=ABOUT, suffixes=("svg",), command="heterofilm run --panels")
    return atomic(folder / "report.html", lambda target: target.write_text(text, encoding="utf-8"))
