"""Galvanostatic intermittent titration: a diffusivity from each pulse, and whether it is one.

Weppner, Huggins, J. Electrochem. Soc. 124 (1977) 1569. A film of thickness L takes up Li through one face during a
current pulse of length tau. For times short against L^2/D its back does not know yet, the surface concentration grows
with sqrt(t), and with it the potential (once the ohmic and charge-transfer drop is taken away):

    D = 4 L^2/(pi tau) (dE_s/dE_t)^2,   tau << L^2/D

dE_s is the change of the rest potential by the pulse, dE_t the change during the pulse without the drop. The drop is
the intercept of the line E over sqrt(t), so that it takes away the charge transfer too; dE_t = slope sqrt(tau).

For a sphere of radius r the same formula holds with L = r/3, the ratio of volume to surface.

How short is short: for a slab with constant D the line errs in D by 0.6 % at D tau/L^2 = 0.25, 3 % at 0.35, 35 % at 1,
and tends to D tau/L^2 of 0.7 to 0.9 whatever D is: a fast film yields a number that only says how long the pulse
was. (Surface response of a slab to a constant flux: Carslaw, Jaeger, Conduction of Heat in Solids, section 3.8.)
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from ...errors import InputError
from ...records.record import Record
from ...units import si
from ..columns import columns, line
from .pulses import LEAST, find_pulses, short_pulses, switched

__all__ = ["GittPulse", "gitt", "gitt_table", "hysteresis_doubt", "pulses_of", "rest_slope"]

Array = NDArray[Any]

SHORT = 0.25  # D tau / L^2 up to which the formula holds to 1 %: see above
LINEAR = 0.995  # R2 of E over sqrt(t) from which it counts as a line
RESTING = 0.05  # the rest may still move by this share of dE_s, were it as long again
LOOSE = 0.15  # of D: what its rows may leave open
PLATEAU = 1e-3  # V: a rest potential that moves less tells no slope of the titration curve


@dataclass(frozen=True)
class GittPulse:
    """One pulse.

    - `number`, `start_s`, `tau_s`: its place, its begin and its length;
    - `current`: mean over the pulse, in the unit and sign of the data;
    - `E_start_V`, `E_end_V`: rest potential before the pulse and at the end of the rest after it;
    - `dE_s_V` = E_end - E_start; `dE_t_V` = slope sqrt(tau); `drop_V`: E_start minus the intercept of the line;
    - `slope_V_s`: dE/dsqrt(t), V/s^(1/2); `r2`, `fit_s`: of the line and over which time within the pulse;
    - `D_m2_s`: diffusivity; `fourier` = D tau/L^2;
    - `rest_slope_V_s`: dE/dt at the end of the rest; `relaxed`: whether the rest could be called one;
    - `valid`: all conditions are met; `reasons`: those that are not, in words;
    - `D_error_m2_s`: one standard deviation of D by its rows: the scatter about the line, and what they leave open of
      the pulse's begin and end. Film and thickness add theirs.

    A pulse of fewer than three rows, or without a rest on one side, is listed with NaN for what it does not tell.
    """

    number: int
    start_s: float
    tau_s: float
    current: float
    E_start_V: float
    E_end_V: float
    dE_s_V: float
    dE_t_V: float
    drop_V: float
    slope_V_s: float
    r2: float
    fit_s: tuple[float, float]
    D_m2_s: float
    fourier: float
    rest_slope_V_s: float
    relaxed: bool
    valid: bool
    reasons: tuple[str, ...]
    D_error_m2_s: float = math.nan


def gitt(
    time_s: ArrayLike,
    voltage_V: ArrayLike,
    current: ArrayLike,
    thickness_m: float,
    *,
    fit_from: float = 0.05,
    fit_to: float = 1.0,
) -> tuple[GittPulse, ...]:
    """Every pulse of a record: arrays of shape (n,), current in any unit and sign.

    The line E over sqrt(t) is fitted from `fit_from` to `fit_to` of the pulse's length. The voltage must be that of the
    film: that of a whole cell brings in the other electrode.

    Errors: `HeterofilmError` for a bad record, time that does not rise, a thickness that is not positive, shares out
    of order, or when there is no pulse between two rests.
    """
    t, E, i = columns(time_s=time_s, voltage_V=voltage_V, current=current)
    if not thickness_m > 0.0:
        raise InputError(f"The thickness must be positive, got {thickness_m:g} m.")
    if not 0.0 <= fit_from < fit_to <= 1.0:
        raise InputError(f"The fit must run from one share of the pulse to a later one, got {fit_from} to {fit_to}.")
    if (np.diff(t) < 0.0).any():
        raise InputError("The time of a titration falls: sort the rows, or read one experiment at a time.")
    long = find_pulses(t, i)
    pulses = sorted(long + short_pulses(i, long))
    ends = [(pulses[k - 1][1] + 1 if k else 0, pulses[k + 1][0] if k + 1 < len(pulses) else t.size)
            for k in range(len(pulses))]  # fmt: skip
    resting = [a - since >= 1 and until - (b + 1) >= 2 for (a, b), (since, until) in zip(pulses, ends, strict=True)]
    measured = [pulse for pulse, rests in zip(pulses, resting, strict=True) if rests and pulse in long]
    if not measured:
        few = sum(resting)
        raise InputError(
            f"The {few} pulses between two rests in this record have fewer than {LEAST} rows each, which tell no line "
            "over sqrt(t): record a row at least every fifth of a pulse."
            if few else f"None of the {len(pulses)} pulses in this record lies between two rests."
        )  # fmt: skip
    found: list[GittPulse] = []
    for pulse, (since, until) in zip(pulses, ends, strict=True):
        number = len(found) + 1
        if pulse in measured:
            found.append(_pulse(number, t, E, i, (*pulse, until), thickness_m, (fit_from, fit_to)))
        elif _like(pulse, measured, t, i):
            found.append(_unmeasured(number, t, E, i, pulse, (since, until)))
    return tuple(found)


def _like(pulse: tuple[int, int], measured: list[tuple[int, int]], t: Array, i: Array) -> bool:
    """Whether a run of current that gives no diffusivity is one of the titration: a charge before it is none."""
    a, b = pulse
    size = float(np.median([abs(i[a : b + 1].mean()) for a, b in measured]))
    longest = max(float(t[min(b + 1, t.size - 1)] - t[a - 1]) for a, b in measured)
    return 0.5 * size <= abs(float(i[a : b + 1].mean())) <= 2.0 * size and float(t[b] - t[a]) <= 2.0 * longest


def _unmeasured(number: int, t: Array, E: Array, i: Array, pulse: tuple[int, int], rest: tuple[int, int]) -> GittPulse:
    (a, b), (since, until) = pulse, rest
    begin, end = (switched(t, a)[0] if a else float(t[0])), switched(t, b + 1)[0]
    before, after = (float(E[a - 1]) if a > since else math.nan), (float(E[until - 1]) if until > b + 2 else math.nan)
    reasons = []
    if b - a + 1 < LEAST:
        reasons.append(f"too few rows in the pulse: {b - a + 1} of the {LEAST} that a line over sqrt(t) needs")
    for known, where in ((before, "before"), (after, "after")):
        if math.isnan(known):
            reasons.append(f"there is no rest {where} the pulse, dE_s is not known")
    nan = math.nan
    return GittPulse(
        number, begin, end - begin, float(i[a : b + 1].mean()), before, after, after - before, nan, nan, nan, nan,
        (nan, nan), nan, nan, nan, False, False, tuple(reasons),
    )  # fmt: skip


def _pulse(
    number: int, t: Array, E: Array, i: Array, rows: tuple[int, int, int], L: float, window: tuple[float, float]
) -> GittPulse:
    a, b, until = rows
    begins, ends = switched(t, a), switched(t, b + 1)
    begin, end = begins[0], ends[0]
    tau = end - begin
    E_start, E_end = float(E[a - 1]), float(E[until - 1])
    own = t[a : b + 1], E[a : b + 1]
    slope, intercept, r2, fit_s = _line(*own, begin, tau, window)
    dE_s, dE_t = E_end - E_start, slope * tau**0.5
    D = 4.0 * L**2 / (np.pi * tau) * (dE_s / dE_t) ** 2 if dE_t else np.nan
    D_error = abs(D) * math.hypot(
        2.0 * math.sqrt(max(1.0 / r2 - 1.0, 0.0) / max(b - a - 1, 1)) if r2 > 0.0 else math.inf,
        *(_open(own, begins, ends, (begin, end), window)),
    )
    fourier = D * tau / L**2
    moving, rest_time = rest_slope(t[b + 1 : until], E[b + 1 : until])
    relaxed = abs(moving) * rest_time <= RESTING * abs(dE_s)
    reasons = []
    if abs(dE_s) < PLATEAU:
        reasons.append(
            f"the rest potential moved by {1e3 * dE_s:.2g} mV only: on a plateau two phases move past each other, and "
            "a diffusivity is not defined"
        )
    elif dE_s * dE_t < 0.0:
        reasons.append("the rest potential moved against the pulse")
    if not fourier <= SHORT:
        reasons.append(
            f"the pulse is too long: D tau/L^2 = {fourier:.2g} where at most {SHORT:g} is allowed "
            f"(L^2/D = {L**2 / D:.3g} s, tau = {tau:.3g} s), so D is this or more"
        )
    if r2 < LINEAR:
        reasons.append(f"the potential is no line over sqrt(t): R2 = {r2:.4f}")
    if not relaxed:
        reasons.append(
            f"the rest was cut short: still {moving / si('mV/h'):.2g} mV/h after {rest_time:.3g} s, dE_s is not known"
        )
    if D_error > LOOSE * D:
        step = float(np.median(np.diff(t[a - 1 : b + 2])))
        reasons.append(
            f"the rows are too far apart, {step:.3g} s in a pulse of about {tau:.3g} s: D is known to "
            f"{100 * D_error / D:.0f} % only"
        )
    return GittPulse(
        number, float(begin), float(tau), float(i[a : b + 1].mean()), E_start, E_end, dE_s, float(dE_t),
        E_start - intercept, slope, r2, fit_s, float(D), float(fourier), moving, bool(relaxed), not reasons,
        tuple(reasons), float(D_error),
    )  # fmt: skip


def _line(
    t: Array, E: Array, begin: float, tau: float, window: tuple[float, float]
) -> tuple[float, float, float, tuple[float, float]]:
    """Slope, intercept and R2 of E over the root of the time since `begin`, and from when to when it was laid."""
    elapsed = t - begin
    chosen = (elapsed >= window[0] * tau) & (elapsed <= window[1] * tau * (1.0 + 1e-9))
    if chosen.sum() < LEAST:
        chosen = elapsed > 0.0
    root, potential = np.sqrt(elapsed[chosen]), E[chosen]
    slope, r2 = line(root, potential)
    intercept = float(potential.mean() - slope * root.mean())
    return slope, intercept, r2, (float(elapsed[chosen][0]), float(elapsed[chosen][-1]))


def _open(
    own: tuple[Array, Array], begins: tuple[float, float, float], ends: tuple[float, float, float],
    taken: tuple[float, float], window: tuple[float, float],
) -> tuple[float, float]:  # fmt: skip
    """Relative standard deviations of D by the moments at which the pulse may have begun, and ended.

    Each is anywhere between two rows: the most that ln D changes by towards either, over sqrt(3).
    """
    begin, end = taken

    def log_D(first: float, last: float) -> float:
        slope = _line(*own, first, last - first, window)[0]
        return -2.0 * math.log(max(abs(slope) * (last - first), 1e-300))

    middle = log_D(begin, end)
    by_begin = max(abs(log_D(first, end) - middle) for first in begins[1:])
    by_end = max(abs(log_D(begin, last) - middle) for last in ends[1:])
    return by_begin / math.sqrt(3.0), by_end / math.sqrt(3.0)


def rest_slope(t: Array, E: Array) -> tuple[float, float]:
    """dE/dt (V/s) over the last fifth of a rest (three rows at least), and the length of the rest (s)."""
    last = t >= t[-1] - 0.2 * (t[-1] - t[0])
    last[-3:] = True
    slope, _ = line(t[last], E[last])
    return slope, float(t[-1] - t[0])


def hysteresis_doubt(pulses: tuple[GittPulse, ...]) -> str:
    """What hysteresis may do to the diffusivities, in words; "" where both directions rest at the same potentials, and
    where no pulse gives a diffusivity.

    The formula takes the slope of the rest potential for that which drives diffusion. Where charge and discharge rest
    apart at the same charge, a relaxing surface turns around on another branch, and D comes out too low.
    """
    if not any(pulse.valid for pulse in pulses):
        return ""
    pulses = tuple(pulse for pulse in pulses if math.isfinite(pulse.dE_s_V))
    signs = np.sign([pulse.current for pulse in pulses])
    if abs(signs.sum()) == signs.size:
        return (
            "All pulses go one way. Where charge and discharge rest at different potentials (hysteresis), D comes out "
            "too low, several times even; a titration in both directions would tell."
        )
    passed = np.cumsum([pulse.current * pulse.tau_s for pulse in pulses])
    rests = np.array([pulse.E_end_V for pulse in pulses])
    forth, back = (np.flatnonzero(signs == sign)[np.argsort(passed[signs == sign])] for sign in (1.0, -1.0))
    shared = forth[(passed[forth] >= passed[back].min()) & (passed[forth] <= passed[back].max())]
    if not shared.size:
        return "The pulses of the two directions share no charge, so that hysteresis could not be looked for."
    gap = float(np.median(np.abs(np.interp(passed[shared], passed[back], rests[back]) - rests[shared])))
    step = float(np.median([abs(pulse.dE_s_V) for pulse in pulses]))
    if gap <= step:
        return ""
    return (
        f"Both directions rest {1e3 * gap:.0f} mV apart at the same charge (median), and a pulse moves the rest "
        f"potential by {1e3 * step:.1f} mV: with such hysteresis D comes out too low, several times even."
    )


def gitt_table(pulses: tuple[GittPulse, ...]) -> pl.DataFrame:
    """One row per pulse, with the numbers of `GittPulse` that are plotted or compared."""
    names = (
        "number", "start_s", "tau_s", "E_end_V", "dE_s_V", "dE_t_V", "drop_V", "r2", "D_m2_s", "D_error_m2_s",
        "fourier", "relaxed", "valid",
    )  # fmt: skip
    return pl.DataFrame({name: [getattr(pulse, name) for pulse in pulses] for name in names})


def pulses_of(record: Record) -> tuple[GittPulse, ...]:
    """The pulses of a record: of its titrations, where steps are labelled so.

    Errors: `HeterofilmError` for a record without curves, without pulses, or without the film's thickness.
    """
    thickness = record.meta.get("thickness_m")
    if not isinstance(thickness, int | float):
        raise InputError("A diffusivity needs the thickness of the film: add for example --thickness 300nm.")
    if set(record.steps["kind"]) <= {"sweep", "rest", "impedance", "temperature"}:
        raise InputError("This record holds no step at a set current: a titration needs pulses and rests.")
    frame, labelled = record.frame, record.steps.filter(record.steps["label"] == "GITT")["step"]
    if labelled.len():
        # the rest before the first pulse belongs to it
        frame = frame.filter((frame["step"] >= labelled[0] - 1) & (frame["step"] <= labelled[-1]))
    return gitt(frame["time_s"], frame["voltage_V"], frame["current_A_m2"], float(thickness))
