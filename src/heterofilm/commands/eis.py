"""``heterofilm eis``: test and fit impedance spectra: Kramers-Kronig, circuits, relaxation times.

Spectra per area are analysed in ohm cm2, so that every F is an F/cm2 and every H an H cm2; others in ohm.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
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
from ..analysis.impedance.drt import relaxation_times
from ..analysis.impedance.features import features
from ..analysis.impedance.fit import UNDETERMINED, CircuitFit
from ..analysis.impedance.results import uncertainties, unit_words
from ..errors import InputError
from ..figures.figure import Figure
from ..instruments.impedance_table import read_spectra
from ..plots.impedance import (
    bode,
    contributions_figure,
    hertz,
    nyquist,
    nyquist_start,
    relaxations,
    residuals,
)
from ..records.spectrum import Spectrum
from ..units import si
from .eis_series import fits_bar, kelvin, settings_of, several
from .eis_words import Analysis, feature_rows, printed
from .inputs import check_outputs, check_size, quantity, write_outputs
from .options import outputs

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


def table(done: Analysis) -> pl.DataFrame:
    """All results, a row each: ``source``, ``name``, ``value``, ``stderr``, ``unit``, ``note``."""
    rows: list[tuple[object, ...]] = [
        ("features", row["name"], row["value"], None, row["unit"], row["note"]) for row in feature_rows(done)
    ]
    test = done.test
    rows.append(("kramers-kronig", test.verdict, test.systematic_percent, None, "%", test.reason))
    if (drift := test.drift) is not None:
        rows.append(("kramers-kronig", "drift", 100.0 * drift.share, 100.0 * drift.deviation, "%", "within the sweep"))
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
