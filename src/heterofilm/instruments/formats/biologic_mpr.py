"""BioLogic EC-Lab binary (.mpr): modules one after the other - settings, data, log.

    file    "BIO-LOGIC MODULAR FILE", padded to 52 bytes, then modules
    module  "MODULE", short name (10), long name (25), length (4), version (4), date (8), content; since EC-Lab 11.50
            the length is ff ff ff ff, and length (8), version (4) and date (8) follow
    data    number of rows (4), number of columns, the number of each column, at a fixed place of the version the rows

All numbers are little-endian. A column's number says what it is and how wide; those of the flags share one byte of each
row. The layout was found from files with EC-Lab's own text export beside them and is checked against these, but for
version 0 and the columns that no such file has, which follow published descriptions. The length of the module says
whether all widths are right; where one column is not known it gives its width.

The file of a galvanostatic technique holds no current but the charge moved between rows, from which EC-Lab makes the
column <I> when it exports; so does this reader.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..biologic import measurements
from ..head import Head
from ..reading import Format

__all__ = ["FORMATS"]

_MAGIC = b"BIO-LOGIC MODULAR FILE\x1a"
FIRST = 52
MAX_MODULES = 64
ROWS_AT = {0: 100, 2: 405, 3: 406, 10: 1007, 11: 1007}  # version of the data module -> where its rows begin
FLAGS = {1, 2, 3, 21, 31, 65}  # mode, ox/red, error, control changes, Ns changes, counter inc.: one byte
# number of a column -> EC-Lab's heading and the type in a row
COLUMNS: dict[int, tuple[str, str]] = {
    4: ("time/s", "f8"), 5: ("control/V/mA", "f4"), 6: ("Ewe/V", "f4"), 7: ("dq/mA.h", "f8"), 8: ("I/mA", "f4"),
    9: ("Ece/V", "f4"), 11: ("<I>/mA", "f8"), 13: ("(Q-Qo)/mA.h", "f8"), 16: ("Analog IN 1/V", "f4"),
    17: ("Analog IN 2/V", "f4"), 19: ("control/V", "f4"), 20: ("control/mA", "f4"), 23: ("dQ/mA.h", "f8"),
    24: ("cycle number", "f8"), 26: ("Rapp/Ohm", "f4"), 27: ("Ewe-Ece/V", "f4"), 32: ("freq/Hz", "f4"),
    33: ("|Ewe|/V", "f4"), 34: ("|I|/A", "f4"), 35: ("Phase(Z)/deg", "f4"), 36: ("|Z|/Ohm", "f4"),
    37: ("Re(Z)/Ohm", "f4"), 38: ("-Im(Z)/Ohm", "f4"), 39: ("I Range", "u2"), 69: ("R/Ohm", "f4"), 70: ("P/W", "f4"),
    74: ("|Energy|/W.h", "f8"), 75: ("Analog OUT/V", "f4"), 76: ("<I>/mA", "f4"), 77: ("<Ewe>/V", "f4"),
    96: ("|Ece|/V", "f4"), 98: ("Phase(Zce)/deg", "f4"), 99: ("|Zce|/Ohm", "f4"), 100: ("Re(Zce)/Ohm", "f4"),
    101: ("-Im(Zce)/Ohm", "f4"), 123: ("Energy charge/W.h", "f8"), 124: ("Energy discharge/W.h", "f8"),
    125: ("Capacitance charge/uF", "f8"), 126: ("Capacitance discharge/uF", "f8"), 131: ("Ns", "u2"),
    163: ("|Estack|/V", "f4"), 168: ("Rcmp/Ohm", "f4"), 169: ("Cs/uF", "f4"), 172: ("Cp/uF", "f4"),
    173: ("Cp-2/uF-2", "f4"), 174: ("<Ewe>/V", "f4"), 178: ("(Q-Qo)/C", "f4"), 179: ("dQ/C", "f4"),
    182: ("step time/s", "f8"), 185: ("<Ece>/V", "f4"), 211: ("Q charge/discharge/mA.h", "f8"),
    212: ("half cycle", "u4"), 213: ("z cycle", "u4"), 217: ("THD Ewe/%", "f4"), 218: ("THD I/%", "f4"),
    326: ("P/W", "f4"), 379: ("Energy we charge/W.h", "f8"), 434: ("(Q-Qo)/C", "f4"), 435: ("dQ/C", "f4"),
    438: ("step time/s", "f8"), 441: ("<Ece>/V", "f4"), 462: ("Temperature/degC", "f4"),
    467: ("Q charge/discharge/mA.h", "f8"), 468: ("half cycle", "u4"), 469: ("z cycle", "u4"), 471: ("<Ece>/V", "f4"),
    430: ("Phase(Zwe-ce)/deg", "f4"), 431: ("|Zwe-ce|/Ohm", "f4"), 432: ("Re(Zwe-ce)/Ohm", "f4"),
    433: ("-Im(Zwe-ce)/Ohm", "f4"), 474: ("THD I/%", "f4"), 476: ("NSD Ewe/%", "f4"), 477: ("NSD I/%", "f4"),
    479: ("NSR Ewe/%", "f4"), 480: ("NSR I/%", "f4"),
    **{484 + k: (f"|Ewe h{k}|/V", "f4") for k in range(2, 8)}, **{490 + k: (f"|I h{k}|/A", "f4") for k in range(2, 8)},
}  # fmt: skip
TECHNIQUES = {
    0x04: "GCPL", 0x06: "CV", 0x07: "CVA", 0x0B: "OCV", 0x18: "CA", 0x19: "CP", 0x1C: "WAIT", 0x1D: "PEIS",
    0x1E: "GEIS", 0x6C: "LSV", 0x7F: "MB",
}  # fmt: skip
WORDS = {  # of the settings: place of a text whose first byte is its length
    0x007: "comments", 0x11E: "electrode_material", 0x1C0: "electrolyte", 0x215: "reference",
}  # fmt: skip
STARTED = 585  # place in the log: days since 30 December 1899


@dataclass(frozen=True)
class _Module:
    name: str
    version: int
    content: bytes


def recognises(head: Head) -> bool:
    return head.bytes.startswith(_MAGIC)


def read(path: Path) -> list[Measurement]:
    modules = _modules(path.read_bytes())
    found = {module.name: module for module in reversed(modules)}  # the first of a name
    if "VMP data" not in found:
        raise FileFormatError("it has no data; the measurement may have been stopped before its first row.")
    frame, notes = _rows(found["VMP data"])
    settings, log = found.get("VMP Set"), found.get("VMP LOG")
    code = settings.content[0] if settings is not None and settings.content else -1
    if code not in TECHNIQUES and "freq/Hz" not in frame.columns:
        notes += (
            f"Number {code} of the technique is not known: taken for a series of potential and current over time.",
        )
    meta = ({} if settings is None else _settings(settings.content)) | ({} if log is None else _log(log.content))
    return measurements(frame, TECHNIQUES.get(code, ""), path.stem, meta, notes)


def _modules(raw: bytes) -> list[_Module]:
    """The modules of the file, as far as they are whole.

    Errors: `HeterofilmError` for a module that is longer than the file.
    """
    found: list[_Module] = []
    at = FIRST
    while raw[at : at + 6] == b"MODULE" and len(found) < MAX_MODULES:
        header = raw[at : at + 65]
        if len(header) < 57:
            break
        name = header[6:16].decode("latin-1").strip()
        if header[41:45] == b"\xff\xff\xff\xff":
            if len(header) < 65:
                break
            length, version = struct.unpack_from("<QI", header, 45)
            start = at + 65
        else:
            length, version = struct.unpack_from("<II", header, 41)
            start = at + 57
        if start + length > len(raw):
            if name == "VMP data":
                raise FileFormatError(
                    f"its data should be {length} bytes long and {max(len(raw) - start, 0)} are there: it is cut short."
                )
            break
        found.append(_Module(name, version, raw[start : start + length]))
        at = start + length
    if not found:
        raise FileFormatError("no module follows its first 52 bytes; the file is damaged.")
    return found


def _rows(data: _Module) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The table, under EC-Lab's headings, and what was assumed.

    Errors: `HeterofilmError` for an unknown version, more rows than there are bytes, or columns of unknown width.
    """
    begin = ROWS_AT.get(data.version)
    if begin is None:
        raise FileFormatError(
            f"version {data.version} of its data is not known; export it from EC-Lab as text (.mpt) and give that."
        )
    content = data.content
    if len(content) < begin:
        raise FileFormatError("its data end before their first row: it is cut short.")
    count, width = struct.unpack_from("<I", content)[0], content[4]
    if count == 0:
        raise FileFormatError("it has no row; the measurement may have been stopped before its first one.")
    if count > (len(content) - begin):
        raise FileFormatError("its data claim more rows than the file can hold; it is damaged or cut short.")
    numbers = _numbers(content, data.version, width, begin)
    size, rest = divmod(len(content) - begin, count)
    if rest:
        raise FileFormatError("the length of its data is no whole number of rows; it is damaged or cut short.")
    fields, notes = _fields(numbers, size)
    table = np.frombuffer(content, np.dtype(fields), count, begin)
    columns: dict[str, np.ndarray] = {}
    for name, kind in fields:
        if kind[0] != "V" and not name.startswith("flags"):
            columns.setdefault(name.rstrip("\x00"), table[name].astype(np.float64 if kind[1] == "f" else np.int64))
    return pl.DataFrame(columns), notes


def _numbers(content: bytes, version: int, width: int, begin: int) -> list[int]:
    """The numbers of the columns: of a byte each, since EC-Lab 10 of two, since 11.50 behind a count of two bytes."""
    if version >= 10:
        (width,) = struct.unpack_from("<H", content, 4)
    start, kind = (5, "B") if version == 0 else (5, "H") if version < 10 else (6, "H")
    if start + width * struct.calcsize(kind) > begin or width == 0:
        raise FileFormatError(f"its data claim {width} columns, which their header cannot list; it is damaged.")
    return list(struct.unpack_from(f"<{width}{kind}", content, start))


def _fields(numbers: list[int], size: int) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    """The fields of a row of `size` bytes. One column of unknown width gets what is left.

    Errors: `HeterofilmError` for several unknown columns, or widths that do not add up.
    """
    fields: list[tuple[str, str]] = []
    unknown = [n for n in numbers if n not in COLUMNS and n not in FLAGS]
    flags = False
    for number in numbers:
        if number in FLAGS:
            fields += [] if flags else [("flags", "<u1")]
            flags = True
        elif number in COLUMNS:
            name, kind = COLUMNS[number]
            taken = {field for field, _ in fields}
            fields.append((name if name not in taken else f"{name} {number}", f"<{kind}"))
        else:
            fields.append((f"unknown {number}", "V0"))
    known = sum(np.dtype(kind).itemsize for _, kind in fields if kind != "V0")
    left = size - known
    if len(unknown) > 1 or (unknown and left <= 0):
        raise FileFormatError(
            f"it has columns of unknown width (numbers {', '.join(map(str, unknown[:8]))}); export it from EC-Lab as "
            "text (.mpt) and give that."
        )
    if not unknown and left != 0:
        raise FileFormatError(
            f"a row has {size} bytes where its columns need {known}: this layout is not known; "
            "export it as text (.mpt) and give that."
        )
    notes = (f"Column number {unknown[0]} is not known and was left out.",) if unknown else ()
    return [(name, f"V{left}" if kind == "V0" else kind) for name, kind in fields], notes


def _settings(content: bytes) -> dict[str, str | float | int]:
    meta: dict[str, str | float | int] = {}
    for at, key in WORDS.items():
        if at < len(content) and at + 1 + content[at] <= len(content):
            said = content[at + 1 : at + 1 + content[at]].decode("cp1252", "replace").strip()
            if said and said.strip("()").lower() != "unspecified" and said.replace("\r\n", " ").isprintable():
                meta[key] = said
    return meta


def _log(content: bytes) -> dict[str, str | float | int]:
    if len(content) < STARTED + 8:
        return {}
    (days,) = struct.unpack_from("<d", content, STARTED)
    if not 30_000.0 < days < 60_000.0:  # 1982 to 2064
        return {}
    return {"started": f"{datetime(1899, 12, 30) + timedelta(days=days):%Y-%m-%d %H:%M:%S}"}


FORMATS = (Format("BioLogic EC-Lab binary", (".mpr",), ("cycling", "voltammetry", "impedance"), recognises, read),)
