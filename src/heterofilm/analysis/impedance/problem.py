"""The least-squares problem of a circuit: its variables without limits, the search for its minima, their precision."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .circuit import Circuit, Series
from .elements import Complex, Real
from .guess import draw_guesses
from .settings import Bound, Link

__all__ = ["LEAST_EXPONENT", "TINY", "Problem", "different"]

DRAWN = 512  # guesses drawn and judged by their chi2 alone
REFINED = 64  # of these, fitted for a short while
FINISHED = 12  # of these, fitted to the end
LEAST_EXPONENT = 0.05
FLAT = 1e-7  # singular values below this share of the largest are those of directions that change nothing
TINY = 1e-30
EPSILON = float(np.sqrt(np.finfo(float).eps))  # of a variable, over which a slope is taken
AT_BOUND = 1e-3  # share of a bound's range next to its ends


@dataclass
class Problem:
    """The least-squares problem in unbounded variables: the logarithm of a positive value, the logit of an exponent."""

    circuit: Circuit
    f: Real
    Z: Complex
    weights: tuple[Real, Real]
    open: list[int]
    start: Real  # all parameters; the open ones are overwritten
    bounds: Mapping[str, Bound]
    links: Mapping[str, Link]

    def __post_init__(self) -> None:
        self.w = 2.0 * np.pi * self.f
        names = [p.name for p in self.circuit.parameters]
        self.parameters = [self.circuit.parameters[k] for k in self.open]
        self.tied = [(names.index(name), factor, names.index(other)) for name, (factor, other) in self.links.items()]
        self.is_log = np.array([math.isinf(p.upper) for p in self.parameters], bool)
        limits = [self.bounds.get(p.name, (0.0, math.inf)) for p in self.parameters]
        self.is_free = self.is_log & np.array([p.name not in self.bounds for p in self.parameters], bool)
        # an exponent of exactly zero makes an element a resistor, and twice the same resistor is no fit
        low = [max(p.lower + LEAST_EXPONENT, a) for p, (a, _) in zip(self.parameters, limits, strict=True)]
        high = [min(p.upper, b) for p, (_, b) in zip(self.parameters, limits, strict=True)]
        ends = [
            (math.log(max(a, TINY)), math.log(min(b, 1.0 / TINY))) if log else (lower, upper)
            for log, (a, b), lower, upper in zip(self.is_log, limits, low, high, strict=True)
        ]
        self.lower = np.array([a for a, _ in ends])
        self.span = np.array([1.0 if free else b - a for (a, b), free in zip(ends, self.is_free, strict=True)])

    def values(self, x: Real) -> Real:
        """All parameters in SI, of variables (..., n). e^+-230 is 1e+-100: beyond any value, short of an overflow."""
        values = np.empty((*x.shape[:-1], self.start.size))
        values[...] = self.start
        x = np.maximum(np.minimum(x, 230.0), -230.0)
        within = self.lower + self.span / (1.0 + np.exp(-x))
        values[..., self.open] = np.where(self.is_log, np.exp(np.where(self.is_free, x, within)), within)
        for k, factor, other in self.tied:
            values[..., k] = factor * values[..., other]
        return values

    def variables(self, values: Real) -> Real:
        values = values[..., self.open]
        plain = np.where(self.is_log, np.log(np.maximum(values, TINY)), values)
        share = np.clip((plain - self.lower) / self.span, 1e-6, 1.0 - 1e-6)
        return np.where(self.is_free, plain, np.log(share / (1.0 - share)))

    def slope(self, values: Real) -> Real:
        """d value / d variable, for the open parameters."""
        values = values[self.open]
        plain = np.where(self.is_log, np.log(np.maximum(values, TINY)), values)
        share = (plain - self.lower) / self.span
        inner = np.where(self.is_free, 1.0, self.span * share * (1.0 - share))
        return np.where(self.is_log, values, 1.0) * inner

    def at_bound(self, values: Real) -> dict[str, str]:
        """Parameters that ended at a bound they were given, and which."""
        found = {}
        for k, p in enumerate(self.parameters):
            if p.name not in self.bounds:
                continue
            value = values[self.open[k]]
            share = ((math.log(max(value, TINY)) if self.is_log[k] else value) - self.lower[k]) / self.span[k]
            if not AT_BOUND < share < 1.0 - AT_BOUND:
                low, high = self.bounds[p.name]
                found[p.name] = f"lower bound {low:g}" if share < 0.5 else f"upper bound {high:g}"
        return found

    def residual(self, x: Real) -> Real:
        """What is left, shape (2 m,), of variables (n,); (rows, 2 m) of (rows, n)."""
        d = self.circuit.evaluate(self.w, self.values(x)) - self.Z
        r = np.concatenate([d.real * self.weights[0], d.imag * self.weights[1]], axis=-1)
        return np.where(np.isfinite(r), r, 1e6)

    def slopes(self, x: Real) -> Real:
        """d residual / d variable, shape (n, 2 m), by differences, all in one evaluation."""
        h = EPSILON * np.where(x == 0.0, 1.0, np.abs(x))
        r = self.residual(np.vstack([x, x + np.diag(h)]))
        return np.asarray((r[1:] - r[0]) / h[:, None])

    def search(self, guess: Mapping[str, float], share: int = 1) -> list[tuple[float, Real]]:
        """The minima found, best first, as (chi2, variables): draw, judge, refine briefly, finish what differs.

        `share`: from so many times fewer starts.
        """
        given = np.array([guess.get(p.name, np.nan) for p in self.circuit.parameters])
        known = np.isfinite(given)
        if known[self.open].all():
            return [self.descend(self.variables(np.where(known, given, self.start)), 500)]
        drawn = np.where(known, given, draw_guesses(self.circuit, self.f, self.Z, DRAWN))
        x = self.variables(drawn)
        cost = np.sum(self.residual(x) ** 2, axis=1)
        first = [self.descend(x[k], 20) for k in np.argsort(cost, kind="stable")[: REFINED // share]]
        finished = [self.descend(x, 500) for _, x in different(first)[: FINISHED // share]]
        return different(finished)

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
        from scipy.optimize import leastsq  # loaded where a circuit is fitted, not where it is read

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a start that runs off into the flat is no news
            x, *_ = leastsq(
                self.residual,
                x,
                Dfun=self.slopes,
                col_deriv=True,
                full_output=True,
                maxfev=2 * steps,
                ftol=1e-12,
                xtol=1e-10,
                gtol=0.0,
            )
        return float(np.sum(self.residual(x) ** 2)), x


def different(found: list[tuple[float, Real]]) -> list[tuple[float, Real]]:
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
