"""The Battery Data Format: its columns by preferred label, by machine name and by the names of its first drafts.

Definition: github.com/battery-data-alliance/battery-data-format. Required are the test time, the voltage and the
current (positive on charge). ``Test Time / s`` is a preferred label, ``test_time_second`` its machine name; drafts had
``Test Time / ms``, ``charging_capacity_ampere_hour`` and ``Temperature / °C``. The unit is what the label says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl

from ..errors import HeterofilmError, did_you_mean
from ..units import parse_unit
from .measurement import Measurement
from .series import ordered, series, sound

__all__ = ["REQUIRED", "Label", "columns_of", "is_bdf", "label_of", "measurement"]

REQUIRED = {"time_s": "Test Time / s", "voltage_V": "Voltage / V", "current_A": "Current / A"}
_NAMES = {
    "test time": ("time_s", "s"), "unix time": ("date_s", "s"), "voltage": ("voltage_V", "V"),
    "current": ("current_A", "A"), "cycle count": ("cycle", ""), "step count": ("step", ""), "step index": ("index", ""),
    "charging capacity": ("charged_C", "C"), "discharging capacity": ("discharged_C", "C"),
    "net capacity": ("counter_C", "C"), "step capacity": ("amount_C", "C"),
    "ambient temperature": ("temperature_K", "K"), "temperature": ("temperature_K", "K"),
    "surface temperature t1": ("temperature_K", "K"), "temperature t1": ("temperature_K", "K"),
}  # fmt: skip
"""The words of a label -> what the column is, and its SI unit; of several that are there the first listed counts."""

_SUFFIXES = {
    "second": "s", "millisecond": "ms", "volt": "V", "millivolt": "mV", "ampere": "A", "milliampere": "mA",
    "ampere_hour": "Ah", "ah": "Ah", "mah": "mAh", "celsius": "degC", "degc": "degC", "kelvin": "K",
}  # fmt: skip
"""What a machine name ends with -> its unit."""

_DEGREES = {"°c": "degC", "℃": "degC", "deg c": "degC", "celsius": "degC"}


@dataclass(frozen=True)
class Label:
    """A heading of the format: what its column is (SI value = factor x value + offset), and whether it is preferred."""

    heading: str
    role: str
    factor: float
    offset: float
    preferred: bool


@lru_cache(maxsize=1024)
def label_of(heading: str) -> Label | None:
    """What a heading says; None where it is no label of the format."""
    plain = heading.strip().strip('"').lower()
    words, slash, unit = (part.strip() for part in plain.rpartition("/"))
    if slash:
        words, unit = " ".join(words.split()), _cased(heading.rpartition("/")[2].strip().strip('"'))
    else:
        ending = next((e for e in sorted(_SUFFIXES, key=len, reverse=True) if plain.endswith(f"_{e}")), "")
        words = plain.removesuffix(f"_{ending}").replace("_", " ") if ending else plain.replace("_", " ")
        unit = _SUFFIXES.get(ending, "1")
        if "_" not in plain:
            return None
    if words not in _NAMES:
        return None
    role, si = _NAMES[words]
    if not si:
        return Label(heading, role, 1.0, 0.0, bool(slash)) if unit == "1" else None
    try:
        parsed = parse_unit(unit)
    except HeterofilmError:
        return None
    if parsed.dimension != parse_unit(si).dimension:
        return None
    return Label(heading, role, parsed.factor, parsed.offset, bool(slash))


def _cased(unit: str) -> str:
    return _DEGREES.get(unit.lower(), unit)


def columns_of(headings: Iterable[str]) -> dict[str, Label]:
    """Role -> its label. Preferred labels go before machine names, which a vendor's own columns may look like."""
    order = list(_NAMES)
    found: dict[str, tuple[tuple[bool, int], Label]] = {}
    for heading in headings:
        label = label_of(heading)
        if label is None:
            continue
        rank = (
            not label.preferred,
            next(k for k, words in enumerate(order) if words in heading.lower().replace("_", " ")),
        )
        if label.role not in found or rank < found[label.role][0]:
            found[label.role] = (rank, label)
    return {role: label for role, (_, label) in found.items()}


def is_bdf(headings: Iterable[str]) -> bool:
    """Whether the three required columns are there."""
    return columns_of(headings).keys() >= REQUIRED.keys()


def measurement(table: pl.DataFrame, name: str, further: Iterable[str] = ()) -> Measurement:
    """A table in the format, its cells numbers or text, as a measurement; with the columns `further` as they are.

    Errors: `HeterofilmError` for a required column that is missing, or a table where no row holds numbers.
    """
    found = columns_of(table.columns)
    for role, label in REQUIRED.items():
        if role not in found:
            raise HeterofilmError(f"it has no column '{label}'.{did_you_mean(label, table.columns)}")

    def values(heading: str) -> np.ndarray:
        column = table[heading].cast(pl.Float64, strict=False)
        return column.fill_null(float("nan")).to_numpy()

    columns = {role: values(one.heading) * one.factor + one.offset for role, one in found.items()}
    doubts: list[str] = []
    others = {one: values(one) for one in further}
    if "index" in columns:  # of the programme; it may come back in every cycle
        others["step_index"] = columns["index"]
        columns.setdefault("step", columns["index"])
    keep = sound(columns, doubts)
    both = {role: v[keep] for role, v in (columns | {f"further {one}": v for one, v in others.items()}).items()}
    both, _ = ordered(both, doubts)
    others = {one: both.pop(f"further {one}") for one in others}
    columns = both
    for role in ("current_A", "counter_C"):
        if role in columns:
            columns[role] = 0.0 - columns[role]
    note = (
        f"'{found['current_A'].heading}' is positive on charge (oxidation) in files of the Battery Data Format; its sign "
        "was turned, so that discharge (reduction) is positive."
    )
    return series(columns, "cycling", name, notes=(note,), doubts=tuple(doubts), further=others)
