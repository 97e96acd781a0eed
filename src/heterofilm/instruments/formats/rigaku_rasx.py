"""Rigaku SmartLab Studio .rasx: a zip with a text profile and XML conditions for each scan."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..containers import open_zip, parse_xml, read_member
from ..head import Head, decode
from ..reading import Format
from ._scan import diffraction
from .bruker_xrd import members_of

ANGSTROM = 1e-10
_PROFILE = re.compile(r"(Data\d+)/Profile\d+\.txt")
MAX_MEMBER = 50_000_000
# element in the conditions, our key, factor (None: text)
CONDITIONS = (
    ("WavelengthKalpha1", "wavelength_m", ANGSTROM),
    ("WavelengthKalpha2", "wavelength_alpha2_m", ANGSTROM),
    ("TargetName", "anode", None),
    ("StartTime", "started", None),
    ("SampleName", "sample", None),
)


def _recognises(head: Head) -> bool:
    return any(_PROFILE.fullmatch(n) for n in members_of(head)) or (
        head.suffix == ".rasx" and head.bytes.startswith(b"PK")
    )


def _read(path: Path) -> list[Measurement]:
    found = []
    with open_zip(path) as archive:
        names = archive.namelist()
        profiles = sorted(name for name in names if _PROFILE.fullmatch(name))
        if not profiles:
            raise FileFormatError("it holds no profile, no scan was finished.")
        for k, name in enumerate(profiles, 1):
            folder = name.partition("/")[0]
            # the vendor writes "Mesurement"
            rest = [n for n in names if re.fullmatch(rf"{folder}/Mea?surementConditions\d+\.xml", n)]
            meta = _conditions(read_member(archive, rest[0], MAX_MEMBER)) if rest else {}
            rows = _rows(decode(read_member(archive, name, MAX_MEMBER)) or "")
            notes = []
            intensity = rows[:, 1]
            if rows.shape[1] > 2 and np.any(rows[:, 2] != 1.0):
                intensity = intensity * rows[:, 2]
                notes.append("counts multiplied by the attenuator's factor")
            if "wavelength_alpha2_m" in meta:
                meta["alpha2_ratio"] = 0.5
                notes.append("K-alpha2 taken as half of K-alpha1, the file does not say")
            label = str(meta.get("sample") or path.stem)
            label = label if len(profiles) == 1 else f"{label} {k}"
            found.append(diffraction(label, rows[:, 0], intensity, meta, notes))
    return found


def _rows(text: str) -> np.ndarray:
    try:
        rows = np.loadtxt(io.StringIO(text), ndmin=2)
    except ValueError:
        raise FileFormatError("its profile is no table of numbers; the file is damaged.") from None
    if rows.size == 0 or rows.shape[1] < 2:
        raise FileFormatError("its profile is empty.")
    return rows


def _conditions(raw: bytes) -> dict[str, str | float | int]:
    root = parse_xml(raw)
    meta: dict[str, str | float | int] = {}
    for name, key, factor in CONDITIONS:
        text = next((e.text.strip() for e in root.iter(name) if e.text and e.text.strip()), "")
        if not text:
            continue
        if factor is None:
            meta[key] = text
            continue
        try:
            meta[key] = factor * float(text)
        except ValueError:
            continue
    return meta


FORMATS = (Format("Rigaku rasx", (".rasx",), ("xrd",), _recognises, _read),)
