"""Wavelengths of scattered or emitted light, and the Raman shift that they are with a laser line.

shift = 1e7 (1/lambda_laser - 1/lambda)   in cm-1, wavelengths in nm
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..errors import FileFormatError
from ..records.measurement import Measurement

__all__ = ["BARE", "as_raman", "as_wavelengths", "emitted", "raman_shift", "with_laser"]

RAMAN = (-1000.0, 4500.0)  # cm-1: what reaches further is no Raman spectrum
BARE = (
    "the first column was taken for the Raman shift in cm-1: only the file's name says so; if it is a wavelength in "
    'nm, state laser = "532 nm" in its line'
)
"""Of an axis without heading, which may as well be a wavelength."""
MAX_POINTS = 50_000_000
Array = NDArray[np.float64]


def raman_shift(wavelength_nm: Array, laser_nm: float) -> Array:
    """
    >>> float(raman_shift(np.array([532.0, 536.14]), 532.0)[1].round(1))
    145.1
    """
    return np.asarray(1e7 * (1.0 / laser_nm - 1.0 / np.asarray(wavelength_nm, float)))


def emitted(
    name: str,
    wavelength_nm: Array,
    spectra: Array,
    meta: dict[str, str | float | int],
    notes: Sequence[str] = (),
    places: Mapping[str, Array] | None = None,
) -> Measurement:
    """Spectra over wavelength, shape (n,) and (m, n): Raman where `meta` states a laser line that they lie near to.

    Without a laser line, or where they reach further from it than any vibration, they are photoluminescence; which was
    taken, and how to say otherwise, is in the notes.

    Errors: `HeterofilmError` for columns that differ in length, fewer than three points, or wavelengths that are none.
    """
    x, y = np.asarray(wavelength_nm, float), np.atleast_2d(np.asarray(spectra, float))
    if y.shape[1] != x.size:
        raise FileFormatError(f"it has {x.size} wavelengths and {y.shape[1]} intensities; the file is cut short.")
    good = np.isfinite(x) & np.all(np.isfinite(y) & (np.abs(y) < 1e30), axis=0)
    x, y = x[good], y[:, good]
    if x.size < 3 or x.size * y.shape[0] > MAX_POINTS:
        raise FileFormatError("it has fewer than three points with finite numbers, or more than can be held.")
    if not (x.min() > 10.0 and x.max() < 1e5):
        raise FileFormatError("its axis is no wavelength in nm (10 to 100000).")
    order = np.argsort(x, kind="stable")
    x, y = x[order], y[:, order]
    m = y.shape[0]
    columns: dict[str, NDArray[np.float64] | NDArray[np.int64]] = {
        "wavelength_nm": np.tile(x, m),
        "intensity": y.ravel(),
    }
    if m > 1 or places:
        columns["spectrum"] = np.repeat(np.arange(1, m + 1), x.size)
        for key, values in (places or {}).items():
            columns[key] = np.repeat(np.asarray(values, float), x.size)
    found = Measurement("photoluminescence", name, pl.DataFrame(columns), meta, tuple(notes))
    laser = meta.get("laser_m")
    if isinstance(laser, int | float) and laser > 0.0:
        shift = raman_shift(x, 1e9 * float(laser))
        if RAMAN[0] <= shift.min() and shift.max() <= RAMAN[1]:
            return as_raman(found, float(laser), 'what = "photoluminescence" in its line keeps the wavelengths')
        said = f"its axis is in nm and reaches {shift.max():.0f} cm-1 from the laser line: taken for photoluminescence"
    else:
        said = (
            'its axis is in nm and no laser line is stated: taken for photoluminescence; laser = "532 nm" in its line '
        )
        said += "makes it a Raman shift"
    return replace(found, notes=(*found.notes, said))


def with_laser(m: Measurement, laser_m: float) -> Measurement | None:
    """A spectrum over wavelength with a laser line that somebody states; None where a laser line says nothing of it.

    Wavelengths are those of luminescence, those of counts under a heading that says no more, and an axis without
    heading (`BARE`) all of which lies near enough to the laser line for a vibration.
    """
    if m.technique == "photoluminescence":
        return as_raman(m, laser_m, "as the sample file states it")
    if m.technique == "uvvis" and set(m.table.columns) == {"wavelength_nm", "intensity"}:
        found = emitted(
            m.name, m.column("wavelength_nm"), m.column("intensity"), m.meta | {"laser_m": laser_m}, m.notes
        )
        return replace(found, format=m.format, path=m.path)
    if m.technique == "raman" and BARE in m.notes:
        shift = raman_shift(m.column("raman_shift_cm-1"), 1e9 * laser_m)
        if RAMAN[0] <= shift.min() and shift.max() <= RAMAN[1]:
            table = m.table.rename({"raman_shift_cm-1": "wavelength_nm"})
            notes = tuple(note for note in m.notes if note != BARE)
            bare = replace(m, technique="photoluminescence", table=table, notes=notes)
            return as_raman(bare, laser_m, "the first column, without heading, was taken for a wavelength in nm")
    return None


def as_raman(m: Measurement, laser_m: float, hint: str = "") -> Measurement:
    """A spectrum over wavelength as one over the Raman shift from the laser line `laser_m` (m).

    Errors: `HeterofilmError` for a laser line that is not positive.
    """
    if not laser_m > 0.0:
        raise FileFormatError(f"A laser line of {1e9 * laser_m:g} nm makes no Raman shift.")
    shift = raman_shift(m.column("wavelength_nm"), 1e9 * laser_m)
    table = m.table.with_columns(pl.Series("wavelength_nm", shift)).rename({"wavelength_nm": "raman_shift_cm-1"})
    said = f"Raman shift from the wavelength and the laser line of {1e9 * laser_m:.6g} nm" + (
        f"; {hint}" if hint else ""
    )
    notes = tuple(note for note in m.notes if "taken for photoluminescence" not in note)
    return replace(m, technique="raman", table=table, meta=m.meta | {"laser_m": laser_m}, notes=(*notes, said))


def as_wavelengths(m: Measurement) -> Measurement:
    """A Raman spectrum as photoluminescence over wavelength, by its own laser line.

    Errors: `HeterofilmError` where it states none.
    """
    laser = m.meta.get("laser_m")
    if not isinstance(laser, int | float):
        raise FileFormatError(f"'{m.name}' states no laser line, without which a Raman shift is no wavelength.")
    inverse = 1.0 / (1e9 * float(laser)) - m.column("raman_shift_cm-1") / 1e7
    table = m.table.with_columns(pl.Series("raman_shift_cm-1", 1.0 / inverse)).rename(
        {"raman_shift_cm-1": "wavelength_nm"}
    )
    notes = (*m.notes, f"wavelengths from the Raman shift and the laser line of {1e9 * float(laser):.6g} nm")
    return replace(m, technique="photoluminescence", table=table, notes=notes)
