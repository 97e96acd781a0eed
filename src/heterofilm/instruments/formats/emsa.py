"""EMSA/MAS spectra (.msa, .emsa, ISO 22029): keywords behind a hash, then numbers, to ``#ENDOFDATA``.

Layout as in Egerton, Fiori, Hunt, Isaacson, Kirkland, Zaluzec, Proc. EMSA 49 (1991) 526; not yet checked against a
vendor's file.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import polars as pl

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..head import Head
from ..photoelectron import lines_of, photoelectrons, plain_number
from ..reading import Format

MAX_POINTS = 5_000_000
_KEY = re.compile(r"#\s*([A-Za-z]+)\s*(?:-[A-Za-z]+\s*)?:\s*(.*?)\s*$")
ENERGIES = {"ev": 1.0, "kev": 1e3, "mev": 1e-3}
LENGTHS = {"nm": 1.0, "um": 1e3, "a": 0.1, "angstrom": 0.1}
XRAYS = {"EDS": "X-rays", "WDS": "X-rays", "XRF": "X-rays", "ELS": "energy losses", "EELS": "energy losses"}
ELECTRONS = ("XPS", "PES", "UPS", "AES")


def read(path: Path) -> list[Measurement]:
    keys: dict[str, str] = {}
    body: list[str] = []
    inside = done = False
    for line in lines_of(path):
        word = line.strip()
        if found := _KEY.match(word):
            key = found[1].upper()
            done = done or key == "ENDOFDATA"
            inside = inside or key == "SPECTRUM"
            if not inside and not done:
                keys.setdefault(key, found[2])
        elif inside and not done and word:
            body.append(word)
    if not body:
        raise FileFormatError("it holds no row of data below '#SPECTRUM'.")
    x, y = _points(keys, " ".join(body))
    notes = [] if done else ["the file has no '#ENDOFDATA': it may be cut short"]
    return [_spectrum(keys, x, y, path.stem, notes)]


def _points(keys: dict[str, str], body: str) -> tuple[np.ndarray, np.ndarray]:
    """Abscissa, in the file's unit, and ordinate.

    Errors: `HeterofilmError` for words among the numbers, another count than the header says, or no step.
    """
    words = body.replace(",", " ").split()
    if len(words) > MAX_POINTS:
        raise FileFormatError(f"it holds more than {MAX_POINTS} numbers.")
    try:
        numbers = np.array(words, dtype=np.float64)
    except ValueError:
        raise FileFormatError(
            "there are words among its numbers; it is damaged, or written with decimal commas."
        ) from None
    count = plain_number(keys.get("NPOINTS", ""))
    x: np.ndarray
    y: np.ndarray
    if keys.get("DATATYPE", "Y").upper().startswith("XY"):
        if numbers.size % 2:
            raise FileFormatError("its last pair of numbers is not whole; it is cut short.")
        x, y = numbers.reshape(-1, 2).T
    else:
        step, offset = plain_number(keys.get("XPERCHAN", "")), plain_number(keys.get("OFFSET", ""))
        if not step:
            raise FileFormatError("it lacks '#XPERCHAN', without which its counts have no energies.")
        y = numbers
        x = (offset or 0.0) + step * np.arange(y.size)
    if count is not None and count != y.size:
        raise FileFormatError(f"it says {count:.0f} points and holds {y.size}: it is damaged or cut short.")
    good = np.isfinite(x) & np.isfinite(y) & (np.abs(y) < 1e30) & (np.abs(x) < 1e30)
    if np.count_nonzero(good) < 3:
        raise FileFormatError("it has fewer than three points with finite numbers.")
    return x[good], y[good]


def _spectrum(keys: dict[str, str], x: np.ndarray, y: np.ndarray, stem: str, notes: list[str]) -> Measurement:
    kind = keys.get("SIGNALTYPE", "").upper()
    unit = re.sub(r"[^a-z]", "", keys.get("XUNITS", "").lower().replace("µ", "u"))
    meta: dict[str, str | float | int] = {"signal": kind} if kind else {}
    beam = plain_number(keys.get("BEAMKV", ""))
    meta |= {"beam_kV": beam} if beam else {}
    meta |= {"started": f"{keys.get('DATE', '')} {keys.get('TIME', '')}".strip()} if keys.get("DATE") else {}
    name = keys.get("TITLE") or stem
    if unit in LENGTHS:
        frame = pl.DataFrame({"wavelength_nm": x * LENGTHS[unit], "intensity": y}).filter(pl.col("wavelength_nm") > 0.0)
        return Measurement("photoluminescence", name, frame.sort("wavelength_nm"), meta, tuple(notes))
    factor = ENERGIES.get(unit)
    if factor is None:
        frame = pl.DataFrame({"x": x, "y": y})
        said = f"the unit of its abscissa, '{keys.get('XUNITS', 'not stated')}', is neither an energy nor a wavelength"
        return Measurement("table", name, frame, meta, (*notes, said))
    if kind in ELECTRONS:
        binding = "binding" in keys.get("XLABEL", "").lower()
        if not binding and "kinetic" not in keys.get("XLABEL", "").lower():
            notes.append("The header does not say which energy the axis is; taken for the kinetic energy.")
        axis = {"binding_eV" if binding else "kinetic_eV": factor * x}
        return photoelectrons(name, y, **axis, meta=meta | {"intensity_unit": "as in the file"}, notes=notes)  # type: ignore[arg-type]
    if kind not in XRAYS:
        notes.append("the header does not say of which kind the spectrum is")
    return Measurement(
        "energy spectrum", name, pl.DataFrame({"energy_eV": factor * x, "intensity": y}), meta, tuple(notes)
    )


def _is(head: Head) -> bool:
    return re.match(r"\s*#\s*FORMAT\s*:\s*EMSA/MAS", head.text, re.IGNORECASE) is not None


FORMATS = (
    Format(
        "EMSA/MAS spectrum", (".msa", ".emsa", ".txt"), ("energy spectrum", "xps", "photoluminescence"), _is, read,
    ),
)  # fmt: skip
