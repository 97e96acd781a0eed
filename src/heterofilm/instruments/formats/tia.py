"""FEI (Thermo) TIA: images in .ser, and the .emi beside them, which is refused by name.

Layout after the description of C. Boothroyd: a header with the place of a table of offsets, and for each element its
calibration, type, size and values, least significant byte first.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import polars as pl

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..pixels import check_pixels, image_measurement, metres
from ..reading import Format

TYPES = {1: "<u1", 2: "<u2", 3: "<u4", 4: "<i1", 5: "<i2", 6: "<i4", 7: "<f4", 8: "<f8"}  # 9, 10: complex
SPECTRA, IMAGES = 0x4120, 0x4122
MAX_ELEMENTS = 512


def read(path: Path) -> list[Measurement]:
    raw = path.read_bytes()
    try:
        _, _, version, kind, _, total, valid = struct.unpack_from("<2sHHIIII", raw)
        place, offset = ("<Q", 8) if version >= 0x0220 else ("<I", 4)
        start = struct.unpack_from(place, raw, 22)[0]
        if not 0 < valid <= total or total * offset > len(raw):
            raise FileFormatError(f"its header claims {valid} of {total} elements, which the file cannot hold.")
        if valid > MAX_ELEMENTS:
            raise FileFormatError(
                f"it holds {valid} elements, as a spectrum image has; export single images or the summed spectrum."
            )
        offsets = [struct.unpack_from(place, raw, start + offset * k)[0] for k in range(valid)]
        if kind == IMAGES:
            return [_image(raw, at, _name(path, k, valid)) for k, at in enumerate(offsets, 1)]
        if kind == SPECTRA:
            return [_spectrum(raw, at, _name(path, k, valid)) for k, at in enumerate(offsets, 1)]
    except struct.error:
        raise FileFormatError("it is cut short; copy it again from the microscope.") from None
    raise FileFormatError(f"its header names data of an unknown kind ({kind:#x}); it is damaged.")


def _image(raw: bytes, at: int, name: str) -> Measurement:
    _, dx, _, _, dy, _, kind, columns, rows = struct.unpack_from("<ddIddIHII", raw, at)
    data = at + 50
    dtype = _dtype(kind)
    check_pixels((rows, columns), dtype.itemsize, len(raw) - data)
    image = np.frombuffer(raw, dtype, rows * columns, data).reshape(rows, columns)
    size = metres(dy, "m"), metres(dx, "m")
    pixel = (size[0], size[1]) if size[0] and size[1] else None
    return image_measurement(name, image, pixel, "the file's calibration")


def _spectrum(raw: bytes, at: int, name: str) -> Measurement:
    first, step, element, kind, count = struct.unpack_from("<ddIHI", raw, at)
    dtype = _dtype(kind)
    check_pixels((1, count), dtype.itemsize, len(raw) - at - 26)
    values = np.frombuffer(raw, dtype, count, at + 26).astype(np.float64)
    axis = first + step * (np.arange(count) - float(element))
    return Measurement("table", name, pl.DataFrame({"channel": axis, "intensity": values}),
                       notes=("a spectrum, not an image: returned as a table",))  # fmt: skip


def _dtype(kind: int) -> np.dtype[np.generic]:
    if kind not in TYPES:
        raise FileFormatError(f"its pixels are of type {kind}: complex or unknown; export the image as real numbers.")
    return np.dtype(TYPES[kind])


def _name(path: Path, k: int, count: int) -> str:
    return path.stem if count == 1 else f"{path.stem} {k}"


def _refuse(path: Path) -> list[Measurement]:
    raise FileFormatError(
        "a TIA .emi describes the measurement; give the .ser file of the same name that lies beside it."
    )


FORMATS = (
    Format("FEI TIA series", (".ser",), ("image", "table"), lambda head: head.bytes[:4] == b"II\x97\x01", read),
    Format("FEI TIA description", (".emi",), (), lambda head: head.bytes[:4] == b"JK\x00\x02", _refuse),
)
