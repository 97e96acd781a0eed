"""Gatan DigitalMicrograph .dm3 and .dm4: images with their calibration; spectra of one line as a table.

The file is a tree of tags. Each tag is a group or a value; a value says its type as a list of numbers (simple, string,
structure, array). The tree is walked with its depth, its tags and the length of its arrays held against the file.
Layout after the description of C. Boothroyd.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..head import Head
from ..pixels import check_pixels, image_measurement, metres
from ..reading import Format

SIMPLE = {2: "h", 3: "i", 4: "H", 5: "I", 6: "f", 7: "d", 8: "b", 9: "b", 10: "b", 11: "q", 12: "Q"}
STRUCTURE, STRING, ARRAY = 15, 18, 20
PIXELS = {1: "i2", 2: "f4", 6: "u1", 7: "i4", 9: "i1", 10: "u2", 11: "u4", 12: "f8", 14: "u1"}  # DataType -> numpy
PREVIEW = 23  # packed colours of a thumbnail
MAX_DEPTH, MAX_TAGS, TEXT = 40, 200_000, 4096


@dataclass
class _Tree:
    """The tags of a file, by their path: ``ImageList.1.ImageData.DataType``; arrays as (place, type, count)."""

    raw: bytes
    wide: bool  # dm4: counts of 64 bits
    order: Literal["<", ">"]  # of the values; counts have the most significant byte first in every file
    at: int
    tags: dict[str, Any] = field(default_factory=dict)
    seen: int = 0

    def count(self) -> int:
        number: int = struct.unpack_from(">q" if self.wide else ">i", self.raw, self.at)[0]
        self.at += 8 if self.wide else 4
        if not 0 <= number <= len(self.raw):
            raise FileFormatError("one of its counts is larger than the file; it is damaged.")
        return number

    def group(self, path: str, depth: int = 0) -> None:
        if depth > MAX_DEPTH:
            raise FileFormatError(f"its tags are nested deeper than {MAX_DEPTH}; it is damaged.")
        self.at += 2  # sorted, open
        unnamed = 0
        for _ in range(self.count()):
            self.seen += 1
            if self.seen > MAX_TAGS:
                raise FileFormatError(f"it has more than {MAX_TAGS} tags, which no image has.")
            kind, length = struct.unpack_from(">BH", self.raw, self.at)
            name = self.raw[self.at + 3 : self.at + 3 + length].decode("latin-1")
            self.at += 3 + length + (8 if self.wide else 0)
            if not name:
                name, unnamed = str(unnamed), unnamed + 1
            below = f"{path}.{name}" if path else name
            if kind == 20:
                self.group(below, depth + 1)
            elif kind == 21:
                self.tags[below] = self.value()
            else:
                raise FileFormatError("its tree of tags breaks off; it is damaged or cut short.")

    def value(self) -> Any:
        if self.raw[self.at : self.at + 4] != b"%%%%":
            raise FileFormatError("its tree of tags breaks off; it is damaged or cut short.")
        self.at += 4
        length = self.count()
        if length > 1000:
            raise FileFormatError("one of its types is longer than any instrument writes; it is damaged.")
        info = [self.count() for _ in range(length)]
        if not info:
            raise FileFormatError("one of its values has no type; it is damaged.")
        if info[0] in SIMPLE:
            return self.numbers(SIMPLE[info[0]])[0]
        if info[0] == STRUCTURE:
            return self.numbers("".join(_simple(kind) for kind in info[4::2]))
        if info[0] == STRING and length > 1:
            return self.text(2 * info[1])
        if info[0] == ARRAY and length > 2:
            fields = "".join(_simple(kind) for kind in info[5:-1:2]) if info[1] == STRUCTURE else _simple(info[1])
            size = struct.calcsize("=" + fields)
            if info[-1] * size > len(self.raw) - self.at:
                raise FileFormatError("one of its arrays claims more bytes than the file has; it is cut short.")
            if info[1] == 4 and info[-1] < TEXT:  # text is an array of unsigned short numbers
                return self.text(2 * info[-1])
            place, self.at = self.at, self.at + info[-1] * size
            return place, fields, info[-1]
        raise FileFormatError(f"one of its values is of an unknown type ({info[0]}); it is damaged.")

    def numbers(self, fields: str) -> tuple[Any, ...]:
        found = struct.unpack_from(self.order + fields, self.raw, self.at)
        self.at += struct.calcsize("=" + fields)
        return found

    def text(self, size: int) -> str:
        if size > len(self.raw) - self.at:
            raise FileFormatError("one of its texts is longer than the file; it is cut short.")
        raw, self.at = self.raw[self.at : self.at + size], self.at + size
        return raw.decode("utf-16-le" if self.order == "<" else "utf-16-be", "replace")


def _simple(kind: int) -> str:
    if kind not in SIMPLE:
        raise FileFormatError(f"one of its values is of an unknown type ({kind}); it is damaged.")
    return SIMPLE[kind]


def read(path: Path) -> list[Measurement]:
    raw = path.read_bytes()
    wide = raw[3] == 4
    place = 12 if wide else 8
    try:
        order: Literal["<", ">"] = "<" if struct.unpack_from(">i", raw, place)[0] == 1 else ">"
        tree = _Tree(raw, wide, order, place + 4)
        tree.group("")
    except struct.error:
        raise FileFormatError("it is cut short; copy it again from the microscope.") from None
    numbers = {tag.split(".")[1] for tag in tree.tags if tag.startswith("ImageList.")}
    found = sorted(int(n) for n in numbers if n.isdecimal())
    shown = [k for k in found if tree.tags.get(f"ImageList.{k}.ImageData.DataType") not in (None, PREVIEW)]
    if not shown:
        raise FileFormatError("it holds no image, or its thumbnail alone; save it again from DigitalMicrograph.")
    return [_one(tree, k, path.stem if len(shown) == 1 else f"{path.stem} {k}") for k in shown]


def _one(tree: _Tree, k: int, name: str) -> Measurement:
    root = f"ImageList.{k}.ImageData."
    shape: list[int] = []
    while f"{root}Dimensions.{len(shape)}" in tree.tags:
        shape.append(int(tree.tags[f"{root}Dimensions.{len(shape)}"]))
    data, kind = tree.tags.get(f"{root}Data"), tree.tags[f"{root}DataType"]
    if not shape or data is None or isinstance(data, float | int):
        raise FileFormatError("its image has no data or no size; it is damaged.")
    if kind not in PIXELS:
        raise FileFormatError(f"its pixels are of type {kind}: complex, packed or unknown; export the image as TIFF.")
    dtype = np.dtype(PIXELS[kind]).newbyteorder(tree.order)
    if isinstance(data, str):
        raise FileFormatError("its image is smaller than any microscope records; it is damaged.")
    start, fields, count = data
    check_pixels(tuple(shape), dtype.itemsize, count * struct.calcsize("=" + fields))
    values = np.frombuffer(tree.raw, dtype, int(np.prod(shape)), start).reshape(shape[::-1])
    scales = [_scale(tree, f"{root}Calibrations.Dimension.{axis}.") for axis in range(len(shape))]
    lines = [n for n in shape if n > 1]
    if len(lines) == 1:  # one line: a spectrum or a line profile
        axis = shape.index(lines[0])
        scale, origin, unit = scales[axis]
        place = scale * (np.arange(lines[0]) - origin)
        table = pl.DataFrame(
            {f"channel_{unit}" if unit else "channel": place, "intensity": values.ravel().astype(float)}
        )
        return Measurement("table", name, table, {"channel_width": scale, "channel_unit": unit},
                           ("one line of numbers (a spectrum), not an image: returned as a table",))  # fmt: skip
    if len(lines) > 2:
        size = " x ".join(map(str, shape))
        raise FileFormatError(f"it holds a stack or spectrum image of {size}; export single images or one spectrum.")
    height, width = metres(scales[1][0], scales[1][2]), metres(scales[0][0], scales[0][2])
    pixel = (height, width) if height and width else None
    found = image_measurement(name, values.reshape(shape[1], shape[0]), pixel, "the file's calibration")
    return found if pixel or not scales[0][2] else found.with_meta(pixel_unit=scales[0][2], pixel_scale=scales[0][0])


def _scale(tree: _Tree, root: str) -> tuple[float, float, str]:
    """Scale, origin (in channels) and unit of an axis."""
    values = [tree.tags.get(root + name, preset) for name, preset in (("Scale", 1.0), ("Origin", 0.0), ("Units", ""))]
    scale, origin = (float(v) if isinstance(v, float | int) else 1.0 for v in values[:2])
    if not (np.isfinite(scale) and np.isfinite(origin)):
        raise FileFormatError("its calibration holds numbers that are not finite; it is damaged.")
    return scale, origin, values[2].strip() if isinstance(values[2], str) else ""


def recognises(head: Head) -> bool:
    start = head.bytes
    if start[:4] == b"\0\0\0\3":
        return start[8:11] == b"\0\0\0" and start[11:12] in (b"\0", b"\1") and len(start) > 16
    return start[:4] == b"\0\0\0\4" and start[12:15] == b"\0\0\0" and start[15:16] in (b"\0", b"\1")


FORMATS = (Format("Gatan DigitalMicrograph", (".dm3", ".dm4"), ("image", "table"), recognises, read),)
