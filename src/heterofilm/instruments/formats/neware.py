"""Neware .nda and .ndax, read through fastnda (BSD-3), and the csv that Neware's BTSDA exports.

The binary files agree with BTSDA's own export to its rounding (6e-5 V, 7e-4 mA, 2e-4 mAh). Current and capacity are
positive on charge; capacity counts from zero in each step; steps and cycles are the file's own count.
"""

from __future__ import annotations

import logging
import re
import tempfile
import warnings
import zipfile
from pathlib import Path

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..containers import open_zip, read_member
from ..cycler import assemble
from ..head import Head
from ..headings import Layout
from ..reading import Format
from ..rows import find_heading, read_rows

__all__ = ["FORMATS"]

MAX_NDC = 100_000_000  # bytes of all data members
MAX_DENSE = 20_000_000  # bytes of the newer layout, eight of which are a row
MAX_NDA = 300_000_000
_INFO = {"StartTime": "started", "StepName": "protocol", "Barcode": "barcode"}

BINARY = Layout(
    "Neware",
    {
        "total time": "time_s",
        "voltage": "voltage_V",
        "current": "current_A",
        "capacity": "counter_C",
        "step count": "step",
        "cycle count": "cycle",
    },
    restarts=True,
)
TEXT = Layout(
    "Neware",
    {
        "total time": "time_s",
        "cumulative time": "time_s",
        "test time": "time_s",
        "time": "step_time_s",
        "relative time": "step_time_s",
        "voltage": "voltage_V",
        "current": "current_A",
        "cur": "current_A",
        "chg. cap": "charged_C",
        "capacitance chg": "charged_C",
        "dchg. cap": "discharged_C",
        "capacitance dchg": "discharged_C",
        "capacity": "amount_C",
        "cycle index": "cycle",
        "cycle id": "cycle",
        "cycle": "cycle",
        "step index": "step",
        "step id": "step",
        "step": "step",
        "step type": "direction",
        "date": "date",
        "realtime": "date",
        "absolute time": "date",
    },
)


def _names(head: Head) -> list[str]:
    if not head.bytes.startswith(b"PK"):
        return []
    try:
        with zipfile.ZipFile(head.path) as archive:
            return archive.namelist()[:10_000]
    except Exception:  # whatever a damaged archive raises: it is not one of ours
        return []


def recognises(head: Head) -> bool:
    if head.bytes.startswith(b"NEWARE"):
        return True
    names = _names(head)
    return "data.ndc" in names or sum(name.lower().endswith(".nda") for name in names) == 1


def read(path: Path) -> list[Measurement]:
    if Head.of(path).bytes.startswith(b"NEWARE"):
        return [_measurement(path.read_bytes(), ".nda", path.stem, {}, ())]
    with open_zip(path) as archive:
        names = archive.namelist()
        if "data.ndc" not in names:
            nda = next((name for name in names if name.lower().endswith(".nda")), "")
            inner = read_member(archive, nda, MAX_NDA)
            if not inner.startswith(b"NEWARE"):
                raise FileFormatError("the .nda in its zip container is no Neware file.")
            return [_measurement(inner, ".nda", path.name.split(".")[0], {}, ())]
        _check(archive)
        meta, notes = _test_info(archive)
    return [_measurement(path.read_bytes(), ".ndax", path.stem, meta, notes)]


def _check(archive: zipfile.ZipFile) -> None:
    """Errors: `HeterofilmError` for more data than a test has, and for data that do not unpack."""
    members = [m for m in archive.infolist() if m.filename.endswith(".ndc")]
    total = sum(m.file_size for m in members)
    dense = "data_runInfo.ndc" in archive.namelist() and any(
        m.file_size > MAX_DENSE for m in members if m.filename == "data.ndc"
    )
    if total > MAX_NDC or dense:
        raise FileFormatError(f"its data claim {total / 1e6:.0f} MB unpacked; export the cycles you need from BTSDA.")
    for member in members:
        read_member(archive, member.filename, MAX_NDC)


def _test_info(archive: zipfile.ZipFile) -> tuple[dict[str, str | float | int], tuple[str, ...]]:
    """When and with which programme, from TestInfo.xml; damage there is a note, since no number stands in it."""
    if "TestInfo.xml" not in archive.namelist():
        return {}, ()
    raw = read_member(archive, "TestInfo.xml", 5_000_000)
    notes: tuple[str, ...] = ()
    try:
        text = raw.decode("gb2312")
    except UnicodeDecodeError:
        notes = ("Its description of the test (TestInfo.xml) is damaged: it is not in GB2312, as it says.",)
        text = raw.decode("gb18030", "replace")
    found = {ours: re.search(rf'\b{key}="([^"]{{1,200}})"', text) for key, ours in _INFO.items()}
    return {ours: match[1] for ours, match in found.items() if match}, notes


def _measurement(
    raw: bytes, suffix: str, name: str, meta: dict[str, str | float | int], notes: tuple[str, ...]
) -> Measurement:
    import fastnda

    logging.getLogger("fastnda").setLevel(logging.CRITICAL + 1)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        place = Path(folder) / f"file{suffix}"  # fastnda goes by the suffix
        place.write_bytes(raw)
        frame = fastnda.read(place, cycle_mode="raw")
    unsure = sorted({str(w.message).splitlines()[0] for w in caught if "Unverified" in w.category.__name__})
    notes += tuple(f"fastnda says: {line}" for line in unsure)
    if frame.is_empty():
        raise FileFormatError("it holds no row of data.")
    if any(column.startswith("aux") for column in frame.columns):
        notes += ("Auxiliary channels (temperatures, further voltages) were left out.",)
    return assemble(frame, BINARY, name, meta=meta, notes=notes)


def recognises_text(head: Head) -> bool:
    first = [line for line in head.lines[:3] if line.strip()][:1]
    known = ("step type" in line.lower() and "current(" in line.lower() for line in first)
    return any(known) and find_heading(head, TEXT) is not None


def read_text(path: Path) -> list[Measurement]:
    heading = find_heading(Head.of(path), TEXT)
    if heading is None:
        raise FileFormatError("it has no row of headings with a voltage and a current.")
    told: list[str] = []
    frame = read_rows(path, heading, [one.heading for one in TEXT.match(heading.cells).values()], told)
    return [assemble(frame, TEXT, path.stem, doubts=tuple(told))]


FORMATS = (
    Format("Neware binary", (".nda", ".ndax", ".zip"), ("cycling",), recognises, read),
    Format("Neware text", (".csv", ".txt"), ("cycling",), recognises_text, read_text),
)
