"""Raman and X-ray diffraction of a sample: bands, lines, phases, sizes, and modes followed in situ."""

from __future__ import annotations

from ..analysis.structure.raman import SHIFT, analyse_raman, mode_series
from ..analysis.structure.xrd import TWO_THETA, analyse_xrd
from ..instruments import Measurement
from ..library import Library
from ..library.material import material
from ..library.patterns import load_patterns, pattern
from ..plots.raman import mode_figure, raman_figure, series_figure
from ..plots.xrd import diffraction_figure, width_figure
from ..reports.page import Drawable
from .findings import Findings
from .job import Job
from .phases import substrates
from .sample_file import FileEntry

__all__ = ["diffraction", "raman", "raman_series"]

USUAL = "V2O5"  # whose strongest band is followed where the film's own phase has no pattern


def raman(job: Job) -> Findings:
    """Bands and phases of every spectrum."""
    below, said = substrates(job.sample.sheet, "raman")

    def one(entry: FileEntry, m: Measurement) -> Findings:
        result = analyse_raman(m, substrates=below, shift_cm=entry.range or SHIFT)
        methods = ["Raman: arPLS baseline, pseudo-Voigt bands, phases by a Bayes factor against reference bands."]
        return Findings(result.results(), [raman_figure(result)], methods=methods, notes=[*result.notes, *said])

    return job.each(one)


def raman_series(job: Job) -> Findings:
    """The strongest band of the film's phase over potential or time, and whether it comes back."""
    phase, said = _followed(job)
    band = pattern("raman", phase).strongest

    def one(entry: FileEntry, m: Measurement) -> Findings:
        series = mode_series(m, band)
        methods = [
            f"In-situ Raman: area of the band at {band:.0f} cm-1, the strongest of {phase}, on a straight background."
        ]
        figures: list[Drawable] = [series_figure(m), mode_figure(series)]
        return Findings(series.results(), figures, methods=methods, notes=[*series.notes, *said])

    return job.each(one)


def _followed(job: Job) -> tuple[str, list[str]]:
    """The phase whose strongest band is followed, and what was assumed."""
    film = job.sample.sheet.film
    phase = material(Library().film(film).matrix) if film else ""
    if phase in {one.name for one in load_patterns("raman")}:
        return phase, []
    return USUAL, [f"the film's phase has no Raman pattern here: the strongest band of {USUAL} is followed"]


def diffraction(job: Job) -> Findings:
    """Phases, lines and crystallite sizes of every scan."""
    below, said = substrates(job.sample.sheet, "xrd")

    def one(entry: FileEntry, m: Measurement) -> Findings:
        result = analyse_xrd(m, substrates=below, two_theta_deg=entry.range or TWO_THETA)
        methods = [
            f"X-ray diffraction ({result.wavelength_angstrom:.4f} angstrom): arPLS baseline, pseudo-Voigt lines, "
            "phases by a Bayes factor that allows for texture and strain; sizes by Scherrer, microstrain by Williamson "
            "and Hall where three lines or more stand alone."
        ]
        figures: list[Drawable] = [diffraction_figure(result)]
        figures += [width_figure(phase, told) for phase, told in result.broadening.items()]
        return Findings(result.results(), figures, methods=methods, notes=[*result.notes, *said])

    return job.each(one)
