"""Direct-current resistance: what the voltage answers to every step of the current.

    R(t) = -(E(t) - E_0)/(i - i_0),   E_0, i_0 just before the step, t since then

At the first reading after the step it holds the ohmic part and what relaxed until then (charge transfer, mostly); how
late that reading came stands beside it. At the end of the pulse it holds, besides diffusion, the change of the rest
potential by the charge that was moved, and is therefore an upper bound of the resistance. Current is positive on
discharge, so that R is positive.

A step counts between settled values. A row between them, on which the current is on its way (testers record means over
an interval), is passed over; where the current goes on in more such rows there is no step.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ...errors import InputError
from ...records.record import Record

__all__ = ["resistances"]

STEP = 0.1  # of the largest current: a change by less is no step
STEADY = 0.02  # of the step: the current of a pulse stays within


def resistances(record: Record) -> pl.DataFrame:
    """A row per step of the current, where the record holds the curve on both sides of it.

    ``start_s``, ``cycle``, ``voltage_V`` (before), ``from_A_m2``, ``to_A_m2``, ``first_s`` and ``R_first_ohm_m2``
    (at the first reading of the settled current), ``passed`` (rows on the way there, 0 or 1), ``length_s`` and
    ``R_end_ohm_m2`` (at the last before the current changes again).

    Errors: `HeterofilmError` for a record in which the current never steps.
    """
    frame = record.frame
    t, V, i, step = (frame[name].to_numpy() for name in ("time_s", "voltage_V", "current_A_m2", "step"))
    jump = np.diff(i)
    gap = np.diff(step) > 1  # cycles whose curves were not kept lie between
    rows = []
    for k, to in _steps(i, (np.abs(jump) > STEP * np.abs(i).max(initial=0.0)) & ~gap, gap):
        whole = i[to] - i[k]
        over = (np.abs(i[to + 1 :] - i[to]) > STEADY * abs(whole)) | gap[to:]
        last = to + (int(np.argmax(over)) if over.any() else over.size)
        rows.append({
            "start_s": t[k], "cycle": int(frame["cycle"][to]), "voltage_V": V[k], "from_A_m2": i[k],
            "to_A_m2": i[to], "first_s": t[to] - t[k], "passed": to - k - 1, "R_first_ohm_m2": -(V[to] - V[k]) / whole,
            "length_s": t[last] - t[k], "R_end_ohm_m2": -(V[last] - V[k]) / whole,
        })  # fmt: skip
    if not rows:
        raise InputError("The current of this record never steps, so it shows no resistance; pulses with rests do.")
    return pl.DataFrame(rows)


def _steps(i: NDArray[Any], large: NDArray[np.bool_], gap: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The rows before and after each step; `large` and `gap` are of the intervals between the rows, shape (n - 1,)."""
    jump = np.diff(i)
    found = []
    for k in np.flatnonzero(large).tolist():
        if k and large[k - 1] and jump[k - 1] * jump[k] > 0.0:
            continue  # on the way: the step began before
        begin, to = k, k + 1
        if goes_on := _on(jump, gap, k, k + 1):
            whole = jump[k] + jump[k + 1]
            settles = k + 2 == jump.size or gap[k + 2] or abs(jump[k + 2]) <= STEADY * abs(whole)
            if settles or jump[k + 2] * whole < 0.0:
                to = k + 2
            elif large[k + 1]:
                continue
        if not goes_on and k and _on(jump, gap, k, k - 1):
            whole = jump[k - 1] + jump[k]
            if k == 1 or gap[k - 2] or abs(jump[k - 2]) <= STEADY * abs(whole):
                begin = k - 1
        found.append((begin, to))
    return found


def _on(jump: NDArray[Any], gap: NDArray[np.bool_], k: int, other: int) -> bool:
    """Whether the jump beside that at `k` goes the same way by more than a settled current drifts."""
    if other >= jump.size or gap[other] or jump[k] * jump[other] <= 0.0:
        return False
    return bool(abs(jump[other]) > STEADY * abs(jump[k] + jump[other]))
