"""Fit of an equivalent circuit to an impedance spectrum: complex nonlinear least squares.

Minimised is chi2 = sum over f of (dZ'/s')^2 + (dZ''/s'')^2 with s = 1 (``unit``), |Z| (``modulus``), or |Z'| and
|Z''| each for its own part (``proportional``). Boukamp, Solid State Ionics 20 (1986) 31; Macdonald, Impedance
Spectroscopy (1987). Modulus weights are the usual choice: an instrument errs by a share of what it measures.

Positive values are fitted by their logarithm, so that no starting point can lead to a negative resistance and
a capacitance of pF moves as easily as one of F. Exponents, and values with bounds, are kept within them by a logistic
function. The scale of chi2 comes
from the misfit itself, so uncertainties assume that the circuit is right and the misfit is noise.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from ...errors import InputError, did_you_mean
from .circuit import Circuit
from .elements import Complex, Parameter, Real
from .problem import LEAST_EXPONENT, TINY, Problem
from .settings import Bound, Link, check_settings, check_values
from .spectrum import spectrum

if TYPE_CHECKING:
    from .kramers_kronig import KramersKronig

__all__ = [
    "DESCRIBES", "NOT_DESCRIBED", "UNDETERMINED", "WEIGHTINGS", "Alternative", "CircuitFit", "Fitted", "Weighting",
    "fit_circuit",
]  # fmt: skip

Weighting = Literal["modulus", "unit", "proportional"]
WEIGHTINGS: tuple[Weighting, ...] = ("modulus", "unit", "proportional")

COMPARABLE = 1.5  # another minimum whose chi2 is within this factor of the best is told
UNDETERMINED = 0.5  # a relative uncertainty above this means that the data do not determine the value
DESCRIBES = 0.03  # systematic misfit (rms), as a share of |Z|, up to which a circuit describes a spectrum
NOT_DESCRIBED = "does not describe the spectrum"
LOOSE = 0.1  # below this relative uncertainty a value is known, whatever it is correlated with
TIED = 0.99  # a correlation above this means that only a combination of the two is determined


@dataclass(frozen=True)
class Fitted:
    """A parameter after the fit.

    - `value`, `unit`: SI;
    - `stderr`: one standard error, in the same unit, as if the residuals were independent (`results.uncertainties`
      knows better); nan where the data do not give one, 0 for a fixed value;
    - `relative`: stderr / value;
    - `fixed`: whether it was held; `linked`: what it was tied to, such as ``2*R1``; `bounded`: the bound at which it
      ended, in words.
    """

    name: str
    value: float
    unit: str
    stderr: float
    fixed: bool
    linked: str = ""
    bounded: str = ""

    @property
    def relative(self) -> float:
        return self.stderr / self.value if self.value else math.nan

    @property
    def determined(self) -> bool:
        """Whether the data tell the value at all: it was held, or is known better than to half of its size.

        A value that ended at a bound that was given is that of the bound, not of the data.
        """
        return self.fixed or (self.relative <= UNDETERMINED and not self.bounded)  # False also for nan


@dataclass(frozen=True)
class Alternative:
    """Another minimum: its `chi2` and its `values` (name -> SI)."""

    chi2: float
    values: dict[str, float]


@dataclass(frozen=True, eq=False)
class CircuitFit:
    """A circuit fitted to a spectrum.

    - `parameters`: in the order of the circuit; `values` as a mapping name -> SI value;
    - `correlation`: (name, name) -> correlation coefficient of the fitted (logarithmic) values;
    - `frequency_Hz`, `impedance_ohm`, `fitted_ohm`: shape (n,), from high to low frequency;
    - `residual`: (Z - Z fit)/|Z|, complex, shape (n,), dimensionless whatever the weights;
    - `chi2`: the weighted sum of squares (modulus and proportional: dimensionless; unit: ohm^2);
      `reduced_chi2` = chi2 per degree of freedom; `aic` = N ln(chi2/N) + 2k, N = 2n values, k fitted ones: the
      smaller the better, comparable between circuits on the same data and weights;
    - `alternatives`: other minima that the search met, best first, with a chi2 up to 1.5 times the best: the data
      hardly choose between them, and physics must. Empty when the fit had a guess for everything;
    - `warnings`: what a reader must know before believing a number;
    - `bounds`, `links`: what was given.
    """

    circuit: Circuit
    parameters: tuple[Fitted, ...]
    correlation: dict[tuple[str, str], float]
    frequency_Hz: Real
    impedance_ohm: Complex
    fitted_ohm: Complex
    residual: Complex
    chi2: float
    reduced_chi2: float
    aic: float
    weighting: Weighting
    alternatives: tuple[Alternative, ...]
    warnings: tuple[str, ...]
    bounds: Mapping[str, Bound] = field(default_factory=dict)
    links: Mapping[str, Link] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, float]:
        return {p.name: p.value for p in self.parameters}

    @property
    def misfit(self) -> float:
        """Root mean square of |`residual`|."""
        return math.sqrt(float((np.abs(self.residual) ** 2).mean()))

    @property
    def noise(self) -> float:
        """Root mean square of what neighbouring residuals do not share: the noise, and not the circuit's fault."""
        if self.residual.size < 5:
            return 0.0
        parts = (np.abs(np.diff(part, 2)) / 6**0.5 for part in (self.residual.real, self.residual.imag))
        return math.sqrt(sum((1.4826 * float(np.median(part))) ** 2 for part in parts))

    @property
    def systematic(self) -> float:
        """The `misfit` without the `noise`."""
        return math.sqrt(max(self.misfit**2 - self.noise**2, 0.0))

    @property
    def describes(self) -> bool:
        """Whether the circuit describes the spectrum: its `systematic` misfit is at most 3 %.

        Else its values mean nothing.
        """
        return self.systematic <= DESCRIBES

    def why_no_values(self, test: KramersKronig | None = None) -> str:
        """Why the values must not be believed: a failed Kramers-Kronig `test`, or a misfit; empty where they may be."""
        if test is not None and test.verdict == "fail":
            return f"{test.reason} No circuit can follow that: leave this range out, or measure again."
        if not self.describes:
            return (
                f"the circuit {self.circuit} {NOT_DESCRIBED}: systematic misfit of {100.0 * self.systematic:.2g} % of "
                f"|Z| (rms) where at most {100.0 * DESCRIBES:g} % is allowed"
            )
        return ""

    def __getitem__(self, name: str) -> Fitted:
        for p in self.parameters:
            if p.name == name:
                return p
        raise InputError(
            f"The circuit {self.circuit} has no parameter '{name}'.{did_you_mean(name, list(self.values))}"
        )

    def table(self) -> pl.DataFrame:
        """One row per parameter: ``parameter``, ``value``, ``stderr``, ``unit``, ``relative``, ``fixed``."""
        return pl.DataFrame(
            {
                "parameter": [p.name for p in self.parameters],
                "value": [p.value for p in self.parameters],
                "stderr": [p.stderr for p in self.parameters],
                "unit": [p.unit for p in self.parameters],
                "relative": [p.relative for p in self.parameters],
                "fixed": [p.fixed for p in self.parameters],
            }
        )


def fit_circuit(
    frequency_Hz: ArrayLike,
    impedance_ohm: ArrayLike,
    circuit: str | Circuit,
    *,
    guess: Mapping[str, float] | None = None,
    fixed: Mapping[str, float] | None = None,
    bounds: Mapping[str, Bound] | None = None,
    links: Mapping[str, Link] | None = None,
    weighting: Weighting = "modulus",
    thorough: bool = True,
) -> CircuitFit:
    """Fit `circuit` to a spectrum: frequency (Hz) and complex impedance (ohm), both shape (n,).

    Values in `fixed` (name -> SI) are held, those in `bounds` (name -> lowest, highest) kept between two, those in
    `links` (name -> factor, other name) tied to another one. Those in `guess` start the fit; whatever is left open is
    searched for from many starts (a quarter of them with ``thorough=False``). With a guess for every open parameter
    there is one start only: yours. Parts in series that are alike, such as two arcs, are numbered from high to low
    frequency unless a guess or a held value names them.

    Errors: `HeterofilmError` for an unknown parameter, a value outside what its law allows, a setting that has no
    effect or contradicts another, fewer data than parameters, an unknown weighting, or a fit that nowhere reaches a
    finite chi2.
    """
    circuit = Circuit.parse(circuit) if isinstance(circuit, str) else circuit
    f, Z = spectrum(frequency_Hz, impedance_ohm, least=2)
    guess, fixed, bounds, links = dict(guess or {}), dict(fixed or {}), dict(bounds or {}), dict(links or {})
    parameters = circuit.parameters
    for given in (guess, fixed):
        check_values(circuit, given)
    check_settings(circuit, guess, fixed, bounds, links)
    open_ = [k for k, p in enumerate(parameters) if p.name not in fixed and p.name not in links]
    if 2 * f.size <= len(open_):
        raise InputError(
            f"{len(open_)} parameters cannot be fitted to {f.size} frequencies: fix some, or choose a simpler circuit."
        )
    problem = Problem(
        circuit, f, Z, _weights(Z, weighting), open_, np.array([fixed.get(p.name, 1.0) for p in parameters]), bounds,
        links,
    )  # fmt: skip
    found: list[tuple[float, Real]] = problem.search(guess, 1 if thorough else 4) if open_ else [(0.0, np.empty(0))]
    if open_ and not (guess or fixed or bounds or links):
        found = [(chi2, problem.ordered(x)) for chi2, x in found]
    return _finish(problem, found, weighting)


def _weights(Z: Complex, weighting: str) -> tuple[Real, Real]:
    """1/s' and 1/s''."""
    modulus = np.maximum(np.abs(Z), TINY)
    if weighting == "unit":
        return np.ones(Z.size), np.ones(Z.size)
    if weighting == "modulus":
        return 1.0 / modulus, 1.0 / modulus
    if weighting == "proportional":
        # a part that crosses zero would get all the weight there is: no part counts as known to better than
        # a hundredth of the modulus
        return 1.0 / np.maximum(np.abs(Z.real), 1e-2 * modulus), 1.0 / np.maximum(np.abs(Z.imag), 1e-2 * modulus)
    raise InputError(
        f"There is no weighting '{weighting}': use one of {', '.join(WEIGHTINGS)}.{did_you_mean(weighting, WEIGHTINGS)}"
    )


def _finish(problem: Problem, found: list[tuple[float, Real]], weighting: Weighting) -> CircuitFit:
    """Polish the best minimum with lmfit, and take uncertainties and correlations from there."""
    import lmfit

    names, x = [p.name for p in problem.parameters], found[0][1]
    stderr: dict[str, float] = {}
    correlation: dict[tuple[str, str], float] = {}
    if names:
        variables = lmfit.Parameters()
        for name, value in zip(names, x, strict=True):
            variables.add(name, value=value)

        def residual(v: Any) -> Real:
            return problem.residual(np.array([v[name].value for name in names]))

        result = lmfit.Minimizer(residual, variables).minimize(method="leastsq", xtol=1e-10, ftol=1e-12)
        polished = np.array([result.params[name].value for name in names])
        if np.sum(problem.residual(polished) ** 2) <= np.sum(problem.residual(x) ** 2) * (1.0 + 1e-9):
            x = polished
        slope = problem.slope(problem.values(x))
        known = [result.params[name].stderr for name in names]
        spread = problem.spread(x) if None in known else np.array(known, float)
        for name, own, dv_dx in zip(names, spread, slope, strict=True):
            stderr[name] = float(own * dv_dx)
            for other, value in (result.params[name].correl or {}).items():
                correlation[name, other] = float(value)
    values = problem.values(x)
    r = problem.residual(x)
    fitted = problem.circuit.evaluate(problem.w, values)
    chi2, count = float(r @ r), r.size
    everything = problem.circuit.parameters
    at_bound, links = problem.at_bound(values), problem.links
    for name, (factor, other) in links.items():
        stderr[name] = factor * stderr.get(other, 0.0)
    parameters = tuple(
        Fitted(
            p.name,
            float(v),
            p.unit,
            stderr.get(p.name, 0.0),
            p.name not in stderr or (stderr[p.name] == 0.0 and p.name in links),
            _tie(links[p.name]) if p.name in links else "",
            at_bound.get(p.name, ""),
        )
        for p, v in zip(everything, values, strict=True)
    )
    others = tuple(
        Alternative(other, dict(zip((p.name for p in everything), map(float, problem.values(place)), strict=True)))
        for other, place in found[1:]
        if other <= COMPARABLE * chi2
    )
    return CircuitFit(
        problem.circuit, parameters, correlation, problem.f, problem.Z, fitted,
        (problem.Z - fitted) / np.maximum(np.abs(problem.Z), TINY),
        chi2, chi2 / max(count - len(names), 1), count * math.log(max(chi2, TINY) / count) + 2 * len(names),
        weighting, others, _warnings(problem, parameters, correlation), dict(problem.bounds), dict(links),
    )  # fmt: skip


def fewer(residual: Real) -> float:
    """By how much fewer data count where neighbouring residuals go together: 1 + 2 sum of their autocorrelation.

    `residual`, shape (2n,): real parts from high to low frequency, then imaginary parts. The sum ends where the
    correlation first falls to nothing (two standard errors of white noise). One for noise.
    """
    n = residual.size // 2
    parts = [residual[:n], residual[n:]]
    size = float(residual @ residual)
    if n < 8 or not size > 0.0:
        return 1.0
    total = 1.0
    for lag in range(1, n // 2):
        rho = sum(float(part[lag:] @ part[:-lag]) for part in parts) / size
        if rho < 2.0 / (2.0 * n) ** 0.5:
            break
        total += 2.0 * rho
    return total


def _tie(link: Link) -> str:
    factor, other = link
    return other if factor == 1.0 else f"{factor:g}*{other}"


def _warnings(
    problem: Problem, parameters: tuple[Fitted, ...], correlation: dict[tuple[str, str], float]
) -> tuple[str, ...]:
    said = []
    limits: dict[str, Parameter] = {p.name: p for p in problem.circuit.parameters}
    for p in parameters:
        if p.fixed or p.linked:
            continue
        own = limits[p.name]
        if p.bounded:
            said.append(f"{p.name} ended at its {p.bounded}: the data want it beyond, and it is not determined.")
        elif math.isfinite(own.upper) and not own.lower + LEAST_EXPONENT + 1e-3 < p.value < own.upper - 1e-4:
            end = "upper" if p.value > own.upper / 2 else "lower"
            said.append(f"{p.name} ended at its {end} limit ({p.value:.3g}): fix it there, or take a simpler element.")
        elif not p.determined:
            said.append(
                f"{p.name} is not determined by these data (uncertain by more than half of itself): fix it, leave its "
                "element out, or measure where it acts."
            )
    loose = {p.name for p in parameters if not p.relative <= LOOSE}
    for (a, b), value in correlation.items():
        # Q and n of a constant phase element are always correlated; it matters where neither is known well
        if a < b and abs(value) > TIED and {a, b} <= loose:
            said.append(f"{a} and {b} are tied to each other (correlation {value:.3f}): only a combination is known.")
    return tuple(said)
