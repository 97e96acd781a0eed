"""``heterofilm eis`` of several spectra: over cycles, temperatures, or in their order; and what it was asked for."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import polars as pl

from ..analysis.electrochemistry.normalise import Electrode
from ..analysis.impedance.analyse import SpectrumSettings, scaled
from ..analysis.impedance.conductivity import Arrhenius, Conductivity
from ..analysis.impedance.results import unit_words
from ..analysis.impedance.series import Series, series, series_table
from ..analysis.impedance.settings import bound_of, link_of
from ..bars import progress_bar
from ..errors import HeterofilmError, InputError
from ..figures.figure import Figure
from ..plots.impedance import bode, hertz, nyquist
from ..plots.impedance_series import AXES, arrhenius_figure, values_figures, waterfall
from ..records.spectrum import Spectrum
from ..units import parse_quantity, parse_unit, to_si
from ..wording import counted
from .inputs import lines, number, pairs, quantity, write_outputs

__all__ = ["conductivity_words", "kelvin", "fits_bar", "settings_of", "several"]

HEADS = {"cycle": "cycle", "temperature": "T / °C", "number": "spectrum"}


def settings_of(given: argparse.Namespace) -> SpectrumSettings:
    """What the command line says about the analysis of spectra.

    Errors: `HeterofilmError` for a text that cannot be read, or a setting without effect.
    """
    fixed, guess = pairs(given.fix, "--fix"), pairs(given.guess, "--guess")
    bounds = {name: bound_of(text, name) for name, text in _named(given.bound, "--bound", "R1=1:100").items()}
    links = {name: link_of(text, name) for name, text in _named(given.link, "--link", "CPE2_n=CPE1_n").items()}
    if (fixed or guess or bounds or links) and not given.circuit:
        raise InputError(
            "--fix, --guess, --bound and --link belong to a circuit: add for example --circuit 'R0-p(R1,CPE1)'."
        )
    if given.weights and not (given.circuit or given.blocking or given.propose):
        raise InputError("--weights has no effect without a fit: add --circuit, --blocking or --propose.")

    def frequency(text: str | None, option: str, otherwise: float) -> float:
        return otherwise if text is None else quantity(text, "Hz", option, "1kHz")

    return SpectrumSettings(
        given.circuit or "", guess, fixed, bounds, links, given.weights or "modulus",
        frequency(given.lowest, "lowest", 0.0), frequency(given.highest, "highest", math.inf),
        [frequency(text, "without", 0.0) for text in given.without], given.blocking, given.conductor or "",
    )  # fmt: skip


def _named(texts: list[str], option: str, example: str) -> dict[str, str]:
    found = {}
    for text in texts:
        name, mark, rest = text.partition("=")
        if not (mark and name.strip() and rest.strip()):
            raise InputError(f"{option} '{text}' is not of the form {example}.")
        found[name.strip()] = rest.strip()
    return found


def kelvin(text: str) -> float:
    """A temperature with its unit, in K.

    Errors: `HeterofilmError` for another quantity, or one below absolute zero.
    """
    try:
        value, unit = parse_quantity(text)
        fits = parse_unit(unit).dimension == parse_unit("K").dimension
    except HeterofilmError as error:
        raise InputError(f"--temperature '{text}': {error}") from None
    if not fits or not to_si(value, unit) > 0.0:
        raise InputError(f"--temperature '{text}' is no temperature: write for example 25degC or 298K.")
    return to_si(value, unit)


@contextmanager
def fits_bar() -> Iterator[Callable[[str], None]]:
    """A bar that appears after two seconds and shows what is done."""
    with progress_bar(unit="fit", leave=False) as bar:

        def tell(words: str) -> None:
            bar.set_postfix_str(words, refresh=False)
            bar.update()

        yield tell


def several(
    given: argparse.Namespace, found: list[Spectrum], settings: SpectrumSettings, electrode: Electrode | None
) -> int:
    """List the spectra; with a circuit (or blocking electrodes) fit them all alike and set the values side by side."""
    steps = ", ".join(str(s.step) for s in found[:8]) + (", ..." if len(found) > 8 else "")
    if given.drt or given.propose or (given.out and not (given.circuit or given.blocking)):
        raise InputError(f"There are {len(found)} spectra: choose one with --step ({steps}).")
    for note in dict.fromkeys(spectrum.note for spectrum in found if spectrum.note):
        print(f"Signs: {note}.")
    if not (given.circuit or given.blocking):
        for spectrum in (settings.window(one) for one in found):
            f = spectrum.frequency_Hz
            top, unit = scaled(spectrum) * spectrum.impedance.real.max(), unit_words("ohm", spectrum.unit == "ohm m2")
            span = f"{hertz(f.max())} to {hertz(f.min())}"
            print(
                f"step {spectrum.step}: {spectrum.name}, {counted(f.size, 'point')}, {span}, "
                f"Re Z up to {top:.4g} {unit}"
            )
        print(f"Choose one with --step ({steps}) for its features, a fit and its relaxation times; --circuit fits all.")
        if given.plot:
            write_outputs(given.plot, [nyquist(found), bode(found), waterfall(found)], None, pl.DataFrame())
        return 0
    with fits_bar() as tell:
        done = series(found, settings, electrode, tell)
    print(printed(done))
    area = done.spectra[0].unit == "ohm m2"
    drawn: list[Figure] = []
    if given.plot:
        drawn = [waterfall(done.spectra, AXES[done.axis]), *values_figures(done, area)]
        if any(c.value is not None and c.temperature_K is not None for c in done.conductivities):
            drawn.append(arrhenius_figure(done))
    write_outputs(given.plot, drawn, given.out, series_table(done, area))
    return 0


def printed(done: Series) -> str:
    """The values of all spectra side by side, what is missing and why; conductivities and their activation energy."""
    area = done.spectra[0].unit == "ohm m2"
    table = series_table(done, area)
    names = [p.name for p in done.fits[0].parameters]
    rows = []
    shift = 273.15 if done.axis == "temperature" else 0.0
    for at, spectrum, test, fit, why in zip(done.at, done.spectra, done.tests, done.fits, done.why_not, strict=True):
        own = table.filter((table[done.axis] == at) & (table["spectrum"] == spectrum.name))
        cells = []
        for name in names:
            row = own.filter(own["name"] == name)
            if why or row.is_empty() or row["value"][0] is None:
                cells.append("-" if why else "not det.")
            else:
                sigma = row["sigma"][0]
                value = f"{row['value'][0]:.4g}"
                cells.append(f"{value} fixed" if sigma is None else f"{value} +- {number(sigma, '{:.2g}')}")
        rows.append((f"{at - shift:g}", test.verdict, f"{100.0 * fit.misfit:.2g} %", *cells))
    units = [f"{p.name} / {unit_words(p.unit, area)}" for p in done.fits[0].parameters]
    said = [f"Circuit {done.fits[0].circuit}, {done.fits[0].weighting} weights, one for all spectra."]
    said.append(lines((HEADS[done.axis], "K-K", "misfit", *units), rows))
    for at, why in zip(done.at, done.why_not, strict=True):
        if why:
            said.append(f"{HEADS[done.axis]} {at - shift:g}: no values, because {why}".replace("..", "."))
    if done.conductivities:
        said.append("")
        for c in done.conductivities:
            said += conductivity_words(c)
        found = done.arrhenius
        if isinstance(found, Arrhenius):
            said.append(
                f"Activation energy of sT: {found.energy_eV:.3f} +- {found.sigma:.3f} eV (95 %: {found.low:.3f} to "
                f"{found.high:.3f} eV; {found.n} temperatures, R2 {found.r2:.4f}); {'; '.join(found.doubts)}."
            )
        else:
            said.append(f"No activation energy: {found}.")
    return "\n".join(said)


def conductivity_words(c: Conductivity) -> list[str]:
    """A conductivity in a line, with what limits it."""
    at = "" if c.temperature_K is None else f" at {c.temperature_K - 273.15:.4g} °C"
    if c.value is None:
        return [f"Ionic conductivity{at}: not determined, {c.why_not}".replace("..", ".")]
    said = [
        f"Ionic conductivity{at}: ({c.value / 100.0:.3g} +- {c.sigma / 100.0:.2g}) S/cm from {c.element} = "
        f"{c.resistance_ohm:.4g} ohm (relative permittivity beside it {c.permittivity:.3g})"
    ]
    return said + [f"  Mind: {doubt}." for doubt in c.doubts]
