"""``heterofilm eis`` of one spectrum: what was found out about it, in words.

Spectra per area are said in ohm cm2, so that every F is an F/cm2 and every H an H cm2; others in ohm.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from ..analysis.impedance.analyse import scaled
from ..analysis.impedance.conductivity import Conductivity
from ..analysis.impedance.drt import Distribution
from ..analysis.impedance.features import SpectrumFeatures
from ..analysis.impedance.fit import UNDETERMINED, CircuitFit
from ..analysis.impedance.kramers_kronig import KramersKronig
from ..analysis.impedance.propose import Proposal
from ..analysis.impedance.results import uncertainties, unit_words
from ..plots.impedance import NAMES, contributions, hertz
from ..records.spectrum import Spectrum
from ..wording import counted
from .eis_series import conductivity_words
from .inputs import lines, number

__all__ = ["Analysis", "feature_rows", "printed"]

SHOWN = 3  # other minima that are printed


@dataclass(frozen=True, eq=False)
class Analysis:
    """All that was found out about one spectrum, in ohm cm2 where it is per area, else in ohm."""

    spectrum: Spectrum
    features: SpectrumFeatures
    test: KramersKronig
    fits: Sequence[CircuitFit] = ()
    distribution: Distribution | None = None
    proposal: Proposal | None = None
    conductivity: Conductivity | None = None

    @property
    def area(self) -> bool:
        return self.spectrum.unit == "ohm m2"

    @property
    def fit(self) -> CircuitFit | None:
        return self.fits[0] if self.fits else None

    @property
    def drawn(self) -> CircuitFit | None:
        """The fit that is drawn: the proposal's where there is no other, or one that does not describe the spectrum."""
        best = self.proposal.best if self.proposal else None
        return best if best and not (self.fit and self.fit.describes) else self.fit


def printed(done: Analysis) -> str:
    """All results as text."""
    f = done.spectrum.frequency_Hz
    said = [f"{done.spectrum.name}: {counted(f.size, 'point')}, {hertz(f.max())} to {hertz(f.min())}"]
    if done.spectrum.note:
        said.append(f"Signs: {done.spectrum.note}.")
    said += ["", "Features", _features(done), "", f"Kramers-Kronig: {done.test.verdict}. {done.test.reason}"]
    if done.spectrum.parts:
        said += ["", "Which arc is which", _parts(done.spectrum)]
    if done.fit is not None:
        said += ["", *_fit(done.fit, done.test, done.area)]
    if done.conductivity is not None:
        said += ["", *conductivity_words(done.conductivity)]
    if done.proposal is not None:
        said += ["", *_proposed(done.proposal)]
        best = done.proposal.best
        if best is not None and (done.fit is None or str(done.fit.circuit) != str(best.circuit)):
            said += ["", *_fit(best, done.test, done.area)]
    if done.distribution is not None:
        said += ["", "Relaxation times", _relaxations(done.distribution, done.area)]
    return "\n".join(said)


def _features(done: Analysis) -> str:
    rows = [
        (f"  {row['name']}", "-" if row["value"] is None else f"{row['value']:.4g} {row['unit']}", str(row["note"]))
        for row in feature_rows(done)
    ]
    return lines(("  feature", "value", "note"), rows, left=(0, 1, 2), name="features").partition("\n")[2]


def feature_rows(done: Analysis) -> list[dict[str, str | float | None]]:
    """Features as rows: name, value, unit, note."""
    own = done.features
    rows: list[dict[str, str | float | None]] = []

    def add(name: str, value: float | None, unit: str, note: str) -> None:
        rows.append({"name": name, "value": value, "unit": unit_words(unit, done.area), "note": note})

    add("intercept", own.intercept.value, "ohm", own.intercept.reason)
    for k, arc in enumerate(own.arcs, 1):
        farad = unit_words("F", done.area)
        note = f"apex at {hertz(arc.frequency_Hz)}, C = {arc.capacitance_F:.3g} {farad}"
        note += f", depression {arc.depression:.2f}"
        add(f"arc {k}, diameter", arc.diameter_ohm, "ohm", note)
    add("angle of the tail", own.tail_angle.value, "deg", own.tail_angle.reason)
    add("limiting capacitance", own.limiting_capacitance.value, "F", own.limiting_capacitance.reason)
    add("Warburg coefficient", own.warburg.value, "ohm s^-1/2", own.warburg.reason)
    return rows


def _parts(spectrum: Spectrum) -> str:
    factor, unit = scaled(spectrum), unit_words("ohm", spectrum.unit == "ohm m2")
    rows = []
    for c in contributions(spectrum):
        where = "ohmic" if c.peak_Hz is None else hertz(c.peak_Hz) if c.closed else f"tail (to {hertz(c.peak_Hz)})"
        R = c.ohmic if c.peak_Hz is None else c.resistance
        height = number(factor * c.height if c.peak_Hz else None)
        rows.append((f"  {NAMES.get(c.name, c.name)}", where, f"{factor * R:.4g}", height))
    return lines(("  part", "largest -Im Z at", f"Re Z / {unit}", f"-Im Z / {unit}"), rows)


def _proposed(found: Proposal) -> list[str]:
    said = []
    for fit in found.tried[:SHOWN]:
        state = "all values determined" if all(p.determined for p in fit.parameters) else "not all values determined"
        said.append(f"  {fit.circuit}: misfit {100.0 * fit.misfit:.2g} %, AIC {fit.aic:.1f}, {state}")
    if found.best is None:
        return [
            "Proposal: no chain of up to three arcs describes this spectrum with all its values; the nearest are",
            *said,
        ]
    return [
        f"Proposal: {found.best.circuit} (rms misfit {100.0 * found.best.misfit:.2g} %), the simplest that describes "
        "the spectrum and whose values are all determined; by Akaike's criterion the best are",
        *said,
        "  Which element is which process, only the experiment can say.",
    ]


def _fit(fit: CircuitFit, test: KramersKronig, area: bool) -> list[str]:
    why = fit.why_no_values(test)
    if why:
        return textwrap.wrap(f"Values of the circuit {fit.circuit} are not shown: {why}.".replace("..", "."), 118)
    known = uncertainties(fit)
    rows = []
    for p in fit.parameters:
        sigma = known[p.name]
        if not p.fixed and not (p.determined and sigma <= UNDETERMINED * p.value):
            rows.append((f"  {p.name}", "not determined", "", "", ""))
            continue
        error = "fixed" if p.fixed else f"+- {number(sigma, '{:.2g}')}"
        relative = f"= {p.linked}" if p.linked else "" if p.fixed else number(100.0 * sigma / p.value, "{:.2g} %")
        rows.append((f"  {p.name}", f"{p.value:.5g}", error, unit_words(p.unit, area), relative))
    said = [
        f"Circuit {fit.circuit}: reduced chi2 {fit.reduced_chi2:.3g} ({fit.weighting} weights), AIC {fit.aic:.1f}, "
        f"rms misfit {100.0 * fit.misfit:.2g} %",
        lines(("  name", "value", "+-", "unit", "relative"), rows, name="circuit").partition("\n")[2],
    ]
    said += [f"  Mind: {warning}" for warning in fit.warnings]
    if fit.alternatives:
        said.append(f"  {len(fit.alternatives)} other minima fit nearly as well; physics must choose:")
    for other in fit.alternatives[:SHOWN]:
        values = ", ".join(f"{name} {value:.3g}" for name, value in other.values.items())
        words = f"chi2 {other.chi2 / fit.chi2:.3g} times the best: {values}"
        said += textwrap.wrap(words, 112, initial_indent="    ", subsequent_indent="      ")
    return said


def _relaxations(distribution: Distribution, area: bool) -> str:
    rows = [
        (
            f"  {hertz(p.frequency_Hz)}", f"{p.tau_s:.3g} s", f"{p.resistance_ohm:.4g}", f"{p.capacitance_F:.3g}",
            f"{100.0 * p.share:.1f} %", "the measurement ends here" if p.at_edge else "",
        )
        for p in distribution.peaks
    ]  # fmt: skip
    head = ("  peak", "tau", f"R / {unit_words('ohm', area)}", f"C / {unit_words('F', area)}", "share", "note")
    more = f"  series {distribution.series_ohm:.4g}, polarisation {distribution.polarisation_ohm:.4g} "
    return f"{lines(head, rows)}\n{more}{unit_words('ohm', area)}, lambda {distribution.regularisation:.2g}"
