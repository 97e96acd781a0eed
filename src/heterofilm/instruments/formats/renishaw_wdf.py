"""Renishaw WiRE .wdf: blocks of a name, a number and a length; only spectra, axis and origins are read.

Read here rather than with renishawWiRE (MIT), which trusts the lengths in the file (a block of length zero never
ends) and decodes embedded pictures; the tests hold this reader to that package and to WiRE's own text export.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..head import Head
from ..reading import Format
from ._raman import MAX_POINTS, raman

HEADER = 512
SHIFT, NANOMETRE = 1, 3  # units of the x axis
# kind of origin, our column, factor
ORIGINS = {3: ("x_um", 1.0), 4: ("y_um", 1.0), 5: ("z_um", 1.0), 11: ("time_s", 1e-7)}  # time in steps of 100 ns


def _recognises(head: Head) -> bool:
    return head.bytes.startswith(b"WDF1")


def _blocks(raw: bytes) -> dict[str, tuple[int, int]]:
    """Name -> (first byte of the content, its length), after each length was held against the file's size."""
    found: dict[str, tuple[int, int]] = {}
    at = 0
    while at + 16 <= len(raw):
        name, _, length = struct.unpack_from("<4sIQ", raw, at)
        if length < 16 or at + length > len(raw):
            if name in (b"DATA", b"XLST", b"WDF1"):
                raise FileFormatError(f"its block {name.decode()} is cut short; copy the file again.")
            break
        found.setdefault(name.decode("latin1"), (at + 16, length - 16))
        at += length
    return found


def _read(path: Path) -> list[Measurement]:
    raw = path.read_bytes()
    if len(raw) < HEADER:
        raise FileFormatError("it is shorter than its header; copy the file again.")
    blocks = _blocks(raw)
    if "DATA" not in blocks or "XLST" not in blocks:
        raise FileFormatError("it holds no spectra or no axis; the measurement was not finished.")
    (points,) = struct.unpack_from("<I", raw, 0x3C)
    capacity, count = struct.unpack_from("<QQ", raw, 0x40)
    (n_origins,) = struct.unpack_from("<I", raw, 0x5C)
    (laser_wavenumber,) = struct.unpack_from("<f", raw, 0x9C)
    if not 0 < count <= capacity or points == 0 or points * count > MAX_POINTS:
        raise FileFormatError(f"its header claims {count} spectra of {points} points, which cannot be.")
    start, length = blocks["DATA"]
    if points * count * 4 > length:
        raise FileFormatError(f"its header claims {count} spectra of {points} points, more than the file holds.")
    spectra = np.frombuffer(raw, "<f4", points * count, start).astype(float).reshape(count, points)
    notes = [] if count == capacity else [f"{count} of {capacity} planned spectra were measured"]
    meta: dict[str, str | float | int] = {
        "title": _text(raw[0xF0:HEADER]),
        "instrument": "Renishaw",
    }
    if np.isfinite(laser_wavenumber) and 1e3 < laser_wavenumber < 1e6:
        meta["laser_m"] = float(0.01 / laser_wavenumber)
    shift = _axis(raw, blocks["XLST"], points, meta)
    places = _origins(raw, blocks.get("ORGN"), n_origins, int(capacity), int(count)) if count > 1 else {}
    return [raman(path.stem, shift, spectra, meta, notes, places)]


def _axis(raw: bytes, block: tuple[int, int], n: int, meta: dict[str, str | float | int]) -> NDArray[np.float64]:
    start, length = block
    if length < 8 + 4 * n:
        raise FileFormatError("its axis is shorter than its spectra; the file is damaged.")
    _, unit = struct.unpack_from("<II", raw, start)
    axis = np.frombuffer(raw, "<f4", n, start + 8).astype(float)
    if unit == SHIFT:
        return axis
    if unit == NANOMETRE and "laser_m" in meta and np.all(axis > 0.0):
        return 1e7 * (1e-9 / float(meta["laser_m"]) - 1.0 / axis)  # shift = 1/lambda_laser - 1/lambda
    raise FileFormatError("its axis is no Raman shift; set WiRE's axis to Raman shift in cm-1 and save it again.")


def _origins(
    raw: bytes, block: tuple[int, int] | None, n: int, capacity: int, count: int
) -> dict[str, NDArray[np.float64]]:
    """Place and time of each spectrum; a list has 24 bytes of heading and 8 for every planned spectrum."""
    found: dict[str, NDArray[np.float64]] = {}
    if block is None:
        return found
    start, length = block
    stride = 24 + 8 * capacity
    if n > 64 or 4 + n * stride > length:
        raise FileFormatError("its list of origins is cut short; copy the file again.")
    for k in range(n):
        at = start + 4 + k * stride
        kind = struct.unpack_from("<I", raw, at)[0] & 0x7FFFFFFF
        if kind not in ORIGINS:
            continue
        name, factor = ORIGINS[kind]
        values = np.frombuffer(raw, "<i8" if name == "time_s" else "<f8", count, at + 24).astype(float)
        found[name] = (values - values[0]) * factor if name == "time_s" else values
    return {k: v for k, v in found.items() if np.all(np.isfinite(v)) and np.any(v != v[0])}


def _text(raw: bytes) -> str:
    return raw.split(b"\x00", 1)[0].decode("utf-8", "replace").strip()


FORMATS = (Format("Renishaw WiRE wdf", (".wdf",), ("raman",), _recognises, _read),)
