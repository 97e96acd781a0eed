"""What cycling and titrations tell, as rows of a paper's table with honest uncertainties.

The analyses themselves stand elsewhere (`cycles`, `dqdv`, `gitt`); here each number gets its unit of the field, one
standard deviation and its method. The standard deviation adds in quadrature what the analysis leaves open and what the
electrode's area and thickness leave open. Rows of spectra are in `impedance.results`, of voltammograms in `cv_results`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ...errors import InputError
from ...records.result import Result
from ...units import si
from .cycles import EFFICIENCY, at_the_current_of, reference_note, reference_row, settled
from .normalise import Electrode, normalised

if TYPE_CHECKING:
    from ...records.record import Record
    from .gitt import GittPulse

__all__ = ["UNKNOWN", "Electrode", "cycle_results", "gitt_results", "plateau_results", "rate_results"]

CM2 = 1.0 / si("cm2")
UAH_CM2 = si("uAh/cm2")
COUNTING = 0.02  # %: what a cycler counts differently from one half cycle to another, assumed
DIGITS = "{:.3g}"
NAMED = 3  # cycles whose doubts are spelled out beside one number


UNKNOWN = Electrode()


def gitt_results(
    pulses: Sequence[GittPulse], electrode: Electrode = UNKNOWN, *, sample: str = "", file: str = ""
) -> list[Result]:
    """The diffusivity of the pulses that meet the conditions: geometric mean, with their spread as uncertainty.

    D goes with the square of the thickness, which adds twice its relative uncertainty to s, one standard deviation of
    ln D; what the rows of a pulse leave open is common to all where they lie alike in each, and s is no smaller than
    that. Stated is D s, and in the note the range of one standard deviation, D exp(-s) to D exp(s), which is the one
    to use where s is not small. Without a valid pulse the row says why there is no diffusivity.
    """
    method = "Weppner-Huggins, line over sqrt(t)"
    valid = [pulse for pulse in pulses if pulse.valid]
    share = Result("valid GITT pulses", f"{len(valid)} of {len(pulses)}", math.nan, "", method, sample, file)
    if not valid:
        why = max(
            (pulse.reasons[0] for pulse in pulses),
            key=[p.reasons[0] for p in pulses].count,
            default="there is no pulse",
        )
        return [share, Result("diffusivity", "not determined", math.nan, "", method, sample, file, why)]
    log = np.log([pulse.D_m2_s for pulse in valid])
    D = CM2 * math.exp(float(log.mean()))
    spread = float(log.std(ddof=1)) if log.size > 1 else math.nan
    rows = float(np.mean([pulse.D_error_m2_s / pulse.D_m2_s for pulse in valid]))
    s = math.hypot(max(spread, rows) if math.isfinite(rows) else spread, 2.0 * electrode.thickness_share)
    E = [pulse.E_end_V for pulse in valid]
    note = (
        f"pulses between {min(E):.2f} and {max(E):.2f} V: {DIGITS.format(CM2 * math.exp(log.min()))} to "
        f"{DIGITS.format(CM2 * math.exp(log.max()))}"
    )
    if math.isfinite(s):
        low, high = (DIGITS.format(D * math.exp(sign * s)) for sign in (-1.0, 1.0))
        note = f"one standard deviation of ln D, {s:.2g}: {low} to {high}; {note}"
    return [share, Result("diffusivity (geometric mean)", D, D * s, "cm2/s", method, sample, file, note)]


def cycle_results(
    table: pl.DataFrame, electrode: Electrode = UNKNOWN, *, sample: str = "", file: str = "",
    reference: int | None = None,
) -> list[Result]:  # fmt: skip
    """Capacity of the first and the last cycle, retention and coulombic efficiency of a `cycles.cycle_table`.

    `reference`: the number of the cycle that retention is of; the first whole one by default (`reference_row`).

    Capacities are per volume where the thickness is known, and carry the uncertainty of area and thickness. These
    cancel in retention and efficiency, whose uncertainty is the scatter from one cycle to the next, and what a cycler
    counts differently from one half cycle to another (0.02 %, assumed). Where the current
    changes, retention compares cycles at one current, and the mean efficiency is that of cycles which follow one at
    their own current. What is in doubt of a cycle (`cycle_table`) is noted beside its numbers.
    """
    known = table.drop_nulls("discharge_C_m2")
    doubtful = dict(table.select("cycle", "doubt").iter_rows()) if "doubt" in table.columns else {}

    def doubt(*these: int) -> str:
        said = [(cycle, doubtful[cycle]) for cycle in dict.fromkeys(these) if doubtful.get(cycle)]
        more = f"; and of {len(said) - NAMED} more cycles" if len(said) > NAMED else ""
        return "; ".join(f"cycle {cycle}: {words.replace('; ', ', ')}" for cycle, words in said[:NAMED]) + more

    if known.is_empty():
        return [Result("discharge capacity", "not determined", sample=sample, file=file, note="no cycle discharges")]
    cycles, Q = known["cycle"].to_list(), known["discharge_C_m2"].to_numpy()
    if reference is not None and reference not in cycles:
        raise InputError(
            f"The reference cycle {reference} has no discharge; there are cycles {cycles[0]} to {cycles[-1]}."
        )
    at = reference_row(known) if reference is None else cycles.index(reference)
    found = [
        replace(
            normalised(Q[k], electrode, (cycles[k],)).row(f"discharge capacity, cycle {cycles[k]}", sample, file),
            note="; ".join(one for one in (doubt(cycles[k]), _also(known.row(k, named=True))) if one),
        )
        for k in dict.fromkeys((at, int(np.argmax(Q)), len(cycles) - 1))
    ]
    alike = at_the_current_of(known, at)
    if (comparable := np.flatnonzero(alike & settled(known))).size:
        end = int(comparable[-1])
        scatter = _scatter(Q / Q[at], settled(known))
        name = f"retention, cycle {cycles[end]} of cycle {cycles[at]}"
        method = f"ratio of discharges; uncertain by the scatter between cycles and {COUNTING:g} % of counting"
        method = method if alike.all() else f"{method}; the last cycle at the current of the first"
        sigma = math.hypot(100.0 * scatter * 2**0.5, COUNTING)
        alone = reference_note(table).removesuffix(".") if reference is None else "of the cycle that was asked for"
        note = "; ".join(one for one in (alone, doubt(cycles[at], cycles[end])) if one)
        found.append(Result(name, 100.0 * Q[end] / Q[at], sigma, "%", method, sample, file, note))
    efficient = table.drop_nulls("coulombic_efficiency")
    CE = 100.0 * efficient["coulombic_efficiency"].to_numpy()
    steady = settled(table)[table["coulombic_efficiency"].is_not_null().to_numpy()]
    if CE.size:
        name, scatter = f"coulombic efficiency, cycle {efficient['cycle'][0]}", _scatter(CE, steady)
        sigma, note = math.hypot(scatter, COUNTING), doubt(int(efficient["cycle"][0]))
        found.append(Result(name, float(CE[0]), sigma, "%", EFFICIENCY, sample, file, note))
    if np.count_nonzero(steady) > 1:
        later = efficient["cycle"].to_numpy()[1:] if not steady[0] else efficient["cycle"].to_numpy()
        name = f"mean coulombic efficiency, cycles {later[0]} to {later[-1]}"
        chosen = CE[steady]
        left = later.size - chosen.size
        without = f"; without {left} after a change of the current" if left else ""
        method = f"{EFFICIENCY}; mean and its standard error{without}"
        error = math.hypot(float(chosen.std(ddof=1)) / math.sqrt(chosen.size), COUNTING)
        note = doubt(*later.tolist())
        found.append(Result(name, float(chosen.mean()), error, "%", method, sample, file, note))
    return found


def _also(row: dict[str, Any]) -> str:
    """The discharge of a cycle in the units that its row is not given in."""
    known = [unit for unit in ("uAh_cm2_um", "uAh_cm2", "mAh_g", "uAh") if row.get(f"discharge_{unit}") is not None]
    words = {"uAh_cm2": "uAh/cm2", "mAh_g": "mAh/g", "uAh": "uAh in all"}
    said = [f"{row[f'discharge_{unit}']:.4g} {words[unit]}" for unit in known[1:]]
    return f"or {', '.join(said)}" if said else ""


def rate_results(
    summary: pl.DataFrame, electrode: Electrode = UNKNOWN, *, sample: str = "", file: str = ""
) -> list[Result]:
    """Capacity of the last cycle of each block of a `cycles.rate_summary`: the others may still remember the rate
    before."""
    found = []
    for block in summary.iter_rows(named=True):
        last = int(block["last_cycle"])
        name = f"discharge capacity at {DIGITS.format(100.0 * block['current_A_m2'])} uA/cm2, cycle {last}"
        found.append(normalised(block["last_C_m2"], electrode, (last,)).row(name, sample, file))
    return found


def plateau_results(
    record: Record,
    halves: Iterable[tuple[int, int | Sequence[int], Literal["discharge", "charge"]]],
    electrode: Electrode = UNKNOWN,
    *,
    sample: str = "",
    file: str = "",
) -> list[Result]:
    """Potential and charge of the plateaus in the half cycles (cycle, steps, kind) of a record, from dQ/dV.

    Their uncertainty is how far they move when the smoothing is halved, and with the noise where a top is flat; a
    plateau that then splits is told in the note.
    """
    from .dqdv import SMOOTHING, held, location_sd, plateaus

    method = f"dQ/dV, smoothed by {1e3 * SMOOTHING:g} mV, against half of it"
    found = []
    for cycle, steps, kind in halves:
        own, finer = plateaus(record, steps), plateaus(record, steps, SMOOTHING / 2.0)
        fine = finer["voltage_V"].to_numpy()
        moved = np.nan_to_num(location_sd(record, steps, own["voltage_V"].to_numpy()))
        at_hold, stopped = held(record, steps)
        for number, (V, Q, _) in enumerate(own.iter_rows(), 1):
            near = np.flatnonzero(np.abs(fine - V) <= 2.0 * SMOOTHING)
            nearest = int(near[np.argmin(np.abs(fine[near] - V))]) if near.size else None
            name = f"plateau {number} ({kind}, cycle {cycle})"
            if nearest is None:
                note = f"near {V:.2f} V; with half the smoothing it is not there"
                found.append(Result(name, "not determined", math.nan, "", method, sample, file, note, True))
                continue
            note = f"{near.size} with half the smoothing" if near.size > 1 else ""
            if stopped > 0.0:
                note += f"{'; ' if note else ''}{stopped / UAH_CM2:.3g} uAh/cm2 at the hold of {at_hold:.3f} V left out"
            at = math.hypot(fine[nearest] - V, moved[number - 1], 1e-3 / 12**0.5)
            charge = normalised(Q, electrode, (cycle,), direction=kind).row(f"{name}, charge", sample, file)
            share = abs(float(finer["charge_C_m2"][nearest]) - Q) / Q
            sigma = math.hypot(charge.uncertainty, float(charge.value) * share)
            found.append(Result(f"{name}, potential", V, at, "V", method, sample, file, note, True))
            found.append(replace(charge, uncertainty=sigma, method=method, note=note, numbered=True))
    return found


def _scatter(x: NDArray[Any], steady: NDArray[np.bool_]) -> float:
    """Standard deviation of single values about a smooth course, shape (n,).

    From the median of the second differences over three `settled` cycles in a row; where there are fewer than two such
    triples, from the first differences over two in a row, which a fade adds to. NaN without two of these.
    """
    triples = np.abs(np.diff(x, 2))[steady[:-2] & steady[1:-1] & steady[2:]] / 6.0**0.5
    pairs = np.abs(np.diff(x))[steady[:-1] & steady[1:]] / 2.0**0.5
    chosen = triples if triples.size > 1 else pairs
    return float(1.4826 * np.median(chosen)) if chosen.size > 1 else math.nan
