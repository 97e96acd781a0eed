"""PANalytical .xrdml: one or several scans in XML."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..containers import parse_xml
from ..head import Head
from ..reading import Format
from ._scan import MAX_ROWS, diffraction, numbers

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_BYTES = 50_000_000
# element below <usedWavelength>, our key, factor
WAVELENGTHS = (
    ("kAlpha1", "wavelength_m", 1e-10),
    ("kAlpha2", "wavelength_alpha2_m", 1e-10),
    ("ratioKAlpha2KAlpha1", "alpha2_ratio", 1.0),
)
TEXTS = (("anodeMaterial", "anode"), ("startTimeStamp", "started"), ("applicationSoftware", "software"))


def _recognises(head: Head) -> bool:
    return "<xrdMeasurements" in head.text[:4000]


def _local(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _find(element: Element, name: str) -> Element | None:
    return next((child for child in element.iter() if _local(child) == name), None)


def _text(element: Element | None) -> str:
    return (element.text or "").strip() if element is not None else ""


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _read(path: Path) -> list[Measurement]:
    if path.stat().st_size > MAX_BYTES:
        raise FileFormatError("it is larger than 50 MB; export single scans.")
    root = parse_xml(path.read_bytes())
    if _local(root) != "xrdMeasurements":
        raise FileFormatError("its XML is no xrdMeasurements document.")
    sample = _find(root, "sample")
    label = (_text(_find(sample, "name")) or _text(_find(sample, "id")) if sample is not None else "") or path.stem
    found: list[Measurement] = []
    other: set[str] = set()
    for block in (e for e in root.iter() if _local(e) == "xrdMeasurement"):
        meta = _meta(block)
        scans = [e for e in block.iter() if _local(e) == "scan"]
        for scan in scans:
            angles = _two_theta(scan)
            if angles is None:
                other.add(scan.get("scanAxis", "unknown"))
                continue
            found.append(_scan(scan, angles, label, meta))
    if not found:
        axes = ", ".join(sorted(other)) or "no axis"
        raise FileFormatError(f"it holds no scan over 2 theta (only over {axes}).")
    if len(found) > 1:
        from dataclasses import replace

        found = [replace(m, name=f"{label} {k}") for k, m in enumerate(found, 1)]
    return found


def _meta(block: Element) -> dict[str, str | float | int]:
    meta: dict[str, str | float | int] = {}
    wavelength = _find(block, "usedWavelength")
    for name, key, factor in WAVELENGTHS:
        value = _float(_text(_find(wavelength, name))) if wavelength is not None else None
        if value is not None and value > 0.0:
            meta[key] = factor * value
    if "alpha2_ratio" not in meta:  # a monochromator took it away
        meta.pop("wavelength_alpha2_m", None)
    for name, key in TEXTS:
        if word := _text(_find(block, name)):
            meta[key] = word
    return meta


def _two_theta(scan: Element) -> Element | None:
    places = [e for e in scan.iter() if _local(e) == "positions" and e.get("axis") == "2Theta"]
    moving = [e for e in places if _find(e, "startPosition") is not None or _find(e, "listPositions") is not None]
    return moving[0] if moving else None


def _scan(scan: Element, positions: Element, label: str, meta: dict[str, str | float | int]) -> Measurement:
    notes: list[str] = []
    values = _find(scan, "intensities")
    if values is None:
        values = _find(scan, "counts")
        notes.append("counts as the detector gave them")
    intensity = numbers(_text(values))
    if intensity.size == 0:
        raise FileFormatError("a scan holds no intensities; it was stopped before its first point.")
    factors = numbers(_text(_find(scan, "beamAttenuationFactors")))
    if values is not None and _local(values) == "counts" and factors.size == intensity.size:
        intensity = intensity * factors
        notes.append("multiplied by the attenuation factors")
    seconds = _float(_text(_find(scan, "commonCountingTime")))
    if seconds:
        meta = meta | {"counting_time_s": seconds}
    started = _text(_find(scan, "startTimeStamp"))
    return diffraction(label, _angles(positions, intensity.size), intensity,
                       meta | ({"started": started} if started else {}), notes)  # fmt: skip


def _angles(positions: Element, n: int) -> NDArray[np.float64]:
    listed = numbers(_text(_find(positions, "listPositions")))
    if listed.size:
        return listed
    start, stop = (_float(_text(_find(positions, f"{end}Position"))) for end in ("start", "end"))
    if start is None or stop is None or n > MAX_ROWS:
        raise FileFormatError("a scan lacks the first or last angle; export it again.")
    return np.linspace(start, stop, n)


FORMATS = (Format("PANalytical xrdml", (".xrdml",), ("xrd",), _recognises, _read),)
