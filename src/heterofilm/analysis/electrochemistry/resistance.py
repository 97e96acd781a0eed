"""Direct-current resistance: what the voltage answers to every step of the current.

    R(t) = -(E(t) - E_0)/(i - i_0),   E_0, i_0 just before the step, t since then

At the first reading after the step it holds the ohmic part and what relaxed until then (charge transfer, mostly); how
late that reading came stands beside it. At the end of the pulse it holds, besides diffusion, the change of the rest
potential by the charge that was moved, and is therefore an upper bound of the resistance. Current is positive on
discharge, so that R is positive.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from ...errors import InputError
from ...records.record import Record

__all__ = ["resistances"]

STEP = 0.1  # of the largest current: a change by less is no step
STEADY = 0.02  # of the step: the current of a pulse stays within


def resistances(record: Record) -> pl.DataFrame:
    """A row per step of the current, where the record holds the curve on both sides of it.

    ``start_s``, ``cycle``, ``voltage_V`` (before), ``from_A_m2``, ``to_A_m2``, ``first_s`` and ``R_first_ohm_m2`` (at
    the first reading), ``length_s`` and ``R_end_ohm_m2`` (at the last before the current changes again).

    Errors: `HeterofilmError` for a record in which the current never steps.
    """
    frame = record.frame
    t, V, i, step = (frame[name].to_numpy() for name in ("time_s", "voltage_V", "current_A_m2", "step"))
    jump = np.diff(i)
    gap = np.diff(step) > 1  # cycles whose curves were not kept lie between
    begins = np.flatnonzero((np.abs(jump) > STEP * np.abs(i).max(initial=0.0)) & ~gap)
    rows = []
    for k in begins.tolist():
        over = (np.abs(i[k + 2 :] - i[k + 1]) > STEADY * abs(jump[k])) | gap[k + 1 :]
        last = k + 1 + (int(np.argmax(over)) if over.any() else over.size)
        rows.append({
            "start_s": t[k], "cycle": int(frame["cycle"][k + 1]), "voltage_V": V[k], "from_A_m2": i[k],
            "to_A_m2": i[k + 1], "first_s": t[k + 1] - t[k], "R_first_ohm_m2": -(V[k + 1] - V[k]) / jump[k],
            "length_s": t[last] - t[k], "R_end_ohm_m2": -(V[last] - V[k]) / jump[k],
        })  # fmt: skip
    if not rows:
        raise InputError("The current of this record never steps, so it shows no resistance; pulses with rests do.")
    return pl.DataFrame(rows)
