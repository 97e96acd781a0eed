"""Raman and X-ray diffraction of a sample: bands, lines, phases, sizes, and modes followed in situ."""

from __future__ import annotations

from ..analysis.raman import analyse_raman, mode_series
from ..analysis.xrd import analyse_xrd
from ..library.patterns import load_patterns
from ..report.chapters import Drawable
from ..report.raman_plots import mode_figure, raman_figure, series_figure
from ..report.xrd_plots import diffraction_figure
from .findings import Findings
from .project import Job

__all__ = ["diffraction", "raman", "raman_series"]

MODE = 145.0  # cm-1: the lattice mode of V2O5 that the in-situ experiment follows


def raman(job: Job) -> Findings:
    """Bands and phases of every spectrum."""
    found = Findings(
        methods=["Raman: arPLS baseline, pseudo-Voigt bands, phases by a Bayes factor against reference bands."]
    )
    known = {pattern.name for pattern in load_patterns("raman")}  # metals have no bands
    below = [name for name in job.sample.sheet.substrate if name in known]
    for entry, m in job.parts:
        result = analyse_raman(m, substrates=below)
        figures: list[Drawable] = [raman_figure(result)]
        found += Findings(result.results(), figures, notes=list(result.notes)).of_file(
            job.sample.name, entry.path, m.name
        )
    return found


def raman_series(job: Job) -> Findings:
    """A mode over potential or time, and whether it comes back."""
    found = Findings(methods=[f"In-situ Raman: area of the band at {MODE:.0f} cm-1 on a straight background."])
    for entry, m in job.parts:
        series = mode_series(m, MODE)
        figures: list[Drawable] = [series_figure(m), mode_figure(series)]
        found += Findings(series.results(), figures, notes=list(series.notes)).of_file(
            job.sample.name, entry.path, m.name
        )
    return found


def diffraction(job: Job) -> Findings:
    """Phases, lines and crystallite sizes of every scan."""
    found = Findings(
        methods=[
            "X-ray diffraction: arPLS baseline, pseudo-Voigt lines, phases by a Bayes factor that allows for "
            "texture and "
            "strain; sizes by Scherrer."
        ]
    )
    for entry, m in job.parts:
        result = analyse_xrd(m, substrates=job.sample.sheet.substrate)
        figures: list[Drawable] = [diffraction_figure(result)]
        found += Findings(result.results(), figures, notes=list(result.notes)).of_file(
            job.sample.name, entry.path, m.name
        )
    return found
