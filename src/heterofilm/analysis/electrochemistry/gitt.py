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

__all__ = ["GittPulse", "find_pulses", "gitt", "gitt_table", "hysteresis_doubt", "pulses_of", "rest_slope"]

Array = NDArray[Any]

APART = 3.0  # a gap in the currents, as a ratio, that may part rest from pulses
DIGITS = 1e-9  # of the largest current: below it there is none
RESTS = 0.05  # of the largest current: what counts as rest where the currents have no gap
STEP = 0.5  # a steady current that changes by this share becomes another pulse
ABOVE = 10.0  # times what flows at rest: a pulse
STEADY = 0.2  # of its mean: scatter of a pulse's current
MOST = 40  # gaps that are tried, from the largest current down
SHORT = 0.25  # D tau / L^2 up to which the formula holds to 1 %: see above
LINEAR = 0.995  # R2 of E over sqrt(t) from which it counts as a line
RESTING = 0.05  # the rest may still move by this share of dE_s, were it as long again
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
    - `valid`: all conditions are met; `reasons`: those that are not, in words.
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


def find_pulses(time_s: ArrayLike, current: ArrayLike) -> tuple[tuple[int, int], ...]:
    """First and last row of every pulse: a run of at least three rows in which a current flows.

    What flows at rest is told from a pulse by the currents themselves, not by the largest one, which may be that of a
    charge a hundred times faster. The magnitudes are sorted, and every gap in which the next one is `APART` times
    larger may part rest from pulses; taken is the gap that gives the most runs of a steady current with rests on both
    sides, and of equal ones that nearest to `RESTS` of the largest current. A change of sign ends a pulse, and so
    does a steady current that steps by `STEP`. Arrays of shape (n,).

    Errors: `HeterofilmError` for a bad record, or one without any current.
    """
    _, i = columns(time_s=time_s, current=current)
    size = np.abs(i)
    largest = size.max()
    if not largest > 0.0:
        raise InputError("There is no current in this record, but a titration needs pulses.")
    ordered = np.sort(np.maximum(size, DIGITS * largest))
    gaps = np.flatnonzero(ordered[1:] > APART * ordered[:-1])
    # without any gap everything flows, or the largest decides
    levels = sorted({float((ordered[k] * ordered[k + 1]) ** 0.5) for k in gaps} | {RESTS * float(largest)})
    made = [(level, _runs(i, level)) for level in levels[-MOST:]]
    usual = RESTS * float(largest)
    return max(made, key=lambda pair: (_between_rests(i, *pair), -abs(math.log(pair[0] / usual))))[1]


def _runs(i: Array, level: float) -> tuple[tuple[int, int], ...]:
    """Runs of at least three rows with a current above `level`, of one sign and without a step."""
    size = np.abs(i)
    state = np.where(size > level, np.sign(i), 0.0)
    new = np.diff(state) != 0.0
    # another steady current begins: three rows alike before and after
    for k in np.flatnonzero((state[1:] == state[:-1]) & (state[1:] != 0.0) & (np.abs(np.diff(size)) > STEP * size[1:])):
        before, after = size[max(0, k - 2) : k + 1], size[k + 1 : k + 4]
        one = (state[max(0, k - 2) : k + 4] == state[k]).all()
        if (
            one
            and min(before.size, after.size) == 3
            and max(np.ptp(before), np.ptp(after)) < 0.2 * abs(size[k + 1] - size[k])
        ):
            new[k] = True
    edges = np.flatnonzero(new) + 1
    runs = zip(np.concatenate([[0], edges]), np.concatenate([edges, [i.size]]), strict=True)
    return tuple((int(a), int(b) - 1) for a, b in runs if state[a] != 0.0 and b - a >= 3)


def _between_rests(i: Array, level: float, runs: tuple[tuple[int, int], ...]) -> int:
    """How many runs hold a steady current between two rests, well above what flows at rest, less those that do not."""
    resting = np.abs(i) <= level
    quiet = float(np.sqrt(np.mean(i[resting] ** 2))) if resting.any() else 0.0
    count = 0
    for k, (a, b) in enumerate(runs):
        since, until = runs[k - 1][1] + 1 if k else 0, runs[k + 1][0] if k + 1 < len(runs) else i.size
        inside = i[a + 1 : b] if b - a > 2 else i[a : b + 1]
        steady = bool(np.std(inside) <= STEADY * abs(float(inside.mean())))
        pulse = steady and abs(float(inside.mean())) > ABOVE * quiet
        count += -1 if not pulse else a > since and until - (b + 1) >= 2
    return count


def gitt(
    time_s: ArrayLike,
    voltage_V: ArrayLike,
    current: ArrayLike,
    thickness_m: float,
    *,
    fit_from: float = 0.05,
    fit_to: float = 1.0,
) -> tuple[GittPulse, ...]:
    """Every pulse of a record with a rest before and after it: arrays of shape (n,), current in any unit and sign.

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
    pulses = find_pulses(t, i)
    found: list[GittPulse] = []
    for k, (a, b) in enumerate(pulses):
        until = pulses[k + 1][0] if k + 1 < len(pulses) else t.size
        since = pulses[k - 1][1] + 1 if k else 0
        if a - since < 1 or until - (b + 1) < 2:
            continue  # no rest on one side
        found.append(_pulse(len(found) + 1, t, E, i, (a, b, until), thickness_m, (fit_from, fit_to)))
    if not found:
        raise InputError(f"None of the {len(pulses)} pulses in this record lies between two rests.")
    return tuple(found)


def _pulse(
    number: int, t: Array, E: Array, i: Array, rows: tuple[int, int, int], L: float, window: tuple[float, float]
) -> GittPulse:
    a, b, until = rows
    begin, end = _moment(t, i, a), _moment(t, i, b + 1)
    tau = end - begin
    E_start, E_end = float(E[a - 1]), float(E[until - 1])
    elapsed = t[a : b + 1] - begin
    chosen = (elapsed >= window[0] * tau) & (elapsed <= window[1] * tau * (1.0 + 1e-9))
    if chosen.sum() < 3:
        chosen = elapsed > 0.0
    root, potential = np.sqrt(elapsed[chosen]), E[a : b + 1][chosen]
    slope, r2 = line(root, potential)
    intercept = float(potential.mean() - slope * root.mean())
    dE_s, dE_t = E_end - E_start, slope * tau**0.5
    D = 4.0 * L**2 / (np.pi * tau) * (dE_s / dE_t) ** 2 if dE_t else np.nan
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
    fit_s = (float(elapsed[chosen][0]), float(elapsed[chosen][-1]))
    return GittPulse(
        number, float(begin), float(tau), float(i[a : b + 1].mean()), E_start, E_end, dE_s, float(dE_t),
        E_start - intercept, slope, r2, fit_s, float(D), float(fourier), moving, bool(relaxed), not reasons,
        tuple(reasons),
    )  # fmt: skip


def _moment(t: Array, i: Array, row: int) -> float:
    """When the current changed between `row` - 1 and `row`.

    Cyclers record a row right after a switch, simulators often one before and one after at the same time: the later
    row is the switch when its neighbour before is far away, and the earlier when two rows share a time.
    """
    if row >= t.size:
        return float(t[-1])
    return float(t[row - 1]) if t[row] == t[row - 1] else float(t[row] if _close(t, row) else t[row - 1])


def _close(t: Array, row: int) -> bool:
    """Whether the row after a switch was taken right after it: the rows that follow are nearer than the one before."""
    if row + 1 >= t.size:
        return False
    return bool(t[row + 1] - t[row] <= t[row] - t[row - 1])


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
        "number", "start_s", "tau_s", "E_end_V", "dE_s_V", "dE_t_V", "drop_V", "r2", "D_m2_s", "fourier", "relaxed",
        "valid",
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
