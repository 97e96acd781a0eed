"""Images as PNG or JPEG, and as TIFF with the pixel size that ImageJ, FEI, Zeiss, Tescan or Gatan write into it.

PNG and JPEG state no scale that belongs to the sample: it must be given.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..head import Head
from ..pixels import check_pixels, image_measurement
from ..reading import Format
from ._tiff_scale import pixel_size

MAX_PAGES = 512


def read_picture(path: Path) -> list[Measurement]:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path, formats=("PNG", "JPEG")) as picture:
            check_pixels((picture.height, picture.width, len(picture.getbands())))
            if picture.mode in ("I;16", "I;16B", "I", "F", "L"):
                values = np.asarray(picture)
            else:
                values = np.asarray(picture.convert("RGB"))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise FileFormatError(f"its image cannot be decoded ({str(error)[:60]}).") from None
    if (
        values.ndim == 3
        and np.array_equal(values[..., 0], values[..., 1])
        and np.array_equal(values[..., 0], values[..., 2])
    ):
        values = values[..., 0]  # grey saved as colours
    return [image_measurement(path.stem, values, None)]


def read_tiff(path: Path) -> list[Measurement]:
    import tifffile

    # only ImageJ's stacks are more than their pages; the other kinds of series parse XML or open further files
    plain: dict[str, Any] = {"is_ome": False, "is_mmstack": False, "is_lsm": False, "is_mdgel": False, "is_scn": False}
    with _quiet(), tifffile.TiffFile(path, **plain) as file:
        if not file.pages:
            raise FileFormatError("it holds no image.")
        page: Any = file.pages[0]
        stored = path.stat().st_size if page.compression == 1 else None
        if file.is_imagej:
            series = file.series[0]
            check_pixels(tuple(series.shape), page.dtype.itemsize, stored)
            values = np.asarray(series.asarray(maxworkers=1))
        else:
            alike = [one for one in file.pages[: MAX_PAGES + 1] if one.shape == page.shape]  # not thumbnails
            check_pixels((len(alike), *page.shape), page.dtype.itemsize, stored)
            values = np.stack([one.asarray(maxworkers=1) for one in alike])
        pixel, source = pixel_size(file, page)
    colours = values.ndim > 2 and page.samplesperpixel in (3, 4) and values.shape[-1] == page.samplesperpixel
    if values.ndim < 2:
        raise FileFormatError(f"it holds data of shape {values.shape}, not an image.")
    frames = values.reshape(-1, *values.shape[-3 if colours else -2 :])
    if len(frames) > MAX_PAGES:
        raise FileFormatError(f"it holds more than {MAX_PAGES} images; export a part of the stack.")
    return [
        image_measurement(path.stem if len(frames) == 1 else f"{path.stem} {k}", frame, pixel, source)
        for k, frame in enumerate(frames, 1)
    ]


@contextmanager
def _quiet() -> Iterator[None]:
    """tifffile logs what it forgives in a damaged file; that is no message to a user."""
    log = logging.getLogger("tifffile")
    before, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = before


def _is_tiff(head: Head) -> bool:
    return head.bytes[:4] in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")


def _is_picture(head: Head) -> bool:
    return head.bytes[:8] == b"\x89PNG\r\n\x1a\n" or head.bytes[:3] == b"\xff\xd8\xff"


FORMATS = (
    Format("TIFF image", (".tif", ".tiff"), ("image",), _is_tiff, read_tiff),
    Format("PNG or JPEG image", (".png", ".jpg", ".jpeg"), ("image",), _is_picture, read_picture),
)
