"""Images as PNG or JPEG, and as TIFF with the pixel size that ImageJ, FEI, Zeiss or Gatan write into it.

PNG and JPEG state no scale that belongs to the sample: it must be given.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import HeterofilmError
from ...records.measurement import Measurement
from ..head import Head
from ..pixels import check_pixels, image_measurement, metres
from ..reading import Format

MAX_PAGES = 512
GATAN_UNIT, GATAN_SCALE = (65003, 65004), (65009, 65010)  # private tags of DigitalMicrograph: x, y


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
        raise HeterofilmError(f"its image cannot be decoded ({str(error)[:60]}).") from None
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
            raise HeterofilmError("it holds no image.")
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
        pixel, source = _scale(file, page)
    colours = values.ndim > 2 and page.samplesperpixel in (3, 4) and values.shape[-1] == page.samplesperpixel
    if values.ndim < 2:
        raise HeterofilmError(f"it holds data of shape {values.shape}, not an image.")
    frames = values.reshape(-1, *values.shape[-3 if colours else -2 :])
    if len(frames) > MAX_PAGES:
        raise HeterofilmError(f"it holds more than {MAX_PAGES} images; export a part of the stack.")
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


def _scale(file: Any, page: Any) -> tuple[tuple[float, float] | None, str]:
    """Height and width of a pixel (m), and who wrote them; the first of the writers that left any."""
    for find, source in ((_fei, "the FEI header"), (_zeiss, "the Zeiss header"), (_gatan, "the Gatan tags"),
                         (_imagej, "ImageJ's scale")):  # fmt: skip
        try:
            pixel = find(file, page)
        except (AttributeError, KeyError, TypeError, ValueError, IndexError, ZeroDivisionError, OverflowError):
            pixel = None
        if pixel is not None and pixel[0] and pixel[1]:
            return (pixel[0], pixel[1]), source
    return None, ""


def _fei(file: Any, page: Any) -> tuple[float | None, float | None]:
    scan = file.fei_metadata["Scan"]
    return metres(float(scan["PixelHeight"]), "m"), metres(float(scan["PixelWidth"]), "m")


def _zeiss(file: Any, page: Any) -> tuple[float | None, float | None]:
    said = file.sem_metadata
    _, size, unit = said.get("ap_image_pixel_size") or said["ap_pixel_size"]
    pixel = metres(float(size), str(unit))
    return pixel, pixel


def _gatan(file: Any, page: Any) -> tuple[float | None, float | None]:
    size = []
    for unit, scale in zip(GATAN_UNIT, GATAN_SCALE, strict=True):
        word = page.tags[unit].value
        word = word.decode("latin-1") if isinstance(word, bytes) else str(word)
        size.append(metres(float(page.tags[scale].value), word.replace("\x00", "")))
    return size[1], size[0]


def _imagej(file: Any, page: Any) -> tuple[float | None, float | None]:
    unit = str((file.imagej_metadata or {})["unit"])
    unit = re.sub(r"^(\\u00B5|µ|micro)", "u", unit)
    size = [page.tags[tag].value for tag in ("YResolution", "XResolution")]  # pixels per unit, as a fraction
    return metres(size[0][1] / size[0][0], unit), metres(size[1][1] / size[1][0], unit)


def _is_tiff(head: Head) -> bool:
    return head.bytes[:4] in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")


def _is_picture(head: Head) -> bool:
    return head.bytes[:8] == b"\x89PNG\r\n\x1a\n" or head.bytes[:3] == b"\xff\xd8\xff"


FORMATS = (
    Format("TIFF image", (".tif", ".tiff"), ("image",), _is_tiff, read_tiff),
    Format("PNG or JPEG image", (".png", ".jpg", ".jpeg"), ("image",), _is_picture, read_picture),
)
