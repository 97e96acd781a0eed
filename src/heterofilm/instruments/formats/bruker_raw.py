"""Bruker (Siemens) diffraction as binary .raw, in its four versions: "RAW ", "RAW2", "RAW1.01" and "RAW4.00".

The third and the fourth are checked against files with another export beside them; the first two follow the published
DIFFRAC-AT description. All numbers are little-endian, intensities 32-bit reals. Only scans over 2 theta are read.
"""

from __future__ import annotations

import math
import re
import struct
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..head import Head
from ..reading import Format
from ._scan import diffraction

ANGSTROM = 1e-10
MAX_RANGES = 1000
MAX_POINTS = 5_000_000
MAGIC = re.compile(rb"RAW(?: |2|1\.01|4\.00)")
WAVELENGTHS = (0.1, 10.0)  # angstrom
CODES = {0: "Locked Coupled", 1: "Unlocked Coupled", 2: "Detector Scan"}  # of version 3, over 2 theta
OVER_TWO_THETA = re.compile(r"coupled|2\s*theta|detector scan|psd", re.IGNORECASE)


@dataclass
class _Bytes:
    """The file, every look at which stays within it."""

    raw: bytes

    def get(self, kind: str, at: int) -> Any:
        size = struct.calcsize(f"<{kind}")
        if at < 0 or at + size > len(self.raw):
            raise FileFormatError("it ends within a header: it is damaged or cut short.")
        return struct.unpack_from(f"<{kind}", self.raw, at)[0]

    def text(self, at: int, size: int) -> str:
        said = self.raw[at : at + size].split(b"\0")[0].decode("cp1252", "replace").strip()
        return said if said.isprintable() else ""

    def intensities(self, at: int, count: int, record: int = 4) -> np.ndarray:
        """The first real of each of `count` records."""
        if not (0 < count <= MAX_POINTS and record >= 4 and at >= 0 and at + count * record <= len(self.raw)):
            raise FileFormatError(f"a range claims {count} points of {record} bytes, which the file cannot hold.")
        kind = np.dtype({"names": ["y"], "formats": ["<f4"], "offsets": [0], "itemsize": record})
        return np.frombuffer(self.raw, kind, count, at)["y"].astype(float)


Range = tuple[float, float, np.ndarray, dict[str, str | float | int], tuple[str, ...]]


def read(path: Path) -> list[Measurement]:
    file = _Bytes(path.read_bytes())
    reader = {b" ": _first, b"2": _second, b"1": _third, b"4": _fourth}[file.raw[3:4]]
    meta, ranges, others = reader(file)
    name = str(meta.get("sample") or path.stem)
    found = []
    for start, step, y, own, notes in ranges:
        if not (math.isfinite(start) and math.isfinite(step) and step > 0.0):
            raise FileFormatError(f"a range begins at {start:g} with steps of {step:g} deg: it is damaged.")
        found.append(diffraction(name, start + step * np.arange(y.size), y, meta | own, notes))
    if not found:
        raise FileFormatError(f"it holds no scan over 2 theta (only {', '.join(others[:4]) or 'no range'}).")
    if others:
        told = f"left out, as they are no scans over 2 theta: {', '.join(others[:4])}"
        found = [replace(m, notes=(*m.notes, told)) for m in found]
    return found if len(found) == 1 else [replace(m, name=f"{m.name} {k}") for k, m in enumerate(found, 1)]


Content = tuple[dict[str, str | float | int], list[Range], list[str]]


def _tube(alpha1: float, alpha2: float, ratio: float, anode: str) -> dict[str, str | float | int]:
    meta: dict[str, str | float | int] = {}
    for key, value in (("wavelength_m", alpha1), ("wavelength_alpha2_m", alpha2)):
        if WAVELENGTHS[0] < value < WAVELENGTHS[1]:
            meta[key] = float(value) * ANGSTROM
    if "wavelength_alpha2_m" in meta and 0.0 < ratio < 1.5:
        meta["alpha2_ratio"] = float(ratio)
    if anode.isalpha():
        meta["anode"] = anode
    return meta


def _first(file: _Bytes) -> Content:
    ranges: list[Range] = []
    meta: dict[str, str | float | int] = {}
    at, following = 0, 1
    while following and len(ranges) < MAX_RANGES:
        at += 4 if file.raw[at : at + 4] == b"RAW " else 0  # not repeated in early files
        count, time, step, start = (
            file.get("I", at),
            file.get("f", at + 4),
            file.get("f", at + 8),
            file.get("f", at + 20),
        )
        if not ranges:
            meta = _tube(file.get("f", at + 68), file.get("f", at + 72), 0.5, "")
            if said := file.text(at + 36, 32):
                meta["sample"] = said
        following = file.get("I", at + 148)
        ranges.append((start, step, file.intensities(at + 152, count), _time(time), ()))
        at += 152 + 4 * count
    return meta, ranges, []


def _second(file: _Bytes) -> Content:
    meta = _tube(file.get("f", 190), file.get("f", 194), file.get("f", 198), file.text(188, 2))
    if said := file.text(168, 20):
        meta["started"] = said
    ranges: list[Range] = []
    at = 256
    for _ in range(min(file.get("H", 4), MAX_RANGES)):
        header, count = file.get("H", at), file.get("H", at + 2)
        if header <= 48:
            raise FileFormatError(f"the header of a range claims {header} bytes: it is damaged.")
        y = file.intensities(at + header, count)
        ranges.append((file.get("f", at + 16), file.get("f", at + 12), y, _time(file.get("f", at + 8)), ()))
        at += header + 4 * count
    return meta, ranges, []


def _time(seconds: float) -> dict[str, str | float | int]:
    return {"counting_time_s": float(seconds)} if 0.0 < seconds < 1e6 else {}


def _third(file: _Bytes) -> Content:
    meta = _tube(file.get("d", 624), file.get("d", 632), file.get("d", 648), file.text(608, 4))
    if said := file.text(326, 60):
        meta["sample"] = said
    meta["started"] = f"{file.text(16, 10)} {file.text(26, 10)}".strip()
    ranges: list[Range] = []
    others: list[str] = []
    at = 712
    for _ in range(min(file.get("I", 12), MAX_RANGES)):
        header, count, code = file.get("I", at), file.get("I", at + 4), file.get("I", at + 196)
        record, extra = file.get("I", at + 252), file.get("I", at + 256)
        if header < 260 or extra > len(file.raw):
            raise FileFormatError(f"the header of a range claims {header} bytes: it is damaged.")
        start, step = file.get("d", at + 16), file.get("d", at + 176)
        y = file.intensities(at + header + extra, count, record)
        if code in CODES:
            own = _time(file.get("f", at + 192)) | {"scan": CODES[code]}
            ranges.append((start, step, y, own, ()))
        else:
            others.append(f"scan of type {code}")
        at += header + extra + count * record
    return meta, ranges, others


def _fourth(file: _Bytes) -> Content:
    """A chain of segments (kind, length); kinds 0 and 160 begin a range, whose data follow its drives."""
    meta: dict[str, str | float | int] = {"started": f"{file.text(12, 12)} {file.text(24, 10)}".strip()}
    ranges: list[Range] = []
    others: list[str] = []
    at = 61
    while at + 8 <= len(file.raw) and len(ranges) + len(others) < MAX_RANGES:
        kind, length = file.get("I", at), file.get("I", at + 4)
        if kind not in (0, 160):
            if length < 8 or at + length > len(file.raw):
                break
            if kind == 10 and file.text(at + 12, 24) == "SAMPLEID" and (said := file.text(at + 36, length - 36)):
                meta["sample"] = said
            elif kind == 30 and length >= 120:
                meta |= _tube(file.get("d", at + 80), file.get("d", at + 88), file.get("d", at + 104),
                              file.text(at + 112, 4))  # fmt: skip
            at += length
            continue
        if at + 160 > len(file.raw):
            break
        scan, start, step = file.text(at + 32, 24), file.get("d", at + 72), file.get("d", at + 80)
        count, record, extra = file.get("I", at + 88), file.get("I", at + 136), file.get("I", at + 140)
        if count == 0:
            others.append("an empty range")
            at += 160 + extra
            continue
        y = file.intensities(at + 160 + extra, count, record)
        if OVER_TWO_THETA.search(scan):
            ranges.append((start, step, y, _time(file.get("f", at + 92)) | {"scan": scan}, ()))
        else:
            others.append(scan or "a scan without a name")
        at += 160 + extra + count * record
    return meta, ranges, others


def _binary(head: Head) -> bool:
    return b"\0" in head.bytes[:1000]


FORMATS = (
    Format("Bruker raw", (".raw",), ("xrd",), lambda head: MAGIC.match(head.bytes) is not None and _binary(head), read),
)
