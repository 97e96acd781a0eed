"""What every reader of photoelectron spectra has in common: both energy axes, the technique, checks, sums of scans."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from ..errors import FileFormatError
from ..records.measurement import Measurement
from .head import text_of

__all__ = ["is_rate", "lines_of", "photoelectrons", "plain_number", "together", "unique_names"]

MAX_TEXT = 50_000_000  # bytes: a wide scan has 30 kB, the largest maps some MB
ULTRAVIOLET = 130.0  # eV: photons below it are those of UPS (He I 21.22, He II 40.81 eV, monochromated beam lines)
BELOW = 3.0  # eV: further below the Fermi level no binding energy lies
VALENCE = 35.0  # eV: a spectrum without photon energy that ends below it shows the valence region only


def lines_of(path: Path) -> list[str]:
    """The lines of a text file of at most 50 MB.

    Errors: `HeterofilmError` for a larger or binary one.
    """
    if path.stat().st_size > MAX_TEXT:
        raise FileFormatError(f"it is larger than {MAX_TEXT // 1_000_000} MB; export its regions one by one.")
    return text_of(path).splitlines()


def plain_number(text: str) -> float | None:
    """The number at the start of a metadata value, or None: ``'1486.61 eV'`` is 1486.61."""
    found = re.match(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text)
    value = float(found.group()) if found else math.nan
    return value if math.isfinite(value) else None


def photoelectrons(
    name: str,
    intensity: ArrayLike,
    *,
    kinetic_eV: ArrayLike | None = None,
    binding_eV: ArrayLike | None = None,
    photon_energy_eV: float | None = None,
    technique: str | None = None,
    further: Mapping[str, NDArray[np.float64]] | None = None,
    meta: Mapping[str, str | float | int] | None = None,
    notes: Sequence[str] = (),
) -> Measurement:
    """A spectrum with every energy axis that can be known, sorted by nothing: rows stand as in the file.

    E_B = h nu - E_K: kinetic energies are counted from the Fermi level, as spectrometers with their work function
    entered write them. Without a `technique`, photons below 130 eV, or an axis that ends below 35 eV, mean UPS.
    Arrays of shape (n,).

    Errors: `HeterofilmError` for no axis, lengths that differ, fewer than three rows, or numbers that are not finite.
    """
    columns: dict[str, NDArray[np.float64]] = {}
    if kinetic_eV is not None:
        columns["kinetic_energy_eV"] = np.asarray(kinetic_eV, float)
    if binding_eV is not None:
        columns["binding_energy_eV"] = np.asarray(binding_eV, float)
        binding = columns["binding_energy_eV"]
        if binding.size and np.median(binding) < 0.0 and binding.min() < -BELOW:
            columns["binding_energy_eV"] = -binding
            notes = (*notes, "Binding energies stand as negative numbers in the file: their sign was turned.")
    if photon_energy_eV and len(columns) == 1:
        (axis,) = columns.values()
        missing = "binding_energy_eV" if binding_eV is None else "kinetic_energy_eV"
        columns[missing] = photon_energy_eV - axis
    if not columns:
        raise FileFormatError(f"its region '{name}' has no energy axis.")
    columns["intensity"] = np.asarray(intensity, float)
    columns |= dict(further or {})
    if len({c.size for c in columns.values()}) != 1:
        raise FileFormatError(f"the columns of its region '{name}' differ in length.")
    if columns["intensity"].size < 3:
        raise FileFormatError(f"its region '{name}' has fewer than three points.")
    for word, values in columns.items():
        if not (np.isfinite(values).all() and np.abs(values).max() < 1e30):
            raise FileFormatError(f"the {word} of its region '{name}' holds something that is no finite number.")
    ordered = {k: columns[k] for k in ("binding_energy_eV", "kinetic_energy_eV") if k in columns}
    known: dict[str, str | float | int] = dict(meta or {})
    said = list(notes)
    if photon_energy_eV:
        known["photon_energy_eV"] = photon_energy_eV
    if technique is None:
        technique, reason = _technique(photon_energy_eV, columns.get("binding_energy_eV"))
        said += [reason] if reason else []
    return Measurement(technique, name, pl.DataFrame(ordered | columns), known, tuple(said))


def _technique(photon_energy_eV: float | None, binding: NDArray[np.float64] | None) -> tuple[str, str]:
    if photon_energy_eV:
        return ("ups" if photon_energy_eV < ULTRAVIOLET else "xps"), ""
    if binding is not None and binding.max() < VALENCE:
        return "ups", "Photon energy not stated; taken for a valence spectrum (UPS), as the axis ends below 35 eV."
    return "xps", ""


def is_rate(*said: str) -> bool:
    """Whether the words for an ordinate, its label or unit, say that it is per time already.

    >>> is_rate("Intensity", "c/s"), is_rate("counts/s"), is_rate("Counts per Second"), is_rate("counts", "d")
    (True, True, True, False)
    """
    return any(
        re.search(r"/\s*s(ec\w*)?\b|per\s+sec|\bcps\b|count\s*rate|\bhz\b|s\s*\^?-1\b", word, re.IGNORECASE)
        for word in said
    )


def together(scans: Sequence[NDArray[np.float64]], rates: bool) -> tuple[NDArray[np.float64], str]:
    """Scans of one region as one: the mean of count rates, the sum of counts; and a note that says so."""
    total = np.sum(scans, axis=0)
    if len(scans) == 1:
        return total, ""
    return (total / len(scans), f"Mean of {len(scans)} scans.") if rates else (total, f"Sum of {len(scans)} scans.")


def unique_names(measurements: Sequence[Measurement]) -> list[Measurement]:
    """The same measurements, the second of one name numbered (2)."""
    from dataclasses import replace

    seen: dict[str, int] = {}
    found = []
    for m in measurements:
        seen[m.name] = seen.get(m.name, 0) + 1
        found.append(m if seen[m.name] == 1 else replace(m, name=f"{m.name} ({seen[m.name]})"))
    return found
