"""Rigaku diffraction as text: .ras (SmartLab) and .asc (RINT, MiniFlex).

Both follow published descriptions and are not yet checked against a vendor's file. A .ras holds, between marks in
capital letters, keys with values in quotes and rows of angle, intensity and the attenuator's factor; an .asc keys with
equals signs and the intensities alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..head import Head, text_of
from ..reading import Format
from ._scan import diffraction, numbers

ANGSTROM = 1e-10
_RAS = re.compile(r'\*(\w+)\s+"(.*)"\s*$')
_ASC = re.compile(r"\*(\w+)\s*=\s*(.*?)\s*$")
# their key -> our key, factor (None: text)
RAS = {
    "HW_XG_WAVE_LENGTH_ALPHA1": ("wavelength_m", ANGSTROM),
    "HW_XG_WAVE_LENGTH_ALPHA2": ("wavelength_alpha2_m", ANGSTROM),
    "HW_XG_TARGET_NAME": ("anode", None), "FILE_SAMPLE": ("sample", None), "MEAS_SCAN_START_TIME": ("started", None),
}  # fmt: skip
ASC = {
    "WAVE_LENGTH1": ("wavelength_m", ANGSTROM), "WAVE_LENGTH2": ("wavelength_alpha2_m", ANGSTROM),
    "TARGET": ("anode", None), "SAMPLE": ("sample", None), "DATE": ("started", None),
}  # fmt: skip
OVER_TWO_THETA = re.compile(r"^\s*2|^\s*two\s*theta|^theta\s*[/-]?\s*2", re.IGNORECASE)


@dataclass
class _Scan:
    keys: dict[str, str] = field(default_factory=dict)
    rows: list[str] = field(default_factory=list)


def _meta(keys: dict[str, str], known: dict[str, tuple[str, float | None]]) -> dict[str, str | float | int]:
    meta: dict[str, str | float | int] = {}
    for theirs, (ours, factor) in known.items():
        said = keys.get(theirs, "").strip()
        if factor is None:
            meta |= {ours: said} if said else {}
        elif re.fullmatch(r"\d+(\.\d+)?", said) and 0.1 < float(said) < 10.0:
            meta[ours] = float(said) * factor
    if "wavelength_alpha2_m" in meta:
        meta["alpha2_ratio"] = 0.5
    return meta


def read_ras(path: Path) -> list[Measurement]:
    scans: list[_Scan] = []
    scan, inside = _Scan(), False
    for line in text_of(path).splitlines():
        word = line.strip()
        if word == "*RAS_HEADER_START":
            scan = _Scan()
        elif word in ("*RAS_INT_START", "*RAS_INT_END"):
            inside = word.endswith("START")
            if not inside:
                scans.append(scan)
        elif inside and word:
            scan.rows.append(word)
        elif found := _RAS.match(word):
            scan.keys[found[1]] = found[2]
    if inside and scan.rows:
        raise FileFormatError("it ends within its rows of intensities: it is cut short; copy it again.")
    found_scans: list[Measurement] = []
    others: list[str] = []
    for one in scans:
        axis = one.keys.get("MEAS_SCAN_AXIS_X", "")
        if axis and not OVER_TWO_THETA.match(axis):
            others.append(axis)
            continue
        found_scans.append(
            _ras_scan(one, path.stem, "" if axis else "the file does not say its axis; taken for 2 theta")
        )
    return _told(found_scans, others)


def _ras_scan(one: _Scan, stem: str, assumed: str) -> Measurement:
    rows = numbers(" ".join(one.rows).replace(",", " "))
    width = len(one.rows[0].replace(",", " ").split()) if one.rows else 0
    if width not in (2, 3) or rows.size % width:
        raise FileFormatError("its rows are not two or three numbers each; it is damaged or cut short.")
    table = rows.reshape(-1, width)
    meta, notes = _meta(one.keys, RAS), [assumed] if assumed else []
    if "alpha2_ratio" in meta:
        notes.append("K-alpha2 taken as half of K-alpha1, the file does not say")
    y = table[:, 1]
    if width == 3 and np.any(table[:, 2] != 1.0):
        y = y * table[:, 2]
        notes.append("intensities multiplied by the attenuator's factor")
    if unit := one.keys.get("MEAS_SCAN_UNIT_Y"):
        meta["intensity_unit"] = unit
    return diffraction(str(meta.get("sample") or stem), table[:, 0], y, meta, notes)


def read_asc(path: Path) -> list[Measurement]:
    scans: list[_Scan] = []
    common: dict[str, str] = {}
    for line in text_of(path).splitlines():
        word = line.strip()
        if word == "*BEGIN":
            scans.append(_Scan(dict(common)))
        elif found := _ASC.match(word):
            (scans[-1].keys if scans else common)[found[1].upper()] = found[2]
        elif word and not word.startswith("*"):
            if not scans:
                scans.append(_Scan(dict(common)))
            scans[-1].rows.append(word)
    found_scans: list[Measurement] = []
    others: list[str] = []
    for one in scans:
        axis = one.keys.get("SCAN_AXIS", one.keys.get("XUNIT", ""))
        if "SCAN_AXIS" in one.keys and not OVER_TWO_THETA.match(axis):
            others.append(axis)
        elif one.rows:
            found_scans.append(_asc_scan(one, path.stem))
    return _told(found_scans, others)


def _asc_scan(one: _Scan, stem: str) -> Measurement:
    y = numbers(" ".join(one.rows).replace(",", " "))
    try:
        start, step = float(one.keys["START"]), float(one.keys["STEP"])
        count = int(float(one.keys.get("COUNT", y.size)))
    except (KeyError, ValueError):
        raise FileFormatError("it lacks *START or *STEP, without which its intensities have no angles.") from None
    if count != y.size:
        raise FileFormatError(f"it says {count} points and holds {y.size}: it is damaged or cut short.")
    meta = _meta(one.keys, ASC)
    notes = ["K-alpha2 taken as half of K-alpha1, the file does not say"] if "alpha2_ratio" in meta else []
    if unit := one.keys.get("YUNIT"):
        meta["intensity_unit"] = unit
    return diffraction(str(meta.get("sample") or stem), start + step * np.arange(y.size), y, meta, notes)


def _told(found: list[Measurement], others: list[str]) -> list[Measurement]:
    if not found:
        raise FileFormatError(f"it holds no scan over 2 theta (only {', '.join(others[:4]) or 'no rows'}).")
    if others:
        told = f"left out, as they are no scans over 2 theta: {', '.join(others[:4])}"
        found = [replace(m, notes=(*m.notes, told)) for m in found]
    return found if len(found) == 1 else [replace(m, name=f"{m.name} {k}") for k, m in enumerate(found, 1)]


def _is_ras(head: Head) -> bool:
    return "*RAS_DATA_START" in head.text[:200]


def _is_asc(head: Head) -> bool:
    start = head.text[:4000]
    return start.lstrip().startswith("*TYPE") and "*START" in head.text and "*STEP" in head.text


FORMATS = (
    Format("Rigaku ras", (".ras",), ("xrd",), _is_ras, read_ras),
    Format("Rigaku asc", (".asc",), ("xrd",), _is_asc, read_asc),
)
