"""Several spectra of one sample, over cycles, temperature or in their order: one circuit for all, values over it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from ...errors import HeterofilmError, InputError
from ...records.spectrum import Spectrum
from ..electrochemistry.normalise import Electrode
from .analyse import SpectrumSettings, film_conductivity, fitted, kramers_kronig_of, scaled
from .conductivity import Arrhenius, Conductivity, arrhenius
from .fit import CircuitFit, fit_circuit
from .kramers_kronig import KramersKronig
from .results import uncertainties, unit_words

__all__ = ["Series", "series", "series_table"]

SAMPLED = 6  # spectra that choose the circuit; the others start from the one before


@dataclass(frozen=True, eq=False)
class Series:
    """Spectra with their tests and fits of one circuit, in the order of `axis`.

    - `axis`: ``cycle``, ``temperature`` (K) or ``number`` in the order of the source; `at`: shape (n,), along it;
    - `spectra`, `tests`, `fits`: one each; `why_not`: why the values of a fit must not be believed, empty where they
      may;
    - `conductivities`: of films between blocking electrodes, else empty; `arrhenius`: their activation energy, or why
      there is none.
    """

    axis: str
    at: np.ndarray
    spectra: tuple[Spectrum, ...]
    tests: tuple[KramersKronig, ...]
    fits: tuple[CircuitFit, ...]
    why_not: tuple[str, ...]
    conductivities: tuple[Conductivity, ...] = ()
    arrhenius: Arrhenius | str = ""


def series(
    spectra: Sequence[Spectrum],
    settings: SpectrumSettings,
    electrode: Electrode | None = None,
    progress: Callable[[str], None] | None = None,
) -> Series:
    """Fit all spectra with one circuit: the one that was asked for, else that with the least sum of Akaike's criteria.

    `electrode`: with area and thickness, for the conductivity of `settings.blocking` spectra in ohm.

    Errors: `HeterofilmError` as `fit_circuit`, or for fewer than two spectra.
    """
    if len(spectra) < 2:
        raise InputError("A series needs two spectra or more.")
    axis, at = _axis(spectra)
    order = np.argsort(at, kind="stable")
    chosen = [settings.window(spectra[k]) for k in order]
    tests = [kramers_kronig_of(spectrum) for spectrum in chosen]
    picked = sorted({round(k) for k in np.linspace(0, len(chosen) - 1, SAMPLED)})
    every: dict[int, dict[str, CircuitFit]] = {}
    for k in range(len(chosen)) if settings.blocking else picked:
        if progress is not None:
            progress(chosen[k].name)
        every[k] = {str(fit.circuit): fit for fit in fitted(chosen[k], settings)}
    first = next(iter(every.values()))
    best = min(first, key=lambda text: sum(found[text].aic for found in every.values()))
    fits: list[CircuitFit] = []
    for k, spectrum in enumerate(chosen):
        if k not in every:
            if progress is not None:
                progress(spectrum.name)
            every[k] = {best: _like(spectrum, fits[-1], settings)}
        fits.append(every[k][best])
    conductivities: list[Conductivity] = []
    energy: Arrhenius | str = ""
    if settings.blocking:
        if electrode is None:
            raise InputError("A conductivity needs the area of the electrodes and the thickness of the film.")
        for k, (spectrum, test) in enumerate(zip(chosen, tests, strict=True)):
            found = every[k]
            ranked = [found[best], *(fit for text, fit in found.items() if text != best)]
            conductivities.append(film_conductivity(spectrum, ranked, electrode, test, settings.conductor))
        energy = _energy(conductivities)
    why = tuple(fit.why_no_values(test) for fit, test in zip(fits, tests, strict=True))
    return Series(axis, at[order], tuple(chosen), tuple(tests), tuple(fits), why, tuple(conductivities), energy)


def _like(spectrum: Spectrum, before: CircuitFit, settings: SpectrumSettings) -> CircuitFit:
    """The circuit of the spectrum before, from its values; searched for anew where that does not describe this one."""
    start = {p.name: p.value for p in before.parameters if not (p.fixed or p.linked or p.name in settings.bounds)}
    f, Z = spectrum.frequency_Hz, scaled(spectrum) * spectrum.impedance
    given: dict[str, Any] = {
        "fixed": settings.fixed, "bounds": settings.bounds, "links": settings.links, "weighting": settings.weights,
    }  # fmt: skip
    near = fit_circuit(f, Z, before.circuit, guess=start, **given)
    if near.systematic <= max(2.0 * before.systematic, before.noise):
        return near
    return min((near, fit_circuit(f, Z, before.circuit, guess=settings.start, **given)), key=lambda fit: fit.chi2)


def _axis(spectra: Sequence[Spectrum]) -> tuple[str, np.ndarray]:
    """What differs between the spectra: the cycle, else the temperature, else their number."""
    for axis, values in (
        ("cycle", [s.cycle for s in spectra]),
        ("temperature", [s.temperature_K for s in spectra]),
    ):
        if None not in values and len({round(float(v), 1) for v in values if v is not None}) > 1:
            return axis, np.array(values, float)
    return "number", np.arange(1.0, len(spectra) + 1.0)


def _energy(found: Sequence[Conductivity]) -> Arrhenius | str:
    known = [(c.temperature_K, c.value, c.sigma_alone) for c in found if c.value is not None and c.temperature_K]
    if not any(c.temperature_K is not None for c in found):
        return "the temperatures of the spectra are not known"
    T, value, sigma = ([row[k] for row in known] for k in range(3))
    try:
        return arrhenius(T, value, sigma)
    except HeterofilmError as error:
        return str(error).rstrip(".")


def series_table(done: Series, area: bool = False) -> pl.DataFrame:
    """A row per spectrum and value: the axis, ``spectrum``, ``name``, ``value``, ``sigma``, ``unit``, ``note``."""
    rows: list[tuple[object, ...]] = []
    for at, spectrum, test, fit, why in zip(done.at, done.spectra, done.tests, done.fits, done.why_not, strict=True):
        rows.append((at, spectrum.name, "Kramers-Kronig test", None, None, "", test.verdict))
        rows.append((at, spectrum.name, "misfit (rms)", 100.0 * fit.misfit, None, "%", why))
        known = uncertainties(fit) if not why else {}
        for p in fit.parameters if not why else ():
            unit = unit_words(p.unit, area)
            if p.determined and (p.fixed or known[p.name] <= 0.5 * p.value):
                note = "fixed" if p.fixed else f"= {p.linked}" if p.linked else ""
                rows.append((at, spectrum.name, p.name, p.value, None if p.fixed else known[p.name], unit, note))
            else:
                rows.append((at, spectrum.name, p.name, None, None, unit, "not determined"))
    for at, c in zip(done.at, done.conductivities, strict=False):
        value, sigma = (None, None) if c.value is None else (c.value / 100.0, c.sigma / 100.0)
        rows.append((at, "", "ionic conductivity", value, sigma, "S/cm", c.why_not or "; ".join(c.doubts)))
    real, text = pl.Float64(), pl.String()
    schema = {done.axis: real, "spectrum": text, "name": text, "value": real, "sigma": real, "unit": text, "note": text}
    table = pl.DataFrame(rows, schema=schema, orient="row")
    return table.with_columns(pl.col("value", "sigma").map_elements(_finite, return_dtype=real))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
