"""``heterofilm eis``: one impedance spectrum, from its features to its time constants.

Spectra per area are analysed in ohm cm2, so that every F is an F/cm2 and every H an H cm2; others in ohm.
"""

from __future__ import annotations

import argparse
import textwrap
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ..analysis.impedance.drt import Distribution, relaxation_times
from ..analysis.impedance.features import SpectrumFeatures, features
from ..analysis.impedance.fit import DESCRIBES, NOT_DESCRIBED, CircuitFit, fit_circuit
from ..analysis.impedance.kramers_kronig import KramersKronig, kramers_kronig
from ..analysis.impedance.results import unit_words
from ..errors import HeterofilmError
from ..figures.figure import Figure
from ..instruments.impedance_table import read_spectra
from ..plots.impedance import (
    NAMES,
    bode,
    contributions,
    contributions_figure,
    hertz,
    nyquist,
    nyquist_start,
    relaxations,
    residuals,
)
from ..records.spectrum import Spectrum
from .inputs import check_outputs, check_size, lines, number, pairs, quantity, write_outputs

SHOWN = 3  # other minima that are printed
CM2 = 1e4  # cm2 in a m2


@dataclass(frozen=True, eq=False)
class Analysis:
    """All that was found out about one spectrum, in ohm cm2 where it is per area, else in ohm."""

    spectrum: Spectrum
    features: SpectrumFeatures
    test: KramersKronig
    fit: CircuitFit | None
    distribution: Distribution | None

    @property
    def area(self) -> bool:
        return self.spectrum.unit == "ohm m2"


def run(given: argparse.Namespace) -> int:
    """Print what the spectrum tells; write the figures and the table."""
    check_outputs(given.plot, given.out)
    fixed, guess = pairs(given.fix, "--fix"), pairs(given.guess, "--guess")
    if (fixed or guess) and not given.circuit:
        raise HeterofilmError("--fix and --guess belong to a circuit: add for example --circuit 'R0-p(R1,CPE1)'.")
    area = None if given.area is None else quantity(given.area, "m2", "area", "1cm2")
    check_size(Path(given.file))
    found = read_spectra(given.file, keep_sign=given.keep_sign)
    if area is not None:
        found = [spectrum.per_area(area) for spectrum in found]
    if len(found) > 1 and given.step is None:
        return _several(given, found)
    spectrum = _chosen(found, given.step)
    done = analysed(spectrum, given.circuit, guess, fixed, given.drt)
    print(printed(done))
    write_outputs(given.plot, figures(done) if given.plot else [], given.out, table(done))
    return 0


def _several(given: argparse.Namespace, found: list[Spectrum]) -> int:
    """List the spectra of a file, and draw all."""
    steps = ", ".join(str(s.step) for s in found[:8]) + (", ..." if len(found) > 8 else "")
    if given.circuit or given.drt or given.out:
        raise HeterofilmError(f"'{given.file}' holds {len(found)} spectra: choose one with --step ({steps}).")
    for spectrum in found:
        f = spectrum.frequency_Hz
        factor, unit = _unit(spectrum)
        top = factor * spectrum.impedance.real.max()
        span = f"{hertz(f.max())} to {hertz(f.min())}"
        print(f"step {spectrum.step}: {spectrum.name}, {f.size} points, {span}, Re Z up to {top:.4g} {unit}")
    print(f"Choose one with --step ({steps}) for its features, a fit and its relaxation times.")
    if given.plot:
        write_outputs(given.plot, [nyquist(found), bode(found)], None, pl.DataFrame())
    return 0


def _chosen(found: list[Spectrum], step: int | None) -> Spectrum:
    if step is None:
        return found[0]
    for spectrum in found:
        if spectrum.step == step:
            return spectrum
    steps = ", ".join(str(s.step) for s in found)
    raise HeterofilmError(f"There is no spectrum of step {step}; there are those of {steps}.")


def analysed(
    spectrum: Spectrum, circuit: str | None, guess: dict[str, float], fixed: dict[str, float], drt: bool
) -> Analysis:
    """Everything that was asked for, of one spectrum."""
    f, Z = spectrum.frequency_Hz, _unit(spectrum)[0] * spectrum.impedance
    return Analysis(
        spectrum,
        features(f, Z),
        kramers_kronig(f, Z),
        fit_circuit(f, Z, circuit, guess=guess, fixed=fixed) if circuit else None,
        relaxation_times(f, Z) if drt else None,
    )


def figures(done: Analysis) -> list[Figure]:
    """What is drawn of a spectrum."""
    spectrum, scale = done.spectrum, 1.0 / CM2 if done.area else 1.0
    found: list[Figure | None] = [
        nyquist([spectrum], done.fit, scale),
        nyquist_start([spectrum], done.fit, scale),
        contributions_figure(spectrum) if spectrum.parts else None,
        bode([spectrum], done.fit, scale),
        relaxations(done.distribution, done.area) if done.distribution else None,
        None if spectrum.parts else residuals(done.test),
    ]
    return [figure for figure in found if figure is not None]


def printed(done: Analysis) -> str:
    """All results as text."""
    f = done.spectrum.frequency_Hz
    said = [f"{done.spectrum.name}: {f.size} points, {hertz(f.max())} to {hertz(f.min())}"]
    if done.spectrum.note:
        said.append(f"Signs: {done.spectrum.note}.")
    said += ["", "Features", _features(done), "", f"Kramers-Kronig: {done.test.verdict}. {done.test.reason}"]
    if done.spectrum.parts:
        said += ["", "Which arc is which", _parts(done.spectrum)]
    if done.fit is not None:
        said += ["", *_fit(done.fit, done.area)]
    if done.distribution is not None:
        said += ["", "Relaxation times", _relaxations(done.distribution, done.area)]
    return "\n".join(said)


def _features(done: Analysis) -> str:
    rows = []
    for row in _feature_rows(done):
        value = "-" if row["value"] is None else f"{row['value']:.4g} {row['unit']}"
        rows.append(f"  {row['name']:<22} {value:<22} {row['note']}")
    return "\n".join(rows)


def _feature_rows(done: Analysis) -> list[dict[str, str | float | None]]:
    """Features as rows: name, value, unit, note."""
    own = done.features
    rows: list[dict[str, str | float | None]] = []

    def add(name: str, value: float | None, unit: str, note: str) -> None:
        rows.append({"name": name, "value": value, "unit": unit_words(unit, done.area), "note": note})

    add("intercept", own.intercept.value, "ohm", own.intercept.reason)
    for k, arc in enumerate(own.arcs, 1):
        farad = unit_words("F", done.area)
        note = (
            f"apex at {hertz(arc.frequency_Hz)}, C = {arc.capacitance_F:.3g} {farad}, depression {arc.depression:.2f}"
        )
        add(f"arc {k}, diameter", arc.diameter_ohm, "ohm", note)
    add("angle of the tail", own.tail_angle.value, "deg", own.tail_angle.reason)
    add("limiting capacitance", own.limiting_capacitance.value, "F", own.limiting_capacitance.reason)
    add("Warburg coefficient", own.warburg.value, "ohm s^-1/2", own.warburg.reason)
    return rows


def _parts(spectrum: Spectrum) -> str:
    factor, unit = _unit(spectrum)
    rows = []
    for c in contributions(spectrum):
        where = "ohmic" if c.peak_Hz is None else hertz(c.peak_Hz) if c.closed else f"tail (to {hertz(c.peak_Hz)})"
        R = c.ohmic if c.peak_Hz is None else c.resistance
        height = number(factor * c.height if c.peak_Hz else None)
        rows.append((f"  {NAMES.get(c.name, c.name)}", where, f"{factor * R:.4g}", height))
    return lines(("  part", "largest -Im Z at", f"Re Z / {unit}", f"-Im Z / {unit}"), rows)


def _fit(fit: CircuitFit, area: bool) -> list[str]:
    if not fit.describes:
        return [
            f"Circuit {fit.circuit} {NOT_DESCRIBED}: rms misfit {100.0 * fit.misfit:.2g} % where at most "
            f"{100.0 * DESCRIBES:g} % is allowed, so its values are not shown; try another circuit."
        ]
    rows = []
    for p in fit.parameters:
        if not p.determined:
            rows.append((f"  {p.name}", "not determined", "", "", ""))
            continue
        error = "fixed" if p.fixed else f"+- {number(p.stderr, '{:.2g}')}"
        relative = "" if p.fixed else number(100.0 * p.relative, "{:.2g} %")
        rows.append((f"  {p.name}", f"{p.value:.5g}", error, unit_words(p.unit, area), relative))
    said = [
        f"Circuit {fit.circuit}: reduced chi2 {fit.reduced_chi2:.3g} ({fit.weighting} weights), AIC {fit.aic:.1f}, "
        f"rms misfit {100.0 * fit.misfit:.2g} %",
        lines(("  value", "", "", "", ""), rows).partition("\n")[2],
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
    head = ("  peak", "tau", f"R / {unit_words('ohm', area)}", f"C / {unit_words('F', area)}", "share", "")
    more = f"  series {distribution.series_ohm:.4g}, polarisation {distribution.polarisation_ohm:.4g} "
    return f"{lines(head, rows)}\n{more}{unit_words('ohm', area)}, lambda {distribution.regularisation:.2g}"


def table(done: Analysis) -> pl.DataFrame:
    """All results, a row each: ``source``, ``name``, ``value``, ``stderr``, ``unit``, ``note``."""
    rows: list[tuple[object, ...]] = [
        ("features", row["name"], row["value"], None, row["unit"], row["note"]) for row in _feature_rows(done)
    ]
    test = done.test
    rows.append(("kramers-kronig", test.verdict, test.systematic_percent, None, "%", test.reason))
    if done.fit is not None:
        source = f"fit {done.fit.circuit}"
        rows.append(
            (source, "misfit (rms)", 100.0 * done.fit.misfit, None, "%", "" if done.fit.describes else NOT_DESCRIBED)
        )
        rows += [
            (source, p.name, p.value, p.stderr, unit_words(p.unit, done.area), "fixed" if p.fixed else "")
            if p.determined
            else (source, p.name, None, None, unit_words(p.unit, done.area), "not determined")
            for p in (done.fit.parameters if done.fit.describes else ())
        ]
    if done.distribution is not None:
        ohm = unit_words("ohm", done.area)
        rows += [
            ("relaxation times", f"R at {hertz(p.frequency_Hz)}", p.resistance_ohm, None, ohm,
             "at the edge" if p.at_edge else "")
            for p in done.distribution.peaks
        ]  # fmt: skip
    schema = dict.fromkeys(("source", "name", "value", "stderr", "unit", "note"), pl.String())
    return pl.DataFrame(rows, schema={**schema, "value": pl.Float64(), "stderr": pl.Float64()}, orient="row")


def _unit(spectrum: Spectrum) -> tuple[float, str]:
    return (CM2, "ohm cm2") if spectrum.unit == "ohm m2" else (1.0, "ohm")
