"""VAMAS (ISO 14976): one value per line, whose meaning follows from its place.

The layout is that of Dench, Hazell, Seah, Surf. Interface Anal. 13 (1988) 63. Read are regular and irregular scans of
XPS and UPS, in any number of blocks, with inclusion and exclusion lists; blank lines before the identifier (as Kratos
writes them) are skipped. What CasaXPS keeps in the block comment stays in `meta["comment"]`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from ...errors import FileFormatError
from ...records.measurement import Measurement
from ..photoelectron import is_rate, lines_of, photoelectrons, unique_names
from ..reading import Format

MAGIC = "VAMAS Surface Chemical Analysis Standard Data Transfer Format"
UNKNOWN = 1e37  # what stands where nothing is known
SPUTTER = {"MAPDP", "MAPSVDP", "SDP", "SDPSV"}
IONS = {"FABMS", "FABMS energy spec", "ISS", "SIMS", "SIMS energy spec", "SNMS", "SNMS energy spec"}
ELECTRONS = {"AES diff", "AES dir", "EDX", "ELS", "UPS", "XPS", "XRF"}


class _Lines:
    """The lines of the file, taken one after the other."""

    def __init__(self, lines: list[str]) -> None:
        self.lines, self.at = lines, 0

    def text(self) -> str:
        if self.at >= len(self.lines):
            raise FileFormatError("it is cut short: the file ends within a block; export it again.")
        self.at += 1
        return self.lines[self.at - 1].strip()

    def number(self, what: str) -> float:
        word = self.text()
        try:
            return float(word)
        except ValueError:
            raise FileFormatError(f"its line {self.at} should be {what}, but reads '{word[:40]}'.") from None

    def count(self, what: str, least: int = 0) -> int:
        value = self.number(what)
        if not (least <= value <= len(self.lines) and value == int(value)):
            raise FileFormatError(f"its line {self.at} claims {value:g} as {what}, which the file cannot hold.")
        return int(value)

    def skip(self, count: int) -> list[str]:
        return [self.text() for _ in range(count)]


@dataclass
class _Header:
    mode: str = ""
    scan: str = ""
    variables: list[tuple[str, str]] = field(default_factory=list)
    given: list[bool] = field(default_factory=list)  # of the 40 items of a block: given in each block after the first
    comment: str = ""
    upgrades: int = 0
    blocks: int = 0


def _header(lines: _Lines) -> _Header:
    while not lines.text().startswith(MAGIC):
        pass
    head = _Header()
    lines.skip(4)  # institution, instrument, operator, experiment
    head.comment = "\n".join(lines.skip(lines.count("the number of comment lines")))
    head.mode, head.scan = lines.text().upper(), lines.text().upper()
    if head.scan not in ("REGULAR", "IRREGULAR"):
        raise FileFormatError(f"its scan mode is '{head.scan[:20]}'; export spectra (REGULAR or IRREGULAR) instead.")
    if head.mode in ("MAP", "MAPDP", "NORM", "SDP"):
        lines.text()  # number of spectral regions: known to be wrong in many files
    if head.mode in ("MAP", "MAPDP"):
        lines.skip(3)
    head.variables = [(lines.text(), lines.text()) for _ in range(lines.count("the number of experimental variables"))]
    listed = int(lines.number("the length of the inclusion or exclusion list"))
    if abs(listed) > 40:
        raise FileFormatError(f"its inclusion list claims {listed} entries, where a block has 40.")
    head.given = [listed <= 0] * 40
    for _ in range(abs(listed)):
        item = lines.count("a number of the inclusion list", 1)
        if item > 40:
            raise FileFormatError(f"its inclusion list names item {item}, where a block has 40.")
        head.given[item - 1] = listed > 0
    lines.skip(lines.count("the number of manually entered items"))
    future = lines.count("the number of future experiment entries")
    head.upgrades = lines.count("the number of future block entries")
    lines.skip(future)
    head.blocks = lines.count("the number of blocks")
    return head


def _block(lines: _Lines, head: _Header, first: dict[int, list[str]]) -> Measurement | None:
    """One block; None for a technique that is not of photoelectrons."""

    def item(number: int, length: int = 1) -> list[str]:
        """Item `number` of the standard's 40, of `length` lines; from the first block where this one leaves it out."""
        if head.given[number - 1] or number not in first:
            first[number] = lines.skip(length)
        return first[number]

    name, sample = lines.text(), lines.text()
    date = [item(k)[0] for k in range(1, 8)]
    if head.given[7] or 8 not in first:
        first[8] = lines.skip(lines.count("the number of comment lines"))
    technique = item(9)[0]
    if head.mode in ("MAP", "MAPDP"):
        item(10, 2)
    variables = item(11, len(head.variables))
    source = item(12)[0]
    if head.mode in SPUTTER or technique in IONS:
        item(13, 3)
    photon = _known(item(14)[0])
    item(15), item(16, 2)
    if head.mode in ("MAP", "MAPDP", "MAPSV", "MAPSVDP", "SEM"):
        item(17, 2)
    if head.mode in ("MAPSV", "MAPSVDP", "SEM"):
        item(18, 6)
    item(19), item(20)
    analyser, pass_energy = item(21)[0], _known(item(22)[0])
    if technique == "AES diff":
        item(23)
    item(24)
    work_function, bias = _known(item(25)[0]), _known(item(26)[0])
    item(27, 2), item(28, 2)
    species, transition = item(29)[0], item(30, 2)[0]
    axis = item(31, 4) if head.scan == "REGULAR" else []
    if head.given[31] or 32 not in first:
        channels = lines.count("the number of corresponding variables", 1)
        first[32] = lines.skip(2 * channels)
    labels, units = first[32][::2], first[32][1::2]
    item(33)
    dwell, scans = _known(item(34)[0]), _known(item(35)[0])
    item(36)
    if head.mode in SPUTTER and technique in ELECTRONS:
        item(37, 7)
    item(38, 2), item(39)
    if head.given[39] or 40 not in first:
        first[40] = lines.skip(3 * lines.count("the number of additional parameters"))
    lines.skip(head.upgrades)
    total = lines.count("the number of ordinate values", 1)
    lines.skip(2 * len(labels))  # smallest and largest of each
    words = lines.skip(total)
    try:
        values = np.array(words, float)
    except ValueError:
        raise FileFormatError(f"the values of its block '{name[:40]}' are no numbers.") from None
    if technique not in ("XPS", "UPS"):
        return None
    values = values[: values.size // len(labels) * len(labels)].reshape(-1, len(labels))
    columns = {label.lower(): values[:, k] for k, label in enumerate(labels)}
    unit_of = dict(zip(columns, units, strict=False))
    if axis:
        label, start, step = axis[0].lower(), _finite(axis[2], "start"), _finite(axis[3], "increment")
        energy = start + step * np.arange(values.shape[0])
        rest = list(columns.items())
    else:
        (label, energy), *rest = columns.items()
    if not rest:
        raise FileFormatError(f"its block '{name[:40]}' holds energies but no intensity.")
    binding = "binding" in label
    meta: dict[str, str | float | int] = {
        "sample": sample,
        "source": source,
        "region": f"{species} {transition}".strip(),
    }
    if started := _started(date):
        meta["started"] = started
    measured = {
        "pass_energy_eV": pass_energy, "analyser_work_function_eV": work_function, "sample_bias_V": bias,
        "dwell_s": dwell, "scans": scans,
    }  # fmt: skip
    meta |= {key: value for key, value in measured.items() if value is not None}
    meta |= {f"variable {label}": value for (label, _), value in zip(head.variables, variables, strict=True)}
    rate = is_rate(rest[0][0], unit_of[rest[0][0]])
    meta |= {"analyser_mode": analyser, "intensity_unit": "counts/s" if rate else "counts"} | (
        {"comment": "\n".join(first[8])} if first[8] else {}
    )
    notes = [] if binding or photon else ["Photon energy not stated: only kinetic energies are known."]
    return photoelectrons(
        name or sample or "block", rest[0][1], photon_energy_eV=photon, technique=technique.lower(),
        further={label: column for label, column in rest[1:] if label != "intensity"}, meta=meta, notes=notes,
        kinetic_eV=None if binding else energy,
        binding_eV=energy if binding else None,
    )  # fmt: skip


def _started(date: list[str]) -> str:
    """Year, month, day, hours, minutes, seconds as a date; "" where they are unknown, or none.

    Programs write the unknown as 1E+37, -1 or 0, and years with two digits.
    """
    known = [_known(word) for word in date[:6]]
    year, month, day = (int(v) if v is not None and v == v else 0 for v in known[:3])
    year += (1900 if year >= 70 else 2000) if 0 < year < 100 else 0
    clock = [int(v) if v is not None and 0.0 <= v < 60.0 else 0 for v in known[3:]]
    try:
        return f"{datetime(year, month, day, clock[0], clock[1], clock[2]):%Y-%m-%d %H:%M:%S}"
    except ValueError:
        return ""


def _known(word: str) -> float | None:
    try:
        value = float(word)
    except ValueError:
        return None
    return value if abs(value) < 0.99 * UNKNOWN else None


def _finite(word: str, what: str) -> float:
    value = _known(word)
    if value is None or not np.isfinite(value):
        raise FileFormatError(f"the {what} of a block reads '{word[:40]}', which is no number.")
    return value


def read(path: Path) -> list[Measurement]:
    lines = _Lines(lines_of(path))
    head = _header(lines)
    first: dict[int, list[str]] = {}
    blocks = [_block(lines, head, first) for _ in range(head.blocks)]
    found = [block for block in blocks if block is not None]
    if not found:
        raise FileFormatError("none of its blocks holds XPS or UPS.")
    return unique_names(_by_sample(found))


def _by_sample(found: list[Measurement]) -> list[Measurement]:
    """The same blocks, the sample in front of their names where there are several."""
    samples = list(dict.fromkeys(str(m.meta["sample"]) for m in found))
    if len(samples) < 2:
        return found
    told = f"The file holds {len(samples)} samples: {', '.join(s or 'one without a name' for s in samples[:12])}"
    told += " ..." if len(samples) > 12 else "."
    return [
        replace(
            m,
            name=f"{m.meta['sample'] or 'no name'}: {m.name}",
            notes=(*m.notes, told),
            meta=m.meta | {"block": m.name},
        )
        for m in found
    ]


FORMATS = (
    Format("VAMAS", (".vms", ".npl"), ("xps", "ups"), lambda head: MAGIC in head.text.lstrip()[:200], read),
)  # fmt: skip
