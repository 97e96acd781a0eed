"""Images from files: how large they may be, and what makes an array with its pixel size a `Measurement`."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import FileFormatError
from ..records.measurement import Measurement

__all__ = ["MAX_PIXELS", "NO_PIXEL", "PIXEL_FROM", "check_pixels", "image_measurement", "metres"]

MAX_PIXELS = 50_000_000
MAX_BYTES = 256_000_000  # of all pixels, unpacked
METRES = {"m": 1.0, "cm": 1e-2, "mm": 1e-3, "um": 1e-6, "nm": 1e-9, "pm": 1e-12, "a": 1e-10, "angstrom": 1e-10,
          "micron": 1e-6, "inch": 0.0254, "in": 0.0254}  # fmt: skip
PREFIXES = {"": "", "centi": "c", "milli": "m", "micro": "u", "nano": "n", "pico": "p"}
_METRE = re.compile(rf"({'|'.join(PREFIXES)})(?:metre|meter)s?")
GREY = (0.2126, 0.7152, 0.0722)  # ITU-R BT.709 luminance of red, green, blue
NO_PIXEL = "the file states no size of its pixels: give it before lengths are measured"
PIXEL_FROM = "size of a pixel from"
SQUARE = 0.01  # pixels whose sides differ by less pass for square


def check_pixels(shape: tuple[int, ...], item: int = 1, available: int | None = None) -> None:
    """Errors: `HeterofilmError` for an image without pixels, with more than can be held, or larger than its file.

    `item`: bytes per pixel; `available`: bytes left in the file for data that are not compressed.
    """
    count = math.prod(int(n) for n in shape)
    size = " x ".join(str(n) for n in shape)
    if count <= 0 or any(n <= 0 for n in shape):
        raise FileFormatError(f"its header claims an image of {size} pixels; it is damaged.")
    if count > MAX_PIXELS:
        raise FileFormatError(
            f"its header claims {size} pixels, more than {MAX_PIXELS // 1_000_000} million; export a part of the image."
        )
    if count * item > MAX_BYTES:
        raise FileFormatError(
            f"its header claims {count * item // 1_000_000} MB of pixels; export it with 16 bits or a part of it."
        )
    if available is not None and count * item > available:
        raise FileFormatError(f"its header claims {size} pixels, which the file is too short to hold; copy it again.")


def metres(scale: float, unit: str) -> float | None:
    """`scale` in `unit` as metres; None for a unit that is no length or a number that is no size of a pixel."""
    word = (
        unit.strip().strip("\x00").replace("\\u00B5", "u").replace("µ", "u").replace("μ", "u").replace("Å", "A").lower()
    )
    if found := _METRE.fullmatch(word):
        word = f"{PREFIXES[found[1]]}m"
    factor = METRES.get(word or "m", METRES.get(re.sub(r"(?<=[a-z]{4})s$", "", word)))
    size = abs(scale) * factor if factor is not None else math.nan
    return size if 1e-13 < size < 1e-2 else None


def image_measurement(
    name: str, image: NDArray[Any], pixel_m: tuple[float, float] | None, source: str = "", **meta: str | float | int
) -> Measurement:
    """An array, shape (rows, columns) or (rows, columns, 3 or 4 colours), as a `Measurement`.

    `pixel_m`: height and width of a pixel, None where the file states none; `source`: where in the file it stands.

    Errors: `HeterofilmError` for complex values, values that are not finite, pixels that are not square.
    """
    notes: list[str] = []
    if image.ndim == 3 and image.shape[2] in (3, 4):
        image = image[:, :, :3].astype(np.float32) @ np.array(GREY, dtype=np.float32)
        notes.append("colours were made grey by their luminance")
    if image.ndim != 2:
        raise FileFormatError(f"it holds data of shape {image.shape}, not an image; export single images.")
    if np.iscomplexobj(image):
        raise FileFormatError("it holds complex numbers, as a Fourier transform has; export the image itself.")
    if image.dtype.kind == "f":
        image = image.astype(np.float64) if image.dtype.itemsize < 4 else image
        if not np.all(np.isfinite(image)) or float(np.max(np.abs(image))) > 1e30:
            raise FileFormatError("some of its pixels are no finite numbers; export the image again.")
    if image.dtype.byteorder not in ("=", "|"):
        image = image.astype(image.dtype.newbyteorder("="))
    if pixel_m is None:
        notes.append(NO_PIXEL)
    else:
        height, width = pixel_m
        if abs(height - width) > SQUARE * width:
            raise FileFormatError(
                f"its pixels are {height * 1e9:.4g} nm high and {width * 1e9:.4g} nm wide; export it with square ones."
            )
        meta = {**meta, "pixel_m": math.sqrt(height * width)}
        if source:
            notes.append(f"{PIXEL_FROM} {source}")
    return Measurement("image", name, meta=meta, notes=tuple(notes), image=image)
