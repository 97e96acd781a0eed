"""Spectra without a vendor's layout: text (read by `heterofilm.instruments.impedance_table`), or parquet.

A text is taken for one when its headings name frequency, Re Z and Im Z, or when it has none and its rows are three
numbers of which the first is spaced like the frequencies of a spectrum: in equal ratios, over a decade or more.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import polars as pl

from ...errors import FileFormatError, HeterofilmError
from ...records.measurement import Measurement
from ..head import Head, text_of
from ..impedance_rows import heading_cells, is_row, with_units
from ..impedance_table import (
    LEAST,
    MAX_BYTES,
    TABLE,
    scales,
    spectra_of_text,
    which_columns,
)
from ..marks import as_numbers
from ..potentiostat import impedance
from ..reading import Format

MAX_ROWS = 5_000_000
OURS = ("frequency_Hz", "Z_re_ohm", "Z_im_ohm")
_PARTS = re.compile(r"-?\s*\(?z?_?(re|im|real|imag)\b|-?\s*z?\s*('{1,2}|\")", re.IGNORECASE)
_STEP = re.compile(r"(step|index|indices|spectrum|sweep)\b", re.IGNORECASE)


def _recognises(head: Head) -> bool:
    if head.suffix not in ("", ".csv", ".txt", ".dat", ".tsv", ".i2b") or not head.text:
        return False
    headings: list[str] = []
    rows: list[list[str]] = []
    for line in head.lines[:60]:
        row = is_row(line)
        if row is None:
            if rows:
                break
            headings = with_units(headings, heading_cells(line))
            continue
        if row:
            rows.append(row)
    if not rows:
        return False
    at = which_columns(headings)
    parts = [headings[k] for k in at[1:] if k is not None]
    if len(parts) == 2 and all(_PARTS.match(h) or "imp" in h.lower() for h in parts):
        return at[0] is not None or all("z" in h.lower() for h in parts)  # the latter to say what is missing
    return len(headings) != len(rows[-1]) and _like_frequencies(rows)  # a line of words above is no heading


def _like_frequencies(rows: list[list[str]]) -> bool:
    rows = rows[1:] if len(rows) > 1 and len(rows[0]) == 1 else rows
    if len(rows) < LEAST or any(len(row) != 3 for row in rows):
        return False
    numbers, _ = as_numbers(pl.DataFrame(rows, schema=["f", "re", "im"], orient="row"))
    f = numbers["f"].fill_null(float("nan")).to_numpy()
    if not (f > 0.0).all() or np.ptp(np.log10(f)) < 1.0:
        return False
    ratio = np.diff(np.log(f))
    # several spectra jump back once each
    return bool(np.median(np.abs(ratio - np.median(ratio))) < 0.05 * abs(np.median(ratio)))


def _read(path: Path) -> list[Measurement]:
    if path.stat().st_size > MAX_BYTES:
        raise FileFormatError(f"a table of spectra is not larger than {MAX_BYTES // 1_000_000} MB: thin it out.")
    found = spectra_of_text(text_of(path), path.stem)
    frames = [
        pl.DataFrame({"frequency_Hz": s.frequency_Hz, "Z_re_ohm": s.impedance.real, "Z_im_ohm": s.impedance.imag})
        .with_columns(
            step=pl.lit(k), cycle=pl.lit(s.cycle, pl.Int64), temperature_K=pl.lit(s.temperature_K, pl.Float64)
        )
        for k, s in enumerate(found, 1)
    ]  # fmt: skip
    empty = [name for name in ("cycle", "temperature_K") if all(frame[name].null_count() for frame in frames)]
    frames = [frame.drop(empty) for frame in frames]
    return [
        impedance(
            pl.concat(frames),
            path.stem,
            notes=tuple(dict.fromkeys(s.note for s in found)),
            per_area=found[0].unit == "ohm m2",
        )
    ]


def _is_parquet(head: Head) -> bool:
    if not head.bytes.startswith(b"PAR1"):
        return False
    try:
        return None not in which_columns(list(_schema(head.path)))
    except HeterofilmError:
        return False


def _schema(path: Path) -> pl.Schema:
    try:
        return pl.read_parquet_schema(path)  # type: ignore[return-value]
    except BaseException as error:  # a panic of polars on damaged bytes is no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        raise FileFormatError("its parquet container is damaged.") from None


def _read_parquet(path: Path) -> list[Measurement]:
    names = list(_schema(path))
    at = [names[k] for k in which_columns(names) if k is not None]
    step = next((name for name in names if _STEP.match(name)), None)
    try:
        source = pl.scan_parquet(path)
        if source.select(pl.len()).collect().item() > MAX_ROWS:
            raise FileFormatError(f"it claims more than {MAX_ROWS:,} rows, which is no table of spectra.")
        factors, unit, assumed = scales(at)
        columns = [
            (pl.col(name).cast(pl.Float64) * factor).alias(ours)
            for name, factor, ours in zip(at, factors, OURS, strict=True)
        ]
        frame = source.select(*columns, *([pl.col(step).alias("step")] if step else [])).collect()
    except HeterofilmError:
        raise
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        raise FileFormatError("its parquet container is damaged.") from None
    note = "Im Z is taken with the sign it has"
    note = f"{assumed}; {note}" if assumed else note
    return [impedance(frame, path.stem, notes=(note,), per_area=unit == "ohm m2")]


FORMATS = (
    Format(TABLE, (".csv", ".txt"), ("impedance",), _recognises, _read, rank=80),
    Format("parquet table of spectra", (".parquet",), ("impedance",), _is_parquet, _read_parquet, rank=80),
)
