"""How well the potential, the height and the charge of a voltammogram's peak are known, apart from the electrode."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .cv import Peak, Sweep, peaks

__all__ = ["PeakErrors", "peak_errors"]


@dataclass(frozen=True)
class PeakErrors:
    """Standard uncertainties of a `Peak`: `potential_V`; `height` and `charge` in the units of the peak."""

    potential_V: float
    height: float
    charge: float


def peak_errors(sweep: Sweep, own: Sequence[Peak]) -> list[PeakErrors]:
    """Those of every peak `own` of a sweep, found above chords.

    The potential is uncertain by the step between points and by the stretch around the top that the noise cannot tell
    from it; height and charge by the noise and by the choice of the baseline (chord or tangent). A chord rests on the
    lowest points, which noise pulls down by about twice its size, over the whole foot of a peak.
    """
    if not own:
        return []
    other = peaks(sweep, baseline="tangent")
    foot = float(np.ptp(sweep.time_s)) / len(own)  # s
    V, i = sweep.voltage_V, sweep.current
    noise = float(np.median(np.abs(np.diff(i, 2)))) * 1.4826 / 6**0.5 if i.size > 4 else 0.0
    step = float(np.median(np.abs(np.diff(V))))
    found = []
    for peak in own:
        again = min(other, key=lambda p, at=peak.potential_V: abs(p.potential_V - at), default=peak)  # type: ignore[misc]
        near = np.abs(V - peak.potential_V) <= peak.width_V / 2.0
        # two points of which each may err by twice the noise
        flat = V[near & (np.abs(i - peak.current) <= 4.0 * noise)]
        at = math.hypot(step / 12**0.5, float(np.ptp(flat)) / 12**0.5 if flat.size else 0.0)
        height = math.hypot(2.0 * noise, (again.height - peak.height) / 2.0)
        charge = math.hypot(2.0 * noise * foot, (again.charge - peak.charge) / 2.0)
        found.append(PeakErrors(at, height, charge))
    return found
