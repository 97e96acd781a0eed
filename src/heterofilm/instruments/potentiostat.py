"""What all readers of potentiostats share: declared columns, spectra without holes, one sign of the current.

A reader declares its vendor's headings in a table of `Columns`: heading (blanks and case do not count) -> our column
and the factor to its unit. What the vendor calls -Z'' has the factor -1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..errors import FileFormatError
from ..records.measurement import Measurement
from .impedance_sweeps import sweeps

__all__ = ["Columns", "TURNED", "anodic_is_positive", "impedance", "polarisation", "renamed", "rows_of_numbers"]

Columns = Mapping[str, tuple[str, float]]
Meta = dict[str, str | float | int]

HUGE = 1e30  # ohm, V, A, s: beyond it a number is a damaged one
SPECTRUM = {"frequency_Hz": "frequency", "Z_re_ohm": "real part Z'", "Z_im_ohm": "imaginary part Z''"}
TURNED = "the file counts oxidation positive: the sign of the current was turned, so that discharge is positive"
_NUMBER = re.compile(r'\s*"?[+-]?[\d.,]')


def renamed(frame: pl.DataFrame, columns: Columns) -> pl.DataFrame:
    """The columns of `frame` that `columns` declares, under our names and in our units; the first of a name wins."""
    found: dict[str, pl.Expr] = {}
    for heading in frame.columns:
        ours = columns.get(re.sub(r"\s", "", heading.strip('"')).lower())
        if ours is not None and ours[0] not in found:
            found[ours[0]] = (pl.col(heading) * ours[1]).alias(ours[0])
    return frame.select(found.values())


def rows_of_numbers(lines: Sequence[str]) -> str:
    """The lines that begin with a number, as one text."""
    return "\n".join(line for line in lines if _NUMBER.match(line))


def impedance(
    frame: pl.DataFrame, name: str, meta: Meta | None = None, notes: Sequence[str] = (), *, per_area: bool = False
) -> Measurement:
    """A table with frequency_Hz, Z_re_ohm, Z_im_ohm as a measurement of spectra; `per_area`: these are in ohm m2.

    Rows with a gap are left out and counted in the notes; a dc current, which has no place in a spectrum, is dropped.
    Without a column ``step`` a new step begins where the frequency jumps back; given steps are numbered from 1.

    Errors: `HeterofilmError` for a missing column, or no row with a frequency above zero and an impedance.
    """
    missing = [words for column, words in SPECTRUM.items() if column not in frame.columns]
    if missing:
        raise FileFormatError(
            f"its table has no column of the {' and the '.join(missing)}, and a spectrum needs all three: export the "
            "frequency, Z' and Z'' together."
        )
    said = list(notes)
    sound = pl.all_horizontal((pl.col(c).is_finite() & (pl.col(c).abs() < HUGE)).fill_null(False) for c in SPECTRUM)
    kept = frame.drop("current_A", strict=False).filter(sound & (pl.col("frequency_Hz") > 0.0))
    if kept.is_empty():
        raise FileFormatError(f"none of its {frame.height} rows holds a frequency above zero and an impedance.")
    if kept.height < frame.height:
        said.append(f"{frame.height - kept.height} of {frame.height} rows without frequency or impedance left out")
    kept = kept.with_columns(  # of a damaged number elsewhere in a row only this number is lost
        pl.when(pl.col(c).abs() < HUGE).then(pl.col(c)) for c in kept.columns if c not in SPECTRUM
    )
    if "step" in kept.columns:
        kept = kept.with_columns(_running(kept["step"]))
    else:
        runs = sweeps(kept["frequency_Hz"].to_numpy())
        steps = np.zeros(kept.height, np.int64)
        for k, (a, b) in enumerate(runs, 1):
            steps[a:b] = k
        if not steps.all():
            said.append(f"{int((steps == 0).sum())} of {steps.size} rows, too few together for a spectrum, left out")
        kept = kept.with_columns(pl.Series("step", steps, pl.Int64())).filter(pl.col("step") > 0)
    if per_area:
        kept = kept.rename({"Z_re_ohm": "Z_re_ohm_m2", "Z_im_ohm": "Z_im_ohm_m2"})
    return Measurement("impedance", name, kept, dict(meta or {}), tuple(said))


def polarisation(
    frame: pl.DataFrame,
    name: str,
    technique: Literal["cycling", "voltammetry"],
    meta: Meta | None = None,
    notes: Sequence[str] = (),
    *,
    positive: Literal["anodic", "cathodic"] = "anodic",
) -> Measurement:
    """A table with time_s, voltage_V, current_A as a measurement; `positive`: which current the file counts so.

    Errors: `HeterofilmError` for a missing column, or no row without a gap.
    """
    needed = ("time_s", "voltage_V", "current_A")
    missing = [column for column in needed if column not in frame.columns]
    if missing:
        raise FileFormatError(f"its table has no column of {' or '.join(missing)}: export time, potential and current.")
    said = list(notes)
    sound = pl.all_horizontal((pl.col(c).is_finite() & (pl.col(c).abs() < HUGE)).fill_null(False) for c in needed)
    kept = frame.filter(sound)
    if kept.is_empty():
        raise FileFormatError(f"none of its {frame.height} rows holds time, potential and current.")
    if kept.height < frame.height:
        said.append(f"{frame.height - kept.height} of {frame.height} rows with a gap left out")
    if positive == "anodic" and bool((kept["current_A"] != 0.0).any()):
        signed = [c for c in ("current_A", "charge_C") if c in kept.columns]
        kept = kept.with_columns((0.0 - pl.col(c)).alias(c) for c in signed)
        said.append(TURNED)
    kept = kept.with_columns(pl.col(c).cast(pl.Int64) for c in ("step", "cycle") if c in kept.columns)
    return Measurement(technique, name, kept, dict(meta or {}), tuple(said))


def anodic_is_positive(voltage_V: NDArray[Any], current: NDArray[Any]) -> bool | None:
    """Whether a voltammogram, arrays of shape (n,), counts oxidation positive; None where it does not tell.

    A passive cell takes up charge while its potential rises: at the same potential the anodic current is the larger
    one on the way up. Hence the mean of I(up) - I(down) over the common potentials decides.
    """
    direction = np.sign(np.diff(voltage_V))
    up, down = np.flatnonzero(direction > 0), np.flatnonzero(direction < 0)
    if min(up.size, down.size) < 5:
        return None
    low = max(voltage_V[up].min(), voltage_V[down].min())
    high = min(voltage_V[up].max(), voltage_V[down].max())
    if not high > low:
        return None
    edges = np.linspace(low, high, 21)
    gain, size = [], []
    for a, b in pairwise(edges):
        i_up, i_down = (current[w[(voltage_V[w] >= a) & (voltage_V[w] <= b)]] for w in (up, down))
        if i_up.size and i_down.size:
            gain.append(i_up.mean() - i_down.mean())
            size.append(abs(i_up.mean()) + abs(i_down.mean()))
    mean = float(np.mean(gain)) if gain else 0.0
    return None if abs(mean) <= 0.02 * float(np.mean(size or [0.0])) else mean > 0.0


def _running(step: pl.Series) -> pl.Series:
    """Numbers of steps as 1, 2, 3 ... in the order in which they come."""
    new = (step != step.shift()).fill_null(True)
    return new.cum_sum().cast(pl.Int64).alias("step")
