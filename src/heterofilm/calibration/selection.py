"""Which mechanisms a measurement asks for: each alone and in company, fitted to the same rows and compared.

A mechanism is off where none of its values is free. What is compared is the evidence, the probability of the rows under
a model with its priors (Laplace's approximation: Occam's factor is what a free value costs), beside the information
criteria of Akaike (corrected for few rows; N. Sugiura, Commun. Stat. A 7, 13, 1978) and Schwarz (Ann. Stat. 6, 461,
1978), and how well rows that were left out are foretold: fitted anew without each in turn.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, repeat
from typing import Any

import polars as pl

from ..bars import progress_bar
from ..errors import SimulationError
from .experiments import Group, Residual
from .fit import Fitted, evaluate, fit_group
from .parameter import Free
from .processes import mapping

__all__ = ["Compared", "Mechanism", "compare", "cross_validated", "sets_of", "table", "validated"]

WITHIN = 10.0  # of the best ln evidence: sets further off are 20,000 times less probable


@dataclass(frozen=True)
class Mechanism:
    """Something that may act or not: values that are free where it acts, values that stand where it does not."""

    name: str
    free: tuple[Free, ...] = ()
    off: Mapping[str, float] = field(default_factory=dict)
    on: Mapping[str, float] = field(default_factory=dict)  # where to begin
    completed: bool = False  # charges, see Experiments


@dataclass(frozen=True)
class Compared:
    """One set of mechanisms at its best; ``fitted`` is None where nothing could be simulated."""

    names: tuple[str, ...]
    fitted: Fitted | None
    foretold: tuple[Residual, ...] = ()  # every row, by a fit without it: see cross_validated

    @property
    def free(self) -> int:
        """Number of free values."""
        return len(self.fitted.free) if self.fitted else 0

    @property
    def chi2(self) -> float:
        """At the best values."""
        return self.fitted.chi2 if self.fitted else math.inf

    @property
    def worst(self) -> Residual | None:
        """The capacity furthest off, relative."""
        rows = [row for row in self.fitted.rows if row.what == "capacity"] if self.fitted else []
        return max(rows, key=lambda row: abs(row.off) / row.measured, default=None)

    @property
    def log_evidence(self) -> float:
        """See :attr:`Fitted.log_evidence`."""
        return self.fitted.log_evidence if self.fitted else -math.inf

    @property
    def left_out(self) -> float:
        """Chi-square of the rows foretold without them, in their own uncertainty; NaN where none was left out."""
        return sum(row.value**2 for row in self.foretold) if self.foretold else math.nan

    @property
    def capacity_foretold(self) -> float:
        """How far off capacities are that were left out, relative, root mean square; NaN where none was left out."""
        off = [row.off / row.measured for row in self.foretold if row.what == "capacity"]
        return math.sqrt(sum(x * x for x in off) / len(off)) if off else math.nan

    def aicc(self) -> float:
        """chi2 + 2k + 2k(k + 1)/(n - k - 1), with the values that the rows inform counted for k."""
        n, k = self._counts()
        return self.chi2 + 2.0 * k + (2.0 * k * (k + 1.0) / (n - k - 1.0) if n - k > 1.0 else math.inf)

    def bic(self) -> float:
        """chi2 + k ln n."""
        n, k = self._counts()
        return self.chi2 + k * math.log(max(n, 1))

    def _counts(self) -> tuple[int, float]:
        """Rows, and the number of values that they determine."""
        return (len(self.fitted.rows), self.fitted.determined) if self.fitted else (0, 0.0)


def sets_of(mechanisms: Sequence[Mechanism], largest: int = 2) -> list[tuple[Mechanism, ...]]:
    """None, each alone, and all companies of up to ``largest``."""
    return [chosen for size in range(largest + 1) for chosen in combinations(mechanisms, size)]


def with_mechanisms(base: Group, mechanisms: Sequence[Mechanism], chosen: Iterable[Mechanism]) -> Group:
    """The group with the chosen mechanisms free and the others off."""
    acting = tuple(chosen)
    fixed = dict(base.fixed)
    for mechanism in mechanisms:
        if mechanism not in acting:
            fixed |= mechanism.off
    free = base.free + tuple(free for mechanism in acting for free in mechanism.free)
    return replace(base, free=free, fixed=fixed, completed=any(mechanism.completed for mechanism in acting))


def compare(
    base: Group,
    mechanisms: Sequence[Mechanism],
    sets: Sequence[tuple[Mechanism, ...]],
    given: Mapping[str, float] | None = None,
    start: Mapping[str, float] | None = None,
    progress: bool = True,
    workers: int | None = None,
) -> list[Compared]:
    """Every set fitted to the rows of ``base``, the most probable first. Seconds a set."""
    jobs = [(base, tuple(mechanisms), chosen, dict(given or {}), dict(start or {})) for chosen in sets]
    with mapping(min(workers or os.cpu_count() or 1, len(jobs))) as apply:
        found = list(progress_bar(apply(_fitted, jobs), total=len(jobs), desc="compare", progress=progress))
    return sorted(found, key=lambda one: -one.log_evidence)


def _fitted(job: tuple[Any, ...]) -> Compared:
    base, mechanisms, chosen, given, start = job
    names = tuple(mechanism.name for mechanism in chosen)
    group = with_mechanisms(base, mechanisms, chosen)
    on = {path: number for mechanism in chosen for path, number in mechanism.on.items()}
    begin = on | start
    try:
        return Compared(names, fit_group(group, given, begin))
    except SimulationError:
        return Compared(names, None)


def cross_validated(base: Group, mechanisms: Sequence[Mechanism], one: Compared) -> Compared:
    """The set with what it foretells of each row by a fit without that row.

    Rows are left out whole, with all of their numbers.
    """
    if one.fitted is None:
        return one
    chosen = [mechanism for mechanism in mechanisms if mechanism.name in one.names]
    group = with_mechanisms(base, mechanisms, chosen)
    foretold: list[Residual] = []
    for row in dict.fromkeys(r.row for r in one.fitted.rows):
        found = fit_group(group, one.fitted.given, one.fitted.values, without=row)
        foretold += [r for r in evaluate(group, found.free, found.u, one.fitted.given) if r.row == row]
    return replace(one, foretold=tuple(foretold))


def validated(
    base: Group,
    mechanisms: Sequence[Mechanism],
    found: Sequence[Compared],
    progress: bool = True,
    workers: int | None = None,
) -> list[Compared]:
    """The same sets; of those within ``WITHIN`` of the best evidence rows are left out in turn. A minute a set."""
    best = max((one.log_evidence for one in found), default=0.0)
    near = [one for one in found if one.log_evidence >= best - WITHIN]
    with mapping(min(workers or os.cpu_count() or 1, len(near))) as apply:
        tried = apply(cross_validated, repeat(base), repeat(tuple(mechanisms)), near)
        done = list(progress_bar(tried, total=len(near), desc="rows left out", progress=progress))
    by_names = {one.names: one for one in done}
    return [by_names.get(one.names, one) for one in found]


def table(found: Sequence[Compared]) -> pl.DataFrame:
    """A row a set: how far off, how many values, evidence and criteria."""
    best = max((one.log_evidence for one in found), default=0.0)
    return pl.DataFrame(
        [
            {
                "mechanisms": " + ".join(one.names) or "none",
                "free": one.free,
                "chi2": round(one.chi2, 1),
                "worst_capacity_%": None if (w := one.worst) is None else round(100.0 * w.off / w.measured, 1),
                "of": "" if w is None else w.row,
                "ln_evidence": round(one.log_evidence - best, 1),
                "AICc": round(one.aicc(), 1),
                "BIC": round(one.bic(), 1),
                "left_out": None if math.isnan(one.left_out) else round(one.left_out, 1),
                "left_out_capacity_%": None
                if math.isnan(one.capacity_foretold)
                else round(100.0 * one.capacity_foretold, 1),
            }
            for one in found
        ],
        infer_schema_length=None,
    )
