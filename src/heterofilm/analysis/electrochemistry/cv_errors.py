"""How well the potential, the height and the charge of a voltammogram's peak are known, apart from the electrode."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .cv import Peak, noise_of, with_baseline
from .cv_sweeps import Sweep

__all__ = ["PeakErrors", "peak_errors"]


@dataclass(frozen=True)
class PeakErrors:
    """Standard uncertainties of a `Peak`: `potential_V`; `height` and `charge` in the units of the peak."""

    potential_V: float
    height: float
    charge: float


def peak_errors(sweep: Sweep, own: Sequence[Peak]) -> list[PeakErrors]:
    """Those of every peak `own` of a sweep.

    The potential is uncertain by the step between points and by the stretch around the top that the noise cannot tell
    from it; height and charge by the noise, and by half of what another baseline (a tangent, or a chord in place of
    one) would change.
    """
    V, i, t = sweep.voltage_V, sweep.current, sweep.time_s
    noise, step = noise_of(i), max(float(np.ptp(V)) / (V.size - 1), float(np.median(np.abs(np.diff(V)))))
    found = []
    for peak in own:
        again = with_baseline(sweep, peak, "chord" if peak.kind == "tangent" else "tangent") or peak
        if abs(again.potential_V - peak.potential_V) > peak.width_V / 2.0:
            again = peak  # what stands above the other baseline is something else
        near = np.abs(V - peak.potential_V) <= peak.width_V / 2.0
        # two points of which each may err by twice the noise
        flat = V[near & (np.abs(i - peak.current) <= 4.0 * min(noise, 2.0 * peak.noise))]
        at = math.hypot(step / 12**0.5, float(np.ptp(flat)) / 12**0.5 if flat.size else 0.0)
        height = math.hypot(peak.noise, (again.height - peak.height) / 2.0)
        # a baseline that is off by the noise of its feet is so over the whole foot of the peak
        foot = float(np.ptp(t)) / len(own) * (0.0 if peak.kind == "zero" else 1.0)
        dt = float(np.ptp(t)) / (t.size - 1)
        scatter = noise * dt * max(1.0, peak.width_V / max(step, 1e-300)) ** 0.5
        charge = math.hypot(peak.noise * foot / 2.0, scatter, (again.charge - peak.charge) / 2.0)
        found.append(PeakErrors(at, height, charge))
    return found
