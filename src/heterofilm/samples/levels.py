"""Work function, valence band edge and optical gap of a sample: the energies that make its level diagram."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePath

from ..analysis.photoemission.edges import FermiEdge, fermi_edge
from ..analysis.photoemission.ups import HE_I, analyse_ups, unbiased
from ..analysis.uvvis import TaucGap, absorption_of, tauc_gap
from ..errors import HeterofilmError, InputError
from ..instruments import Measurement
from ..plots.ups import cutoff_figure, fermi_edge_figure, valence_band_figure
from ..plots.uvvis import spectrum_figure, tauc_figure
from ..records.result import Result
from ..reports.page import Drawable
from .findings import Findings
from .job import Job
from .photoemission import binding
from .sample_file import FileEntry, Sample

__all__ = ["edges", "optical_gap"]

METALS = {"au", "gold", "ag", "silver", "pt", "platinum", "reference"}
FERMI_SD = 0.02  # eV: of a Fermi level that is taken for the zero of the axis, assumed
LEAST_SD = 0.005  # eV: no axis is better than that
BLURRED = 0.5  # eV: a wider edge is none of a metal


@dataclass(frozen=True)
class _Reference:
    """The Fermi edge of a metal on the axis without bias, and how it came to be one."""

    path: str
    edge: FermiEdge
    guessed: bool

    @property
    def sd_eV(self) -> float:
        return max(self.edge.E_F_sd, LEAST_SD)

    @property
    def said(self) -> str:
        how = "taken for a metal by its name" if self.guessed else "the sample file's reference"
        return f"{self.path} ({how}; {self.edge.E_F_eV:.3f} ± {self.sd_eV:.3f} eV)"


def edges(job: Job) -> Findings:
    """Work function and valence band edge; a metal among the files gives the Fermi level.

    A reference is what the sample file calls one (``reference = true``); where it calls none, what is named after a
    metal and nothing of the sample, and shows a Fermi edge. Of several, the one with the smallest uncertainty counts,
    and by how much others differ from it is that of the Fermi level.
    """
    stated = any(entry.reference for entry, _ in job.parts)
    known: list[_Reference] = []
    notes: list[str] = []
    metals = []
    for entry, m in job.parts:
        if entry.reference is not None or stated:
            metals.append(bool(entry.reference))
            continue
        named = _named_after_a_metal(entry, m, job.sample)
        metals.append(named and _shows_an_edge(m))
        if not metals[-1] and _words(entry, m) & METALS:
            reason = "has no Fermi edge" if named else "names the film too"
            notes.append(
                f"'{entry.path}' names a metal but {reason}: taken for the film's. reference = true in its line makes "
                "it the Fermi reference."
            )

    def metal(entry: FileEntry, m: Measurement) -> Findings:
        x, _, bias, assumed = _axis(m)
        edge = fermi_edge(x, m.column("intensity"))
        known.append(_Reference(entry.path, edge, not stated))
        method = f"Fermi function with a Gaussian, at a bias of {bias:g} V"
        rows = [Result("Fermi edge of the reference", edge.E_F_eV, known[-1].sd_eV, "eV", method, note=assumed)]
        return Findings(rows, [fermi_edge_figure(edge)], notes=list(m.notes))

    def film(entry: FileEntry, m: Measurement) -> Findings:
        return _film(m, min(known, key=lambda one: one.edge.E_F_sd, default=None), known)

    first = sorted(range(len(metals)), key=lambda k: not metals[k])  # references before what refers to them
    parts = [job.parts[k] for k in first]
    kinds = {id(job.parts[k][1]): metals[k] for k in first}
    found = replace(job, parts=parts).each(lambda entry, m: (metal if kinds[id(m)] else film)(entry, m))
    return found + Findings(notes=notes)


def _words(entry: FileEntry, m: Measurement) -> set[str]:
    return set(re.findall(r"[a-z]+", f"{PurePath(entry.path).stem} {m.name} {entry.name}".lower()))


def _named_after_a_metal(entry: FileEntry, m: Measurement, sample: Sample) -> bool:
    """Whether the name says a metal, and neither the sample nor the film nor what lies "on" it."""
    words = _words(entry, m)
    whole = re.sub(r"[^a-z0-9]+", "", f"{PurePath(entry.path).stem}{m.name}{entry.name}".lower())
    own = (re.sub(r"[^a-z0-9]+", "", name.lower()) for name in (sample.name, sample.sheet.film))
    return bool(words & METALS) and not (words & {"on", "film"} or any(len(o) > 1 and o in whole for o in own))


def _shows_an_edge(m: Measurement) -> bool:
    """Whether there is a Fermi edge as sharp as a metal's."""
    try:
        edge = fermi_edge(_axis(m)[0], m.column("intensity"))
    except HeterofilmError:
        return False
    return edge.resolution_eV < BLURRED and edge.E_F_sd < BLURRED / 5.0


def _axis(m: Measurement) -> tuple[list[float], float, float, str]:
    """Binding energies without the bias (eV), photon energy (eV), bias (V), and in words what was assumed of these."""
    photon, bias = m.meta.get("photon_energy_eV"), m.meta.get("sample_bias_V")
    assumed = []
    if not isinstance(photon, int | float):
        assumed.append(f"He I ({HE_I:g} eV)")
        photon, m = HE_I, m.with_meta(photon_energy_eV=HE_I)
    if not isinstance(bias, int | float):
        assumed.append("no sample bias")
        bias = 0.0
    said = f"assumed, as file and sheet do not say it: {' and '.join(assumed)}" if assumed else ""
    return unbiased(binding(m), bias).tolist(), float(photon), float(bias), said


def _film(m: Measurement, reference: _Reference | None, known: list[_Reference]) -> Findings:
    """Both edges of a film's spectrum, or what to say in the sample file where they cannot be."""
    x, hv, volts, assumed = _axis(m)
    E_F, E_F_sd = 0.0, FERMI_SD
    if reference is not None:
        E_F = reference.edge.E_F_eV
        E_F_sd = max(reference.sd_eV, *(abs(one.edge.E_F_eV - E_F) for one in known))
    try:
        ups = analyse_ups(x, m.column("intensity"), photon_energy_eV=hv, E_F_eV=E_F, E_F_sd=E_F_sd)
    except HeterofilmError as error:
        used = f"{assumed[0].upper()}{assumed[1:]}" if assumed else f"Used: {hv:g} eV and a bias of {volts:g} V"
        raise InputError(
            f'{error} {used}; state bias = "-5 V" or photon_energy = "21.22 eV" in its line of the sample file, or '
            "reference = true if it is a metal's Fermi edge."
        ) from None
    fermi = "the zero of the axis, as no metal was measured" if reference is None else reference.said
    held = (assumed, "E_F assumed at zero" if reference is None else "")
    rows = [replace(row, note="; ".join(filter(None, (row.note, *held)))) for row in ups.results()]
    notes = [*m.notes, *([f"{m.name}: {assumed}"] if assumed else [])]
    if reference is not None and reference.guessed:
        notes.append(f"The Fermi level is that of {reference.said}; reference = false in its line takes it away.")
    for other in known:
        if reference is not None and other is not reference:
            notes.append(
                f"Two references: {reference.said}, the surer, was used, {other.said} not; their difference is in the "
                "uncertainty."
            )
    methods = [
        f"UPS at {ups.photon_energy_eV:g} eV and a bias of {volts:g} V{' (assumed)' if assumed else ''}: secondary "
        "cutoff and valence band edge by a straight edge rounded by a Gaussian, or a bent one where the spectrum shows "
        "it, the difference of both, of parts of the edge and of the line drawn by habit in the uncertainty. "
        f"Fermi level: {fermi}."
    ]
    figures: list[Drawable] = [cutoff_figure(ups), valence_band_figure(ups)]
    return Findings(rows, figures, methods=methods, notes=notes)


def optical_gap(job: Job) -> Findings:
    """The gap of every spectrum as a direct and as an indirect one."""
    thickness = job.sample.sheet.thickness

    def one(entry: FileEntry, m: Measurement) -> Findings:
        E, alpha, how = absorption_of(m, None if thickness is None else thickness.si)
        results: list[Result] = []
        figures: list[Drawable] = [spectrum_figure([m])]
        notes = [*m.notes, how]
        for transition in (entry.model,) if entry.model else ("direct", "indirect"):
            try:
                gap = tauc_gap(E, alpha, transition, window=entry.range)
            except HeterofilmError as error:
                notes.append(f"{m.name}, {transition}: {error}")
                continue
            results += gap.results()
            figures.append(_named(gap))
        line = "the straight stretch was searched, its spread is the uncertainty"
        if entry.range is not None:
            line = f"the line was drawn from {entry.range[0]:g} to {entry.range[1]:g} eV as the sample file says"
        methods = [f"Gaps by Tauc's plot ({how}); {line}."]
        return Findings(results, figures, methods=methods, notes=notes)

    return job.each(one)


def _named(gap: TaucGap) -> Drawable:
    figure = tauc_figure(gap)
    return replace(figure, name=f"{figure.name}-{gap.transition}")
