"""SPECS: text (.xy) and XML (.xml) as SpecsLab 2 and SpecsLab Prodigy export them."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..containers import parse_xml
from ..head import Head
from ..photoelectron import MAX_TEXT, is_rate, lines_of, photoelectrons, plain_number, together, unique_names
from ..reading import Format

Array = NDArray[np.float64]

# their key -> our key of meta
XY = {
    "group": "sample", "acquisition date": "started", "pass energy": "pass_energy_eV", "dwell time": "dwell_s",
    "eff. workfunction": "analyser_work_function_eV", "analyzer lens": "lens", "source": "source",
    "spectrum id": "spectrum",
}  # fmt: skip
XML = {
    "pass_energy": "pass_energy_eV", "dwell_time": "dwell_s", "effective_workfunction": "analyser_work_function_eV",
    "analyzer_lens": "lens", "bias_voltage": "detector_bias_V",
}  # fmt: skip


def read_xy(path: Path) -> list[Measurement]:
    found: list[Measurement] = []
    header: dict[str, str] = {}  # of the file and the group
    region: dict[str, str] = {}
    blocks: dict[str, list[Array]] = {}  # cycle -> its scans
    rows: list[list[float]] = []
    cycle, labels = "0", ""

    def close() -> None:
        if rows:
            if len({len(row) for row in rows}) != 1 or len(rows[0]) < 2:
                raise FileFormatError(f"the rows of its region '{region.get('region', '?')}' differ in length.")
            if not labels or labels.startswith("energy"):  # external channels have axes of their own
                blocks.setdefault(cycle, []).append(np.array(rows))
                region["ordinate"] = labels.partition(" ")[2]
            rows.clear()

    def finish() -> None:
        close()
        for number, scans in blocks.items():
            found.append(_xy_region(header, region, number, scans, len(blocks)))
        blocks.clear()

    for line in lines_of(path):
        if not line.startswith("#"):
            if line.strip():
                try:
                    rows.append([float(word) for word in line.replace(",", ".").split()])
                except ValueError:
                    raise FileFormatError(f"the row '{line[:40]}' is no row of numbers.") from None
            continue
        if rows:
            close()
        key, _, value = (part.strip() for part in line.lstrip("#").partition(":"))
        key, value = key.lower(), value.strip()
        if key.startswith("values in "):  # a comment of SpecsLab 2, without a colon
            key, value = "energy axis", key
        if key in ("group", "region"):
            finish()
            region = {} if key == "region" else region
        if key == "cycle":
            cycle, labels = value.split(",")[0].strip(), ""
        elif key == "columnlabels":
            labels = value
        (region if region or key == "region" else header)[key] = value
        if key == "group":
            region, header["group"] = {}, value
    finish()
    if not found:
        raise FileFormatError("it holds no region with rows of numbers.")
    return unique_names(found)


def _xy_region(
    header: dict[str, str], region: dict[str, str], cycle: str, scans: list[Array], cycles: int
) -> Measurement:
    known = header | region
    axis = scans[0][:, 0]
    if any(scan.shape[0] != axis.size or not np.allclose(scan[:, 0], axis) for scan in scans):
        raise FileFormatError(f"the scans of its region '{region.get('region')}' have different energies.")
    rates = is_rate(known.get("count rate", ""), known.get("ordinate", "")) or _yes(known, "counts per second")
    intensity, note = together([scan[:, 1] for scan in scans], rates)
    photon = plain_number(known.get("excitation energy", ""))
    binding, assumed = _is_binding(known, axis)
    meta: dict[str, str | float | int] = {}
    for theirs, ours in XY.items():
        if known.get(theirs):
            value = plain_number(known[theirs]) if "_" in ours else known[theirs]
            meta[ours] = value if value is not None else known[theirs]
    stated = plain_number(known.get("number of scans", ""))
    added = "separate scan data" in known and not _yes(known, "separate scan data") and stated is not None
    if added and not rates and stated is not None and stated > 1.0:
        note = f"The counts were taken for the sum of the {stated:.0f} scans that the header states."
    meta |= {"scans": stated if added and stated else len(scans), "intensity_unit": "counts/s" if rates else "counts"}
    name = region.get("region") or "region"
    method = known.get("analysis method", "").lower()
    return photoelectrons(
        f"{name}, cycle {cycle}" if cycles > 1 else name,
        intensity,
        kinetic_eV=None if binding else axis,
        binding_eV=axis if binding else None,
        photon_energy_eV=photon,
        technique=method if method in ("xps", "ups") else None,
        meta=meta,
        notes=[word for word in (note, assumed) if word],
    )


def _yes(known: dict[str, str], key: str) -> bool:
    return known.get(key, "").lower() in ("yes", "true", "on")


def _is_binding(known: dict[str, str], axis: Array) -> tuple[bool, str]:
    """Whether the energies are binding ones, and what was assumed.

    Prodigy writes "Energy Axis", SpecsLab 2 "Kinetic Energy Axis: yes" or "no"; the region where its axis starts.
    """
    if known.get("energy axis"):
        return "binding" in known["energy axis"].lower(), ""
    if known.get("kinetic energy axis"):
        return not _yes(known, "kinetic energy axis"), ""
    for key in ("binding energy", "kinetic energy"):
        start = plain_number(known.get(key, ""))
        if start is not None and abs(start - axis[0]) < 1e-3 * max(1.0, abs(start)):
            return key == "binding energy", f"The axis was taken for the {key}, with which the header says it starts."
    return False, "The header does not say which energy the axis is; taken for the kinetic energy."


def read_xml(path: Path) -> list[Measurement]:
    if path.stat().st_size > MAX_TEXT:
        raise FileFormatError(f"it is larger than {MAX_TEXT // 1_000_000} MB; export its regions one by one.")
    raw = path.read_bytes()
    # SpecsLab writes a document type that only lists its elements; it is cut away, and one with entities stays
    # for `parse_xml` to refuse
    declared = re.search(rb"<!DOCTYPE\s+any\s*\[(?:\s*<!(?:ELEMENT|ATTLIST)[^>]*>)*\s*\]>", raw[:65536])
    root = parse_xml(raw[: declared.start()] + raw[declared.end() :] if declared else raw)
    found = []
    for group in root.iter("struct"):
        if group.get("type_name") == "RegionGroup":
            sample = _text(group, "name")
            found += [
                m
                for one in group.iter("struct")
                if one.get("type_name") == "RegionData"
                for m in _xml_region(one, sample)
            ]
    if not found:
        raise FileFormatError("it holds no region; export the spectra from SpecsLab again.")
    return unique_names(found)


def _text(struct: Element, name: str) -> str:
    """The value of a member; empty when it is not there."""
    for member in struct:
        if member.get("name") == name:
            return (member.text or "").strip()
    return ""


def _real(struct: Element, name: str, default: float | None = None) -> float:
    word = _text(struct, name)
    value = plain_number(word) if word else default
    if value is None:
        raise FileFormatError(f"its region has no {name.replace('_', ' ')}.")
    return value


def _xml_region(data: Element, sample: str) -> list[Measurement]:
    name = _text(data, "name") or "region"
    region = next((s for s in data.iter("struct") if s.get("type_name") == "RegionDef"), None)
    if region is None:
        raise FileFormatError(f"its region '{name}' lacks its settings.")
    n, delta = int(_real(region, "values_per_curve")), _real(region, "scan_delta")
    head, tail = int(_real(data, "mcd_head", 0.0)), int(_real(data, "mcd_tail", 0.0))
    passed, photon = _real(region, "pass_energy"), _real(region, "excitation_energy")
    shifts = [_real(d, "shift", 0.0) for d in data.iter("struct") if d.get("type_name") == "Detector"] or [0.0]
    kinetic = _real(region, "kinetic_energy") + delta * np.arange(_bounded(n, name))
    curves = []
    for scan in data.iter("struct"):
        if scan.get("type_name") != "ScanData":
            continue
        counts = next((c for c in scan.iter("sequence") if c.get("type_name") == "CountsSeq"), None)
        words = " ".join(counts.itertext()).split() if counts is not None else []
        values = np.array(words, float)
        width = n + head + tail
        if values.size != width * len(shifts):
            if values.size == 0:
                continue
            raise FileFormatError(f"its region '{name}' holds {values.size} counts where {width * len(shifts)} belong.")
        # each channel of the detector sees an energy shifted by its place times the pass energy
        channels = values.reshape(width, len(shifts))
        seen = kinetic[0] + delta * (np.arange(width) - head)
        curves.append(
            sum(np.interp(kinetic, seen + s * passed, channels[:, k]) for k, s in enumerate(shifts)) + 0.0 * kinetic
        )
    if not curves:
        return []
    intensity, note = together(curves, rates=False)
    method = _text(region, "analysis_method").lower()
    meta: dict[str, str | float | int] = {"sample": sample, "scans": len(curves), "intensity_unit": "counts"}
    for theirs, ours in XML.items():
        if _text(region, theirs):
            value = plain_number(_text(region, theirs)) if "_" in ours else None
            meta[ours] = _text(region, theirs) if value is None else value
    notes = [note] if note else []
    if len(shifts) > 1:
        notes.append(f"{len(shifts)} channels of the detector brought to one axis by linear interpolation and added.")
    technique = method if method in ("xps", "ups") else None
    return [
        photoelectrons(
            name, intensity, kinetic_eV=kinetic, photon_energy_eV=photon, technique=technique, meta=meta, notes=notes
        )
    ]


def _bounded(n: int, name: str) -> int:
    if not 3 <= n <= 1_000_000:
        raise FileFormatError(f"its region '{name}' claims {n} values per curve.")
    return n


def _is_xy(head: Head) -> bool:
    return head.text.startswith("#") and ("SpecsLab" in head.text[:200] or "XY-Serializer" in head.text[:500])


def _is_xml(head: Head) -> bool:
    return head.text.lstrip().startswith("<?xml") and "specs.de/" in head.text


FORMATS = (
    Format("SPECS text", (".xy",), ("xps", "ups"), _is_xy, read_xy),
    Format("SPECS XML", (".xml",), ("xps", "ups"), _is_xml, read_xml),
)
