"""Bruker diffraction: .brml (zip with XML) and .uxd (text)."""

from __future__ import annotations

import re
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..containers import open_zip, parse_xml, read_member
from ..head import Head, text_of
from ..reading import Format
from ._scan import diffraction

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

ANGSTROM = 1e-10
MAX_XML = 50_000_000
_RAW_DATA = re.compile(r"Experiment\d+/RawData\d+\.xml")
# element below <Tube>, our key, factor
TUBE = (
    ("WaveLengthAlpha1", "wavelength_m", ANGSTROM),
    ("WaveLengthAlpha2", "wavelength_alpha2_m", ANGSTROM),
    ("WaveLengthRatio", "alpha2_ratio", 1.0),
)
# key of a .uxd file, our key, factor
UXD = (
    ("_WL1", "wavelength_m", ANGSTROM),
    ("_WL2", "wavelength_alpha2_m", ANGSTROM),
    ("_WLRATIO", "alpha2_ratio", 1.0),
    ("_STEPTIME", "counting_time_s", 1.0),
)
UXD_TEXTS = (("_SAMPLE", "sample"), ("_ANODE", "anode"), ("_DATEMEASURED", "started"))


def members_of(head: Head) -> list[str]:
    """The names in a zip container; empty for another or a damaged file."""
    if not head.bytes.startswith(b"PK"):
        return []
    try:
        with zipfile.ZipFile(head.path) as archive:
            return archive.namelist()[:1000]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        return []


def _is_brml(head: Head) -> bool:
    names = members_of(head)
    return any(_RAW_DATA.fullmatch(n) for n in names) or (head.suffix == ".brml" and head.bytes.startswith(b"PK"))


def _read_brml(path: Path) -> list[Measurement]:
    found: list[Measurement] = []
    other: list[str] = []
    with open_zip(path) as archive:
        names = sorted(name for name in archive.namelist() if _RAW_DATA.fullmatch(name))
        if not names:
            raise FileFormatError("it holds no RawData, no measurement was finished.")
        for name in names:
            root = parse_xml(read_member(archive, name, MAX_XML))
            meta = _tube(root)
            info = {e.get("Name"): e.get("Value") for e in root.iter("InfoItem")}
            label = info.get("SampleName") or path.stem
            started = root.findtext("TimeStampStarted")
            if started:
                meta["started"] = started
            for route in root.iter("DataRoute"):
                scan = _route(route, label, meta)
                if scan is None:
                    other.append(str(next((s.get("VisibleName") for s in route.iter("ScanInformation")), "unknown")))
                else:
                    found.append(scan)
    if not found:
        raise FileFormatError(f"it holds no scan over 2 theta (only {', '.join(other) or 'no data'}).")
    return _numbered(found)


def _tube(root: Element) -> dict[str, str | float | int]:
    meta: dict[str, str | float | int] = {}
    tube = next(iter(root.iter("Tube")), None)
    if tube is None:
        return meta
    for name, key, factor in TUBE:
        element = tube.find(name)
        try:
            value = float(element.get("Value", "")) if element is not None else 0.0
        except ValueError:
            continue
        if value > 0.0:
            meta[key] = factor * value
    if anode := tube.findtext("TubeMaterial"):
        meta["anode"] = anode
    return meta


def _route(route: Element, label: str, meta: dict[str, str | float | int]) -> Measurement | None:
    axes = [e.get("AxisId") for e in route.iter("ScanAxisInfo")]
    rows = [row.text or "" for row in route.findall("Datum")]
    if "TwoTheta" not in axes or not rows:
        return None
    # a row is: time, absorption factor, the scan axes, what was recorded; the views say where each begins
    views = [(v, int(v.get("Start", "0"))) for v in route.iter("RawDataView")]
    begin = {v.get("LogicName"): k for v, k in views}
    at_axes = next((k for v, k in views if v.find("Varying") is not None), 2)
    recorded = [k for v, k in views if v.find("Recording") is not None]
    at = recorded[0] if recorded else at_axes + len(axes)
    try:
        table = np.array([row.split(",") for row in rows], dtype=float)
    except ValueError:
        raise FileFormatError("its rows of data are of different length or hold words; the file is damaged.") from None
    if table.ndim != 2 or not 0 <= max(at, at_axes + axes.index("TwoTheta")) < table.shape[1] or min(at, at_axes) < 0:
        raise FileFormatError("its rows of data are shorter than its axes; the file is damaged.")
    notes, intensity = [], table[:, at]
    factor = table[:, begin["AbsorptionFactor"]] if begin.get("AbsorptionFactor", 99) < table.shape[1] else 1.0
    if np.any(factor != 1.0):
        intensity = intensity * factor
        notes.append("counts multiplied by the absorber's factor")
    with suppress(ValueError):
        meta = meta | {"counting_time_s": float(route.findtext(".//TimePerStepEffective") or "")}
    return diffraction(label, table[:, at_axes + axes.index("TwoTheta")], intensity, meta, notes)


def _is_uxd(head: Head) -> bool:
    return "_FILEVERSION" in head.text[:3000] and ("_2THETA" in head.text or "_COUNTS" in head.text)


def _read_uxd(path: Path) -> list[Measurement]:
    found: list[Measurement] = []
    keys: dict[str, str] = {}
    kind, rows = "", [[0.0]][:0]

    def close() -> None:
        if rows:
            found.append(_uxd_range(kind, rows, keys, path.stem))
            rows.clear()

    for line in text_of(path).splitlines():
        word = line.strip()
        if not word or word.startswith(";"):
            continue
        if not word.startswith("_"):
            try:
                rows.append([float(cell) for cell in word.replace(",", ".").split()])
            except ValueError:
                raise FileFormatError(f"'{word[:30]}' stands among its rows of numbers.") from None
            continue
        if rows:
            close()
        name, equals, value = word.partition("=")
        if equals:
            keys[name.strip()] = value.strip().strip("'")
        else:
            kind = name.strip()
    close()
    if not found:
        raise FileFormatError("it holds no counts.")
    return _numbered(found)


def _uxd_range(kind: str, rows: list[list[float]], keys: dict[str, str], stem: str) -> Measurement:
    meta: dict[str, str | float | int] = {}
    for name, key, factor in UXD:
        try:
            meta[key] = factor * float(keys[name])
        except (KeyError, ValueError):
            continue
    meta |= {key: keys[name] for name, key in UXD_TEXTS if keys.get(name)}
    notes = ["counts per second"] if kind.endswith("CPS") else []
    if kind.startswith("_2THETA"):
        if any(len(row) != 2 for row in rows):
            raise FileFormatError("a row has not two numbers; the file is cut short.")
        x, y = np.array(rows).T
    else:
        y = np.array([value for row in rows for value in row])
        try:
            x = float(keys.get("_START", keys.get("_2THETA", ""))) + float(keys["_STEPSIZE"]) * np.arange(y.size)
        except (KeyError, ValueError):
            raise FileFormatError("it lacks _START or _STEPSIZE, without which its counts have no angles.") from None
    return diffraction(keys.get("_SAMPLE") or stem, x, y, meta, notes)


def _numbered(found: list[Measurement]) -> list[Measurement]:
    from dataclasses import replace

    return found if len(found) == 1 else [replace(m, name=f"{m.name} {k}") for k, m in enumerate(found, 1)]


FORMATS = (
    Format("Bruker brml", (".brml",), ("xrd",), _is_brml, _read_brml),
    Format("Bruker uxd", (".uxd",), ("xrd",), _is_uxd, _read_uxd),
)
