"""Electron-microscopy datasets in HDF5, .emd: images of Thermo Velox and of the Berkeley layout.

Velox keeps each image as ``Data/Image/ID/Data`` (rows, columns, frames) with its description as JSON; Berkeley marks a
group by the attribute ``emd_group_type`` and keeps ``data`` with one axis (``dim1``, ``dim2``) each. Links that
leave the file, and data kept in other files, are refused.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..head import Head
from ..pixels import check_pixels, image_measurement, metres
from ..reading import Format

MAX_IMAGES, MAX_FRAMES, MAX_GROUPS = 64, 64, 2000


def read(path: Path) -> list[Measurement]:
    import h5py

    try:
        with h5py.File(path, "r") as file:
            found = _velox(file, path.stem) or _berkeley(file, path.stem)
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        raise FileFormatError(f"its HDF5 container is damaged ({str(error).splitlines()[0][:80]}).") from None
    if not found:
        raise FileFormatError(
            "it holds no image; export the image, not a spectrum or spectrum image, from the program."
        )
    return found


def _velox(file: Any, stem: str) -> list[Measurement]:
    images = _child(_child(file, "Data"), "Image")
    if images is None:
        return []
    names = [name for name in list(images)[:MAX_IMAGES] if _child(images, name) is not None]
    found = []
    for k, name in enumerate(names, 1):
        group = _child(images, name)
        values = _values(_child(group, "Data"))
        if values is None:
            continue
        said = _json(_child(group, "Metadata"))
        size = said.get("BinaryResult", {}).get("PixelSize", {}) if isinstance(said.get("BinaryResult"), dict) else {}
        unit = str(said.get("BinaryResult", {}).get("PixelUnitX", "")) if size else ""
        pixel = _square(size.get("height"), size.get("width"), unit) if isinstance(size, dict) else None
        frames = values[:, :, None] if values.ndim == 2 else values
        for frame in range(frames.shape[2]):
            label = " ".join(
                [stem, *([str(k)] if len(names) > 1 else []), *([f"frame {frame + 1}"] * (frames.shape[2] > 1))]
            )
            found.append(image_measurement(label, frames[:, :, frame], pixel, "Velox's own description"))
    return found


def _berkeley(file: Any, stem: str) -> list[Measurement]:
    found = []
    for group in _groups(file):
        if (
            "emd_group_type" not in group.attrs
            or (values := _values(_child(group, "data"))) is None
            or values.ndim != 2
        ):
            continue
        axes = [_child(group, f"dim{k}") for k in (1, 2)]
        steps, units = [], []
        for axis in axes:
            place = None if axis is None or axis.ndim != 1 or axis.size < 2 else np.asarray(axis[:2], dtype=float)
            steps.append(float(place[1] - place[0]) if place is not None else 0.0)
            unit = axis.attrs.get("units", "") if axis is not None else ""
            units.append(
                (unit.decode("latin-1") if isinstance(unit, bytes) else str(unit)).strip("[]").replace("_", "")
            )
        pixel = _square(steps[0], steps[1], units[0])
        found.append(image_measurement(f"{stem} {group.name.strip('/')}", values, pixel, "the file's axes"))
        if len(found) >= MAX_IMAGES:
            break
    return found if len(found) != 1 else [replace(found[0], name=stem)]  # the only one bears the file's name


def _square(height: Any, width: Any, unit: str) -> tuple[float, float] | None:
    try:
        size = metres(float(height), unit), metres(float(width), unit)
    except (TypeError, ValueError):
        return None
    return (size[0], size[1]) if size[0] and size[1] else None


def _child(group: Any, name: str) -> Any:
    """A member of a group that is a hard link; None without one."""
    import h5py

    if not isinstance(group, h5py.Group) or not isinstance(group.get(name, getlink=True), h5py.HardLink):
        return None
    return group.get(name)


def _groups(root: Any) -> list[Any]:
    """All groups of the file, each once, in order, at most `MAX_GROUPS`."""
    import h5py

    queue: list[Any] = [root]
    found: list[Any] = []
    seen: set[int] = set()
    while queue and len(found) < MAX_GROUPS:
        group = queue.pop(0)
        place = h5py.h5o.get_info(group.id).addr
        if place in seen:
            continue
        seen.add(place)
        found.append(group)
        queue += [one for name in list(group)[:MAX_GROUPS] if isinstance(one := _child(group, name), h5py.Group)]
    return found


def _values(data: Any) -> NDArray[Any] | None:
    """The numbers of a dataset of two or three axes, after its size was checked."""
    import h5py

    if not isinstance(data, h5py.Dataset) or data.ndim not in (2, 3) or data.dtype.kind not in "iuf":
        return None
    if data.is_virtual or data.external:
        raise FileFormatError("it points to data in other files; save it as one file.")
    if data.ndim == 3 and data.shape[2] > MAX_FRAMES:
        raise FileFormatError(f"it holds {data.shape[2]} frames; export their sum or single images.")
    check_pixels(data.shape, data.dtype.itemsize)
    return np.asarray(data[()])


def _json(data: Any) -> dict[str, Any]:
    if data is None or data.ndim != 2 or data.shape[0] > 4_000_000:
        return {}
    try:
        said = json.loads(np.asarray(data[:, 0], dtype=np.uint8).tobytes().rstrip(b"\0").decode("utf-8"))
    except (ValueError, UnicodeDecodeError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def recognises(head: Head) -> bool:
    return head.bytes[:8] == b"\x89HDF\r\n\x1a\n" and (head.suffix == ".emd" or b"Velox" in head.bytes)


FORMATS = (Format("Electron microscopy dataset (Velox, Berkeley)", (".emd",), ("image",), recognises, read),)
