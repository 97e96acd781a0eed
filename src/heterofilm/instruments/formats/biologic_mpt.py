"""BioLogic EC-Lab text (.mpt): a header that counts its own lines, then columns separated by tabs.

Numbers carry the decimal mark of the computer they were exported on; which one is found out from the rows. Time may be
in seconds since the start or a date ("Time format : Absolute").
"""

from __future__ import annotations

import re
from pathlib import Path

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..biologic import LAYOUT, measurements
from ..head import Head
from ..reading import Format
from ..rows import Heading, cells, read_rows

__all__ = ["FORMATS"]

_COUNT = re.compile(r"Nb header lines\s*:\s*(\d{1,5})")
_META = {
    "Acquisition started on": "started", "Device": "device", "Run on channel": "channel", "Comments": "comments",
    "Electrode material": "electrode_material", "Electrolyte": "electrolyte", "Reference electrode": "reference",
}  # fmt: skip


def recognises(head: Head) -> bool:
    return head.text.lstrip().startswith("EC-Lab ASCII FILE")


def read(path: Path) -> list[Measurement]:
    lines = Head.of(path).lines
    count = next((int(m[1]) for line in lines[:5] if (m := _COUNT.search(line))), 0)
    if not 3 <= count <= len(lines):
        raise FileFormatError("its header does not say where the table begins; export it again from EC-Lab as text.")
    heading = Heading(count - 1, cells(lines[count - 1], "\t"), "\t")
    found = LAYOUT.match(heading.cells)
    if not {"voltage_V", "frequency_Hz"} & found.keys():
        raise FileFormatError(
            f"it has no column for a voltage or a frequency, but {', '.join(heading.cells[:12])}; "
            "export it from EC-Lab with 'Ewe/V' and '<I>/mA', or 'freq/Hz', 'Re(Z)/Ohm' and '-Im(Z)/Ohm'."
        )
    header = lines[: count - 1]
    said = next((line.strip() for line in header[2:] if line.strip()), "")
    meta: dict[str, str | float | int] = {}
    for line in header:
        key, _, value = line.partition(" : ")
        if key.strip() in _META and value.strip():
            meta.setdefault(_META[key.strip()], value.strip())
    wanted = [one.heading for one in found.values()]
    told: list[str] = []
    frame = read_rows(path, heading, wanted, told)
    return measurements(frame, said, path.stem, meta, doubts=tuple(told))


FORMATS = (Format("BioLogic EC-Lab text", (".mpt",), ("cycling", "voltammetry", "impedance"), recognises, read),)
