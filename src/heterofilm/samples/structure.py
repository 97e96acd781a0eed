"""Raman and X-ray diffraction of a sample: bands, lines, phases, sizes, and modes followed in situ."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..analysis.structure.raman import SHIFT, analyse_raman, mode_series
from ..analysis.structure.refinement import refine_scan
from ..analysis.structure.stress import Elastic, sin2psi
from ..analysis.structure.xrd import TWO_THETA, XrdResult, analyse_xrd
from ..errors import HeterofilmError, InputError
from ..instruments import Measurement
from ..library import Library
from ..library.files import names
from ..library.loader import load
from ..library.material import material
from ..library.materials import Material
from ..library.patterns import Pattern, Technique, load_patterns, pattern
from ..library.value import Value
from ..plots.raman import mode_figure, raman_figure, series_figure
from ..plots.xrd import diffraction_figure, refinement_figure, stress_figure, width_figure
from ..records.result import Result
from ..reports.page import Drawable
from .findings import Findings
from .job import Job
from .own_patterns import pattern_of_cif
from .phases import substrates
from .sample_file import FileEntry

__all__ = ["diffraction", "raman", "raman_series"]

REFINED = (
    "All phases were refined together against every point of the scan (cells, sizes, microstrains, March-Dollase "
    "texture, amounts, displacement of the sample, background), with the powder intensities of their reference "
    "structures; the strength of each line of a substrate is free; shares of the mass are by computed I/Ic."
)
"""What a refinement is, for the methods."""


def raman(job: Job) -> Findings:
    """Bands and phases of every spectrum."""
    below, said = substrates(job.sample.sheet, "raman")

    def one(entry: FileEntry, m: Measurement) -> Findings:
        result = analyse_raman(
            m, substrates=below, shift_cm=entry.range or SHIFT, patterns=_alone("raman", entry, below)
        )
        methods = ["Raman: arPLS baseline, pseudo-Voigt bands, phases by a Bayes factor against reference bands."]
        return Findings(result.results(), [raman_figure(result)], methods=methods, notes=[*result.notes, *said])

    return job.each(one)


def raman_series(job: Job) -> Findings:
    """The strongest band of the film's phase over potential or time, and whether it comes back."""
    below = substrates(job.sample.sheet, "raman")[0]

    def one(entry: FileEntry, m: Measurement) -> Findings:
        band, which, told = (entry.band, "as the sample file says", "") if entry.band else _followed(job, m, below)
        series = mode_series(m, band, **({} if entry.range is None else {"window": _half_width(entry.range, band)}))
        methods = [f"In-situ Raman: area of the band at {band:.0f} cm-1, {which}, on a straight background."]
        figures: list[Drawable] = [series_figure(m), mode_figure(series)]
        notes = [*series.notes, *([told] if told else [])]
        return Findings(series.results(), figures, methods=methods, notes=notes)

    return job.each(one)


def _followed(job: Job, m: Measurement, below: Sequence[str]) -> tuple[float, str, str]:
    """The band that is followed (cm-1), which one it is, and what was assumed.

    The strongest of the film's phase; where that has no pattern, the strongest of the data that is not the substrate's.
    """
    film = job.sample.sheet.film
    phase = material(Library().film(film).matrix) if film else ""
    if phase in {one.name for one in load_patterns("raman")}:
        return pattern("raman", phase).strongest, f"the strongest of {phase}", ""
    why = "the film's phase has no Raman pattern here" if film else "the sample file names no film"
    found = analyse_raman(m, substrates=below)
    known = [line.position for phase in found.identification.phases if phase.name in below for line in phase.lines]
    own = [line for line in found.lines.lines if line.position not in known]
    if not own:
        raise InputError(
            f"{why[:1].upper()}{why[1:]}, and the mean of '{m.name}' shows no band of its own to follow; state one in "
            "the sample file as band = 145."
        )
    band = max(own, key=lambda line: line.height).position
    said = f"{why}: the strongest band of the mean spectrum, at {band:.0f} cm-1, is assumed to be the film's"
    return band, "the strongest of the mean spectrum", said


def _half_width(ends: tuple[float, float], band: float) -> float:
    """Of the window around a band that a range gives. Errors: `HeterofilmError` for a range that is not around it."""
    if not ends[0] < band < ends[1]:
        raise InputError(
            f"range = [{ends[0]:g}, {ends[1]:g}] does not hold the band at {band:g} cm-1 that is followed."
        )
    return min(band - ends[0], ends[1] - band)


def _alone(technique: Technique, entry: FileEntry, below: Sequence[str]) -> list[Pattern] | None:
    """The patterns of the phases that a line names, and of what lies below; None where it names none.

    Errors: `HeterofilmError` for a phase without a pattern.
    """
    if not entry.phases:
        return None
    return [pattern(technique, name) for name in dict.fromkeys((*entry.phases, *below))]


def diffraction(job: Job, own: Sequence[Path] = ()) -> Findings:
    """Phases, lines and crystallite sizes of every scan; ``own``: structures (CIF) that are candidates everywhere."""
    below, said = substrates(job.sample.sheet, "xrd")
    tilted: list[tuple[float, XrdResult]] = []

    def one(entry: FileEntry, m: Measurement) -> Findings:
        patterns = _alone("xrd", entry, below)
        if cifs := [*(job.sample.folder / path for path in entry.cifs), *own]:
            patterns = [*map(pattern_of_cif, cifs), *(load_patterns("xrd") if patterns is None else patterns)]
        result = analyse_xrd(m, substrates=below, two_theta_deg=entry.range or TWO_THETA, patterns=patterns)
        methods = [
            f"X-ray diffraction ({result.wavelength_angstrom:.4f} angstrom): arPLS baseline, pseudo-Voigt lines, "
            "phases by a Bayes factor that allows for texture and strain; sizes by Scherrer, microstrain by Williamson "
            "and Hall where three lines or more stand alone; orientation by March and Dollase from their strengths."
        ]
        if entry.tilt is not None:
            tilted.append((entry.tilt, result))
        figures: list[Drawable] = [diffraction_figure(result)]
        figures += [width_figure(phase, told) for phase, told in result.broadening.items()]
        rows, notes = result.results(), [*result.notes, *said]
        if entry.refine:
            try:
                fitted = refine_scan(result, below)
            except HeterofilmError as error:
                notes.append(f"not refined: {error}")
            else:
                rows += fitted.results()
                figures.append(refinement_figure(fitted))
                methods.append(REFINED)
        return Findings(rows, figures, methods=methods, notes=notes)

    found = job.each(one)
    return found + _stress(tilted).of(job.sample.name, f"{len(tilted)} tilts") if tilted else found


def _stress(tilted: Sequence[tuple[float, XrdResult]]) -> Findings:
    """Residual stress from every line of a phase of the film that was seen at three tilts or more."""
    seen: dict[tuple[str, str], list[tuple[float, float, float]]] = {}
    for tilt, result in tilted:
        at = {line.position: line for line in result.lines.lines}
        for phase in result.identification.phases:
            if phase.verdict == "absent" or phase.role == "substrate":
                continue
            for one in {a.position: a for a in sorted(phase.lines, key=lambda a: a.strength)}.values():
                seen.setdefault((phase.name, one.label), []).append((tilt, *result.spacing(at[one.position])))
    rows: list[Result] = []
    figures: list[Drawable] = []
    notes: list[str] = []
    for (name, label), points in seen.items():
        psi, d, sd = zip(*points, strict=True)
        try:
            told = sin2psi(f"{name} {label}", psi, d, sd, _elastic(name))
        except HeterofilmError as error:
            notes.append(f"no residual stress from {name} {label}: {error}")
            continue
        rows += told.results()
        figures.append(stress_figure(told))
    methods = ["Residual stress by sin2psi from the lines seen at every tilt, biaxial and uniform over the depth."]
    return Findings(rows, figures, methods=methods if rows else [], notes=notes[:3])


def _elastic(phase: str) -> Elastic | None:
    """The elastic constants of a phase's material in the library; None where it has none."""
    name = material(phase)
    if name not in names("materials"):
        return None
    known = load(Material, name)

    def sd(value: Value) -> float:  # of an even spread over the stated range
        low, high = value.span
        return (high - low) / 12.0**0.5 * (value.si / value.value if value.value else 1.0)

    E, nu = known.youngs_modulus, known.poisson
    said = f"{E.kind}, {E.low:g} to {E.high:g} GPa" if E.low is not None and E.high is not None else str(E.kind)
    return Elastic(E.si, sd(E), nu.si, sd(nu), f"library, {said}")
