"""What a fit tells, in words: which combinations of values the data know, and whether residuals have structure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

__all__ = ["criteria", "runs_test", "sloppy"]

Array = NDArray[np.float64]
UNKNOWN = math.log(2.0)  # standard deviation of the logarithm of a value beyond which it is not known: a factor of two
UNKNOWN_SHIFT = 1.0  # the same of a linear value, in halves of its range
SHARE = 0.1  # of the largest, above which a value takes part in a combination
LARGEST = 6  # power of a value in a combination, as a fraction of small numbers


def sloppy(
    C: Array, names: Sequence[str], logarithmic: Sequence[bool], halves: Sequence[float]
) -> list[str]:  # fmt: skip
    """Sentences for directions in which values may change together without the data noticing.

    ``C`` is the covariance of the scaled values, ``halves`` what one of them is in the logarithm or in its unit.
    Values and directions are weighed by what counts as not knowing them: a factor of two, or half of the range.
    """
    weight = np.array([h / UNKNOWN if log else 1.0 / UNKNOWN_SHIFT for log, h in zip(logarithmic, halves, strict=True)])
    scaled = C * np.outer(weight, weight)
    width, vectors = np.linalg.eigh(scaled)
    found = []
    for k in np.argsort(-width):
        if width[k] <= 1.0:
            break
        v = vectors[:, k] / weight  # in scaled values
        step = np.array([v[j] * halves[j] for j in range(v.size)])  # in logarithms or units
        strong = [j for j in range(v.size) if abs(vectors[j, k]) > SHARE * np.abs(vectors[:, k]).max()]
        said = [names[j] for j in strong]
        if len(strong) == 1:
            found.append(f"These data do not tell {said[0]}.")
        elif len(strong) == 2 and all(logarithmic[j] for j in strong):
            a, b = strong
            found.append(
                f"These data tell {_product(names[a], names[b], step[a], step[b])}, not {names[a]} and {names[b]} "
                "by themselves."
            )
        else:
            largest = max(strong, key=lambda j: abs(vectors[j, k]))
            ways = ", ".join(
                f"{names[j]} {'x' if logarithmic[j] else '+'} "
                + (f"{math.exp(UNKNOWN * step[j] / abs(step[largest])):.3g}" if logarithmic[j] else f"{step[j]:.3g}")
                for j in strong
            )
            found.append(
                f"These data do not tell {', '.join(said[:-1])} and {said[-1]} apart: together they may change "
                f"({ways})."
            )
    return found


def _product(a: str, b: str, along_a: float, along_b: float) -> str:
    """The combination of two values that stays where ln a moves by ``along_a`` while ln b moves by ``along_b``."""
    ratio = Fraction(along_a / along_b).limit_denominator(LARGEST)  # a^q b^-p stays, for p/q = along_a/along_b
    p, q = abs(ratio.numerator), ratio.denominator
    if p == 0 or p > LARGEST or abs(float(ratio) - along_a / along_b) > 0.15 * abs(along_a / along_b):
        return f"{a}/{b}^{along_a / along_b:.2g}"
    first, second = _power(a, q), _power(b, p)
    return f"{first}/{second}" if ratio > 0 else f"{first} {second}"


def _power(name: str, n: int) -> str:
    return name if n == 1 else f"{name}^{n}"


def runs_test(residual: Array) -> float:
    """Probability that residuals of independent noise have as few runs of one sign (A. Wald, J. Wolfowitz, 1940)."""
    above = residual > 0.0
    n, m = int(above.sum()), int((~above).sum())
    if n < 5 or m < 5:
        return 1.0 if n + m < 20 else 0.0
    runs = 1 + int(np.count_nonzero(above[1:] != above[:-1]))
    mean = 1.0 + 2.0 * n * m / (n + m)
    variance = (mean - 1.0) * (mean - 2.0) / (n + m - 1.0)
    return float(norm.cdf((runs - mean) / math.sqrt(variance)))


def criteria(minus_two_ln_L: float, n: int, k: int) -> tuple[float, float]:
    """AICc and BIC of ``k`` values fitted to ``n`` numbers (N. Sugiura, 1978; G. Schwarz, 1978)."""
    correction = 2.0 * k * (k + 1.0) / (n - k - 1.0) if n > k + 1 else math.inf
    return minus_two_ln_L + 2.0 * k + correction, minus_two_ln_L + k * math.log(n)
