"""The size of a pixel in a TIFF, from what the microscope or ImageJ wrote into it.

Many microscopes state the pixel of their display, not of the image that was saved: the field of view over the number of
pixels of the image itself decides, wherever it is known.
"""

from __future__ import annotations

import re
from typing import Any

from ..pixels import metres

__all__ = ["pixel_size"]

Size = tuple[float | None, float | None, str]
GATAN_UNIT, GATAN_SCALE = (65003, 65004), (65009, 65010)  # private tags of DigitalMicrograph: x, y
TESCAN = 50431
DISPLAY = 1024  # pixels of a Zeiss display, which AP_PIXEL_SIZE belongs to
SAME = 0.02


def pixel_size(file: Any, page: Any) -> tuple[tuple[float, float] | None, str]:
    """Height and width of a pixel (m), and where that was found; the first of the writers that left any."""
    for find in (_fei, _zeiss, _tescan, _gatan, _imagej):
        try:
            height, width, source = find(file, page)
        except (AttributeError, KeyError, TypeError, ValueError, IndexError, ZeroDivisionError, OverflowError):
            continue
        if height and width:
            return (height, width), source
    return None, ""


def _fei(file: Any, page: Any) -> Size:
    said = file.fei_metadata
    scan = said["Scan"]
    height, width = metres(float(scan["PixelHeight"]), "m"), metres(float(scan["PixelWidth"]), "m")
    field = metres_of_field(float(scan.get("HorFieldsize") or said.get("EScan", {}).get("HorFieldsize") or 0.0))
    if field and width and abs(field / page.imagewidth / width - 1.0) > SAME:
        pixel = field / page.imagewidth
        return pixel, pixel, f"the field of view in the FEI header ({1e6 * field:.4g} um) over the width of the image"
    return height, width, "the FEI header"


def _zeiss(file: Any, page: Any) -> Size:
    said = file.sem_metadata
    own = _zeiss_length(said, "ap_image_pixel_size")
    field = _zeiss_length(said, "ap_width")
    if field:
        pixel = field / page.imagewidth
        source = f"the field of view in the Zeiss header ({1e6 * field:.4g} um) over the width of the image"
        if own and abs(own / pixel - 1.0) > SAME:
            source += f"; AP_IMAGE_PIXEL_SIZE says {1e9 * own:.4g} nm"
        return pixel, pixel, source
    if own:
        return own, own, "the Zeiss header"
    shown = _zeiss_length(said, "ap_pixel_size")
    if shown is None:
        return None, None, ""
    pixel = shown * DISPLAY / page.imagewidth
    return pixel, pixel, f"the Zeiss header, whose pixel size belongs to a display of {DISPLAY} pixels"


def _zeiss_length(said: Any, key: str) -> float | None:
    if key not in said:
        return None
    _, size, unit = said[key]
    return metres_of_field(float(size), str(unit))


def metres_of_field(size: float, unit: str = "m") -> float | None:
    """A length of a pixel or of a whole image in metres; None for none."""
    one = metres(1.0, "mm" if unit == "m" else unit)
    length = size * (1e3 if unit == "m" else 1.0) * one if one else 0.0
    return length if 1e-13 < length < 1.0 else None


def _tescan(file: Any, page: Any) -> Size:
    raw = page.tags[TESCAN].value
    text = raw.decode("latin-1") if isinstance(raw, bytes) else str(raw)
    x, y = (re.search(rf"PixelSize{axis}\s*=\s*([\d.eE+-]+)", text) for axis in "XY")
    if x is None:
        return None, None, ""
    width = metres(float(x[1]), "m")
    return metres(float(y[1]), "m") if y else width, width, "the Tescan header"


def _gatan(file: Any, page: Any) -> Size:
    size = []
    for unit, scale in zip(GATAN_UNIT, GATAN_SCALE, strict=True):
        word = page.tags[unit].value
        word = word.decode("latin-1") if isinstance(word, bytes) else str(word)
        size.append(metres(float(page.tags[scale].value), word.replace("\x00", "")))
    return size[1], size[0], "the Gatan tags"


def _imagej(file: Any, page: Any) -> Size:
    unit = str((file.imagej_metadata or {})["unit"])
    if unit.strip().lower() in ("inch", "inches", "in"):  # what a printer takes, 72 to the inch if nobody said
        return None, None, ""
    size = [page.tags[tag].value for tag in ("YResolution", "XResolution")]  # pixels per unit, as a fraction
    return metres(size[0][1] / size[0][0], unit), metres(size[1][1] / size[1][0], unit), f"ImageJ's scale in {unit}"
