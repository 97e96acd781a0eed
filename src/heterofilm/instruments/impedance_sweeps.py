"""The sweeps in a column of frequencies, and the sign of an imaginary part: by its heading, else by the numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..records.spectrum import LEAST
from .headings import split

__all__ = ["MINUS", "gain_and_phase", "groups_of", "name_of", "runs_of", "sign_of", "sweeps"]

Array = NDArray[Any]
NEARLY_REAL = 0.2  # rad: mean phase below which the relation, which is local, tells nothing
DECIDED = 0.8  # of `gain_and_phase`, beyond which modulus and phase tell the sign of the imaginary part


def name_of(name: str, k: int, count: int, groups: dict[str, Array], row: int) -> str:
    if count == 1:
        return name
    if "cycle" in groups:
        return f"cycle {int(groups['cycle'][row])}"
    if "temperature" in groups:
        return f"{groups['temperature'][row] - 273.15:.4g} °C"
    return f"sweep {k}"


_GROUPS = (
    ("cycle", re.compile(r"cyc", re.IGNORECASE)),
    ("spectrum", re.compile(r"(?:step|spectrum|sweep|scan|measurement|index)\b", re.IGNORECASE)),
    ("temperature", re.compile(r"(?:temp|t\s*[/(\[]\s*(?:°|deg|k\b|c\b))", re.IGNORECASE)),
)


def groups_of(headings: Sequence[str], numbers: Array) -> dict[str, Array]:
    """Columns that tell spectra apart: cycle, spectrum, and the temperature in K."""
    found: dict[str, Array] = {}
    for k, heading in enumerate(headings):
        for kind, pattern in _GROUPS:
            if kind in found or not pattern.match(heading.strip()):
                continue
            values = numbers[:, k]
            if kind == "temperature":
                unit = split(heading)[1] or ("degC" if np.median(values) < 200.0 else "K")
                values = values + (273.15 if unit in ("degC", "C") else 0.0)
            elif not (values == np.rint(values)).all():
                continue
            found[kind] = values
    return found


def runs_of(f: Array, groups: dict[str, Array]) -> tuple[list[tuple[int, int]], int]:
    """Rows of each spectrum, (first, last + 1), and how many rows belong to none."""
    new = np.zeros(f.size, bool)
    for kind, values in groups.items():
        changes = np.abs(np.diff(values)) > (2.0 if kind == "temperature" else 0.0)
        edges = [0, *(np.flatnonzero(changes) + 1), f.size]
        if min(b - a for a, b in pairwise(edges)) >= LEAST:  # else it counts something else, such as the points
            new[1:] |= changes
    blocks = [0, *np.flatnonzero(new), f.size]
    runs = [(a + c, a + d) for a, b in pairwise(blocks) for c, d in sweeps(f[a:b])]
    return runs, f.size - sum(b - a for a, b in runs)


MINUS = re.compile(r"\s*(?:[-\u2212\u2013]|minus\b|neg)", re.IGNORECASE)


def sign_of(heading: str, f: Array, Z: Array, runs: list[tuple[int, int]], keep: bool) -> tuple[float, str]:
    """What the third column is multiplied by to be Im Z, and why."""
    count = f"{int(np.sum(Z.imag > 0.0))} of {f.size} rows"
    if keep:
        return 1.0, f"the third column is positive in {count}: kept, as asked"
    fits = sum((b - a) * gain_and_phase(f[a:b], Z[a:b]) for a, b in runs) / f.size
    if heading:
        sign, words = (-1.0, "-Im Z") if MINUS.match(heading) else (1.0, "Im Z")
        if sign * fits > -DECIDED:
            return sign, f"the heading '{heading}' says {words}"
        other = "Im Z" if sign < 0.0 else "-Im Z"
        return -sign, (
            f"mind the sign: the heading '{heading}' says {words}, but then the modulus would rise where the phase is "
            f"negative, which no passive sample does; it was taken as {other}"
        )
    negative = int(np.sum(Z.imag < 0.0))
    majority = 1.0 if 2 * negative >= f.size else -1.0
    said = f"negative in {negative}" if majority > 0.0 else f"positive in {f.size - negative}"
    said = (
        f"no heading states a sign; the third column is {said} of {f.size} rows: {'Im Z' if majority > 0 else '-Im Z'}"
    )
    if majority * fits < -DECIDED:
        return -majority, f"{said} by the majority, but modulus and phase go together the other way round only: turned"
    return majority, said


def gain_and_phase(frequency_Hz: Array, impedance: Array) -> float:
    """1 where the phase goes with the slope of the modulus as in a passive sample, -1 in its conjugate; shape (n,).

    Bode's relation (Network Analysis and Feedback Amplifier Design, 1945): the phase is near pi/2 d ln|Z| / d ln w. The
    product of the two, over its magnitude; 0 for a spectrum that is nearly real.
    """
    order = np.argsort(frequency_Hz, kind="stable")
    x, Z = np.log(frequency_Hz[order]), impedance[order]
    kept = np.concatenate([[True], np.diff(x) > 1e-9])
    x, Z = x[kept], Z[kept]
    if x.size < 3 or not (np.abs(Z) > 0.0).all():
        return 0.0
    # over two neighbours on either side, so that noise does not count for much
    span = min(2, (x.size - 1) // 2)
    slope = (np.log(np.abs(Z[2 * span :])) - np.log(np.abs(Z[: -2 * span]))) / (x[2 * span :] - x[: -2 * span])
    phase = np.angle(Z[span:-span])
    if float(np.abs(phase).mean()) < NEARLY_REAL:
        return 0.0
    product = slope * phase
    size = float(np.abs(product).sum())
    return float(product.sum()) / size if size > 0.0 else 0.0


def sweeps(frequency: Array) -> list[tuple[int, int]]:
    """Rows of each sweep of the frequency, shape (n,), as (first, last + 1): up, down, or again from the start.

    A sweep goes in one direction. Runs of fewer than five rows belong to none and are left out; where that would leave
    less than half of the rows, the frequencies are in no order and all rows are one spectrum.
    """
    f = np.asarray(frequency, float)
    way = np.sign(np.diff(f))
    starts, direction, alike = [0], 0.0, 0
    for k, step in enumerate(way):
        if step == 0.0:
            alike += 1
            continue
        if direction == 0.0:
            direction = step
        elif step != direction:
            after = way[k + 1 :][way[k + 1 :] != 0.0]
            if after.size and after[0] == step:  # a turn: of points alike at it, half belong to each sweep
                starts.append(k + 1 - (alike + 1) // 2)
            else:  # a jump back: the same way again
                starts.append(k + 1)
            direction = float(after[0]) if after.size else 0.0
        alike = 0
    runs = [(a, b) for a, b in pairwise([*starts, f.size]) if b - a >= LEAST]
    return runs if 2 * sum(b - a for a, b in runs) > f.size else [(0, f.size)]
