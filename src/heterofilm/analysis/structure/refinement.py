"""From a scan whose phases were told to its refinement, and that as rows of a paper's table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ...errors import InputError
from ...library.patterns import bracketed
from ...records.result import Result
from .pattern_model import free_lengths
from .whole_pattern import Refined, RefinedPhase, refine
from .xrd import XrdResult

__all__ = ["Refinement", "refine_scan"]

METHOD = "whole-pattern least squares, intensities of the reference structure"
MISSED = 3.0  # GoF from which the model does not describe the scan: a doubt beside every number
PLACES = ("a", "b", "c", "alpha", "beta", "gamma")
SURE = 2.0  # standard deviations of ln r that make a texture


@dataclass(frozen=True, eq=False)
class Refinement:
    """A refined scan: `fit`, its `name` and `file`, and in words what was left out or assumed (`notes`)."""

    fit: Refined
    name: str
    file: str
    notes: tuple[str, ...]

    @property
    def doubt(self) -> str:
        """Why no number of it may be trusted, "" where the model describes the scan."""
        good = self.fit.goodness
        if good <= MISSED:
            return ""
        return (
            f"in doubt: the model misses the scan by {good:.2g} times the noise (a phase that is missing, or other "
            "intensities than those of the reference)"
        )

    def results(self, sample: str = "") -> list[Result]:
        """Agreement, then of every phase cell, size, strain, texture and share of the mass."""
        fit, sample = self.fit, sample or self.name
        rows = [
            Result("Rwp", 100.0 * fit.R_wp, math.nan, "%", METHOD,
                   note=f"{fit.goodness:.3g} times the {100.0 * fit.R_exp:.2g} % that the noise alone leaves"),
            Result("displacement of 2theta (refined)", fit.displacement_deg, fit.displacement_sd, "deg", METHOD),
        ]  # fmt: skip
        for phase in fit.phases:
            rows += _rows(phase)
        every = "; ".join(one for one in (self.doubt, *self.notes) if one)
        return [
            Result(r.quantity, r.value, r.uncertainty, r.unit, r.method, sample, self.file,
                   "; ".join(one for one in (r.note, every) if one))
            for r in rows
        ]  # fmt: skip


def _rows(phase: RefinedPhase) -> list[Result]:
    said, state = "; ".join(phase.notes), phase.state
    rows = []
    for group in free_lengths(state.cell):
        k = group[0]
        if phase.cell_sd[k] > 0.0:
            same = " = ".join(PLACES[place] for place in group)
            unit = "angstrom" if k < 3 else "deg"
            rows.append(Result(f"{same} of {phase.name} (refined)", state.cell[k], phase.cell_sd[k], unit, METHOD))
    rows.append(Result(f"crystallite size {phase.name} (refined)", state.L_nm, phase.L_sd, "nm", METHOD))
    if math.isfinite(phase.epsilon_sd):
        name = f"microstrain {phase.name} (refined)"
        rows.append(Result(name, 100.0 * state.epsilon, 100.0 * phase.epsilon_sd, "%", METHOD))
    if state.axis is not None and abs(math.log(state.r)) > SURE * phase.r_sd / state.r:
        name = f"March-Dollase r {phase.name} {bracketed(state.axis)} (refined)"
        rows.append(Result(name, state.r, phase.r_sd, "1", METHOD))
    if math.isfinite(phase.share):
        how = f"{METHOD}; computed I/Ic, 20 % each assumed"
        rows.append(
            Result(f"share of the film's mass {phase.name}", 100.0 * phase.share, 100.0 * phase.share_sd, "%", how)
        )
    return [Result(r.quantity, r.value, r.uncertainty, r.unit, r.method, note=said) for r in rows]


def refine_scan(result: XrdResult, substrates: Sequence[str] = ()) -> Refinement:
    """Refine the phases that a scan shows, `substrates` with the strength of each of their lines free.

    Errors: `HeterofilmError` where no phase that is there has intensities and a cell.
    """
    shown = [phase for phase in result.identification.phases if phase.verdict != "absent"]
    notes = []
    taken = []
    for phase in shown:
        pattern = result.patterns[phase.name]
        if len(pattern.cell) == 6 and pattern.indices and pattern.intensities:
            taken.append(phase)
        else:
            notes.append(f"{phase.name} is not in the refinement: its reference has no intensities")
    if not taken:
        raise InputError(
            f"'{result.name}' shows no phase whose reference has a cell and intensities, so there is nothing to refine."
        )
    if doubtful := [phase.name for phase in taken if phase.verdict == "possible"]:
        notes.append(
            f"{', '.join(doubtful)} {'is' if len(doubtful) == 1 else 'are'} only possible, and taken for there"
        )
    if result.identification.unexplained:
        notes.append(f"{len(result.identification.unexplained)} lines of no phase are in the scan")
    lines = result.lines
    sizes = {c.phase: c.size_nm for c in result.crystallites if not c.bound}
    fit = refine(
        lines.x, lines.y, lines.sigma, lines.base, [result.patterns[phase.name] for phase in taken],
        wavelengths=result.wavelengths, instrument_fwhm_deg=result.instrument_fwhm_deg,
        strain={phase.name: phase.shift for phase in taken}, size_nm=sizes,
        displacement_deg=result.identification.displacement, substrates=substrates,
    )  # fmt: skip
    return Refinement(fit, result.name, result.file, tuple(notes))
