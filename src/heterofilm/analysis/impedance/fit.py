"""Fit of an equivalent circuit to an impedance spectrum: complex nonlinear least squares.

Minimised is chi2 = sum over f of (dZ'/s')^2 + (dZ''/s'')^2 with s = 1 (``unit``), |Z| (``modulus``), or |Z'| and
|Z''| each for its own part (``proportional``). Boukamp, Solid State Ionics 20 (1986) 31; Macdonald, Impedance
Spectroscopy (1987). Modulus weights are the usual choice: an instrument errs by a share of what it measures.

Positive values are fitted by their logarithm, so that no starting point can lead to a negative resistance and
a capacitance of pF moves as easily as one of F. Exponents are kept within their limits. The scale of chi2 comes
from the misfit itself, so uncertainties assume that the circuit is right and the misfit is noise.
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import ArrayLike
from scipy.optimize import leastsq

from ...errors import HeterofilmError, did_you_mean
from .circuit import Circuit, Series
from .elements import Complex, Parameter, Real
from .guess import draw_guesses
from .spectrum import spectrum

__all__ = ["DESCRIBES", "NOT_DESCRIBED", "UNDETERMINED", "Alternative", "CircuitFit", "Fitted", "fit_circuit"]

Weighting = Literal["modulus", "unit", "proportional"]

DRAWN = 512  # guesses drawn and judged by their chi2 alone
REFINED = 64  # of these, fitted for a short while
FINISHED = 12  # of these, fitted to the end
COMPARABLE = 1.5  # another minimum whose chi2 is within this factor of the best is told
LEAST_EXPONENT = 0.05
UNDETERMINED = 1.0  # a relative uncertainty above this means that the data do not determine the value
DESCRIBES = 0.1  # rms misfit, as a share of |Z|, up to which a circuit describes a spectrum
NOT_DESCRIBED = "does not describe the spectrum"
LOOSE = 0.1  # below this relative uncertainty a value is known, whatever it is correlated with
TIED = 0.99  # a correlation above this means that only a combination of the two is determined
FLAT = 1e-7  # singular values below this share of the largest are those of directions that change nothing
TINY = 1e-30


@dataclass(frozen=True)
class Fitted:
    """A parameter after the fit.

    - `value`, `unit`: SI;
    - `stderr`: one standard error, in the same unit; nan where the data do not give one, 0 for a fixed value;
    - `relative`: stderr / value;
    - `fixed`: whether it was held.
    """

    name: str
    value: float
    unit: str
    stderr: float
    fixed: bool

    @property
    def relative(self) -> float:
        return self.stderr / self.value if self.value else math.nan

    @property
    def determined(self) -> bool:
        """Whether the data tell the value at all: it was held, or is known better than to its own size."""
        return self.fixed or self.relative <= UNDETERMINED  # False also for nan


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
    - `warnings`: what a reader must know before believing a number.
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

    @property
    def values(self) -> dict[str, float]:
        return {p.name: p.value for p in self.parameters}

    @property
    def misfit(self) -> float:
        """Root mean square of |`residual`|."""
        return math.sqrt(float((np.abs(self.residual) ** 2).mean()))

    @property
    def describes(self) -> bool:
        """Whether the circuit describes the spectrum: its `misfit` is at most 10 %. Else its values mean nothing."""
        return self.misfit <= DESCRIBES

    def __getitem__(self, name: str) -> Fitted:
        for p in self.parameters:
            if p.name == name:
                return p
        raise HeterofilmError(
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
    weighting: Weighting = "modulus",
) -> CircuitFit:
    """Fit `circuit` to a spectrum: frequency (Hz) and complex impedance (ohm), both shape (n,).

    Values in `fixed` (name -> SI) are held. Those in `guess` start the fit; whatever is left open is searched for
    from many starts. With a guess for every open parameter there is one start only: yours. Parts in series that are
    alike, such as two arcs, are numbered from high to low frequency unless a guess or a held value names them.

    Errors: `HeterofilmError` for an unknown parameter, a value outside what its law allows, fewer data than
    parameters, an unknown weighting, or a fit that nowhere reaches a finite chi2.
    """
    circuit = Circuit.parse(circuit) if isinstance(circuit, str) else circuit
    f, Z = spectrum(frequency_Hz, impedance_ohm, least=2)
    guess, fixed = dict(guess or {}), dict(fixed or {})
    parameters = circuit.parameters
    for given in (guess, fixed):
        _check(circuit, given)
    open_ = [k for k, p in enumerate(parameters) if p.name not in fixed]
    if 2 * f.size <= len(open_):
        raise HeterofilmError(
            f"{len(open_)} parameters cannot be fitted to {f.size} frequencies: fix some, or choose a simpler circuit."
        )
    problem = _Problem(
        circuit, f, Z, _weights(Z, weighting), open_, np.array([fixed.get(p.name, 1.0) for p in parameters])
    )
    found: list[tuple[float, Real]] = problem.search(guess) if open_ else [(0.0, np.empty(0))]
    if open_ and not guess and not fixed:
        found = [(chi2, problem.ordered(x)) for chi2, x in found]
    return _finish(problem, found, weighting)


def _check(circuit: Circuit, given: Mapping[str, float]) -> None:
    known = {p.name: p for p in circuit.parameters}
    for name, value in given.items():
        if name not in known:
            raise HeterofilmError(f"The circuit {circuit} has no parameter '{name}'.{did_you_mean(name, known)}")
        p = known[name]
        if not (p.lower <= value <= p.upper and math.isfinite(value)) or (math.isinf(p.upper) and value == 0.0):
            limits = f"between {p.lower:g} and {p.upper:g}" if math.isfinite(p.upper) else "positive"
            raise HeterofilmError(f"{name} must be {limits} ({p.unit}), but {value:g} was given.")


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
    choices = ("modulus", "unit", "proportional")
    raise HeterofilmError(
        f"There is no weighting '{weighting}': use one of {', '.join(choices)}.{did_you_mean(weighting, choices)}"
    )


@dataclass
class _Problem:
    """The least-squares problem in unbounded variables: the logarithm of a positive value, the logit of an exponent."""

    circuit: Circuit
    f: Real
    Z: Complex
    weights: tuple[Real, Real]
    open: list[int]
    start: Real  # all parameters; the open ones are overwritten

    def __post_init__(self) -> None:
        self.w = 2.0 * np.pi * self.f
        self.parameters = [self.circuit.parameters[k] for k in self.open]
        self.is_log = np.array([math.isinf(p.upper) for p in self.parameters], bool)
        # an exponent of exactly zero makes an element a resistor, and twice the same resistor is no fit
        self.lower = np.array([p.lower + LEAST_EXPONENT for p in self.parameters])
        self.span = np.array(
            [1.0 if math.isinf(p.upper) else p.upper - p.lower - LEAST_EXPONENT for p in self.parameters]
        )

    def values(self, x: Real) -> Real:
        """All parameters in SI. e^+-230 is 1e+-100: beyond any value, short of an overflow."""
        values = self.start.copy()
        x = np.clip(x, -230.0, 230.0)
        values[self.open] = np.where(self.is_log, np.exp(x), self.lower + self.span / (1.0 + np.exp(-x)))
        return values

    def variables(self, values: Real) -> Real:
        values = values[..., self.open]
        share = np.clip((values - self.lower) / self.span, 1e-6, 1.0 - 1e-6)
        return np.where(self.is_log, np.log(np.maximum(values, TINY)), np.log(share / (1.0 - share)))

    def slope(self, values: Real) -> Real:
        """d value / d variable, for the open parameters."""
        values = values[self.open]
        share = (values - self.lower) / self.span
        return np.where(self.is_log, values, self.span * share * (1.0 - share))

    def residual(self, x: Real) -> Real:
        d = self.circuit.evaluate(self.w, self.values(x)) - self.Z
        r = np.concatenate([d.real * self.weights[0], d.imag * self.weights[1]])
        return np.where(np.isfinite(r), r, 1e6)

    def search(self, guess: Mapping[str, float]) -> list[tuple[float, Real]]:
        """The minima found, best first, as (chi2, variables): draw, judge, refine briefly, finish what differs."""
        given = np.array([guess.get(p.name, np.nan) for p in self.circuit.parameters])
        known = np.isfinite(given)
        if known[self.open].all():
            return [self.descend(self.variables(np.where(known, given, self.start)), 500)]
        drawn = np.where(known, given, draw_guesses(self.circuit, self.f, self.Z, DRAWN))
        x = self.variables(drawn)
        cost = np.array([np.sum(self.residual(row) ** 2) for row in x])
        first = [self.descend(x[k], 20) for k in np.argsort(cost, kind="stable")[:REFINED]]
        finished = [self.descend(x, 500) for _, x in _different(first)[:FINISHED]]
        return _different(finished)

    def ordered(self, x: Real) -> Real:
        """The same minimum with like parts in series from high to low frequency: which comes first is a convention."""
        tree, values, at = self.circuit.tree, self.values(x), 0
        groups: dict[str, list[tuple[float, slice]]] = {}
        if not isinstance(tree, Series):
            return x
        for part in tree.parts:
            inner = Circuit(part)
            places = slice(at, at + len(inner.parameters))
            at = places.stop
            shape = re.sub(r"\d+", "", str(inner))
            largest = np.argmax(-inner.evaluate(self.w, values[places]).imag)
            groups.setdefault(shape, []).append((float(self.w[largest]), places))
        new = values.copy()
        for members in groups.values():
            by_frequency = sorted(members, key=lambda pair: -pair[0])
            for (_, place), (_, source) in zip(members, by_frequency, strict=True):
                new[place] = values[source]
        return self.variables(new)

    def spread(self, x: Real) -> Real:
        """Standard errors of the variables where some are not determined at all: NaN for these, the rest as if alone.

        From the singular values of the Jacobian: a direction along which the residual does not change says nothing of
        the variables that lie in it, and nothing against the others.
        """
        step = 1e-4
        J = np.column_stack(
            [(self.residual(x + step * e) - self.residual(x - step * e)) / (2 * step) for e in np.eye(x.size)]
        )
        _, s, V = np.linalg.svd(J, full_matrices=False)
        flat = s <= FLAT * s[0]
        variance = np.sum((V[~flat] / s[~flat, None]) ** 2, axis=0)
        r = self.residual(x)
        errors = np.sqrt(variance * (r @ r) / max(r.size - x.size, 1))
        return np.where(np.sum(V[flat] ** 2, axis=0) > 1e-6, np.nan, errors)

    def descend(self, x: Real, steps: int) -> tuple[float, Real]:
        """Levenberg-Marquardt from `x` (More, Lecture Notes in Mathematics 630 (1978) 105): chi2 and where it ended."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a start that runs off into the flat is no news
            x, *_ = leastsq(
                self.residual, x, full_output=True, maxfev=steps * (x.size + 1), ftol=1e-12, xtol=1e-10, gtol=0.0
            )
        return float(np.sum(self.residual(x) ** 2)), x


def _different(found: list[tuple[float, Real]]) -> list[tuple[float, Real]]:
    """One of each minimum, best first.

    Two are the same when their chi2 agree to half a percent and most of their values to a few percent: the rest
    are values that the data leave open, and the floor of such a valley is no minimum of its own. Neither is one in
    which two elements alike have changed places.
    """
    kept: list[tuple[float, Real]] = []
    for chi2, x in sorted(found, key=lambda pair: pair[0]):
        if not any(chi2 <= 1.005 * c + TINY and _alike(x, y) for c, y in kept):
            kept.append((chi2, x))
    return kept


def _alike(x: Real, y: Real) -> bool:
    return any(np.median(np.abs(a - b)) < 0.05 for a, b in ((x, y), (np.sort(x), np.sort(y))))


def _finish(problem: _Problem, found: list[tuple[float, Real]], weighting: Weighting) -> CircuitFit:
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
    parameters = tuple(
        Fitted(p.name, float(v), p.unit, stderr.get(p.name, 0.0), p.name not in stderr)
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
        weighting, others, _warnings(problem, parameters, correlation),
    )  # fmt: skip


def _warnings(
    problem: _Problem, parameters: tuple[Fitted, ...], correlation: dict[tuple[str, str], float]
) -> tuple[str, ...]:
    said = []
    limits: dict[str, Parameter] = {p.name: p for p in problem.circuit.parameters}
    for p in parameters:
        if p.fixed:
            continue
        own = limits[p.name]
        if math.isfinite(own.upper) and not own.lower + LEAST_EXPONENT + 1e-3 < p.value < own.upper - 1e-4:
            end = "upper" if p.value > own.upper / 2 else "lower"
            said.append(f"{p.name} ended at its {end} limit ({p.value:.3g}): fix it there, or take a simpler element.")
        elif not p.determined:
            said.append(
                f"{p.name} is not determined by these data (uncertain by more than itself): fix it, leave its element "
                "out, or measure where it acts."
            )
    loose = {p.name for p in parameters if not p.relative <= LOOSE}
    for (a, b), value in correlation.items():
        # Q and n of a constant phase element are always correlated; it matters where neither is known well
        if a < b and abs(value) > TIED and {a, b} <= loose:
            said.append(f"{a} and {b} are tied to each other (correlation {value:.3f}): only a combination is known.")
    return tuple(said)
