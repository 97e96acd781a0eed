"""Raman spectra as one table: a spectrum below the other, each with its number, place, time and potential."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ...units import si
from ...wording import counted

__all__ = ["MAX_POINTS", "raman", "where"]

MAX_POINTS = 50_000_000
FARTHEST = 4500.0  # cm-1: beyond any vibration
_POTENTIAL = re.compile(r"(?<![\w.])([+-]?\d+(?:[.,]\d+)?)\s*V\b")
_TIME = re.compile(r"(?<![\w.])([+-]?\d+(?:[.,]\d+)?)\s*(s|min|h)\b")
SECONDS = {unit: si(unit) for unit in ("s", "min", "h")}


def where(label: str) -> dict[str, float]:
    """Potential and time that the name of a spectrum states.

    >>> where("2.90 V discharge, 10 min")
    {'voltage_V': 2.9, 'time_s': 600.0}
    """
    found: dict[str, float] = {}
    if match := _POTENTIAL.search(label):
        found["voltage_V"] = float(match[1].replace(",", "."))
    if match := _TIME.search(label):
        found["time_s"] = float(match[1].replace(",", ".")) * SECONDS[match[2]]
    return found


def raman(
    name: str,
    shift: NDArray[np.float64],
    spectra: NDArray[np.float64],
    meta: dict[str, str | float | int],
    notes: Sequence[str] = (),
    places: Mapping[str, NDArray[np.float64]] | None = None,
) -> Measurement:
    """A measurement from `shift`, shape (n,), and `spectra`, shape (m, n), with `places` of shape (m,) each.

    Rising shift; points without finite numbers are left out and told.

    Errors: `HeterofilmError` for fewer than 3 points, a falling and rising axis, or shifts that are none.
    """
    x, y = np.asarray(shift, float), np.atleast_2d(np.asarray(spectra, float))
    if y.shape[1] != x.size:
        raise FileFormatError(f"it has {x.size} shifts and {y.shape[1]} intensities; the file is cut short.")
    told = list(notes)
    good = np.isfinite(x) & np.all(np.isfinite(y) & (np.abs(y) < 1e30), axis=0)
    if not good.all():
        told.append(f"left out: {counted(int(np.count_nonzero(~good)), 'point')} without finite numbers")
    x, y = x[good], y[:, good]
    if x.size < 3:
        raise FileFormatError("it has fewer than three points with finite numbers.")
    if x.min() < -10_000.0 or x.max() > 20_000.0:
        raise FileFormatError("its axis is no Raman shift in cm-1 (-10000 to 20000).")
    if x.min() > FARTHEST:
        raise FileFormatError(
            f"its axis runs from {x.min():.0f} to {x.max():.0f} cm-1: these are wavenumbers of the light, no Raman "
            "shift; take them from that of the laser line (18797 cm-1 at 532 nm)."
        )
    order = np.argsort(x, kind="stable")
    x, y = x[order], y[:, order]
    if np.any(np.diff(x) <= 0.0):
        raise FileFormatError("a Raman shift stands twice in one spectrum; export the spectra apart.")
    m = y.shape[0]
    columns: dict[str, NDArray[np.float64] | NDArray[np.int64]] = {"raman_shift_cm-1": np.tile(x, m)}
    columns["intensity"] = y.ravel()
    if m > 1 or places:
        columns["spectrum"] = np.repeat(np.arange(1, m + 1), x.size)
        for key, values in (places or {}).items():
            columns[key] = np.repeat(np.asarray(values, float), x.size)
    return Measurement("raman", name, pl.DataFrame(columns), meta, tuple(told))
