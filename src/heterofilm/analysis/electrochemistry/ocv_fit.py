"""Redox couples from a table of the open-circuit potential, and what they miss of it.

    theta + theta_0 = sum_j X_j/(1 + exp[(U - U_j + h H_j/2)/w_j]) + b (U_ref - U),   w_j = omega_j RT/F

with b the background that a phase has unless it states another. theta_0 is what the couples hold beyond the charged end
of the table, where its first point lies on a slope. One couple more is taken as long as it, or two, take off a fifth of
the misfit, or until it is small. In the fit a point counts by its distance from the curve, with 1 mV and 0.1 % of the
filling as units of its two directions; the misfit that is told is that of the potential.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ...constants import F, R
from ...engine.msmr import potential
from ...errors import InputError
from ...library.ocv import BACKGROUND, FEWEST, T_REFERENCE, U_REFERENCE

__all__ = ["FittedCouple", "FittedPotential", "fit_ocv"]

Array = NDArray[np.float64]
MOST = 8  # couples
SMALL = 1e-3  # V, of the root mean square: no couple more
WORTH = 0.8  # of the misfit without it: what a couple more must bring
UNITS = 1e-3, 1e-3  # V and full fillings: of the distance of a point
PATIENCE = 2  # couples more that may bring less than that one after the other
TRIES = 300  # evaluations of a fit
X, U0, OMEGA, H, PARAMETERS = range(5)


@dataclass(frozen=True)
class FittedCouple:
    """U0 (V, midpoint of charge and discharge), lithium per formula unit, omega, and hysteresis (V)."""

    U0: float
    lithium: float
    omega: float
    hysteresis: float


@dataclass(frozen=True, eq=False)
class FittedPotential:
    """The couples, from the highest potential down, and what they miss.

    - `beyond`: Li per formula unit that the couples hold above the charged end of the table;
    - `theta`, `miss_discharge_V`, `miss_charge_V`: fitted less given potential at the points (n,);
    - `rms_V`, `worst_V`: over all points; `worst_at`: filling and potential (V) there;
    - `inner_rms_V`: without the first and last 2 % of the filling, where a table may end steeply.
    """

    couples: tuple[FittedCouple, ...]
    beyond: float
    theta: Array
    miss_discharge_V: Array
    miss_charge_V: Array
    rms_V: float
    worst_V: float
    worst_at: tuple[float, float]
    inner_rms_V: float

    @property
    def table(self) -> pl.DataFrame:
        """A row per couple."""
        keys = ("U0", "lithium", "omega", "hysteresis")
        units = ("U0_V", "lithium", "omega", "hysteresis_V")
        return pl.DataFrame(
            {unit: [getattr(c, key) for c in self.couples] for unit, key in zip(units, keys, strict=True)}
        )

    def toml(self, source: str) -> str:
        """The couples as a phase's file has them."""
        text = []
        for k, couple in enumerate(self.couples, 1):
            rows = [("U0", couple.U0, "V"), ("lithium", couple.lithium, "1"), ("omega", couple.omega, "1"),
                    ("hysteresis", couple.hysteresis, "V")]  # fmt: skip
            values = [
                f'{key} = {{ value = {value:.6g}, unit = "{unit}", kind = "calibrated", source = "{source}" }}'
                for key, value, unit in rows
            ]
            text.append("\n".join(["[[couples]]", f'name = "couple-{k}"', *values]))
        return "\n\n".join(text) + "\n"

    def potential(self, theta: Array, h: float) -> Array:
        """U (V) of the couples at fillings counted as in the table."""
        rows = np.array([[c.lithium, c.U0, c.omega, c.hysteresis] for c in self.couples])
        return _potential(rows, theta + self.beyond, h)


def fit_ocv(
    theta: Array,
    discharge_V: Array,
    charge_V: Array | None = None,
    couples: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> FittedPotential:
    """Couples of a table: Li per formula unit from 0, rising, and falling potentials (n,); one curve, or two branches.

    ``couples``: how many; else as few as do. Errors: `HeterofilmError` for columns that are none, or more couples than
    a third of the points. ``progress`` is told how many couples are tried.
    """
    z, branches = _checked(theta, discharge_V, charge_V)
    if couples is not None and not 1 <= couples <= z.size // 3:
        raise InputError(f"{couples} couples cannot be told from {z.size} points; 1 to {z.size // 3} can.")
    best: tuple[Array, float] | None = None
    misfit, fruitless = np.inf, 0
    rows = np.empty((0, PARAMETERS))
    for n in range(1, (couples or min(MOST, z.size // 3)) + 1):
        if progress is not None:
            progress(n)
        rows, offset, found = min(
            (_fitted(start, z, branches) for start in _starts(n, rows, z, branches)), key=lambda fit: fit[2]
        )
        if couples is None and best is not None and found > WORTH * misfit:
            fruitless += 1
            if fruitless == PATIENCE:
                break
            continue
        best, misfit, fruitless = (rows, offset), found, 0
        if couples is None and _summary(rows, offset, z, branches).rms_V < SMALL:
            break
    assert best is not None
    return _summary(*best, z, branches)


def _checked(theta: Array, discharge: Array, charge: Array | None) -> tuple[Array, list[tuple[float, Array]]]:
    z = np.asarray(theta, float)
    branches = [(0.0, np.asarray(discharge, float))] if charge is None else []
    if charge is not None:
        branches = [(1.0, np.asarray(discharge, float)), (-1.0, np.asarray(charge, float))]
    for _, U in branches:
        if (
            z.ndim != 1
            or z.size < 8
            or U.shape != z.shape
            or not (np.all(np.diff(z) > 0.0) and np.all(np.diff(U) < 0.0))
        ):
            raise InputError(f"A table has {FEWEST} points or more, its filling rising and its potential falling.")
    return z - z[0], branches


def _filling(rows: Array, U: Array, h: float) -> Array:
    """theta + theta_0 of couples at potentials U."""
    kT = R * T_REFERENCE / F
    shifted = (U[:, None] - rows[:, U0] + 0.5 * h * rows[:, H]) / (rows[:, OMEGA] * kT)
    return np.asarray(
        (rows[:, X] / (1.0 + np.exp(np.clip(shifted, -500.0, 500.0)))).sum(axis=1)
        + BACKGROUND * rows[:, X].sum() * (U_REFERENCE - U)
    )


def _slopes(rows: Array, U: Array, h: float, hysteretic: bool) -> Array:
    """Of :func:`_filling` by ln X, U0, ln omega and ln H of every couple, and by theta_0."""
    w = rows[:, OMEGA] * R * T_REFERENCE / F
    shifted = np.clip((U[:, None] - rows[:, U0] + 0.5 * h * rows[:, H]) / w, -500.0, 500.0)
    share = 1.0 / (1.0 + np.exp(shifted))
    steep = rows[:, X] * share * (1.0 - share)
    by_X = rows[:, X] * (share + BACKGROUND * (U_REFERENCE - U[:, None]))
    columns = [by_X, steep / w, steep * shifted, *([-0.5 * h * rows[:, H] * steep / w] if hysteretic else [])]
    return np.column_stack([*columns, np.full(U.size, -1.0)])


def _potential(rows: Array, theta: Array, h: float) -> Array:
    kT = R * T_REFERENCE / F
    couples = np.column_stack([rows[:, X], rows[:, U0], rows[:, OMEGA] * kT, rows[:, H], np.zeros(len(rows))])
    b = BACKGROUND * float(rows[:, X].sum())
    return np.array([potential(float(at), h, 1.0, 3.0, couples, b, U_REFERENCE) for at in theta])


def _starts(n: int, before: Array, z: Array, branches: list[tuple[float, Array]]) -> Iterator[Array]:
    """Couples of equal charge at the potentials of their middles; and those of the fit before with one more."""
    U = np.mean([curve for _, curve in branches], axis=0)
    gap = abs(branches[0][1] - branches[-1][1]).mean()
    edges = np.linspace(0.0, z[-1], n + 1)
    middle = np.interp(0.5 * (edges[1:] + edges[:-1]), z, U)
    width = np.abs(np.diff(np.interp(edges, z, U))) / (4.0 * R * T_REFERENCE / F)
    yield np.column_stack([np.full(n, z[-1] / n), middle, np.clip(width, 0.1, 10.0), np.full(n, gap)])
    if len(before):
        missed = np.abs(_potential(before, z, 0.0) - U)
        at = int(np.argmax(np.where((z > 0.05 * z[-1]) & (z < 0.95 * z[-1]), missed, 0.0)))
        yield np.vstack([before, [0.2 * z[-1] / n, U[at], 1.0, gap]])
        largest = int(np.argmax(before[:, X]))  # or with the largest parted
        halves = np.repeat(before[[largest]], 2, axis=0) * [0.5, 1.0, 0.7, 1.0]
        spread = before[largest, OMEGA] * R * T_REFERENCE / F
        halves[:, U0] += [spread, -spread]
        yield np.vstack([np.delete(before, largest, axis=0), halves])


def _fitted(start: Array, z: Array, branches: list[tuple[float, Array]]) -> tuple[Array, float, float]:
    """Couples, offset and misfit (rms of distances): Levenberg and Marquardt over ln X, U0, ln omega, ln H, theta_0."""
    from scipy.optimize import least_squares

    full = float(z[-1])
    weights = [1.0 / (UNITS[0] * np.abs(np.gradient(z, U)) + UNITS[1] * full) for _, U in branches]
    highest, lowest = max(U[0] for _, U in branches), min(U[-1] for _, U in branches)
    hysteretic = len(branches) > 1
    gap = float(np.abs(branches[0][1] - branches[-1][1]).max())
    spans = [(1e-5 * full, 3.0 * full), (lowest - 0.5, highest + 0.5), (0.02, 20.0), (1e-5, max(2.0 * gap, 1e-3))]

    def rows_of(p: Array) -> Array:
        rows = np.zeros((len(start), PARAMETERS))
        for k, column in enumerate(p[:-1].reshape(-1, len(start))):
            rows[:, k] = np.clip(column if k == U0 else np.exp(np.minimum(column, 50.0)), *spans[k])
        return rows

    def distances(p: Array) -> Array:
        rows = rows_of(p)
        parts = [w * (_filling(rows, U, h) - p[-1] - z) for (h, U), w in zip(branches, weights, strict=True)]
        return np.concatenate(parts)

    def slopes(p: Array) -> Array:
        rows = rows_of(p)
        parts = [w[:, None] * _slopes(rows, U, h, hysteretic) for (h, U), w in zip(branches, weights, strict=True)]
        return np.concatenate(parts)

    columns = [np.log(np.clip(start[:, X], *spans[X])), start[:, U0], np.log(np.clip(start[:, OMEGA], *spans[OMEGA]))]
    if hysteretic:
        columns.append(np.log(np.clip(start[:, H], *spans[H])))
    guess = np.append(np.concatenate(columns), 0.0)
    found = least_squares(distances, guess, slopes, method="lm", ftol=1e-6, xtol=1e-6, max_nfev=TRIES)
    rows = rows_of(found.x)
    return rows[np.argsort(-rows[:, U0])], float(found.x[-1]), float(np.sqrt(np.mean(found.fun**2)))


def _summary(rows: Array, offset: float, z: Array, branches: list[tuple[float, Array]]) -> FittedPotential:
    missed = [_potential(rows, z + offset, h) - U for h, U in branches]
    every = np.concatenate(missed)
    worst = int(np.argmax(np.abs(every)))
    U = np.concatenate([curve for _, curve in branches])
    inner = np.tile((z > 0.02 * z[-1]) & (z < 0.98 * z[-1]), len(branches))
    couples = tuple(FittedCouple(*map(float, (r[U0], r[X], r[OMEGA], r[H]))) for r in rows)
    return FittedPotential(
        couples, offset, z, missed[0], missed[-1], float(np.sqrt(np.mean(every**2))), float(np.abs(every).max()),
        (float(z[worst % z.size]), float(U[worst])), float(np.sqrt(np.mean(every[inner] ** 2))),
    )  # fmt: skip
