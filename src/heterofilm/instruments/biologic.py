"""What BioLogic's EC-Lab calls its columns and techniques; the same for its text and its binary files.

Current and charge are positive on oxidation of the working electrode. Time series keep EC-Lab's own charge, (Q-Qo).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from ..errors import FileFormatError
from ..records.measurement import Measurement
from .cycler import assemble
from .headings import Layout

__all__ = ["LAYOUT", "measurements", "technique_of"]

LAYOUT = Layout(
    "BioLogic",
    {
        "freq": "frequency_Hz",
        "re(z)": "Z_re_ohm",
        "-im(z)": "minus_Z_im_ohm",
        "time": "time_s",
        "ewe": "voltage_V",
        "<ewe>": "voltage_V",
        "ecell": "voltage_V",
        "<ecell>": "voltage_V",
        "ewe-ece": "voltage_V",
        "<i>": "current_A",
        "i": "current_A",
        "(q-qo)": "counter_C",
        "q charge/discharge": "counter_C",
        "dq": "moved_C",
        "cycle number": "cycle",
        "half cycle": "half_cycle",
        "ns": "step",
        "temperature": "temperature_K",
    },
    {"current_A": "mA", "counter_C": "mAh", "moved_C": "mAh", "temperature_K": "degC"},
)

_TECHNIQUES = (
    ("impedance spectroscopy", "impedance"), ("peis", "impedance"), ("geis", "impedance"),
    ("voltammetry", "voltammetry"), ("cv", "voltammetry"), ("cva", "voltammetry"), ("lsv", "voltammetry"),
)  # fmt: skip


def technique_of(said: str) -> str:
    """Our technique for EC-Lab's name, short or in full; any other is a time series: cycling."""
    plain = said.strip().lower()
    for name, ours in _TECHNIQUES:
        if plain == name or (" " in plain and plain.split(" advanced")[0].endswith(name)):
            return ours
    return "cycling"


def measurements(
    raw: pl.DataFrame,
    said: str,
    name: str,
    meta: Mapping[str, str | float | int],
    notes: tuple[str, ...] = (),
    doubts: tuple[str, ...] = (),
) -> list[Measurement]:
    """What EC-Lab's columns hold; `said` is EC-Lab's name of the technique.

    A file of several techniques has the columns of all: its rows with a frequency are spectra, the others a series.
    """
    known = dict(meta) | {"technique": said}
    found = LAYOUT.match(raw.columns)
    spectral = {"frequency_Hz", "Z_re_ohm", "minus_Z_im_ohm"} <= found.keys()
    if technique_of(said) == "impedance" or not {"voltage_V", "time_s"} <= found.keys():
        if spectral or technique_of(said) == "impedance":
            return [_impedance(raw, name, known, (*notes, *doubts))]
    elif spectral:
        f = raw[found["frequency_Hz"].heading].cast(pl.Float64, strict=False)
        waves = ((f > 0.0) & f.is_finite()).fill_null(False)
        rest = raw.filter(~waves)
        i = None if "current_A" not in found else rest[found["current_A"].heading].cast(pl.Float64, strict=False)
        if i is None or not bool((i.fill_nan(None).fill_null(0.0) != 0.0).any()):
            return [_impedance(raw, name, known, (*notes, *doubts))]
        series = assemble(rest, LAYOUT, name, technique=technique_of(said), meta=known, notes=notes, doubts=doubts)
        of_spectra = (*notes, *doubts)
        return [
            series,
            *([_impedance(raw.filter(waves), f"{name}, spectra", known, of_spectra)] if waves.any() else []),
        ]
    return [assemble(raw, LAYOUT, name, technique=technique_of(said), meta=known, notes=notes, doubts=doubts)]


def _impedance(raw: pl.DataFrame, name: str, meta: dict[str, str | float | int], notes: tuple[str, ...]) -> Measurement:
    """Spectra; a new one begins where the frequency jumps back. Rows at rest (frequency 0) are left out."""
    found = LAYOUT.match(raw.columns)
    for role, said in (("frequency_Hz", "freq"), ("Z_re_ohm", "Re(Z)"), ("minus_Z_im_ohm", "-Im(Z)")):
        if role not in found:
            raise FileFormatError(f"it has no column '{said}', which an impedance spectrum needs.")
    roles = [r for r in ("frequency_Hz", "Z_re_ohm", "minus_Z_im_ohm", "time_s", "voltage_V") if r in found]
    table = pl.DataFrame(
        {r: raw[found[r].heading].cast(pl.Float64, strict=False) * found[r].factor for r in roles}
    ).drop_nulls()
    table = table.filter(pl.all_horizontal(pl.all().is_finite()) & (pl.col("frequency_Hz") > 0.0))
    if table.is_empty():
        raise FileFormatError("it holds no impedance at a frequency above zero.")
    f = np.log(table["frequency_Hz"].to_numpy())
    way = np.sign(f[-1] - f[0]) if f.size < 3 else np.sign(np.median(np.diff(f)))
    back = np.diff(f) * way < -0.5  # half an e-fold against the direction of the sweep
    step = np.concatenate([[1], 1 + np.cumsum(back)]).astype(np.int64) if f.size > 1 else np.ones(f.size, np.int64)
    table = table.with_columns((0.0 - pl.col("minus_Z_im_ohm")).alias("Z_im_ohm"), pl.Series("step", step))
    first = ["frequency_Hz", "Z_re_ohm", "Z_im_ohm", "step"]
    columns = [*first, *(c for c in table.columns if c not in (*first, "minus_Z_im_ohm"))]
    return Measurement("impedance", name, table.select(columns), meta, notes)
