"""The best of something that costs runs: a model of all runs so far proposes the next, until the runs are spent.

Radial basis functions (cubic, with a linear part; M. J. D. Powell, Adv. Numer. Anal. II, 105, 1992) stand in for each
objective and limit. Proposals are the best of the model over the whole range and near the best run (a box that shrinks
where it gives nothing; R. G. Regis, C. A. Shoemaker, INFORMS J. Comput. 19, 497, 2007), points about that, and the
point farthest from all runs. The model itself is searched by differential evolution with fronts (GDE3; S. Kukkonen,
J. Lampinen, IEEE Congr. Evol. Comput. 443, 2005). What is given back are runs, never the model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import RBFInterpolator
from scipy.stats import qmc

__all__ = ["Found", "evolve", "front", "search", "violation"]

Array = NDArray[np.float64]
Function = Callable[[Array], Array]

BATCH = 6  # runs between two models
BOX = 0.2  # half of the box about the best, at first
LEAST = 1e-4  # of the range: nearer runs say the same
NEAR = 40  # runs that a model near the best is of, and as many for each input
GENERATIONS = 40
F, CR = 0.6, 0.9  # of differential evolution: the weight of a difference, the share that is crossed


@dataclass(frozen=True)
class Found:
    """All runs: ``points`` (n, d) in the unit cube, ``objectives`` (n, m), ``limits`` (n, k; met where at most 0)."""

    points: Array
    objectives: Array
    limits: Array

    @property
    def front(self) -> NDArray[np.int64]:
        """Runs that meet the limits and that no other run that does is better than; empty where none meets them."""
        met = np.flatnonzero(np.isfinite(self.objectives).all(axis=1) & (violation(self.limits) <= 0.0))
        return met[front(self.objectives[met])]


def violation(limits: Array) -> Array:
    """By how much the limits are missed in all, each in units of its own spread; infinite of what could not be run."""
    if not limits.shape[1]:
        return np.zeros(len(limits))
    known = np.isfinite(limits).all(axis=1)
    spread = np.maximum(np.ptp(limits[known], axis=0), 1e-300) if known.any() else np.ones(limits.shape[1])
    return np.where(known, (np.maximum(limits, 0.0) / spread).sum(axis=1), np.inf)


def front(objectives: Array) -> NDArray[np.int64]:
    """Places of the rows that no other is better than; of equal ones the first."""
    kept = []
    for k, own in enumerate(objectives):
        no_worse, better = (objectives <= own).all(axis=1), (objectives < own).any(axis=1)
        if not (no_worse & better).any() and not (objectives[:k] == own).all(axis=1).any():
            kept.append(k)
    return np.array(kept, np.int64)


def search(
    function: Function, inputs: int, objectives: int, most: int, seed: int = 0,
    stopped: Callable[[], bool] = lambda: False,
) -> Found:  # fmt: skip
    """The least of some objectives over the unit cube, in ``most`` runs.

    ``function``: points (n, inputs) to (n, objectives + limits); limits are met where at most 0; nan where nothing can
    be run. An interrupt, and ``stopped``, end it with the runs until then.
    """
    rng = np.random.default_rng(seed)
    first = min(most, 2 ** max(3, int(np.ceil(np.log2(2 * inputs + 2)))))
    points = qmc.Sobol(inputs, rng=rng).random(first)
    values = function(points)
    box, best = BOX, np.inf
    while len(points) < most and not stopped():
        found = Found(points, values[:, :objectives], values[:, objectives:])
        ranked = _ranked(found)
        now = float(found.objectives[ranked[0], 0]) + 1e3 * violation(found.limits)[ranked[0]]
        box = min(2.0 * box, BOX) if now < best - 1e-6 * abs(best) else max(0.5 * box, LEAST)
        best = min(best, now)
        asked = _proposals(found, ranked, box, rng)[: most - len(points)]
        try:
            values = np.concatenate([values, function(asked)])
        except KeyboardInterrupt:
            break
        points = np.concatenate([points, asked])
    return Found(points, values[:, :objectives], values[:, objectives:])


def _ranked(found: Found) -> NDArray[np.int64]:
    """Runs from the best on: those that meet the limits by their first objective, then by what they miss."""
    missed = np.where(np.isfinite(found.objectives).all(axis=1), violation(found.limits), np.inf)
    first = np.where(np.isfinite(found.objectives[:, 0]), found.objectives[:, 0], np.inf)
    return np.lexsort((first, np.maximum(missed, 0.0)))


def _proposals(found: Found, ranked: NDArray[np.int64], box: float, rng: np.random.Generator) -> Array:
    """The next points."""
    points, d, m = found.points, found.points.shape[1], found.objectives.shape[1]
    known = np.isfinite(found.objectives).all(axis=1) & np.isfinite(found.limits).all(axis=1)
    values = np.concatenate([found.objectives, found.limits], axis=1)
    asked = list[Array]()

    def fresh(one: Array) -> bool:
        others = np.concatenate([points, np.array(asked).reshape(-1, d)])
        return bool(np.abs(others - one).max(axis=1).min() > LEAST)

    centre = points[ranked[0]]
    if known.sum() > 2 * d + 1:
        whole = _model(points[known], values[known], points, known)
        chosen = evolve(whole, d, m, points[ranked[: 2 * d + 4]], np.zeros(d), np.ones(d), rng)
        if m > 1:
            order = _apart(chosen[1], found.objectives[found.front])
            asked += [one for one in chosen[0][order][: BATCH - 2] if fresh(one)]
        else:
            asked += [one for one in chosen[0][:1] if fresh(one)]
        near = np.argsort(np.abs(points - centre).max(axis=1) + 10.0 * ~known)[: min(int(known.sum()), NEAR * (1 + d))]
        low, high = np.maximum(centre - box, 0.0), np.minimum(centre + box, 1.0)
        closely = _model(points[near], values[near], points, known)
        for one in evolve(closely, d, m, centre[None], low, high, rng)[0][:2]:
            asked += [one] if fresh(one) else []
    away = rng.random((200, d))
    asked.append(away[np.argmax(np.abs(away[:, None] - points[None]).max(axis=2).min(axis=1))])
    while len(asked) < BATCH:
        asked.append(np.clip(centre + box * rng.uniform(-1.0, 1.0, d), 0.0, 1.0))
    return np.array(asked[:BATCH])


def _model(points: Array, values: Array, tried: Array, known: Any) -> Function:
    """What stands in for the function; where runs failed, it has a limit more."""
    middle, spread = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-300)
    unique = np.unique(points, axis=0, return_index=True)[1]
    own = RBFInterpolator(points[unique], ((values - middle) / spread)[unique], kernel="cubic", degree=1,
                          smoothing=1e-10)  # fmt: skip
    if known.all():
        return lambda x: np.asarray(middle + spread * own(x))
    fails = RBFInterpolator(tried, np.where(known, -1.0, 1.0)[:, None], kernel="linear", degree=0)
    return lambda x: np.concatenate([middle + spread * own(x), fails(x)], axis=1)


def evolve(
    function: Function, inputs: int, objectives: int, begin: Array, low: Array, high: Array, rng: np.random.Generator,
    generations: int = GENERATIONS,
) -> tuple[Array, Array]:  # fmt: skip
    """Points and objectives of what differential evolution finds: the best first, or the front."""
    size = max(24, 8 * inputs)
    points = np.clip(np.concatenate([begin, low + (high - low) * rng.random((size, inputs))])[:size], low, high)
    values = function(points)
    for _ in range(generations):
        a, b, c = (points[rng.permutation(len(points))] for _ in range(3))
        crossed = rng.random(points.shape) < CR
        crossed[np.arange(len(points)), rng.integers(inputs, size=len(points))] = True
        tried = np.where(crossed, a + F * (b - c), points)
        tried = np.where((tried < low) | (tried > high), low + (high - low) * rng.random(tried.shape), tried)
        new = function(tried)
        both = np.concatenate([values, new])
        missed = violation(both[:, objectives:])
        n = len(points)
        old_missed, new_missed = missed[:n], missed[n:]
        no_worse = (new[:, :objectives] <= values[:, :objectives]).all(axis=1)
        worse = (new[:, :objectives] >= values[:, :objectives]).all(axis=1) & ~no_worse
        better = np.where((new_missed > 0.0) | (old_missed > 0.0), new_missed < old_missed, no_worse)
        points, values = np.where(better[:, None], tried, points), np.where(better[:, None], new, values)
        if objectives > 1:  # neither is better: both stay, and of all those that lie apart
            beside = ~better & ~worse & (new_missed <= 0.0)
            points, values = np.concatenate([points, tried[beside]]), np.concatenate([values, new[beside]])
            kept = _survivors(values[:, :objectives], violation(values[:, objectives:]), size)
            points, values = points[kept], values[kept]
    missed = violation(values[:, objectives:])
    if objectives == 1:
        order = np.lexsort((values[:, 0], np.maximum(missed, 0.0)))
        return points[order], values[order, :1]
    met = np.flatnonzero(missed <= missed.min())
    kept = met[front(values[met, :objectives])]
    return points[kept], values[kept, :objectives]


def _survivors(objectives: Array, missed: Array, size: int) -> NDArray[np.int64]:
    """So many, by fronts, of the last front those that lie farthest apart."""
    left, kept = np.argsort(missed, kind="stable"), list[int]()
    left = left[missed[left] <= max(0.0, float(np.sort(missed)[min(size, len(missed)) - 1]))]
    while len(kept) < size and left.size:
        own = left[front(objectives[left])]
        room = size - len(kept)
        if own.size > room:
            own = own[_apart(objectives[own], objectives[:0])][:room]
        kept += own.tolist()
        left = np.setdiff1d(left, own)
    return np.array(kept, np.int64)


def _apart(objectives: Array, others: Array) -> NDArray[np.int64]:
    """An order in which each is as far as can be from those before it, and from some others, in scaled objectives."""
    both = np.concatenate([objectives, others])
    spread = np.maximum(np.ptp(both, axis=0), 1e-300)
    own, there = objectives / spread, others / spread
    distance = np.full(len(own), np.inf)
    if len(there):
        distance = np.linalg.norm(own[:, None] - there[None], axis=2).min(axis=1)
    order = list[int]()
    while len(order) < len(own):
        k = int(np.argmax(np.where(np.isin(np.arange(len(own)), order), -1.0, distance)))
        order.append(k)
        distance = np.minimum(distance, np.linalg.norm(own - own[k], axis=1))
    return np.array(order, np.int64)
