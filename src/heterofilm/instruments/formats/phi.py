"""PHI MultiPak (.spe): a header of text between SOFH and EOFH, then one table of floats for each region.

The binary part: four integers (group, number of traces, bytes of their headers, bytes of the header of data), then for
each trace 24 integers, of which 5 is its number of points, 18 its type of number, 19 its bytes, and 20 where
they begin, counted from the first integer. Found in files of a Quantum 2000 and a VersaProbe 4.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..photoelectron import photoelectrons, plain_number, unique_names
from ..reading import Format

TYPES = {b"f4": "<f4", b"f8": "<f8"}
# their key -> our key of meta
KEYS = {
    "InstrumentModel": "instrument", "Technique": "technique", "FileDate": "started", "FileDesc": "sample",
    "XraySource": "source", "AnalyserWorkFcn": "analyser_work_function_eV", "SourceAnalyserAngle": "angle_deg",
}  # fmt: skip


def read(path: Path) -> list[Measurement]:
    raw = path.read_bytes()
    end = raw.find(b"EOFH")
    start = raw.find(b"\n", end) + 1
    if end < 0 or start == 0:
        raise FileFormatError("its header has no end; copy the file again.")
    known: dict[str, str] = {}
    regions: list[list[str]] = []
    for line in raw[:end].decode("cp1252", "replace").splitlines():
        key, _, value = line.partition(":")
        if key == "SpectralRegDef":
            regions.append(value.split())
        known.setdefault(key, value.strip())
    try:
        _, traces, length, _ = struct.unpack_from("<4I", raw, start)
        if traces != len(regions) or length != 96 * traces or traces == 0:
            raise FileFormatError(
                f"its header names {len(regions)} regions and its data {traces}; open it in MultiPak and export text."
            )
        return unique_names([_region(raw, start, k, words, known) for k, words in enumerate(regions)])
    except struct.error:
        raise FileFormatError("it is cut short: its data end within their header.") from None


def _region(raw: bytes, start: int, k: int, words: list[str], known: dict[str, str]) -> Measurement:
    trace = struct.unpack_from("<24I", raw, start + 16 + 96 * k)
    kind = struct.pack("<I", trace[18])[:2]
    points, size, begin = trace[5], trace[19], start + trace[20]
    # number, identifier, name, atomic number, points, step, first energy, last energy, ..., dwell, pass energy, area
    if len(words) < 8 or kind not in TYPES:
        raise FileFormatError("it is of a kind of PHI file that is not known; export text from MultiPak.")
    numbers = [plain_number(word) for word in words[4:8]]
    if any(value is None for value in numbers):
        raise FileFormatError(f"the definition of its region '{words[2]}' is damaged.")
    claimed, step, first, last = (float(value or 0.0) for value in numbers)
    width = np.dtype(TYPES[kind]).itemsize
    if points != claimed or size != points * width or begin + size > len(raw) or points == 0:
        raise FileFormatError(f"its region '{words[2]}' claims {points} points that the file does not hold.")
    if abs(first + step * (points - 1) - last) > 1.5 * abs(step):
        raise FileFormatError(f"the energies of its region '{words[2]}' do not fit its number of points.")
    meta: dict[str, str | float | int] = {"intensity_unit": "counts/s"}
    for theirs, ours in KEYS.items():
        if known.get(theirs):
            value = plain_number(known[theirs]) if ours.endswith(("_eV", "_deg")) else None
            meta[ours] = known[theirs] if value is None else value
    if len(words) >= 13:
        for ours, word in (("dwell_s", words[-3]), ("pass_energy_eV", words[-2])):
            number = plain_number(word)
            if number is not None:
                meta[ours] = number
    source = [plain_number(word) for word in known.get("XraySource", "").split()]
    photon = next((value for value in source if value), None)
    values = np.frombuffer(raw, TYPES[kind], points, begin).astype(float)
    # MultiPak names a wide scan Su1s or 1su
    name = "survey" if words[2].lower() in ("su1s", "1su") else words[2]
    technique = known.get("Technique", "").lower()
    return photoelectrons(
        name, values, binding_eV=first + step * np.arange(points), photon_energy_eV=photon,
        technique=technique if technique in ("xps", "ups") else None, meta=meta | {"region": words[2]},
    )  # fmt: skip


FORMATS = (Format("PHI MultiPak", (".spe",), ("xps", "ups"), lambda head: head.bytes.startswith(b"SOFH"), read),)
