"""A cell whose every number is known: constant currents, a smooth curve, no simulation."""

import numpy as np
import polars as pl

from heterofilm.records.record import Record

AREA = 1.2e-4  # m2
THICKNESS = 3.0e-7  # m


def potential(x: np.ndarray) -> np.ndarray:
    """V against the share x of the film that is lithiated, for 0 ... 1."""
    return 3.6 - 1.4 * x - 0.12 * np.tanh((x - 0.5) / 0.08)


def made_cell(
    cycles: int = 3, *, capacity: float = 1000.0, fade: float = 0.01, points: int = 80, rate: float = 0.5
) -> Record:
    """A rest, then `cycles` of a discharge and a charge at constant current.

    `capacity` in C/m2 of the first discharge, less by `fade` (share) in each following cycle; every charge gives back
    all but a tenth of `fade` of what was discharged; `rate` in 1/h.
    """
    current = capacity * rate / 3600.0
    steps, start, number = [], 60.0, 1
    steps.append((np.linspace(0.0, 60.0, 5), np.full(5, potential(np.zeros(1))[0]), np.zeros(5), np.zeros(5), 1))
    for cycle in range(1, cycles + 1):
        Q = capacity * (1.0 - fade) ** (cycle - 1)
        for sign, moved in ((1.0, Q), (-1.0, Q * (1.0 - 0.1 * fade))):
            q = np.linspace(0.0, moved, points)
            x = q / capacity if sign > 0 else (Q - q) / capacity
            steps.append(
                (start + q / current, potential(x) - sign * 0.02, sign * current * np.ones(points), sign * q, cycle)
            )
            start += moved / current
    frames = []
    for number, (time, volt, i, q, cycle) in enumerate(steps, 1):
        frames.append(
            pl.DataFrame(
                {
                    "time_s": time, "voltage_V": volt, "current_A_m2": i, "charge_C_m2": q,
                    "step": np.full(time.size, number), "cycle": np.full(time.size, cycle),
                }
            )
        )  # fmt: skip
    meta = {"name": "made", "kind": "simulated", "area_m2": AREA, "thickness_m": THICKNESS}
    return Record(pl.concat(frames), meta=meta)
