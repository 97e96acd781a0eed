"""The Battery Data Format: its columns by preferred label, by machine name and by the names of its first drafts.

Definition: github.com/battery-data-alliance/battery-data-format. Required are the test time, the voltage and the
current (positive on charge). ``Test Time / s`` is a preferred label, ``test_time_second`` its machine name; drafts had
``Test Time / ms``, ``charging_capacity_ampere_hour`` and ``Temperature / °C``. The unit is what the label says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import polars as pl

from ..errors import FileFormatError, HeterofilmError, InputError, did_you_mean
from ..units import parse_unit, si
from .as_record import LEFT_OUT, as_record
from .bdf import KELVIN
from .columns import COLUMNS, NAME, Meta
from .measurement import Measurement
from .netcdf import check_claim
from .parquet import EXACT, META, ROWS, content_of, meta_of
from .record import READERS, Record
from .series import left_out, ordered, series, sound

__all__ = ["REQUIRED", "Label", "columns_of", "is_bdf", "label_of", "measurement", "own_record", "record_of"]

LINE = 1_000_000  # bytes of the line of headings
REQUIRED = {"time_s": "Test Time / s", "voltage_V": "Voltage / V", "current_A": "Current / A"}
_NAMES = {
    "test time": ("time_s", "s"), "unix time": ("date_s", "s"), "voltage": ("voltage_V", "V"),
    "current": ("current_A", "A"), "cycle count": ("cycle", ""),
    "step count": ("step", ""), "step index": ("index", ""),
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
            raise FileFormatError(f"it has no column '{label}'.{did_you_mean(label, table.columns)}")

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
    columns[LEFT_OUT] = np.zeros(keep.size)
    columns[LEFT_OUT][keep] = left_out(keep)
    both = {role: v[keep] for role, v in (columns | {f"further {one}": v for one, v in others.items()}).items()}
    both, _ = ordered(both, doubts)
    others = {one: both.pop(f"further {one}") for one in others}
    columns = both
    for role in ("current_A", "counter_C"):
        if role in columns:
            columns[role] = 0.0 - columns[role]
    note = (
        f"'{found['current_A'].heading}' is positive on charge (oxidation) in files of the Battery Data Format; its "
        "sign was turned, so that discharge (reduction) is positive."
    )
    return series(columns, "cycling", name, notes=(note,), doubts=tuple(doubts), further=others)


def record_of(table: pl.DataFrame, meta: Meta) -> Record:
    """A table in the format as a record per area, with its further columns; `meta` must say ``area_m2``.

    Errors: `HeterofilmError` for a missing area or column.
    """
    area = meta.get("area_m2")
    if not isinstance(area, int | float) or not area > 0:
        raise InputError("it does not say the electrode area: give it, for example Record.read(path, area_m2=1e-4).")
    if table.is_empty():
        return Record(pl.DataFrame(schema=COLUMNS), None, meta)
    numeric = [name for name in table.columns if table[name].dtype.is_numeric()]
    further = [name for name in numeric if NAME.fullmatch(name) and label_of(name) is None]
    measured = measurement(table, str(meta.get("name", "")), further)
    record = as_record(measured, float(area))
    frame = record.frame
    if "step_index" in frame.columns:
        same = bool((frame["step_index"] == frame["step"]).all())
        frame = frame.drop("step_index") if same else frame.with_columns(pl.col("step_index").cast(pl.Int64))
    if "temperature_K" in frame.columns and frame["temperature_K"].drop_nans().n_unique() == 1:
        # one temperature throughout belongs to the whole record
        meta = {"temperature_K": frame["temperature_K"].drop_nans()[0]} | meta
        frame = frame.drop("temperature_K")
    said = {key: record.meta[key] for key in ("charge", "assumed", "doubts") if key in record.meta}
    return Record(frame, None, said | meta, record.steps)


def own_record(table: pl.DataFrame, meta: Meta) -> Record | None:
    """A table that `Record.write` wrote with its meta, row for row; None for any other."""
    names = {
        "time_s": "Test Time / s", "voltage_V": "Voltage / V", "current": "Current / A", "cycle": "Cycle Count / 1",
        "step": "Step Count / 1", "index": "Step Index / 1", "charged": "Charging Capacity / Ah",
        "discharged": "Discharging Capacity / Ah",
    }  # fmt: skip
    area = meta.get("area_m2")
    if not set(names.values()) <= set(table.columns) or not isinstance(area, int | float) or not area > 0:
        return None
    columns = {ours: pl.col(theirs) for ours, theirs in names.items()}
    frame = table.select(
        columns["time_s"].alias("time_s"),
        columns["voltage_V"].alias("voltage_V"),
        (0.0 - columns["current"] / area).alias("current_A_m2"),
        ((columns["discharged"] - columns["charged"]) * (si("Ah") / area)).alias("charge_C_m2"),
        columns["step"].alias("step"),
        columns["cycle"].alias("cycle"),
        *(name for name in table.columns if NAME.fullmatch(name)),
    )
    if (table["Step Index / 1"] != frame["step"]).any():
        frame = frame.with_columns(table["Step Index / 1"].alias("step_index"))
    if "Ambient Temperature / degC" in table.columns and "temperature_K" not in meta:
        frame = frame.with_columns((table["Ambient Temperature / degC"] + KELVIN).alias("temperature_K"))
    return Record(frame, None, meta)


def _from_parquet(path: Path, extra: Meta) -> Record:
    """One of `Record.write` as it was written, any other as what a tester says."""
    scanned = pl.scan_parquet(path)
    check_claim(scanned.select(pl.len()).collect().item() * len(scanned.collect_schema()), path.stat().st_size)
    table, kept = scanned.collect(), pl.read_parquet_metadata(path)
    meta = meta_of(kept) | extra
    if (own := content_of(table, kept)) is not None:
        return Record(own.frame, own.profiles, meta, own.steps, own.impedance, own.states)
    if ROWS in kept:
        changed = (
            f"The file had {kept[ROWS]} rows when it was written, and has {table.height}: its steps are made of these, "
            "and its spectra, profiles and states are left out."
        )
        meta = meta | {"doubts": "\n".join(filter(None, (str(meta.get("doubts", "")), changed)))}
    known = own_record(table.drop(EXACT, strict=False), meta) if META in kept else None
    return known if known is not None else record_of(table, meta)


def _from_csv(path: Path, extra: Meta) -> Record:
    with path.open("rb") as file:  # polars takes gigabytes for a line of megabytes
        if len(file.readline(LINE)) == LINE:
            raise FileFormatError(f"its first line has more than {LINE // 1000} kB, so it is no table with headings.")
    return record_of(pl.read_csv(path, infer_schema_length=None), extra)


READERS[".csv"], READERS[".parquet"] = _from_csv, _from_parquet
