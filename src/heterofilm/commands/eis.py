"""``heterofilm eis``: test and fit impedance spectra: Kramers-Kronig, circuits, relaxation times.

Spectra per area are analysed in ohm cm2, so that every F is an F/cm2 and every H an H cm2; others in ohm.
"""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from ..analysis.electrochemistry.normalise import Electrode
from ..analysis.impedance.analyse import (
    SpectrumSettings,
    film_conductivity,
    fitted,
    kramers_kronig_of,
    proposal,
    scaled,
)
from ..analysis.impedance.conductivity import Conductivity
from ..analysis.impedance.drt import Distribution, relaxation_times
from ..analysis.impedance.features import SpectrumFeatures, features
from ..analysis.impedance.fit import UNDETERMINED, CircuitFit
from ..analysis.impedance.kramers_kronig import KramersKronig
from ..analysis.impedance.propose import Proposal
from ..analysis.impedance.results import uncertainties, unit_words
from ..errors import InputError
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
from ..units import si
from ..wording import counted
from .eis_series import conductivity_words, fits_bar, kelvin, settings_of, several
from .inputs import check_outputs, check_size, lines, number, quantity, write_outputs
from .options import outputs

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


GROUP = "analyse"
EXAMPLES = (
    "heterofilm eis eis.nc --plot eis.png",
    'heterofilm eis measured.csv --circuit "R0-p(R1,CPE1)-Wo1" --area 1cm2 --drt',
)


def options(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="records (.nc), or tables of frequency, Re Z and Im Z")
    parser.add_argument(
        "--circuit",
        metavar="TEXT",
        help="circuit to fit, for example 'R0-p(R1,CPE1)-Wo1'; with several spectra, to all of them",
    )
    parser.add_argument(
        "--fix", action="append", default=[], metavar="NAME=VALUE", help="hold an element's value fixed"
    )
    parser.add_argument(
        "--guess", action="append", default=[], metavar="NAME=VALUE", help="starting value of an element"
    )
    parser.add_argument(
        "--bound",
        action="append",
        default=[],
        metavar="NAME=LOW:HIGH",
        help="keep an element's value between two bounds",
    )
    parser.add_argument(
        "--link", action="append", default=[], metavar="NAME=OTHER", help="tie an element's value to another: 2*R1"
    )
    parser.add_argument(
        "--weights", choices=("modulus", "unit", "proportional"), help="weights of the fit (default: modulus)"
    )
    parser.add_argument("--lowest", metavar="F", help="lowest frequency to analyse, for example 1Hz")
    parser.add_argument("--highest", metavar="F", help="highest frequency to analyse, for example 100kHz")
    parser.add_argument("--without", action="append", default=[], metavar="F", help="leave out a point: 50Hz")
    parser.add_argument("--propose", action="store_true", help="propose a circuit")
    parser.add_argument("--drt", action="store_true", help="compute the distribution of relaxation times")
    parser.add_argument("--step", type=int, metavar="N", help="which of several spectra of a record")
    parser.add_argument("--area", metavar="AREA", help="electrode area of a measured file: results are given per cm2")
    parser.add_argument(
        "--blocking", action="store_true", help="ionic conductivity of a film between blocking electrodes"
    )
    parser.add_argument("--thickness", metavar="L", help="thickness of that film, for example 1um")
    parser.add_argument(
        "--conductor",
        metavar="NAME",
        help="the resistance that belongs to the film (default: the one with its capacitance)",
    )
    parser.add_argument(
        "--temperature",
        action="append",
        default=[],
        metavar="T",
        help="temperature of each spectrum: 25degC; repeatable",
    )
    parser.add_argument(
        "--keep-sign", action="store_true", help="take the imaginary part with the sign it has in the file"
    )
    outputs(parser, "all results as a table")


def run(given: argparse.Namespace) -> int:
    """Print what the spectra tell; write the figures and the table."""
    check_outputs(given.plot, given.out)
    settings = settings_of(given)
    area = None if given.area is None else quantity(given.area, "m2", "area", "1cm2")
    held = _electrode(given, area)
    found = _read(given)
    if area is not None and held is None:
        found = [spectrum.per_area(area) for spectrum in found]
    if len(found) > 1 and given.step is None:
        return several(given, found, settings, held)
    spectrum = settings.window(_chosen(found, given.step))
    with fits_bar() as tell:
        done = analysed(spectrum, settings, given.drt, given.propose, held, tell, asked=bool(given.circuit))
    print(printed(done))
    write_outputs(given.plot, figures(done) if given.plot else [], given.out, table(done))
    return 0


def _electrode(given: argparse.Namespace, area: float | None) -> Electrode | None:
    """Area and thickness of a film between blocking electrodes."""
    if not given.blocking:
        if given.thickness or given.conductor:
            word = "--thickness" if given.thickness else "--conductor"
            raise InputError(f"{word} has no effect without --blocking: leave it out, or add that.")
        return None
    if area is None or given.thickness is None:
        raise InputError("A conductivity needs area and thickness: add for example --area 1mm2 --thickness 1um.")
    return Electrode(area, 0.0, quantity(given.thickness, "m", "thickness", "1um"))


def _read(given: argparse.Namespace) -> list[Spectrum]:
    """The spectra of all files, numbered through, with the temperatures that were given."""
    found: list[Spectrum] = []
    for file in given.files:
        check_size(Path(file))
        own = read_spectra(file, keep_sign=given.keep_sign)
        if len(given.files) > 1:
            name = Path(file).stem
            own = [replace(s, name=name if len(own) == 1 else f"{name}, {s.name}") for s in own]
        found += own
    if len(given.files) > 1:
        found = [replace(spectrum, step=k) for k, spectrum in enumerate(found, 1)]
    if given.temperature:
        if len(given.temperature) != len(found):
            raise InputError(
                f"{len(given.temperature)} temperatures were given for {len(found)} spectra: repeat --temperature once "
                "for each, in their order."
            )
        found = [replace(s, temperature_K=kelvin(T)) for s, T in zip(found, given.temperature, strict=True)]
    return found


def _chosen(found: list[Spectrum], step: int | None) -> Spectrum:
    if step is None:
        return found[0]
    for spectrum in found:
        if spectrum.step == step:
            return spectrum
    steps = ", ".join(str(s.step) for s in found)
    raise InputError(f"There is no spectrum of step {step}; there are those of {steps}.")


def analysed(
    spectrum: Spectrum,
    settings: SpectrumSettings,
    drt: bool = False,
    propose: bool = False,
    electrode: Electrode | None = None,
    tell: Callable[[str], None] | None = None,
    asked: bool = True,
) -> Analysis:
    """Everything that was asked for, of one spectrum; a proposal also where the circuit does not describe it."""
    f, Z = spectrum.frequency_Hz, scaled(spectrum) * spectrum.impedance
    test = kramers_kronig_of(spectrum)
    fits: list[CircuitFit] = fitted(spectrum, settings, tell) if asked or settings.blocking else []
    better = propose or (bool(fits) and not fits[0].describes and test.verdict != "fail")
    return Analysis(
        spectrum,
        features(f, Z),
        test,
        fits,
        relaxation_times(f, Z) if drt else None,
        proposal(spectrum, fits[0] if fits else None, tell) if better else None,
        None if electrode is None else film_conductivity(spectrum, fits, electrode, test, settings.conductor),
    )


def figures(done: Analysis) -> list[Figure]:
    """What is drawn of a spectrum."""
    spectrum, scale = done.spectrum, si("cm2") if done.area else 1.0
    found = [
        nyquist([spectrum], done.drawn, scale),
        nyquist_start([spectrum], done.drawn, scale),
        contributions_figure(spectrum) if spectrum.parts else None,
        bode([spectrum], done.drawn, scale),
        relaxations(done.distribution, done.area) if done.distribution else None,
        None if spectrum.parts else residuals(done.test),
    ]
    return [figure for figure in found if figure is not None]


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
        for row in _feature_rows(done)
    ]
    return lines(("  feature", "value", "note"), rows, left=(0, 1, 2), name="features").partition("\n")[2]


def _feature_rows(done: Analysis) -> list[dict[str, str | float | None]]:
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


def table(done: Analysis) -> pl.DataFrame:
    """All results, a row each: ``source``, ``name``, ``value``, ``stderr``, ``unit``, ``note``."""
    rows: list[tuple[object, ...]] = [
        ("features", row["name"], row["value"], None, row["unit"], row["note"]) for row in _feature_rows(done)
    ]
    test = done.test
    rows.append(("kramers-kronig", test.verdict, test.systematic_percent, None, "%", test.reason))
    if done.fit is not None:
        source, why = f"fit {done.fit.circuit}", done.fit.why_no_values(test)
        rows.append((source, "misfit (rms)", 100.0 * done.fit.misfit, None, "%", why))
        known = {} if why else uncertainties(done.fit)
        rows += [
            (source, p.name, p.value, known[p.name], unit_words(p.unit, done.area),
             "fixed" if p.fixed else f"= {p.linked}" if p.linked else "")
            if p.fixed or (p.determined and known[p.name] <= UNDETERMINED * p.value)
            else (source, p.name, None, None, unit_words(p.unit, done.area), "not determined")
            for p in (() if why else done.fit.parameters)
        ]  # fmt: skip
    if done.conductivity is not None:
        c = done.conductivity
        value = (None, None) if c.value is None else (c.value / 100.0, c.sigma / 100.0)
        rows.append(("blocking electrodes", "ionic conductivity", *value, "S/cm", c.why_not or "; ".join(c.doubts)))
    if done.distribution is not None:
        ohm = unit_words("ohm", done.area)
        rows += [
            ("relaxation times", f"R at {hertz(p.frequency_Hz)}", p.resistance_ohm, None, ohm,
             "at the edge" if p.at_edge else "")
            for p in done.distribution.peaks
        ]  # fmt: skip
    schema = dict.fromkeys(("source", "name", "value", "stderr", "unit", "note"), pl.String())
    return pl.DataFrame(rows, schema={**schema, "value": pl.Float64(), "stderr": pl.Float64()}, orient="row")
