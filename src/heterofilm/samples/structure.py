"""Raman and X-ray diffraction of a sample: bands, lines, phases, sizes, and modes followed in situ."""

from __future__ import annotations

from ..analysis.structure.raman import SHIFT, analyse_raman, mode_series
from ..analysis.structure.xrd import TWO_THETA, analyse_xrd
from ..instruments import Measurement
from ..plots.raman import mode_figure, raman_figure, series_figure
from ..plots.xrd import diffraction_figure, width_figure
from ..reports.page import Drawable
from .findings import Findings
from .job import Job
from .phases import substrates
from .sample_file import FileEntry

__all__ = ["diffraction", "raman", "raman_series"]

MODE = 145.0  # cm-1: the lattice mode of V2O5 that the in-situ experiment follows


def raman(job: Job) -> Findings:
    """Bands and phases of every spectrum."""
    below, said = substrates(job.sample.sheet, "raman")

    def one(entry: FileEntry, m: Measurement) -> Findings:
        result = analyse_raman(m, substrates=below, shift_cm=entry.range or SHIFT)
        methods = ["Raman: arPLS baseline, pseudo-Voigt bands, phases by a Bayes factor against reference bands."]
        return Findings(result.results(), [raman_figure(result)], methods=methods, notes=[*result.notes, *said])

    return job.each(one)


def raman_series(job: Job) -> Findings:
    """A mode over potential or time, and whether it comes back."""

    def one(entry: FileEntry, m: Measurement) -> Findings:
        series = mode_series(m, MODE)
        methods = [f"In-situ Raman: area of the band at {MODE:.0f} cm-1 on a straight background."]
        figures: list[Drawable] = [series_figure(m), mode_figure(series)]
        return Findings(series.results(), figures, methods=methods, notes=list(series.notes))

    return job.each(one)


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
