"""An open-circuit potential from data: the branches of a slow cycle, or the rests of a titration.

A slow cycle holds the open-circuit potential and what the current costs. Where charge and discharge are both there,
half of what lies between them is polarisation and hysteresis together, which one rate cannot tell apart; a known
resistance can be taken off. A titration gives the potential at rest, as far as the rests were long enough.

Noise is made monotone by isotonic regression (pool adjacent violators) and averaged over pieces of equal length of the
curve, so that plateaus and steps get their points alike.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ...files import atomic
from ...library.curve import monotone
from ...library.ocv import FEWEST
from ...records.columns import passed
from ...records.record import Record
from ...units import from_si
from .gitt import rest_slope
from .half_cycles import Half, half_cycles
from .pulses import find_pulses

__all__ = ["POINTS", "MeasuredPotential", "ocv_from"]

Array = NDArray[np.float64]
Branch = tuple[Array, Array]  # charge from the charged end (C/m2), potential (V)
Branches = Literal["both", "mean", "discharge", "charge"]
POINTS = 201
SLOW = 20.0  # h of a half cycle, from which it counts as slow
ONSET = 2e-3  # of the charge of a half cycle, in which the current's own loss sets in
EVEN = 0.05  # by which charge and discharge may differ without a word


@dataclass(frozen=True, eq=False)
class MeasuredPotential:
    """A table of the open-circuit potential.

    - `charge_C_m2`: what has gone in since the charged end, rising (n,);
    - `discharge_V`, `charge_V`: potential while Li goes in and comes out (n,); the same array where there is one curve;
    - `method`: "slow cycle" or "titration"; `notes`: what was assumed and what is in doubt, in sentences;
    - `data`: what it was made from, as charge (C/m2) and potential (V) by the name of the branch;
    - `rms_V`, `worst_V`: distance of the table from that, over all points.
    """

    charge_C_m2: Array
    discharge_V: Array
    charge_V: Array
    method: str
    notes: tuple[str, ...]
    data: dict[str, Branch]
    rms_V: float
    worst_V: float
    thickness_m: float | None = None

    @property
    def has_branches(self) -> bool:
        """Whether charge and discharge have a curve each."""
        return self.charge_V is not self.discharge_V

    @property
    def capacity(self) -> float:
        """Between the ends, C/m2."""
        return float(self.charge_C_m2[-1])

    def column(self, x: tuple[float, float] | None = None) -> tuple[str, Array, str]:
        """Heading and numbers of how much Li is in, and in words how that was counted.

        ``x``: Li per formula unit at the charged and the discharged end; else the capacity per volume of film where
        its thickness is known, else the share of the whole.
        """
        share = self.charge_C_m2 / self.capacity
        if x is not None:
            if not 0.0 <= x[0] < x[1] <= 20.0:
                raise InputError(f"x must rise from 0 or more to 20 at most, not from {x[0]:g} to {x[1]:g}.")
            return (
                "x",
                x[0] + (x[1] - x[0]) * share,
                f"the {from_si(self.capacity, 'uAh/cm2'):.4g} uAh/cm2 are x from {x[0]:g} to {x[1]:g}",
            )
        if self.thickness_m is not None:
            per_volume = share * from_si(self.capacity / self.thickness_m, "uAh/cm2/um")
            words = f"capacity of a film of {1e9 * self.thickness_m:.4g} nm, taken as dense and wholly active"
            return "capacity [uAh/cm2/um]", per_volume, words
        return (
            "filling",
            share,
            "share of the charge between the ends; state the lithium of a filling of 1",
        )

    def text(self, source: str, x: tuple[float, float] | None = None) -> str:
        """The table as a csv for [ocv], with what it was made from in its head."""
        heading, amount, counted = self.column(x)
        head = [
            f"# Open-circuit potential against Li+/Li from {source}, {self.method}.",
            *(f"# {note[:1].upper()}{note[1:]}." for note in (*self.notes, counted)),
            f"# The table lies within {1e3 * self.rms_V:.2g} mV (root mean square) of the data.",
        ]
        names, columns = [heading, "U [V]"], [amount, self.discharge_V]
        if self.has_branches:
            names, columns = [heading, "U_discharge [V]", "U_charge [V]"], [amount, self.discharge_V, self.charge_V]
        rows = [", ".join(f"{number:.9g}" for number in row) for row in zip(*columns, strict=True)]
        return "\n".join([*head, ", ".join(names), *rows]) + "\n"

    def save(self, path: str | Path, source: str = "data", x: tuple[float, float] | None = None) -> Path:
        """Write that csv, whole or not at all."""
        text = self.text(source, x)
        return atomic(Path(path), lambda place: place.write_text(text, encoding="utf-8"))


def ocv_from(
    record: Record,
    *,
    cycle: int | None = None,
    branches: Branches = "both",
    resistance_ohm_m2: float = 0.0,
    points: int = POINTS,
) -> MeasuredPotential:
    """The open-circuit potential in a record of the film against Li: of its titration, where it has one, else of a
    slow cycle (``cycle``, or the last that has a discharge and a charge).

    ``branches``: a curve for each direction, their mean, or one of them. ``resistance_ohm_m2`` times the current is
    taken off a slow cycle.

    Errors: `HeterofilmError` for a record without either, or too few points.
    """
    if branches not in ("both", "mean", "discharge", "charge"):
        raise InputError(f"The branches are both, mean, discharge or charge, not {branches!r:.40}.")
    if not FEWEST <= points <= 2000:
        raise InputError(f"A table has {FEWEST} to 2000 points, not {points}.")
    found, notes, method = _titration(record) if cycle is None else ({}, [], "")
    if found and resistance_ohm_m2:
        raise InputError("At rest no current flows: a titration needs no resistance taken off.")
    if not found:
        found, notes, method = _slow_cycle(record, cycle, resistance_ohm_m2)
    if branches in ("discharge", "charge"):
        if branches not in found:
            raise InputError(f"This record holds no {branches} to make the table of.")
        found = {branches: found[branches]}
    for name, (q, _) in found.items():
        if q.size < FEWEST:
            raise InputError(f"The {name} has {q.size} points; a table of the open-circuit potential needs {FEWEST}.")
    thickness = record.meta.get("thickness_m")
    return _table(
        found,
        notes,
        method,
        branches == "mean",
        points,
        float(thickness) if isinstance(thickness, int | float) else None,
    )


def _titration(record: Record) -> tuple[dict[str, Branch], list[str], str]:
    """Potentials at the end of the rests, by the direction of the pulses before them; nothing where there are few."""
    frame = record.frame
    t, V, i = (frame[name].to_numpy() for name in ("time_s", "voltage_V", "current_A_m2"))
    if t.size < 3 or not np.abs(i).max() > 0.0:
        return {}, [], ""
    moved = passed(frame).to_numpy()
    pulses = find_pulses(t, i)
    rests: list[tuple[float, float, float, bool]] = []  # charge, potential, V/s at the end, while Li went in
    for k, (a, b) in enumerate(pulses):
        until = pulses[k + 1][0] if k + 1 < len(pulses) else t.size
        if until - (b + 1) < 3:
            continue
        if not rests and a >= 1:
            rests.append((moved[a], float(V[a - 1]), 0.0, bool(i[a : b + 1].mean() > 0.0)))
        slope, _ = rest_slope(t[b + 1 : until], V[b + 1 : until])
        rests.append((moved[until - 1], float(V[until - 1]), slope, bool(i[a : b + 1].mean() > 0.0)))
    found: dict[str, Branch] = {}
    kept: list[tuple[float, float, float, bool]] = []
    for lithiates, run in itertools.groupby(rests, key=lambda rest: rest[3]):
        one = list(run)
        if len(one) >= FEWEST:  # cycles with rests between them turn around at every one
            kept += one
            q, U = np.array([rest[:2] for rest in sorted(one)]).T
            found["discharge" if lithiates else "charge"] = (q, U)
    if not found:
        return {}, [], ""
    start = min(float(q.min()) for q, _ in found.values())
    found = {name: (q - start, U) for name, (q, U) in found.items()}
    moving = np.abs([slope for _, _, slope, _ in kept[1:]])
    pulse = float(np.median([abs(i[a : b + 1].mean()) for a, b in pulses]))
    notes = [
        f"{len(kept)} rests of a titration with pulses of {from_si(pulse, 'uA/cm2'):.3g} uA/cm2; the potential is that "
        "at the end of each rest",
        f"at their ends the rests still moved by {from_si(float(np.median(moving)), 'mV/h'):.2g} mV/h in the middle, "
        f"{from_si(float(moving.max()), 'mV/h'):.2g} mV/h at most: what is left of the relaxation is in the table",
    ]
    return found, notes, "titration"


def _slow_cycle(record: Record, cycle: int | None, resistance: float) -> tuple[dict[str, Branch], list[str], str]:
    """Discharge and charge of one cycle, laid side by side by the charge that has passed."""
    every = list(half_cycles(record, record.steps["cycle"].to_list()))
    chosen = _chosen(every, cycle)
    found: dict[str, Branch] = {}
    notes: list[str] = []
    net, fast = 0.0, False
    for _, steps, kind in sorted(chosen, key=lambda half: half[1]):
        q, U, i, hours = _half(record, steps, kind)
        way = 1.0 if kind == "discharge" else -1.0
        found[kind] = (net + way * q, U + resistance * i)
        net = float(found[kind][0][-1])
        current = from_si(abs(float(np.median(i))), "uA/cm2")
        rate = f"C/{hours:.3g}" if hours >= 1.0 else f"{1.0 / hours:.3g} C"
        notes.append(f"{kind} of cycle {chosen[0][0]}: {current:.3g} uA/cm2, {hours:.3g} h or {rate}")
        fast = fast or hours < SLOW
    if fast:
        notes.append(
            f"faster than C/{SLOW:g}: what diffusion and charge transfer cost is in the table; measure slower, or take "
            "rests of a titration"
        )
    start = min(float(q.min()) for q, _ in found.values())
    found = {name: (q - start, U) for name, (q, U) in found.items()}
    notes.append(f"the first {100.0 * ONSET:g} % of the charge, in which the loss sets in, are left out")
    notes.append(
        f"{from_si(resistance, 'ohm cm2'):.4g} ohm cm2 times the current taken off"
        if resistance
        else "no resistance times the current was taken off"
    )
    if len(found) == 2:
        (q_d, U_d), (q_c, U_c) = ((q[order], U[order]) for q, U, order in (
            (*found[name], np.argsort(found[name][0])) for name in ("discharge", "charge")))  # fmt: skip
        low, high = max(q_d[0], q_c[0]), min(q_d[-1], q_c[-1])
        between = np.linspace(low, high, 201)
        gap = np.interp(between, q_c, U_c) - np.interp(between, q_d, U_d)
        notes.append(
            f"charge lies {1e3 * np.median(gap):.3g} mV above discharge in the middle ({1e3 * gap.min():.3g} to "
            f"{1e3 * gap.max():.3g} mV): hysteresis and twice the polarisation, which one rate does not tell apart: "
            "branches take all of it for hysteresis, their mean all of it for polarisation"
        )
        share = (q_c[-1] - q_c[0]) / (q_d[-1] - q_d[0])
        if abs(share - 1.0) > EVEN:
            notes.append(
                f"the charge moved {100.0 * share:.3g} % of what the discharge did; the branches lie side by side by "
                "the charge that has passed, unscaled"
            )
    return found, notes, "slow cycle"


def _chosen(every: Sequence[Half], cycle: int | None) -> list[Half]:
    """One discharge and one charge of a cycle, or what there is of them."""
    by_cycle: dict[int, dict[str, Half]] = {}
    for half in every:
        by_cycle.setdefault(half[0], {}).setdefault(half[2], half)
    if cycle is not None and cycle not in by_cycle:
        known = ", ".join(map(str, list(by_cycle)[:12])) or "none"
        raise InputError(f"The record has no curve of cycle {cycle}; with curves: {known}.")
    if not by_cycle:
        raise InputError("The record holds neither a titration nor the curve of a discharge or charge.")
    whole = [number for number, halves in by_cycle.items() if len(halves) == 2]
    return list(by_cycle[cycle if cycle is not None else whole[-1] if whole else max(by_cycle)].values())


def _half(record: Record, steps: Sequence[int], kind: str) -> tuple[Array, Array, Array, float]:
    """Charge moved (a magnitude, C/m2), potential and current over a half cycle, and its length (h) without rests."""
    parts: list[tuple[Array, ...]] = []
    moved, hours = 0.0, 0.0
    for step in steps:
        frame = record.step(step).frame
        t, V, i, Q = (frame[n].to_numpy() for n in ("time_s", "voltage_V", "current_A_m2", "charge_C_m2"))
        q = moved + np.abs(Q - Q[0])
        moved, hours = float(q[-1]), hours + from_si(float(t[-1] - t[0]), "h")
        parts.append((q, V, i))
    q, V, i = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    flows = (np.abs(i) > 0.02 * np.abs(i).max()) & (q >= ONSET * q[-1])  # before, the cell was still at rest
    if flows.sum() < FEWEST:
        raise InputError(f"The {kind} has {int(flows.sum())} points with a current; at least {FEWEST} are needed.")
    return q[flows], V[flows], i[flows], max(hours, 1e-9)


def _table(
    found: dict[str, Branch], notes: list[str], method: str, mean: bool, points: int, thickness: float | None
) -> MeasuredPotential:
    """Branches over common charges, spaced evenly along the curve."""
    points = min(points, max(q.size for q, _ in found.values()))
    smooth = {name: monotone(*smoothed(q, U, points)) for name, (q, U) in found.items()}
    low, high = max(float(c.x[0]) for c in smooth.values()), min(float(c.x[-1]) for c in smooth.values())
    widest = max(float(c.x[-1]) for c in smooth.values()) - min(float(c.x[0]) for c in smooth.values())
    if high - low < (1.0 - EVEN) * widest:
        notes = [
            *notes,
            f"only {100.0 * (high - low) / widest:.3g} % of the charge is in both branches and the table",
        ]
    if not high > low:
        raise InputError("Charge and discharge have no charge in common; take one of the branches.")
    only = next(iter(smooth.values()))
    if len(smooth) == 1 and only.x.size <= points:
        q = only.x  # the data themselves
    else:
        fine = np.linspace(low, high, 20 * points)
        length = _along(fine, np.mean([c.value(fine) for c in smooth.values()], axis=0))
        q = np.interp(np.linspace(0.0, length[-1], points), length, fine)
    values = {name: c.value(q) for name, c in smooth.items()}
    first = values.get("discharge", values.get("charge"))
    assert first is not None
    second = first
    if len(values) == 2:
        second = values["charge"]
        crossed = second < first
        if crossed.any():
            notes = [*notes, f"charge lies below discharge at {int(crossed.sum())} points, which got their mean"]
        centre = 0.5 * (first + second)
        first, second = np.where(crossed, centre, first), np.where(crossed, centre, second)
        if mean:
            first = second = centre
    off = []
    for name, (q_all, U) in found.items():
        inside = (q_all >= low) & (q_all <= high)
        curve = monotone(q, second if name == "charge" else first)
        if not (mean and len(found) == 2):
            off.append(curve.value(q_all[inside]) - U[inside])
    every = np.concatenate(off) if off else np.zeros(1)
    return MeasuredPotential(
        q - low, first, second, method, tuple(notes), {name: (x - low, U) for name, (x, U) in found.items()},
        float(np.sqrt(np.mean(every**2))), float(np.abs(every).max()), thickness,
    )  # fmt: skip


def _along(q: Array, U: Array) -> Array:
    """Length along a curve, both axes over their range."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(q) / np.ptp(q), np.diff(U) / max(np.ptp(U), 1e-12)))])


def smoothed(q: Array, U: Array, pieces: int) -> Branch:
    """Strictly falling points of noisy ones: isotonic regression, then means over equal pieces of the curve."""
    from scipy.optimize import isotonic_regression

    order = np.argsort(q, kind="stable")
    q, at, counts = _distinct(q[order], U[order])
    fit: Any = isotonic_regression(at, weights=counts, increasing=False)
    edges = np.asarray(fit.blocks)
    weights = np.add.reduceat(counts, edges[:-1])
    q_block = np.add.reduceat(q * counts, edges[:-1]) / weights
    U_block = np.add.reduceat(at * counts, edges[:-1]) / weights
    if U_block.size < 3:
        raise InputError("The potential does not fall as Li goes in: is the sign of the current right?")
    q_block[0], q_block[-1] = q[0], q[-1]
    if q_block.size <= pieces:
        return q_block, U_block
    length = _along(q_block, U_block)
    piece = np.minimum((length / length[-1] * pieces).astype(int), pieces - 1)
    piece[0], piece[-1] = -1, pieces  # the ends stay as they are
    starts = np.flatnonzero(np.diff(piece, prepend=-2))
    total = np.add.reduceat(weights, starts)
    return np.add.reduceat(q_block * weights, starts) / total, np.add.reduceat(U_block * weights, starts) / total


def _distinct(q: Array, U: Array) -> tuple[Array, Array, Array]:
    """Means of the points at one charge, and how many they are."""
    tolerance = 1e-9 * max(float(np.ptp(q)), 1e-30)
    starts = np.flatnonzero(np.diff(q, prepend=-np.inf) > tolerance)
    counts = np.diff(np.append(starts, q.size)).astype(float)
    ends = list(itertools.pairwise([*starts.tolist(), q.size]))
    return q[starts], np.array([U[a:b].mean() for a, b in ends]), counts
