"""Admiral Instruments Squidstat csv: step number and name, elapsed time, potential of the working electrode, current.

Layout after published descriptions of the export; not yet checked against a vendor's file. Current is positive on
oxidation.
"""

from __future__ import annotations

import re
from pathlib import Path

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..cycler import assemble
from ..head import Head
from ..headings import Layout
from ..reading import Format
from ..rows import Heading, find_heading, read_rows

LAYOUT = Layout(
    "Admiral",
    {
        "elapsed time": "time_s",
        "working electrode": "voltage_V",
        "working electrode vs. reference": "voltage_V",
        "working electrode vs. counter electrode": "voltage_V",
        "voltage": "voltage_V",
        "current": "current_A",
        "cumulative charge": "counter_C",
        "step number": "step",
        "temperature": "temperature_K",
    },
    {"counter_C": "mAh", "temperature_K": "degC"},
)
SWEPT = re.compile(r"cyclic volt|linear sweep|\bcv\b|\blsv\b|voltammetry", re.IGNORECASE)
ROWS = 50


def _heading(head: Head) -> Heading | None:
    heading = find_heading(head, LAYOUT, ("time_s", "voltage_V", "current_A", "step"))
    said = {cell.lower() for cell in heading.cells} if heading is not None else set()
    return heading if {"step number", "step name"} <= said else None


def read(path: Path) -> list[Measurement]:
    head = Head.of(path)
    heading = _heading(head)
    if heading is None:
        raise FileFormatError(
            "it has no row of headings with 'Step number', 'Step name', a time, a potential and a current."
        )
    told: list[str] = []
    frame = read_rows(path, heading, [one.heading for one in LAYOUT.match(heading.cells).values()], told)
    names = "\n".join(head.lines[heading.line + 1 : heading.line + 1 + ROWS])
    swept = SWEPT.search(f"{path.stem.replace('_', ' ')}\n{names}") is not None
    technique = "voltammetry" if swept else "cycling"
    return [assemble(frame, LAYOUT, path.stem, technique=technique, doubts=tuple(told))]


FORMATS = (
    Format(
        "Admiral Squidstat csv",
        (".csv",),
        ("cycling", "voltammetry"),
        lambda head: _heading(head) is not None,
        read,
        30,
    ),
)
